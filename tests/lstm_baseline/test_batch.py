"""Batches: the gradient is the sum over networks with equal weights; training equals torch's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_baseline import Circuit, LSTMParams, LSTMTrialsError, LSTMWeightsError
from lstm_baseline.batch import batch_gradient, train_on_batches
from lstm_baseline.functional import improve, target_gradient
from tests.reference.lstm_cases import circuits, learning, random_weights


@settings(max_examples=15, deadline=None)
@given(circuits(), st.integers(1, 6), st.integers(1, 35), st.integers(0, 2**32 - 1))
def test_the_gradient_is_that_of_all_sequences_weighed_by_their_targets(case, steps, sequences, seed):
    circuit, params = case
    rng = np.random.default_rng(seed)
    weights, x = random_weights(circuit, 1, rng), rng.normal(size=(steps, sequences, circuit.inputs))
    target = rng.integers(-1, circuit.outputs, size=(steps, sequences))
    found = batch_gradient(circuit, params, weights, x, target)
    expected = {name: np.zeros_like(values) for name, values in weights.items()}
    for k in range(sequences):
        one = target_gradient(circuit, params, weights, x[:, k : k + 1], target[:, k : k + 1])[1]
        for name, values in one.items():
            expected[name] += values * (target[:, k] >= 0).sum() / max(1, (target >= 0).sum())
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-10, atol=1e-13, err_msg=name)


@pytest.mark.parametrize("clip_norm", [None, 0.1])
def test_training_is_gradient_and_adam_in_turn(clip_norm, rng):
    params = LSTMParams.modern(blocks=5, learning=learning(clip_norm=clip_norm), dtype="float64")
    circuit = Circuit.sized(3, 4, params)
    weights = random_weights(circuit, 1, rng)
    x, target = rng.normal(size=(1, 7, 20, 3)), rng.integers(0, 4, size=(1, 7, 20))
    found = train_on_batches(circuit, params, weights, x, target)
    expected = improve(circuit, params, weights, [batch_gradient(circuit, params, weights, x[0], target[0])])
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-12, atol=1e-14, err_msg=name)
    twice = train_on_batches(circuit, params, weights, np.concatenate([x, x]), np.concatenate([target, target]))
    assert all((twice[name] != found[name]).any() for name in found)


def test_sequences_of_a_group_that_is_not_full_and_their_order_change_nothing_beyond_rounding(rng):
    params = LSTMParams.modern(blocks=5)
    circuit = Circuit.sized(3, 4, params)
    weights = random_weights(circuit, 1, rng)
    x, target = rng.normal(size=(6, 33, 3)), rng.integers(-1, 4, size=(6, 33))
    a = batch_gradient(circuit, params, weights, x, target)
    b = batch_gradient(circuit, params, weights, x[:, ::-1], target[:, ::-1])
    for name, values in a.items():
        np.testing.assert_allclose(b[name], values, rtol=1e-4, atol=1e-6)


def test_shapes_that_do_not_fit_are_rejected(rng):
    params = LSTMParams.modern(blocks=2)
    circuit = Circuit.sized(3, 2, params)
    weights = random_weights(circuit, 1, rng)
    with pytest.raises(LSTMTrialsError, match=r"inputs\.shape = \(1, 4, 2, 5\) must be \(batch, step, sequence, 3\)"):
        batch_gradient(circuit, params, weights, np.zeros((4, 2, 5)), np.zeros((4, 2), int))
    with pytest.raises(LSTMTrialsError, match=r"target\.shape = \(1, 2, 4\) must be \(1, 4, 2\)"):
        batch_gradient(circuit, params, weights, np.zeros((4, 2, 3)), np.zeros((2, 4), int))
    with pytest.raises(LSTMTrialsError, match="target = 2 must be from -1 to 1"):
        batch_gradient(circuit, params, weights, np.zeros((4, 2, 3)), np.full((4, 2), 2))


def test_weights_of_another_number_of_networks_are_rejected(rng):
    """A batch has one network; other functions have up to 16."""
    params = LSTMParams.modern(blocks=2)
    circuit = Circuit.sized(3, 2, params)
    two, too_many = (random_weights(circuit, n, rng) for n in (2, 17))
    with pytest.raises(LSTMWeightsError, match=r"weights\.networks = 2 must be 1"):
        batch_gradient(circuit, params, two, np.zeros((4, 2, 3)), np.zeros((4, 2), int))
    with pytest.raises(LSTMWeightsError, match=r"weights\.networks = 17 must be from 1 to 16"):
        improve(circuit, params, too_many, [])
    with pytest.raises(LSTMWeightsError, match=r"gradients\.networks = 1 must be 2, as in weights"):
        improve(circuit, params, two, [random_weights(circuit, 1, rng)])
    with pytest.raises(LSTMWeightsError, match="weights lack bias, cell"):
        improve(circuit, params, {}, [])
