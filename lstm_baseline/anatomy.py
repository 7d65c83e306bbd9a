"""Anatomy of recurrent networks (`tasks.base.anatomy`).

A step has four phases (docs/lstm.md, section 3): input, gates, state, output. A unit without a value yet is NaN, unless
other units receive its value of the previous step.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.circuit import Circuit
from lstm_baseline.hidden_layer import HiddenLayer
from lstm_baseline.params import Gating
from tasks.base.anatomy import Anatomy, Effect, Phase, ShownLayer, ShownPath
from tasks.base.task import TaskSpec

__all__ = ["Part", "gated_anatomy", "hidden_anatomy", "lstm_anatomy", "weights_of_parts"]

DOCS = "lstm.md#1-circuit"
STATES = 3.0
"""Limit of unbounded states in figures."""
WORDS = {
    Gating.MULTIPLY: ("gate that multiplies", "multiplies", "times"),
    Gating.SUBTRACT: ("gate that subtracts: 0 is open", "is subtracted from", "minus"),
}
"""Name, effect, and passage of content for input and output gates."""
PHASES = tuple(Phase(name=name, frames=1) for name in ("input", "gates", "state", "output"))


class Part(NamedTuple):
    """Weights of one projection: columns of a weight group."""

    sender: str
    target: str
    group: str
    first: int
    columns: int

    @property
    def name(self) -> str:
        """Sender and target."""
        return f"{self.sender}->{self.target}"


def weights_of_parts(parts: tuple[Part, ...], weights: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.floating]]:
    """Weights by projection, each (network, receiver, contact)."""
    return {part.name: weights[part.group][:, :, part.first : part.first + part.columns] for part in parts}


def input_labels(spec: TaskSpec) -> tuple[str, ...]:
    """Names of the input units: symbols (with ambiguous channels), then analog channels."""
    symbols = [symbol for c in spec.channels for symbol in c.symbols]
    if len(set(symbols)) < len(symbols):
        symbols = [f"{c.name} {symbol}" for c in spec.channels for symbol in c.symbols]
    return (*symbols, *(channel.name for channel in spec.analog))


def ends(spec: TaskSpec, inputs: int, outputs: int) -> tuple[ShownLayer, ShownLayer]:
    """Input and output layers."""
    bounds = [limit for c in spec.analog for limit in (c.low, c.high) if np.isfinite(limit)]
    return (
        ShownLayer(
            name="input", title="input", units=inputs, labels=input_labels(spec), low=min([0.0, *bounds]),
            high=max([1.0, *bounds]), quantity="x", cells="one unit per symbol or value", equations=DOCS,
        ),
        ShownLayer(
            name="output", title="output", units=outputs, quantity="y_k", cells="one unit per response",
            labels=spec.responses if len(spec.responses) == outputs else (), equations=DOCS,
        ),
    )  # fmt: skip


def full(part: Part, receivers: int, note: str = "") -> ShownPath:
    """A projection from every sender to every receiver."""
    return ShownPath(
        name=part.name, sender=part.sender, target=part.target, effect=Effect.WEIGHTED,
        receivers=np.arange(receivers), senders=np.broadcast_to(np.arange(part.columns), (receivers, part.columns)),
        learns="gradient", note=note,
    )  # fmt: skip


def within(sender: str, target: str, effect: Effect, note: str, receivers: int, senders: int) -> ShownPath:
    """A projection without weights to the place, or the block, of the sender."""
    own = np.arange(receivers) * senders // receivers
    return ShownPath(
        name=f"{sender}~>{target}", sender=sender, target=target, effect=effect, receivers=np.arange(receivers),
        senders=own[:, None], note=note,
    )  # fmt: skip


def lstm_parts(c: Circuit) -> tuple[Part, ...]:
    """Projections of an LSTM (`Circuit.groups`)."""
    targets = ["cell_input", *c.gates]
    groups = ["cell", *c.gates]
    parts = []
    for target, group in zip(targets, groups, strict=True):
        if group == "forget_gate" and c.fixed_forget:
            continue
        parts.append(Part("input", target, group, 0, c.inputs))
        if group == "cell" and c.first_recurrent > 0:
            continue
        if c.cells_seen:
            parts.append(Part("cell_output", target, group, c.inputs, c.cells_seen))
        for kind, gate in enumerate(c.gates if c.gates_seen else ()):
            parts.append(Part(gate, target, group, c.inputs + c.cells_seen + kind * c.blocks, c.blocks))
    parts.append(Part("cell_output", "output", "readout", 0, c.cells))
    if c.shortcuts:
        parts.append(Part("input", "output", "readout", c.cells, c.shortcuts))
    return tuple(parts)


def lstm_anatomy(c: Circuit, spec: TaskSpec, gating: Gating = Gating.MULTIPLY) -> Anatomy:
    """Anatomy of an LSTM; a slot is a memory block."""
    what, does, how = WORDS[gating]
    gate_titles = {"input_gate": "input gate", "forget_gate": "forget gate", "output_gate": "output gate"}

    def of_cells(
        name: str, title: str, quantity: str, cells: str, color: str = "memory", most: float = 1.0
    ) -> ShownLayer:
        return ShownLayer(
            name=name, title=title, units=c.cells, pools=c.blocks, first_slot=0, row=title, color=color, low=-most,
            high=most, quantity=quantity, cells=cells, equations=DOCS,
        )  # fmt: skip

    def gate(name: str) -> ShownLayer:
        return ShownLayer(
            name=name, title=gate_titles[name], units=c.blocks, pools=c.blocks, first_slot=0, row=gate_titles[name],
            color=name, quantity="y", cells=WORDS[Gating.MULTIPLY][0] if name == "forget_gate" else what,
            equations=DOCS, watched=True,
        )  # fmt: skip

    first, last = ends(spec, c.inputs, c.outputs)
    layers = (
        first,
        of_cells("cell_input", "cell input", "g(net_c)", "squashed input of the cell", color=""),
        *(gate(name) for name in c.gates),
        of_cells("state", "state", "s_c", "constant error carousel", most=STATES),
        of_cells("cell_output", "cell output", "y_c", "output of the cell"),
        last,
    )
    blocks, cells = c.blocks, c.cells
    own = [
        within("cell_input", "state", Effect.CONTENT, f"added to the state, {how} the input gate", cells, cells),
        within("input_gate", "state", Effect.MODULATION, f"{does} what comes in", cells, blocks),
        within("state", "cell_output", Effect.CONTENT, "squashed", cells, cells),
    ]
    if "forget_gate" in c.gates:
        own.append(within("forget_gate", "state", Effect.MODULATION, "multiplies the old state", cells, blocks))
    if "output_gate" in c.gates:
        own.append(within("output_gate", "cell_output", Effect.MODULATION, f"{does} what goes out", cells, blocks))
    receivers = {"cell_input": cells, "output": c.outputs} | dict.fromkeys(c.gates, blocks)
    rows = ("cell output", "output gate", "state", "forget gate", "input gate", "cell input")
    shown = {layer.row for layer in layers}
    return Anatomy(
        layers=layers,
        paths=(*(full(part, receivers[part.target]) for part in lstm_parts(c)), *own),
        phases=PHASES,
        slots=tuple(f"{block + 1}" for block in range(blocks)),
        rows=tuple(row for row in rows if row in shown),
        column=("output", "input"),
        memory=(-STATES, STATES),
    )


def gated_parts(inputs: int, cells: int) -> tuple[Part, ...]:
    """Projections of a GRU."""
    kinds = ("reset_gate", "update_gate", "candidate")
    inward = [Part(sender, kind, kind, first, count) for kind in kinds
              for sender, first, count in (("input", 0, inputs), ("cells", inputs, cells))]  # fmt: skip
    return (*inward, Part("cells", "output", "readout", 0, cells))


def gated_anatomy(inputs: int, cells: int, outputs: int, spec: TaskSpec) -> Anatomy:
    """Anatomy of a GRU; a slot is a cell."""

    def per_cell(name: str, title: str, color: str, low: float, stands_for: str, watched: bool = False) -> ShownLayer:
        return ShownLayer(
            name=name, title=title, units=cells, pools=cells, first_slot=0, row=title, color=color, low=low,
            quantity="y", cells=stands_for, equations="baselines.md#2-the-gru", watched=watched,
        )  # fmt: skip

    first, last = ends(spec, inputs, outputs)
    layers = (
        first,
        per_cell("reset_gate", "reset gate", "output_gate", 0.0, "gate of the cells that candidates see", watched=True),
        per_cell("update_gate", "update gate", "forget_gate", 0.0, "gate: 1 keeps the old content", watched=True),
        per_cell("candidate", "candidate", "", -1.0, "new content"),
        per_cell("cells", "cells", "memory", -1.0, "content and output"),
        last,
    )
    n = cells
    own = (
        within("reset_gate", "candidate", Effect.MODULATION, "multiplies the cells that it sees", n, n),
        within("update_gate", "cells", Effect.MODULATION, "mixes old and new content", n, n),
        within("candidate", "cells", Effect.CONTENT, "new content, times 1 − update gate", n, n),
    )
    return Anatomy(
        layers=layers,
        paths=(*(full(part, outputs if part.target == "output" else n) for part in gated_parts(inputs, cells)), *own),
        phases=PHASES,
        slots=tuple(f"{cell + 1}" for cell in range(n)),
        rows=("cells", "update gate", "candidate", "reset gate"),
        column=("output", "input"),
        memory=(-1.0, 1.0),
    )


def hidden_parts(c: HiddenLayer) -> tuple[Part, ...]:
    """Projections of a network without gates."""
    return (
        Part("input", "hidden", "hidden", 0, c.inputs),
        Part("context", "hidden", "hidden", c.inputs, c.cells),
        Part("hidden", "output", "readout", 0, c.cells),
    )


def hidden_anatomy(c: HiddenLayer, spec: TaskSpec) -> Anatomy:
    """Anatomy of a network without gates."""
    first, last = ends(spec, c.inputs, c.outputs)
    docs = "baselines.md#1-without-gates"
    hidden = ShownLayer(
        name="hidden", title="hidden", units=c.cells, quantity="h", cells="hidden units", equations=docs, watched=True
    )
    context = ShownLayer(
        name="context", title="context", units=c.cells, color="memory", quantity="c", cells="context units",
        equations=docs,
    )  # fmt: skip
    paths = [full(part, c.outputs if part.target == "output" else c.cells) for part in hidden_parts(c)]
    back = within("hidden", "context", Effect.CONTENT, "copied after the step", c.cells, c.cells)
    return Anatomy(layers=(first, context, hidden, last), paths=(*paths, back), phases=PHASES,
                   column=("output", "hidden", "context", "input"))  # fmt: skip
