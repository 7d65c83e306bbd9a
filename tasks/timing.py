"""Measuring spike delays: report the delay of every spike in steps.

Spikes occur on one input, F steps after the previous spike or a little later.

Source: Gers, Schraudolph & Schmidhuber (2002), Journal of Machine Learning Research 3:115-143.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Self

import numpy as np

from tasks.base.errors import ParameterError, require, require_integer, require_truth
from tasks.base.rng import require_draw
from tasks.base.task import SILENCE, AnalogChannel, Criterion, Quantity, Role, TaskSpec, Trials

__all__ = ["Event", "SpikeDelays"]


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    SILENCE = 0
    SPIKE = 1


@dataclass(frozen=True, kw_only=True)
class SpikeDelays:
    """The task to measure spike delays.

    An analog channel shows 1 at a spike, else 0. Spike n occurs F + I(n) steps after the previous one or the beginning.
    The response to it, I(n), counts and is rewarded. The task has no ideal gate, because no gate action expresses
    elapsed time.

    Attributes
    ----------
    name
        Name in the catalog.
    interval
        F, the smallest number of steps between spikes. Published: 10 to 50.
    delays
        Possible values of I(n), equally likely. Published: 0 and 1; also 0 and i, and 0 to i, up to i = 10.
    starts_given
        Whether `Trials.starts` marks the step after every spike (NMSD). Otherwise, it marks only a stream (MSD), and
        the model must learn to reset.
    tolerance
        Largest error of a correct response. Published: 0.49.
    spikes_per_epoch, zero_error_epochs
        100 and 1: in the paper, a training stream ends after 100 correct spikes.

    Raises
    ------
    ParameterError
        If a value is invalid.

    Examples
    --------
    >>> stream = SpikeDelays(interval=3).trials(4, np.random.default_rng(1))
    >>> "".join(".|"[int(spike)] for spike in stream.values[:, 0])
    '...|...|..|...|'
    >>> stream.quantity[stream.counts].tolist()
    [1.0, 1.0, 0.0, 1.0]
    """

    name: str = "spike-delays"
    interval: int = 10
    delays: tuple[int, ...] = (0, 1)
    starts_given: bool = False
    tolerance: float = 0.49
    spikes_per_epoch: int = 100
    zero_error_epochs: int = 1

    def __post_init__(self) -> None:
        require_integer("SpikeDelays.interval", self.interval, least=1)
        field, delays = "SpikeDelays.delays", self.delays
        if not isinstance(delays, tuple):
            raise ParameterError(f"{field} = {delays!r} must be numbers of steps; give them as a tuple, as in (0, 1)")
        for delay in delays:
            require_integer(field, delay, least=0)
        different = len(set(delays)) == len(delays) >= 2
        require(different, field, delays, "must be at least two different numbers", "give all delays that occur")
        require_truth("SpikeDelays.starts_given", self.starts_given)
        Quantity(tolerance=self.tolerance)
        require_integer("SpikeDelays.spikes_per_epoch", self.spikes_per_epoch, least=1)
        require_integer("SpikeDelays.zero_error_epochs", self.zero_error_epochs, least=1)

    @classmethod
    def gers_2002(cls, **changes: Any) -> Self:
        """Measuring spike delays in a stream (MSD)."""
        return cls(**changes)

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        return TaskSpec(
            name=self.name,
            source="Gers, Schraudolph & Schmidhuber (2002), Journal of Machine Learning Research 3:115-143",
            channels=(),
            analog=(AnalogChannel(name="spike", low=0.0, high=1.0, role=Role.BOTH),),
            responses=("delay",),
            answer=Quantity(tolerance=self.tolerance),
            events=("silence", "spike"),
            items=(),
            sequence="interval",
            sequences_per_epoch=self.spikes_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` intervals that end with a spike, one draw each (`Task.trials`)."""
        require_draw("SpikeDelays", n, rng)
        delay = np.array(self.delays)[(len(self.delays) * rng.random(n)).astype(np.intp)]
        ends = (self.interval + delay).cumsum()
        steps = int(ends[-1])
        spike = np.zeros(steps, np.bool_)
        spike[ends - 1] = True
        quantity = np.zeros(steps, np.float32)
        quantity[ends - 1] = delay
        starts = np.zeros(steps, np.bool_)
        starts[0] = True
        if self.starts_given:
            starts[ends[:-1]] = True
        return Trials(
            symbols=np.zeros((steps, 0), np.int16),
            target=np.where(spike, 0, SILENCE).astype(np.int16),
            counts=spike,
            rewarded=spike.copy(),
            event=np.where(spike, Event.SPIKE, Event.SILENCE).astype(np.int16),
            starts=starts,
            ideal_gate=np.zeros((steps, 0), np.int8),
            values=spike[:, None].astype(np.float32),
            quantity=quantity,
        )
