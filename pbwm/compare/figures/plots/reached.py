"""How many networks of each row reached the criterion: proportions with their intervals, a row each."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from pbwm.compare.analysis.survival import Interval
from pbwm.compare.figures.style import GREY, INK, new_axes

__all__ = ["plot_reached"]


def plot_reached(names: Sequence[str], proportions: Mapping[str, Interval], *, ax: Axes | None = None) -> Axes:
    """Draw the proportion of each row with its 95 % interval, the first row at the top; rows without one are empty."""
    ax = ax or new_axes()
    for row, name in enumerate(names):
        if name not in proportions:
            continue
        proportion = proportions[name]
        ax.plot([proportion.low, proportion.high], [row, row], color=GREY, linewidth=1.0)
        ax.plot(proportion.value, row, "o", color=INK, markersize=3.5, clip_on=False)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlim(0.0, 1.0)
    ax.set_xticks([0.0, 0.5, 1.0], ["0", "½", "1"])
    ax.set_xlabel("proportion reached")
    return ax
