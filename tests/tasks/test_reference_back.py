"""Reference-back: the statistics of its trials, and rejections."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, chisquare

from tasks.base.errors import ParameterError
from tasks.reference_back import ReferenceBack
from tests.reference import oracles, streams

TRIALS = 6000
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""


@pytest.mark.parametrize("p", [0.0, 0.4, 1.0])
def test_a_symbol_is_that_in_the_register_as_often_as_asked_and_else_any_other(p):
    task = ReferenceBack(symbols=3, same_probability=p)
    stream = task.trials(TRIALS, np.random.default_rng(7))
    same, different = (answer == np.array(streams.answers(task.spec, stream)) for answer in ("same", "different"))
    count = int((same | different).sum())
    assert count == TRIALS - 2
    assert same.sum() == p * count if p in (0, 1) else binomtest(int(same.sum()), count, p).pvalue > SURPRISING
    content, jumps = {}, []
    for step, is_different in zip(streams.shown(task.spec, stream), different, strict=True):
        instruction, register = step["control"]
        if is_different:
            jumps.append(content[register] + step["symbol"])
        if instruction == "S":
            content[register] = step["symbol"]
    for held in "ABC":
        counts = [jumps.count(held + symbol) for symbol in "ABC" if symbol != held]
        assert p == 1 or chisquare(counts).pvalue > SURPRISING


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("registers", [1, 2, 3])
def test_registers_are_equally_likely_and_stores_as_often_as_asked(registers, p):
    task = ReferenceBack(registers=registers, store_probability=p)
    stream = task.trials(TRIALS, np.random.default_rng(7))
    controls = [s["control"] for s in streams.shown(task.spec, stream)]
    named = [sum(c[1] == str(i + 1) for c in controls) for i in range(registers)]
    assert registers == 1 or chisquare(named).pvalue > SURPRISING
    free = [c for c, event in zip(controls, streams.events(task.spec, stream), strict=True) if event != "fill"]
    assert len(free) == TRIALS - registers
    stores = sum(c[0] == "S" for c in free)
    assert stores == p * len(free) if p in (0, 1) else binomtest(stores, len(free), p).pvalue > SURPRISING


@given(
    symbols=st.integers(2, 26),
    registers=st.integers(1, 9),
    store=st.floats(0, 1),
    same=st.floats(0, 1),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=40, deadline=None)
def test_any_parameters_give_the_oracles_answers(symbols, registers, store, same, seed):
    task = ReferenceBack(symbols=symbols, registers=registers, store_probability=store, same_probability=same)
    stream = task.trials(100, np.random.default_rng(seed))
    shown = streams.shown(task.spec, stream)
    assert streams.answers(task.spec, stream) == oracles.reference_back_answers(shown)
    gates, policy = streams.gates(task.spec, stream), oracles.reference_back_policy
    assert streams.answers(task.spec, stream) == oracles.answers_from_memory(shown, gates, "symbol", policy)


def test_events_and_gates_tell_the_story_of_a_stream():
    task = ReferenceBack()
    stream = task.trials(300, np.random.default_rng(4))
    current = {}
    for t, (step, event, gate) in enumerate(
        zip(
            streams.shown(task.spec, stream),
            streams.events(task.spec, stream),
            streams.gates(task.spec, stream),
            strict=True,
        )
    ):
        instruction, register = step["control"]
        expected = dict.fromkeys(task.spec.items, "NONE") | {
            f"register {r}{place}": "READ" if r == register else "HOLD" for r, place in current.items()
        }
        assert event == ("fill" if register not in current else {"S": "store", "I": "ignore"}[instruction])
        if instruction == "S":
            current[register] = "a" if current.get(register, "a") == "b" else "b"
            expected[f"register {register}{current[register]}"] = "STORE"
        assert gate == expected
        assert bool(stream.counts[t]) == bool(stream.rewarded[t]) == (event != "fill")
        assert stream.starts[t] == (t == 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"symbols": 1}, "ReferenceBack.symbols = 1 must be a whole number from 2 to 26"),
        ({"registers": 0}, "ReferenceBack.registers = 0 must be a whole number from 1 to 9"),
        ({"registers": 10}, "ReferenceBack.registers = 10"),
        ({"store_probability": -1}, r"ReferenceBack.store_probability = -1 must lie in \[0, 1\]"),
        ({"same_probability": float("nan")}, "ReferenceBack.same_probability = nan"),
        ({"trials_per_epoch": 2}, "ReferenceBack.trials_per_epoch = 2 must be a whole number of at least 3"),
        ({"zero_error_epochs": 0}, "ReferenceBack.zero_error_epochs = 0"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        ReferenceBack(**change)


def test_published_configuration():
    assert ReferenceBack.rac_lubashevsky_frank_2021().spec.channels[1].symbols == ("S1", "S2", "I1", "I2")
