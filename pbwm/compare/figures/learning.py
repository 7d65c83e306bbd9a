"""Figures of learning: curves, epochs to criterion, and a trained network step by step."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import NOT_REACHED
from pbwm.compare.analysis.errors_by_epoch import LearningCurve
from pbwm.compare.analysis.raster import Raster, raster_of
from pbwm.compare.experiment.scene import Scene
from pbwm.compare.figures.captions import absent_gates, networks_of, scene_name, stopping_rule
from pbwm.compare.figures.names import and_list, model_name
from pbwm.compare.figures.plots.epochs_to_criterion import plot_epochs_to_criterion
from pbwm.compare.figures.plots.learning_curves import curve_marks, plot_learning_curve
from pbwm.compare.figures.plots.raster import CELL_TEXT, plot_raster
from pbwm.compare.figures.saving import Drawn, outer_labels
from pbwm.compare.figures.style import figure_width, is_narrow
from tasks.base.drawing import draw_epochs
from tasks.base.rng import Purpose
from tasks.base.task import Quantity, Several, Task, TaskSpec

__all__ = [
    "curves",
    "curves_rewarded",
    "epochs",
    "raster_caption",
    "raster_steps",
    "raster_table",
    "single_rasters",
]

RASTER_STEPS = ((240, 120), (40, 16), (32, 12))
"""Largest legible numbers of steps of a raster on a page and in a column, if cells have 0, 1, or 2 letters."""
ROW_OF = 3
"""Panels of curves side by side."""
AXES = (
    "Epochs are on a logarithmic axis, because networks differ by large factors. Errors are on a square-root axis, "
    "which separates small errors and includes 0."
)


def raster_steps(spec: TaskSpec, *, narrow: bool) -> int:
    """Largest legible number of steps of a raster of a task, on a page or in a `narrow` column."""
    written = [symbol for channel in spec.channels for symbol in channel.symbols]
    written += [] if isinstance(spec.answer, Quantity) else spec.responses
    letters = max((len(name) for name in written if len(name) <= CELL_TEXT), default=0)
    return RASTER_STEPS[letters][narrow]


def curves(scene: Scene) -> Iterator[Drawn]:
    """Learning curves of all models, over all responses that count."""
    found = [scene.learning_curve(model) for model in scene.models]
    yield _drawn_curves(scene, "learning-curves", found, "Proportion of responses that are wrong")


def curves_rewarded(scene: Scene) -> Iterator[Drawn]:
    """Learning curves at rewarded steps, if other steps count, too."""
    kinds = rewarded(scene.task, scene.seed)
    if kinds.any():
        found = [scene.learning_curve(model, kinds) for model in scene.models]
        what = "Proportion of responses that are wrong, at rewarded steps only"
        yield _drawn_curves(scene, "learning-curves-rewarded", found, what)


def rewarded(task: Task, seed: int) -> NDArray[np.bool_]:
    """Bool array (event,): rewarded kinds of step, if some that count are not rewarded; else none."""
    spec = task.spec
    block, _ = draw_epochs(task, seed, [0], range(1), Purpose.TEST_TRIALS)
    kinds, live = np.arange(len(spec.events)), block.live
    earns, counts = (np.isin(kinds, block.event[of & live]) for of in (block.rewarded, block.counts))
    return earns if (counts & ~earns).any() else np.zeros(len(spec.events), np.bool_)


def _drawn_curves(scene: Scene, name: str, curves: Sequence[LearningCurve], what: str) -> Drawn:
    across = 1 if is_narrow() else min(len(curves), ROW_OF)
    down = -(-len(curves) // across)
    figure = Figure(figsize=(figure_width(3.45 * across), 2.4 * down + 0.25), layout="constrained")
    axes = figure.subplots(down, across, squeeze=False, sharex=True, sharey=True).ravel()
    for curve, ax in zip(curves, axes, strict=False):
        plot_learning_curve(curve, ax=ax)
    for ax in axes[len(curves) :]:
        ax.remove()
    outer_labels(axes[: len(curves)])
    figure.legend(handles=curve_marks(curves), loc="outside lower center", ncols=3)
    axes[0].set_xlim(1, max(2, *(len(curve.epochs) for curve in curves)))
    rows: list[Sequence[object]] = [
        [curve.model, network, epoch, error]
        for curve in curves
        for network, errors in [*enumerate(curve.error), ("median", curve.median)]
        for epoch, error in zip(curve.epochs, errors, strict=True)
    ]
    caption = (
        f"{what}, over epochs of training: {networks_of(scene)}. {stopping_rule(scene)} Thin lines: networks; a dot "
        f"ends the line of a network that reached the criterion. Thick line: median of "
        f"all networks (finished ones keep their last error). {AXES}"
    )
    return Drawn(name=name, caption=caption, figure=figure, header=["model", "network", "epoch", "error"], rows=rows)


def epochs(scene: Scene) -> Iterator[Drawn]:
    """Epochs to criterion of all networks; hollow points are networks with frozen errors."""
    found = [scene.result(model) for model in scene.models]
    figure = Figure(figsize=(figure_width(3.0 + 1.3 * len(found)), 3.6 if is_narrow() else 2.8), layout="constrained")
    times = [replace(result.times, model=result.row.model) for result in found]
    plot_epochs_to_criterion(
        times, faultless=[result.frozen.faultless for result in found], unit=scene.unit, ax=figure.add_subplot()
    )
    rows = [
        [model.model, int(network), None if at == NOT_REACHED else int(at), model.budget, frozen]
        for model, result in zip(times, found, strict=True)
        for network, at, frozen in zip(result.networks, model.epochs, result.frozen.error.tolist(), strict=True)
    ]
    yield Drawn(
        name="epochs-to-criterion",
        caption=f"{scene.unit.capitalize()} to criterion: {networks_of(scene)}. {stopping_rule(scene)} Each point is a "
        "network, and the bar is the median of all. Hollow points: networks that err on fresh trials with frozen "
        "weights. Triangles above the dashed line: networks that did not reach the criterion within the budget. The "
        "axis is logarithmic, because networks differ by large factors.",
        figure=figure,
        header=["model", "network", "epochs_to_criterion", "budget", "frozen_error"],
        rows=rows,
    )


def raster_caption(scene: Scene, models: Sequence[str], network: int, steps: int) -> str:
    """The caption of rasters of `steps` steps of one network of each model."""
    spec, recordings = scene.task.spec, [scene.recording(model) for model in models]
    sees = [[values for name, values in of.record.signals.items() if "dopamine" in name] for of in recordings]
    twice = any(
        v.ndim == 3 and v.shape[2] == 2 * len(of.slots) for of, s in zip(recordings, sees, strict=True) for v in s
    )
    groups = " (“in”: of input gates; “out”: of output gates)" if twice else ""
    some = [model_name(model) for model, signals in zip(models, sees, strict=True) if signals]
    whose = f" of {and_list(some)}" if 0 < len(some) < len(models) else ""
    below = f"; dopamine{whose}{groups}" if some else ""
    lines = f" Vertical lines: start of {_article(spec.sequence)} {spec.sequence}."
    starts = recordings[0].trials.starts[network, 1:steps].any()
    names, why = [model_name(model) for model in models], [scene.why(model, network) for model in models]
    one, trials = f"network {network}", "fresh trials"
    if len(models) > 1:
        one, trials = f"{one} of each", "the same fresh trials"
        why = [f"{name} {outcome}" for name, outcome in zip(names, why, strict=True)]
    return (
        f"{and_list(names)} on {scene_name(scene)}: {one} (seed {scene.seed}; {'; '.join(why)}), step by step on "
        f"{trials} with frozen weights. From top to bottom: input; target and response (errors in orange); each gate "
        f"of every slot, from shut (white) to open; content of memory{below}."
        + lines * bool(starts)
        + "".join(absent_gates(of.gates, model) for of, model in zip(recordings, models, strict=True))
    )


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


def single_rasters(scene: Scene) -> Iterator[Drawn]:
    """A trained network step by step, one figure per model, on the same trials.

    The tables have every recorded signal.
    """
    network = scene.shared_network()
    steps = raster_steps(scene.task.spec, narrow=is_narrow())
    for model in scene.models:
        title = f"{model_name(model)} on {scene_name(scene)}, network {network}"
        shown = raster_of(title, scene.recording(model), network, steps)
        header, rows = raster_table(shown)
        yield Drawn(
            name=f"raster-{model}",
            caption=raster_caption(scene, [model], network, steps),
            figure=plot_raster(shown.compact()),
            header=header,
            rows=rows,
        )


def raster_table(shown: Raster) -> tuple[list[str], list[Sequence[object]]]:
    """The raster as a table by step."""
    spec, trials = shown.spec, shown.trials
    columns: dict[str, Sequence[object]] = {
        "step": range(shown.steps),
        "starts": trials.starts.astype(int).tolist(),
        "event": [spec.events[event] for event in trials.event],
    }
    for i, channel in enumerate(spec.channels):
        columns[channel.name] = [channel.symbols[s] if s >= 0 else None for s in trials.symbols[:, i]]
    for i, analog in enumerate(spec.analog):
        columns[analog.name] = trials.values[:, i].tolist()
    if isinstance(spec.answer, Quantity):
        columns["quantity"] = [
            q if t >= 0 else None for q, t in zip(trials.quantity.tolist(), trials.target, strict=True)
        ]
    if isinstance(spec.answer, Several):
        columns["allowed"] = [" ".join(np.array(spec.responses)[which]) for which in trials.allowed]
    for name, indices in (("target", trials.target), ("response", shown.response)):
        columns[name] = [spec.responses[i] if i >= 0 else None for i in indices]
    columns["counts"] = trials.counts.astype(int).tolist()
    columns["wrong"] = shown.wrong.astype(int).tolist()
    for gate in ("input_gate", "forget_gate", "output_gate"):
        columns |= {f"{gate} {slot}": getattr(shown, gate)[:, i].tolist() for i, slot in enumerate(shown.slots)}
    for i, slot in enumerate(shown.slots):
        columns |= {f"memory {slot} {u}": shown.memory[:, i, u].tolist() for u in range(shown.memory.shape[2])}
    columns |= {name: np.asarray(signal).tolist() for name, signal in shown.signals.items()}
    for name, signal in shown.slot_signals.items():
        columns |= {f"{name} {i + 1}": signal[:, i].tolist() for i in range(signal.shape[1])}
    return list(columns), list(zip(*columns.values(), strict=True))
