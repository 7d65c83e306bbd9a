"""Running a comparison: every model sees the same trials and is held to the same criterion."""

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from threading import Event
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import CriterionTracker
from pbwm.compare.errors import RunFailedError, RunStoppedError
from pbwm.compare.models import MODEL_ERRORS
from pbwm.compare.novel import error_on_novel
from pbwm.compare.plan import Job
from pbwm.compare.progress import Monitor
from tasks.base.errors import TaskError
from tasks.base.learner import Learner
from tasks.base.training import Lesson, Training, draw_lesson

__all__ = ["JobResult", "completed_jobs", "run_job", "run_jobs"]

CANNOT_GO_ON: tuple[type[Exception], ...] = (TaskError, *MODEL_ERRORS)
"""What a learner raises that cannot run its trials, e.g. because the weights of a replica are no longer finite."""


MOST_EPOCHS = 8
"""Epochs in one call at most: seconds of PBWM, and so many that a call of the LSTM is more than its overhead."""


@dataclass(frozen=True, kw_only=True)
class JobResult:
    """What one block of networks did.

    Attributes
    ----------
    job
        The job.
    learner
        The networks, trained.
    reached_at : int array (network,)
        Epochs to criterion; `NOT_REACHED` where the budget ended before.
    errors, counted : int array (network, epoch, event)
        Wrong responses, and all responses that count, by kind of step; 0 in epochs that a network did not run.
    novel_error : float array (network,) or None
        Proportion wrong on novel sequences after training, if the task keeps some back.
    steps
        Steps of all networks together.
    seconds
        Wall-clock time of the job, compilation included.
    first_seconds
        What of it went by until the end of the first epoch: building and compiling, and one epoch.
    """

    job: Job
    learner: Learner
    reached_at: NDArray[np.intp]
    errors: NDArray[np.intp]
    counted: NDArray[np.intp]
    novel_error: NDArray[np.float64] | None
    steps: int
    seconds: float
    first_seconds: float


def lessons(epochs: int) -> Iterator[range]:
    """The epochs of each call: 1, 2, 4, and then `MOST_EPOCHS` at a time. Results do not depend on it.

    Between calls a job shows its progress and can be stopped; the first epoch, compiling included, is timed alone.
    """
    first, several = 0, 1
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


def run_job(job: Job, monitor: Monitor, stop: Event) -> JobResult:
    """Train the networks of a job until all have reached the criterion or the budget ends.

    A network that has reached the criterion is frozen from then on: it gets no more trials.

    Raises
    ------
    RunStoppedError
        If `stop` was set.
    RunFailedError
        If the networks cannot go on.
    """
    began = perf_counter()
    monitor.started(job)
    spec = job.task.spec
    learner = job.entry.build(spec, replicas=job.replicas, seed=job.seed)
    tracker = CriterionTracker(spec.criterion, len(job.replicas))
    errors, counted, steps, done, first_seconds = [], [], 0, 0, 0.0
    for epochs in lessons(job.budget.epochs):
        if stop.is_set():
            raise RunStoppedError(f"{job.label}: stopped after {done} epochs")
        lesson = draw_lesson(job.task, job.seed, job.replicas, epochs, tracker.streak)
        training = train(job, learner, lesson)
        tracker.add(training)
        ran = int(training.done.max())
        errors.append(training.errors[:, :ran])
        counted.append(training.counted[:, :ran])
        steps += int(training.steps.sum())
        done += ran
        first_seconds = first_seconds or perf_counter() - began
        monitor.epoch_done(job, done, int(tracker.finished.sum()))
        if tracker.finished.all():
            break
    monitor.finished(job, done, int(tracker.finished.sum()))
    return JobResult(
        job=job,
        learner=learner,
        reached_at=tracker.reached_at,
        errors=np.concatenate(errors, axis=1),
        counted=np.concatenate(counted, axis=1),
        novel_error=error_on_novel(job.task, learner, job.replicas, job.seed),
        steps=steps,
        seconds=perf_counter() - began,
        first_seconds=first_seconds,
    )


def completed_jobs(
    jobs: Sequence[Job], *, threads: int = 1, monitor: Monitor | None = None
) -> Generator[JobResult, None, None]:
    """Run all jobs, `threads` at a time, and give each result as soon as it is there.

    Kernels leave the interpreter lock, so jobs run side by side. If one fails, the user interrupts, or nobody wants
    further results, the others stop at the end of their call (`lessons`).
    """
    monitor = monitor or Monitor()
    stop = Event()
    with ThreadPoolExecutor(threads, thread_name_prefix="job") as pool:
        futures = [pool.submit(run_job, job, monitor, stop) for job in jobs]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            stop.set()
            for future in futures:
                future.cancel()


def run_jobs(jobs: Sequence[Job], *, threads: int = 1, monitor: Monitor | None = None) -> list[JobResult]:
    """Run all jobs as `completed_jobs` does, and give their results in the order of the jobs."""
    results = {result.job: result for result in completed_jobs(jobs, threads=threads, monitor=monitor)}
    return [results[job] for job in jobs]
