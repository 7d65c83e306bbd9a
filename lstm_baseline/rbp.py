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
"""Windows that fit into the trace before steps must be moved."""


@dataclass(frozen=True, kw_only=True)
class RBPParams(UngatedParams):
    """Size and learning of windowed backpropagation (O'Reilly & Frank, 2006, section 4).

    The paper counts *ticks*, updates of all units. A step of the task lasts two, so a window of 16 ticks is 8 steps.
    The role of the first step, the gap, and initial weights were inferred from table 2 (docs/baselines.md, section 1).
    Further parameters are those of `UngatedParams`.

    Attributes
    ----------
    ticks : int, 1 or 2
        Updates of the hidden units per step; outputs see the first. Published: 2. With 1, it is the recurrent
        network of current libraries.
    window : int, ticks
        Length of the window, at least two steps; the first gives the initial activity. Published: 6, 8, 10 or 16
        (best).
    gap : int, ticks
        Time between backpropagations, whose errors flow back together: BPTT(window; gap) of Williams & Peng (1990). Not
        published; 6 fits into every window.
    initial_weight : float
        Initial weights and biases are uniform in ±this. Not published.
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
    """Ticks per step, window and gap in steps, learning rate α, tolerance, and strictness."""

    ticks: int
    window: int
    gap: int
    alpha: float
    tolerance: float
    strict: bool


class RBP(Ungated):
    """Up to 16 networks with windowed backpropagation; parameters as in `lstm_baseline.block.RecurrentBlock`.

    Attributes
    ----------
    params : RBPParams
        By default `RBPParams.oreilly_frank_2006`.

    Notes
    -----
    Activity carries over from call to call; errors do not flow back beyond the start of an epoch (or block of trials).

    In a record, memory is the activity of the hidden unit at the end of the step. Signals (network, step, slot):
    ``net_hidden`` and ``output``, net input and activity after the first tick. Otherwise, see `Ungated`.
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
        del keep  # the trace keeps the steps that it has room for
        run_rbp(self._layout, self._rule, self._state, stream, trace, course, learn)
