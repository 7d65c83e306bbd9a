"""Which configuration is recommended for which task."""

from dataclasses import replace

import pytest

from lstm_baseline import (
    GRUParams,
    LSTMParams,
    recommended_gru,
    recommended_lstm,
    recommended_sublstm,
    taught_by_reward,
)
from lstm_baseline.params import Gating
from lstm_baseline.recommended import cells_for
from pbwm.compare.models import MODELS
from tasks.catalog import TASKS


def spec_of(task):
    return TASKS[task].build().spec


@pytest.mark.parametrize(
    ("task", "cells"), [("counting-ab", 32), ("ax-cpt", 32), ("12ax", 64), ("sir3", 64), ("sternberg", 64)]
)
def test_sizes_follow_from_the_items_of_the_task_and_nothing_else(task, cells):
    spec = spec_of(task)
    lstm, gru = recommended_lstm(spec), recommended_gru(spec)
    assert (cells_for(spec), lstm.blocks, gru.hidden) == (cells, cells, cells)
    assert lstm.initial_weight == gru.initial_weight == pytest.approx(2 / cells**0.5)
    assert gru.learning == lstm.learning
    assert recommended_lstm(replace(spec, name="mine")) == lstm
    other = recommended_lstm(spec_of("sir2"))
    assert replace(lstm, blocks=other.blocks, initial_weight=other.initial_weight) == other


def test_the_sublstm_differs_from_the_lstm_in_its_arithmetic_alone():
    lstm, sub = recommended_lstm(spec_of("12ax")), recommended_sublstm(spec_of("12ax"))
    assert sub.gating is Gating.SUBTRACT
    assert replace(sub, gating=lstm.gating, g=lstm.g, h=lstm.h) == lstm


@pytest.mark.parametrize("params", [recommended_lstm, recommended_sublstm, recommended_gru])
def test_reward_alone_changes_the_rule_alone(params):
    taught = params(spec_of("12ax"))
    by_reward = taught_by_reward(taught)
    assert by_reward.learning.rule == LSTMParams.reward_only().learning.rule
    assert replace(by_reward, learning=replace(by_reward.learning, rule=taught.learning.rule)) == taught


def test_they_are_the_models_of_comparisons():
    spec = spec_of("sir3")
    configured = {name: MODELS[name].params(spec) for name in ("lstm", "sublstm", "gru", "lstm-reward", "gru-reward")}
    lstm, gru = recommended_lstm(spec), recommended_gru(spec)
    expected = (lstm, recommended_sublstm(spec), gru, taught_by_reward(lstm), taught_by_reward(gru))
    assert tuple(configured.values()) == expected
    assert isinstance(configured["gru"], GRUParams)
