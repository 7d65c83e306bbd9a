"""A network is the same bit for bit: alone or among others, on any threads, recorded or not, jitted or not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba import config

from lstm_baseline import LSTM
from tasks.base.learner import Population
from tests.reference.lstm_cases import FORMS, OLDER, SPEC, learning, random_block

ROOT = Path(__file__).parents[2]
STEPS = 45
ONLINE = ("1997", "2002")
"""Forms that learn online; between them, they have all that is not plain."""


def population(form, networks, threads=1):
    params = OLDER[form]() if form in ONLINE else FORMS[form](blocks=3, learning=learning(10))
    return Population(lambda r: LSTM(SPEC, networks=r, seed=3, params=params), networks, threads)


def block_of(networks, epoch=0):
    """The first `networks` of 64 streams, of several lengths, some of them 0."""
    rng = np.random.default_rng(100 + epoch)
    lengths = rng.integers(0, STEPS, size=64)
    lengths[[0, 5, 20]] = STEPS, 0, STEPS
    return random_block(lengths, rng, starts=0.1).network_slice(0, networks)


def trained(form, networks, threads=1, record=False):
    """(responses, weights, states) of a population after two epochs."""
    learner = population(form, networks, threads)
    outcomes = [learner.run(block_of(networks, epoch), record=record) for epoch in range(2)]
    responses = [o.response for o in outcomes]
    memory = np.concatenate([b._state.memory[:, : b.networks] for b in learner.blocks], axis=1)
    return responses, memory


def assert_same(a, b, networks):
    for x, y in zip(a[0], b[0], strict=True):
        steps = min(x.shape[1], y.shape[1])
        np.testing.assert_array_equal(x[:networks, :steps], y[:networks, :steps])
    np.testing.assert_array_equal(a[1][:, :networks], b[1][:, :networks])


@pytest.mark.parametrize("form", [*FORMS, *ONLINE])
def test_alone_among_16_and_among_64(form):
    alone, some, many = (trained(form, n) for n in (1, 16, 64))
    assert_same(alone, some, 1)
    assert_same(some, many, 16)


def test_one_thread_or_two():
    assert_same(trained("modern", 64, threads=1), trained("modern", 64, threads=2), 64)


@pytest.mark.parametrize("form", ["2000", *ONLINE])
def test_recorded_or_not(form):
    assert_same(trained(form, 16), trained(form, 16, record=True), 16)


def test_a_network_with_nothing_to_do_is_left_alone():
    """Weights, activity, and Adam's moments and clock stay; the gradient is scratch."""
    learner = LSTM(SPEC, seed=3)
    learner.run(block_of(16))
    before = learner._state.memory.copy()
    block = random_block([0, 30] * 8, np.random.default_rng(0))
    learner.run(block)
    w = learner.circuit.weights
    kept = np.r_[0:w, 2 * w : len(before)]
    np.testing.assert_array_equal(learner._state.memory[kept, ::2], before[kept, ::2])
    assert (learner._state.memory[kept, 1::2] != before[kept, 1::2]).any(axis=0).all()


def test_a_network_is_left_alone_after_the_end_of_its_stream():
    rng = np.random.default_rng(0)
    long = random_block([25, 25], rng)
    short = random_block([25, 25], np.random.default_rng(0))
    short.length[1] = 13
    a, b = (LSTM(SPEC, networks=range(2), seed=3) for _ in range(2))
    a.run(short)
    b.run(long.network_slice(0, 2))
    c = LSTM(SPEC, networks=range(1, 2), seed=3)
    alone = short.network_slice(1, 2)
    c.run(alone)
    np.testing.assert_array_equal(a.weights()["cell"][0], b.weights()["cell"][0])
    np.testing.assert_array_equal(a.weights()["cell"][1], c.weights()["cell"][0])
    np.testing.assert_array_equal(a._state.carry.s[:, 1], c._state.carry.s[:, 0])


def tiny_runs():
    """Responses and bits of tiny networks of every form and precision."""
    found, sizes, dtypes = [], {"blocks": 2, "cells_per_block": 1}, ("float32", "float64")
    forms = [FORMS[form](learning=learning(4), dtype=dtype, **sizes) for form in sorted(FORMS) for dtype in dtypes]
    for params in forms + [OLDER[form](**sizes) for form in ("1997", "2002")]:
        learner = LSTM(SPEC, networks=range(3), seed=3, params=params)
        outcome = learner.run(random_block([9, 6, 0], np.random.default_rng(0), starts=0.3))
        bits = [x.hex() for x in learner._state.memory.ravel().astype(float).tolist()]
        found.append([outcome.response.tolist(), bits])
    return found


@pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")
def test_jitted_or_not():
    """Plain Python on NumPy rows gives the same bits."""
    script = f"import json, sys; from {__name__} import tiny_runs; json.dump(tiny_runs(), sys.stdout)"
    command, environment = [sys.executable, "-W", "error", "-c", script], os.environ | {"NUMBA_DISABLE_JIT": "1"}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == tiny_runs()
