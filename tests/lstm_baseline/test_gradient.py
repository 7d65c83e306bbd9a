"""Gradients equal the twin's complex step and central differences in every form; ended streams add nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_baseline import SGD, Adam, Circuit, EProp, Learning, LSTMParameterError, LSTMTrialsError, LSTMWeightsError
from lstm_baseline.batch import train_on_batches
from lstm_baseline.functional import error_gradient, improve, online_gradient, run, target_gradient
from tests.reference import lstm_twin
from tests.reference.lstm_cases import FORMS, circuits, of_network, random_weights


def _targets(circuit, steps, networks, rng):
    return rng.integers(-1, circuit.outputs, size=(steps, networks))


@settings(max_examples=15, deadline=None)
@given(circuits(largest=3), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_target_gradient_equals_the_complex_step_of_the_twin(case, steps, seed):
    circuit, params = case
    rng = np.random.default_rng(seed)
    weights, x = random_weights(circuit, 2, rng), rng.normal(size=(steps, 2, circuit.inputs))
    target = _targets(circuit, steps, 2, rng)
    loss, found = target_gradient(circuit, params, weights, x, target)
    for k in range(2):

        def twin_loss(w, k=k):
            return lstm_twin.cross_entropy(lstm_twin.run(circuit, params, w, x[:, k]), target[:, k])

        w = of_network(weights, k)
        np.testing.assert_allclose(loss[k], twin_loss(w), rtol=1e-12, atol=1e-14)
        for name, expected in lstm_twin.gradient(twin_loss, w).items():
            np.testing.assert_allclose(found[name][k], expected, rtol=1e-10, atol=1e-13, err_msg=name)


@pytest.mark.parametrize("form", FORMS)
def test_target_gradient_equals_central_differences(form, rng):
    params = FORMS[form](blocks=2, cells_per_block=2, dtype="float64")
    circuit = Circuit.sized(3, 3, params)
    weights, x = random_weights(circuit, 1, rng), rng.normal(size=(6, 1, 3))
    target = _targets(circuit, 6, 1, rng)

    def loss(w):
        return target_gradient(circuit, params, {name: v[None] for name, v in w.items()}, x, target)[0][0]

    found = target_gradient(circuit, params, weights, x, target)[1]
    for name, expected in lstm_twin.central_differences(loss, of_network(weights, 0)).items():
        np.testing.assert_allclose(found[name][0], expected, rtol=1e-7, atol=1e-9, err_msg=name)


@settings(max_examples=15, deadline=None)
@given(circuits(), st.lists(st.integers(0, 6), min_size=1, max_size=16), st.integers(0, 2**32 - 1))
def test_steps_after_the_end_of_a_stream_add_nothing(case, lengths, seed):
    circuit, params = case
    rng = np.random.default_rng(seed)
    n = len(lengths)
    weights = random_weights(circuit, n, rng)
    x, error = rng.normal(size=(6, n, circuit.inputs)), rng.normal(size=(6, n, circuit.cells))
    found = error_gradient(circuit, params, weights, x, error, length=lengths)
    for k, length in enumerate(lengths):
        alone = {name: v[k : k + 1] for name, v in weights.items()}
        if length:
            expected = error_gradient(circuit, params, alone, x[:length, k : k + 1], error[:length, k : k + 1])
        else:
            expected = {name: np.zeros_like(v) for name, v in alone.items()}
        for name, value in expected.items():
            np.testing.assert_array_equal(found[name][k : k + 1], value, err_msg=name)


def test_shapes_that_do_not_fit_are_rejected(rng):
    params = FORMS["modern"](blocks=2)
    circuit = Circuit.sized(3, 2, params)
    weights = random_weights(circuit, 2, rng)
    with pytest.raises(LSTMTrialsError, match=r"inputs\.shape = \(4, 2, 5\) must be \(step, network, 3\)"):
        run(circuit, params, weights, np.zeros((4, 2, 5)))
    with pytest.raises(LSTMTrialsError, match=r"error\.shape = \(4, 2, 3\) must be \(4, 2, 2\)"):
        error_gradient(circuit, params, weights, np.zeros((4, 2, 3)), np.zeros((4, 2, 3)))
    with pytest.raises(LSTMTrialsError, match=r"target\.shape"):
        target_gradient(circuit, params, weights, np.zeros((4, 2, 3)), np.zeros((2, 4), int))
    with pytest.raises(LSTMTrialsError, match=r"weights\.networks = 2 must be 3"):
        run(circuit, params, weights, np.zeros((4, 3, 3)))
    with pytest.raises(LSTMTrialsError, match=r"length = .* must be whole numbers from 0 to 4"):
        run(circuit, params, weights, np.zeros((4, 2, 3)), length=[4, 5])
    forgetful = FORMS["modern"](blocks=2, reset_at_start=True)
    for resets in (np.zeros((3, 2), bool), np.zeros((4, 3), bool), np.zeros(4, bool)):
        with pytest.raises(LSTMTrialsError, match=r"resets\.shape = .* must be \(4, 2\)"):
            run(circuit, forgetful, weights, np.zeros((4, 2, 3)), resets=resets)
    with pytest.raises(LSTMParameterError, match=r"Learning\.rule = .* does not learn step by step"):
        online_gradient(circuit, FORMS["modern"](blocks=2), weights, np.zeros((4, 2, 3)), np.zeros((4, 2), int))


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 1e300])
def test_inputs_that_are_not_finite_are_rejected(wrong, rng):
    """Otherwise, they would make weights of a batch NaN."""
    params = FORMS["modern"](blocks=2)
    circuit = Circuit.sized(3, 2, params)
    weights, x = random_weights(circuit, 1, rng), np.zeros((2, 4, 1, 3))
    x[1, 2, 0, 1] = wrong
    with pytest.raises(LSTMTrialsError, match=r"inputs\[2, 0, 1\] = (nan|inf) must be finite in float32"):
        run(circuit, params, weights, x[1])
    with pytest.raises(LSTMTrialsError, match=r"inputs\[1, 2, 0, 1\] = (nan|inf) must be finite in float32"):
        train_on_batches(circuit, params, weights, x, np.zeros((2, 4, 1), int))
    with pytest.raises(LSTMTrialsError, match="inputs must be an array of real numbers"):
        run(circuit, params, weights, [[["a", "b", "c"]]])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (np.full((4, 1, 2), np.nan), r"\[0, 0, 0\] = nan must be finite in float32"),
        (np.full((4, 1, 2), 1e300), r"\[0, 0, 0\] = inf must be finite in float32"),
        (np.zeros((4, 1, 2), complex), r" must be an array of real numbers \(it holds complex128\); give one"),
        (np.full((4, 1, 2), "1"), r" must be an array of real numbers \(it holds <U1\); give one"),
        ([[1.0], [2.0, 3.0]], r" must be an array of real numbers \(.*inhomogeneous.*\); give one"),
    ],
    ids=["NaN", "overflow", "complex", "text", "ragged"],
)
def test_no_argument_may_hold_other_than_finite_numbers(wrong, said, rng):
    params = FORMS["modern"](blocks=2)
    online = FORMS["modern"](blocks=2, reset_at_start=True, learning=Learning(rule=EProp()))
    circuit = Circuit.sized(2, 2, params)
    weights, x, target = random_weights(circuit, 1, rng), np.zeros((4, 1, 2)), np.zeros((4, 1), int)
    calls = {
        "inputs": lambda: run(circuit, params, weights, wrong),
        "error": lambda: error_gradient(circuit, params, weights, x, wrong),
        "feedback": lambda: online_gradient(circuit, online, weights, x, target, feedback=wrong),
        "resets": lambda: run(circuit, online, weights, x, resets=wrong),
    }
    for field, call in calls.items():
        with pytest.raises(LSTMTrialsError, match=field + said):
            call()


def test_targets_that_are_no_array_are_rejected(rng):
    params = FORMS["modern"](blocks=2)
    circuit = Circuit.sized(2, 2, params)
    weights, x, ragged = random_weights(circuit, 1, rng), np.zeros((4, 1, 2)), [[1], [0, 1]]
    for call in (
        lambda: target_gradient(circuit, params, weights, x, ragged),
        lambda: train_on_batches(circuit, params, weights, x[None], ragged),
    ):
        with pytest.raises(LSTMTrialsError, match=r"target must be an array of real numbers \(.*inhomogeneous"):
            call()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_error_is_finite_where_the_target_has_no_probability_left(dtype):
    """Two outputs share the probability, so that of the third would be below the smallest normal number."""
    params = FORMS["modern"](blocks=2, dtype=dtype)
    circuit = Circuit.sized(2, 3, params)
    weights = {name: np.zeros((1, group.rows, group.columns)) for name, group in circuit.groups.items()}
    weights["readout_bias"][0, :, 0] = [1000, 1000, -1000]
    loss, _ = target_gradient(circuit, params, weights, np.zeros((1, 1, 2)), np.array([[2]]))
    np.testing.assert_allclose(loss, -np.log(np.finfo(dtype).tiny), rtol=1e-6)


def test_a_circuit_of_other_parameters_is_rejected(rng):
    """Kernels would read beyond its arrays."""
    params = FORMS["modern"](blocks=2)
    circuit = Circuit.sized(3, 2, FORMS["modern"](blocks=2, peepholes=True, gates_seen=True))
    weights, x = random_weights(circuit, 1, rng), np.zeros((4, 1, 3))
    said = r"circuit = Circuit.* must be that of the parameters; make it by Circuit\.sized with them"
    for call in (
        lambda: run(circuit, params, weights, x),
        lambda: train_on_batches(circuit, params, weights, x[None], np.zeros((1, 4, 1), int)),
        lambda: improve(circuit, params, weights, [weights]),
    ):
        with pytest.raises(LSTMParameterError, match=said):
            call()


@pytest.mark.parametrize("clip_norm", [1.0, None])
@pytest.mark.parametrize("optimiser", [Adam(), SGD()])
def test_a_gradient_whose_squared_norm_overflows_is_rejected(clip_norm, optimiser, rng):
    """Clipped to the norm, it would be 0, and the weights would not change."""
    params = FORMS["modern"](blocks=2, learning=Learning(optimiser=optimiser, clip_norm=clip_norm))
    circuit = Circuit.sized(3, 2, params)
    weights = random_weights(circuit, 2, rng)
    large = {name: values.copy() for name, values in weights.items()}
    large["bias"][1, 0, 0] = 1e20
    said = r"gradients: squared norm = inf must be finite in float32 \(network 1\); scale"
    with pytest.raises(LSTMWeightsError, match=said):
        improve(circuit, params, weights, [weights, large])
    large["bias"][1, 0, 0] = 1e18
    assert improve(circuit, params, weights, [large])["bias"][1, 0, 0] < weights["bias"][1, 0, 0]
