"""What the gates of one cell let pass, measured: a network for each content and each input to the gate, one step long.

The networks are those of the model, with weights set by hand: the content of the cell gets x and its gate −y, y being
what closes the gate, and all other weights are 0. Where gates subtract, the gate gets y, as they close by activity.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.block import RecurrentBlock
from lstm_baseline.gru import GRU, GRUParams
from lstm_baseline.learner import LSTM
from lstm_baseline.params import Gating, LSTMParams
from tasks.base.gate_plane import GatePlane
from tasks.base.learner import BLOCK
from tasks.base.record import GateRecord
from tasks.base.task import Channel, Criterion, Role, TaskSpec, TrialBlock

__all__ = ["gru_planes", "lstm_planes"]

POINTS = 21
"""Values of each axis."""
CONTENT, CLOSING = (0.0, 3.0), (-3.0, 3.0)
"""Net inputs of content and gate: σ(±3) is .05 and .95."""
OPEN = 50.0
"""Net input by which a gate that is not measured is wide open: σ(−50) is nothing beside 1."""

SPEC = TaskSpec(
    name="one input",
    source="one symbol, which is always there",
    channels=(Channel(name="symbol", symbols=("x",), role=Role.BOTH),),
    responses=("left", "right"),
    events=("step",),
    items=(),
    sequence="step",
    sequences_per_epoch=1,
    criterion=Criterion(zero_error_epochs=1),
)
Weights = Mapping[str, NDArray[np.float64]]


def lstm_planes(params: LSTMParams) -> tuple[GatePlane, ...]:
    """The input gate of a form of the LSTM, and its output gate if it has one."""
    one = params.costa_2017() if params.gating is Gating.SUBTRACT else params.modern(g=params.g, h=params.h)
    alone = LSTMParams(**{**vars(one), "blocks": 1, "dtype": "float64"})
    sign = 1.0 if params.gating is Gating.SUBTRACT else -1.0

    def build(networks: range) -> LSTM:
        return LSTM(SPEC, networks=networks, params=alone)

    def closes(gate: str) -> Callable[[NDArray[Any], NDArray[Any]], Weights]:
        def weights(x: NDArray[Any], y: NDArray[Any]) -> Weights:
            opened = np.full_like(y, -sign * OPEN)
            return {"cell": x, "input_gate": opened, "output_gate": opened, gate: sign * y}

        return weights

    arithmetic = f"gates that {params.gating.value}"
    found = [_plane(f"{arithmetic}: input gate", build, closes("input_gate"), lambda r: r.memory[:, 0, 0, 0])]
    if params.output_gate:
        passed = _plane(
            f"{arithmetic}: output gate", build, closes("output_gate"), lambda r: r.signals["output"][:, 0, 0]
        )
        found.append(passed)
    return tuple(found)


def gru_planes(params: GRUParams) -> tuple[GatePlane, ...]:  # noqa: ARG001
    """The update gate of a GRU, by which new content comes in."""

    def build(networks: range) -> GRU:
        return GRU(SPEC, networks=networks, params=GRUParams(hidden=1, dtype="float64"))

    def weights(x: NDArray[Any], y: NDArray[Any]) -> Weights:
        return {"candidate": x, "update_gate": y, "reset_gate": np.zeros_like(y)}

    return (_plane("GRU: update gate", build, weights, lambda r: r.memory[:, 0, 0, 0]),)


def _plane(
    name: str,
    build: Callable[[range], RecurrentBlock],
    weights: Callable[[NDArray[Any], NDArray[Any]], Weights],
    passed: Callable[[GateRecord], NDArray[Any]],
) -> GatePlane:
    """A network for every point of the plane; all see the symbol once, and what passed is read from their record."""
    x, y = np.linspace(*CONTENT, POINTS), np.linspace(*CLOSING, POINTS)
    points = [axis.ravel() for axis in np.meshgrid(x, y, indexing="ij")]
    response = np.zeros(POINTS * POINTS)
    for start in range(0, len(response), BLOCK):
        part = slice(start, min(start + BLOCK, len(response)))
        learner = build(range(part.stop - part.start))
        own = {kind: np.zeros_like(values) for kind, values in learner.weights().items()}
        for kind, values in weights(*(of[part] for of in points)).items():
            own[kind][:, 0, 0] = values
        learner.set_weights(own)
        block = TrialBlock.blank(SPEC, learner.networks, 1)
        block.symbols[:] = 0
        record = learner.run(block, learn=False, record=True).record
        assert record is not None  # it was asked for
        response[part] = passed(record)
    return GatePlane(
        name=name, content=x, closing=y, response=response.reshape(POINTS, POINTS),
        content_label="net input of the content", closing_label="net input that closes the gate",
    )  # fmt: skip
