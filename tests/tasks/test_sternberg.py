"""Item recognition: the parts of its trials, and rejections."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, chisquare

from tasks.base.errors import ParameterError
from tasks.sternberg import Sternberg
from tests.reference import oracles, streams

TRIALS = 4000
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""


def trials_of(task, n=TRIALS, seed=6):
    stream = task.trials(n, np.random.default_rng(seed))
    trials, digits = [], ""
    for step in streams.shown(task.spec, stream):
        if step["control"] == "probe":
            trials.append((digits, step["digit"]))
            digits = ""
        else:
            digits += step["digit"]
    assert len(trials) == n
    return trials


def test_digits_of_a_trial_differ_and_lengths_are_equally_likely():
    trials = trials_of(Sternberg())
    assert all(len(set(digits)) == len(digits) for digits, _ in trials)
    assert chisquare([sum(len(d) == k for d, _ in trials) for k in range(1, 7)]).pvalue > SURPRISING
    for k in range(6):
        assert chisquare([sum(d[k : k + 1] == x for d, _ in trials) for x in "0123456789"]).pvalue > SURPRISING


@pytest.mark.parametrize("p", [0.0, 0.3, 0.5, 1.0])
def test_probes_are_old_as_often_as_asked_from_every_place_and_new_ones_any(p):
    trials = trials_of(Sternberg(old_probability=p))
    old = [(d, probe) for d, probe in trials if probe in d]
    assert len(old) == p * TRIALS if p in (0, 1) else binomtest(len(old), TRIALS, p).pvalue > SURPRISING
    if p > 0:
        places = [d.index(probe) for d, probe in old if len(d) == 6]
        assert chisquare(np.bincount(places, minlength=6)).pvalue > SURPRISING
    if p < 1:
        new = [probe for d, probe in trials if probe not in d]
        assert chisquare(np.bincount(np.array(new, int), minlength=10)).pvalue > SURPRISING


@given(
    digits=st.integers(2, 10),
    items=st.integers(1, 9),
    p=st.floats(0, 1),
    numbered=st.booleans(),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=40, deadline=None)
def test_any_parameters_give_the_oracles_answers(digits, items, p, numbered, seed):
    task = Sternberg(digits=digits, max_items=min(items, digits - 1), old_probability=p, numbered=numbered)
    stream = task.trials(30, np.random.default_rng(seed))
    shown = streams.shown(task.spec, stream)
    assert streams.answers(task.spec, stream) == oracles.sternberg_answers(shown)
    gates, policy = streams.gates(task.spec, stream), oracles.sternberg_policy
    assert streams.answers(task.spec, stream) == oracles.answers_from_memory(shown, gates, "digit", policy)


def test_events_and_gates_tell_the_story_of_a_stream():
    task = Sternberg(max_items=3)
    stream = task.trials(200, np.random.default_rng(4))
    held = []
    for step, event, gate, counts, rewarded, starts in zip(
        streams.shown(task.spec, stream),
        streams.events(task.spec, stream),
        streams.gates(task.spec, stream),
        stream.counts,
        stream.rewarded,
        stream.starts,
        strict=True,
    ):
        probe = step["control"] == "probe"
        assert starts == (not held)
        expected = [("READ" if probe else "HOLD") if i < len(held) else "NONE" for i in range(3)]
        if probe:
            assert event == ("old probe" if step["digit"] in held else "new probe")
            held = []
        else:
            assert event == "study"
            expected[len(held)] = "STORE"
            held.append(step["digit"])
        assert list(gate.values()) == expected
        assert bool(counts) == bool(rewarded) == probe


def test_without_numbers_the_control_says_study_and_nothing_else_changes():
    numbered, plain = (Sternberg(numbered=n).trials(100, np.random.default_rng(2)) for n in (True, False))
    assert Sternberg(numbered=False).spec.channels[1].symbols == ("study", "probe")
    np.testing.assert_array_equal(plain.symbols[:, 1], numbered.counts)
    np.testing.assert_array_equal(plain.symbols[:, 0], numbered.symbols[:, 0])
    np.testing.assert_array_equal(plain.ideal_gate, numbered.ideal_gate)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"digits": 11}, "Sternberg.digits = 11 must be a whole number from 2 to 10"),
        ({"digits": 1}, "Sternberg.digits = 1"),
        ({"max_items": 0}, "Sternberg.max_items = 0 must be a whole number from 1 to 9"),
        ({"max_items": 10}, "Sternberg.max_items = 10"),
        ({"digits": 4, "max_items": 4}, "Sternberg.max_items = 4 must be a whole number from 1 to 3"),
        ({"old_probability": -0.1}, r"Sternberg.old_probability = -0.1 must lie in \[0, 1\]"),
        ({"numbered": "yes"}, "Sternberg.numbered = 'yes' must be True or False"),
        ({"trials_per_epoch": 0}, "Sternberg.trials_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "Sternberg.zero_error_epochs = 0"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        Sternberg(**change)


def test_published_configuration():
    task = Sternberg.sternberg_1966()
    assert (task.digits, task.max_items, task.old_probability) == (10, 6, 0.5)
