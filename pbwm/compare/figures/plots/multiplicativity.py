"""Response of the thalamus to its drive under GPi inhibition, and three models of it."""

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pbwm.compare.analysis.multiplicativity import MODELS_OF_RESPONSE, Multiplicativity
from pbwm.compare.figures.style import GRAY, INK, SIGNALS, figure_width, is_narrow, mark, new_axes, outer_legend, shades
from tasks.base.arguments import checked

__all__ = ["plot_effective_gate", "plot_fits", "plot_multiplicativity", "plot_response"]

SHOWN = 5
"""Curves in a panel."""


def _chosen(count: int, first: int = 0) -> list[int]:
    return [round(i) for i in np.linspace(first, count - 1, SHOWN)]


@checked()
def plot_response(relay: Multiplicativity, *, ax: Axes | None = None) -> Axes:
    """Draw the response over the drive, darker for more GPi conductance; dashed: the best product."""
    ax = ax or new_axes()
    darker = shades(SIGNALS["gpi"])
    for k, j in enumerate(_chosen(len(relay.conductance))):
        color = darker(0.35 + 0.65 * k / (SHOWN - 1))
        ax.plot(relay.drive, relay.response[:, j], color=color, label=f"{relay.conductance[j]:.1f}")
        ax.plot(relay.drive, relay.product[:, j], color=INK, linewidth=0.7, linestyle=(0, (2, 2)))
    ax.set_ylim(-0.02, 1.02)
    ax.set_title(relay.relay, loc="left")
    return ax


@checked()
def plot_effective_gate(relay: Multiplicativity, *, ax: Axes | None = None) -> Axes:
    """Draw the effective gate over GPi conductance; curves coincide if GPi multiplies."""
    ax = ax or new_axes()
    colors = matplotlib.colormaps["viridis_r"]
    for k, i in enumerate(_chosen(len(relay.drive), len(relay.drive) // SHOWN)):
        color = colors(0.15 + 0.85 * k / (SHOWN - 1))
        ax.plot(relay.conductance, relay.effective_gate[i], color=color, label=f"{relay.drive[i]:.1f}")
    ax.set_ylim(-0.02, 1.02)
    return ax


@checked()
def plot_fits(found: Mapping[str, Multiplicativity] | Sequence[Multiplicativity], *, ax: Axes | None = None) -> Axes:
    """Draw R² of each model, by gate; the line is .95, required of the default relay."""
    by_name = found if isinstance(found, Mapping) else {relay.relay: relay for relay in found}
    ax = ax or new_axes(figure_width(), 1.6 + 0.2 * len(by_name))
    markers = dict(zip(MODELS_OF_RESPONSE, "o^s", strict=True))
    faces = dict(zip(MODELS_OF_RESPONSE, (INK, "white", "white"), strict=True))
    rows, least = range(len(by_name)), 0.6
    for model, marker in markers.items():
        values = [gate.r_squared(model) for gate in by_name.values()]
        least = min(least, *values)
        ax.plot(
            values, rows, marker=marker, markersize=4.5, markerfacecolor=faces[model], markeredgecolor=INK,
            markeredgewidth=0.8, linestyle="none", label={"shift": "threshold shift"}.get(model, model), clip_on=False,
        )  # fmt: skip
    ax.axvline(0.95, color=GRAY, linewidth=0.6, linestyle=":", label=".95")
    ax.set_yticks(rows, list(by_name))
    ax.set_ylim(len(by_name) - 0.5, -0.5)
    ax.set_xlim(least, 1.0)
    ax.set_xlabel("R² over content × gate" if by_name is found else "R² over drive × GPi conductance")
    outer_legend(ax)
    return ax


@checked()
def plot_multiplicativity(found: Sequence[Multiplicativity], *, figure: Figure | None = None) -> Figure:
    """Draw responses, effective gates, and R² of all relays."""
    narrow = is_narrow()
    heights = (0.6 + 1.35 * len(found) if narrow else 3.8, 2.4 if narrow else 1.6)
    figure = figure or Figure(figsize=(figure_width(), sum(heights)), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=heights, squeeze=False)[:, 0]
    across = (len(found), 2) if narrow else (2, len(found))
    grid = above.subplots(*across, sharex="col" if narrow else "none", sharey=True, squeeze=False)
    axes = grid if narrow else grid.T
    for relay, (response, gate) in zip(found, axes, strict=True):
        plot_response(relay, ax=response).set_xlabel("drive Ge")
        plot_effective_gate(relay, ax=gate).set_xlabel("GPi conductance Gi")
    if narrow:
        for ax in axes[:-1].ravel():
            ax.set_xlabel("")
    for response, gate in axes if narrow else axes[:1]:
        response.set_ylabel("output")
        gate.set_ylabel("effective gate")
    response, gate = axes[-1]
    handles, _ = response.get_legend_handles_labels()
    product = mark("best product", "--", INK, linewidth=0.7)
    if narrow:
        above.legend(handles=[*handles, product], title="Gi", loc="outside lower left", ncols=1)
        above.legend(*gate.get_legend_handles_labels(), title="Ge", loc="outside lower right", ncols=1)
    else:
        response.legend(handles=[*handles, product], title="Gi", loc="center left", bbox_to_anchor=(1.0, 0.5))
        gate.legend(title="Ge", loc="center left", bbox_to_anchor=(1.0, 0.5))
    plot_fits(found, ax=below.subplots())
    return figure
