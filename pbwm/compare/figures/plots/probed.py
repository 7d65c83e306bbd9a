"""Gates by intervention, all models on one scale: every network shown."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pbwm.compare.analysis.probed_gates import ProbedGates
from pbwm.compare.analysis.recording import GATE_NAMES
from pbwm.compare.figures.names import gate_name, model_name
from pbwm.compare.figures.style import GRAY, INK, mark, model_color, new_axes, spread
from tasks.base.arguments import checked

__all__ = ["plot_probed_gate", "probed_marks"]

TITLES = {
    "input_gate": "is it taken in?",
    "forget_gate": "is it forgotten?",
    "output_gate": "is it used now?",
}
"""Gate → the question that the intervention answers."""


@checked(gate=GATE_NAMES)
def plot_probed_gate(models: Sequence[ProbedGates], gate: str, *, ax: Axes | None = None) -> Axes:
    """Draw how often a gate by intervention is open where the ideal gate opens (filled) and elsewhere (hollow).

    Every network is a dot, its mean over items; bars are medians.
    """
    ax = ax or new_axes()
    for place, found in enumerate(models):
        color = model_color(found.model)
        for side, shares in ((-0.2, found.should[gate]), (0.2, found.should_not[gate])):
            known = ~np.isnan(shares).all(1)
            if not known.any():
                continue
            mean, x = np.nanmean(shares[known], axis=1), place + side
            ax.plot(
                x + spread(len(mean), 0.3), mean, "o", color=color, markersize=2.5, alpha=0.7, clip_on=False,
                markerfacecolor=color if side < 0 else "none", markeredgewidth=0 if side < 0 else 0.6,
            )  # fmt: skip
            ax.hlines(np.median(mean), x - 0.17, x + 0.17, color=INK, linewidth=1.4)
    ax.axhline(0, color=GRAY, linewidth=0.6, linestyle=":")
    ax.set_xticks(range(len(models)), [model_name(found.model) for found in models])
    ax.tick_params(axis="x", length=0)
    ax.set_xlim(-0.6, len(models) - 0.4)
    ax.set_ylim(-0.02, 1.02)
    ax.set_ylabel("proportion of steps")
    ax.set_title(f"{gate_name(gate)}:\n{TITLES[gate]}", loc="left")
    return ax


def probed_marks() -> list[Line2D]:
    """The legend of `plot_probed_gate`."""
    return [
        mark("network, where the ideal gate is open"),
        mark("network, at other steps", markerfacecolor="none"),
        mark("median", "|"),
    ]
