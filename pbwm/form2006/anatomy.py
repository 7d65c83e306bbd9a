"""Anatomy of the 2006 form (`tasks.base.anatomy`)."""

from collections.abc import Iterator, Sequence

import numpy as np

from pbwm.anatomy import content_names, modulation_path
from pbwm.form2006.circuit import VALUES, Circuit2006, Kind, Layer2006, Rule
from pbwm.form2006.interventions import KINDS
from tasks.base.anatomy import Anatomy, Effect, Phase, ShownLayer, ShownPath
from tasks.base.task import TaskSpec

__all__ = ["anatomy"]

TITLES = {
    "pfc": "PFC",
    "snr_thalamus": "SNr/thalamus",
    "matrix_go": "matrix Go",
    "matrix_nogo": "matrix NoGo",
    "primary_value": "PVi",
    "learned_value": "LVe",
    "slow_learned_value": "LVi",
}
"""Titles of layers that differ from their names; of striped ones, the rows."""

EQUATIONS = {
    Kind.GO: "form2006.md#5-striatum-and-gate",
    Kind.NOGO: "form2006.md#5-striatum-and-gate",
    Kind.GATE: "form2006.md#5-striatum-and-gate",
    Kind.PREFRONTAL: "form2006.md#7-prefrontal-cortex",
    Kind.PRIMARY: "form2006.md#4-values-and-dopamine",
    Kind.LEARNED: "form2006.md#4-values-and-dopamine",
}
"""Kind of layer → section with its equations; by default, the neuron."""

VALUES_PAGE = "form2006.md#4-values-and-dopamine"

SIGNALS = (
    ShownLayer(
        name="dopamine", title="dopamine", units=1, color="dopamine", low=-1.0, quantity="δ",
        cells="dopamine neurons (SNc, VTA)", equations=VALUES_PAGE,
    ),
    ShownLayer(
        name="reward", title="reward", units=1, quantity="PVe", cells="primary value, as the network receives it",
        equations=VALUES_PAGE,
    ),
)  # fmt: skip
"""Signals with one value per network, of `pbwm.form2006.learner.SIGNALS`."""


VALUES_AND_SIGNALS = ("primary_value", "learned_value", "slow_learned_value", "dopamine", "reward")


def anatomy(circuit: Circuit2006, spec: TaskSpec, cycles: Sequence[int]) -> Anatomy:
    """The anatomy of a network; `cycles` are those of each phase."""
    layers = [shown_layer(circuit, layer, spec) for layer in circuit.layers] + list(SIGNALS)
    shown = {layer.name: layer for layer in layers}
    rows = [title for name, title in TITLES.items() if name in shown and shown[name].first_slot is not None]
    modulations = [m for m in circuit.modulations if m.sender in shown and m.target in shown]
    paths = (*synaptic_paths(circuit), *(modulation_path(m, shown[m.sender], shown[m.target]) for m in modulations))
    return Anatomy(
        layers=tuple(layers),
        paths=paths,
        phases=tuple(Phase(name=n, frames=c) for n, c in zip(("minus", "plus", "update"), cycles, strict=True)),
        slots=tuple(f"{stripe + 1}" for stripe in range(circuit.stripes)),
        rows=tuple(rows),
        contents=content_names(layers, paths, "pfc"),
        manipulations=KINDS,
        column=("output", "hidden", "input", *(layer.name for layer in layers if layer.name in VALUES_AND_SIGNALS)),
    )


def shown_layer(circuit: Circuit2006, layer: Layer2006, spec: TaskSpec) -> ShownLayer:
    """One layer; symbols, responses, and values name units."""
    labels: tuple[str, ...] = ()
    if layer.kind is Kind.INPUT:
        named = {first + i: s for (first, count), c in zip(circuit.channels, spec.channels, strict=True)
                 for i, s in zip(range(count), c.symbols, strict=True)}  # fmt: skip
        start = int(circuit.starts()[circuit.layer(layer.name)])
        labels = tuple(named.get(start + unit, named.get(unit, "")) for unit in range(layer.units))
    elif layer.kind is Kind.OUTPUT:
        labels = spec.responses
    elif layer.kind in (Kind.PRIMARY, Kind.LEARNED):
        labels = tuple(f"{value:g}" for value in VALUES)
    title = TITLES.get(layer.name, layer.name.replace("_", " "))
    return ShownLayer(
        name=layer.name,
        title=title,
        units=layer.units,
        pools=layer.pools if layer.striped else 1,
        first_slot=0 if layer.striped else None,
        row=title if layer.striped else "",
        color=layer.name,
        labels=labels,
        cells=layer.cells,
        equations=EQUATIONS.get(layer.kind, "form2006.md#1-neuron"),
        lesions=layer.kind is not Kind.INPUT,
        watched=layer.kind is Kind.GATE,
    )


def synaptic_paths(circuit: Circuit2006) -> Iterator[ShownPath]:
    """The projections, including those without synapses, to the gate."""
    for path in circuit.paths:
        reached, gate = circuit.receivers(path), path.rule is Rule.GATE
        yield ShownPath(
            name=path.name if not gate else f"{path.sender}~>{path.target}",
            sender=path.sender,
            target=path.target,
            effect=Effect.EXCITATION if path.sign > 0 else Effect.INHIBITION,
            receivers=np.arange(reached.start, reached.stop),
            senders=circuit.senders(path),
            learns="" if path.rule in (Rule.NONE, Rule.GATE) else path.plasticity,
            note=path.source,
        )
