"""Record why networks fail in experiment 1 of 1997: ``python docs/reber_causes.py`` writes two figures with tables.

Sixteen networks of 3 blocks of 2 (rate .5, seed 0, as in ``pbwm reproduce hochreiter1997``) learn 32,000 strings and
are then recorded with frozen weights on 64 fresh strings each: the states of their cells by position in the string, and
their outputs by kind of step and next letter. It takes some seconds, and the time to compile.
"""

import csv
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from lstm_baseline import functional
from pbwm.compare.published import PAPERS
from tasks.base.drawing import draw_epochs
from tasks.base.rng import Purpose
from tasks.base.task import TrialBlock
from tasks.reber import EVENTS, LETTERS, Event

FIGURES = Path(__file__).parent / "figures"
PART, STRINGS, TESTED, NETWORKS = "1-3-blocks-of-2-rate-0-5", 32_000, 64, 16
POSITIONS = 40
"""Letters of a string that the figure shows."""
FLAT = 4.0
"""State above which the slope of h, (1 − h²)/2, is below .04."""


def trained() -> Any:
    """The networks after training, and the task."""
    [row] = PAPERS["hochreiter1997"].parts[PART].study.rows()
    job = row.job(range(NETWORKS))
    learner: Any = job.build()
    task: Any = replace(job.task, strings_per_epoch=100)
    for epoch in range(STRINGS // 100):
        learner.run(draw_epochs(task, job.seed, list(job.networks), range(epoch, epoch + 1))[0])
    tests: Any = replace(job.task, strings_per_epoch=TESTED)
    block, _ = draw_epochs(tests, job.seed, list(job.networks), range(1), Purpose.TEST_TRIALS)
    return learner, block


def recorded(learner: Any, block: TrialBlock) -> functional.Activity:
    """Activity of the networks on test strings."""
    symbols = block.symbols[:, :, 0].T
    inputs = np.zeros((*symbols.shape, learner.circuit.inputs))
    step, network = np.nonzero(symbols >= 0)
    inputs[step, network, symbols[step, network]] = 1.0
    return functional.run(
        learner.circuit, learner.params, learner.weights(), inputs, length=block.length, resets=block.starts.T
    )


def positions(block: TrialBlock) -> NDArray[np.intp]:
    """The position of every step in its string (network, step)."""
    steps = np.arange(block.steps)
    return steps - np.maximum.accumulate(np.where(block.starts, steps, 0), axis=1)


def states(block: TrialBlock, did: functional.Activity) -> list[tuple[int, float, float, float]]:
    """By position: median, upper quartile and 95th percentile of |s| over networks, cells and strings."""
    where, found = positions(block), []
    for position in range(POSITIONS):
        now = (where == position) & block.live
        values = np.abs(np.moveaxis(did.s, 0, 1)[now])
        if now.sum() >= NETWORKS:
            found.append((position, *(float(np.quantile(values, q)) for q in (0.5, 0.75, 0.95))))
    return found


def outputs(block: TrialBlock, did: functional.Activity) -> list[tuple[int, str, float, float]]:
    """By network, kind of step and next letter: its mean output, and how often it leads."""
    y, found = np.moveaxis(did.y_k, 0, 1), []
    for event, target in product(Event, range(y.shape[2])):
        for network in range(NETWORKS):
            now = (block.event[network] == event) & (block.target[network] == target) & block.counts[network]
            now &= block.live[network]
            if now.any():
                of = y[network, now]
                leads = of.argmax(1) == target
                found.append((network, f"{EVENTS[event]} {LETTERS[target]}", of[:, target].mean(), leads.mean()))
    return [(network, kind, float(mean), float(share)) for network, kind, mean, share in found]


def write(name: str, header: Sequence[str], rows: Sequence[Sequence[Any]], figure: Figure) -> None:
    """Write a figure and its table."""
    figure.savefig(FIGURES / f"{name}.png", dpi=150, metadata={"Software": None})
    with (FIGURES / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[f"{x:.4f}" if isinstance(x, float) else x for x in row] for row in rows])


def main() -> None:
    """Train, record, and draw."""
    learner, block = trained()
    did = recorded(learner, block)
    of_states, of_outputs = states(block, did), outputs(block, did)
    figure = Figure(figsize=(5.0, 3.2), layout="constrained")
    ax = figure.subplots()
    for column, label in ((1, "median"), (2, "upper quartile"), (3, "95th percentile")):
        ax.plot([row[0] for row in of_states], [row[column] for row in of_states], label=label)
    ax.axhline(FLAT, color=".5", linestyle="--", linewidth=0.8)
    ax.set(xlabel="position in the string", ylabel="|state|")
    ax.legend(frameon=False)
    write("reber-states", ("position", "median", "upper quartile", "95th percentile"), of_states, figure)
    figure = Figure(figsize=(5.0, 3.2), layout="constrained")
    ax = figure.subplots()
    kinds = list(dict.fromkeys(row[1] for row in of_outputs))
    ax.scatter([kinds.index(row[1]) for row in of_outputs], [row[2] for row in of_outputs], s=14, alpha=0.6)
    ax.set(xticks=range(len(kinds)), ylabel="mean output of the next letter", ylim=(-0.02, 1.02))
    ax.set_xticklabels(kinds, rotation=60, ha="right", fontsize=8)
    header = ("network", "kind of step and next letter", "mean output of that letter", "letter leads")
    write("reber-outputs", header, of_outputs, figure)


if __name__ == "__main__":
    main()
