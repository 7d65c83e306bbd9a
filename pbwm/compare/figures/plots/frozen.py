"""Frozen errors: during further training, and by origin."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from pbwm.compare.analysis.error_origins import ErrorOrigin, ErrorOrigins
from pbwm.compare.analysis.further_training import FurtherTraining
from pbwm.compare.figures.names import model_name
from pbwm.compare.figures.style import mark, model_color, new_axes, outer_legend
from tasks.base.arguments import checked

__all__ = ["plot_error_origins", "plot_further_training"]


@checked()
def plot_further_training(models: Sequence[FurtherTraining], *, ax: Axes | None = None) -> Axes:
    """Draw the frozen error over further epochs: networks thin, the mean thick."""
    ax = ax or new_axes()
    for found in models:
        color, count = model_color(found.model), len(found.error)
        ax.plot(found.epochs, found.error.T, color=color, linewidth=0.6, alpha=0.4)
        first, last = found.faultless[[0, -1]]
        label = f"{model_name(found.model)}, mean ({first} of {count} without\nan error at first, {last} at the end)"
        ax.plot(found.epochs, found.mean, color=color, linewidth=2.0, label=label)
    ax.set_xlabel("epochs of training after the criterion")
    ax.set_ylabel("frozen error")
    ax.set_ylim(bottom=0)
    ax.margins(y=0.1)
    handles, _ = ax.get_legend_handles_labels()
    outer_legend(ax, handles=[*handles, mark("network", "-", linewidth=0.6)])
    return ax


@checked()
def plot_error_origins(models: Sequence[ErrorOrigins], *, ax: Axes | None = None) -> Axes:
    """Draw the proportion of wrong responses by origin and model."""
    ax = ax or new_axes()
    occurs = sum(found.counts.sum(0) for found in models) > 0
    shown = np.flatnonzero(occurs) if occurs.any() else np.arange(len(occurs))
    kinds = [[kind for kind in ErrorOrigin if kind][place] for place in shown]
    width = 0.8 / len(models)
    for i, found in enumerate(models):
        share = found.counts.sum(0)[shown] / max(1, int(found.counted.sum()))
        x = np.arange(len(kinds)) + (i - (len(models) - 1) / 2) * width
        ax.bar(x, share, 0.9 * width, color=model_color(found.model), label=model_name(found.model))
    ax.set_xticks(range(len(kinds)), [kind.name.lower().replace("_", "\n") for kind in kinds])
    ax.tick_params(axis="x", length=0)
    ax.set_xlabel("origin of the error")
    ax.set_ylabel("proportion wrong")
    outer_legend(ax)
    return ax
