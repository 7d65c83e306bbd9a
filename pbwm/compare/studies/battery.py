"""One configuration on every task that a gate can serve, and ablations of its mechanisms."""

from collections.abc import Mapping
from dataclasses import replace

from pbwm.compare.experiment import Condition, Study
from pbwm.compare.studies.changes import change, condition
from pbwm.params import PBWMParams
from pbwm.recommended import feedback_network, taught_by_reward, with_merged_gate
from pbwm.striatum import TagRule
from tasks.catalog import TASKS

__all__ = ["BATTERY", "BATTERY_TASKS", "FEEDBACK_MECHANISMS"]

BATTERY_TASKS = (
    *("sir2", "sir2-dedicated", "sir2-reference", "sir2-empty-only", "sir3"),
    *("12ax", "12ax-current-task", "12ax-distractor", "12ax-reset", "phonological-loop"),
    *("delayed-match", "1-back", "2-back", "3-back", "ax-cpt", "reference-back-2"),
    *("sternberg", "stroop", "hierarchical-rules", "hierarchical-rules-last"),
)
"""The tasks of the catalogue that ask for a memory with gates."""

BUDGET, BUDGET_BY_REWARD = 300, 600
"""The most epochs a network gets, with a teacher and by reward alone."""

OTHERS = ("lstm", "lstm-reward", "gru", "srn")
"""The models that PBWM is compared with, with their defaults."""


def _network(task: str) -> PBWMParams:
    return feedback_network(TASKS[task].build().spec)


def _forms(task: str) -> tuple[Condition, ...]:
    """The one configuration on a task: both forms of the gate, and both teachers."""
    base = _network(task)
    return (
        condition("one configuration", task, base, BUDGET),
        condition("merged gate", task, with_merged_gate(base), BUDGET),
        condition("reward alone", task, taught_by_reward(base), BUDGET_BY_REWARD),
    )


BATTERY = Study(
    name="battery",
    question="Which tasks does one configuration learn, in one life, and which do other models?",
    conditions=(
        *(row for task in BATTERY_TASKS for row in _forms(task)),
        Condition(name="as it is", tasks=BATTERY_TASKS, models=OTHERS, epochs=BUDGET),
    ),
    networks=64,
    seed=17,
)


def _variants(base: PBWMParams) -> Mapping[str, PBWMParams]:
    """The configuration, and the same without one mechanism."""
    return {
        "one configuration": base,
        "no feedback from hidden units": change(base, "striatum.rule", hidden_feedback=0.0),
        "nothing to compare with: displaced": change(base, "striatum.rule", displaced_weight=0.0),
        "nothing to compare with: rejected": change(base, "striatum.rule", rejected_rate=0.0),
        "one dopamine for all stripes (tags)": change(base, "striatum", rule=TagRule(not_gated=0.2)),
        "age seen": change(base, "gating", age_units=4, age_strength=0.5),
        "noise that does not die": change(base, "exploration", gain=1e9),
        "no output gates": replace(base, output_gating=False),
        "NoGo does not learn": change(base, "striatum", d2_gain=0.0),
    }


FEEDBACK_MECHANISMS = Study(
    name="feedback-mechanisms",
    question="Which mechanisms does learning from feedback need, on four tasks?",
    conditions=tuple(
        condition(name, task, params, BUDGET)
        for task in ("sir3", "12ax", "delayed-match", "2-back")
        for name, params in _variants(_network(task)).items()
    ),
    networks=32,
    seed=18,
)
