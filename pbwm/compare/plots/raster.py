"""Trial raster: one network step by step, all panels on one time axis.

From top to bottom: the inputs on every channel, target and response, the three gates of every slot, what the slots
hold, and every recorded signal that is one number per step.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Patch, Rectangle
from numpy.typing import NDArray

from pbwm.compare.analysis.raster import Raster
from pbwm.compare.plots.style import DIVERGING, GATES, GREY, INK, PALE, WIDTH, WRONG, new_axes, shades, signal_colour

__all__ = ["plot_channel", "plot_gate", "plot_memory", "plot_raster", "plot_responses", "plot_signal"]

SMALL = 6
"""Size of the text in panels."""
CELL_TEXT = 2
"""Letters that fit into the cell of a symbol."""
TITLES = {
    "input_gate": "input gate (1 = lets all in)",
    "forget_gate": "forget gate (1 = keeps all)",
    "output_gate": "output gate (1 = lets all out)",
}


def _cell(ax: Axes, step: int, row: int, text: str, **how: object) -> None:
    ax.add_patch(Rectangle((step - 0.5, row - 0.5), 1, 1, **how))  # type: ignore[arg-type]
    if len(text) <= CELL_TEXT:
        ink = INK if how.get("facecolor") in (PALE, "none") else "white"
        ax.text(step, row, text, color=ink, fontsize=SMALL, ha="center", va="center_baseline", clip_on=True)


def _rows(ax: Axes, labels: Sequence[str], steps: int, title: str) -> None:
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.set_yticks(range(len(labels)), labels, fontsize=SMALL)
    _finish(ax, steps, title)


def _finish(ax: Axes, steps: int, title: str) -> None:
    ax.set_xlim(-0.5, steps - 0.5)
    ax.set_title(title, loc="left", fontsize=SMALL + 1, pad=2)
    ax.tick_params(length=2, pad=1.5, labelsize=SMALL)


def plot_channel(raster: Raster, channel: int, *, ax: Axes | None = None) -> Axes:
    """Draw which symbol an input channel showed at every step."""
    ax = ax or new_axes(WIDTH, 1)
    which = raster.spec.channels[channel]
    for step, symbol in enumerate(raster.trials.symbols[:, channel]):
        if symbol >= 0:
            _cell(ax, step, symbol, which.symbols[symbol], facecolor=PALE, edgecolor="none")
    _rows(ax, which.symbols, raster.steps, f"input: {which.name}")
    return ax


def plot_responses(raster: Raster, *, ax: Axes | None = None) -> Axes:
    """Draw the response (filled; in the colour of an error where it was wrong) and the target (frame) at every step."""
    ax = ax or new_axes(WIDTH, 1)
    names = raster.spec.responses
    for step, (response, target) in enumerate(zip(raster.response, raster.trials.target, strict=True)):
        if response >= 0:
            colour = WRONG if raster.wrong[step] else PALE
            _cell(ax, step, response, names[response], facecolor=colour, edgecolor="none")
        if target >= 0:
            _cell(ax, step, target, "", facecolor="none", edgecolor=INK, linewidth=0.8)
    handles = [
        Patch(facecolor="none", edgecolor=INK, label="target"),
        Patch(facecolor=PALE, label="response"),
        Patch(facecolor=WRONG, label="wrong response"),
    ]
    _rows(ax, names, raster.steps, f"target and response ({int(raster.wrong.sum())} wrong)")
    ax.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1), ncols=3, borderpad=0, fontsize=SMALL)
    return ax


def _heat(ax: Axes, values: NDArray[np.floating], **how: object) -> AxesImage:
    """A heat map of (step, row) with its colour bar to the right."""
    image = ax.imshow(values.T, aspect="auto", interpolation="nearest", **how)  # type: ignore[arg-type]
    bar_axes = ax.inset_axes((1.012, 0, 0.012, 1))
    bar = ax.figure.colorbar(image, cax=bar_axes)
    bar.outline.set_linewidth(0.4)
    bar_axes.tick_params(length=1.5, pad=1, labelsize=SMALL - 1)
    return image


def plot_gate(raster: Raster, gate: str, *, ax: Axes | None = None) -> Axes:
    """Draw one gate ("input_gate", "forget_gate" or "output_gate") of every slot at every step."""
    ax = ax or new_axes(WIDTH, 1)
    _heat(ax, getattr(raster, gate), vmin=0, vmax=1, cmap=shades(GATES[gate]))
    _rows(ax, raster.slots, raster.steps, TITLES[gate])
    return ax


def plot_memory(raster: Raster, *, ax: Axes | None = None) -> Axes:
    """Draw what every unit of every slot held at every step."""
    ax = ax or new_axes(WIDTH, 1.5)
    steps, slots, units = raster.memory.shape
    low, high = raster.memory_limits
    cmap = DIVERGING if low < 0 else shades(GATES["memory"])
    _heat(ax, raster.memory.reshape(steps, slots * units), vmin=low, vmax=high, cmap=cmap)
    for slot in range(1, slots):
        ax.axhline(slot * units - 0.5, color=GREY, linewidth=0.4)
    title = "memory content" if units == 1 else f"memory content ({units} units per slot)"
    _finish(ax, steps, title)
    ax.set_yticks([slot * units + (units - 1) / 2 for slot in range(slots)], raster.slots, fontsize=SMALL)
    return ax


def plot_signal(raster: Raster, signal: str, *, ax: Axes | None = None) -> Axes:
    """Draw a recorded signal that is one number per step."""
    ax = ax or new_axes(WIDTH, 1)
    steps = np.arange(raster.steps)
    ax.axhline(0, color=GREY, linewidth=0.4)
    ax.step(steps, raster.signals[signal], where="mid", color=signal_colour(signal), linewidth=1)
    _finish(ax, raster.steps, signal.replace("_", " "))
    ax.margins(y=0.15)
    return ax


def plot_raster(raster: Raster, *, figure: Figure | None = None) -> Figure:
    """Draw all panels of a raster, one above the other; lines mark where sequences start."""
    channels, signals = raster.spec.channels, list(raster.signals)
    slots, units = raster.memory.shape[1:]
    heights = [
        *(0.11 * len(channel.symbols) for channel in channels),
        0.11 * len(raster.spec.responses),
        *[max(0.3, 0.1 * slots)] * 3,
        max(0.3, 0.1 * slots, min(0.045 * slots * units, 2.5)),
        *[0.4] * len(signals),
    ]
    gaps = 0.22 * len(heights) + 0.6
    packed = ConstrainedLayoutEngine(h_pad=0.015, hspace=0, w_pad=0.02)
    figure = figure or Figure(figsize=(WIDTH, sum(heights) + gaps), layout=packed)
    axes = list(figure.subplots(len(heights), 1, sharex=True, height_ratios=heights))
    panels = iter(axes)
    for channel in range(len(channels)):
        plot_channel(raster, channel, ax=next(panels))
    plot_responses(raster, ax=next(panels))
    for gate in TITLES:
        plot_gate(raster, gate, ax=next(panels))
    plot_memory(raster, ax=next(panels))
    for signal in signals:
        plot_signal(raster, signal, ax=next(panels))
    for ax in axes:
        ax.vlines(np.flatnonzero(raster.trials.starts) - 0.5, *ax.get_ylim(), color=INK, linewidth=0.5, alpha=0.5)
    axes[-1].set_xlabel("step")
    figure.suptitle(raster.title, fontsize=8, x=0.01, ha="left")
    return figure
