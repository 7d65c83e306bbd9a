"""Cost of a PBWM trial against size, as a table and a figure: ``python -m benchmarks.cost_curves [FOLDER]``.

For `recommended_without_matches` on SIR, one size varies: stripes, hidden units, stores (items), or steps in one call.
Sixteen networks in lanes and one network with its units in lanes take turns; CPU time, the fastest of all rounds.
"""

import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from benchmarks.figures import logarithmic, plot_by_number
from benchmarks.timing import Work, cpu_time
from pbwm.circuit import Circuit
from pbwm.compare.figures.style import figure_width, model_color, print_style
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.recommended import recommended_without_matches
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.engine.lanes import LANES
from tasks.sir import SIR

STORES, STRIPES, HIDDEN, STEPS, ROUNDS = 2, 8, 100, 30, 5
"""Sizes in the other curves, and number of rounds."""

CURVES: Mapping[str, tuple[int, ...]] = {
    "stripes": (2, 4, 8, 16, 32),
    "hidden units": (25, 50, 100, 200, 400, 800),
    "stores": (1, 2, 4, 8),
    "steps in a call": (3, 10, 30, 100, 300),
}
"""Varied size, and its values."""

TICKS = (50, 100, 200, 400)
"""Of all vertical axes, in µs."""


class Cost(NamedTuple):
    """A point: varied size and its value, units and synapses of the network, and µs of a trial, per network."""

    curve: str
    value: int
    units: int
    synapses: int
    lanes: float
    alone: float


def block_of(curve: str, value: int, networks: int) -> tuple[Work, Circuit]:
    """The networks of a point, and their circuit."""
    task = SIR.with_stores(value if curve == "stores" else STORES)
    params = replace(
        recommended_without_matches(task.spec),
        stripes=value if curve == "stripes" else STRIPES,
        hidden=value if curve == "hidden units" else HIDDEN,
    )
    steps = value if curve == "steps in a call" else STEPS
    layout = Layout.NETWORKS if networks == LANES else Layout.UNITS
    learner = PBWM(task.spec, networks=range(networks), params=params, layout=layout)
    trials = TrialBlock.stack([task.trials(steps, stream(0, Purpose.TRIALS, network)) for network in range(networks)])
    return Work(lambda: learner.run(trials), steps * networks), learner.circuit


def measured(curve: str, value: int) -> Cost:
    """The cost of one point."""
    (lanes, circuit), (alone, _) = block_of(curve, value, LANES), block_of(curve, value, 1)
    fastest = dict.fromkeys((lanes, alone), float("inf"))
    for _ in range(1 + ROUNDS):
        for work in fastest:
            start = cpu_time()
            work.call()
            fastest[work] = min(fastest[work], 1e6 * (cpu_time() - start) / work.units)
    units = sum(layer.units for layer in circuit.layers)
    synapses = sum(circuit.senders(path).size for path in circuit.paths)
    return Cost(curve, value, units, synapses, fastest[lanes], fastest[alone])


def slope(costs: Sequence[Cost], layout: str) -> float:
    """Power of the size by which the cost grows between the last two values."""
    before, last = costs[-2:]
    grown: float = np.log(getattr(last, layout) / getattr(before, layout))
    return grown / float(np.log(last.value / before.value))


def drawn(costs: Sequence[Cost]) -> Figure:
    """The curves, with the power by which each grows at its end."""
    figure = Figure(figsize=(figure_width(), 4.6), layout="constrained")
    for ax, (curve, values) in zip(figure.subplots(2, 2).flat, CURVES.items(), strict=True):
        found = [cost for cost in costs if cost.curve == curve]
        for layout, name, line in (("alone", "one network", "-"), ("lanes", "of 16 in lanes", "--")):
            by_value = {str(cost.value): getattr(cost, layout) for cost in found}
            label = f"{name}, power {slope(found, layout):.2f}"
            plot_by_number(ax, by_value, label=label, color=model_color("pbwm"), line=line)
        logarithmic(ax, list(values), curve, "µs per trial and network")
        ax.set_yticks(TICKS)
        ax.set_ylim(0.8 * TICKS[0], 1.5 * TICKS[-1])
        ax.legend(loc="best")
    return figure


def main(folder: Path) -> None:
    """Measure all points; write `cost-curves.csv` and `cost-curves.png`."""
    costs = [measured(curve, value) for curve, values in CURVES.items() for value in values]
    with (folder / "cost-curves.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(Cost._fields)
        table.writerows((*cost[:4], f"{cost.lanes:.1f}", f"{cost.alone:.1f}") for cost in costs)
    with print_style():
        drawn(costs).savefig(folder / "cost-curves.png")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/figures"))
