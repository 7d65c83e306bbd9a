"""What networks without gates share as learners: checks, first weights, what lasts, and a record without gates."""

from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.errors import LSTMParameterError
from lstm_baseline.hidden_layer import Descent, HiddenLayer
from lstm_baseline.params import DTYPES
from lstm_baseline.rules import need_count, need_number
from lstm_baseline.state import Trace
from tasks.base.errors import require
from tasks.base.lanes import LANES
from tasks.base.record import GateRecord
from tasks.base.rng import Purpose, stream

__all__ = ["check", "first_weights", "lasting", "record"]


def check(params: Any) -> None:
    """Raise `LSTMParameterError` unless size, learning rate, tolerance, first weights and precision are possible."""
    owner = type(params).__name__
    need_count(owner, "hidden", params.hidden)
    above, within = "must be finite and above 0", "must lie in [0, 1)"
    need_number(owner, "learning_rate", params.learning_rate, lambda x: 0.0 < x < inf, above, "0.1")
    need_number(owner, "tolerance", params.tolerance, lambda x: 0.0 <= x < 1.0, within, "0.1")
    rule = "must be finite and not negative"
    need_number(owner, "initial_weight", params.initial_weight, lambda x: 0.0 <= x < inf, rule, "0.5")
    truth = "must be True or False"
    require(
        isinstance(params.strict, bool), f"{owner}.strict", params.strict, truth, "give one", error=LSTMParameterError
    )
    rule, remedy = f"is not one of {', '.join(DTYPES)}", "choose one of them"
    require(params.dtype in DTYPES, f"{owner}.dtype", params.dtype, rule, remedy, error=LSTMParameterError)


def first_weights(state: Descent, circuit: HiddenLayer, largest: float, seed: int, replicas: range) -> None:
    """Give networks their first weights, drawn at the address of each."""
    for lane, replica in enumerate(replicas):
        state.weights[:, lane] = circuit.initial(largest, stream(seed, Purpose.WEIGHTS, replica))


def lasting(state: Descent) -> dict[str, NDArray[Any]]:
    """What lasts from run to run, by name: rows of 16."""
    return {"weights": state.weights, "hidden": state.carry.y_c, "context": state.carry.s}


def record(model: str, hidden: int, trace: Trace, steps: int, live: NDArray[np.bool_]) -> GateRecord:
    """The record of networks without gates: a slot is a hidden unit, its memory `trace.s`, and every gate is open."""

    def per_unit(rows: NDArray[Any], later: int) -> NDArray[Any]:
        part = rows[later * hidden : (later + steps) * hidden].reshape(steps, hidden, LANES)
        values = part[:, :, : len(live)].transpose(2, 0, 1)
        return np.where(live[:, :, None], values, np.array(np.nan, values.dtype))

    output = per_unit(trace.y_c, 1)
    open_gate = np.where(np.isnan(output), output, np.array(1.0, output.dtype))
    return GateRecord(
        model=model,
        slots=tuple(f"hidden unit {j + 1}" for j in range(hidden)),
        input_gate=open_gate,
        forget_gate=open_gate,
        output_gate=open_gate,
        memory=per_unit(trace.s, 1)[..., None],
        signals={"net_hidden": per_unit(trace.net, 0), "output": output},
    )
