"""Figures of gates, memory and errors, for every model."""

from collections.abc import Iterator, Sequence

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
from pbwm.compare.figures.learning import RASTER_STEPS
from pbwm.compare.figures.plots.errors import plot_error_by_event, plot_error_by_lag
from pbwm.compare.figures.plots.gates import plot_agreement, plot_gate_by_event, plot_selectivity
from pbwm.compare.figures.plots.memory import (
    plot_actions,
    plot_alignment,
    plot_decoding,
    plot_equivalence,
    plot_open_times,
)
from pbwm.compare.figures.plots.raster import plot_rasters
from pbwm.compare.figures.saving import Drawn, panels
from pbwm.compare.figures.style import WIDTH

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


def _with_items(scene: Scene, *, symbols: bool = False) -> dict[str, Recording]:
    """The recordings by model; none if the task has no items, or, with `symbols`, shows only values.

    Some tasks require memory for a number or a time (`Counting`, `SpikeDelays`), which is no item.
    """
    return {
        model: recording
        for model, recording in scene.recordings.items()
        if recording.spec.items and (not symbols or recording.spec.channels)
    }


def gates(scene: Scene) -> Iterator[Drawn]:
    """The gates of the slot that serves each item, by kind of step; a figure for each model."""
    for model, recording in _with_items(scene).items():
        found = serving(recording)
        figure = Figure(figsize=(WIDTH, 5.4), layout="constrained")
        axes = figure.subplots(3, 1, sharex=True)
        for gate, ax in zip(GATE_NAMES, axes, strict=True):
            plot_gate_by_event(found, gate, ax=ax).label_outer()
        axes[0].legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        rows = [
            [gate, network, item, int(found.slot[network, i]) + 1, event, found.mean[gate][network, i, e]]
            for gate in GATE_NAMES
            for network in range(len(found.slot))
            for i, item in enumerate(found.items)
            for e, event in enumerate(found.events)
        ]
        caption = f"{model}: gates of the slot that serves each item, by kind of step"
        header = ["gate", "network", "item", "slot", "event", "mean gate"]
        yield Drawn(name=f"gates-{model}", caption=caption, figure=figure, header=header, rows=rows)


def agreement(scene: Scene) -> Iterator[Drawn]:
    """How well gates tell where a perfect memory's would open, all models in one figure."""
    found = [serving(recording) for recording in _with_items(scene).values()]
    if not found:
        return
    figure, axes = panels(len(GATE_NAMES))
    for gate, ax in zip(GATE_NAMES, axes, strict=True):
        plot_agreement(found, gate, ax=ax).label_outer()
    rows = [
        [model.model, gate, network, item, model.auc[gate][network, i]]
        for model in found
        for gate in GATE_NAMES
        for network in range(len(model.slot))
        for i, item in enumerate(model.items)
    ]
    yield Drawn(
        name="agreement",
        caption="Agreement of gates with the task's ideal gate: area under the ROC curve",
        figure=figure,
        header=["model", "gate", "network", "item", "area under ROC curve"],
        rows=rows,
    )


def selectivities(scene: Scene) -> Iterator[Drawn]:
    """Selectivity of the input gates of one network; a figure for each model."""
    for model, recording in _with_items(scene).items():
        found, network = selectivity(recording), scene.best_network(model)
        slots = sorted({int(s) for s in serving(recording).slot[network] if s >= 0})
        figure = Figure(figsize=(WIDTH, 1.9 * len(slots)), layout="constrained")
        for slot, ax in zip(slots, figure.subplots(len(slots), 1, squeeze=False)[:, 0], strict=True):
            plot_selectivity(found, network, slot, ax=ax)
        rows = [
            [n, slot + 1, stimulus, context, found.mean[n, slot, s, c], int(found.count[n, s, c])]
            for n in range(recording.networks)
            for slot in range(len(found.slots))
            for s, stimulus in enumerate(found.stimuli)
            for c, context in enumerate(found.contexts)
            if found.count[n, s, c]
        ]
        caption = f"{model}: input gates of network {network} by symbol and kind of step (crosses: never)"
        header = ["network", "slot", "shown", "event", "mean input gate", "steps"]
        yield Drawn(name=f"selectivity-{model}", caption=caption, figure=figure, header=header, rows=rows)


def decoding(scene: Scene) -> Iterator[Drawn]:
    """Items decoded from memory and from released content; a figure for each model."""
    for model, recording in _with_items(scene, symbols=True).items():
        figure, axes = panels(len(SOURCES))
        rows: list[Sequence[object]] = []
        for source, ax in zip(SOURCES, axes, strict=True):
            found = decode(recording, source)
            plot_decoding(found, title=f"{model}: from {source}", ax=ax).label_outer()
            rows += [
                [source, network, item, int(lag), found.accuracy[network, i, k], found.chance[network, i]]
                for network in range(recording.networks)
                for i, item in enumerate(found.items)
                for k, lag in enumerate(found.lags)
                if found.count[network, i, k]
            ]
        caption = f"{model}: items decoded from memory, by steps since they were stored"
        header = ["source", "network", "item", "lag", "proportion decoded", "chance"]
        yield Drawn(name=f"decoding-{model}", caption=caption, figure=figure, header=header, rows=rows)


def errors(scene: Scene) -> Iterator[Drawn]:
    """Errors by kind of step and by lag, all models in one figure."""
    found = [error_by_lag(recording) for recording in scene.recordings.values()]
    figure, axes = panels(1 + len(found), height=2.8)
    plot_error_by_event(found, ax=axes[0])
    for model, ax in zip(found, axes[1:], strict=True):
        plot_error_by_lag(model, ax=ax)
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
        caption="Errors on fresh trials by kind of step, and by the time since the required item was stored",
        figure=figure,
        header=["model", "network", "event", "lag", "proportion wrong", "responses"],
        rows=rows,
    )


def equivalences(scene: Scene) -> Iterator[Drawn]:
    """How much the update of an LSTM explains of what slots hold, all models in one figure."""
    found = [equivalence(recording) for recording in scene.recordings.values()]
    figure, axes = panels(len(found), height=2.4)
    for model, ax in zip(found, axes, strict=True):
        plot_equivalence(model, ax=ax).label_outer()
    rows = [
        [model.model, name, network, slot, explained[network, i]]
        for model in found
        for name, explained in model.explained.items()
        for network in range(len(explained))
        for i, slot in enumerate(model.slots)
    ]
    yield Drawn(
        name="equivalence",
        caption="Variance of slots explained by the LSTM's update, with the recorded gates and with fewer",
        figure=figure,
        header=["model", "update", "network", "slot", "variance explained"],
        rows=rows,
    )


def holding(scene: Scene) -> Iterator[Drawn]:
    """Actions of slots, and durations of open and shut input gates; a figure for each model."""
    for model, recording in scene.recordings.items():
        found, network = slot_history(recording), scene.best_network(model)
        figure, axes = panels(2, height=1.3 + 0.16 * len(found.slots))
        plot_actions(found, network, ax=axes[0])
        plot_open_times(open_times(recording, "input_gate"), ax=axes[1])
        counts = found.counts()
        rows = [
            [n, slot, action.name.lower(), int(counts[n, i, action])]
            for n in range(recording.networks)
            for i, slot in enumerate(found.slots)
            for action in SlotAction
        ]
        caption = f"{model}: actions of the slots of network {network}; durations of open input gates, all networks"
        header = ["network", "slot", "action", "steps"]
        yield Drawn(name=f"holding-{model}", caption=caption, figure=figure, header=header, rows=rows)


def rasters(scene: Scene) -> Iterator[Drawn]:
    """One trained network of every model on the same trials, with every recorded signal."""
    network = scene.shared_network()
    found = [
        raster_of(f"{model} · network {network}", scene.recording(model), network, RASTER_STEPS)
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
        caption=f"Network {network} of every model, step by step on the same trials, with every recorded signal",
        figure=plot_rasters(found),
        header=["network", "step", "slot", *GATE_NAMES],
        rows=rows,
    )


def alignment(scene: Scene) -> Iterator[Drawn]:
    """Which slot of one model does what which of the other does; a figure for each pair of models."""
    names = scene.models
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            found = align(scene.recording(first), scene.recording(second))
            network = scene.best_network(first)
            figure, axes = panels(1, width=4.4, height=2.8)
            plot_alignment(found, network, ax=axes[0])
            rows = [
                [n, found.slots[0][a], found.slots[1][b], found.similarity[n, a, b]]
                for n in range(len(found.pairs))
                for a, b in found.pairs[n].tolist()
            ]
            caption = f"Slots of {first} and {second} on the same trials, paired by the correlation of their gates"
            header = ["network", first, second, "correlation of gates"]
            yield Drawn(name=f"alignment-{first}-{second}", caption=caption, figure=figure, header=header, rows=rows)
