"""States are finite, do not depend on other networks, and are rejected with an invalid number."""

import re
from dataclasses import replace

import numpy as np
import pytest

from pbwm.compare.models import MODELS
from tasks.base.errors import SavedFileError
from tasks.base.rng import Purpose, stream
from tasks.base.saving import write_snapshot
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS
from tests.fuzz.child import BUILDERS

SIR = TASKS["sir2"].build()
NOT_NEGATIVE = ("adam v", "adam clock", "critic's adam v", "responses given")
"""Arrays of states without negative numbers."""


@pytest.fixture(params=MODELS)
def build(request):
    return MODELS[request.param].build


def trained(build, networks, steps=9):
    learner = build(SIR.spec, networks=networks, seed=3)
    for epoch in range(2):
        streams = [SIR.trials(steps * (1 + r % 3), stream(7, Purpose.TRIALS, r, epoch)) for r in networks]
        learner.run(TrialBlock.stack(streams))
    return learner


def spoiled(state, name, value):
    """A copy with another last number in an array of network 1."""
    values = state[name].copy()
    values[1].flat[-1] = value
    return {**state, name: values}


def said(name):
    """The name of an array in messages, as a pattern."""
    return re.escape(f"state {name!r}")


def assert_same(one, other):
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)


def test_a_state_is_finite_and_rejected_where_it_is_not(build, tmp_path):
    learner = trained(build, range(2))
    state, path = learner.state(), tmp_path / "networks.safetensors"
    for name, values in state.items():
        assert np.isfinite(values).all(), name
        if values[1].size:
            for value in (np.nan, np.inf, -np.inf):
                with pytest.raises(SavedFileError, match=rf"{said(name)} = -?(nan|inf) must be finite \(network 1, "):
                    learner.set_state(spoiled(state, name, value))
    assert_same(state, learner.state())
    name = list(state)[-1]
    snapshot = learner.snapshot()
    write_snapshot(path, type(snapshot)(**{**vars(snapshot), "state": spoiled(state, name, np.inf)}))
    with pytest.raises(SavedFileError, match=f"{said(name)} = inf must be finite"):
        type(learner).load(path)


def test_counts_and_second_moments_below_0_are_rejected(build):
    learner = trained(build, range(2))
    state = learner.state()
    for name in NOT_NEGATIVE:
        if name in state:
            with pytest.raises(SavedFileError, match=rf"{said(name)} = -1.0 must be at least 0 \(network 1, "):
                learner.set_state(spoiled(state, name, -1.0))
    assert_same(state, learner.state())


@pytest.mark.parametrize("build", [MODELS[name].build for name in ("pbwm", "pbwm-reference", "pbwm-2006")])
def test_weights_of_pbwm_beyond_their_range_are_rejected(build, tmp_path):
    learner, path = trained(build, range(2)), tmp_path / "networks.safetensors"
    state, snapshot = learner.state(), learner.snapshot()
    for name in ("weight", "linear"):
        for value in (-0.5, 1.5):
            message = rf"{said(name)} = {value} must be a weight in \[0, 1\] \(network 1, "
            with pytest.raises(SavedFileError, match=message):
                learner.set_state(spoiled(state, name, value))
            write_snapshot(path, replace(snapshot, state=spoiled(state, name, value)))
            with pytest.raises(SavedFileError, match=message):
                type(learner).load(path)
    assert_same(state, learner.state())


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
def test_a_state_is_the_same_alone_and_among_others(build):
    """In all arrays: saved files do not depend on other networks that ran longer."""
    alone, among = (trained(build, networks, steps=15).state() for networks in (range(3, 4), range(16)))
    assert_same(alone, {name: values[3:4] for name, values in among.items()})


@pytest.mark.parametrize("value", [1e39, np.nan, -np.inf])
def test_weights_that_the_precision_does_not_hold_are_rejected(build, value):
    learner = build(SIR.spec, networks=range(2), seed=3)
    before = learner.weights()
    name = next(iter(before))
    weights = before[name].astype(np.float64)
    weights[1, 0, 0] = value
    with pytest.raises(ValueError, match=r"network 1"):
        learner.set_weights({name: weights})
    with pytest.raises(ValueError, match="real numbers"):
        learner.set_weights({name: before[name].astype(np.complex64)})
    assert_same(before, learner.weights())


def test_the_smallest_weights_are_weights(build):
    learner = build(SIR.spec, networks=range(2), seed=3)
    name, before = next(iter(learner.weights().items()))
    for dtype in (np.float32, np.float64):
        learner.set_weights({name: np.full(before.shape, 1e-45, dtype)})
        assert (learner.weights()[name] == np.float32(1e-45)).all()
    assert all(np.isfinite(values).all() for values in learner.state().values())
