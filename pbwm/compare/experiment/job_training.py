"""Running a job: training to its stopping rule, consolidation, and tests with frozen weights."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import CriterionTracker
from pbwm.compare.analysis.frozen import frozen_test, frozen_trials
from pbwm.compare.errors import CompareError, RunFailedError
from pbwm.compare.experiment.job import Begun, Job, JobResult, Trained, Watch, Watched
from pbwm.compare.models import MODEL_ERRORS
from tasks.base.drawing import draw_epochs
from tasks.base.errors import SavedFileError, TaskError, finding
from tasks.base.learner import Learner, NumberError
from tasks.base.outside import one_line
from tasks.base.rng import Purpose
from tasks.base.saving import Snapshot
from tasks.base.task import SplitTask, TrialBlock
from tasks.base.training import Lesson, Training, draw_lesson

__all__ = ["CANNOT_GO_ON", "MOST_EPOCHS", "error_on_novel", "lessons", "reported", "run_job", "to_criterion", "train"]

CANNOT_GO_ON: tuple[type[Exception], ...] = (TaskError, *MODEL_ERRORS)
"""Errors of a learner that cannot run its trials."""

REPORTED: tuple[type[Exception], ...] = (CompareError, *CANNOT_GO_ON)
"""Errors whose message is meant for the user."""

MOST_EPOCHS = 8
"""Largest number of epochs in one call."""


def lessons(first: int, epochs: int) -> Iterator[range]:
    """The epochs of each call from `first`: 1, 2, 4, and then `MOST_EPOCHS`.

    Between calls, a job reports its progress and can be stopped.
    """
    several = 1
    while first < epochs:
        yield range(first, min(first + several, epochs))
        first, several = first + several, min(2 * several, MOST_EPOCHS)


@contextmanager
def reported(job: Job, epochs: str = "") -> Iterator[None]:
    """Add to an error the job and, if known, the `epochs` in which it occurred."""
    try:
        yield
    except RunFailedError:  # it already says which
        raise
    except CANNOT_GO_ON as error:
        raise RunFailedError(f"{job.label}{epochs and ', '}{epochs}: {error}") from error


def train(job: Job, learner: Learner, lesson: Lesson) -> Training:
    """Train the networks of a job on a lesson.

    Raises
    ------
    RunFailedError
        If the learner raises one of `CANNOT_GO_ON`.
    """
    first, last = lesson.number(1), lesson.number(lesson.epochs)
    with reported(job, f"epoch {first}" if first == last else f"epochs {first} to {last}"):
        return learner.train(lesson)


Circumstances = Callable[[TrialBlock], AbstractContextManager[Any]]
"""Context in which networks learn from a block of trials."""


def to_criterion(
    job: Job,
    learner: Learner,
    watched: Watched,
    begun: Begun | None = None,
    circumstances: Circumstances | None = None,
) -> Trained:
    """Train networks to the criterion of the task or the budget."""
    tracker = CriterionTracker(job.task.spec.criterion, len(job.networks))
    errors, counted, steps, done = [], [], 0, 0
    if begun is not None:
        tracker.add(begun.training())
        errors, counted, steps, done = [begun.errors], [begun.counted], begun.steps, begun.errors.shape[1]
    for epochs in lessons(done, job.epochs):
        if tracker.finished.all():
            break
        watched.check()
        lesson = draw_lesson(job.task, job.seed, job.networks, epochs, tracker.streak)
        with circumstances(lesson.trials) if circumstances else nullcontext():
            training = train(job, learner, lesson)
        tracker.add(training)
        ran = int(training.done.max())
        errors.append(training.errors[:, :ran])
        counted.append(training.counted[:, :ran])
        steps += int(training.steps.sum())
        done += ran
        watched.done(done, int(tracker.finished.sum()))
    return Trained(
        reached_at=tracker.reached_at,
        errors=np.concatenate(errors, axis=1),
        counted=np.concatenate(counted, axis=1),
        steps=steps,
    )


def consolidate(job: Job, learner: Learner, watched: Watched, trained: Trained, begun: Begun | None = None) -> Trained:
    """Train networks newly at criterion for further epochs, on separate trials.

    Networks that had reached it when they were `begun` have already had these epochs.
    """
    before = np.zeros(len(job.networks), np.bool_) if begun is None else begun.reached_at > 0
    which = [n if now else None for n, now in zip(job.networks, (trained.reached_at > 0) & ~before, strict=True)]
    steps = trained.steps
    if any(network is not None for network in which):
        for epochs in lessons(0, job.consolidation):
            watched.check()
            block, ends = draw_epochs(job.task, job.seed, which, epochs, Purpose.CONSOLIDATION)
            with reported(job, f"epoch {epochs.stop} of consolidation"):
                learner.run(block)
            steps += int(ends[:, -1].sum())
    return replace(trained, steps=steps)


def error_on_novel(job: Job, learner: Learner) -> NDArray[np.float64] | None:
    """Proportion wrong on novel sequences with frozen weights: float array (network,).

    NaN for networks in which a number is not finite. None if the task withholds no sequences.
    """
    if not isinstance(job.task, SplitTask):
        return None
    block, _ = draw_epochs(job.task.novel(), job.seed, job.networks, range(1), Purpose.TEST_TRIALS)
    try:
        outcome = learner.run(block, learn=False)
    except NumberError as error:
        outcome = error.outcome
    with np.errstate(invalid="ignore"):  # 0 / 0 where a network was stopped
        return outcome.errors / outcome.counted


def run_job(job: Job, watch: Watch, stop: Event, begun: Begun | None = None) -> JobResult:
    """Train the networks of a job to its stopping rule, and test them.

    Raises
    ------
    RunStoppedError
        If `stop` was set.
    RunFailedError
        If the networks cannot go on, or code of a user's model or task fails.
    """
    watched = Watched(job, watch, stop)
    if not job.outside:
        return _ran(job, watched, begun)
    try:
        return _ran(job, watched, begun)
    except REPORTED:
        raise
    except (Exception, SystemExit) as error:
        raise RunFailedError(f"{job.label}: {one_line(error)}") from error


def _require_loadable(job: Job, learner: Any, snapshot: Snapshot) -> None:
    """Raise `RunFailedError` unless networks of a user's model can be loaded again."""
    try:
        type(learner).from_snapshot(snapshot)
    except SavedFileError as error:
        remedy = "correct the model, or lower its learning rate"
        raise RunFailedError(f"{job.label}: networks cannot be loaded again: {finding(error)}; {remedy}") from error


def _ran(job: Job, watched: Watched, begun: Begun | None) -> JobResult:
    frozen_trials(job.task, job.networks[0], job.seed)  # a task that cannot be tested is rejected before the work
    learner = job.build() if begun is None else begun.learner()
    if job.goal is not None:
        trained = job.goal.train(job, learner, watched)
    else:
        trained = to_criterion(job, learner, watched, begun)
        trained = consolidate(job, learner, watched, trained, begun)
    snapshot = learner.snapshot()
    if job.entry.code is not None:
        _require_loadable(job, learner, snapshot)
    frozen = frozen_test(job.task, learner, job.networks, job.seed)
    return JobResult(
        job=job,
        trained=trained,
        snapshot=snapshot,
        learner=learner,
        frozen=frozen,
        novel_error=error_on_novel(job, learner),
        seconds=watched.seconds,
        first_seconds=watched.first_seconds,
    )
