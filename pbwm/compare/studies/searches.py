"""The searches that chose the values of the family networks, on a seed of no reported study; docs/ has the results.

No network is re-initialized. Other values were chosen in earlier searches of one factor at a time, on the same seed.
"""

from collections.abc import Mapping
from dataclasses import replace

from pbwm.compare.experiment import SEARCH_SEEDS, Purpose, Study
from pbwm.compare.studies.changes import change, condition, family_for
from pbwm.params import PBWMParams
from pbwm.recommended import store_network, with_merged_gate

__all__ = ["SEARCHES", "SEARCH_SEED"]

SEARCH_SEED = SEARCH_SEEDS


def _stores(base: PBWMParams) -> Mapping[str, PBWMParams]:
    """SIR: amount of noise, and whether it spares stripes whose content earns reward."""
    return {
        "recommended": base,
        "noise of gain 2": change(base, "exploration", gain=2.0),
        "4/3 of the noise, sparing stripes that earn reward": change(base, "exploration", sd=0.4, by_stripe=True),
    }


def _sequences(base: PBWMParams) -> Mapping[str, PBWMParams]:
    """1-2-AX: noise, and learning in striatum and cortex."""
    plain = change(base, "cortex", norm=False, momentum=False, learning_rate=0.04)
    return {
        "recommended": base,
        "noise of .05": change(base, "exploration", sd=0.05),
        "noise of .1": change(base, "exploration", sd=0.1),
        "half the striatal rate": change(base, "striatum", learning_rate=0.05),
        "not gated .4": change(base, "striatum.rule", not_gated=0.4),
        "plain cortical learning at .04": plain,
    }


def _loop(base: PBWMParams) -> Mapping[str, PBWMParams]:
    """The phonological loop: noise of both forms of the gate, and stripes."""
    merged = with_merged_gate(base)
    return {
        "recommended": base,
        "the noise of SIR": replace(base, exploration=store_network().exploration),
        "half the noise": change(base, "exploration", sd=0.15),
        "eight stripes": replace(base, stripes=8),
        "merged gate": merged,
        "merged gate, 2/3 of the noise": change(merged, "exploration", sd=0.2),
        "merged gate, half the noise": change(merged, "exploration", sd=0.15),
    }


SPACES = {
    "sir2-reference": (_stores, 200, 128),
    "12ax": (_sequences, 300, 64),
    "phonological-loop": (_loop, 22, 32),
}
"""Task → what is varied, the most epochs a network gets, networks of each condition."""

SEARCHES = tuple(
    Study(
        name=f"search-{task}",
        question=f"Which values let most networks learn {task}?",
        conditions=tuple(
            condition(name, task, params, epochs)
            for name, params in space(replace(family_for(task), restart=None)).items()
        ),
        networks=networks,
        seed=SEARCH_SEED,
        purpose=Purpose.SEARCH,
    )
    for task, (space, epochs, networks) in SPACES.items()
)
