"""Networks without gates on 1-2-AX: tables 1 and 2 of O'Reilly & Frank (2006), and what the paper does not say."""

from typing import Any

from pbwm.compare.studies.searches import SEARCH_SEED
from pbwm.compare.study import Condition, Purpose, Study

__all__ = ["BUDGET", "NETWORKS", "RBP_12AX", "SEARCH_UNGATED", "SRN_12AX"]

BUDGET = 10_000
"""Epochs after which a network counts as one that failed, as in the paper."""
NETWORKS = 20


def _on_12ax(learner: str, name: str, **changes: Any) -> Condition:
    """As the paper counts errors: an output that misses its target by the tolerance is one."""
    parameters = {"strict": True, **changes}
    return Condition(name=name, tasks=("12ax",), learners=(learner,), epochs=BUDGET, parameters=parameters)


SRN_12AX = Study(
    name="srn-12ax",
    question="How many simple recurrent networks learn 1-2-AX, by size, hysteresis and learning rate (2006, table 1)?",
    conditions=(
        _on_12ax("srn", "100 hidden, hysteresis .5, rate .1"),
        *(_on_12ax("srn", f"{hidden} hidden", hidden=hidden) for hidden in (49, 36, 25)),
        *(_on_12ax("srn", f"hysteresis .{tenth}", hysteresis=tenth / 10) for tenth in (7, 3, 2, 1)),
        *(_on_12ax("srn", f"rate {rate}", learning_rate=rate) for rate in (0.05, 0.2)),
        _on_12ax("srn", "judged by the most active output", strict=False),
    ),
    replicas=NETWORKS,
    seed=0,
)

RBP_12AX = Study(
    name="rbp-12ax",
    question="How many networks with windowed backpropagation learn 1-2-AX, by window and size (2006, table 2)?",
    conditions=(
        _on_12ax("rbp", "100 hidden, window 16"),
        *(_on_12ax("rbp", f"window {window}", window=window) for window in (10, 8, 6, 4)),
        *(_on_12ax("rbp", f"{hidden} hidden", hidden=hidden) for hidden in (49, 36, 25)),
        _on_12ax("rbp", "judged by the most active output", strict=False),
    ),
    replicas=NETWORKS,
    seed=0,
)

SEARCH_UNGATED = Study(
    name="search-ungated",
    question="Which first weights, and which gap between backpropagations, let most networks learn 1-2-AX?",
    conditions=(
        *(_on_12ax("srn", f"SRN, first weights {w}", initial_weight=w) for w in (0.1, 0.25, 0.5, 1.0)),
        *(_on_12ax("rbp", f"RBP, first weights {w}", initial_weight=w) for w in (0.1, 0.25, 0.5, 1.0)),
        *(_on_12ax("rbp", f"RBP, gap {gap}", gap=gap) for gap in (4, 8, 16)),
    ),
    replicas=16,
    seed=SEARCH_SEED,
    purpose=Purpose.SEARCH,
)
