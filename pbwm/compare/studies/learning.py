"""Do the recommended networks learn? Both forms of the gate, output gating on and off, on fresh seeds."""

from dataclasses import replace

from pbwm.compare.studies.changes import condition, recommended_for
from pbwm.compare.study import Study
from pbwm.recommended import with_merged_gate

__all__ = ["LEARNING", "OUTPUT_GATING"]

BUDGETS = {"sir2-reference": 200, "sir2": 300, "12ax": 1000}
"""The most epochs a network gets on each task."""

LEARNING = Study(
    name="learning",
    question="How many recommended networks learn each task, and how fast?",
    conditions=tuple(
        condition(name, task, params, epochs)
        for task, epochs in BUDGETS.items()
        for name, params in (
            ("disinhibition", recommended_for(task)),
            ("merged gate", with_merged_gate(recommended_for(task))),
        )
    ),
    replicas=64,
    seed=0,
)

OUTPUT_GATING = Study(
    name="output-gating",
    question="Does the network learn with output gating where it is recommended without, and the other way round?",
    conditions=tuple(
        condition(f"{'without' if base.output_gating else 'with'} output gating", task, other, 200)
        for task in BUDGETS
        for base in (recommended_for(task),)
        for other in (replace(base, output_gating=not base.output_gating),)
    ),
    replicas=32,
    seed=0,
)
