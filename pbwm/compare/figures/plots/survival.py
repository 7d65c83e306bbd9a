"""Survival curves: the proportion of networks that have not reached the criterion, over epochs."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from pbwm.compare.analysis.survival import Survival
from pbwm.compare.figures.style import CONDITIONS, mark, new_axes, outer_legend

__all__ = ["plot_survival"]


def plot_survival(curves: Sequence[Survival], *, unit: str = "epochs", ax: Axes | None = None) -> Axes:
    """Draw a step curve per row, with its 95 % interval; crosses: censored networks. Times are in `unit`."""
    ax = ax or new_axes()
    for i, curve in enumerate(curves):
        colour, line = CONDITIONS[i % len(CONDITIONS)], ("-", "--", ":")[i // len(CONDITIONS) % 3]
        label = f"{curve.label}: {curve.reached} of {curve.networks}"
        ax.step(curve.epochs, curve.proportion, line, where="post", color=colour, label=label, linewidth=1.2)
        known = np.isfinite(curve.low) & np.isfinite(curve.high)
        low, high = (np.where(known, bound, curve.proportion) for bound in (curve.low, curve.high))
        ax.fill_between(curve.epochs, low, high, step="post", color=colour, alpha=0.12, linewidth=0)
        if curve.reached < curve.networks:
            ax.plot(curve.budget, curve.proportion[-1], "x", color=colour, markersize=4)
    ax.set_xlim(0, 1.02 * max(curve.budget for curve in curves))
    ax.set_ylim(-0.02, 1.02)
    ax.set_xlabel(unit)
    ax.set_ylabel("proportion below the criterion")
    handles, _ = ax.get_legend_handles_labels()
    handles += [mark("not reached by the end", "x")] if any(curve.reached < curve.networks for curve in curves) else []
    outer_legend(ax, handles=handles, title="reached the criterion", alignment="left")
    return ax
