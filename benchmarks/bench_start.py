"""Processes from their start to the first step, with compiled code in the cache, or none."""

import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from benchmarks.timing import ByTurns, Work, cpu_time

BOTH = ("pbwm", "lstm")


class Start:
    """Start a process that ends with its first steps; `seconds` has the wall-clock times."""

    def __init__(self, cache: Path | None, networks: int, *models: str) -> None:
        self.command = [sys.executable, "-m", "benchmarks.first_step", str(networks), *models]
        self.environment = dict(os.environ) | ({} if cache is None else {"NUMBA_CACHE_DIR": str(cache)})
        self.seconds: list[float] = []

    def __call__(self) -> None:
        """Start it, and wait for its end."""
        began = perf_counter()
        subprocess.run(self.command, env=self.environment, check=True)
        self.seconds.append(perf_counter() - began)


def bench_start(benchmark: Any, by_turns: ByTurns) -> None:
    """To the first steps of one network, compiled before."""
    starts = {model: Start(None, 1, model) for model in BOTH}
    by_turns({model: Work(start) for model, start in starts.items()}, unit="µs of CPU time", rounds=7)
    benchmark.extra_info["wall-clock seconds"] = {model: min(start.seconds[1:]) for model, start in starts.items()}


@pytest.mark.parametrize("networks", [16, 1])
def bench_compile(benchmark: Any, quick: bool, tmp_path: Path, networks: int) -> None:
    """Both models, nothing compiled: blocks of 16 with networks in lanes, or one network with its units in lanes."""
    if quick:
        pytest.skip("quick")
    cold, warm = Start(tmp_path, networks, *BOTH), Start(tmp_path, networks, *BOTH)
    benchmark.pedantic(cold)
    began = cpu_time()
    warm()
    compiling = benchmark.stats.stats.median - (cpu_time() - began)
    benchmark.extra_info |= {"compiling, CPU seconds": compiling, "wall-clock seconds": cold.seconds[0]}
