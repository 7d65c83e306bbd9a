"""One configuration on every task that a gate can serve, and ablations of its mechanisms."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pbwm.compare.experiment import Condition, Study
from pbwm.compare.experiment.ideal_gates import CriterionWithIdealGates
from pbwm.compare.experiment.validation import FaultlessValidation
from pbwm.compare.studies.changes import change, condition, recommended_for
from pbwm.compare.studies.consolidation import EPOCHS as FURTHER
from pbwm.params import PBWMParams
from pbwm.recommended import recommended_without_matches, taught_by_reward, with_ages, with_merged_gate
from pbwm.striatum import TagRule
from tasks.catalog import TASKS

__all__ = [
    "BATTERY",
    "BATTERY_CONSOLIDATION",
    "BATTERY_FORMS",
    "BATTERY_OTHERS",
    "BATTERY_TASKS",
    "BATTERY_VALIDATED",
    "BATTERY_WITHOUT_MATCHES",
    "FEEDBACK_MECHANISMS",
    "FORCED_GATES",
    "VARIANTS",
]

BATTERY_TASKS = (
    *("sir2", "sir2-dedicated", "sir2-reference", "sir2-empty-only", "sir3"),
    *("12ax", "12ax-current-task", "12ax-distractor", "12ax-reset", "phonological-loop"),
    *("ax-cpt", "hierarchical-rules-last", "hierarchical-rules", "1-back", "stroop"),
    *("2-back", "3-back", "delayed-match", "reference-back-2", "sternberg"),
)
"""The tasks of the catalog that require a gated memory."""

BUDGET, BUDGET_BY_REWARD, BUDGET_OF_CORTEX = 300, 600, 100
"""Budgets: with targets, by reward alone, and with ideal gates."""
BUDGET_OF_ABLATIONS = 150
"""Budget on tasks that all networks of the whole configuration learn sooner."""

OTHERS = ("lstm", "gru", "sublstm", "srn")
"""Models with targets that PBWM is compared with, in their configurations of the catalog."""


BATTERY = Study(
    name="battery",
    question="Which tasks does the recommended configuration learn without re-initialization?",
    conditions=(Condition(name="one configuration", tasks=BATTERY_TASKS, models=("pbwm",), epochs=BUDGET),),
    networks=64,
    seed=31,
)


SOONEST_FIRST = (
    *("sir2", "sir2-reference", "sir2-empty-only", "sir2-dedicated", "ax-cpt", "hierarchical-rules-last"),
    *("phonological-loop", "delayed-match", "reference-back-2", "1-back", "hierarchical-rules", "stroop"),
    *("12ax-reset", "12ax", "12ax-current-task", "sir3", "12ax-distractor", "2-back", "3-back", "sternberg"),
)
"""The same tasks, the fastest first, so that an interrupted run has most rows."""


BATTERY_CONSOLIDATION = replace(
    BATTERY,
    name="battery-consolidation",
    question="Which errors of the recommended configuration remain with frozen weights after further training?",
    conditions=(
        Condition(
            name=f"{FURTHER} further epochs",
            tasks=SOONEST_FIRST,
            models=("pbwm",),
            epochs=BUDGET,
            consolidation=FURTHER,
        ),
    ),
    networks=16,
    seed=34,
)

BATTERY_VALIDATED = replace(
    BATTERY,
    name="battery-validated",
    question="Do networks that pass a validation with frozen weights make errors in the frozen test?",
    conditions=(
        Condition(
            name="no gate noise with frozen weights",
            tasks=SOONEST_FIRST,
            models=("pbwm",),
            epochs=BUDGET,
            goal=FaultlessValidation(),
            parameters={"exploration.when_frozen": False},
        ),
        Condition(name="validated", tasks=SOONEST_FIRST, models=("lstm",), epochs=BUDGET, goal=FaultlessValidation()),
    ),
    networks=16,
    seed=36,
)

BATTERY_FORMS = replace(
    BATTERY,
    name="battery-forms",
    question="Which tasks does the recommended configuration learn with the merged gate, or from reward alone?",
    conditions=(
        *(
            condition("reward alone", task, taught_by_reward(recommended_for(task)), BUDGET_BY_REWARD)
            for task in SOONEST_FIRST
        ),
        *(condition("merged gate", task, with_merged_gate(recommended_for(task)), BUDGET) for task in SOONEST_FIRST),
    ),
)


def _without_matches(task: str) -> Mapping[str, tuple[PBWMParams, int]]:
    """The configuration of version 1.0 with each teacher and each gate, and the budget of each."""
    params = recommended_without_matches(TASKS[task].build().spec)
    return {
        "no match units": (params, BUDGET),
        "no match units, reward alone": (taught_by_reward(params), BUDGET_BY_REWARD),
        "no match units, merged gate": (with_merged_gate(params), BUDGET),
    }


BATTERY_WITHOUT_MATCHES = replace(
    BATTERY,
    name="battery-without-matches",
    question="Which tasks did the recommended configuration of version 1.0 learn, without match units?",
    conditions=tuple(
        condition(name, task, params, budget)
        for task in SOONEST_FIRST
        for name, (params, budget) in _without_matches(task).items()
    ),
    seed=17,
)

BATTERY_OTHERS = replace(
    BATTERY,
    name="battery-others",
    question="Which tasks do other models learn, each in one configuration?",
    conditions=(
        Condition(name="targets", tasks=BATTERY_TASKS, models=OTHERS, epochs=BUDGET),
        Condition(name="reward alone", tasks=BATTERY_TASKS, models=("lstm-reward",), epochs=BUDGET_BY_REWARD),
    ),
    seed=17,
)


FORCED_GATES = Study(
    name="forced-gates",
    question="Which tasks does cortex learn with ideal gates?",
    conditions=(
        Condition(
            name="ideal gates",
            tasks=SOONEST_FIRST,
            models=("pbwm",),
            epochs=BUDGET_OF_CORTEX,
            goal=CriterionWithIdealGates(),
        ),
    ),
    networks=64,
    seed=28,
)


CHANGES: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("1 store, 8 stimuli", "sir2", {"stores": 1, "stimuli": 8}),
    ("10 stimuli", "sir2", {"stimuli": 10}),
    ("8 stimuli", "sir2-dedicated", {"stimuli": 8}),
    ("3 stimuli", "sir3", {"stimuli": 3}),
    ("dedicated symbols", "sir3", {"inputs": "dedicated"}),
    ("4 stores, 4 stimuli", "sir3", {"stores": 4, "stimuli": 4}),
    ("1-2-3-AX", "12ax", {"tasks": "123", "targets": ("1AX", "2BY", "3CZ")}),
    ("4 cues and 4 probes", "12ax", {"cues": "ABCD", "probes": "WXYZ"}),
    ("up to 8 pairs", "12ax", {"max_pairs": 8}),
    ("2 phonemes", "phonological-loop", {"length": 2, "trained_sequences": 50, "novel_sequences": 50}),
    ("4 phonemes", "phonological-loop", {"length": 4}),
    ("5 phonemes", "phonological-loop", {"length": 5}),
    ("4 other letters, up to 6 steps between", "ax-cpt", {"others": 4, "max_delay": 6}),
    ("4 colors", "stroop", {"colours": 4}),
    ("10 letters", "1-back", {"letters": 10}),
    ("3 letters", "2-back", {"letters": 3}),
    ("8 letters", "2-back", {"letters": 8}),
    ("3 letters", "3-back", {"letters": 3}),
    ("10 stimuli, up to 8 distractors", "delayed-match", {"stimuli": 10, "max_distractors": 8}),
    ("no stimulus repeats", "delayed-match", {"repeats": False}),
    ("3 registers", "reference-back-2", {"registers": 3}),
    ("8 symbols", "reference-back-2", {"symbols": 8}),
    ("up to 3 items", "sternberg", {"max_items": 3}),
    ("6 digits, up to 4 items", "sternberg", {"digits": 6, "max_items": 4}),
)
"""Change, task, and its changed parameters."""

VARIANTS = Study(
    name="variants",
    question="Does the recommended configuration learn variants of the tasks?",
    conditions=tuple(
        Condition(name=name, tasks=(task,), models=("pbwm", "lstm"), epochs=BUDGET, task_parameters=changes)
        for name, task, changes in CHANGES
    ),
    networks=16,
    seed=33,
)


def _ablations(task: str) -> Mapping[str, PBWMParams]:
    """The configuration, without one mechanism at a time, or with the age of contents as in n-back."""
    base = recommended_for(task)
    return {
        "one configuration": base,
        "no match units": replace(base, match_units=None),
        "credit also where the output gate is closed": change(base, "striatum.rule", structural_credit=False),
        "errors also from correct responses": change(base, "striatum.rule", silent_when_correct=False),
        "useless contents released": change(base, "striatum.rule", output_baseline=0.0, output_dip_gain=1.0),
        "no feedback from hidden units": change(base, "striatum.rule", hidden_feedback=0.0),
        "nothing to compare with: displaced": change(base, "striatum.rule", displaced_weight=0.0),
        "nothing to compare with: rejected": change(base, "striatum.rule", rejected_rate=0.0),
        "one dopamine for all stripes (tags)": change(base, "striatum", rule=TagRule(not_gated=0.2)),
        "age seen": with_ages(base, TASKS[task].build().spec),
        "noise that does not die": change(base, "exploration", gain=1e9),
        "no output gates": replace(base, output_gating=False),
        "NoGo does not learn": change(base, "striatum", d2_gain=0.0),
    }


FEEDBACK_MECHANISMS = Study(
    name="feedback-mechanisms",
    question="Which mechanisms does learning from feedback need, on four tasks?",
    conditions=tuple(
        condition(name, task, params, BUDGET_OF_ABLATIONS)
        for task in ("sir2", "1-back", "sir3", "12ax")
        for name, params in _ablations(task).items()
    ),
    networks=32,
    seed=32,
)
