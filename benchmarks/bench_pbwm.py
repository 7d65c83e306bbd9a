"""PBWM: the SIR-2 network, the recommended one, and five large layers.

A trial is 100 cycles, learning, all features.
"""

from typing import Any

import pytest

from benchmarks.five_layers import FiveLayers
from benchmarks.networks import pbwm_networks, recommended_networks
from benchmarks.rivals import pbwm_twin
from benchmarks.timing import ByTurns, Work
from pbwm.layout import Layout
from tasks.engine.lanes import LANES

TRIALS = 50
PATTERNS = {25: 100, 100: 100, 625: 20}
HIDDEN = (25, 49, 100, 200, 400)
UNIT = "µs per trial and network"


def bench_pbwm_sir2(by_turns: ByTurns, quick: bool) -> None:
    trials = 5 if quick else TRIALS
    works = {"of 16": pbwm_networks(LANES, trials), "alone": pbwm_networks(1, trials), "twin": pbwm_twin(1)}
    by_turns(works, unit=UNIT, rounds=21)


def bench_pbwm_recommended(benchmark: Any, by_turns: ByTurns, quick: bool) -> None:
    """The recommended network with 16 stripes on SIR with three stores."""
    trials = 2 if quick else TRIALS // 2
    (lanes, units), (alone, _) = recommended_networks(LANES, trials), recommended_networks(1, trials)
    by_turns({"of 16": lanes, "alone": alone}, unit=UNIT, rounds=11)
    benchmark.extra_info["units"] = units


@pytest.mark.parametrize("hidden", HIDDEN)
def bench_pbwm_size(by_turns: ByTurns, quick: bool, hidden: int) -> None:
    """By hidden units, both layouts, for `pbwm.layout.fastest_layout`."""
    if quick and hidden not in HIDDEN[:2]:
        pytest.skip("quick")
    trials = 5 if quick else TRIALS // 2
    works = {
        "alone": pbwm_networks(1, trials, Layout.UNITS, hidden),
        "of 16": pbwm_networks(LANES, trials, Layout.NETWORKS, hidden),
    }
    by_turns(works, unit=UNIT, rounds=7)


@pytest.mark.parametrize("size", PATTERNS)
def bench_pbwm_five_layers(by_turns: ByTurns, quick: bool, size: int) -> None:
    """Five layers of `size` units: one network with its units in lanes; small ones also with sixteen in lanes."""
    if quick:
        pytest.skip("quick: compiles for twenty seconds")
    works = {"alone": Work(FiveLayers(size, PATTERNS[size]).train, PATTERNS[size])}
    if size <= 100:
        works["of 16"] = Work(FiveLayers(size, 10, Layout.NETWORKS, LANES).train, 10 * LANES)
    by_turns(works, unit=UNIT, rounds=11)
