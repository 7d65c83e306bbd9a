"""Ablations of the family networks, one mechanism at a time.

No network is re-initialized, which can compensate for a missing mechanism.
"""

from collections.abc import Mapping
from dataclasses import replace

from pbwm.compare.experiment import Study
from pbwm.compare.studies.changes import change, condition, family_for
from pbwm.dopamine import PVLV, RescorlaWagner, TemporalDifference
from pbwm.params import Inhibition, LayerInhibition, PBWMParams
from pbwm.recommended import with_merged_gate
from pbwm.striatum import CovarianceRule, TagRule, TraceRule

__all__ = ["MECHANISMS"]

BUDGETS = {"sir2-reference": 200, "12ax": 200}
"""The most epochs a network gets on each task."""

BLIND = ("control_input",)
"""Senders of the reward prediction in family networks."""

SD = 0.3
"""Noise of family networks that have noise."""


def _noise(base: PBWMParams) -> Mapping[str, PBWMParams]:
    """Without the noise, with noise if there is none, and with noise that stays."""
    name, sd = ("no noise", 0.0) if base.exploration.sd else ("noise that dies with success", SD)
    return {
        name: change(base, "exploration", sd=sd),
        "noise that does not die": change(base, "exploration", sd=SD, gain=1e9),
    }


def _learning(base: PBWMParams) -> Mapping[str, PBWMParams]:
    variants = {
        "trace rule for tags": change(base, "striatum", rule=TraceRule()),
        "covariance rule for tags": change(base, "striatum", rule=CovarianceRule()),
        "plain cortical learning (no norm, no momentum)": change(base, "cortex", norm=False, momentum=False),
    }
    if base.output_gating:
        variants["the same dopamine for all stripes (no structural credit)"] = change(
            base, "striatum", rule=TagRule(not_gated=0.2, structural_credit=False)
        )
    return variants


def _dopamine(base: PBWMParams) -> Mapping[str, PBWMParams]:
    return {
        "prediction sees prefrontal cortex": replace(
            base, dopamine=replace(base.dopamine, senders=RescorlaWagner().senders[: 2 + base.output_gating])
        ),
        "temporal differences": replace(base, dopamine=TemporalDifference(senders=BLIND)),
        "PVLV": replace(base, dopamine=PVLV(senders=BLIND)),
    }


def _circuit(base: PBWMParams) -> Mapping[str, PBWMParams]:
    merged, striatum = with_merged_gate(base), base.matrix_inhibition
    return {
        "NoGo does not learn": change(base, "striatum", d2_gain=0.0),
        "no NoGo": change(base, "gate", nogo_to_gpe=0.0),
        "stripes do not compete in the striatum": replace(base, matrix_inhibition=replace(striatum, layer=None)),
        "merged gate": merged,
        "merged gate, stripes compete": replace(
            merged, gpi_inhibition=LayerInhibition(layer=Inhibition(gi=1.8), g_tau=3.0)
        ),
    }


def _variants(base: PBWMParams) -> Mapping[str, PBWMParams]:
    return {"recommended": base, **_noise(base), **_learning(base), **_dopamine(base), **_circuit(base)}


MECHANISMS = tuple(
    Study(
        name=f"mechanisms-{task}",
        question=f"Which mechanisms does the family network need to learn {task}?",
        conditions=tuple(
            condition(name, task, params, epochs)
            for name, params in _variants(replace(family_for(task), restart=None)).items()
        ),
        networks=32,
        seed=0,
    )
    for task, epochs in BUDGETS.items()
)
