"""Epochs to criterion: each network a point, censored ones above the line of the budget."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import EpochsToCriterion
from pbwm.compare.figures.names import model_name
from pbwm.compare.figures.style import GRAY, INK, mark, model_color, new_axes, outer_legend
from tasks.base.arguments import checked

__all__ = ["plot_epochs_to_criterion"]

SPREAD = 0.34
"""Half the width of the networks of a model."""
ABOVE = 1.15
"""Place of censored networks, as a multiple of the budget."""


@checked()
def plot_epochs_to_criterion(
    models: Sequence[EpochsToCriterion],
    *,
    faultless: Sequence[NDArray[np.bool_]] | None = None,
    unit: str = "epochs",
    ax: Axes | None = None,
) -> Axes:
    """Draw a column per model: a dot for every network, a bar at the median.

    There is no bar if fewer than half have reached the criterion. A dashed line marks the budget; censored networks are
    open triangles above it. With `faultless` (whether each network made no error in the frozen test), networks with
    errors are hollow. The legend lists only marks that are there.
    """
    ax = ax or new_axes()
    for column, model in enumerate(models):
        color = model_color(model.model)
        reached, x = model.reached, column + SPREAD * model.offset
        sound = reached & faultless[column] if faultless is not None else reached
        ax.plot(x[sound], model.epochs[sound], "o", color=color, markersize=4, alpha=0.8, markeredgewidth=0)
        erring = reached & ~sound
        if faultless is not None:
            ax.plot(x[erring], model.epochs[erring], "o", markerfacecolor="none", markeredgecolor=color, markersize=4)
        if model.median is not None:
            ax.hlines(model.median, column - SPREAD, column + SPREAD, color=INK, linewidth=1.5)
        ax.hlines(model.budget, column - 0.45, column + 0.45, color=GRAY, linewidth=0.8, linestyle=(0, (4, 3)))
        height = [ABOVE * model.budget] * int((~reached).sum())
        ax.plot(x[~reached], height, "^", markerfacecolor="none", markeredgecolor=color, markersize=4)
    _label(ax, models, unit, faultless)
    return ax


def _label(
    ax: Axes, models: Sequence[EpochsToCriterion], unit: str, faultless: Sequence[NDArray[np.bool_]] | None
) -> None:
    ax.set_yscale("log")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.set_minor_formatter(NullFormatter())
    highest = max(model.budget for model in models)
    lowest = min(model.first or highest for model in models)
    ax.set_ylim(0.7 * lowest, 1.4 * ABOVE * highest)
    ax.set_xlim(-0.55, len(models) - 0.45)
    labels = [f"{model_name(m.model)}\n{int(m.reached.sum())} of {m.networks}" for m in models]
    ax.set_xticks(range(len(models)), labels)
    ax.tick_params(axis="x", length=0)
    ax.set_ylabel(f"{unit} to criterion (log scale)")
    budgets = ", ".join(str(budget) for budget in sorted({model.budget for model in models}))
    hollow, censored = {"markerfacecolor": "none"}, any(not model.reached.all() for model in models)
    erring = faultless is not None and any((m.reached & ~f).any() for m, f in zip(models, faultless, strict=True))
    absent = "\n(no bar: above the budget)" if any(model.median is None for model in models) else ""
    sound = "network that makes no\nerror with frozen weights" if faultless is not None else "network"
    handles = [
        mark(sound),
        *([mark("network that makes errors\nwith frozen weights", **hollow)] if erring else []),
        *([mark("criterion not reached", "^", **hollow)] if censored else []),
        mark(f"median of all networks{absent}", "|"),
        mark(f"budget: {budgets} {unit}", "--", linewidth=0.8),
    ]
    outer_legend(ax, handles=handles, labelspacing=0.5)
