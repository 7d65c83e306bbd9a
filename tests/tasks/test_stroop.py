"""Stroop: the statistics of its blocks, and rejections."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, chisquare

from tasks.base.errors import ParameterError
from tasks.stroop import Event, Stroop
from tests.reference import oracles, streams

BLOCKS = 6000
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""


def test_words_are_asked_for_ten_times_as_often():
    stream = Stroop().trials(BLOCKS, np.random.default_rng(1))
    reads = stream.symbols[stream.event == Event.INSTRUCTION, 0]
    assert binomtest(int(reads.sum()), BLOCKS, 10 / 11).pvalue > SURPRISING


@pytest.mark.parametrize(("conflict", "congruent"), [(1 / 3, 1 / 3), (0.1, 0.6), (1.0, 0.0), (0.0, 0.0)])
@pytest.mark.parametrize("colors", [2, 5])
def test_conditions_have_their_probabilities_and_colors_are_equally_likely(conflict, congruent, colors):
    task = Stroop(colours=colors, word_probability=0.5, conflict_probability=conflict, congruent_probability=congruent)
    stream = task.trials(BLOCKS, np.random.default_rng(2))
    kind = (stream.event[stream.counts] - 1) % 3
    for number, p in enumerate((1 - conflict - congruent, congruent, conflict)):
        seen = int((kind == number).sum())
        assert seen == round(p) * len(kind) if p in (0, 1) else binomtest(seen, len(kind), p).pvalue > SURPRISING
    assert chisquare(np.bincount(stream.target[stream.counts], minlength=colors)).pvalue > SURPRISING
    fights = np.isin(stream.event, (Event.INK_CONFLICT, Event.WORD_CONFLICT))
    if fights.any():
        pairs = np.bincount((stream.symbols[fights] - (2, 1)) @ (colors, 1), minlength=colors**2)
        assert (pairs.reshape(colors, colors).diagonal() == 0).all()
        assert chisquare(np.delete(pairs, np.arange(colors) * (colors + 1))).pvalue > SURPRISING


def test_numbers_of_stimuli_are_equally_likely():
    stream = Stroop(max_stimuli=4).trials(BLOCKS, np.random.default_rng(3))
    count = np.diff([*np.flatnonzero(stream.starts), len(stream)]) - 1
    assert chisquare(np.bincount(count, minlength=5)[1:]).pvalue > SURPRISING


@given(colors=st.integers(2, 6), p=st.floats(0, 1), q=st.floats(0, 1), most=st.integers(1, 5), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_any_parameters_give_the_oracles_answers(colors, p, q, most, seed):
    task = Stroop(
        colours=colors,
        word_probability=q,
        conflict_probability=p,
        congruent_probability=q * (1 - p),
        max_stimuli=most,
    )
    stream = task.trials(40, np.random.default_rng(seed))
    shown = streams.shown(task.spec, stream)
    assert streams.answers(task.spec, stream) == oracles.stroop_answers(shown)


def test_events_and_gates_tell_the_story_of_a_stream():
    task = Stroop(word_probability=0.5)
    stream = task.trials(300, np.random.default_rng(4))
    side = None
    for step, event, gate in zip(
        streams.shown(task.spec, stream),
        streams.events(task.spec, stream),
        streams.gates(task.spec, stream),
        strict=True,
    ):
        if step["ink"] == "white":
            side = "word" if "word" in step["screen"] else "ink"
            assert (event, gate) == ("instruction", {"instruction": "STORE"})
            continue
        word, ink = step["screen"].lower(), step["ink"]
        neutral = "xxx" in word or ink == "black"
        kind = "control" if neutral else "congruent" if word == ink else "conflict"
        assert (event, gate) == (f"{side}, {kind}", {"instruction": "READ"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colours": 1}, "Stroop.colours = 1 must be a whole number from 2 to 6"),
        ({"colours": 7}, "Stroop.colours = 7"),
        ({"word_probability": 1.1}, r"Stroop.word_probability = 1.1 must lie in \[0, 1\]"),
        ({"conflict_probability": -1}, r"Stroop.conflict_probability = -1 must lie in \[0, 1\]"),
        ({"congruent_probability": 0.7}, "Stroop.congruent_probability = 0.7 and conflict_probability sum to 1.03"),
        ({"max_stimuli": 0}, "Stroop.max_stimuli = 0 must be a whole number of at least 1"),
        ({"blocks_per_epoch": 0}, "Stroop.blocks_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "Stroop.zero_error_epochs = 0"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        Stroop(**change)
