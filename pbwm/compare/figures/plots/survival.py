"""Survival curves: the proportion of networks that have not reached the criterion, over epochs."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from pbwm.compare.analysis.survival import Survival
from pbwm.compare.figures.style import CONDITIONS, mark, new_axes, outer_legend
from tasks.base.arguments import checked

__all__ = ["coinciding", "plot_survival"]


DASH = 5.0
"""Length in points of the dashes of a curve that coincides with others."""


def coinciding(curves: Sequence[Survival]) -> list[list[int]]:
    """For each curve, the places of all curves that coincide with it, itself included."""
    flat = [curve.reached == 0 for curve in curves]
    shapes = [
        b"" if none else c.epochs.tobytes() + c.proportion.tobytes() for c, none in zip(curves, flat, strict=True)
    ]
    return [[place for place, other in enumerate(shapes) if other == shape] for shape in shapes]


@checked()
def plot_survival(curves: Sequence[Survival], *, unit: str = "epochs", ax: Axes | None = None) -> Axes:
    """Draw a step curve per row, with its 95% interval; crosses: censored networks. Times are in `unit`.

    Curves that coincide take turns: each has the dashes that the others leave open, and a cross of another size.
    """
    ax = ax or new_axes()
    handles = []
    for i, (curve, alike) in enumerate(zip(curves, coinciding(curves), strict=True)):
        color, line = CONDITIONS[i % len(CONDITIONS)], ("-", "--", ":")[i // len(CONDITIONS) % 3]
        handles.append(mark(f"{curve.label}: {curve.reached} of {curve.networks}", line, color, linewidth=1.2))
        turn, others = alike.index(i), len(alike) - 1
        shown = (-turn * DASH, (DASH, others * DASH)) if others else line
        ax.step(
            curve.epochs, curve.proportion, where="post", color=color, linestyle=shown, linewidth=1.2,
            dash_capstyle="butt",
        )  # fmt: skip
        known = np.isfinite(curve.low) & np.isfinite(curve.high)
        low, high = (np.where(known, bound, curve.proportion) for bound in (curve.low, curve.high))
        ax.fill_between(curve.epochs, low, high, step="post", color=color, alpha=0.12, linewidth=0)
        if curve.reached < curve.networks:
            ax.plot(
                curve.budget, curve.proportion[-1], "x", color=color, clip_on=False, markersize=4 + 2 * (others - turn)
            )
    ax.set_xlim(0, 1.02 * max(curve.budget for curve in curves))
    ax.set_ylim(-0.02, 1.02)
    ax.set_xlabel(unit)
    ax.set_ylabel("proportion below the criterion")
    handles += [mark("not reached by the end", "x")] if any(curve.reached < curve.networks for curve in curves) else []
    outer_legend(ax, handles=handles, title="reached the criterion", alignment="left")
    return ax
