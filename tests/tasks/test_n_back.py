"""n-back: the statistics of its letters, and rejections."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, chisquare

from tasks.base.errors import ParameterError
from tasks.n_back import Event, NBack
from tests.reference import oracles, streams

TRIALS = 6000
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("p", [0.0, 1 / 3, 1.0])
def test_a_letter_is_the_nth_before_as_often_as_asked_and_else_any_other(n, p):
    task = NBack(n=n, letters=4, same_probability=p)
    letter = task.trials(TRIALS, np.random.default_rng(7)).symbols[:, 0]
    now, then = letter[n:], letter[:-n]
    same = int((now == then).sum())
    assert same == p * (TRIALS - n) if p in (0, 1) else binomtest(same, TRIALS - n, p).pvalue > SURPRISING
    if p < 1:
        pairs = np.bincount(4 * then + now, minlength=16).reshape(4, 4)
        for row in range(4):
            assert chisquare(np.delete(pairs[row], row)).pvalue > SURPRISING


def test_streams_start_with_any_letters():
    starts = [NBack(letters=3).trials(2, np.random.default_rng(s)).symbols[:, 0] for s in range(900)]
    assert chisquare(np.bincount([3 * a + b for a, b in starts])).pvalue > SURPRISING


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("p", [0.05, 0.3, 0.6])
def test_lures_are_as_often_as_asked(n, p):
    task = NBack(n=n, letters=8, lure_probability=p)
    stream = task.trials(TRIALS, np.random.default_rng(7))
    letters = stream.symbols[:, 0]
    now, then, before, after = (letters[n + 1 - age : len(letters) - age] for age in (0, n, n - 1, n + 1))
    near = after != then if n == 1 else (before != then) | (after != then)
    lures = (now != then) & ((now == after) | ((now == before) if n > 1 else False))
    np.testing.assert_array_equal(stream.event[n + 1 :] == Event.LURE, lures)
    assert not lures[~near].any()
    assert binomtest(int(lures.sum()), int(near.sum()), p).pvalue > SURPRISING
    same = now == then
    assert binomtest(int(same.sum()), len(same), 1 / 3).pvalue > SURPRISING
    if n > 1:
        both = lures & (before != after) & (before != then) & (after != then)
        assert binomtest(int((now == before)[both].sum()), int(both.sum())).pvalue > SURPRISING


@given(
    n=st.integers(1, 9), letters=st.integers(4, 26), p=st.floats(0, 1), q=st.floats(0, 1), seed=st.integers(0, 2**32)
)
@settings(max_examples=30, deadline=None)
def test_any_lures_give_the_oracles_answers(n, letters, p, q, seed):
    task = NBack(n=n, letters=letters, same_probability=p, lure_probability=q * (1 - p))
    stream = task.trials(60, np.random.default_rng(seed))
    shown = streams.shown(task.spec, stream)
    assert streams.answers(task.spec, stream) == oracles.n_back_answers(shown, n)


@given(n=st.integers(1, 9), letters=st.integers(2, 26), p=st.floats(0, 1), seed=st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_any_parameters_give_the_oracles_answers(n, letters, p, seed):
    task = NBack(n=n, letters=letters, same_probability=p)
    stream = task.trials(100, np.random.default_rng(seed))
    shown = streams.shown(task.spec, stream)
    assert streams.answers(task.spec, stream) == oracles.n_back_answers(shown, n)
    gates, policy = streams.gates(task.spec, stream), oracles.n_back_policy
    assert streams.answers(task.spec, stream) == oracles.answers_from_memory(shown, gates, "letter", policy)


def test_events_and_gates_tell_the_story_of_a_stream():
    task = NBack(n=3)
    stream = task.trials(200, np.random.default_rng(4))
    letters = [s["letter"] for s in streams.shown(task.spec, stream)]
    for t, (event, gate) in enumerate(
        zip(streams.events(task.spec, stream), streams.gates(task.spec, stream), strict=True)
    ):
        expected = ["NONE"] * 4
        for age in range(min(t, 3), -1, -1):
            expected[(t - age) % 4] = {0: "STORE", 3: "READ"}.get(age, "HOLD")
        assert list(gate.values()) == expected
        assert event == ("first" if t < 3 else "same" if letters[t] == letters[t - 3] else "different")
        assert bool(stream.counts[t]) == bool(stream.rewarded[t]) == (t >= 3)
        assert stream.starts[t] == (t == 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n": 0}, "NBack.n = 0 must be a whole number from 1 to 9"),
        ({"n": 10}, "NBack.n = 10"),
        ({"letters": 1}, "NBack.letters = 1 must be a whole number from 2 to 26"),
        ({"same_probability": 2}, r"NBack.same_probability = 2 must lie in \[0, 1\]"),
        ({"lure_probability": -0.1}, r"NBack.lure_probability = -0.1 must lie in \[0, 1\]"),
        ({"lure_probability": 0.7}, "NBack.lure_probability = 0.7 and same_probability = 0.333333 sum to more than 1"),
        ({"lure_probability": 0.1, "letters": 3}, "NBack.letters = 3 leaves no letter that is neither"),
        ({"trials_per_epoch": 2}, "NBack.trials_per_epoch = 2 must be a whole number of at least 3"),
        ({"zero_error_epochs": 0}, "NBack.zero_error_epochs = 0"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        NBack(**change)


def test_named_configurations():
    tasks = (NBack.one_back(), NBack.two_back(), NBack.three_back(), NBack.three_back_with_lures())
    assert [task.spec.name for task in tasks] == ["1-back", "2-back", "3-back", "3-back-lures"]
    assert [task.n for task in tasks] == [1, 2, 3, 3]
    assert [task.lure_probability for task in tasks] == [0, 0, 0, 0.2]
