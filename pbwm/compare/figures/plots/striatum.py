"""Dopamine over training, weights into the striatum, and a trial cycle by cycle."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pbwm.compare.analysis.over_training import SignalOverTraining
from pbwm.compare.analysis.striatum import Cycles, MatrixWeights
from pbwm.compare.figures.style import DIVERGING, GREY, INK, ITEMS, WIDTH, new_axes, signal_colour

__all__ = ["plot_cycles", "plot_matrix_weights", "plot_signal_over_training"]


def plot_signal_over_training(found: SignalOverTraining, *, ax: Axes | None = None) -> Axes:
    """Draw the signal at each kind of step over epochs: mean over networks, and the standard error as a band."""
    ax = ax or new_axes()
    for event, name in enumerate(found.events):
        values = found.mean[:, :, event]
        if np.isnan(values).all():
            continue
        colour, networks = ITEMS[event % len(ITEMS)], (~np.isnan(values)).sum(0)
        mean, error = (np.full(len(found.epochs), np.nan) for _ in range(2))
        some, several = networks > 0, networks > 1
        mean[some] = np.nanmean(values[:, some], axis=0)
        error[several] = np.nanstd(values[:, several], axis=0, ddof=1) / np.sqrt(networks[several])
        ax.fill_between(found.epochs, mean - error, mean + error, color=colour, alpha=0.2, linewidth=0)
        ax.plot(found.epochs, mean, color=colour, linewidth=1.2, label=name)
    ax.axhline(0, color=GREY, linewidth=0.5)
    ax.set_xlim(1, max(2, int(found.epochs[-1])))
    ax.set_xlabel("epoch")
    ax.set_ylabel(found.signal.replace("_", " "))
    ax.set_title(f"{found.model}: {len(found.mean)} networks", loc="left")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax


def plot_matrix_weights(found: MatrixWeights, network: int, *, ax: Axes | None = None) -> Axes:
    """Draw Go minus NoGo weights of every stripe by symbol: above 0 a symbol opens the stripe, below 0 it shuts it."""
    ax = ax or new_axes()
    difference = found.go[network] - found.nogo[network]
    most = max(float(np.abs(difference).max()), 1e-9)
    image = ax.imshow(difference, vmin=-most, vmax=most, cmap=DIVERGING, aspect="auto")
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.8)
    bar.outline.set_linewidth(0.4)
    bar.set_label("weight: Go − NoGo")
    ax.set_xticks(range(len(found.symbols)), found.symbols)
    ax.set_yticks(range(len(found.stripes)), found.stripes)
    ax.set_title(f"network {network}", loc="left")
    return ax


def plot_cycles(found: Cycles, *, figure: Figure | None = None) -> Figure:
    """Draw one step cycle by cycle: a row for each nucleus, a column for each stripe; lines mark the quarters."""
    rows, stripes = list(found.activity), len(found.stripes)
    figure = figure or Figure(figsize=(min(WIDTH, 1.0 + 1.8 * stripes), 0.4 + 0.62 * len(rows)), layout="constrained")
    axes = figure.subplots(len(rows), stripes, sharex=True, sharey=True, squeeze=False)
    for row, nucleus in enumerate(rows):
        for stripe in range(stripes):
            ax, activity = axes[row, stripe], found.activity[nucleus][:, stripe]
            ax.plot(np.arange(len(activity)), activity, color=signal_colour(_colour_of(nucleus)), linewidth=1.2)
            for end in found.phase_ends[:-1]:
                ax.axvline(end, color=GREY, linewidth=0.4)
            ax.set_ylim(-0.03, 1.03)
            ax.set_xlim(0, len(activity))
        axes[row, 0].set_ylabel(nucleus.replace("_", " "), rotation=0, ha="right", va="center")
    for stripe, name in enumerate(found.stripes):
        state = "opens" if found.opened[stripe] else "stays shut"
        axes[0, stripe].set_title(f"{name} {state}", loc="left", color=INK)
        axes[-1, stripe].set_xlabel("cycle (ms)")
    figure.suptitle(found.title, x=0.01, ha="left", fontsize=8)
    return figure


def _colour_of(nucleus: str) -> str:
    return "pfc_maintenance" if nucleus.endswith("PFC") else nucleus
