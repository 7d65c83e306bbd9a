"""The first steps of a new process: ``python -m benchmarks.first_step NETWORKS MODEL …``."""

import sys

from pbwm.compare.models import MODELS
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

STEPS = 50
"""Enough for an LSTM to run alone with its units in lanes (`lstm_baseline.single_network.suits`)."""


def main(networks: int, models: list[str]) -> None:
    """Build networks of each model and run their first steps."""
    task = TASKS["sir2"].build()
    block = TrialBlock.stack([task.trials(STEPS, stream(0, Purpose.TRIALS, r)) for r in range(networks)])
    for model in models:
        MODELS[model].build(task.spec, networks=range(networks), seed=0).run(block)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
