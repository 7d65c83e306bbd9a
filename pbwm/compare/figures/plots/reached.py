"""How many networks of each row reached the criterion: proportions with their intervals."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pbwm.compare.analysis.survival import Interval
from pbwm.compare.figures.style import GRAY, INK, mark, new_axes
from tasks.base.arguments import checked

__all__ = ["plot_reached", "reached_marks"]


@checked()
def plot_reached(names: Sequence[str], proportions: Mapping[str, Interval], *, ax: Axes | None = None) -> Axes:
    """Draw the proportion of each row with its 95% interval, from the top.

    A row without a proportion is marked as not run.
    """
    ax = ax or new_axes()
    for row, name in enumerate(names):
        if name not in proportions:
            ax.text(0.5, row, "not run", color=GRAY, ha="center", va="center")
            continue
        proportion = proportions[name]
        ax.plot([proportion.low, proportion.high], [row, row], color=GRAY, linewidth=1.0)
        ax.plot(proportion.value, row, "o", color=INK, markersize=3.5, clip_on=False)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlim(0.0, 1.0)
    ax.set_xticks([0.0, 0.5, 1.0], ["0", "½", "1"])
    ax.set_xlabel("proportion reached")
    return ax


def reached_marks() -> list[Line2D]:
    """The legend of `plot_reached`."""
    return [mark("networks that reached the criterion", color=INK), mark("95% interval", "-")]
