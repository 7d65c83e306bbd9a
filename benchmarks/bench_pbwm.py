"""PBWM: the SIR-2 network alone and in lanes, populations of it, and five large layers, on one core.

``python -m benchmarks.bench_pbwm [FILE.json]``. A trial is 100 cycles with learning and all features; times are process
CPU time in µs, medians. The times of the Go simulator (emergent's Leabra 8.5) were taken on another day on a 2.3 GHz
Sapphire Rapids server, with denormal numbers flushed, which flatters us least; `machine` tells what this one is.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.five_layers import FiveLayers
from benchmarks.timing import by_turns
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.params import PBWMParams
from tasks.base.lanes import LANES
from tasks.base.learner import Population
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

__all__ = ["five_layers", "layouts", "machine", "populations", "sir2"]

GO_SIR2 = 4150.0
"""µs a trial of the Go simulator."""

GO_FIVE_LAYERS = {25: 1.19e6 / 1000, 100: 1.87e6 / 300, 625: 13.4e6 / 100}
"""The same in five layers, by their units."""

PATTERNS = {25: 100, 100: 100, 625: 20}
TRIALS = 50
Run = tuple[Callable[[], object], int]


def machine() -> dict[str, str]:
    """Processor and nominal clock, as Linux tells them; empty elsewhere."""
    source = Path("/proc/cpuinfo")
    if not source.exists():
        return {}
    lines = (line.split(":", 1) for line in source.read_text().splitlines() if ":" in line)
    found = {key.strip(): value.strip() for key, value in lines}
    return {key: found[key] for key in ("model name", "cpu family", "model", "cpu MHz") if key in found}


def _network(replicas: int, layout: Layout | None = None, **changes: Any) -> tuple[PBWM, TrialBlock]:
    task = TASKS["sir2-reference"].build()
    params = PBWMParams(**changes)
    learner = PBWM(task.spec, replicas=range(replicas), params=params, layout=layout)
    return learner, TrialBlock.stack([task.trials(TRIALS, stream(0, Purpose.TRIALS, r)) for r in range(replicas)])


def _running(replicas: int, layout: Layout | None = None, **changes: Any) -> Run:
    learner, block = _network(replicas, layout, **changes)
    return lambda: learner.run(block), block.steps


def sir2(rounds: int = 15) -> dict[str, Any]:
    """One trial of the SIR-2 network: alone, and per network of sixteen."""
    alone, (together, trials) = _running(1), _running(LANES)
    times = by_turns({"alone": alone, "per network of 16": (together, trials * LANES)}, rounds)
    ratios = {name: GO_SIR2 / time["median"] for name, time in times.items()}
    return {"µs": times, "times as fast as Go": ratios}


def populations(counts: tuple[int, ...] = (16, 64, 256, 1024), rounds: int = 5) -> dict[str, Any]:
    """Populations on one thread: cost of a trial per network, and memory per network in KB."""
    runs: dict[str, Run] = {}
    memory = {}
    for count in counts:
        task = TASKS["sir2-reference"].build()
        population = Population(lambda r, spec=task.spec: PBWM(spec, replicas=r), count)
        block = TrialBlock.stack([task.trials(TRIALS // 10, stream(0, Purpose.TRIALS, r)) for r in range(count)])
        runs[str(count)] = (lambda p=population, b=block: p.run(b), block.steps * count)
        held = sum(b.memory.nbytes for p in population.blocks for b in p.blocks)
        memory[str(count)] = held / count / 1000
    return {"µs per network": by_turns(runs, rounds), "KB per network": memory}


def layouts(rounds: int = 7) -> dict[str, Any]:
    """What `pbwm.layout.fastest_layout` goes by: µs a trial of one network alone, and of sixteen in lanes."""
    found: dict[str, Any] = {}
    for hidden in (49, 100, 200, 400):
        runs = {
            str(layout): _running(n, layout, hidden=hidden) for n, layout in ((1, Layout.UNITS), (16, Layout.REPLICAS))
        }
        found[f"SIR-2, {hidden} hidden units"] = by_turns(runs, rounds)
    for size in (25, 100):
        alone, together = FiveLayers(size, 10), FiveLayers(size, 10, Layout.REPLICAS, LANES)
        runs = {str(Layout.UNITS): (alone.train, 10), str(Layout.REPLICAS): (together.train, 10)}
        found[f"five layers of {size}"] = by_turns(runs, rounds)
    return found


def five_layers(rounds: int = 7) -> dict[str, Any]:
    """One network of five layers of 25, 100 and 625 units: a trial, and how many times as fast as Go it is."""
    runs: dict[str, Run] = {}
    for size, patterns in PATTERNS.items():
        runs[str(size)] = (FiveLayers(size, patterns).train, patterns)
    times = by_turns(runs, rounds)
    ratios = {str(size): go / times[str(size)]["median"] for size, go in GO_FIVE_LAYERS.items()}
    return {"µs": times, "times as fast as Go": ratios}


def main() -> None:
    """Print all results as JSON, or write them to the file that is named."""
    results = {
        "machine": machine(),
        "SIR-2": sir2(),
        "five layers": five_layers(),
        "populations": populations(),
        "layouts": layouts(),
    }
    text = json.dumps(results, indent=2, ensure_ascii=False)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text + "\n")
    else:
        print(text)


if __name__ == "__main__":
    main()
