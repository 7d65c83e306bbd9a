"""Response of the thalamus to its drive under GPi inhibition, and three models of it."""

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pbwm.compare.analysis.multiplicativity import MODELS_OF_RESPONSE, Multiplicativity
from pbwm.compare.figures.style import GREY, INK, SIGNALS, WIDTH, new_axes, shades

__all__ = ["plot_effective_gate", "plot_fits", "plot_multiplicativity", "plot_response"]

SHOWN = 5
"""Curves in a panel."""


def _chosen(count: int, first: int = 0) -> list[int]:
    return [round(i) for i in np.linspace(first, count - 1, SHOWN)]


def plot_response(relay: Multiplicativity, *, ax: Axes | None = None) -> Axes:
    """Draw the response over the drive for some GPi conductances, darker for more; dashed, the best product."""
    ax = ax or new_axes()
    darker = shades(SIGNALS["gpi"])
    for k, j in enumerate(_chosen(len(relay.conductance))):
        colour = darker(0.35 + 0.65 * k / (SHOWN - 1))
        ax.plot(relay.drive, relay.response[:, j], color=colour, label=f"{relay.conductance[j]:.1f}")
        ax.plot(relay.drive, relay.product[:, j], color=INK, linewidth=0.7, linestyle=(0, (2, 2)))
    ax.set_ylim(-0.02, 1.02)
    ax.set_title(relay.relay, loc="left")
    return ax


def plot_effective_gate(relay: Multiplicativity, *, ax: Axes | None = None) -> Axes:
    """Draw the effective gate over the GPi conductance for some drives: where GPi multiplies, all are one curve."""
    ax = ax or new_axes()
    colours = matplotlib.colormaps["viridis_r"]
    for k, i in enumerate(_chosen(len(relay.drive), len(relay.drive) // SHOWN)):
        colour = colours(0.15 + 0.85 * k / (SHOWN - 1))
        ax.plot(relay.conductance, relay.effective_gate[i], color=colour, label=f"{relay.drive[i]:.1f}")
    ax.set_ylim(-0.02, 1.02)
    return ax


def plot_fits(found: Mapping[str, Multiplicativity] | Sequence[Multiplicativity], *, ax: Axes | None = None) -> Axes:
    """Draw R² of each model, gate by gate; the line is the .95 that the default relay is held to."""
    ax = ax or new_axes()
    by_name = found if isinstance(found, Mapping) else {relay.relay: relay for relay in found}
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
    ax.axvline(0.95, color=GREY, linewidth=0.6, linestyle=":")
    ax.set_yticks(rows, list(by_name))
    ax.set_ylim(len(by_name) - 0.5, -0.5)
    ax.set_xlim(least, 1.0)
    ax.set_xlabel("R² over content × gate" if by_name is found else "R² over drive × GPi conductance")
    ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    return ax


def plot_multiplicativity(found: Sequence[Multiplicativity], *, figure: Figure | None = None) -> Figure:
    """Draw responses and effective gates of all relays, and how well the models explain them."""
    figure = figure or Figure(figsize=(WIDTH, 5.4), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=(3.2, 1.3), squeeze=False)[:, 0]
    axes = above.subplots(2, len(found), sharey=True, squeeze=False)
    for column, relay in enumerate(found):
        plot_response(relay, ax=axes[0, column]).set_xlabel("drive Ge")
        plot_effective_gate(relay, ax=axes[1, column]).set_xlabel("GPi conductance Gi")
    axes[0, 0].set_ylabel("output of the thalamus")
    axes[1, 0].set_ylabel("effective gate")
    axes[0, -1].legend(title="Gi", loc="center left", bbox_to_anchor=(1.0, 0.5), title_fontsize=7)
    axes[1, -1].legend(title="Ge", loc="center left", bbox_to_anchor=(1.0, 0.5), title_fontsize=7)
    plot_fits(found, ax=below.subplots())
    return figure
