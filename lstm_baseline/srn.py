"""The simple recurrent network (Elman, 1990) whose context keeps a part of itself from step to step."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.hidden_layer import Descent, HiddenLayer
from lstm_baseline.kernels.srn import run_srn
from lstm_baseline.layout import Layout
from lstm_baseline.networks import Networks
from lstm_baseline.rules import need_number
from lstm_baseline.state import Stream, Trace
from lstm_baseline.ungated import check, first_weights, lasting, record
from lstm_baseline.weights import Groups
from tasks.base.course import Course
from tasks.base.record import GateRecord

__all__ = ["SRN", "SRNParams"]


@dataclass(frozen=True, kw_only=True)
class SRNParams:
    """What a simple recurrent network is and how it learns. Values are those of O'Reilly & Frank (2006), section 4.

    Attributes
    ----------
    hidden : int
        Hidden units, and as many context units. 100 on 1-2-AX, 49 on SIR-2, 196 on the phonological loop.
    hysteresis : float, in [0, 1)
        What the context keeps of itself: c(t) = η c(t−1) + (1 − η) h(t−1). Published: .5; 0 is Elman's (1990) copy.
    learning_rate : float, per step
        Published: .1 on 1-2-AX, .01 on SIR-2, .005 on the phonological loop.
    tolerance : float, in [0, 1)
        An output that is nearer to its target than this has no error. Published: .1.
    strict : bool
        Whether a response is right only if every output is nearer to its target than the tolerance; else it is the most
        active output. The paper's criterion of 0 errors can be read either way.
    initial_weight : float
        First weights and biases are uniform in ±this. Not published; ``search-ungated`` holds it against others.
    dtype : {"float32", "float64"}
        Precision.
    """

    hidden: int = 100
    hysteresis: float = 0.5
    learning_rate: float = 0.1
    tolerance: float = 0.1
    strict: bool = False
    initial_weight: float = 0.5
    dtype: str = "float32"

    def __post_init__(self) -> None:
        check(self)
        need_number("SRNParams", "hysteresis", self.hysteresis, lambda x: 0.0 <= x < 1.0, "must lie in [0, 1)", "0.5")

    @classmethod
    def oreilly_frank_2006(cls, **changes: Any) -> "SRNParams":
        """The network of O'Reilly & Frank (2006) as it did best on 1-2-AX, with `changes`.

        Examples
        --------
        >>> SRNParams.oreilly_frank_2006(hidden=49, learning_rate=0.01).hysteresis  # as on SIR-2
        0.5
        """
        return replace(cls(), **changes)


class Rule(NamedTuple):
    """Hysteresis η, learning rate α and tolerance, as the kernel takes them."""

    eta: float
    alpha: float
    tolerance: float
    strict: bool


class SRN(Networks):
    """Up to 16 simple recurrent networks; parameters are those of `lstm_baseline.networks.Networks`.

    Weights change after every step that has an error, by the gradient of its cross-entropy; the error goes back to the
    hidden units of that step and no further.

    Attributes
    ----------
    params : SRNParams
        `SRNParams.oreilly_frank_2006` if not given.
    circuit : HiddenLayer
        Sizes, and where the weights lie (`HiddenLayer.groups`).

    Notes
    -----
    In a record a slot is a hidden unit with its context unit; memory is the context that the next step will see. There
    are no gates: all three are 1 throughout. Signals, each (replica, step, slot): ``net_hidden``, the net input of the
    hidden unit, and ``output``, its activity.
    """

    name = "srn"
    params_kind = SRNParams
    default = SRNParams.oreilly_frank_2006

    def _build(self) -> None:
        params = self.params
        self.circuit = HiddenLayer.of(self._spec, params.hidden, "the SRN")
        self._rule = Rule(float(params.hysteresis), float(params.learning_rate), float(params.tolerance), params.strict)
        self._layout = Layout.networks(self.circuit)
        self._state = Descent.of(self.circuit, params.dtype)
        first_weights(self._state, self.circuit, params.initial_weight, self.seed, self._numbers)

    def _new_trace(self, steps: int) -> Trace:
        return Trace.of(self._layout, steps, self.params.dtype, plain=self._plain)

    def _lasting(self) -> dict[str, NDArray[Any]]:
        return lasting(self._state)

    @property
    def _groups(self) -> Groups:
        return self.circuit.groups

    @property
    def _window(self) -> int:
        return 1

    def _advance(self, stream: Stream, course: Course, trace: Trace, keep: bool, learn: bool) -> None:
        run_srn(self._layout, self._rule, self._state, stream, trace, course, keep, learn)

    def _record(self, trace: Trace, steps: int, live: NDArray[np.bool_]) -> GateRecord:
        return record(self.name, self.circuit.cells, trace, steps, live)
