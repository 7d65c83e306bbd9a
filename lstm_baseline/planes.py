"""Measured response of the gates of one cell: one network and one step per content and gate input.

Weights are set by hand. x is the net input of the cell or, for the output gate, its state. The net input of the gate is
y if gates subtract and −y if they multiply, so that y closes the gate.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.block import RecurrentBlock
from lstm_baseline.gru import GRU, GRUParams
from lstm_baseline.learner import LSTM
from lstm_baseline.params import Gating, LSTMParams
from tasks.base.arguments import checked
from tasks.base.gate_plane import GatePlane
from tasks.base.learner import BLOCK
from tasks.base.record import GateRecord
from tasks.base.task import Channel, Criterion, Role, TaskSpec, TrialBlock

__all__ = ["gru_planes", "lstm_planes"]

POINTS = 21
"""Values of each axis."""
CONTENT, CLOSING = (0.0, 3.0), (-3.0, 3.0)
"""Net inputs, or states, of the content, and net inputs of the gate."""
OPEN = 50.0
"""Net input that opens a gate that is not measured."""

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
Values = NDArray[Any]


@checked()
def lstm_planes(params: LSTMParams) -> tuple[GatePlane, ...]:
    """The input gate of an LSTM and, if it has one, the output gate."""
    subtracts = params.gating is Gating.SUBTRACT
    alone = LSTMParams(gating=params.gating, g=params.g, h=params.h, blocks=1, dtype="float64")
    sign, name = 1.0 if subtracts else -1.0, f"gates that {params.gating.value}"

    def build(networks: range) -> LSTM:
        return LSTM(SPEC, networks=networks, params=alone)

    def input_gate(learner: RecurrentBlock, x: Values, y: Values) -> None:
        _set_weights(learner, cell=x, input_gate=sign * y)

    def output_gate(learner: RecurrentBlock, x: Values, y: Values) -> None:
        shut = np.zeros_like(y) if subtracts else np.full_like(y, -OPEN)  # g − y_in = σ(0) − σ(0) = 0
        _set_weights(learner, input_gate=shut, forget_gate=np.full_like(y, OPEN), output_gate=sign * y)
        learner.set_state({**learner.state(), "s": x[:, None]})

    measured = _plane(f"{name}: input gate", "net input of the cell", build, input_gate, _memory)
    if not params.output_gate:
        return (measured,)
    return measured, _plane(f"{name}: output gate", "state of the cell", build, output_gate, _output)


@checked()
def gru_planes(params: GRUParams) -> tuple[GatePlane, ...]:
    """The update gate of a GRU, which admits new content."""
    alone = replace(params, hidden=1, dtype="float64")

    def build(networks: range) -> GRU:
        return GRU(SPEC, networks=networks, params=alone)

    def update_gate(learner: RecurrentBlock, x: Values, y: Values) -> None:
        _set_weights(learner, candidate=x, update_gate=y)

    return (_plane("update gate", "net input of the candidate", build, update_gate, _memory),)


def _set_weights(learner: RecurrentBlock, **of_input: Values) -> None:
    weights = {kind: np.zeros_like(values) for kind, values in learner.weights().items()}
    for kind, values in of_input.items():
        weights[kind][:, 0, 0] = values
    learner.set_weights(weights)


def _memory(record: GateRecord) -> Values:
    return record.memory[:, 0, 0, 0]


def _output(record: GateRecord) -> Values:
    return record.signals["output"][:, 0, 0]


def _plane(
    name: str,
    content: str,
    build: Callable[[range], RecurrentBlock],
    place: Callable[[RecurrentBlock, Values, Values], None],
    passed: Callable[[GateRecord], Values],
) -> GatePlane:
    """Run a network per point of the plane; read the passed content."""
    x, y = np.linspace(*CONTENT, POINTS), np.linspace(*CLOSING, POINTS)
    points = [axis.ravel() for axis in np.meshgrid(x, y, indexing="ij")]
    response = np.zeros(POINTS * POINTS)
    for start in range(0, len(response), BLOCK):
        part = slice(start, min(start + BLOCK, len(response)))
        learner = build(range(part.stop - part.start))
        place(learner, points[0][part], points[1][part])
        block = TrialBlock.blank(SPEC, learner.networks, 1)
        block.symbols[:] = 0
        record = learner.run(block, learn=False, record=True).record
        assert record is not None  # it was asked for
        response[part] = passed(record)
    return GatePlane(
        name=name, content=x, closing=y, response=response.reshape(POINTS, POINTS), content_label=content,
        closing_label="net input that closes the gate",
    )  # fmt: skip
