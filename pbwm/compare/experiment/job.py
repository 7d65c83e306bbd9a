"""A job: one block of networks of one model on one task, from its first epoch to its tests with frozen weights."""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from time import perf_counter
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import CriterionTracker
from pbwm.compare.analysis.frozen import FrozenTest, frozen_test
from pbwm.compare.errors import RunFailedError, RunStoppedError
from pbwm.compare.models import KINDS, MODEL_ERRORS, Model
from tasks.base.drawing import draw_epochs
from tasks.base.errors import TaskError
from tasks.base.learner import Learner
from tasks.base.rng import Purpose
from tasks.base.saving import Snapshot
from tasks.base.task import SplitTask, Task
from tasks.base.training import Lesson, Training, draw_lesson, faultless

__all__ = ["Begun", "Goal", "Job", "JobResult", "Trained", "Watch", "Watched", "error_on_novel", "run_job", "train"]

CANNOT_GO_ON: tuple[type[Exception], ...] = (TaskError, *MODEL_ERRORS)
"""Errors of a learner that cannot run its trials, e.g. because weights of a network are not finite."""

MOST_EPOCHS = 8
"""Epochs in one call at most: seconds of PBWM, and so many that a call of the LSTM is more than its overhead."""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """Results of training the networks of a job.

    Attributes
    ----------
    reached_at : int array (network,)
        Epochs to criterion (or what a goal counts); `NOT_REACHED` where the budget ended before.
    errors, counted : int array (network, epoch, event)
        Wrong responses, and all responses that count, by kind of step; 0 in epochs that a network did not run.
    steps
        Steps of all networks together.
    tested : float array (network,) or None
        What the goal's own test says: proportion wrong of each network, NaN where it was not tested.
    """

    reached_at: NDArray[np.intp]
    errors: NDArray[np.intp]
    counted: NDArray[np.intp]
    steps: int
    tested: NDArray[np.float64] | None = None


class Goal(Protocol):
    """A stopping rule other than successive epochs without an error: plain data, declared with a condition."""

    @property
    def unit(self) -> str:
        """Unit of the goal: "sequences", "streams"."""
        ...

    def train(self, job: "Job", learner: Learner, watched: "Watched") -> Trained:
        """Train networks until they have reached the goal, or have had as much as the job gives them."""
        ...

    def __str__(self) -> str:
        """The goal in words."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """One block of networks of one model on one task: what one thread runs.

    Attributes
    ----------
    label
        The job in words, for messages.
    task
        The task, built.
    entry
        The model's line in the catalogue: it builds the block's learner, and knows its parameters.
    networks
        Numbers of the networks in the block.
    seed
        Root seed of every random stream.
    epochs
        The most epochs a network gets (or what the goal counts).
    goal
        The stopping rule; None: the criterion of the task.
    """

    label: str
    task: Task
    entry: Model
    networks: range
    seed: int
    epochs: int
    goal: Goal | None = None

    def build(self) -> Learner:
        """The networks, untrained."""
        return self.entry.build(self.task.spec, networks=self.networks, seed=self.seed)


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Networks that were trained for fewer epochs, and what they did in them: a job goes on from there.

    Attributes
    ----------
    snapshot
        The networks at the end of these epochs.
    errors, counted : int array (network, epoch, event)
        As in `Trained`.
    reached_at : int array (network,)
        As in `Trained`.
    steps
        As in `Trained`.
    """

    snapshot: Snapshot
    errors: NDArray[np.intp]
    counted: NDArray[np.intp]
    reached_at: NDArray[np.intp]
    steps: int

    def learner(self) -> Learner:
        """The networks, as they were."""
        learner: Any = KINDS[self.snapshot.model].from_snapshot(self.snapshot)
        return learner  # type: ignore[no-any-return]

    def training(self) -> Training:
        """These epochs as one lesson."""
        epochs = self.errors.shape[1]
        done = np.where(self.reached_at > 0, self.reached_at, epochs)
        good = faultless(self.errors.sum(2), self.counted.sum(2))
        streak = np.zeros(len(done), np.intp)
        for epoch in range(epochs):
            streak = np.where(epoch < done, np.where(good[:, epoch], streak + 1, 0), streak)
        return Training(
            errors=self.errors,
            counted=self.counted,
            done=done,
            streak=streak,
            reached=self.reached_at > 0,
            steps=np.zeros_like(done),
        )


@dataclass(frozen=True, kw_only=True)
class JobResult:
    """Results of one block of networks.

    Attributes
    ----------
    job
        The job.
    trained
        What training did.
    snapshot
        The networks at the end of training, before any test.
    learner
        The same networks; tests and recordings run on them.
    frozen
        What they do with frozen weights on fresh trials.
    novel_error : float array (network,) or None
        Proportion wrong on sequences that the task keeps back, with frozen weights; None: it keeps none.
    seconds
        Wall-clock time of the job, compilation included.
    first_seconds
        What of it went by until the end of the first call: building, compiling, and one epoch.
    """

    job: Job
    trained: Trained
    snapshot: Snapshot
    learner: Learner
    frozen: FrozenTest
    novel_error: NDArray[np.float64] | None
    seconds: float
    first_seconds: float


class Watch:
    """Hears how a job gets on, and says nothing."""

    def started(self, job: Job) -> None:
        """The networks of `job` are being built, and their kernels compiled until the first epoch is done."""

    def epoch_done(self, job: Job, epochs: int, reached: int) -> None:
        """`job` has run `epochs` epochs, and `reached` of its networks have reached the criterion."""


class Watched:
    """A job that runs, with who hears of it and the event that asks it to stop."""

    def __init__(self, job: Job, watch: Watch, stop: Event) -> None:
        self.job, self._watch, self._stop = job, watch, stop
        self._began, self._done, self.first_seconds = perf_counter(), 0, 0.0
        watch.started(job)

    @property
    def seconds(self) -> float:
        """Seconds since the job began."""
        return perf_counter() - self._began

    def check(self) -> None:
        """Raise `RunStoppedError` if the job was asked to stop."""
        if self._stop.is_set():
            raise RunStoppedError(f"{self.job.label}: stopped after {self._done} epochs")

    def done(self, epochs: int, reached: int) -> None:
        """`epochs` epochs are done, and `reached` networks have reached the criterion."""
        self._done = epochs
        self.first_seconds = self.first_seconds or self.seconds
        self._watch.epoch_done(self.job, epochs, reached)


def lessons(first: int, epochs: int) -> Iterator[range]:
    """The epochs of each call from `first` on: 1, 2, 4, and then `MOST_EPOCHS` at a time. Results do not depend on it.

    Between calls a job shows its progress and can be stopped.
    """
    several = 1
    while first < epochs:
        yield range(first, min(first + several, epochs))
        first, several = first + several, min(2 * several, MOST_EPOCHS)


def train(job: Job, learner: Learner, lesson: Lesson) -> Training:
    """Train the networks of a job on a lesson; if they cannot go on, say which job it was, and when.

    Raises
    ------
    RunFailedError
        If the learner raises one of `CANNOT_GO_ON`.
    """
    try:
        return learner.train(lesson)
    except CANNOT_GO_ON as error:
        first, last = lesson.number(1), lesson.number(lesson.epochs)
        epochs = f"epoch {first}" if first == last else f"epochs {first} to {last}"
        raise RunFailedError(f"{job.label}, {epochs}: {error}") from error


def to_criterion(job: Job, learner: Learner, watched: Watched, begun: Begun | None = None) -> Trained:
    """Train networks until all have reached the criterion of the task or the budget ends.

    A network that has reached the criterion is frozen from then on: it gets no more trials.
    """
    tracker = CriterionTracker(job.task.spec.criterion, len(job.networks))
    errors, counted, steps, done = [], [], 0, 0
    if begun is not None:
        tracker.add(begun.training())
        errors, counted, steps, done = [begun.errors], [begun.counted], begun.steps, begun.errors.shape[1]
    for epochs in lessons(done, job.epochs):
        if tracker.finished.all():
            break
        watched.check()
        training = train(job, learner, draw_lesson(job.task, job.seed, job.networks, epochs, tracker.streak))
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


def error_on_novel(job: Job, learner: Learner) -> NDArray[np.float64] | None:
    """The proportion wrong of responses to an epoch of novel sequences, of which nothing is learned.

    Float array (network,); None where the task keeps no sequences back.
    """
    if not isinstance(job.task, SplitTask):
        return None
    block, _ = draw_epochs(job.task.novel(), job.seed, job.networks, range(1), Purpose.TEST_TRIALS)
    outcome = learner.run(block, learn=False)
    return outcome.errors / outcome.counted


def run_job(job: Job, watch: Watch, stop: Event, begun: Begun | None = None) -> JobResult:
    """Train the networks of a job to its stopping rule, and test them with frozen weights.

    Raises
    ------
    RunStoppedError
        If `stop` was set.
    RunFailedError
        If the networks cannot go on.
    """
    watched = Watched(job, watch, stop)
    learner = job.build() if begun is None else begun.learner()
    if job.goal is not None:
        trained = job.goal.train(job, learner, watched)
    else:
        trained = to_criterion(job, learner, watched, begun)
    snapshot = learner.snapshot()
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
