"""The figures of a comparison: each as PNG and PDF, with the table of what it shows beside it as CSV."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from pbwm.compare.analysis.criterion import NOT_REACHED
from pbwm.compare.analysis.errors_by_epoch import LearningCurve
from pbwm.compare.analysis.raster import Raster, fresh_trials, raster
from pbwm.compare.figures.drawn import save_figure
from pbwm.compare.figures.plots.epochs_to_criterion import plot_epochs_to_criterion
from pbwm.compare.figures.plots.learning_curves import plot_learning_curve
from pbwm.compare.figures.plots.raster import plot_raster
from pbwm.compare.figures.style import WIDTH, print_style
from pbwm.compare.files import write_csv
from pbwm.compare.results import Comparison, ModelResult
from tasks.base.task import Quantity, Several, Trials

__all__ = ["RASTER_STEPS", "SUFFIXES", "draw_comparison", "figure_files"]

REWARDED = "learning-curves-rewarded"
"""Figure of errors at the steps that the task rewards, drawn where others count too."""

RASTER_STEPS = 40
"""Most steps in a trial raster: what can be read across the width of a page."""


SUFFIXES = (".png", ".pdf", ".csv")
"""A figure is written in each of these forms; the last is the table behind it."""


def figure_files(comparison: Comparison) -> list[str]:
    """Names of the files that `draw_comparison` writes."""
    rasters = [f"raster-{result.model}" for result in comparison.models]
    names = ["learning-curves", "epochs-to-criterion", *rasters]
    if comparison.rewarded.any():
        names.append(REWARDED)
    return [f"{name}{suffix}" for name in names for suffix in SUFFIXES]


def draw_learning_curves(directory: Path, comparison: Comparison) -> None:
    """Learning curves of all models side by side, over all responses that count; and over those that are rewarded."""
    criterion = f"Criterion (dots): {comparison.task.spec.criterion}"
    curves = [result.curve for result in comparison.models]
    _draw_curves(directory, "learning-curves", curves, f"{comparison.task_name}. {criterion}")
    rewarded = comparison.rewarded
    if rewarded.any():
        curves = [result.curve_of(rewarded) for result in comparison.models]
        title = f"{comparison.task_name}, steps that are rewarded. {criterion} of any kind"
        _draw_curves(directory, REWARDED, curves, title)


def _draw_curves(directory: Path, name: str, curves: Sequence[LearningCurve], title: str) -> None:
    """Learning curves of all models side by side, on the same axes."""
    figure = Figure(figsize=(min(WIDTH, 3.6 * len(curves)), 2.6), layout="constrained")
    panels = figure.subplots(1, len(curves), sharex=True, sharey=True, squeeze=False)[0]
    for curve, ax in zip(curves, panels, strict=True):
        plot_learning_curve(curve, ax=ax)
        ax.label_outer()
    panels[0].set_xlim(1, max(2, *(len(curve.epochs) for curve in curves)))
    figure.suptitle(title, x=0.01, ha="left", fontsize=8)
    save_figure(figure, directory, name)
    rows = [
        [curve.model, network, epoch, error]
        for curve in curves
        for network, errors in [*enumerate(curve.error), ("median", curve.median)]
        for epoch, error in zip(curve.epochs, errors, strict=True)
    ]
    write_csv(directory / f"{name}.csv", ["model", "network", "epoch", "error"], rows)


def draw_epochs_to_criterion(directory: Path, comparison: Comparison) -> None:
    """Epochs to criterion of every network of all models."""
    models = [result.epochs_to_criterion for result in comparison.models]
    figure = Figure(figsize=(2.2 + 1.3 * len(models), 2.8), layout="constrained")
    plot_epochs_to_criterion(models, ax=figure.add_subplot())
    spec = comparison.task.spec
    figure.suptitle(f"{comparison.task_name}. Criterion: {spec.criterion}", x=0.01, ha="left", fontsize=8)
    save_figure(figure, directory, "epochs-to-criterion")
    rows = [
        [model.model, network, None if epochs == NOT_REACHED else epochs, model.budget]
        for model in models
        for network, epochs in enumerate(model.epochs)
    ]
    write_csv(directory / "epochs-to-criterion.csv", ["model", "network", "epochs_to_criterion", "budget"], rows)


def _raster_of(comparison: Comparison, result: ModelResult, trials: Trials) -> Raster:
    replica, why = result.best_network()
    replicas, learner = result.block_of(replica)
    numbers = f"network {replica} of 0–{result.networks - 1}"
    title = f"{comparison.task_name} · {result.model} · {numbers} ({why})"
    return raster(title, learner, replicas.index(replica), trials)


def _raster_table(shown: Raster) -> tuple[list[str], list[Sequence[object]]]:
    """The raster as a table with one row per step."""
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


def draw_rasters(directory: Path, comparison: Comparison) -> None:
    """A trial raster of a trained network of each model, all on the same fresh trials."""
    trials = fresh_trials(comparison.task, comparison.seed, RASTER_STEPS)
    for result in comparison.models:
        shown = _raster_of(comparison, result, trials)
        save_figure(plot_raster(shown), directory, f"raster-{result.model}")
        write_csv(directory / f"raster-{result.model}.csv", *_raster_table(shown))


def draw_comparison(directory: Path, comparison: Comparison) -> None:
    """Draw and write all figures of a comparison into a directory."""
    with print_style():
        draw_learning_curves(directory, comparison)
        draw_epochs_to_criterion(directory, comparison)
        draw_rasters(directory, comparison)
