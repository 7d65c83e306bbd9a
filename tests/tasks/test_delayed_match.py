"""Delayed match to sample: the parts of its trials, and rejections."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from tasks.base.errors import ParameterError
from tasks.delayed_match import DelayedMatch
from tests.reference import oracles, streams

TRIALS = 4000
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""


def trials_of(task, n=TRIALS, seed=6):
    """Every trial as a word: the sample, and the tests after it."""
    stream = task.trials(n, np.random.default_rng(seed))
    shown = streams.shown(task.spec, stream)
    text = "".join((" " if s["control"] == "sample" else "") + s["stimulus"] for s in shown)
    return text.split()


@pytest.mark.parametrize("repeats", [True, False])
def test_a_trial_is_a_sample_others_and_the_sample_again(repeats):
    words = trials_of(DelayedMatch(stimuli=5, max_distractors=4, repeats=repeats))
    assert len(words) == TRIALS
    for word in words:
        assert word[-1] == word[0]
        assert word[0] not in word[1:-1]
        assert repeats or len(set(word[1:-1])) == len(word) - 2
    assert repeats == any(len(set(word[1:-1])) < len(word) - 2 for word in words)


@pytest.mark.parametrize("repeats", [True, False])
def test_samples_and_lengths_are_equally_likely_and_so_are_distractors(repeats):
    words = trials_of(DelayedMatch(stimuli=4, max_distractors=3, repeats=repeats))
    of_length = [sum(len(w) == 2 + k for w in words) for k in range(4)]
    assert sum(of_length) == TRIALS
    assert chisquare(of_length).pvalue > SURPRISING
    assert chisquare([sum(w[0] == s for w in words) for s in "ABCD"]).pvalue > SURPRISING
    full = [w[1:-1] for w in words if w[0] == "B" and len(w) == 5]
    possible = [a + b + c for a in "ACD" for b in "ACD" for c in "ACD" if repeats or len({a, b, c}) == 3]
    counts = [full.count(p) for p in possible]
    assert sum(counts) == len(full)
    assert chisquare(counts).pvalue > SURPRISING


@given(
    stimuli=st.integers(2, 26),
    most=st.integers(1, 8),
    repeats=st.booleans(),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=40, deadline=None)
def test_any_parameters_give_the_oracles_answers(stimuli, most, repeats, seed):
    repeats = repeats or most >= stimuli
    task = DelayedMatch(stimuli=stimuli, max_distractors=most, repeats=repeats)
    stream = task.trials(30, np.random.default_rng(seed))
    shown = streams.shown(task.spec, stream)
    assert streams.answers(task.spec, stream) == oracles.delayed_match_answers(shown)
    gates, policy = streams.gates(task.spec, stream), oracles.delayed_match_policy
    assert streams.answers(task.spec, stream) == oracles.answers_from_memory(shown, gates, "stimulus", policy)


def test_events_and_gates_tell_the_story_of_a_stream():
    task = DelayedMatch()
    stream = task.trials(200, np.random.default_rng(4))
    sample = None
    for step, event, gate, counts, rewarded, starts in zip(
        streams.shown(task.spec, stream),
        streams.events(task.spec, stream),
        streams.gates(task.spec, stream),
        stream.counts,
        stream.rewarded,
        stream.starts,
        strict=True,
    ):
        if step["control"] == "sample":
            sample, expected = step["stimulus"], ("sample", "STORE")
        else:
            expected = "match" if step["stimulus"] == sample else "distractor", "READ"
        assert (event, gate["sample"]) == expected
        assert bool(counts) == bool(rewarded) == (event != "sample")
        assert starts == (event == "sample")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stimuli": 1}, "DelayedMatch.stimuli = 1 must be a whole number from 2 to 26"),
        ({"stimuli": 27}, "DelayedMatch.stimuli = 27"),
        ({"max_distractors": 0}, "DelayedMatch.max_distractors = 0 must be a whole number of at least 1"),
        ({"max_distractors": 6, "repeats": False}, "DelayedMatch.max_distractors = 6 is more than the 5 symbols"),
        ({"repeats": 1}, "DelayedMatch.repeats = 1 must be True or False"),
        ({"trials_per_epoch": 0}, "DelayedMatch.trials_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "DelayedMatch.zero_error_epochs = 0"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        DelayedMatch(**change)


def test_published_configurations():
    assert DelayedMatch.miller_desimone_1994().repeats
    assert not DelayedMatch.miller_1993().repeats
    assert "(1994)" in DelayedMatch.miller_desimone_1994().spec.source
    assert "(1993)" in DelayedMatch.miller_1993().spec.source
