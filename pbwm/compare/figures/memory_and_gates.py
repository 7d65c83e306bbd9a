"""Figures of gates, memory and errors, for every model."""

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.figure import Figure

from pbwm.compare.analysis.alignment import align
from pbwm.compare.analysis.decoding import SOURCES, decode
from pbwm.compare.analysis.equivalence import equivalence
from pbwm.compare.analysis.holding import SlotAction, open_times, slot_history
from pbwm.compare.analysis.lags import error_by_lag
from pbwm.compare.analysis.raster import raster_of
from pbwm.compare.analysis.recording import GATE_NAMES, Recording
from pbwm.compare.analysis.selectivity import selectivity
from pbwm.compare.analysis.serving import serving
from pbwm.compare.experiment.scene import Scene
from pbwm.compare.figures.captions import absent_gates, networks_of, scene_name
from pbwm.compare.figures.learning import raster_caption, raster_steps
from pbwm.compare.figures.names import and_list, model_name
from pbwm.compare.figures.plots.errors import plot_error_by_event, plot_error_by_lag, set_proportions
from pbwm.compare.figures.plots.gates import gate_marks, plot_agreement, plot_gate_by_event, plot_selectivity
from pbwm.compare.figures.plots.memory import (
    equivalence_marks,
    plot_actions,
    plot_alignment,
    plot_decoding,
    plot_equivalence,
    plot_open_times,
)
from pbwm.compare.figures.plots.raster import plot_rasters
from pbwm.compare.figures.saving import Drawn, outer_labels, panels
from pbwm.compare.figures.style import WIDTHS, Width, figure_width, is_narrow, mark, outer_legend

__all__ = [
    "agreement",
    "alignment",
    "decoding",
    "equivalences",
    "errors",
    "gates",
    "holding",
    "rasters",
    "selectivities",
]

SOURCE_NAMES = dict(zip(SOURCES, ("memory", "released content"), strict=True))
"""Source of decoding → its name."""


def _with_items(scene: Scene, *, symbols: bool = False) -> dict[str, Recording]:
    """The recordings by model; none without items (or, with `symbols`, without symbols)."""
    return {
        model: recording
        for model, recording in scene.recordings.items()
        if recording.spec.items and (not symbols or recording.spec.channels)
    }


def gates(scene: Scene) -> Iterator[Drawn]:
    """Gates of the slot that serves each item, by kind of step; one figure per model."""
    for model, recording in _with_items(scene).items():
        found, gates_of_model = serving(recording), recording.gates
        if not gates_of_model:
            continue
        count = len(gates_of_model)
        figure = Figure(figsize=(figure_width(), 0.5 + 1.6 * count), layout="constrained")
        axes = figure.subplots(count, 1, sharex=True, squeeze=False)[:, 0]
        for gate, ax in zip(gates_of_model, axes, strict=True):
            plot_gate_by_event(found, gate, ax=ax).label_outer()
        outer_legend(axes[-1 if is_narrow() else 0], handles=gate_marks(found))
        rows = [
            [gate, network, item, int(found.slot[network, i]) + 1, event, found.mean[gate][network, i, e]]
            for gate in gates_of_model
            for network in range(len(found.slot))
            for i, item in enumerate(found.items)
            for e, event in enumerate(found.events)
        ]
        caption = (
            f"Mean of each gate, by kind of step, in the slot that serves each item: {networks_of(scene, model)}. The "
            "slot that serves an item is the one whose input gate matches the item's ideal gate best. Points: "
            f"networks; bars: medians.{absent_gates(gates_of_model, model)}"
        )
        header = ["gate", "network", "item", "slot", "event", "mean gate"]
        yield Drawn(name=f"gates-{model}", caption=caption, figure=figure, header=header, rows=rows)


def agreement(scene: Scene) -> Iterator[Drawn]:
    """Agreement of gates with a perfect memory, for all models."""
    has = {model: recording.gates for model, recording in _with_items(scene).items() if recording.gates}
    found = {model: serving(scene.recording(model)) for model in has}
    shown = [gate for gate in GATE_NAMES if any(gate in gates for gates in has.values())]
    if not shown:
        return
    figure, axes = panels(len(shown), height=2.1 if is_narrow() else 2.9)
    for gate, ax in zip(shown, axes, strict=True):
        plot_agreement([of for model, of in found.items() if gate in has[model]], gate, ax=ax)
        if not is_narrow():
            ax.label_outer()
    handles = [mark("network"), mark("median", "|"), mark("chance", ":", linewidth=0.6)]
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    rows = [
        [model, gate, network, item, of.auc[gate][network, i]]
        for model, of in found.items()
        for gate in has[model]
        for network in range(len(of.slot))
        for i, item in enumerate(of.items)
    ]
    yield Drawn(
        name="agreement",
        caption="Agreement of gates with the task's ideal gate: area under the ROC curve of "
        f"{networks_of(scene, *has)}, for the slot that serves each item (names below the axis). 1: the gate "
        "separates all steps as a perfect memory does; .5 (dotted): a random gate. The best of several random gates "
        "scores more, because the slot is chosen on the same steps. Points: networks; bars: medians."
        + "".join(absent_gates(gates, model) for model, gates in has.items()),
        figure=figure,
        header=["model", "gate", "network", "item", "area under ROC curve"],
        rows=rows,
    )


def selectivities(scene: Scene) -> Iterator[Drawn]:
    """Selectivity of the input gates of one network; one figure per model."""
    for model, recording in _with_items(scene, symbols=True).items():
        if "input_gate" not in recording.gates:
            continue
        found, network = selectivity(recording), scene.best_network(model)
        slots = sorted({int(s) for s in serving(recording).slot[network] if s >= 0})
        figure = Figure(figsize=(figure_width(), 1.9 * len(slots)), layout="constrained")
        for slot, ax in zip(slots, figure.subplots(len(slots), 1, squeeze=False)[:, 0], strict=True):
            plot_selectivity(found, network, slot, ax=ax).label_outer()
        rows = [
            [n, slot + 1, stimulus, context, found.mean[n, slot, s, c], int(found.count[n, s, c])]
            for n in range(recording.networks)
            for slot in range(len(found.slots))
            for s, stimulus in enumerate(found.stimuli)
            for c, context in enumerate(found.contexts)
            if found.count[n, s, c]
        ]
        caption = (
            f"Mean input gate by the symbol shown and the kind of step: network {network} of {model_name(model)} on "
            f"{scene_name(scene)} (seed {scene.seed}), the slots that serve its items. Crosses: never occurs. "
            "The title of each panel gives the mutual information of the gate and the kind of step, and its upper "
            "limit, the entropy of the kind of step."
        )
        header = ["network", "slot", "shown", "event", "mean input gate", "steps"]
        yield Drawn(name=f"selectivity-{model}", caption=caption, figure=figure, header=header, rows=rows)


def decoding(scene: Scene) -> Iterator[Drawn]:
    """Items decoded from memory and released content; one figure per model."""
    for model, recording in _with_items(scene, symbols=True).items():
        sources = SOURCES if "output_gate" in recording.gates else SOURCES[:1]
        figure, axes = panels(len(sources), width=WIDTHS[Width.PAGE] * len(sources) / len(SOURCES))
        rows: list[Sequence[object]] = []
        for source, ax in zip(sources, axes, strict=True):
            found = decode(recording, source)
            plot_decoding(found, title=f"{model_name(model)}: from {SOURCE_NAMES[source]}", ax=ax).label_outer()
            rows += [
                [source, network, item, int(lag), found.accuracy[network, i, k], found.chance[network, i], int(steps)]
                for network in range(recording.networks)
                for i, item in enumerate(found.items)
                for k, (lag, steps) in enumerate(zip(found.lags, found.count[network, i], strict=True))
                if steps
            ]
        names = and_list([SOURCE_NAMES[source] for source in sources])
        caption = (
            f"Proportion of items that a linear decoder recovers from {names}, by the number of steps since the "
            f"item was stored: {networks_of(scene, model)}. Lines: medians of networks; "
            "bands: quartiles; dotted lines: chance (always the most frequent content)."
        )
        header = ["source", "network", "item", "lag", "proportion decoded", "chance", "steps"]
        yield Drawn(name=f"decoding-{model}", caption=caption, figure=figure, header=header, rows=rows)


def errors(scene: Scene) -> Iterator[Drawn]:
    """Errors by kind of step and by lag, for all models."""
    found = [error_by_lag(recording) for recording in scene.recordings.values()]
    figure, axes = panels(1 + len(found), height=2.4 if is_narrow() else 2.8, first=1.5)
    plot_error_by_event(found, ax=axes[0])
    for model, ax in zip(found, axes[1:], strict=True):
        plot_error_by_lag(model, ax=ax)
    highest = max(ax.get_ylim()[1] for ax in axes[1:])
    for ax in axes[1:]:
        set_proportions(ax, highest)
    rows = [
        [model.model, network, event, int(lag), model.error[network, e, k], int(model.count[network, e, k])]
        for model in found
        for network in range(len(model.error))
        for e, event in enumerate(model.events)
        for k, lag in enumerate(model.lags)
        if model.count[network, e, k]
    ]
    yield Drawn(
        name="errors",
        caption=f"Proportion of wrong responses on fresh trials with frozen weights: {networks_of(scene)}. First "
        "panel: by kind of step; points are networks, bars are means. Other panels: by the number of steps since the "
        "required item was stored, one line for each kind of step that needs memory, all networks taken together.",
        figure=figure,
        header=["model", "network", "event", "lag", "proportion wrong", "responses"],
        rows=rows,
    )


def equivalences(scene: Scene) -> Iterator[Drawn]:
    """Variance of content that the update of an LSTM explains, for all models."""
    every = [equivalence(recording) for recording in scene.recordings.values()]
    vary = [any(np.isfinite(explained).any() for explained in of.explained.values()) for of in every]
    found = [of for of, varies in zip(every, vary, strict=True) if varies]
    constant = [model_name(of.model) for of, varies in zip(every, vary, strict=True) if not varies]
    if not found:
        return
    figure, axes = panels(len(found), height=2.6)
    for model, ax in zip(found, axes, strict=True):
        plot_equivalence(model, ax=ax)
    if not is_narrow():
        outer_labels(axes)
    figure.legend(handles=equivalence_marks(), loc="outside lower center", ncols=2)
    rows = [
        [model.model, name, network, slot, explained[network, i]]
        for model in found
        for name, explained in model.explained.items()
        for network in range(len(explained))
        for i, slot in enumerate(model.slots)
    ]
    yield Drawn(
        name="equivalence",
        caption=f"Variance of the content of slots that the update equation of an LSTM explains: {networks_of(scene)}. "
        "Rows: with the recorded gates, and without one or both of them (s: content; y: gates; g: a fitted function "
        "of the input x; k: a fitted constant). Points: slots of all networks; bars: medians. "
        "Fits that are worse than the mean are drawn at 0."
        + (f" Left out, because the content of their slots does not vary: {and_list(constant)}." if constant else ""),
        figure=figure,
        header=["model", "update", "network", "slot", "variance explained"],
        rows=rows,
    )


def holding(scene: Scene) -> Iterator[Drawn]:
    """Actions of slots, and durations of input gates; one figure per model."""
    for model, recording in scene.recordings.items():
        if "input_gate" not in recording.gates:
            continue
        found, network = slot_history(recording), scene.best_network(model)
        figure, axes = panels(2, height=1.5 + 0.13 * min(len(found.slots), 16))
        plot_actions(found, network, ax=axes[0])
        plot_open_times(open_times(recording, "input_gate"), ax=axes[1])
        counts = found.counts()
        rows = [
            [n, slot, action.name.lower(), int(counts[n, i, action])]
            for n in range(recording.networks)
            for i, slot in enumerate(found.slots)
            for action in SlotAction
        ]
        caption = (
            f"Use of slots: {networks_of(scene, model)}. First panel: proportion of steps at which each slot of "
            f"network {network} stores, holds, reads, clears, or is empty. Second panel: cumulative distribution "
            "of how long input gates stay open, and of the steps from each opening to the next, over all slots and "
            "networks. The "
            "axis is logarithmic, because durations differ by large factors."
        )
        header = ["network", "slot", "action", "steps"]
        yield Drawn(name=f"holding-{model}", caption=caption, figure=figure, header=header, rows=rows)


def rasters(scene: Scene) -> Iterator[Drawn]:
    """One trained network of every model on the same trials."""
    network, steps = scene.shared_network(), raster_steps(scene.task.spec, narrow=True)
    found = [
        raster_of(f"{model_name(model)}, network {network}", scene.recording(model), network, steps)
        for model in scene.models
    ]
    rows = [
        [shown.title, step, slot, *(float(getattr(shown, gate)[step, i]) for gate in GATE_NAMES)]
        for shown in found
        for step in range(shown.steps)
        for i, slot in enumerate(shown.slots)
    ]
    yield Drawn(
        name="rasters",
        caption=raster_caption(scene, scene.models, network, steps),
        figure=plot_rasters([shown.compact() for shown in found]),
        header=["network", "step", "slot", *GATE_NAMES],
        rows=rows,
    )


def alignment(scene: Scene) -> Iterator[Drawn]:
    """Correspondence of slots; one figure per pair of models."""
    names = [model for model in scene.models if scene.recording(model).gates]
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            found = align(scene.recording(first), scene.recording(second))
            network = scene.best_network(first)
            figure, axes = panels(1, width=4.6, height=3.0)
            plot_alignment(found, network, ax=axes[0])
            rows = [
                [n, found.slots[0][a], found.slots[1][b], found.similarity[n, a, b]]
                for n in range(len(found.pairs))
                for a, b in found.pairs[n].tolist()
            ]
            caption = (
                f"Correspondence of slots of {model_name(first)} and {model_name(second)} on the same trials of "
                f"{scene_name(scene)}, in network {network} of each (seed {scene.seed}): correlation of their gates "
                "over steps. Frames: the pairing with the largest sum of correlations."
            )
            header = ["network", first, second, "correlation of gates"]
            yield Drawn(name=f"alignment-{first}-{second}", caption=caption, figure=figure, header=header, rows=rows)
