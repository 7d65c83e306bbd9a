"""Parameters, state and records shared by networks without gates (`lstm_baseline.srn`, `lstm_baseline.rbp`)."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.anatomy import hidden_anatomy, hidden_parts, weights_of_parts
from lstm_baseline.block import RecurrentBlock
from lstm_baseline.checks import (
    require_at_least,
    require_below_one,
    require_count,
    require_kinds,
    require_number,
    require_positive,
    require_precision,
)
from lstm_baseline.hidden_layer import Descent, HiddenLayer
from lstm_baseline.state import Trace
from lstm_baseline.weights import Groups
from tasks.base.anatomy import Anatomy
from tasks.base.record import GateRecord
from tasks.base.rng import Purpose, stream
from tasks.engine.lanes import LANES

__all__ = ["Ungated", "UngatedParams"]


@dataclass(frozen=True, kw_only=True)
class UngatedParams:
    """Size and learning of a network without gates (O'Reilly & Frank, 2006, section 4).

    An invalid value raises `LSTMParameterError`.

    Attributes
    ----------
    hidden : int
        Hidden units, and as many context units. Published: 100 was best on 1-2-AX.
    learning_rate : float
        Rate of each weight change. Published: .1 on 1-2-AX.
    tolerance : float, in [0, 1)
        An output that is closer to its target has no error. Published: .1.
    strict : bool
        Whether a response is correct only if every output is within the tolerance. Otherwise, the most active output
        decides. Tables 1 and 2 of the paper agree with strict networks (docs/baselines.md, section 1).
    initial_weight : float
        Initial weights and biases are uniform in ±this. Not published; from the study ``search-ungated``.
    dtype : {"float32", "float64"}
        Precision.
    """

    hidden: int = 100
    learning_rate: float = 0.1
    tolerance: float = 0.1
    strict: bool = False
    initial_weight: float
    dtype: str = "float32"

    def __post_init__(self) -> None:
        require_kinds(self)
        require_number(self, "initial_weight")
        require_count(self, "hidden")
        require_positive(self, "learning_rate")
        require_below_one(self, "tolerance")
        require_at_least(self, "initial_weight", 0.0)
        require_precision(self)

    @classmethod
    def oreilly_frank_2006(cls, **changes: Any) -> Self:
        """The network of O'Reilly & Frank (2006) with its best values on 1-2-AX.

        Examples
        --------
        >>> from lstm_baseline import RBPParams, SRNParams
        >>> SRNParams.oreilly_frank_2006(hidden=49, learning_rate=0.01).hysteresis  # as on SIR-2
        0.5
        >>> RBPParams.oreilly_frank_2006(window=6).hidden
        100
        """
        return cls(**changes)


class Ungated(RecurrentBlock):
    """Up to 16 networks of one hidden layer without gates; parameters as in `RecurrentBlock`.

    In a record, a slot is a hidden unit, and all three gates are 1.
    """

    circuit: HiddenLayer

    def _begin(self, model: str) -> None:
        params = self.params
        self.circuit = HiddenLayer.of(self.spec, params.hidden, model)
        window = getattr(params, "window", 1)
        self._require_room(self.circuit, {"hidden": params.hidden, "window": window}, window)
        self._state = Descent.of(self.circuit, params.dtype)
        for lane, network in enumerate(self._numbers):
            rng = stream(self.seed, Purpose.WEIGHTS, network)
            self._state.weights[:, lane] = self.circuit.initial(params.initial_weight, rng)

    def _lasting(self) -> dict[str, NDArray[Any]]:
        state = self._state
        return {"weights": state.weights, "hidden": state.carry.y_c, "context": state.carry.s}

    @property
    def _groups(self) -> Groups:
        return self.circuit.groups

    def anatomy(self) -> Anatomy:
        """Hidden units and their context."""
        return hidden_anatomy(self.circuit, self.spec)

    def path_weights(self) -> dict[str, NDArray[np.floating]]:
        """See `RecurrentBlock.path_weights`."""
        return weights_of_parts(hidden_parts(self.circuit), self.weights())

    def _frames(self, trace: Trace) -> tuple[NDArray[np.floating], ...]:
        """Activity of context and hidden units by phase; the context changes last."""
        cells, networks = self.circuit.cells, self.networks

        def rows(of: NDArray[Any], later: int) -> NDArray[Any]:
            return of[later * cells : (later + 1) * cells, :networks].T

        hidden, seen, kept = rows(trace.y_c, 1), rows(trace.s_before, 0), rows(trace.s, 1)
        begun = np.concatenate([seen, np.full_like(hidden, np.nan)], axis=1)
        computed = np.concatenate([seen, hidden], axis=1)
        return begun, computed, computed, np.concatenate([kept, hidden], axis=1)

    def _record(self, trace: Trace, steps: int, live: NDArray[np.bool_]) -> GateRecord:
        hidden = self.circuit.cells

        def per_unit(rows: NDArray[Any], later: int) -> NDArray[Any]:
            part = rows[later * hidden : (later + steps) * hidden].reshape(steps, hidden, LANES)
            values = part[:, :, : len(live)].transpose(2, 0, 1)
            return np.where(live[:, :, None], values, np.array(np.nan, values.dtype))

        output = per_unit(trace.y_c, 1)
        open_gate = np.where(np.isnan(output), output, np.array(1.0, output.dtype))
        return GateRecord(
            model=self.name,
            slots=tuple(f"hidden unit {j + 1}" for j in range(hidden)),
            input_gate=open_gate,
            forget_gate=open_gate,
            output_gate=open_gate,
            memory=per_unit(trace.s, 1)[..., None],
            signals={"net_hidden": per_unit(trace.net, 0), "output": output},
        )
