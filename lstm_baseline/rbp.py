"""A fully recurrent hidden layer, trained by backpropagation through a sliding window of time."""

from dataclasses import dataclass
from typing import NamedTuple

from lstm_baseline.checks import require_count, require_field
from lstm_baseline.kernels.rbp import run_rbp
from lstm_baseline.layout import Layout
from lstm_baseline.state import Stream, Trace
from lstm_baseline.ungated import Ungated, UngatedParams
from tasks.engine.lesson_rows import Course

__all__ = ["RBP", "RBPParams"]

WINDOWS_AT_HAND = 4
"""Windows that the trace has room for: so the steps that are kept are moved to its beginning seldom enough."""


@dataclass(frozen=True, kw_only=True)
class RBPParams(UngatedParams):
    """Size and learning rule of a network with windowed backpropagation (O'Reilly & Frank, 2006, section 4).

    The paper counts time in *ticks*, updates of all units: an event of the task lasts two of them, for one takes
    activity from the inputs to the hidden units, and one from there to the outputs. So a window of 16 ticks is 8 steps.
    Further parameters are those of `UngatedParams`.

    Three values are not in the paper, and are read off its table 2 (docs/baselines.md, section 1): what the first step
    of a window is for, the gap, and first weights.

    Attributes
    ----------
    ticks : int, 1 or 2
        Updates of the hidden units per step; outputs see them after the first. Published: 2. With 1 it is the recurrent
        network of today's libraries.
    window : int, ticks
        Time that is kept, two steps at least. The first step of it is where the others start from, and errors flow back
        to the one after it. Published: 6, 8, 10 or 16, of which 16 did best.
    gap : int, ticks
        Time from one backpropagation to the next: the errors of that time flow back together, through the whole window,
        as in BPTT(window; gap) of Williams & Peng (1990). The paper says that gap and window were searched among the
        same values, and not which gap its results are with; 6 is the one that fits into every window. With the ticks of
        a step, every step's error flows back through a window of its own.
    initial_weight : float
        First weights and biases are uniform in ±this. Not published.
    """

    ticks: int = 2
    window: int = 16
    gap: int = 6
    initial_weight: float = 0.25

    def __post_init__(self) -> None:
        super().__post_init__()
        require_count(self, "ticks", "window", "gap")
        require_field(self.ticks <= 2, self, "ticks", "must be 1 or 2")
        for name in ("window", "gap"):
            rule = f"must be a multiple of the {self.ticks} ticks of a step"
            require_field(getattr(self, name) % self.ticks == 0, self, name, rule, "give whole steps")
        require_field(self.gap <= self.window, self, "gap", "must not be longer than the window")
        two = "must hold two steps at least: one to start from, and one to learn from"
        require_field(self.window >= 2 * self.ticks, self, "window", two)


class Rule(NamedTuple):
    """Ticks per step; window and gap in steps; learning rate α and tolerance: as the kernel takes them."""

    ticks: int
    window: int
    gap: int
    alpha: float
    tolerance: float
    strict: bool


class RBP(Ungated):
    """Up to 16 networks with windowed backpropagation; parameters are those of `lstm_baseline.block.RecurrentBlock`.

    Attributes
    ----------
    params : RBPParams
        `RBPParams.oreilly_frank_2006` if not given.
    circuit : HiddenLayer
        Sizes, and where the weights lie (`HiddenLayer.groups`).

    Notes
    -----
    Activity carries over from call to call, errors do not flow back to before the start of an epoch (a block of trials
    is one). The window slides: activity in it is what it was when it arose, weights are those of now.

    In a record a slot is a hidden unit; memory is its activity at the end of the step. There are no gates: all three
    are 1 throughout. Signals, each (network, step, slot): ``net_hidden`` and ``output``, net input and activity of the
    unit after the first tick, which the outputs see.
    """

    name = "rbp"
    params_kind = RBPParams
    default = RBPParams.oreilly_frank_2006

    def _build(self) -> None:
        p = self.params
        self._begin("the RBP network")
        window, gap = p.window // p.ticks, p.gap // p.ticks
        self._rule = Rule(int(p.ticks), int(window), int(gap), float(p.learning_rate), float(p.tolerance), p.strict)
        self._layout = Layout.networks(self.circuit)._replace(delta_rows=3 * self.circuit.cells | 1)

    def _new_trace(self, steps: int) -> Trace:
        room = max(steps, WINDOWS_AT_HAND * self._rule.window)
        return Trace.of(self._layout, room, self.params.dtype, plain=self._plain)

    @property
    def _window(self) -> int:
        return self._rule.gap

    def _advance(self, stream: Stream, course: Course, trace: Trace, keep: bool, learn: bool) -> None:
        del keep  # the trace keeps as many steps as it has room for
        run_rbp(self._layout, self._rule, self._state, stream, trace, course, learn)
