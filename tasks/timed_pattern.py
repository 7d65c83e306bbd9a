"""Timed patterns: generate a spike in each period, or a periodic function, without a clock input.

One input shows when the pattern begins. The target of every step is the value of the pattern, which restarts after a
random number of steps.

Source: the generation of timed spikes and periodic functions in Gers, Schraudolph & Schmidhuber (2002), Journal of
Machine Learning Research 3:115-143. We could read only its abstract; shapes, periods, and restarts are ours.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.errors import require, require_integer
from tasks.base.rng import require_draw
from tasks.base.task import AnalogChannel, Criterion, Quantity, Role, TaskSpec, Trials

__all__ = ["Event", "Shape", "TimedPattern"]


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    START = 0
    LATER = 1


class Shape(StrEnum):
    """The pattern over a period, in [0, 1]."""

    SPIKES = "spikes"
    COSINE = "cosine"
    TRIANGLE = "triangle"
    RECTANGLE = "rectangle"


def pattern(shape: Shape, time: NDArray[np.intp], period: int) -> NDArray[np.float64]:
    """The value of a pattern at `time` in steps.

    Spikes: 1 at the last step of a period, else 0. Cosine: (1 + cos 2πφ)/2, φ = time/period. Triangle: |1 − 2φ| for φ
    in [0, 1). Rectangle: 1 in the first half of a period, else 0.

    Examples
    --------
    >>> [pattern(shape, np.arange(4), 4).round(2).tolist() for shape in Shape]
    [[0.0, 0.0, 0.0, 1.0], [1.0, 0.5, 0.0, 0.5], [1.0, 0.5, 0.0, 0.5], [1.0, 1.0, 0.0, 0.0]]
    """
    step = time % period
    phase = step / period
    values = {
        Shape.SPIKES: step == period - 1,
        Shape.COSINE: (1 + np.cos(2 * np.pi * phase)) / 2,
        Shape.TRIANGLE: np.abs(1 - 2 * phase),
        Shape.RECTANGLE: 2 * step < period,
    }
    return np.asarray(values[shape], np.float64)


@dataclass(frozen=True, kw_only=True)
class TimedPattern:
    """The task to generate a timed pattern.

    An analog channel shows 1 at the first step of a pattern, else 0. All responses count and are rewarded. A pattern
    lasts from `least` to `most` periods and may end at any step; lengths are uniform. The task has no ideal gate,
    because no gate action expresses elapsed time.

    Attributes
    ----------
    name
        Name in the catalog.
    shape
        The pattern over a period.
    period
        Steps in a period.
    least, most
        Smallest and largest number of periods before a restart.
    tolerance
        Largest error of a correct response.
    patterns_per_epoch, zero_error_epochs
        Patterns in an epoch, and successive epochs without an error in the criterion.

    Raises
    ------
    ParameterError
        If a value is invalid.

    Examples
    --------
    >>> stream = TimedPattern(period=3, least=1, most=2).trials(3, np.random.default_rng(1))
    >>> print(*stream.values[:, 0].astype(int))
    1 0 0 0 0 1 0 0 0 0 0 1 0 0
    >>> print(*stream.quantity.astype(int))
    0 0 1 0 0 0 0 1 0 0 1 0 0 1
    """

    name: str = "timed-spikes"
    shape: Shape = Shape.SPIKES
    period: int = 10
    least: int = 3
    most: int = 6
    tolerance: float = 0.49
    patterns_per_epoch: int = 25
    zero_error_epochs: int = 1

    def __post_init__(self) -> None:
        shapes = ", ".join(Shape)
        is_shape = isinstance(self.shape, Shape)
        require(is_shape, "TimedPattern.shape", self.shape, f"must be one of {shapes}", "give a Shape")
        require_integer("TimedPattern.period", self.period, least=2)
        require_integer("TimedPattern.least", self.least, least=1)
        require_integer("TimedPattern.most", self.most, least=self.least + 1)
        Quantity(tolerance=self.tolerance)
        require_integer("TimedPattern.patterns_per_epoch", self.patterns_per_epoch, least=1)
        require_integer("TimedPattern.zero_error_epochs", self.zero_error_epochs, least=1)

    @classmethod
    def spikes(cls, **changes: Any) -> Self:
        """A spike at the end of every period."""
        return cls(**changes)

    @classmethod
    def function(cls, **changes: Any) -> Self:
        """A cosine with a tolerance of 0.2."""
        return cls(**{"name": "periodic-function", "shape": Shape.COSINE, "tolerance": 0.2, **changes})

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        return TaskSpec(
            name=self.name,
            source="after Gers, Schraudolph & Schmidhuber (2002), Journal of Machine Learning Research 3:115-143",
            channels=(),
            analog=(AnalogChannel(name="start", low=0.0, high=1.0, role=Role.BOTH),),
            responses=("value",),
            answer=Quantity(tolerance=self.tolerance),
            events=("start", "later"),
            items=(),
            sequence="pattern",
            sequences_per_epoch=self.patterns_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` patterns, one draw each (`Task.trials`)."""
        require_draw("TimedPattern", n, rng)
        fewest, lengths = self.least * self.period, (self.most - self.least) * self.period + 1
        length = fewest + (lengths * rng.random(n)).astype(np.intp)
        first = np.concatenate([[0], length.cumsum()[:-1]])
        steps = int(length.sum())
        time = np.arange(steps) - np.repeat(first, length)
        start, every = time == 0, np.ones(steps, np.bool_)
        return Trials(
            symbols=np.zeros((steps, 0), np.int16),
            target=np.zeros(steps, np.int16),
            counts=every,
            rewarded=every.copy(),
            event=np.where(start, Event.START, Event.LATER).astype(np.int16),
            starts=start,
            ideal_gate=np.zeros((steps, 0), np.int8),
            values=start[:, None].astype(np.float32),
            quantity=pattern(self.shape, time, self.period).astype(np.float32),
        )
