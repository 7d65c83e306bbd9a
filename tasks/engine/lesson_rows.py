"""A lesson for kernels: rows that sixteen lanes process together, and the ends of epochs."""

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from tasks.base.errors import require
from tasks.base.training import FittedLesson, Lesson, Training
from tasks.engine.lanes import LANES
from tasks.engine.lanes.references import by_reference

__all__ = ["Course", "Rows"]

Number = TypeVar("Number", bound=np.generic)
BY_ROW = ("start", "stop", "target", "event")
"""The arrays of a `Course` whose second axis is the lane; else it is the first."""


@dataclass(frozen=True)
class Rows:
    """Rows of the steps of a lesson.

    *Packed*, the epochs of a lane follow one another without a gap. *Aligned*, every epoch begins at the same row in
    all lanes.

    Attributes
    ----------
    start, stop : int arrays (network, epoch)
        First row of each epoch, and the row after its last.
    network, step, row : int arrays
        Network, number in the stream, and row of every step.
    """

    start: NDArray[np.intp]
    stop: NDArray[np.intp]
    network: NDArray[np.intp]
    step: NDArray[np.intp]
    row: NDArray[np.intp]

    @classmethod
    def packed(cls, lesson: Lesson) -> "Rows":
        """Lanes without gaps."""
        return cls._of(lesson, lesson.ends - np.diff(lesson.ends, axis=1, prepend=0))

    @classmethod
    def aligned(cls, lesson: Lesson) -> "Rows":
        """Lanes that begin every epoch together."""
        longest = np.diff(lesson.ends, axis=1, prepend=0).max(0)
        return cls._of(lesson, np.broadcast_to(longest.cumsum() - longest, lesson.ends.shape))

    @classmethod
    def _of(cls, lesson: Lesson, start: NDArray[np.intp]) -> "Rows":
        length = np.diff(lesson.ends, axis=1, prepend=0)
        network, step = np.nonzero(lesson.trials.live)
        shift = np.repeat(start - (lesson.ends - length), length.ravel())
        return cls(start, start + length, network, step, step + shift)

    @property
    def count(self) -> int:
        """Number of rows."""
        return int(self.stop.max(initial=0))

    def lay(self, values: NDArray[Number], fill: int) -> NDArray[Number]:
        """Values (network, step) as rows of 16 lanes, with `fill` elsewhere."""
        out = np.full((self.count, LANES), fill, values.dtype)
        out[self.row, self.network] = values[self.network, self.step]
        return out

    def unlay(self, rows: NDArray[Number], shape: tuple[int, int]) -> NDArray[Number]:
        """Rows of lanes as values (network, step), 0 beyond a stream."""
        out = np.zeros(shape, rows.dtype)
        out[self.network, self.step] = rows[self.row, self.network]
        return out


@by_reference
class Course(NamedTuple):
    """A lesson for `tasks.engine.kernels.epochs`.

    Attributes
    ----------
    start, stop : int arrays (epoch, lane)
        First row of each epoch, and the row after its last.
    target, event : int16 arrays (row, lane)
        The correct response; the kind of a step whose response counts, else −1.
    needed
        Successive epochs in the criterion; 0: no criterion.
    limit, done, streak, fault : int arrays (lane,)
        Epochs to run; epochs run; streak; epoch (from 1) of a number that was not finite.
    errors, counted : int arrays (lane, epoch, event)
        Wrong responses, and all that count.
    """

    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    target: NDArray[np.int16]
    event: NDArray[np.int16]
    needed: int
    limit: NDArray[np.int64]
    done: NDArray[np.int64]
    streak: NDArray[np.int64]
    fault: NDArray[np.int64]
    errors: NDArray[np.int64]
    counted: NDArray[np.int64]

    @classmethod
    def of(cls, lesson: FittedLesson, rows: Rows) -> "Course":
        """The course of a lesson for at most 16 networks."""
        checked, kind = isinstance(lesson, FittedLesson), type(lesson).__name__
        require(checked, "Course.of: lesson", kind, "was not checked before kernels run", "use Lesson.fitted")
        trials, networks = lesson.trials, lesson.trials.networks
        event = np.where(trials.counts, trials.event, np.int16(-1))

        def lanes(values: NDArray[np.intp]) -> NDArray[np.int64]:
            out = np.zeros((LANES, *values.shape[1:]), np.int64)
            out[:networks] = values
            return out

        counts = np.zeros((networks, lesson.epochs, lesson.events), np.int64)
        return cls(
            start=np.ascontiguousarray(lanes(rows.start).T),
            stop=np.ascontiguousarray(lanes(rows.stop).T),
            target=rows.lay(trials.target, -1),
            event=rows.lay(event, -1),
            needed=lesson.needed,
            limit=lanes(lesson.limit),
            done=np.zeros(LANES, np.int64),
            streak=lanes(lesson.streak),
            fault=np.zeros(LANES, np.int64),
            errors=lanes(counts),
            counted=lanes(counts),
        )

    def lane(self, number: int) -> "Course":
        """The course of one lane, in every lane."""
        arrays: dict[str, Any] = self._asdict()
        needed = arrays.pop("needed")
        for name, values in arrays.items():
            lane = 1 if name in BY_ROW else 0
            arrays[name] = np.repeat(values.take([number], lane), LANES, lane)
        return Course(needed=needed, **arrays)

    def take_lane(self, number: int, other: "Course") -> None:
        """Copy the results of another course's first lane to lane `number`."""
        for name in ("limit", "done", "streak", "fault", "errors", "counted"):
            getattr(self, name)[number] = getattr(other, name)[0]

    def training(self, lesson: Lesson) -> Training:
        """Results of the lesson, by network."""
        own, last = slice(lesson.trials.networks), self.done[: lesson.trials.networks] - 1
        ran = np.where(last >= 0, lesson.ends[np.arange(len(last)), np.maximum(last, 0)], 0)
        streak = self.streak[own].astype(np.intp)
        return Training(
            errors=self.errors[own].astype(np.intp),
            counted=self.counted[own].astype(np.intp),
            done=self.done[own].astype(np.intp),
            streak=streak,
            reached=lesson.reached(streak),
            steps=ran.astype(np.intp),
        )
