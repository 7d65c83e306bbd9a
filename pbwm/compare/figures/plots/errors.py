"""Errors: by kind of step, by lag, with gates forced, and under lesions and other doses."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from pbwm.compare.analysis.forced import Forced
from pbwm.compare.analysis.lags import ErrorByLag
from pbwm.compare.analysis.sweeps import Sweep
from pbwm.compare.figures.names import model_name, signal_name
from pbwm.compare.figures.style import (
    GRAY,
    INK,
    ITEMS,
    is_narrow,
    mark,
    model_color,
    new_axes,
    outer_legend,
    signal_color,
    spread,
)
from tasks.base.arguments import checked

__all__ = ["plot_error_by_event", "plot_error_by_lag", "plot_forced", "plot_sweep", "set_proportions"]

MARKERS = "os^Dv<>pX"
"""Marks of the lines of a sweep."""


@checked()
def plot_error_by_event(models: Sequence[ErrorByLag], *, ax: Axes | None = None) -> Axes:
    """Draw errors at each kind of step that counts, by model: a dot is a network, a bar the mean."""
    ax = ax or new_axes()
    events = np.flatnonzero(sum(found.count.sum((0, 2)) for found in models)).tolist()
    width = 0.8 / len(models)
    for i, found in enumerate(models):
        color = model_color(found.model)
        for column, event in enumerate(events):
            x, values = column + (i - (len(models) - 1) / 2) * width, found.by_event[:, event]
            ax.plot(
                x + spread(len(values), 0.8 * width), values, "o", color=color, markersize=2.2, alpha=0.6,
                markeredgewidth=0, clip_on=False,
            )  # fmt: skip
            if not np.isnan(values).all():
                ax.hlines(np.nanmean(values), x - 0.42 * width, x + 0.42 * width, color=INK, linewidth=1.2)
    ax.set_xticks(range(len(events)), [models[0].events[event].replace(" ", "\n") for event in events])
    ax.tick_params(axis="x", length=0)
    _room_for_legend(ax)
    ax.set_ylabel("proportion wrong")
    handles = [mark(f"{model_name(of.model)}, network", color=model_color(of.model)) for of in models]
    ax.legend(handles=[*handles, mark("mean", "|")], loc="upper left", labelspacing=0.2)
    return ax


def _room_for_legend(ax: Axes) -> None:
    highest = ax.dataLim.ymax
    set_proportions(ax, 1.4 * max(highest, 0.01) if np.isfinite(highest) else 1)


def set_proportions(ax: Axes, highest: float) -> None:
    """Set the upper end of an axis of proportions, with ticks up to 1."""
    ax.set_ylim(0, highest)
    ticks = MaxNLocator(8, steps=(1, 2, 5, 10)).tick_values(0, highest)
    ax.set_yticks([tick for tick in ticks if tick <= min(1, highest)])


@checked()
def plot_error_by_lag(found: ErrorByLag, *, ax: Axes | None = None) -> Axes:
    """Draw errors at kinds of step that read an item, by lag, of all networks taken together."""
    ax = ax or new_axes()
    drawn = 0
    for event, name in enumerate(found.events):
        counts = found.count[:, event].sum(0)
        there = (counts > 0) & (found.lags > 0)
        if not there.any():
            continue
        wrong = np.nansum(found.error[:, event] * found.count[:, event], axis=0)[there] / counts[there]
        ax.plot(found.lags[there], wrong, "o-", color=ITEMS[drawn % len(ITEMS)], markersize=2.5, label=name)
        drawn += 1
    ax.set_xlabel("steps since stored")
    ax.set_ylabel("proportion wrong, mean")
    _room_for_legend(ax)
    ax.set_title(model_name(found.model), loc="left")
    if drawn:
        ax.legend(loc="upper left", labelspacing=0.2)
    return ax


@checked()
def plot_forced(found: Forced, *, ax: Axes | None = None) -> Axes:
    """Draw the error in each condition: every network a dot, a bar the mean."""
    ax = ax or new_axes()
    for row, of_networks in enumerate(np.nanmean(found.error, axis=2)):
        ax.plot(
            of_networks, row + spread(len(of_networks)), "o", color=model_color(found.model), markersize=2.5,
            alpha=0.7, markeredgewidth=0, clip_on=False,
        )  # fmt: skip
        ax.vlines(of_networks.mean(), row - 0.38, row + 0.38, color=INK, linewidth=1.4)
    ax.axvline(float(np.nanmean(found.error[0])), color=GRAY, linewidth=0.6, linestyle=":")
    ax.set_yticks(range(len(found.conditions)), found.conditions)
    ax.set_ylim(len(found.conditions) - 0.5, -0.5)
    ax.set_xlim(left=0)
    ax.set_xlabel("proportion wrong")
    ax.set_title(f"{model_name(found.model)}: input gates clamped", loc="left")
    outer_legend(
        ax,
        handles=[
            mark("network", color=model_color(found.model)),
            mark("mean", "|"),
            mark("mean, all gates free", ":"),
        ],
    )
    return ax


@checked()
def plot_sweep(found: Sweep, *, ax: Axes | None = None) -> Axes:
    """Draw the error over the dose of each manipulation: mean and standard error."""
    ax = ax or new_axes()
    own = [signal_color(condition) for condition in found.conditions]
    free = iter([color for color in ITEMS if color not in own] * len(own))
    for i, condition in enumerate(found.conditions):
        color = next(free) if own[i] == GRAY else own[i]
        marker = MARKERS[i % len(MARKERS)]
        mean = found.error[i].mean(1)
        networks = found.error.shape[2]
        error = found.error[i].std(1, ddof=1) / np.sqrt(networks) if networks > 1 else None
        ax.errorbar(
            found.doses, mean, error, fmt=f"{marker}-", color=color, markersize=3, capsize=1.5, elinewidth=0.7,
            label=signal_name(condition),
        )  # fmt: skip
    ax.set_xlabel(found.dose)
    ax.set_ylabel("proportion wrong")
    ax.set_ylim(bottom=0)
    ax.set_title(f"{model_name(found.model)}, {found.error.shape[2]} networks: mean ± standard error", loc="left")
    outer_legend(ax, ncols=2 if len(found.conditions) > 4 and is_narrow() else 1, columnspacing=0.8)
    return ax
