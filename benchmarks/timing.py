"""Fair timing on a machine that is shared: what is compared runs by turns, and process CPU time counts."""

from collections.abc import Callable, Mapping
from statistics import median
from time import process_time_ns

__all__ = ["by_turns"]


def by_turns(runs: Mapping[str, tuple[Callable[[], object], int]], rounds: int = 15) -> dict[str, dict[str, float]]:
    """Time each run `rounds` times, one after the other in every round.

    Parameters
    ----------
    runs
        Name → (what to call, how many units of work one call does). Each is called once before, to compile and warm up.

    Returns
    -------
    dict
        Name → median and minimum of process CPU time, in µs per unit of work.
    """
    for call, _ in runs.values():
        call()
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, (call, units) in runs.items():
            start = process_time_ns()
            call()
            times[name].append((process_time_ns() - start) / units / 1000)
    return {name: {"median": median(found), "minimum": min(found)} for name, found in times.items()}
