"""The table of arithmetic × teacher: its rows, and their comparisons."""

from collections import Counter
from dataclasses import replace

import pytest

from lstm_baseline import BPTT, EProp, GRUParams, LSTMParams, Reward
from pbwm.compare.studies import STUDIES
from pbwm.recommended import recommended

STUDY = STUDIES["gate-arithmetic"]
SMALL = {"lstm": LSTMParams.modern(), "gru": GRUParams.modern(), "sublstm": LSTMParams.costa_2017()}
ROWS = STUDY.rows()


def params_of(row):
    task = row.built_task()
    return row.entry(task).params(task.spec), task.spec


@pytest.mark.parametrize("row", [row for row in ROWS if row.model in SMALL], ids=lambda row: row.label)
def test_models_that_learn_from_targets_are_the_small_ones_and_differ_in_rule_or_forget_gate_alone(row):
    params, _ = params_of(row)
    rule = EProp() if row.condition.endswith("e-prop") else BPTT(window=20)
    expected = SMALL[row.model]
    if row.condition.endswith("fixed forgetting"):
        expected = replace(expected, fixed_forget=True)
    assert params == replace(expected, learning=replace(expected.learning, rule=rule))


@pytest.mark.parametrize("row", [row for row in ROWS if row.model.endswith("-reward")], ids=lambda row: row.label)
def test_models_by_reward_have_sixteen_cells_and_a_reward_at_every_step(row):
    params, _ = params_of(row)
    assert (params.hidden if isinstance(params, GRUParams) else params.blocks) == 16
    assert (
        params.learning
        == LSTMParams.reward_only(
            learning=replace(LSTMParams.reward_only().learning, rule=Reward(window=40, entropy=0.1, every_step=True))
        ).learning
    )


def test_pbwm_is_the_recommended_network_with_each_gate_and_each_teacher():
    rows = [row for row in ROWS if row.model == "pbwm"]
    gates_of = Counter(row.task for row in rows)
    graded = ("12ax-current-task", "sir3", "reference-back-2", "delayed-match")
    assert gates_of == {"12ax": 2 * 4, "sir2": 2 * 4} | dict.fromkeys(graded, 2)
    for row in rows:
        params, spec = params_of(row)
        base = recommended(spec)
        assert replace(params, gate=base.gate, striatum=base.striatum) == base


def test_each_row_is_compared_under_its_own_teacher():
    for row in ROWS:
        base = STUDY.baseline(row)
        if base is not None:
            assert base.task == row.task
            assert base.condition.endswith("reward alone") == row.condition.endswith("reward alone")
    bases = {row.label: base.label for row in ROWS if (base := STUDY.baseline(row))}
    assert bases["sir2 · gru · targets, e-prop"] == "sir2 · lstm · targets, e-prop"
    assert bases["sir2 · sublstm · targets, fixed forgetting"] == "sir2 · sublstm · targets"
    assert bases["sir2 · sublstm-reward · reward alone"] == "sir2 · lstm-reward · reward alone"
    assert bases["sir2 · pbwm · graded relay, targets"] == "sir2 · lstm · targets"
    assert bases["sir2 · pbwm · merged gate, reward alone"] == "sir2 · pbwm · graded relay, reward alone"
