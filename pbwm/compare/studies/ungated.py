"""Networks without gates on 1-2-AX: tables 1 and 2 of O'Reilly & Frank (2006), and what the paper does not say.

The paper counts errors with a tolerance of .1, and says not whether that is the error of an output or a wrong response.
Here a response is the most active output, as for every model; *strict* networks are right only if every output is
within the tolerance.
"""

from typing import Any

from pbwm.compare.studies.searches import SEARCH_SEED
from pbwm.compare.study import Condition, Purpose, Study

__all__ = ["BUDGET", "NETWORKS", "RBP_12AX", "SEARCH_UNGATED", "SRN_12AX"]

BUDGET = 10_000
"""Epochs after which a network counts as one that failed, as in the paper."""
SHORT_BUDGET = 3000
"""Of searches, and of rows that the paper does not have."""
NETWORKS = 20


def _on_12ax(learner: str, name: str, epochs: int = BUDGET, **changes: Any) -> Condition:
    return Condition(name=name, tasks=("12ax",), learners=(learner,), epochs=epochs, parameters=changes)


SRN_12AX = Study(
    name="srn-12ax",
    question="How many simple recurrent networks learn 1-2-AX, by size, hysteresis and learning rate (2006, table 1)?",
    conditions=(
        _on_12ax("srn", "100 hidden, hysteresis .5, rate .1"),
        *(_on_12ax("srn", f"{hidden} hidden", hidden=hidden) for hidden in (49, 36, 25)),
        *(_on_12ax("srn", f"hysteresis .{tenth}", hysteresis=tenth / 10) for tenth in (7, 3, 2, 1)),
        *(_on_12ax("srn", f"rate {rate}", learning_rate=rate) for rate in (0.05, 0.2)),
        _on_12ax("srn", "strict", strict=True),
        *(_on_12ax("srn", f"strict, hysteresis .{tenth}", hysteresis=tenth / 10, strict=True) for tenth in (3, 1)),
    ),
    replicas=NETWORKS,
    seed=0,
)

RBP_12AX = Study(
    name="rbp-12ax",
    question="How many networks with windowed backpropagation learn 1-2-AX, by window and size (2006, table 2)?",
    conditions=(
        *(_on_12ax("rbp", f"strict, window {window}", window=window, strict=True) for window in (16, 10, 8, 6)),
        *(_on_12ax("rbp", f"strict, {hidden} hidden", hidden=hidden, strict=True) for hidden in (49, 36, 25)),
        *(_on_12ax("rbp", f"window {window}", window=window) for window in (16, 10, 8, 6)),
        _on_12ax("rbp", "strict, window 4", SHORT_BUDGET, window=4, strict=True),
        _on_12ax("rbp", "window 4", SHORT_BUDGET, window=4),
    ),
    replicas=NETWORKS,
    seed=0,
)

SEARCH_UNGATED = Study(
    name="search-ungated",
    question="Which first weights, and which gap between backpropagations, let most networks learn 1-2-AX?",
    conditions=(
        *(_on_12ax("rbp", f"RBP, first weights {w}", SHORT_BUDGET, initial_weight=w) for w in (0.1, 0.25, 0.5, 1.0)),
        *(_on_12ax("rbp", f"RBP, gap {gap}", SHORT_BUDGET, gap=gap) for gap in (4, 8, 16)),
        *(_on_12ax("srn", f"SRN, first weights {w}", SHORT_BUDGET, initial_weight=w) for w in (0.1, 0.25, 0.5, 1.0)),
    ),
    replicas=16,
    seed=SEARCH_SEED,
    purpose=Purpose.SEARCH,
)
