"""What networks without gates share as learners: first weights, what lasts, and a record without gates."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.hidden_layer import Descent, HiddenLayer
from lstm_baseline.state import Trace
from tasks.base.lanes import LANES
from tasks.base.record import GateRecord
from tasks.base.rng import Purpose, stream

__all__ = ["first_weights", "lasting", "record"]


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
