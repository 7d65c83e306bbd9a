"""Training by whole epochs: its input (`Lesson`) and its results (`Training`).

A network that has reached the criterion stops learning. The division of training into lessons changes no result.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.drawing import draw_epochs, require_addresses, require_source
from tasks.base.errors import ParameterError, is_count, require
from tasks.base.fitting import fitted, whole_numbers
from tasks.base.task import Criterion, Task, TaskSpec, TrialBlock, Trials

__all__ = [
    "EpochEnded",
    "FittedLesson",
    "Lesson",
    "Training",
    "draw_lesson",
    "faultless",
    "require_lesson",
    "train_by_epochs",
]

Counts = NDArray[np.intp]
MOST_EPOCHS = 2**31 - 1
"""Largest streak, far below overflow."""

EpochEnded = Callable[[NDArray[np.bool_], Counts], None]
"""Called at the end of an epoch with the networks that ran it, and all streaks."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """Epochs for a population, and its criterion.

    Attributes
    ----------
    trials
        One stream per network: its successive epochs.
    ends : int array (network, epoch)
        Steps of the stream up to the end of each epoch.
    events
        Number of kinds of step.
    criterion
        When a network has learned; None: never.
    streak : int array (network,)
        Successive epochs without an error so far. Networks that have reached the criterion are not trained.
    first
        Number of the first epoch, from 0, for messages, or None.
    """

    trials: TrialBlock
    ends: Counts
    events: int
    criterion: Criterion | None
    streak: Counts
    first: int | None = 0

    def __post_init__(self) -> None:
        block, kind = isinstance(self.trials, TrialBlock), type(self.trials).__name__
        require(block, "Lesson.trials", kind, "must be a TrialBlock", "stack the streams (TrialBlock.stack)")
        self.trials.check_shapes()
        self.check()

    def check(self, error: type[Exception] = ParameterError) -> None:
        """Raise `error` unless the ends of epochs fit the streams, and streaks the networks."""
        for name, axes in (("ends", ("network", "epoch")), ("streak", ("network",))):
            object.__setattr__(self, name, whole_numbers(f"Lesson.{name}", getattr(self, name), axes, error))
        remedy = "give the end of every epoch of every network"
        if not self._ends_fit():
            require(False, "Lesson.ends", self.ends.tolist(), "does not fit the streams", remedy, error=error)
        streak, networks = self.streak, self.trials.networks
        fits = streak.shape == (networks,) and streak.min(initial=0) >= 0 and streak.max(initial=0) <= MOST_EPOCHS
        if not fits:
            rule = f"must be one number for each of the {networks} networks, from 0 to {MOST_EPOCHS}"
            remedy = "give each network's number of successive epochs without an error"
            require(False, "Lesson.streak", streak.tolist(), rule, remedy, error=error)
        if self.first is not None:
            require(
                is_count(self.first, 0),
                "Lesson.first",
                self.first,
                "is not the number of an epoch",
                "give one, or None",
                error=error,
            )
        known = self.criterion is None or isinstance(self.criterion, Criterion)
        require(known, "Lesson.criterion", self.criterion, "is not a Criterion", "give one, or None", error=error)

    def _ends_fit(self) -> bool:
        length = self.trials.length
        if self.ends.shape[0] != len(length) or self.ends.shape[1] == 0:
            return False
        epochs = np.diff(self.ends, axis=1, prepend=0)
        none = (length == 0)[:, None]
        return bool((np.where(none, epochs == 0, epochs > 0).all(1) & (self.ends[:, -1] == length)).all())

    @classmethod
    def of_one_epoch(cls, trials: TrialBlock, events: int) -> Self:
        """A block of trials as one epoch without a criterion."""
        streak = np.zeros(trials.networks, np.intp)
        return cls(trials=trials, ends=trials.length[:, None], events=events, criterion=None, streak=streak, first=None)

    def fitted(self, spec: TaskSpec, networks: int, error: type[Exception] = ParameterError) -> "FittedLesson":
        """The lesson for kernels, checked.

        Raises
        ------
        ParameterError
            If the trials are not of the task `spec`, or there is not one stream per network (or `error`, if another is
            given).
        """
        trials = fitted(self.trials, spec, networks, error)
        self.check(error)
        if self.events != len(spec.events):
            rule, remedy = f"must be the {len(spec.events)} of task {spec.name!r}", "give len(spec.events)"
            require(False, "Lesson.events", self.events, rule, remedy, error=error)
        return FittedLesson(**(vars(self) | {"trials": trials}))

    @property
    def epochs(self) -> int:
        """Number of epochs."""
        return int(self.ends.shape[1])

    def number(self, epoch: int) -> int | None:
        """Number, from 1, of the `epoch`-th epoch of the lesson; None if it has no number."""
        return None if self.first is None else self.first + epoch

    @property
    def needed(self) -> int:
        """Successive epochs without an error that the criterion requires; 0: no criterion."""
        return self.criterion.zero_error_epochs if self.criterion else 0

    def reached(self, streak: Counts) -> NDArray[np.bool_]:
        """Whether each network has reached the criterion: bool array (network,)."""
        return np.greater_equal(streak, self.needed) & (self.needed > 0)

    @property
    def limit(self) -> Counts:
        """Epochs that each network may run, int array (network,): all, or none if it has learned or has no trials."""
        return np.where(self.reached(self.streak) | (self.trials.length == 0), 0, self.epochs)

    def network_slice(self, start: int, stop: int) -> Self:
        """The lesson of the networks `start` … `stop - 1`."""
        own = slice(start, stop)
        return type(self)(
            trials=self.trials.network_slice(start, stop),
            ends=self.ends[own],
            events=self.events,
            criterion=self.criterion,
            streak=self.streak[own],
            first=self.first,
        )

    def epoch(self, number: int, waiting: NDArray[np.bool_]) -> TrialBlock:
        """Epoch `number` as a block, without the `waiting` networks, bool array (network,)."""
        begins = self._begins(number)
        return self._cut(begins, np.where(waiting, 0, self.ends[:, number] - begins))

    def part(self, first: int, stop: int, streak: Counts) -> "Lesson":
        """The epochs from `first` to before `stop`, given the `streak` by then."""
        begins = self._begins(first)
        ends = np.where(self.reached(streak)[:, None], 0, self.ends[:, first:stop] - begins[:, None])
        return Lesson(
            trials=self._cut(begins, ends[:, -1]),
            ends=ends,
            events=self.events,
            criterion=self.criterion,
            streak=streak,
            first=None if self.first is None else self.first + first,
        )

    def _begins(self, epoch: int) -> Counts:
        return self.ends[:, epoch - 1] if epoch else np.zeros_like(self.ends[:, 0])

    def _cut(self, begins: Counts, length: Counts) -> TrialBlock:
        blank = {f.name: getattr(self.trials, f.name) for f in fields(Trials)}
        streams = [
            Trials(**{name: array[r, begin : begin + steps] for name, array in blank.items()}) if steps else None
            for r, (begin, steps) in enumerate(zip(begins, length, strict=True))
        ]
        like = Trials(**{name: array[0, :0] for name, array in blank.items()})
        return TrialBlock.stack(streams, like)


@dataclass(frozen=True, kw_only=True)
class FittedLesson(Lesson):
    """A lesson that `Lesson.fitted` has checked, as kernels require."""

    def __post_init__(self) -> None:
        """All was checked before."""

    @classmethod
    def of_block(
        cls, block: TrialBlock, spec: TaskSpec, networks: int, error: type[Exception] = ParameterError
    ) -> Self:
        """A block of trials as one checked epoch without a criterion."""
        return cls.of_one_epoch(fitted(block, spec, networks, error), len(spec.events))


@dataclass(frozen=True, kw_only=True)
class Training:
    """Results of training a population on a lesson.

    Attributes
    ----------
    errors, counted : int array (network, epoch, event)
        Wrong responses, and all that count, by kind of step; 0 in epochs that a network did not run.
    done, steps : int array (network,)
        Epochs and steps that each network ran.
    streak : int array (network,)
        Successive epochs without an error so far.
    reached : bool array (network,)
        Whether each network has reached the criterion so far.
    """

    errors: Counts
    counted: Counts
    done: Counts
    streak: Counts
    reached: NDArray[np.bool_]
    steps: Counts

    @classmethod
    def in_succession(cls, parts: Sequence["Training"], epochs: int) -> "Training":
        """Join the results of successive parts of a lesson."""
        missing = epochs - sum(part.errors.shape[1] for part in parts)

        def in_order(name: str) -> Counts:
            found = np.concatenate([getattr(part, name) for part in parts], axis=1)
            return np.pad(found, [(0, 0), (0, missing), (0, 0)])

        return cls(
            errors=in_order("errors"),
            counted=in_order("counted"),
            done=sum((part.done for part in parts[1:]), parts[0].done),
            streak=parts[-1].streak,
            reached=parts[-1].reached,
            steps=sum((part.steps for part in parts[1:]), parts[0].steps),
        )

    @classmethod
    def joined(cls, parts: Sequence["Training"]) -> "Training":
        """Combined results of several blocks."""
        return cls(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)})


def require_lesson(lesson: object, error: type[Exception] = ParameterError) -> None:
    """Raise `error` unless it is a `Lesson`."""
    require(
        isinstance(lesson, Lesson), "lesson", lesson, "is not a Lesson", "give one that draw_lesson makes", error=error
    )


def faultless(errors: Counts, counted: Counts) -> NDArray[np.bool_]:
    """Whether some response of an epoch counted, and none was wrong, for each element of two arrays of one shape."""
    return np.equal(errors, 0) & np.greater(counted, 0)


def draw_lesson(task: Task, seed: int, networks: Sequence[int], epochs: range, streak: Counts | None = None) -> Lesson:
    """The training epochs of a task; networks that have learned get no trials.

    Raises
    ------
    ParameterError
        If there is no epoch, if the number of a network or an epoch is invalid, or if `streak` does not have one number
        per network.
    """
    require_source("draw_lesson", task, seed)
    require_addresses(networks, epochs)
    spec = task.spec
    streak = np.zeros(len(networks), np.intp) if streak is None else streak
    rule, remedy = f"must have a number for each of the {len(networks)} networks", "give one number for each"
    require(np.shape(streak) == (len(networks),), "draw_lesson: streak", streak, rule, remedy)
    learned = streak >= spec.criterion.zero_error_epochs
    drawn = [None if done else network for network, done in zip(networks, learned, strict=True)]
    trials, ends = draw_epochs(task, seed, drawn, epochs)
    return Lesson(
        trials=trials,
        ends=ends,
        events=len(spec.events),
        criterion=spec.criterion,
        streak=streak,
        first=epochs.start,
    )


def count_by_event(block: TrialBlock, correct: NDArray[np.bool_], events: int) -> tuple[Counts, Counts]:
    """Errors and counted responses by kind of step, each (network, event)."""
    counts = block.live & block.counts
    kind = np.arange(block.networks)[:, None] * events + block.event

    def count(which: NDArray[np.bool_]) -> Counts:
        return np.bincount(kind[which], minlength=block.networks * events).reshape(block.networks, events)

    return count(counts & ~correct), count(counts)


def train_by_epochs(
    run: Callable[[TrialBlock], NDArray[np.bool_]],
    lesson: Lesson,
    ended: EpochEnded | None = None,
    stopped: Callable[[], NDArray[np.bool_]] | None = None,
) -> Training:
    """Train on a lesson epoch by epoch, for learners without a kernel for lessons.

    `run` trains the networks on a block and returns which responses were correct, (network, step). `ended` is called at
    the end of every epoch (`EpochEnded`). `stopped` then returns the networks to stop, bool array (network,).
    """
    shape = (lesson.trials.networks, lesson.epochs, lesson.events)
    errors, counted = np.zeros(shape, np.intp), np.zeros(shape, np.intp)
    limit, streak = lesson.limit, lesson.streak.copy()
    done, steps = np.zeros_like(limit), np.zeros_like(limit)
    for epoch in range(lesson.epochs):
        going_on = epoch < limit
        if not going_on.any():
            break
        block = lesson.epoch(epoch, ~going_on)
        correct = run(block)
        if stopped is not None:
            gone = stopped()
            going_on, limit = going_on & ~gone, np.where(gone, done, limit)
            block = replace(block, length=np.where(gone, 0, block.length))
        errors[:, epoch], counted[:, epoch] = count_by_event(block, correct, lesson.events)
        good = faultless(errors[:, epoch].sum(1), counted[:, epoch].sum(1))
        streak = np.where(going_on, np.where(good, streak + 1, 0), streak)
        done, steps = done + going_on, steps + block.length
        limit = np.where(going_on & lesson.reached(streak), epoch + 1, limit)
        if ended is not None:
            ended(going_on, streak)
    return Training(
        errors=errors, counted=counted, done=done, streak=streak, reached=lesson.reached(streak), steps=steps
    )
