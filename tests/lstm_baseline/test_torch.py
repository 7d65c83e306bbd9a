"""The modern form is torch.nn.LSTM, that of 2017 a cell in torch, and Adam is torch.optim.Adam (live and golden)."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_baseline import LSTM, LSTMParams
from lstm_baseline.functional import error_gradient, improve, run
from tests.reference import lstm_torch
from tests.reference.lstm_cases import SPEC, learning, of_network, random_weights

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "lstm_torch.json").read_text())
TOLERANCE = {"float32": 1e-5, "float64": 1e-10}
"""Relative to the largest number of a network's outputs, states, gradient or weights: in a saturated unit, slopes such
as 1 − y² are differences of nearly equal numbers."""
CLIPPED = 1e-5
"""Tolerance of weights after clipping: torch adds 1e-6 to the norm."""


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="torch is not installed (pip install .[torch]); see the golden file")


def assert_close(found, expected, tolerance):
    """Arrays by name are equal, relative to the largest number in all of them."""
    scale = max(np.abs(value).max() for value in expected.values())
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=0, atol=tolerance * scale, err_msg=name)


def assert_same_network(shape, dtype, reference):
    """Outputs, last state and gradients of a case equal those of `reference` for each network."""
    params, circuit, weights, x, error, lengths = lstm_torch.case(**shape, dtype=dtype)
    did = run(circuit, params, weights, x, length=lengths)
    gradient = error_gradient(circuit, params, weights, x, error, length=lengths)
    for k, length in enumerate(lengths):
        y, s, expected = reference(weights, k, x, error, length)
        activity = {"y_c": did.y_c[:length, k], "s": did.s[-1, k]}
        assert_close(activity, {"y_c": np.asarray(y), "s": np.ravel(s)}, TOLERANCE[dtype])
        assert_close(of_network(gradient, k), expected, TOLERANCE[dtype])


def assert_same_training(shape, reference):
    params, weights, block = lstm_torch.training_case(**shape)
    learner = LSTM(SPEC, networks=range(block.networks), params=params)
    learner.set_weights(weights)
    learner.run(block)
    after = learner.weights()
    tolerance = TOLERANCE[params.dtype] if params.learning.clip_norm is None else CLIPPED
    for k in range(block.networks):
        assert_close(of_network(after, k), reference(params, weights, k, block), tolerance)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("form", ["modern", "costa_2017"])
def test_outputs_and_gradients_equal_torch(form, dtype, torch):
    @settings(max_examples=30, deadline=None)
    @given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 16), st.integers(1, 6), st.integers(1, 9))
    def check(seed, steps, networks, inputs, cells):
        shape = {"seed": seed, "steps": steps, "networks": networks, "inputs": inputs, "cells": cells, "form": form}
        gating = getattr(LSTMParams, form)().gating
        assert_same_network(shape, dtype, lambda *case: lstm_torch.outputs_and_gradient(*case, dtype, gating))

    check()


@pytest.mark.parametrize("clip_norm", [None, 0.3])
@pytest.mark.parametrize("form", ["modern", "costa_2017"])
def test_training_equals_torch(form, clip_norm, torch):
    @settings(max_examples=10, deadline=None)
    @given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 12), min_size=1, max_size=4), st.integers(1, 5))
    def check(seed, lengths, window):
        shape = {"seed": seed, "lengths": lengths, "cells": 3, "form": form, "window": window, "clip_norm": clip_norm}
        assert_same_training(shape, lstm_torch.train)

    check()


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_adam_equals_torch(dtype, torch, rng):
    """Many updates, so that the correction of the moments fades; gradients of very different sizes."""
    params, circuit, weights, *_ = lstm_torch.case(1, 1, 2, 2, 3, dtype=dtype)
    params = type(params).modern(blocks=3, dtype=dtype, learning=learning(clip_norm=None))
    gradients = [random_weights(circuit, 2, rng, size) for size in np.geomspace(1e-6, 1e3, 40)]
    found = improve(circuit, params, weights, gradients)
    for name, value in weights.items():
        parameter = torch.tensor(value, dtype=getattr(torch, dtype), requires_grad=True)
        optimizer = torch.optim.Adam([parameter], lr=params.learning.optimiser.learning_rate, foreach=False)
        for gradient in gradients:
            parameter.grad = torch.tensor(gradient[name], dtype=parameter.dtype)
            optimizer.step()
        assert_close(found, {name: parameter.detach().numpy()}, TOLERANCE[dtype])


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("golden", GOLDEN["cases"], ids=lambda g: f"seed {g['case']['seed']}")
def test_outputs_and_gradients_equal_the_golden_file(golden, dtype):
    def reference(weights, k, *_):
        network = golden["networks"][k]
        return network["y_c"], network["s"], network["gradient"]

    assert_same_network(golden["case"], dtype, reference)


@pytest.mark.parametrize("golden", GOLDEN["trainings"], ids=lambda g: f"seed {g['case']['seed']}")
def test_training_equals_the_golden_file(golden):
    assert_same_training(golden["case"], lambda params, weights, k, block: golden["networks"][k])
