"""Fair timing on a shared machine: works take turns, and CPU time counts.

pytest-benchmark times one function after another, so that a machine that slows down in between would change their
ratio. Here, it times one of the works, and the others take their turn before every round of it: all are timed within
the same few milliseconds.
"""

from collections.abc import Callable, Mapping
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import process_time
from typing import Any, NamedTuple, Protocol

__all__ = ["ByTurns", "Rivals", "Work", "by_turns", "cpu_time", "summary"]


class Work(NamedTuple):
    """A function, and the units of work (updates, trials, …) of one call."""

    call: Callable[[], object]
    units: int = 1


class ByTurns(Protocol):
    """The fixture `by_turns`: time works by turns, µs of CPU time per `unit`; returns the medians by name."""

    def __call__(self, works: Mapping[str, Work], *, unit: str, rounds: int) -> dict[str, float]:
        """Note down medians and fastest rounds in the results."""
        ...


class Rivals(Protocol):
    """The fixture `rivals` (`benchmarks.conftest`)."""

    def __call__(self, builders: Mapping[str, Callable[[], Work]]) -> dict[str, Work]:
        """The works by name."""
        ...


def cpu_time() -> float:
    """Seconds of CPU time, all threads, of this process and of its finished children."""
    children = getrusage(RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def by_turns(benchmark: Any, works: Mapping[str, Work], rounds: int) -> dict[str, list[float]]:
    """Time each work `rounds` times, one after the other in every round: name → µs of CPU time per unit, by round.

    The fixture `benchmark` of pytest-benchmark times the first work. Each is called once before, to compile.
    """
    (first, (call, units)), *others = works.items()
    times: dict[str, list[float]] = {name: [] for name, _ in others}

    def others_have_their_turn() -> None:
        for name, work in others:
            start = cpu_time()
            work.call()
            times[name].append((cpu_time() - start) / work.units)

    benchmark.pedantic(call, setup=others_have_their_turn, rounds=rounds, warmup_rounds=1)
    times = {first: [time / units for time in benchmark.stats.stats.data]} | {n: t[1:] for n, t in times.items()}
    return {name: [1e6 * time for time in found] for name, found in times.items()}


def summary(times: Mapping[str, list[float]]) -> dict[str, dict[str, float]]:
    """Medians and fastest rounds by name."""
    return {
        "median": {name: median(found) for name, found in times.items()},
        "fastest": {name: min(found) for name, found in times.items()},
    }
