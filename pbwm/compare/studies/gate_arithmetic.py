"""The arithmetic of gates: multiply, subtract, disinhibit, each with targets and by reward alone, on the same trials.

Teacher and arithmetic are crossed to separate their effects (docs/gate-arithmetic.md).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lstm_baseline.gru import GRUParams
from lstm_baseline.params import LSTMParams
from pbwm.compare.experiment import Condition, Study
from pbwm.compare.studies.changes import changes_of, condition, recommended_for
from pbwm.gate import Disinhibition, GradedRelay, NoiseScaledRelay, PointRelay
from pbwm.params import PBWMParams
from pbwm.recommended import taught_by_reward, with_merged_gate

__all__ = ["GATE_ARITHMETIC", "GATE_ARITHMETIC_TASKS"]

GATE_ARITHMETIC_TASKS = ("12ax", "12ax-current-task", "sir2", "sir3", "reference-back-2", "delayed-match")

TARGETS, REWARD = "targets", "reward alone"
"""The teachers: the correct response at every step that counts, or only whether the response was correct."""
BUDGET = 300
PBWM_TASKS = ("12ax", "sir2")
"""Tasks of all forms of the gate of PBWM."""
GRADED_TASKS = ("12ax-current-task", "sir3", "reference-back-2", "delayed-match")
"""Tasks of the graded relay alone."""

GRADED = "graded relay"

Small = tuple[str, LSTMParams | GRUParams]
SUBTRACTING: Small = ("sublstm", LSTMParams.costa_2017())
SMALL: tuple[Small, ...] = (("lstm", LSTMParams.modern()), ("gru", GRUParams.modern()), SUBTRACTING)
"""Models of 8 cells that learn from targets, with the same size, initial weights, and learning rate."""
BY_REWARD = LSTMParams.reward_only()
SMALL_BY_REWARD: tuple[Small, ...] = (
    ("lstm-reward", BY_REWARD),
    ("gru-reward", GRUParams.reward_only()),
    ("sublstm-reward", LSTMParams.costa_2017(blocks=BY_REWARD.blocks, learning=BY_REWARD.learning)),
)
"""Models of 16 cells that learn from reward alone."""


def _gates(base: PBWMParams) -> Mapping[str, PBWMParams]:
    return {
        GRADED: replace(base, gate=Disinhibition(relay=GradedRelay())),
        "noise-scaled relay": replace(base, gate=Disinhibition(relay=NoiseScaledRelay())),
        "point relay": replace(base, gate=Disinhibition(relay=PointRelay())),
        "merged gate": with_merged_gate(base),
    }


def _against(name: str, teacher: str) -> Mapping[str, str]:
    """Baseline with the same teacher: of the graded relay, the LSTM; of other forms of the gate, the graded relay."""
    if name != GRADED:
        return {"model": "pbwm", "condition": f"{GRADED}, {teacher}"}
    return {"model": "lstm" if teacher == TARGETS else "lstm-reward", "condition": teacher}


def _disinhibiting(task: str, only: str | None = None) -> tuple[Condition, ...]:
    """PBWM on a task: every form of its gate, or `only` one, from each teacher."""
    base = recommended_for(task)
    taught = {TARGETS: base, REWARD: taught_by_reward(base)}
    return tuple(
        replace(condition(f"{name}, {teacher}", task, params, BUDGET), against=_against(name, teacher))
        for teacher, network in taught.items()
        for name, params in _gates(network).items()
        if only in (None, name)
    )


def _small(name: str, model: Small, against: str, **more: Any) -> Condition:
    """A small model with further changes, against the model `against` in the same condition."""
    kind, params = model
    changes = changes_of(kind, "12ax", params) | more
    return Condition(
        name=name, models=(kind,), epochs=BUDGET, parameters=changes, against={"model": against, "condition": name}
    )


def _recurrent() -> tuple[Condition, ...]:
    """Gates that multiply and gates that subtract, from each teacher."""
    eprop = "targets, e-prop"
    fixed = _small("targets, fixed forgetting", SUBTRACTING, "sublstm", fixed_forget=True)
    return (
        *(_small(TARGETS, model, "lstm") for model in SMALL),
        replace(fixed, against={"model": "sublstm", "condition": TARGETS}),
        *(_small(eprop, model, "lstm", **{"learning.rule.class": "EProp"}) for model in SMALL),
        *(_small(REWARD, model, "lstm-reward", **{"learning.rule.every_step": True}) for model in SMALL_BY_REWARD),
    )


GATE_ARITHMETIC = Study(
    name="gate-arithmetic",
    question="Does learning depend on how gates act (by product, subtraction, or disinhibition) and on their teacher?",
    conditions=(
        *_recurrent(),
        *(row for task in PBWM_TASKS for row in _disinhibiting(task)),
        *(row for task in GRADED_TASKS for row in _disinhibiting(task, GRADED)),
    ),
    tasks=GATE_ARITHMETIC_TASKS,
    networks=64,
    seed=20,
)
