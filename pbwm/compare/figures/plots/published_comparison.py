"""Epochs to criterion of our networks, row by row, with a paper's numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import EpochsToCriterion
from pbwm.compare.figures.style import GRAY, INK, is_narrow, mark, model_color, new_axes, outer_legend

__all__ = ["Beside", "beside_height", "plot_beside_published", "plot_novel_error"]

SPREAD = 0.3
"""Half the height of the networks of a row."""
BEYOND = 1.25
"""Place of censored networks, as a multiple of the budget."""
LETTERS = 20
"""Most letters in a line of a row's name, in one column."""
LINE = 0.145
"""Inches from line to line of these names."""
FEW_DECADES = 1.5
"""In one column, wider ranges of epochs have labels only at powers of ten."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A row: its networks, and the published results.

    Attributes
    ----------
    label, model
        Name of the row, and the model that determines its color.
    times
        Epochs to criterion of its networks.
    published
        Published mean of networks that learned; None: no number.
    novel_error : float array (network,), in [0, 1]
        Error on novel sequences; NaN if there are none.
    """

    label: str
    model: str
    times: EpochsToCriterion
    published: float | None
    novel_error: NDArray[np.float64]

    @property
    def name(self) -> str:
        """The label, in several lines if figures are narrow."""
        return fill(self.label, LETTERS) if is_narrow() else self.label

    @property
    def numbered(self) -> str:
        """The name, and the number of networks at criterion."""
        return f"{self.name}\n{int(self.times.reached.sum())} of {self.times.networks} reached"


def beside_height(rows: Sequence[Beside]) -> float:
    """Height of a panel of such rows in inches, with axis and any legend."""
    lines = max((row.numbered.count("\n") + 1 for row in rows), default=1)
    return (2.0 if is_narrow() else 0.9) + max(0.42, LINE * lines) * len(rows)


def plot_beside_published(
    rows: Sequence[Beside], *, ax: Axes | None = None, legend_right_of: Axes | None = None
) -> Axes:
    """Draw every row: a dot per network, a bar at the median, a diamond at the published mean.

    A short line marks the budget; censored networks are open triangles beyond it. There is no bar if fewer than half
    have reached the criterion. The legend is to the right of these axes or, if given, of others.
    """
    ax = ax or new_axes()
    for y, row in enumerate(rows):
        times, color = row.times, model_color(row.model)
        reached, height = times.reached, y + SPREAD * times.offset
        ax.plot(times.epochs[reached], height[reached], "o", color=color, markersize=3.5, markeredgewidth=0, alpha=0.8)
        if times.median is not None:
            ax.vlines(times.median, y - SPREAD, y + SPREAD, color=INK, linewidth=1.5)
        ax.vlines(times.budget, y - 0.45, y + 0.45, color=GRAY, linewidth=0.8, linestyle=(0, (4, 3)))
        censored = np.full(int((~reached).sum()), BEYOND * times.budget)
        ax.plot(censored, height[~reached], ">", markerfacecolor="none", markeredgecolor=color, markersize=3.5)
        if row.published is not None:
            ax.plot(row.published, y, "D", markerfacecolor="white", markeredgecolor=INK, markersize=6)
    _label(ax, rows)
    _add_legend(legend_right_of or ax, with_published=any(row.published is not None for row in rows))
    return ax


def _label(ax: Axes, rows: Sequence[Beside]) -> None:
    ax.set_xscale("log")
    low, high = ax.get_xlim()
    sparse = is_narrow() and np.log10(high / low) > FEW_DECADES
    ax.xaxis.set_major_locator(LogLocator(subs=(1,) if sparse else (1, 2, 5), numticks=20))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_yticks(range(len(rows)), [row.numbered for row in rows])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", labelrotation=30)
    ax.set_xlabel("epochs to criterion (log scale)")


def _add_legend(ax: Axes, *, with_published: bool) -> None:
    published = mark("published mean", "D", INK, markerfacecolor="white", markersize=6)
    handles = [
        mark("network"),
        mark("median of all", "|"),
        *([published] if with_published else []),
        mark("budget", "--", linewidth=0.8),
        mark("not within the budget", ">", markerfacecolor="none"),
    ]
    outer_legend(ax, handles=handles)


def plot_novel_error(rows: Sequence[Beside], *, ax: Axes | None = None, named: bool = True) -> Axes:
    """Draw the error on novel sequences of every row: a dot per network, a bar at the median.

    Without `named`, rows have no names, because the panel to the left shows them.
    """
    ax = ax or new_axes()
    for y, row in enumerate(rows):
        height = y + SPREAD * row.times.offset
        ax.plot(
            row.novel_error, height, "o", color=model_color(row.model), markersize=3.5, markeredgewidth=0, alpha=0.8
        )
        if np.isfinite(row.novel_error).any():
            ax.vlines(np.nanmedian(row.novel_error), y - SPREAD, y + SPREAD, color=INK, linewidth=1.5)
    ax.set_yticks(range(len(rows)), [row.name if named else "" for row in rows])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xlim(-0.02, 1.02)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("error on novel sequences")
    return ax
