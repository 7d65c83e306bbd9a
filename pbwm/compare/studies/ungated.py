"""Networks without gates on 1-2-AX: tables 1 and 2 of O'Reilly & Frank (2006).

The paper counts errors with a tolerance of .1, but does not say whether of an output or of the response. Its tables
agree with *strict* networks, which are correct only if every output is within the tolerance. Rows of the tables are
therefore strict here. Additional rows are *by response*: the most active output, as for every other model.
"""

from dataclasses import replace
from typing import Any

from pbwm.compare.experiment import Condition, Purpose, Study
from pbwm.compare.studies.searches import SEARCH_SEED

__all__ = ["BUDGET", "NETWORKS", "RBP_12AX", "SEARCH_UNGATED", "SRN_12AX"]

BUDGET = 10_000
"""Epochs after which a network has failed, as in the paper."""
NETWORKS = 20


def _on_12ax(model: str, name: str, **changes: Any) -> Condition:
    return Condition(name=name, tasks=("12ax",), models=(model,), epochs=BUDGET, parameters=changes)


def _strict(model: str, name: str, **changes: Any) -> Condition:
    return _on_12ax(model, name, strict=True, **changes)


def _by_response(model: str, name: str, against: str, **changes: Any) -> Condition:
    """A row that is compared with another by response."""
    own = _on_12ax(model, f"by response, {name}", **changes)
    return replace(own, against={"condition": f"by response, {against}"})


HYSTERESES = {f"hysteresis .{tenth}": tenth / 10 for tenth in (7, 3, 2, 1)}

SRN_12AX = Study(
    name="srn-12ax",
    question="How many simple recurrent networks learn 1-2-AX, by size, hysteresis, and learning rate (2006, table 1)?",
    conditions=(
        _strict("srn", "100 hidden, hysteresis .5, rate .1"),
        *(_strict("srn", f"{hidden} hidden", hidden=hidden) for hidden in (49, 36, 25)),
        *(_strict("srn", name, hysteresis=eta) for name, eta in HYSTERESES.items()),
        *(_strict("srn", f"rate {rate}", learning_rate=rate) for rate in (0.05, 0.2)),
        _on_12ax("srn", "by response, 100 hidden"),
        *(_by_response("srn", f"{hidden} hidden", "100 hidden", hidden=hidden) for hidden in (49, 36, 25)),
        *(_by_response("srn", name, "100 hidden", hysteresis=eta) for name, eta in HYSTERESES.items()),
    ),
    networks=NETWORKS,
    seed=0,
)

WINDOWS = (16, 10, 8, 6)

RBP_12AX = Study(
    name="rbp-12ax",
    question="How many networks with windowed backpropagation learn 1-2-AX, by window and size (2006, table 2)?",
    conditions=(
        *(_strict("rbp", f"window {window}", window=window) for window in WINDOWS),
        *(_strict("rbp", f"{hidden} hidden", hidden=hidden) for hidden in (49, 36, 25)),
        *(_by_response("rbp", f"window {window}", "window 16", window=window) for window in WINDOWS),
    ),
    networks=NETWORKS,
    seed=0,
)

SEARCH_UNGATED = Study(
    name="search-ungated",
    question="With which initial weights do networks take as long as in the first rows of tables 1 and 2 of 2006?",
    conditions=(
        *(_strict("rbp", f"RBP, first weights {w}", initial_weight=w) for w in (0.1, 0.25, 0.5, 1.0)),
        *(_strict("rbp", f"RBP, gap {gap}", gap=gap) for gap in (2, 8, 16)),
        *(_strict("srn", f"SRN, first weights {w}", initial_weight=w) for w in (0.25, 0.5, 0.7, 1.0)),
    ),
    networks=16,
    seed=SEARCH_SEED,
    purpose=Purpose.SEARCH,
)
