"""Gates by kind of step, against the ideal gate, and by symbol: every network shown."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pbwm.compare.analysis.recording import GATE_NAMES
from pbwm.compare.analysis.selectivity import Selectivity
from pbwm.compare.analysis.serving import Serving
from pbwm.compare.figures.names import GATE_TITLES, gate_name, model_name
from pbwm.compare.figures.style import (
    GATES,
    GRAY,
    INK,
    ITEMS,
    mark,
    model_color,
    new_axes,
    outer_legend,
    shades,
    spread,
)
from tasks.base.arguments import checked, require_place

__all__ = ["gate_marks", "plot_agreement", "plot_gate_by_event", "plot_selectivity"]


@checked(gate=GATE_NAMES)
def plot_gate_by_event(found: Serving, gate: str, *, ax: Axes | None = None) -> Axes:
    """Draw the gate of each item's slot at each kind of step: dots are networks, bars medians.

    On axes of its own, the figure has a legend (`gate_marks`).
    """
    alone, ax = ax is None, ax or new_axes(height=3.2)
    width = 0.8 / len(found.items)
    for i in range(len(found.items)):
        color = ITEMS[i % len(ITEMS)]
        values = found.mean[gate][:, i]
        for event in range(len(found.events)):
            x = event + (i - (len(found.items) - 1) / 2) * width
            of_event = values[:, event]
            ax.plot(
                x + spread(len(of_event), 0.8 * width), of_event, "o", color=color, markersize=2.2, alpha=0.6,
                markeredgewidth=0, clip_on=False,
            )  # fmt: skip
            if not np.isnan(of_event).all():
                ax.hlines(np.nanmedian(of_event), x - 0.42 * width, x + 0.42 * width, color=INK, linewidth=1.2)
    ax.set_xticks(range(len(found.events)), [event.replace(" ", "\n") for event in found.events])
    ax.tick_params(axis="x", length=0)
    ax.set_ylim(-0.03, 1.03)
    ax.set_ylabel("mean gate")
    ax.set_title(f"{model_name(found.model)}: {GATE_TITLES[gate]}", loc="left")
    if alone:
        outer_legend(ax, handles=gate_marks(found))
    return ax


def gate_marks(found: Serving) -> list[Line2D]:
    """The legend of `plot_gate_by_event`."""
    items = [mark(f"network: slot of “{item}”", color=ITEMS[i % len(ITEMS)]) for i, item in enumerate(found.items)]
    return [*items, mark("median", "|")]


@checked(gate=GATE_NAMES)
def plot_agreement(models: Sequence[Serving], gate: str, *, ax: Axes | None = None) -> Axes:
    """Draw the AUC of each item's slot, by model: dots are networks, bars medians."""
    ax = ax or new_axes()
    columns = [(found, i) for found in models for i in range(len(found.items))]
    for column, (found, i) in enumerate(columns):
        auc = found.auc[gate][:, i]
        ax.plot(
            column + spread(len(auc)), auc, "o", color=model_color(found.model), markersize=2.5, alpha=0.7,
            markeredgewidth=0, clip_on=False,
        )  # fmt: skip
        if not np.isnan(auc).all():
            ax.hlines(np.nanmedian(auc), column - 0.35, column + 0.35, color=INK, linewidth=1.4)
    ax.axhline(0.5, color=GRAY, linewidth=0.6, linestyle=":")
    names = [f"{model_name(found.model)}: {found.items[i]}" for found, i in columns]
    ax.set_xticks(range(len(columns)), names, rotation=45, ha="right", rotation_mode="anchor")
    ax.tick_params(axis="x", length=0)
    ax.set_xlim(-0.6, len(columns) - 0.4)
    ax.set_ylim(0, 1.02)
    ax.set_ylabel("area under ROC curve")
    ax.set_title(gate_name(gate), loc="left")
    return ax


@checked()
def plot_selectivity(found: Selectivity, network: int, slot: int, *, ax: Axes | None = None) -> Axes:
    """Draw the mean gate of a slot by symbol and kind of step; combinations that never occur are white."""
    require_place("plot_selectivity: network", network, len(found.mean))
    require_place("plot_selectivity: slot", slot, len(found.slots))
    ax = ax or new_axes()
    colors = shades(GATES[found.gate])
    image = ax.imshow(found.mean[network, slot].T, vmin=0, vmax=1, cmap=colors, aspect="auto")
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.8, ticks=(0, 0.5, 1))
    bar.outline.set_linewidth(0.4)
    bar.set_label(f"mean {gate_name(found.gate)}")
    ax.set_xticks(range(len(found.stimuli)), found.stimuli)
    ax.set_yticks(range(len(found.contexts)), found.contexts)
    never = np.argwhere(found.count[network] == 0)
    ax.plot(never[:, 0], never[:, 1], "x", color=GRAY, markersize=2, markeredgewidth=0.5)
    bits, most = found.information[network, slot], found.available[network]
    ax.set_title(f"{found.slots[slot]}: {bits:.2f} of {most:.2f} bits", loc="left")
    ax.set_xlabel("symbol shown")
    ax.set_ylabel("kind of step")
    return ax
