"""Speed of drawing trials. A step shows one symbol, or one value, on every channel of the task.

At addresses, as in a comparison: 8 epochs of 16 networks in one call. From a generator: one long stream.
"""

from itertools import count

import pytest

from benchmarks.timing import ByTurns, Work
from tasks.base.drawing import draw_epochs
from tasks.base.rng import Purpose, stream
from tasks.catalog import TASKS

SEQUENCES = {"12ax": 20_000, "sir2": 100_000, "embedded-reber": 10_000, "adding": 1000, "two-sequence-3a": 1000}
NETWORKS, EPOCHS = range(16), 8


@pytest.mark.parametrize("task", SEQUENCES)
def bench_trials(by_turns: ByTurns, quick: bool, task: str) -> None:
    built, sequences, calls = TASKS[task].build(), 100 if quick else SEQUENCES[task], count()

    def at_addresses() -> int:
        first = EPOCHS * next(calls)
        block, _ = draw_epochs(built, 0, NETWORKS, range(first, first + EPOCHS))
        return int(block.length.sum())

    steps = len(built.trials(sequences, stream(0, Purpose.TRIALS, 0)))
    works = {
        "draw_epochs": Work(at_addresses, sum(at_addresses() for _ in range(8)) // 8),
        "Task.trials": Work(lambda: built.trials(sequences, stream(0, Purpose.TRIALS, 0)), steps),
    }
    by_turns(works, unit="µs per step", rounds=11)
