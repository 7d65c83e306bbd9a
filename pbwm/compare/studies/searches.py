"""The searches that chose the recommended values: one factor at a time, on a seed that no reported study has."""

from dataclasses import replace

from pbwm.compare.studies.changes import change, condition, recommended_for
from pbwm.compare.study import SEARCH_SEEDS, Purpose, Study
from pbwm.params import PBWMParams

__all__ = ["SEARCHES", "SEARCH_SEED"]

SEARCH_SEED = SEARCH_SEEDS
"""Root seed of all searches."""

BUDGETS = {"sir2-reference": 200, "sir2": 200, "12ax": 300}
"""The most epochs a network gets on each task."""


def _variants(base: PBWMParams) -> dict[str, PBWMParams]:
    sd, rate, stripes, doubt = base.exploration.sd, base.striatum.learning_rate, base.stripes, base.exploration
    return {
        "recommended": base,
        "2/3 of the noise": change(base, "exploration", sd=sd / 1.5),
        "4/3 of the noise": change(base, "exploration", sd=sd / 0.75),
        "noise of gain 2": change(base, "exploration", gain=2.0),
        "the other doubt": change(base, "exploration", by_prediction=not doubt.by_prediction),
        "half the striatal rate": change(base, "striatum", learning_rate=rate / 2),
        "twice the striatal rate": change(base, "striatum", learning_rate=rate * 2),
        "twice the cortical rate": change(base, "cortex", learning_rate=2 * base.cortex.learning_rate),
        "not gated .4": change(base, "striatum.rule", not_gated=0.4),
        "not gated 1": change(base, "striatum.rule", not_gated=1.0),
        "a stripe less": replace(base, stripes=stripes - 1),
        "a stripe more": replace(base, stripes=stripes + 1),
    }


SEARCHES = tuple(
    Study(
        name=f"search-{task}",
        question=f"Which values let most networks learn {task}?",
        conditions=tuple(
            condition(name, task, params, epochs) for name, params in _variants(recommended_for(task)).items()
        ),
        replicas=32,
        seed=SEARCH_SEED,
        purpose=Purpose.SEARCH,
    )
    for task, epochs in BUDGETS.items()
)
