"""The family networks on fresh seeds: both forms of the gate, with and without output gating."""

from dataclasses import replace

from pbwm.compare.experiment import Condition, Study
from pbwm.compare.studies.changes import change, condition, family_for
from pbwm.params import PBWMParams
from pbwm.recommended import sequence_network, store_network, with_merged_gate

__all__ = ["AGAIN", "LEARNING", "LOOP", "LOOP_MERGED", "ONE_LIFE", "OUTPUT_GATING"]

BUDGETS = {"sir2-reference": 200, "sir2": 300, "12ax": 1000, "phonological-loop": 200}
"""The most epochs a network gets on each task."""


MERGED_NOISE = {"phonological-loop": 0.15}
"""Noise of the merged gate where it is not that of disinhibition (study "search-phonological-loop")."""


def _forms(task: str, base: PBWMParams) -> tuple[Condition, ...]:
    noise = MERGED_NOISE.get(task, base.exploration.sd)
    forms = {"disinhibition": base, "merged gate": change(with_merged_gate(base), "exploration", sd=noise)}
    return tuple(condition(name, task, params, BUDGETS[task]) for name, params in forms.items())


LEARNING = Study(
    name="learning",
    question="How many family networks learn each task, and how fast?",
    conditions=tuple(row for task in BUDGETS for row in _forms(task, family_for(task))),
    networks=64,
    seed=0,
)

AGAIN = replace(
    LEARNING, name="learning-again", question="How many family networks learn each task on a new seed?", seed=1
)

LOOP = Study(
    name="learning-loop",
    question="How many family networks learn the phonological loop, and how well do they repeat novel sequences?",
    conditions=_forms("phonological-loop", family_for("phonological-loop"))[:1],
    networks=64,
    seed=2,
)

LOOP_MERGED = replace(
    LOOP,
    name="learning-loop-merged",
    question="How many family networks with the merged gate learn the phonological loop?",
    conditions=_forms("phonological-loop", family_for("phonological-loop"))[1:],
    seed=3,
)

ONE_LIFE = Study(
    name="one-life",
    question="How many family networks learn each task without being re-initialized?",
    conditions=tuple(row for task in BUDGETS for row in _forms(task, replace(family_for(task), restart=None))),
    networks=64,
    seed=0,
)

OTHER_WAY_ROUND = {
    "sir2-reference": replace(store_network(), output_gating=False, path=sequence_network().path),
    "sir2": replace(store_network(), output_gating=False, path=sequence_network().path),
    "12ax": replace(store_network(), restart=sequence_network().restart),
}
"""Networks without output gating for tasks whose family network has it, and the other way round."""

OUTPUT_GATING = Study(
    name="output-gating",
    question="Do family networks learn with output gates where they normally have none, and without them elsewhere?",
    conditions=tuple(
        condition(f"{'with' if params.output_gating else 'without'} output gating", task, params, 200)
        for task, params in OTHER_WAY_ROUND.items()
    ),
    networks=32,
    seed=0,
)
