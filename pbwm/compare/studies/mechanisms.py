"""Which mechanism carries the result? The recommended networks, one thing taken away (or put back) at a time."""

from dataclasses import replace

from pbwm.compare.studies.changes import change, condition, recommended_for
from pbwm.compare.study import Study
from pbwm.dopamine import RescorlaWagner
from pbwm.params import PBWMParams
from pbwm.striatum import CovarianceRule, TagRule, TraceRule

__all__ = ["MECHANISMS"]

BUDGETS = {"sir2-reference": 200, "12ax": 300}
"""The most epochs a network gets on each task."""


def _variants(base: PBWMParams) -> dict[str, PBWMParams]:
    seeing = replace(base.dopamine, senders=RescorlaWagner().senders[: 2 + base.output_gating])
    variants = {
        "recommended": base,
        "no noise": change(base, "exploration", sd=0.0),
        "noise that does not die": change(base, "exploration", gain=1e9),
        "trace rule for tags": change(base, "striatum", rule=TraceRule()),
        "covariance rule for tags": change(base, "striatum", rule=CovarianceRule()),
        "prediction sees prefrontal cortex": replace(base, dopamine=seeing),
        "plain cortical learning (no norm, no momentum)": change(base, "cortex", norm=False, momentum=False),
    }
    if base.output_gating:
        rule = TagRule(structural_credit=False)
        variants["no structural credit"] = change(base, "striatum", rule=rule)
    return variants


MECHANISMS = tuple(
    Study(
        name=f"mechanisms-{task}",
        question=f"What does the recommended network owe its learning of {task} to?",
        conditions=tuple(
            condition(name, task, params, epochs) for name, params in _variants(recommended_for(task)).items()
        ),
        replicas=32,
        seed=0,
    )
    for task, epochs in BUDGETS.items()
)
