"""The figure of gates by intervention, for models with and without gates."""

from collections.abc import Iterator

from pbwm.compare.analysis.intervention import require_replaceable
from pbwm.compare.analysis.probed_gates import ProbedGates, probed_gates
from pbwm.compare.analysis.recording import GATE_NAMES
from pbwm.compare.experiment.scene import Scene
from pbwm.compare.figures.captions import networks_of
from pbwm.compare.figures.plots.probed import plot_probed_gate, probed_marks
from pbwm.compare.figures.saving import Drawn, panels
from pbwm.compare.figures.style import is_narrow

__all__ = ["HEADER", "STEPS_OF_FIGURE", "interventions", "probed_models"]

STEPS_OF_FIGURE = 150
"""Number of replaced steps of each network."""
HEADER = (
    "model",
    "gate",
    "network",
    "item",
    "open where the ideal gate opens",
    "steps",
    "open elsewhere",
    "other steps",
    "AUC against the ideal gate",
    "AUC of the declared gate",
    "AUC of all declared gates",
    "AUC of what gates carry",
    "changed by what gates carry",
    "changed by the rest",
)
"""Columns of the table."""


def probed_models(scene: Scene, steps: int, *, carry: bool = False) -> Iterator[ProbedGates]:
    """The gates by intervention of the trained networks, by model.

    With `carry`, also the answers that depend on content carried by declared gates.

    Raises
    ------
    FigureError
        If the task does not allow it, or the networks were not stored.
    """
    require_replaceable(scene.task.spec)
    for model in scene.models:
        yield probed_gates(scene.networks(model), scene.recording(model), steps=steps, carry=carry)


def rows_of(found: ProbedGates, model: str) -> list[list[object]]:
    """The table of a model, by gate, network and item."""
    return [
        [
            model,
            gate,
            network,
            item,
            found.should[gate][network, i],
            int(found.count[gate][network, i, 0]),
            found.should_not[gate][network, i],
            int(found.count[gate][network, i, 1]),
            found.ideal[gate][network, i],
            found.declared[gate][network, i],
            found.together[gate][network, i],
            *_carried(found, gate, network, i),
        ]
        for gate in GATE_NAMES
        for network in range(len(found.should[gate]))
        for i, item in enumerate(found.items)
    ]


def _carried(found: ProbedGates, gate: str, network: int, item: int) -> list[float]:
    of = found.carried
    tables = () if of is None else (of.agreement, of.by_gates, of.by_rest)
    return [float(table[gate][network, item]) for table in tables] or [float("nan")] * 3


def interventions(scene: Scene, found: list[ProbedGates] | None = None) -> Iterator[Drawn]:
    """Gates by intervention of all models; `found` if known."""
    found = list(probed_models(scene, STEPS_OF_FIGURE)) if found is None else found
    figure, axes = panels(len(GATE_NAMES))
    for gate, ax in zip(GATE_NAMES, axes, strict=True):
        plot_probed_gate(found, gate, ax=ax).label_outer()
    figure.legend(handles=probed_marks(), loc="outside lower left", ncols=1 if is_narrow() else 3)
    rows = [row for model, of in zip(scene.models, found, strict=True) for row in rows_of(of, model)]
    yield Drawn(
        name="interventions",
        caption=(
            f"Gates found by intervention: {networks_of(scene)}. Proportion of steps at which replacing the input "
            "shows that the item is taken in, is forgotten, or is used at once. Filled points: networks, where the "
            "task's ideal gate is open; hollow points: at other steps; bars: medians."
        ),
        figure=figure,
        header=HEADER,
        rows=rows,
    )
