"""SIR: the statistics of its generator, its inputs, and rejections."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from tasks.base.errors import ParameterError
from tasks.base.task import SILENCE
from tasks.sir import SIR, Inputs
from tests.reference import oracles, streams

TRIALS = 6000
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""


def _with_occupied(task, n=TRIALS, seed=8):
    """The control of every trial with the set of occupied stores before it, from the rules."""
    stream = task.trials(n, np.random.default_rng(seed))
    occupied, pairs = set(), []
    for step in streams.shown(task.spec, stream):
        control = step["control"]
        pairs.append((frozenset(occupied), control))
        if control[0] == "S":
            occupied.add(control[1:])
        elif control[0] == "R":
            occupied.discard(control[1:])
    return pairs


def _allowed(occupied, stores, store_when_full):
    numbers = [str(i + 1) for i in range(stores)]
    store = [f"S{i}" for i in numbers if store_when_full or i not in occupied]
    return [*store, "I", *(f"R{i}" for i in numbers if i in occupied)]


@pytest.mark.parametrize("stores", [1, 2, 3])
@pytest.mark.parametrize("store_when_full", [True, False])
def test_controls_are_uniform_over_those_allowed(stores, store_when_full):
    pairs = _with_occupied(SIR(stores=stores, store_when_full=store_when_full))
    states = {occupied for occupied, _ in pairs}
    assert len(states) == 2**stores
    for state in states:
        seen = Counter(control for occupied, control in pairs if occupied == state)
        allowed = _allowed(state, stores, store_when_full)
        assert set(seen) <= set(allowed)
        assert chisquare([seen[c] for c in allowed]).pvalue > SURPRISING


@pytest.mark.parametrize("stimuli", [2, 5, 26])
def test_symbols_are_equally_likely(stimuli):
    task = SIR(stimuli=stimuli)
    stream = task.trials(TRIALS, np.random.default_rng(9))
    shown = stream.symbols[stream.symbols[:, 0] != SILENCE, 0]
    assert chisquare(np.bincount(shown, minlength=stimuli)).pvalue > SURPRISING


@given(
    stimuli=st.integers(2, 26),
    stores=st.integers(1, 5),
    inputs=st.sampled_from(list(Inputs)),
    store_when_full=st.booleans(),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=40, deadline=None)
def test_any_parameters_give_the_oracles_answers(stimuli, stores, inputs, store_when_full, seed):
    task = SIR(stimuli=stimuli, stores=stores, inputs=inputs, store_when_full=store_when_full)
    stream = task.trials(120, np.random.default_rng(seed))
    spec = task.spec
    shown = streams.shown(spec, stream)
    assert streams.answers(spec, stream) == oracles.sir_answers(shown)
    from_memory = oracles.answers_from_memory(shown, streams.gates(spec, stream), "stimulus", oracles.sir_policy)
    assert streams.answers(spec, stream) == from_memory


def test_events_and_gates_tell_the_story_of_a_stream():
    task = SIR(stores=3)
    stream = task.trials(800, np.random.default_rng(4))
    occupied = set()
    for step, event, gate, rewarded in zip(
        streams.shown(task.spec, stream),
        streams.events(task.spec, stream),
        streams.gates(task.spec, stream),
        stream.rewarded,
        strict=True,
    ):
        control = step["control"]
        expected = {f"store {i}": "HOLD" if i in occupied else "NONE" for i in "123"}
        if control[0] == "S":
            expected[f"store {control[1:]}"] = "STORE"
            occupied.add(control[1:])
        elif control[0] == "R":
            expected[f"store {control[1:]}"] = "READ"
            occupied.remove(control[1:])
        assert gate == expected
        assert event == {"S": "store", "I": "ignore", "R": "recall"}[control[0]]
        assert rewarded == (control[0] == "R")


def test_a_stream_starts_once_and_with_empty_stores():
    task, rng = SIR(), np.random.default_rng(12)
    for _ in range(20):
        stream = task.trials(30, rng)
        assert np.flatnonzero(stream.starts).tolist() == [0]
        assert stream.ideal_gate[0].max() <= 1  # nothing is there to hold or to read


def test_units_of_the_two_kinds_of_input():
    shared, dedicated = (SIR(inputs=i).spec.channels for i in ("shared", "dedicated"))
    assert shared[0].symbols == tuple("ABCDE")
    assert shared[1].symbols == dedicated[1].symbols == ("S1", "S2", "I", "R1", "R2")
    assert len(dedicated[0].symbols) == 15
    assert dedicated[0].symbols[:6] == (
        "A under S1",
        "B under S1",
        "C under S1",
        "D under S1",
        "E under S1",
        "A under S2",
    )
    assert dedicated[0].symbols[-1] == "E under I"


def test_the_kind_of_input_changes_nothing_else():
    shared, dedicated = (SIR(inputs=i).trials(300, np.random.default_rng(6)) for i in ("shared", "dedicated"))
    np.testing.assert_array_equal(shared.target, dedicated.target)
    np.testing.assert_array_equal(shared.symbols[:, 1], dedicated.symbols[:, 1])
    assert not np.array_equal(shared.symbols[:, 0], dedicated.symbols[:, 0])


def test_many_stores():
    task = SIR(stores=62)
    stream = task.trials(2000, np.random.default_rng(6))
    assert streams.answers(task.spec, stream) == oracles.sir_answers(streams.shown(task.spec, stream))
    assert stream.ideal_gate.shape == (2000, 62)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stimuli": 1}, "SIR.stimuli = 1 must be a whole number from 2 to 26"),
        ({"stimuli": 27}, "SIR.stimuli = 27 must be a whole number from 2 to 26"),
        ({"stimuli": 2.5}, "SIR.stimuli = 2.5 must be a whole number"),
        ({"stores": 0}, "SIR.stores = 0 must be a whole number from 1 to 62"),
        ({"stores": 63}, "SIR.stores = 63 must be a whole number from 1 to 62"),
        ({"inputs": "dedicate"}, "SIR.inputs = 'dedicate' .* did you mean 'dedicated'"),
        ({"inputs": ["shared"]}, "SIR.inputs = .'shared'. must be one of"),
        ({"store_when_full": "no"}, "SIR.store_when_full = 'no' must be True or False"),
        ({"store_when_full": 1}, "SIR.store_when_full = 1 must be True or False"),
        ({"trials_per_epoch": 0}, "SIR.trials_per_epoch = 0"),
        ({"zero_error_epochs": -2}, "SIR.zero_error_epochs = -2"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        SIR(**change)


def test_published_configurations():
    def sizes(task):
        spec = task.spec
        epochs = spec.criterion.zero_error_epochs
        return len(spec.responses), len(spec.items), task.store_when_full, spec.sequences_per_epoch, epochs

    assert sizes(SIR.oreilly_frank_2006_shared()) == (5, 2, True, 100, 2)
    assert sizes(SIR.oreilly_frank_2006_dedicated()) == (5, 2, True, 100, 2)
    assert sizes(SIR.reference_simulation()) == (4, 2, False, 100, 5)
    assert sizes(SIR.empty_stores_only()) == (5, 2, False, 100, 2)
    assert sizes(SIR.with_stores(4)) == (5, 4, True, 100, 2)
    assert SIR.with_stores(4).name == "sir4"
    assert SIR.oreilly_frank_2006_shared().inputs is Inputs.SHARED
    assert SIR.oreilly_frank_2006_dedicated().inputs is Inputs.DEDICATED
    assert SIR.reference_simulation().inputs is Inputs.SHARED
