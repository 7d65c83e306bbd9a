"""Learning curves: error over epochs, every network of a model and their median."""

from matplotlib.axes import Axes
from matplotlib.ticker import StrMethodFormatter

from pbwm.compare.analysis.criterion import NOT_REACHED
from pbwm.compare.analysis.errors_by_epoch import LearningCurve
from pbwm.compare.plots.style import model_colour, new_axes

__all__ = ["plot_learning_curve"]


def plot_learning_curve(curve: LearningCurve, *, ax: Axes | None = None) -> Axes:
    """Draw the learning curve of one model: every network thin, ending in a dot at criterion; the median thick."""
    ax = ax or new_axes()
    colour = model_colour(curve.model)
    for error, reached_at in zip(curve.error, curve.reached_at, strict=True):
        ax.plot(curve.epochs, error, color=colour, linewidth=0.5, alpha=0.4)
        if reached_at != NOT_REACHED:
            ax.plot(reached_at, error[reached_at - 1], "o", color=colour, markersize=3, alpha=0.7, clip_on=False)
    label = f"median of {len(curve.error)} networks"
    ax.plot(curve.epochs, curve.median, color=colour, linewidth=2, label=label)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.set_xlim(1, max(2, len(curve.epochs)))
    ax.set_ylim(0, 1)
    ax.set_xlabel("epoch")
    ax.set_ylabel("proportion of responses wrong")
    ax.set_title(f"{curve.model}: {curve.reached} of {len(curve.error)} reached criterion", loc="left")
    ax.legend(loc="upper right")
    return ax
