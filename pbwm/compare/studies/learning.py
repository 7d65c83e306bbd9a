"""Do the recommended networks learn? Every task, both forms of the gate, output gating on and off, fresh seeds."""

from dataclasses import replace

from pbwm.compare.studies.changes import condition, recommended_for
from pbwm.compare.study import Condition, Study
from pbwm.gate import Disinhibition, MergedGate
from pbwm.recommended import gated_by

__all__ = ["LEARNING"]

BUDGETS = {"sir2-reference": 200, "sir2": 300, "12ax": 1000}
"""The most epochs a network gets on each task."""


def _conditions(task: str, epochs: int) -> list[Condition]:
    base = recommended_for(task)
    merged = gated_by(base, MergedGate(nogo_gain=1.0, direct_nogo=True))
    other = replace(base, output_gating=not base.output_gating)
    without = "without" if base.output_gating else "with"
    return [
        condition("disinhibition", task, gated_by(base, Disinhibition()), epochs),
        condition("merged gate", task, merged, epochs),
        condition(f"disinhibition, {without} output gating", task, other, min(epochs, 300)),
    ]


LEARNING = Study(
    name="learning",
    question="How many recommended networks learn each task, and how fast?",
    conditions=tuple(c for task, epochs in BUDGETS.items() for c in _conditions(task, epochs)),
    replicas=64,
    seed=0,
)
