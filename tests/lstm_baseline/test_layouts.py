"""Units in lanes give the bits of networks in lanes, in every form, size and precision; and the choice between them."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import config

from lstm_baseline import LSTM, Circuit, LSTMParams
from lstm_baseline import learner as module
from lstm_baseline.batch import train_on_batches
from lstm_baseline.single_network import suits
from tests.reference.lstm_cases import FORMS, SPEC, learning, random_block, random_weights

ROOT = Path(__file__).parents[2]


def assert_same_bits(streams, learn=True, **changes):
    """Two networks, one at a time with their units in lanes, and side by side."""
    params, found = LSTMParams.modern(**changes), []
    for alone in (True, False):
        with mock.patch.object(module, "suits", lambda *_, alone=alone: alone):
            learner = LSTM(SPEC, networks=range(2), seed=3, params=params)
            responses = [learner.run(block, learn=learn).response for block in streams]
        assert (learner._single is not None) == alone
        learner._state.gradient[:] = 0.0  # scratch, of the last window of the longest stream
        memory = learner._state.memory[:, :2].copy()
        found.append((responses, memory.view(f"u{memory.itemsize}")))
    for a, b in zip(found[0][0], found[1][0], strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(found[0][1], found[1][1])


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 40),
    st.lists(st.integers(0, 23), min_size=2, max_size=2),
    st.integers(1, 9),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0.01, 1.0, None]),
    st.integers(0, 2**32 - 1),
)
def test_units_in_lanes_or_networks_in_lanes(blocks, lengths, window, cell_bias, shortcuts, clip_norm, seed):
    rng = np.random.default_rng(seed)
    form = {"cell_bias": cell_bias, "input_to_output": shortcuts, "learning": learning(window, clip_norm=clip_norm)}
    assert_same_bits([random_block(lengths, rng) for _ in range(2)], blocks=blocks, **form)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_squashing_function_and_precision(form, dtype, rng):
    changes = {name: getattr(FORMS[form](), name) for name in ("gating", "g", "h", "cell_bias", "input_to_output")}
    assert_same_bits([random_block([30, 12], rng) for _ in range(2)], blocks=17, dtype=dtype, **changes)


def test_without_learning(rng):
    assert_same_bits([random_block([30, 12], rng) for _ in range(2)], learn=False)


def test_few_networks_run_one_at_a_time():
    def chosen(blocks, networks, steps=1000, **changes):
        return suits(Circuit.sized(4, 2, LSTMParams.modern(blocks=blocks, **changes)), networks, steps)

    assert [n for n in range(1, 17) if chosen(8, n)] == [1, 2]
    assert all(chosen(128, n) for n in range(1, 17))
    assert not chosen(4, 1, cells_per_block=2)
    assert not chosen(8, 1, steps=1)


def tiny_runs():
    rng, params, found = np.random.default_rng(0), LSTMParams.modern(blocks=5, learning=learning(4)), []
    for alone in (True, False):
        with mock.patch.object(module, "suits", lambda *_, alone=alone: alone):
            networks = LSTM(SPEC, networks=range(2), seed=3, params=params)
            networks.run(random_block([9, 6], np.random.default_rng(0)))
        found.append(networks._state.memory.astype(float).ravel().tolist())
    circuit = Circuit.sized(3, 4, params)
    x, target = rng.normal(size=(2, 5, 19, 3)), rng.integers(-1, 4, size=(2, 5, 19))
    after = train_on_batches(circuit, params, random_weights(circuit, 1, rng), x, target)
    found.append(np.concatenate([after[name].ravel() for name in sorted(after)]).astype(float).tolist())
    return [[value.hex() for value in values] for values in found]


def tiny_runs_of_another(**environment):
    script = f"import json, sys; from {__name__} import tiny_runs; json.dump(tiny_runs(), sys.stdout)"
    command, environment = [sys.executable, "-W", "error", "-c", script], os.environ | environment
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")
def test_every_layout_gives_the_same_bits_without_jit():
    assert tiny_runs_of_another(NUMBA_DISABLE_JIT="1") == tiny_runs()


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="names a processor of the x86 family")
def test_every_layout_gives_the_same_bits_in_code_for_avx2():
    assert tiny_runs_of_another(NUMBA_CPU_NAME="haswell", NUMBA_CPU_FEATURES="+avx2,+fma") == tiny_runs()
