"""A job: one block of networks of one model on one task, its start, and its results."""

from dataclasses import dataclass
from threading import Event
from time import perf_counter
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.frozen import FrozenTest
from pbwm.compare.errors import RunStoppedError
from pbwm.compare.models import Model
from tasks.base.learner import Learner
from tasks.base.saving import Saveable, Snapshot
from tasks.base.task import Task
from tasks.base.training import Training, faultless

__all__ = ["Begun", "Goal", "Job", "JobResult", "Trained", "Watch", "Watched"]


@dataclass(frozen=True, kw_only=True)
class Trained:
    """Results of training the networks of a job.

    Attributes
    ----------
    reached_at : int array (network,)
        Epochs to criterion (for a goal: in its unit), or `NOT_REACHED`.
    errors, counted : int array (network, epoch, event)
        As in `tasks.base.training.Training`.
    steps
        Steps of all networks together.
    tested : float array (network,) or None
        Result of the goal's own test (`Goal.measures`); NaN: not tested.
    """

    reached_at: NDArray[np.intp]
    errors: NDArray[np.intp]
    counted: NDArray[np.intp]
    steps: int
    tested: NDArray[np.float64] | None = None


class Goal(Protocol):
    """A stopping rule other than successive epochs without an error, declared with a condition."""

    @property
    def unit(self) -> str:
        """Unit of the goal: "sequences", "streams"."""
        ...

    @property
    def measures(self) -> str:
        """Measure of its own test: "proportion wrong", "greatest n accepted"."""
        ...

    def train(self, job: "Job", learner: Learner, watched: "Watched") -> Trained:
        """Train networks to the goal or the budget of the job."""
        ...

    def __str__(self) -> str:
        """The goal in words."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """One block of networks of one model on one task, in one thread.

    Attributes
    ----------
    label
        The job in words, for messages.
    task, entry
        The task; the model's entry in the catalog.
    networks, seed
        Numbers of the networks; root seed of every random stream.
    epochs
        Largest number of epochs of a network (for a goal: in its unit).
    consolidation
        Further training epochs of a network that has reached the criterion.
    goal
        The stopping rule; None: the criterion of the task.
    outside
        Whether the task or the model is a user's own.
    """

    label: str
    task: Task
    entry: Model
    networks: range
    seed: int
    epochs: int
    consolidation: int = 0
    goal: Goal | None = None
    outside: bool = False

    def build(self) -> Learner:
        """Untrained networks."""
        return self.entry.build(self.task.spec, networks=self.networks, seed=self.seed)


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Networks that were trained within a smaller budget, with their results.

    Attributes
    ----------
    snapshot, kind
        The networks at the end of these epochs, and their class.
    errors, counted, reached_at, steps
        As in `Trained`.
    """

    snapshot: Snapshot
    kind: type[Saveable]
    errors: NDArray[np.intp]
    counted: NDArray[np.intp]
    reached_at: NDArray[np.intp]
    steps: int

    def learner(self) -> Learner:
        """The networks of the snapshot."""
        return cast(Learner, self.kind.from_snapshot(self.snapshot))

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
    snapshot
        The networks at the end of training, before any test.
    learner
        The same networks; tests and recordings run on them.
    frozen
        Result of the frozen test.
    novel_error : float array (network,) or None
        Proportion wrong, with frozen weights, on withheld sequences, or None.
    seconds, first_seconds
        Wall-clock time of the job, and until the end of its first epoch.
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
    """Listens to the progress of a job; this one does nothing."""

    def started(self, job: Job) -> None:
        """The networks of `job` are being built and compiled."""

    def epoch_done(self, job: Job, epochs: int, reached: int) -> None:
        """After `epochs` epochs, `reached` networks of `job` are at criterion."""


class Watched:
    """A running job, with its listener and the event that stops it."""

    def __init__(self, job: Job, watch: Watch, stop: Event) -> None:
        self.job, self._watch, self._stop = job, watch, stop
        self._began, self._done, self.first_seconds = perf_counter(), 0, 0.0
        watch.started(job)

    @property
    def seconds(self) -> float:
        """Seconds since the job began."""
        return perf_counter() - self._began

    def check(self) -> None:
        """Raise `RunStoppedError` if the job must stop."""
        if self._stop.is_set():
            raise RunStoppedError(f"{self.job.label}: stopped after {self._done} epochs")

    def done(self, epochs: int, reached: int) -> None:
        """Report progress to the listener."""
        self._done = epochs
        self.first_seconds = self.first_seconds or self.seconds
        self._watch.epoch_done(self.job, epochs, reached)
