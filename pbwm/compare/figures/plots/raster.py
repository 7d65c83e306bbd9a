"""Trial raster: one network step by step, all panels on one time axis.

From top to bottom: inputs, target and response, gates, content of the slots, recorded signals by slot, and signals with
one number per step. In one column, symbols are written in one row.
"""

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure, SubFigure
from matplotlib.image import AxesImage
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from pbwm.compare.analysis.raster import Raster
from pbwm.compare.figures.names import GATE_TITLES, signal_name
from pbwm.compare.figures.style import (
    DIVERGING,
    GATES,
    GRAY,
    INK,
    PALE,
    WRONG,
    Width,
    figure_width,
    is_narrow,
    new_axes,
    print_style,
    shades,
    signal_color,
)
from tasks.base.arguments import checked, require_known, require_place
from tasks.base.task import Quantity, Several

__all__ = [
    "CELL_TEXT",
    "plot_channel",
    "plot_gate",
    "plot_memory",
    "plot_quantities",
    "plot_raster",
    "plot_rasters",
    "plot_responses",
    "plot_signal",
    "plot_slot_signal",
    "plot_values",
]

CELL_TEXT = 2
"""Most letters in the cell of a symbol."""
ROW = 0.115
"""Height of a row of text in inches."""
BELOW_TITLE = 13
"""Height of a legend below a title in points."""
BAR = 0.07
"""Width of a color bar in inches."""
GROUPS = ("in", "out")
"""Groups of slots: of input gates, and of output gates."""
MOST = 1.0
"""Largest height in inches of a panel by slot."""
CROWDED, TALLEST = 0.7, 9.4
"""The same if all panels would be higher than `TALLEST` inches, a page."""


def _cells(
    ax: Axes, steps: NDArray[np.intp], rows: NDArray[np.int16], names: Sequence[str], ink: str, **how: Any
) -> None:
    cells = [Rectangle((step - 0.5, row - 0.5), 1, 1) for step, row in zip(steps, rows, strict=True)]
    ax.add_collection(PatchCollection(cells, **how))
    for step, row in zip(steps, rows, strict=True):
        if names and len(names[row]) <= CELL_TEXT:
            ax.text(step, row, names[row], color=ink, ha="center", va="center_baseline")


def _rows(ax: Axes, labels: Sequence[str], steps: int, title: str, every: int = 1) -> None:
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.set_yticks(range(0, len(labels), every), labels[::every])
    _finish(ax, steps, title)


def _finish(ax: Axes, steps: int, title: str) -> None:
    ax.set_xlim(-0.5, steps - 0.5)
    ax.set_title(title, loc="left", pad=2)
    ax.tick_params(length=2, pad=1.5)


def _in_one_row(names: Sequence[str]) -> bool:
    """Whether short symbols are in one row of a narrow figure."""
    return is_narrow() and all(len(name) <= CELL_TEXT for name in names)


def _strip(ax: Axes, raster: Raster, label: str, symbols: NDArray[np.int16], names: Sequence[str]) -> None:
    for step in np.flatnonzero(symbols >= 0).tolist():
        if label == "response" and raster.wrong[step]:
            ax.add_patch(Rectangle((step - 0.5, -0.5), 1, 1, facecolor=WRONG, edgecolor="none"))
        ax.text(step, 0, names[symbols[step]], color=INK, ha="center", va="center_baseline")
    _rows(ax, (label,), raster.steps, "")
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)


@checked()
def plot_channel(raster: Raster, channel: int, *, ax: Axes | None = None) -> Axes:
    """Draw the symbol on an input channel at every step."""
    require_place("plot_channel: channel", channel, len(raster.spec.channels))
    ax = ax or new_axes(figure_width(), 1)
    which = raster.spec.channels[channel]
    symbols = raster.trials.symbols[:, channel]
    if _in_one_row(which.symbols):
        _strip(ax, raster, which.name, symbols, which.symbols)
        return ax
    shown = np.flatnonzero(symbols >= 0)
    _cells(ax, shown, symbols[shown], which.symbols, INK, facecolor=PALE, edgecolor="none")
    _rows(ax, which.symbols, raster.steps, f"input: {which.name}")
    return ax


@checked()
def plot_values(raster: Raster, channel: int, *, ax: Axes | None = None) -> Axes:
    """Draw the value on an analog channel at every step."""
    require_place("plot_values: channel", channel, len(raster.spec.analog))
    ax = ax or new_axes(figure_width(), 1)
    ax.axhline(0, color=GRAY, linewidth=0.4)
    ax.step(np.arange(raster.steps), raster.trials.values[:, channel], where="mid", color=INK, linewidth=0.8)
    ax.margins(y=0.15)
    _finish(ax, raster.steps, f"input: {raster.spec.analog[channel].name}")
    return ax


@checked()
def plot_quantities(raster: Raster, *, ax: Axes | None = None) -> Axes:
    """Draw the correct value at every step that requires one, colored if missed."""
    ax = ax or new_axes(figure_width(), 1)
    wanted = raster.trials.target >= 0
    for steps, color, label in (
        (np.flatnonzero(wanted & ~raster.wrong), INK, "target that was met"),
        (np.flatnonzero(raster.wrong), WRONG, "target that was missed"),
    ):
        ax.plot(steps, raster.trials.quantity[steps], "o", color=color, markersize=3, label=label)
    ax.margins(y=0.15)
    _finish(ax, raster.steps, f"target: {raster.spec.responses[0]} ({int(raster.wrong.sum())} wrong)")
    _legend(ax, ncols=2)
    return ax


@checked()
def plot_responses(raster: Raster, *, ax: Axes | None = None) -> Axes:
    """Draw the response (filled; colored if wrong) and target (frame) at every step."""
    ax = ax or new_axes(figure_width(), 1)
    names = raster.spec.responses
    targets = np.flatnonzero(raster.trials.target >= 0)
    right = raster.trials.target[targets]
    if isinstance(raster.spec.answer, Several):
        targets, names_of = np.nonzero(raster.trials.allowed)
        right = names_of.astype(np.int16)
    for steps, color, ink in (
        (np.flatnonzero(~raster.wrong & (raster.response >= 0)), PALE, INK),
        (np.flatnonzero(raster.wrong), WRONG, "white"),
    ):
        _cells(ax, steps, raster.response[steps], names, ink, facecolor=color, edgecolor="none")
    _cells(ax, targets, right, (), INK, facecolor="none", edgecolor=INK, linewidth=0.8)
    handles = [
        Patch(facecolor="none", edgecolor=INK, label="target"),
        Patch(facecolor=PALE, label="response"),
        Patch(facecolor=WRONG, label="wrong response"),
    ]
    _rows(ax, names, raster.steps, f"target and response ({int(raster.wrong.sum())} wrong)")
    _legend(ax, handles=handles, ncols=3)
    return ax


def _legend(ax: Axes, **how: Any) -> None:
    """A legend to the right of the title or, in a narrow figure, below it."""
    if is_narrow():
        how |= {"handlelength": 1, "columnspacing": 0.8, "handletextpad": 0.4}
        ax.set_title(ax.get_title("left"), loc="left", pad=BELOW_TITLE)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), borderpad=0, **how)


def _heat(ax: Axes, values: NDArray[np.floating], **how: Any) -> AxesImage:
    image = ax.imshow(values.T, aspect="auto", interpolation="nearest", **how)
    share = BAR / figure_width()
    bar_axes = ax.inset_axes((1 + share, 0, share, 1))
    bar = ax.figure.colorbar(image, cax=bar_axes, ticks=(how["vmin"], how["vmax"]))
    bar.outline.set_linewidth(0.4)
    bar.ax.set_yticklabels([_short(how["vmin"]), _short(how["vmax"])])
    bar_axes.tick_params(length=1.5, pad=1)
    low, high = bar_axes.get_yticklabels()
    low.set_verticalalignment("bottom")
    high.set_verticalalignment("top")
    return image


def _short(value: float) -> str:
    return f"{value:.2g}".replace("-", "−")


def _every(slots: int) -> int:
    return max(1, ceil(slots * ROW / (MOST + 1e-9)))


@checked(gate=tuple(GATE_TITLES))
def plot_gate(raster: Raster, gate: str, *, ax: Axes | None = None) -> Axes:
    """Draw a gate ("input_gate", "forget_gate" or "output_gate") of every slot."""
    ax = ax or new_axes(figure_width(), 1)
    _heat(ax, getattr(raster, gate), vmin=0, vmax=1, cmap=shades(GATES[gate]))
    _rows(ax, raster.slots, raster.steps, GATE_TITLES[gate], _every(len(raster.slots)))
    return ax


@checked()
def plot_memory(raster: Raster, *, ax: Axes | None = None) -> Axes:
    """Draw the content of every unit of every slot."""
    ax = ax or new_axes(figure_width(), 1.5)
    steps, slots, units = raster.memory.shape
    low, high = raster.memory_limits
    cmap = DIVERGING if low < 0 else shades(GATES["memory"])
    _heat(ax, raster.memory.reshape(steps, slots * units), vmin=low, vmax=high, cmap=cmap)
    for slot in range(1, slots) if units > 1 else ():
        ax.axhline(slot * units - 0.5, color=GRAY, linewidth=0.4)
    title = "memory content" if units == 1 else f"memory content ({units} units per slot)"
    _finish(ax, steps, title)
    named = range(0, slots, _every(slots))
    middles = [slot * units + (units - 1) / 2 for slot in named]
    ax.set_yticks(middles, [raster.slots[slot] for slot in named])
    return ax


@checked()
def plot_signal(raster: Raster, signal: str, *, ax: Axes | None = None) -> Axes:
    """Draw a recorded signal with one number per step."""
    require_known("plot_signal: signal", signal, raster.signals)
    ax = ax or new_axes(figure_width(), 1)
    ax.axhline(0, color=GRAY, linewidth=0.4)
    ax.step(np.arange(raster.steps), raster.signals[signal], where="mid", color=signal_color(signal), linewidth=1)
    ax.margins(y=0.15)
    _finish(ax, raster.steps, signal_name(signal))
    return ax


@checked()
def plot_slot_signal(raster: Raster, signal: str, *, ax: Axes | None = None) -> Axes:
    """Draw a recorded signal with numbers for each slot, by group of slots.

    A group that is 0 throughout is omitted, and the title says so.
    """
    require_known("plot_slot_signal: signal", signal, raster.slot_signals)
    ax = ax or new_axes(figure_width(), 1)
    values, left_out = raster.slot_signals[signal], ""
    ends: Sequence[str] = GROUPS
    slots = len(raster.slots)
    silent = _silent_group(raster, signal)
    if silent is not None:
        values = np.delete(values, np.s_[silent * slots : (silent + 1) * slots], axis=1)
        ends, left_out = (GROUPS[1 - silent],), f" (“{GROUPS[silent]}”: 0)"
    most = float(np.nanmax(np.abs(values))) or 1.0
    if np.nanmin(values) < 0:
        _heat(ax, values, vmin=-most, vmax=most, cmap=DIVERGING)
    else:
        _heat(ax, values, vmin=0, vmax=max(1.0, most), cmap=shades(signal_color(signal)))
    places = values.shape[1]
    groups = range(0, places, slots)
    ax.set_ylim(places - 0.5, -0.5)
    two = raster.slot_signals[signal].shape[1] == 2 * slots
    names = [f"{raster.slots[0]}, {end}" for end in ends] if two else [raster.slots[0]]
    ax.set_yticks(groups, names if len(names) == len(groups) else raster.slots[:1] * len(groups), va="top")
    for group in groups[1:]:
        ax.axhline(group - 0.5, color=GRAY, linewidth=0.4)
    _finish(ax, raster.steps, signal_name(signal) + left_out)
    return ax


def _silent_group(raster: Raster, signal: str) -> int | None:
    """The only group of slots in which a signal is 0 throughout, or None."""
    values, slots = raster.slot_signals[signal], len(raster.slots)
    if values.shape[1] != 2 * slots:
        return None
    active = [bool(np.nan_to_num(part).any()) for part in (values[:, :slots], values[:, slots:])]
    return active.index(False) if any(active) and not all(active) else None


def _rows_of(raster: Raster, signal: str) -> int:
    silent = _silent_group(raster, signal)
    places: int = raster.slot_signals[signal].shape[1]
    return places - (0 if silent is None else len(raster.slots))


def _symbols_height(names: Sequence[str]) -> float:
    return ROW + 0.03 if _in_one_row(names) else ROW * len(names)


def _heights(raster: Raster) -> list[float]:
    usual = _heights_up_to(MOST, raster)
    return usual if _whole(usual) <= TALLEST else _heights_up_to(CROWDED, raster)


def _heights_up_to(most: float, raster: Raster) -> list[float]:
    channels, analog, by_slot = raster.spec.channels, raster.spec.analog, raster.slot_signals
    slots, units = raster.memory.shape[1:]
    return [
        *(_symbols_height(channel.symbols) for channel in channels),
        *[0.4] * len(analog),
        *([0.4] if isinstance(raster.spec.answer, Quantity) else _answer_heights(raster)),
        *[min(max(0.3, ROW * slots), most)] * len(raster.gates),
        min(max(0.3, ROW * slots, 0.045 * slots * units), 1.4),
        *(min(max(0.3, 0.035 * _rows_of(raster, name)), most) for name in by_slot),
        *[0.4] * len(raster.signals),
    ]


def _answer_heights(raster: Raster) -> list[float]:
    """Two rows of short targets and responses; else one panel."""
    names = raster.spec.responses
    return [_symbols_height(names)] * (2 if _split_answers(raster) else 1)


def _split_answers(raster: Raster) -> bool:
    return _in_one_row(raster.spec.responses) and not isinstance(raster.spec.answer, Several)


def _whole_height(raster: Raster) -> float:
    return _whole(_heights(raster))


def _whole(heights: Sequence[float]) -> float:
    strips = sum(height < 2 * ROW for height in heights) if is_narrow() else 0
    return sum(heights) + 0.2 * (len(heights) - strips) + 0.05 * strips + 0.6


def _packed() -> ConstrainedLayoutEngine:
    return ConstrainedLayoutEngine(h_pad=0.015, hspace=0, w_pad=0.02)


@checked()
def plot_rasters(rasters: Sequence[Raster]) -> Figure:
    """Draw rasters of several models on the same trials, two side by side."""
    across = 1 if is_narrow() else min(2, len(rasters))
    rows = [rasters[i : i + across] for i in range(0, len(rasters), across)]
    with print_style(Width.COLUMN):
        tall = [max(_whole_height(raster) for raster in row) for row in rows]
        figure = Figure(figsize=(across * figure_width(), sum(tall)), layout=_packed())
        grid = figure.subfigures(len(rows), across, height_ratios=tall, squeeze=False)
        for row, places, height in zip(rows, grid, tall, strict=True):
            for raster, place in zip(row, places, strict=False):
                _fill(_top(place, _whole_height(raster) / height), raster)
    return figure


def _top(place: SubFigure, share: float) -> SubFigure:
    if share > 0.99:
        return place
    upper: SubFigure = place.subfigures(2, 1, squeeze=False, height_ratios=(share, 1 - share))[0, 0]
    return upper


@checked()
def plot_raster(raster: Raster, *, figure: Figure | None = None) -> Figure:
    """Draw all panels of a raster; lines mark starts of sequences."""
    figure = figure or Figure(figsize=(figure_width(), _whole_height(raster)), layout=_packed())
    _fill(figure, raster)
    return figure


def _fill(figure: Figure | SubFigure, raster: Raster) -> None:
    channels, analog = raster.spec.channels, raster.spec.analog
    signals, by_slot = list(raster.signals), list(raster.slot_signals)
    heights = _heights(raster)
    axes = list(figure.subplots(len(heights), 1, sharex=True, height_ratios=heights))
    panels = iter(axes)
    for channel in range(len(channels)):
        plot_channel(raster, channel, ax=next(panels))
    for channel in range(len(analog)):
        plot_values(raster, channel, ax=next(panels))
    if isinstance(raster.spec.answer, Quantity):
        plot_quantities(raster, ax=next(panels))
    elif _split_answers(raster):
        for label, symbols in (("target", raster.trials.target), ("response", raster.response)):
            _strip(next(panels), raster, label, symbols, raster.spec.responses)
    else:
        plot_responses(raster, ax=next(panels))
    for gate in raster.gates:
        plot_gate(raster, gate, ax=next(panels))
    plot_memory(raster, ax=next(panels))
    for signal in by_slot:
        plot_slot_signal(raster, signal, ax=next(panels))
    for signal in signals:
        plot_signal(raster, signal, ax=next(panels))
    for ax in axes:
        for start in np.flatnonzero(raster.trials.starts[1:]):
            ax.axvline(start + 0.5, color=INK, linewidth=0.5, alpha=0.5)
    axes[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    axes[-1].set_xlabel("step (vertical line: a sequence starts)" if raster.trials.starts[1:].any() else "step")
    figure.suptitle(raster.title, fontsize=8, x=0.01, ha="left")
