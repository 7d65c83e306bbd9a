"""Copying: the form of its sequences, and rejections."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from tasks.base.errors import ParameterError
from tasks.copying import Copying
from tests.reference import oracles, streams

SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""


def text_of(task, n, seed=3):
    stream = task.trials(n, np.random.default_rng(seed))
    shown = "".join(s["symbol"] for s in streams.shown(task.spec, stream))
    return shown, "".join(streams.answers(task.spec, stream))


@pytest.mark.parametrize(("length", "delay"), [(10, 100), (3, 5), (1, 1), (4, 1)])
def test_sequences_have_the_published_shape(length, delay):
    shown, answers = text_of(Copying(length=length, delay=delay), 20)
    pattern = f"([A-H]{{{length}}})-{{{delay - 1}}}>-{{{length}}}"
    assert re.fullmatch(f"({pattern}){{20}}", shown)
    assert answers == "".join("-" * (length + delay) + copied for copied in re.findall(pattern, shown))


def test_symbols_are_equally_likely_at_each_place_and_do_not_foretell_the_next():
    stream = Copying(symbols=4, length=2, delay=1).trials(4000, np.random.default_rng(1))
    first, second = stream.symbols[0::5, 0], stream.symbols[1::5, 0]
    assert chisquare(np.bincount(4 * first + second, minlength=16)).pvalue > SURPRISING


@given(symbols=st.integers(2, 26), length=st.integers(1, 12), delay=st.integers(1, 12), seed=st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_any_parameters_give_the_oracles_answers(symbols, length, delay, seed):
    task = Copying(symbols=symbols, length=length, delay=delay)
    stream = task.trials(10, np.random.default_rng(seed))
    shown = streams.shown(task.spec, stream)
    assert streams.answers(task.spec, stream) == oracles.copying_answers(shown)
    gates, policy = streams.gates(task.spec, stream), oracles.copying_policy
    assert streams.answers(task.spec, stream) == oracles.answers_from_memory(shown, gates, "symbol", policy)


def test_events_and_gates_tell_the_story_of_a_stream():
    task = Copying(length=3, delay=4)
    stream = task.trials(30, np.random.default_rng(4))
    for t, (event, gate) in enumerate(
        zip(streams.events(task.spec, stream), streams.gates(task.spec, stream), strict=True)
    ):
        step = t % 10
        assert event == ("show" if step < 3 else "wait" if step < 7 else "repeat")
        for i, action in enumerate(gate.values()):
            stored, read = step == i, step == 7 + i
            held = i < step < 7 + i
            assert action == ("STORE" if stored else "READ" if read else "HOLD" if held else "NONE")
        assert stream.counts[t]
        assert stream.rewarded[t] == (step >= 7)
        assert stream.starts[t] == (step == 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"symbols": 1}, "Copying.symbols = 1 must be a whole number from 2 to 26"),
        ({"length": 0}, "Copying.length = 0 must be a whole number of at least 1"),
        ({"delay": 0}, "Copying.delay = 0 must be a whole number of at least 1"),
        ({"sequences_per_epoch": 0}, "Copying.sequences_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "Copying.zero_error_epochs = 0"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        Copying(**change)


def test_published_configuration():
    """T + 20 steps: ten symbols, T − 1 blanks, the delimiter, ten blanks; the answer is blank T + 10 times."""
    shown, answers = text_of(Copying.arjovsky_2016(), 1)
    assert len(shown) == 120
    assert shown[10:] == "-" * 99 + ">" + "-" * 10
    assert answers[:110] == "-" * 110
