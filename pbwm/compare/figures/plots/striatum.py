"""Dopamine over training, weights into the striatum, and a trial cycle by cycle."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pbwm.compare.analysis.over_training import SignalOverTraining
from pbwm.compare.analysis.striatum import Cycles, MatrixWeights
from pbwm.compare.errors import FigureError
from pbwm.compare.figures.names import model_name, signal_name
from pbwm.compare.figures.style import (
    DIVERGING,
    GRAY,
    INK,
    ITEMS,
    figure_width,
    mark,
    new_axes,
    outer_legend,
    signal_color,
)
from tasks.base.arguments import checked, require_place

__all__ = ["plot_cycles", "plot_matrix_weights", "plot_signal_over_training", "plot_stripes_over_training"]

LINE = 10
"""Height of a line of labels in points."""


@checked()
def plot_signal_over_training(found: SignalOverTraining, *, ax: Axes | None = None) -> Axes:
    """Draw the signal at each kind of step over epochs: mean and standard error.

    Raises
    ------
    FigureError
        If the signal has a number for each stripe.
    """
    if found.mean.ndim > 3:
        raise FigureError(f"signal {found.signal!r} has a number for each stripe; use plot_stripes_over_training")
    ax = ax or new_axes()
    for event, name in enumerate(found.events):
        values = found.mean[:, :, event]
        if np.isnan(values).all():
            continue
        color, networks = ITEMS[event % len(ITEMS)], (~np.isnan(values)).sum(0)
        mean, error = (np.full(len(found.epochs), np.nan) for _ in range(2))
        some, several = networks > 0, networks > 1
        mean[some] = np.nanmean(values[:, some], axis=0)
        error[several] = np.nanstd(values[:, several], axis=0, ddof=1) / np.sqrt(networks[several])
        ax.fill_between(found.epochs, mean - error, mean + error, color=color, alpha=0.2, linewidth=0)
        ax.plot(found.epochs, mean, color=color, linewidth=1.2, label=name)
    ax.axhline(0, color=GRAY, linewidth=0.5)
    ax.set_xlim(1, max(2, int(found.epochs[-1])))
    ax.set_xlabel("epoch")
    ax.set_ylabel(signal_name(found.signal))
    ax.set_title(f"{model_name(found.model)}, {len(found.mean)} networks: mean ± standard error", loc="left")
    outer_legend(ax, title="kind of step", alignment="left")
    return ax


@checked()
def plot_stripes_over_training(
    found: SignalOverTraining, network: int, *, most: float | None = None, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw a signal of the stripes of a network over epochs: mean over kinds of step.

    Colors range from −`most` to `most`, by default the largest value.
    """
    require_place("plot_stripes_over_training: network", network, len(found.mean))
    ax = ax or new_axes()
    values = found.stripes(network)
    top, stripes = max(most or float(np.abs(values).max()), 1e-9), len(values)
    place = (0.5, len(found.epochs) + 0.5, stripes + 0.5, 0.5)
    image = ax.imshow(values, vmin=-top, vmax=top, cmap=DIVERGING, aspect="auto", extent=place)
    bar = ax.figure.colorbar(image, ax=ax)
    bar.outline.set_linewidth(0.4)
    bar.set_label(f"mean {signal_name(found.signal).partition(' of each stripe')[0]}")
    ax.set(xlabel="epoch", ylabel="stripe", yticks=sorted({1, stripes}))
    ax.set_title(title or signal_name(found.signal), loc="left")
    return ax


@checked()
def plot_matrix_weights(found: MatrixWeights, network: int, *, title: str = "", ax: Axes | None = None) -> Axes:
    """Draw Go minus NoGo weights of stripes by symbol: above 0, a symbol opens the stripe."""
    require_place("plot_matrix_weights: network", network, len(found.go))
    ax = ax or new_axes()
    difference = found.go[network] - found.nogo[network]
    most = max(float(np.abs(difference).max()), 1e-9)
    image = ax.imshow(difference, vmin=-most, vmax=most, cmap=DIVERGING, aspect="auto")
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.8)
    bar.outline.set_linewidth(0.4)
    bar.set_label("weight: Go − NoGo")
    ax.set_xticks(range(len(found.symbols)), found.symbols)
    every = int(np.ceil(LINE * len(found.stripes) / (72 * ax.bbox.height / ax.figure.dpi)))
    ax.set_yticks(range(0, len(found.stripes), every), found.stripes[::every])
    ax.set_xlabel("symbol shown")
    ax.set_title(title or f"network {network}", loc="left")
    return ax


@checked()
def plot_cycles(found: Cycles, *, figure: Figure | None = None) -> Figure:
    """Draw a step by cycle: a panel per nucleus, a line per stripe, gray if it stays shut.

    Vertical lines are the ends of phases.
    """
    nuclei = list(found.activity)
    width = figure_width(5.0)
    figure = figure or Figure(figsize=(width, 0.9 + 0.55 * len(nuclei)), layout="constrained")
    axes = figure.subplots(len(nuclei), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for nucleus, ax in zip(nuclei, axes, strict=True):
        activity = found.activity[nucleus]
        color = signal_color(_color_of(nucleus))
        ax.plot(activity[:, ~found.opened], color=GRAY, linewidth=0.6)
        ax.plot(activity[:, found.opened], color=color, linewidth=1.4)
        for end in found.phase_ends[:-1]:
            ax.axvline(end, color=GRAY, linewidth=0.4)
        ax.set(ylim=(-0.05, 1.05), yticks=(0, 1), xlim=(0, len(activity) - 1))
        ax.set_ylabel(signal_name(nucleus), rotation=0, ha="right", va="center")
    axes[-1].set_xlabel("cycle (1 ms; vertical line: a phase ends)")
    opened, shut = int(found.opened.sum()), int((~found.opened).sum())
    handles = [
        mark(f"gate opens: {opened}", "-", INK, linewidth=1.4),
        mark(f"stays shut: {shut}", "-", GRAY, linewidth=0.6),
    ]
    axes[0].legend(handles=handles, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, columnspacing=1.0)
    return figure


def _color_of(nucleus: str) -> str:
    return "pfc_maintenance" if nucleus.endswith("PFC") else nucleus
