"""Populations of 1 to 1024 networks on one thread: cost and memory per network, and growth of the process."""

import subprocess
import sys
from typing import Any

import pytest

from benchmarks.networks import arrays_held, population
from benchmarks.timing import ByTurns

COUNTS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
STEPS = {"pbwm": 10, "lstm": 200}
MANY = 1024


@pytest.mark.parametrize("model", STEPS)
def bench_population(benchmark: Any, by_turns: ByTurns, quick: bool, model: str) -> None:
    """The step of one network on SIR-2 (PBWM: a trial of 100 cycles), and the arrays of its learner."""
    counts = (16, 1, 32) if quick else (16, *(count for count in COUNTS if count != 16))
    built = {str(count): population(model, count, STEPS[model]) for count in counts}
    by_turns({name: work for name, (_, work) in built.items()}, unit="µs per step and network", rounds=7)
    held = {name: arrays_held(people.blocks) / people.networks / 1000 for name, (people, _) in built.items()}
    benchmark.extra_info["KB per network"] = held


@pytest.mark.parametrize("model", STEPS)
def bench_growth(benchmark: Any, quick: bool, model: str) -> None:
    """Peak memory of a process for a population of 1024, minus that for a block of 16, streams included."""
    networks = 32 if quick else MANY
    command = [sys.executable, "-m", "benchmarks.grown", model, str(networks), "100"]
    done = benchmark.pedantic(subprocess.run, (command,), {"capture_output": True, "text": True, "check": True})
    benchmark.extra_info |= {"networks": networks, "GiB": float(done.stdout)}
