"""Anatomy of PBWM (`tasks.base.anatomy`) for the live view."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pbwm.circuit import Circuit
from pbwm.kernels import tables
from pbwm.manipulations import ClampGate, DopamineGain, Lesion, Noise
from pbwm.wiring import Influence, Layer, Modulation
from tasks.base.anatomy import Anatomy, Effect, Phase, ShownLayer, ShownPath
from tasks.base.task import TaskSpec

__all__ = ["anatomy", "content_names", "modulation_path"]

TITLES = {
    "pfc_match": "PFC match",
    "pfc_maintenance_deep": "PFC deep",
    "pfc_output_deep": "PFC deep",
    "pfc_maintenance": "PFC superficial",
    "pfc_output": "PFC superficial",
    "gpi_thalamus": "GPi/thalamus",
    "gpi": "GPi/SNr",
    "gpe": "GPe",
    "stn": "STN",
    "matrix_go": "matrix Go",
    "matrix_nogo": "matrix NoGo",
    "matrix_go_age": "matrix Go by age",
    "matrix_nogo_age": "matrix NoGo by age",
    "pfc_age": "PFC age",
}
"""Titles of layers that differ from their names."""

ROWS = (
    *("PFC match", "PFC deep", "PFC superficial"),
    *("thalamus", "GPi/thalamus", "GPi/SNr", "STN", "GPe"),
    *("matrix NoGo", "matrix NoGo by age", "matrix Go", "matrix Go by age", "PFC age"),
)
"""Rows of the layers with slots, from top to bottom."""

EQUATIONS = {
    tables.MATRIX: "pbwm.md#6-striatal-learning-and-dopamine",
    tables.PFC_DEEP: "pbwm.md#5-gating",
    tables.PFC_MATCH: "pbwm.md#4-circuit",
    tables.GPI: "pbwm.md#merged",
    tables.GPE: "pbwm.md#merged",
    tables.TONIC: "pbwm.md#disinhibition",
    tables.PALLIDUM: "pbwm.md#disinhibition",
    tables.THALAMUS: "pbwm.md#disinhibition",
}
"""Kind of layer → section with its equations; by default, the point neuron."""

WATCHED = (tables.PALLIDUM, tables.THALAMUS, tables.GPI)
"""Kinds of layers whose time course is shown first."""

MODULATORS = (
    ShownLayer(
        name="dopamine", title="dopamine", units=1, color="dopamine", low=-1.0,
        cells="dopamine neurons (SNc, VTA)", equations="pbwm.md#6-striatal-learning-and-dopamine",
    ),
    ShownLayer(
        name="reward_prediction", title="reward prediction", units=1, color="reward_prediction",
        quantity="predicted reward", cells="striosomes of the ventral striatum",
        equations="pbwm.md#6-striatal-learning-and-dopamine",
    ),
    ShownLayer(
        name="acetylcholine", title="acetylcholine", units=1, color="acetylcholine", quantity="level",
        cells="tonically active interneurons", equations="pbwm.md#6-striatal-learning-and-dopamine",
    ),
)  # fmt: skip
"""Modulators of a network, in the order of `pbwm.kernels.storage.MODULATORS`."""


def anatomy(circuit: Circuit, spec: TaskSpec) -> Anatomy:
    """The anatomy of a network."""
    order = {row: place for place, row in enumerate(ROWS)}
    layers = [shown_layer(circuit, layer, spec) for layer in circuit.layers] + modulators(circuit)
    titles = [f"{stripe + 1}" for stripe in range(circuit.stripes)]
    slots = titles if circuit.stripe_groups < 2 else [*titles, *(f"out {title}" for title in titles)]
    shown_rows = dict.fromkeys(layer.row for layer in layers if layer.row)
    paths = (*synaptic_paths(circuit), *modulated_paths(circuit, layers))
    return Anatomy(
        layers=tuple(layers),
        paths=paths,
        phases=tuple(Phase(name=name, frames=tables.QUARTER) for name in ("minus 1", "minus 2", "minus 3", "plus")),
        slots=tuple(slots),
        rows=tuple(sorted(shown_rows, key=lambda row: order.get(row, len(order)))),
        column=("output", "hidden", *dict.fromkeys(circuit.inputs), *(layer.name for layer in MODULATORS)),
        contents=content_names(layers, paths, "pfc_maintenance"),
        manipulations=(Lesion, ClampGate, DopamineGain, Noise),
    )


def modulators(circuit: Circuit) -> list[ShownLayer]:
    """`MODULATORS`, with what dopamine is in this circuit."""
    said = next(m.effect for m in circuit.modulations if (m.sender, m.target) == ("reward", "dopamine"))
    return [replace(MODULATORS[0], quantity=said.removeprefix("dopamine = ")), *MODULATORS[1:]]


def content_names(layers: Sequence[ShownLayer], paths: Iterable[ShownPath], memory: str) -> tuple[str, ...]:
    """Symbols of the units of one stripe of the layer `memory`; none unless each unit sees one symbol."""
    shown = {layer.name: layer for layer in layers}
    for path in paths:
        labels = shown[path.sender].labels
        if path.target == memory and labels and path.senders.shape[1] == 1:
            stripe = path.senders[: shown[memory].units // shown[memory].pools, 0]
            return tuple(labels[unit] for unit in stripe)
    return ()


def shown_layer(circuit: Circuit, layer: Layer, spec: TaskSpec) -> ShownLayer:
    """One layer; symbols and responses name input and output units."""
    labels = spec.responses if layer.name == "output" else ()
    for channel, name in zip(spec.channels, circuit.inputs, strict=True):
        labels = channel.symbols if name == layer.name else labels
    title = TITLES.get(layer.name, layer.name.replace("_", " "))
    released = layer.name.startswith("pfc_output") or (layer.kind == tables.PFC_MATCH and circuit.stripe_groups == 2)
    return ShownLayer(
        name=layer.name,
        title=title,
        units=layer.units,
        pools=layer.pools if layer.striped else 1,
        first_slot=(circuit.stripes if released else 0) if layer.striped else None,
        row=title if layer.striped else "",
        color=layer.name.removesuffix("_deep").removesuffix("_age"),
        labels=labels,
        cells=layer.cells,
        equations=EQUATIONS.get(layer.kind, "pbwm.md#1-point-neuron"),
        lesions=layer.kind != tables.INPUT,
        watched=layer.kind in WATCHED,
    )


def synaptic_paths(circuit: Circuit) -> Iterator[ShownPath]:
    """The projections with synapses."""
    for path in circuit.paths:
        reached = circuit.receivers(path)
        yield ShownPath(
            name=path.name,
            sender=path.sender,
            target=path.target,
            effect=Effect.EXCITATION if path.sign > 0 else Effect.INHIBITION,
            receivers=np.arange(reached.start, reached.stop),
            senders=circuit.senders(path),
            learns=path.plasticity if path.learns else "",
            note=path.source,
        )


def modulated_paths(circuit: Circuit, layers: list[ShownLayer]) -> Iterator[ShownPath]:
    """The modulations of which both ends are shown."""
    shown = {layer.name: layer for layer in layers}
    for modulation in circuit.modulations:
        if modulation.sender in shown and modulation.target in shown:
            yield modulation_path(modulation, shown[modulation.sender], shown[modulation.target])


def modulation_path(modulation: Modulation, sender: ShownLayer, target: ShownLayer) -> ShownPath:
    """A modulation as a path: within stripes if both ends have them, otherwise all to all."""
    receivers = np.arange(target.units)
    senders: NDArray[np.int64] = np.broadcast_to(np.arange(sender.units), (target.units, sender.units))
    if sender.first_slot is not None and target.first_slot is not None:
        own = receivers // (target.units // target.pools) + modulation.sender_group * target.pools
        each = sender.units // sender.pools
        senders = own[:, None] * each + np.arange(each)
    content = modulation.influence is Influence.CONTENT
    return ShownPath(
        name=f"{modulation.sender}~>{modulation.target}",
        sender=modulation.sender,
        target=modulation.target,
        effect=Effect.CONTENT if content else Effect.MODULATION,
        receivers=receivers,
        senders=np.ascontiguousarray(senders, np.int64),
        note=f"{modulation.effect} ({modulation.source})",
    )
