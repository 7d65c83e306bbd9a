"""The recommended configuration of each kind of network, by one rule for all tasks.

Only sizes depend on the task (`cells_for`). Values were chosen on seeds from 5000 on (docs/lstm.md, section 4).
"""

from dataclasses import replace
from math import sqrt
from typing import TypeVar

from lstm_baseline.errors import LSTMParameterError
from lstm_baseline.gru import GRUParams
from lstm_baseline.params import GateBias, LSTMParams
from lstm_baseline.rules import BPTT, Adam, Learning
from tasks.base.errors import require
from tasks.base.spec import require_spec
from tasks.base.task import TaskSpec

__all__ = ["cells_for", "recommended_gru", "recommended_lstm", "recommended_sublstm", "taught_by_reward"]

Gated = TypeVar("Gated", LSTMParams, GRUParams)


def cells_for(spec: TaskSpec) -> int:
    """Cells for a task: 32 per item, from 32 to 64.

    Examples
    --------
    >>> from tasks.catalog import TASKS
    >>> [cells_for(TASKS[name].build().spec) for name in ("ax-cpt", "12ax", "sternberg")]
    [32, 64, 64]
    """
    require_spec("spec", spec, error=LSTMParameterError)
    return min(32 * max(len(spec.items), 1), 64)


def first_weight(cells: int) -> float:
    """Bound of the uniform initial weights: 2/√cells."""
    return 2.0 / sqrt(cells)


def recommended_lstm(spec: TaskSpec) -> LSTMParams:
    """The recommended LSTM: the modern form, larger, with smaller steps.

    Learning rate .015, windows of 20 steps, β2 = .99, gradient norm at most 1, initial weights within 2/√cells, initial
    biases 0.

    Examples
    --------
    >>> from tasks.catalog import TASKS
    >>> recommended_lstm(TASKS["12ax"].build().spec).blocks
    64
    """
    cells = cells_for(spec)
    return LSTMParams.modern(
        blocks=cells,
        initial_weight=first_weight(cells),
        forget_gate_bias=GateBias(),
        learning=Learning(rule=BPTT(window=20), optimiser=Adam(learning_rate=0.015, beta2=0.99)),
    )


def recommended_sublstm(spec: TaskSpec) -> LSTMParams:
    """The recommended subLSTM: `recommended_lstm` with gates that subtract.

    Examples
    --------
    >>> from tasks.catalog import TASKS
    >>> recommended_sublstm(TASKS["12ax"].build().spec).gating.value
    'subtract'
    """
    form = LSTMParams.costa_2017()
    return replace(recommended_lstm(spec), gating=form.gating, g=form.g, h=form.h)


def recommended_gru(spec: TaskSpec) -> GRUParams:
    """The recommended GRU: cells, weights and learning of `recommended_lstm`.

    Examples
    --------
    >>> from tasks.catalog import TASKS
    >>> recommended_gru(TASKS["12ax"].build().spec).hidden
    64
    """
    lstm = recommended_lstm(spec)
    return GRUParams.modern(hidden=lstm.blocks, initial_weight=lstm.initial_weight, learning=lstm.learning)


def taught_by_reward(params: Gated) -> Gated:
    """The same network, learning from reward alone as `LSTMParams.reward_only` does.

    Raises
    ------
    LSTMParameterError
        If `params` are of another kind.
    """
    require(
        isinstance(params, LSTMParams | GRUParams),
        "taught_by_reward: params",
        params,
        "must be LSTMParams or GRUParams",
        "give a configuration such as recommended_lstm(spec)",
        error=LSTMParameterError,
    )
    rule = LSTMParams.reward_only().learning.rule
    return replace(params, learning=replace(params.learning, rule=rule))
