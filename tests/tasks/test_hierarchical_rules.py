"""Hierarchical rules: the statistics of their stimuli, the memory that each rule needs, and rejections."""

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import binomtest, chisquare

from tasks.base.errors import ParameterError
from tasks.hierarchical_rules import HierarchicalRules, Order, Rule
from tests.reference import oracles, streams

TRIALS = 6000
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""
COLORS, SHAPES = ("red", "blue"), ("circle", "square", "star")


def _trials(task, seed=5):
    """The three features of every trial in order, with the key."""
    stream = task.trials(TRIALS, np.random.default_rng(seed))
    features = [step["feature"] for step in streams.shown(task.spec, stream)]
    keys = streams.answers(task.spec, stream)[2::3]
    return [tuple(features[i : i + 3]) for i in range(0, len(features), 3)], keys


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("p", [0.5, 0.2, 1.0])
def test_stimuli_and_orders_are_as_likely_as_they_should_be(order, p):
    trials, _ = _trials(HierarchicalRules(order=order, shape_probability=p))
    place = 0 if order is Order.COLOR_FIRST else 2
    red = sum(features[place] == "red" for features in trials)
    assert red == TRIALS if p == 1 else binomtest(red, TRIALS, p).pvalue > SURPRISING
    others = [tuple(f for f in features if f not in COLORS) for features in trials]
    assert len(set(others)) == 18
    assert chisquare(list({pair: others.count(pair) for pair in set(others)}.values())).pvalue > SURPRISING


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize("order", list(Order))
def test_every_rule_in_every_order_has_the_oracles_answers_and_can_be_gated(rule, order):
    task = HierarchicalRules(rule=rule, order=order)
    stream = task.trials(500, np.random.default_rng(6))
    shown, answers = streams.shown(task.spec, stream), streams.answers(task.spec, stream)
    assert answers == oracles.hierarchical_rules_answers(shown, rule)

    def policy(now, read):
        return oracles.hierarchical_rules_policy(now, read, rule)

    assert oracles.answers_from_memory(shown, streams.gates(task.spec, stream), "feature", policy) == answers


def test_the_flat_rule_needs_all_features_and_has_every_key_as_often():
    trials, keys = _trials(HierarchicalRules.badre_2010_flat())
    table = dict(zip(map(frozenset, trials), keys, strict=True))
    assert len(table) == 18
    assert sorted(table.values()).count("key 1") == sorted(table.values()).count("key 2") == 6
    for two in combinations(sorted({f for features in table for f in features}), 2):
        found = {key for features, key in table.items() if features.issuperset(two)}
        assert len(found) != 1, two


def test_what_cannot_decide_is_let_in_only_if_the_color_comes_last():
    def stored(task):
        stream = task.trials(TRIALS, np.random.default_rng(7))
        return sum(list(gate.values()).count("STORE") for gate in streams.gates(task.spec, stream))

    # With the color first: the color always, and the feature that matters, unless it comes last.
    first = stored(HierarchicalRules()) - TRIALS
    assert binomtest(first, TRIALS).pvalue > SURPRISING
    assert stored(HierarchicalRules.chatham_2014_context_last()) == 2 * TRIALS


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rule": "flatt"}, "HierarchicalRules.rule = 'flatt' .* did you mean 'flat'"),
        ({"order": "color"}, "HierarchicalRules.order = 'color' must be one of 'colour first', 'colour last'"),
        ({"shape_probability": 2}, r"HierarchicalRules.shape_probability = 2 must lie in \[0, 1\]"),
        ({"trials_per_epoch": 0}, "HierarchicalRules.trials_per_epoch = 0"),
        ({"zero_error_epochs": 1.5}, "HierarchicalRules.zero_error_epochs = 1.5"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        HierarchicalRules(**change)
