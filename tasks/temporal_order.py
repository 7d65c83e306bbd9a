"""Temporal order: two or three signals are far apart, and the response is their order.

Among many irrelevant symbols, *X* or *Y* occurs at two or three random places. The response at the end of the sequence
is one of four or eight orders.

Source: Hochreiter & Schmidhuber (1997), Neural Computation 9:1735-1780, experiments 6a and 6b. In Gers, Schmidhuber &
Cummins (2000), Neural Computation 12:2451-2471, the sequences follow one another in one stream.
"""

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise, product
from typing import Any, Self

import numpy as np

from tasks.base.errors import ParameterError, require, require_integer, require_truth
from tasks.base.rng import require_draw
from tasks.base.task import SILENCE, Channel, Criterion, GateAction, Role, TaskSpec, Trials

__all__ = ["Event", "TemporalOrder"]

SYMBOLS = ("a", "b", "c", "d", "X", "Y", "E", "B")
DISTRACTORS, FIRST_SIGNAL, START, END = 4, 4, 6, 7
SIGNALS = 2


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    START = 0
    DISTRACTOR = 1
    SIGNAL = 2
    END = 3


@dataclass(frozen=True, kw_only=True)
class TemporalOrder:
    """The temporal order task.

    One channel shows the symbols a, b, c, d, X, Y, the start E, and the end B. Only the response to the end counts and
    is rewarded. Responses are named by their orders.

    Attributes
    ----------
    name
        Name in the catalog.
    windows
        First and last step of each signal, in order; uniform in between. Published: 10-20 and 50-60 (6a); 10-20, 33-43,
        and 66-76 (6b).
    min_length, max_length
        Range of the uniform length in steps, including start and end. Published: 100 and 110.
    starts_given
        Whether `Trials.starts` marks every sequence. Otherwise, it marks only a stream, and the model must learn to
        reset.
    sequences_per_epoch, zero_error_epochs
        25 and 80: the paper requires 2000 successive sequences without an error. 100 and 1 in the continual form.

    Raises
    ------
    ParameterError
        If a number or a window is invalid, or the last window does not fit into the shortest sequence.

    Examples
    --------
    >>> task = TemporalOrder(windows=((2, 4), (7, 9)), min_length=12, max_length=14)
    >>> stream = task.trials(1, np.random.default_rng(1))
    >>> "".join(task.spec.channels[0].symbols[s] for s in stream.symbols[:, 0])
    'EdbcYdcXdbbaB'
    >>> task.spec.responses[stream.target[-1]]
    'Y-X'
    """

    name: str = "temporal-order-6a"
    windows: tuple[tuple[int, int], ...] = ((10, 20), (50, 60))
    min_length: int = 100
    max_length: int = 110
    starts_given: bool = True
    sequences_per_epoch: int = 25
    zero_error_epochs: int = 80

    def __post_init__(self) -> None:
        self._check_windows()
        last = self.windows[-1][1]
        require_integer("TemporalOrder.min_length", self.min_length, least=last + 2)
        require_integer("TemporalOrder.max_length", self.max_length, least=self.min_length)
        require_truth("TemporalOrder.starts_given", self.starts_given)
        require_integer("TemporalOrder.sequences_per_epoch", self.sequences_per_epoch, least=1)
        require_integer("TemporalOrder.zero_error_epochs", self.zero_error_epochs, least=1)

    def _check_windows(self) -> None:
        field, windows = "TemporalOrder.windows", self.windows
        try:
            pairs = tuple((int(first), int(last)) for first, last in windows)
        except (TypeError, ValueError):
            raise ParameterError(
                f"{field} = {windows!r} must be pairs of steps; give a first and a last step for each signal"
            ) from None
        require(2 <= len(pairs) <= 6, field, windows, "must be 2 to 6", "give a window for each signal")
        steps = [step for pair in pairs for step in pair]
        ordered = steps[0] >= 1 and all(first <= last for first, last in pairs)
        apart = all(one[1] < other[0] for one, other in pairwise(pairs))
        rule = "must be in order, start at step 1 or later, and not overlap"
        require(ordered and apart, field, windows, rule, "give first and last steps, as in ((10, 20), (50, 60))")
        object.__setattr__(self, "windows", pairs)

    @classmethod
    def hochreiter_schmidhuber_1997_6a(cls, **changes: Any) -> Self:
        """Experiment 6a, of two signals."""
        return cls(**changes)

    @classmethod
    def hochreiter_schmidhuber_1997_6b(cls, **changes: Any) -> Self:
        """Experiment 6b, of three signals."""
        return cls(**{"name": "temporal-order-6b", "windows": ((10, 20), (33, 43), (66, 76)), **changes})

    @classmethod
    def gers_2000(cls, **changes: Any) -> Self:
        """Continual noisy temporal order: 6b in streams without marks."""
        own = {"name": "noisy-temporal-order", "starts_given": False}
        sizes = {"sequences_per_epoch": 100, "zero_error_epochs": 1}
        return cls.hochreiter_schmidhuber_1997_6b(**{**own, **sizes, **changes})

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        signals = len(self.windows)
        paper, later = "Hochreiter & Schmidhuber (1997), Neural Computation 9:1735-1780", "Gers, Schmidhuber & Cummins "
        return TaskSpec(
            name=self.name,
            source=paper if self.starts_given else f"{later}(2000), Neural Computation 12:2451-2471",
            channels=(Channel(name="symbol", symbols=SYMBOLS, role=Role.BOTH),),
            responses=tuple("-".join(order) for order in product("XY", repeat=signals)),
            events=("start", "distractor", "signal", "end"),
            items=tuple(f"signal {i + 1}" for i in range(signals)),
            sequence="sequence",
            sequences_per_epoch=self.sequences_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` sequences of equal numbers of draws (`Task.trials`)."""
        require_draw("TemporalOrder", n, rng)
        count = len(self.windows)
        draws = rng.random((n, 1 + 2 * count + self.max_length))
        length = self.min_length + ((self.max_length - self.min_length + 1) * draws[:, :1]).astype(np.intp)
        first, last = np.array(self.windows).T
        place = first + ((last - first + 1) * draws[:, 1 : 1 + count]).astype(np.intp)
        signal = (SIGNALS * draws[:, 1 + count : 1 + 2 * count]).astype(np.intp)

        step = np.arange(self.max_length)
        symbols = (DISTRACTORS * draws[:, 1 + 2 * count :]).astype(np.int16)
        event = np.full(symbols.shape, Event.DISTRACTOR, np.int16)
        sequence = np.arange(n)[:, None]
        symbols[:, 0], event[:, 0] = START, Event.START
        symbols[sequence, place], event[sequence, place] = FIRST_SIGNAL + signal, Event.SIGNAL
        symbols[sequence, length - 1], event[sequence, length - 1] = END, Event.END
        # An order is a number in base 2, its first signal the highest digit.
        order = signal @ (SIGNALS ** np.arange(count - 1, -1, -1))
        target = np.where(step == length - 1, order[:, None], SILENCE)

        since = step[:, None] - place[:, None, :]
        gate = np.where(since > 0, GateAction.HOLD, GateAction.NONE)
        gate[since == 0] = GateAction.STORE
        gate[event == Event.END] = GateAction.READ
        shown = step < length
        ends, starts = event[shown] == Event.END, event[shown] == Event.START
        starts[1:] &= self.starts_given
        return Trials(
            symbols=symbols[shown][:, None],
            target=target[shown].astype(np.int16),
            counts=ends,
            rewarded=ends.copy(),
            event=event[shown],
            starts=starts,
            ideal_gate=gate[shown].astype(np.int8),
        )
