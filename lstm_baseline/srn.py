"""The simple recurrent network (Elman, 1990), with hysteresis of the context."""

from dataclasses import dataclass
from typing import NamedTuple

from lstm_baseline.checks import require_below_one
from lstm_baseline.kernels.srn import run_srn
from lstm_baseline.layout import Layout
from lstm_baseline.state import Stream, Trace
from lstm_baseline.ungated import Ungated, UngatedParams
from tasks.engine.lesson_rows import Course

__all__ = ["SRN", "SRNParams"]


@dataclass(frozen=True, kw_only=True)
class SRNParams(UngatedParams):
    """Size and learning of a simple recurrent network (O'Reilly & Frank, 2006, section 4).

    Further parameters are those of `UngatedParams`. Also published: 49 hidden units on SIR-2 and 196 on the
    phonological loop, with learning rates of .01 and .005.

    Attributes
    ----------
    hysteresis : float, in [0, 1)
        η in c(t) = η c(t−1) + (1 − η) h(t−1). Published: .5; 0 is the copy of Elman (1990).
    initial_weight : float
        Initial weights and biases are uniform in ±this. Not published.
    """

    hysteresis: float = 0.5
    initial_weight: float = 0.7

    def __post_init__(self) -> None:
        super().__post_init__()
        require_below_one(self, "hysteresis")


class Rule(NamedTuple):
    """Hysteresis η, learning rate α, tolerance, and strictness."""

    eta: float
    alpha: float
    tolerance: float
    strict: bool


class SRN(Ungated):
    """Up to 16 simple recurrent networks; parameters as in `lstm_baseline.block.RecurrentBlock`.

    Weights change after every step with an error, by the gradient of its cross-entropy, which flows back only to the
    hidden units of that step.

    Attributes
    ----------
    params : SRNParams
        By default `SRNParams.oreilly_frank_2006`.

    Notes
    -----
    In a record, memory is the context of the next step. Signals (network, step, slot): ``net_hidden`` and ``output``,
    net input and activity of the hidden unit. Otherwise, see `Ungated`.
    """

    name = "srn"
    params_kind = SRNParams
    default = SRNParams.oreilly_frank_2006

    def _build(self) -> None:
        params = self.params
        self._begin("the SRN")
        self._rule = Rule(float(params.hysteresis), float(params.learning_rate), float(params.tolerance), params.strict)
        self._layout = Layout.networks(self.circuit)

    def _new_trace(self, steps: int) -> Trace:
        return Trace.of(self._layout, steps, self.params.dtype, plain=self._plain)

    @property
    def _window(self) -> int:
        return 1

    def _advance(self, stream: Stream, course: Course, trace: Trace, keep: bool, learn: bool) -> None:
        run_srn(self._layout, self._rule, self._state, stream, trace, course, keep, learn)
