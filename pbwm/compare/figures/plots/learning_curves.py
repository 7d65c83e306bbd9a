"""Learning curves: error over epochs, every network of a model and their median."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import LogFormatter, StrMethodFormatter
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import NOT_REACHED
from pbwm.compare.analysis.errors_by_epoch import LearningCurve
from pbwm.compare.figures.names import model_name
from pbwm.compare.figures.style import GRAY, mark, model_color, new_axes
from tasks.base.arguments import checked

__all__ = ["curve_marks", "plot_learning_curve"]

ERRORS = (0, 0.01, 0.05, 0.1, 0.2, 0.5, 1)
"""Ticks of the axis, on a square-root scale."""


def _root(error: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sqrt(np.maximum(error, 0))


@checked()
def plot_learning_curve(curve: LearningCurve, *, ax: Axes | None = None) -> Axes:
    """Draw the learning curve of a model: networks thin, with a dot at criterion; the median thick.

    On axes of its own, the figure has a legend (`curve_marks`).
    """
    alone, ax = ax is None, ax or new_axes()
    color = model_color(curve.model)
    for error, reached_at in zip(curve.error, curve.reached_at, strict=True):
        ax.plot(curve.epochs, error, color=color, linewidth=0.5, alpha=0.4)
        if reached_at != NOT_REACHED:
            ax.plot(reached_at, error[reached_at - 1], "o", color=color, markersize=3, alpha=0.7, clip_on=False)
    ax.plot(curve.epochs, curve.median, color=color, linewidth=2)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.xaxis.set_minor_formatter(LogFormatter())
    ax.set_xlim(1, max(2, len(curve.epochs)))
    ax.set_yscale("function", functions=(_root, np.square))
    ax.set_yticks(ERRORS)
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.set_ylim(0, 1)
    ax.set_xlabel("epoch (log scale)")
    ax.set_ylabel("proportion wrong (root scale)")
    ax.set_title(f"{model_name(curve.model)}: {curve.reached} of {len(curve.error)} reached criterion", loc="left")
    if alone:
        ax.legend(handles=curve_marks([curve], color), loc="upper right", labelspacing=0.2)
    return ax


def curve_marks(curves: Sequence[LearningCurve], color: str = GRAY) -> list[Line2D]:
    """The legend of `plot_learning_curve`."""
    reached = [mark("criterion reached", color=color, markersize=3)] * any(curve.reached for curve in curves)
    return [mark("network", "-", color, linewidth=0.5), mark("median", "-", color, linewidth=2), *reached]
