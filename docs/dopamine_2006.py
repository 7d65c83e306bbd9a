"""Record dopamine over training in the form of 2006: ``python docs/dopamine_2006.py`` writes a figure and its table.

The networks are those of the full model in ``pbwm reproduce oreilly2006 ablations-sir2 --seed 62``. All train for the
same number of epochs, with or without reaching the criterion. It takes about two minutes of one core.
"""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np

from pbwm.compare.analysis.over_training import SignalOverTraining, signal_over_training
from pbwm.compare.experiment.row import blocks_of
from pbwm.compare.figures.plots.striatum import plot_signal_over_training
from pbwm.compare.figures.saving import panels
from pbwm.compare.figures.style import print_style
from pbwm.compare.published import PAPERS

FIGURES = Path(__file__).parent / "figures"
PART, NETWORKS, SEED, EPOCHS = "ablations-sir2", 20, 62, 150


def recorded() -> SignalOverTraining:
    """Dopamine of the full model at every kind of step of each epoch."""
    row = PAPERS["oreilly2006"].changed(networks=NETWORKS, seed=SEED).parts[PART].study.rows()[0]
    parts = []
    for networks in blocks_of(NETWORKS):
        job = row.job(networks)
        parts.append(
            signal_over_training(
                job.build(), job.task, seed=job.seed, epochs=EPOCHS, networks=networks, signal="dopamine"
            )
        )
    mean, error = (np.concatenate([getattr(part, name) for part in parts]) for name in ("mean", "error"))
    return replace(parts[0], mean=mean, error=error)


def main() -> None:
    """Train, record, and draw."""
    found = recorded()
    with print_style():
        figure, axes = panels(1, width=5.4, height=2.6)
        plot_signal_over_training(found, ax=axes[0])
        figure.savefig(FIGURES / "dopamine-2006.png", metadata={"Software": None})
    with (FIGURES / "dopamine-2006.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("network", "epoch", "proportion wrong", *(f"dopamine, {name}" for name in found.events)))
        for network, (means, errors) in enumerate(zip(found.mean, found.error, strict=True)):
            for epoch, error, by_event in zip(found.epochs, errors, means, strict=True):
                writer.writerow((network, int(epoch), f"{error:.4f}", *(f"{value:.4f}" for value in by_event)))


if __name__ == "__main__":
    main()
