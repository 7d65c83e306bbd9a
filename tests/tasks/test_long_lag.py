"""Long lags: the form of the sequences, their statistics, and rejections."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from tasks.base.errors import ParameterError
from tasks.long_lag import Between, LongLag
from tests.reference import oracles, streams

SEQUENCES = 3000
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""


def sequences_of(task, n=SEQUENCES, seed=6):
    stream = task.trials(n, np.random.default_rng(seed))
    shown, answers = streams.shown(task.spec, stream), streams.answers(task.spec, stream)
    edges = [*np.flatnonzero(stream.starts).tolist(), len(stream)]
    assert len(edges) == n + 1
    return [([s["symbol"] for s in shown[a:b]], answers[a:b]) for a, b in pairwise(edges)]


def test_in_order_there_are_two_sequences_and_all_is_predicted():
    sequences = sequences_of(LongLag.experiment_2a(p=6))
    between = ["a1", "a2", "a3", "a4", "a5"]
    assert all(shown == [shown[0], *between] for shown, _ in sequences)
    assert all(answers == [*between, shown[0]] for shown, answers in sequences)
    counts = Counter(shown[0] for shown, _ in sequences)
    assert set(counts) == {"x", "y"}
    assert chisquare(list(counts.values())).pvalue > SURPRISING


def test_at_random_all_symbols_are_equally_likely_and_only_the_end_is_asked_for():
    sequences = sequences_of(LongLag.experiment_2b(p=6))
    for shown, answers in sequences:
        assert len(shown) == 6
        assert answers == [None] * 5 + [shown[0]]
    for place in range(1, 6):
        counts = Counter((shown[0], shown[place]) for shown, _ in sequences)
        assert len(counts) == 10
        assert chisquare(list(counts.values())).pvalue > SURPRISING


@pytest.mark.parametrize(("q", "p_end"), [(4, 0.1), (2, 0.5), (3, 1.0)])
def test_open_ended_sequences_end_with_their_probability(q, p_end):
    sequences = sequences_of(LongLag.experiment_2c(p=4, q=q, end_probability=p_end))
    for shown, answers in sequences:
        assert (shown[0], shown[-1]) == ("b", "e")
        assert shown[1] in "xy"
        assert not {"b", "e", "x", "y"} & set(shown[2:-1])
        assert answers == [None] * (len(shown) - 1) + [shown[1]]
    further = np.array([len(shown) - 3 - q for shown, _ in sequences])
    assert further.min() == 0
    chance = p_end * (1 - p_end) ** np.arange(4)
    counts = np.array([*(np.sum(further == k) for k in range(4)), np.sum(further >= 4)])
    expected = SEQUENCES * np.array([*chance, 1 - chance.sum()])
    possible = expected > 1e-6
    assert counts[possible].sum() == SEQUENCES
    assert possible.sum() == 1 or chisquare(counts[possible], expected[possible]).pvalue > SURPRISING
    assert chisquare(list(Counter(s for shown, _ in sequences for s in shown[2:-1]).values())).pvalue > SURPRISING


@given(
    between=st.sampled_from(list(Between)),
    symbols=st.integers(2, 20),
    lag=st.integers(2, 20),
    p_end=st.floats(0.05, 1),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=40, deadline=None)
def test_any_parameters_give_the_oracles_answers(between, symbols, lag, p_end, seed):
    lag = symbols if between is Between.IN_ORDER else lag
    task = LongLag(between=between, symbols=symbols, lag=lag, end_probability=p_end)
    stream = task.trials(20, np.random.default_rng(seed))
    shown = streams.shown(task.spec, stream)
    if between is Between.IN_ORDER:
        oracle, policy = oracles.long_lag_2a_answers, oracles.long_lag_2a_policy
    else:
        oracle, policy = oracles.long_lag_answers, oracles.long_lag_policy
    answers, gates = streams.answers(task.spec, stream), streams.gates(task.spec, stream)
    assert answers == oracle(shown, lag=lag)
    assert answers == oracles.answers_from_memory(shown, gates, "symbol", policy)


@pytest.mark.parametrize("build", [LongLag.experiment_2a, LongLag.experiment_2b, LongLag.experiment_2c])
def test_events_and_gates_tell_the_story_of_a_stream(build):
    task = build()
    stream = task.trials(50, np.random.default_rng(4))
    edges = [*np.flatnonzero(stream.starts).tolist(), len(stream)]
    events = streams.events(task.spec, stream)
    gates = [gate["key"] for gate in streams.gates(task.spec, stream)]
    for a, b in pairwise(edges):
        begins = ["begin"] if build == LongLag.experiment_2c else []
        middle = b - a - 2 - len(begins)
        assert events[a:b] == [*begins, "key", *["between"] * middle, "end"]
        assert gates[a:b] == ["NONE"] * len(begins) + ["STORE", *["HOLD"] * middle, "READ"]
        assert stream.rewarded[a:b].tolist() == [False] * (b - a - 1) + [True]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"between": "in oder"}, "LongLag.between = 'in oder' .* did you mean 'in order'"),
        ({"symbols": 1}, "LongLag.symbols = 1 must be a whole number of at least 2"),
        ({"symbols": 32766, "lag": 32766}, "LongLag.symbols = 32766 must be at most 32763"),
        ({"lag": 1}, "LongLag.lag = 1 must be a whole number of at least 2"),
        ({"lag": 8}, "LongLag.lag = 8 must equal symbols = 9"),
        ({"end_probability": 1.2}, r"LongLag.end_probability = 1.2 must lie in \[0, 1\]"),
        ({"end_probability": 0.0}, "LongLag.end_probability = 0.0 never ends a sequence"),
        ({"sequences_per_epoch": 0}, "LongLag.sequences_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "LongLag.zero_error_epochs = 0"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        LongLag(**change)


def test_published_configurations():
    """Input units: p + 1 in 2a and 2b, p + 4 in 2c, as the paper counts them."""
    units = [len(build(p=100).spec.channels[0].symbols) for build in (LongLag.experiment_2a, LongLag.experiment_2b)]
    assert units == [101, 101]
    assert len(LongLag.experiment_2c(p=50, q=50).spec.channels[0].symbols) == 54
    for build in (LongLag.experiment_2a, LongLag.experiment_2b, LongLag.experiment_2c):
        spec = build().spec
        assert spec.sequences_per_epoch * spec.criterion.zero_error_epochs == 10_000
