"""Trials: how fast they are drawn. A step shows one symbol on every channel of the task."""

import pytest

from benchmarks.timing import ByTurns, Work
from tasks.base.rng import Purpose, stream
from tasks.catalog import TASKS

SEQUENCES = {"12ax": 20_000, "sir2": 100_000}


@pytest.mark.parametrize("task", SEQUENCES)
def bench_trials(by_turns: ByTurns, quick: bool, task: str) -> None:
    built, sequences = TASKS[task].build(), 100 if quick else SEQUENCES[task]
    steps = len(built.trials(sequences, stream(0, Purpose.TRIALS, 0)))
    work = Work(lambda: built.trials(sequences, stream(0, Purpose.TRIALS, 0)), steps)
    by_turns({"Task.trials": work}, unit="µs per step", rounds=11)
