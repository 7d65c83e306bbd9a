"""Memory: decoding over time, gate equivalence, and correspondence of slots."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import StrMethodFormatter

from pbwm.compare.analysis.alignment import Alignment
from pbwm.compare.analysis.decoding import Decoding
from pbwm.compare.analysis.equivalence import EQUIVALENCE_MODELS, Equivalence
from pbwm.compare.analysis.holding import OpenTimes, SlotAction, SlotHistory
from pbwm.compare.figures.names import gate_name, model_name
from pbwm.compare.figures.style import (
    DIVERGING,
    GATES,
    INK,
    ITEMS,
    PALE,
    mark,
    model_color,
    new_axes,
    outer_legend,
    spread,
)
from tasks.base.arguments import checked, require_place

__all__ = [
    "equivalence_marks",
    "plot_actions",
    "plot_alignment",
    "plot_decoding",
    "plot_equivalence",
    "plot_open_times",
]


ACTIONS = {
    SlotAction.WRITE: ("stores", GATES["input_gate"]),
    SlotAction.HOLD: ("holds", GATES["memory"]),
    SlotAction.READ: ("reads", GATES["output_gate"]),
    SlotAction.CLEAR: ("clears", GATES["forget_gate"]),
    SlotAction.NONE: ("is empty", PALE),
}
"""Action of a slot → its name, and the color of its gate."""

EQUATIONS: Mapping[str, str] = {
    "both gates": r"$s = y_\varphi\, s + y_\mathrm{in}\, g(x)$",
    "no forget gate": r"$s = s + y_\mathrm{in}\, g(x)$",
    "no input gate": r"$s = y_\varphi\, s + g(x)$",
    "no gates": r"$s = k\, s + g(x)$",
}
"""Model of `EQUIVALENCE_MODELS` → its update equation, typeset."""


@checked()
def plot_actions(found: SlotHistory, network: int, *, ax: Axes | None = None) -> Axes:
    """Draw the proportions of actions of each slot of a network.

    The legend has only the actions that occur.
    """
    require_place("plot_actions: network", network, len(found.action))
    ax = ax or new_axes()
    counts = found.counts()[network]
    share, rows = counts / counts.sum(1, keepdims=True), np.arange(len(found.slots))
    left = np.zeros(len(rows))
    for action, (name, color) in ACTIONS.items():
        if not counts[:, action].any():
            continue
        ax.barh(rows, share[:, action], left=left, color=color, height=0.8, label=name)
        left += share[:, action]
    every = max(1, -(-len(rows) // 16))
    ax.set_yticks(rows[::every], found.slots[::every])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xlim(0, 1)
    ax.set_xlabel("proportion of steps")
    ax.legend(loc="lower left", bbox_to_anchor=(-0.1, 1.0), ncols=3, handlelength=1, columnspacing=0.8)
    return ax


@checked()
def plot_open_times(found: OpenTimes, *, ax: Axes | None = None) -> Axes:
    """Draw cumulative distributions of how long gates are open, and between openings."""
    ax = ax or new_axes()
    for name, of_networks, style in (("open", found.open, "-"), ("between openings", found.interval, "--")):
        steps = np.sort(np.concatenate([length for slots in of_networks for length in slots]))
        if len(steps):
            proportion = np.arange(1, len(steps) + 1) / len(steps)
            ax.step(steps, proportion, where="post", color=GATES[found.gate], linestyle=style, label=name)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.set_xlabel("duration, steps (log scale)")
    ax.set_ylabel("cumulative proportion")
    ax.set_ylim(0, 1.02)
    ax.set_title(gate_name(found.gate), loc="left")
    ax.legend(loc="lower right")
    return ax


@checked()
def plot_decoding(found: Decoding, *, title: str = "", ax: Axes | None = None) -> Axes:
    """Draw the proportion decoded of each item by lag: median and quartiles over networks."""
    ax = ax or new_axes()
    for i, item in enumerate(found.items):
        color, accuracy = ITEMS[i % len(ITEMS)], found.accuracy[:, i]
        there = ~np.isnan(accuracy).all(0)
        if not there.any():
            continue
        low, middle, high = np.nanquantile(accuracy[:, there], (0.25, 0.5, 0.75), axis=0)
        lags = found.lags[there]
        ax.fill_between(lags, low, high, color=color, alpha=0.2, linewidth=0)
        ax.plot(lags, middle, "o-", color=color, markersize=2.5, label=item)
        ax.axhline(float(np.nanmedian(found.chance[:, i])), color=color, linewidth=0.7, linestyle=":")
    ax.set_xlabel("steps since the item was stored")
    ax.set_ylabel("proportion decoded")
    ax.set_xlim(-0.3, found.lags[-1] + 0.3)
    ax.set_ylim(0, 1.03)
    ax.set_title(title or f"from {found.source}", loc="left")
    handles, _ = ax.get_legend_handles_labels()
    ax.legend(handles=[*handles, mark("chance", ":", linewidth=0.7)], loc="lower right", labelspacing=0.2)
    return ax


@checked()
def plot_equivalence(found: Equivalence, *, ax: Axes | None = None) -> Axes:
    """Draw the variance that each update equation explains: a dot per slot and network.

    Fits that are worse than the mean are at the lower edge. On axes of its own, the figure has a legend
    (`equivalence_marks`).
    """
    alone, ax = ax is None, ax or new_axes(height=3.2)
    names = list(EQUIVALENCE_MODELS)
    for row, name in enumerate(names):
        values = found.explained[name]
        values = np.maximum(values[~np.isnan(values)], 0)
        ax.plot(
            values, row + spread(len(values)), "o", color=model_color(found.model), markersize=2.2, alpha=0.5,
            markeredgewidth=0, clip_on=False,
        )  # fmt: skip
        if len(values):
            ax.vlines(np.median(values), row - 0.38, row + 0.38, color=INK, linewidth=1.4)
    ax.set_yticks(range(len(names)), [f"{name}\n{EQUATIONS[name]}" for name in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlim(0, 1.005)
    ax.set_xlabel("variance explained")
    ax.set_title(f"{model_name(found.model)}: {len(found.explained[names[0]])} networks", loc="left")
    if alone:
        outer_legend(ax, handles=equivalence_marks(), ncols=2)
    return ax


def equivalence_marks() -> list[Line2D]:
    """The legend of `plot_equivalence`."""
    return [mark("slot of a network"), mark("median", "|")]


@checked()
def plot_alignment(found: Alignment, network: int, *, ax: Axes | None = None) -> Axes:
    """Draw the similarity of slots of two models in one network; pairs are framed."""
    require_place("plot_alignment: network", network, len(found.pairs))
    ax = ax or new_axes()
    image = ax.imshow(found.similarity[network], vmin=-1, vmax=1, cmap=DIVERGING, aspect="auto")
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.8)
    bar.outline.set_linewidth(0.4)
    bar.set_label("correlation of gates")
    pairs: Sequence[Sequence[int]] = found.pairs[network].tolist()
    for row, column in pairs:
        ax.plot(column, row, "s", markerfacecolor="none", markeredgecolor=INK, markersize=9)
    for axis, slots in zip((ax.yaxis, ax.xaxis), found.slots, strict=True):
        every = -(-len(slots) // 16)
        axis.set_ticks(range(0, len(slots), every), slots[::every])
    ax.tick_params(axis="x", labelrotation=90)
    ax.set_ylabel(model_name(found.models[0]))
    ax.set_xlabel(model_name(found.models[1]))
    pair = mark("pair", "s", INK, markerfacecolor="none", markersize=7)
    ax.legend(handles=[pair], loc="lower right", bbox_to_anchor=(1.0, 1.0))
    ax.set_title(f"network {network} of each", loc="left")
    return ax
