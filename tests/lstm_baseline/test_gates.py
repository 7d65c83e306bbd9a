"""Gates that subtract: the arithmetic by hand, the effective gate, fixed forgetting, and rejections."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lstm_baseline import (
    BPTT,
    LSTM,
    Adam,
    Circuit,
    EProp,
    Gating,
    Learning,
    LSTMParameterError,
    LSTMParams,
    Squashing,
)
from lstm_baseline.functional import run, target_gradient
from lstm_baseline.gates import cell_output, effective_gate
from tests.reference.lstm_cases import SPEC, random_block, random_weights

ACTIVITY = arrays(np.float64, 6, elements=st.floats(0.0, 1.0))


def logit(p):
    return np.log(p / (1 - p))


def test_a_cell_by_hand():
    """z = .75, i = .25, f = .5, o = .2: states .5, .75, …; outputs σ(s) − .2."""
    params = LSTMParams.costa_2017(blocks=1, dtype="float64")
    circuit = Circuit.sized(1, 2, params)
    weights = {name: np.zeros((1, g.rows, g.columns)) for name, g in circuit.groups.items()}
    weights["bias"][0, :, 0] = logit(np.array([0.75, 0.25, 0.5, 0.2]))
    did = run(circuit, params, weights, np.zeros((3, 1, 1)))
    states = np.array([0.5, 0.75, 0.875])
    np.testing.assert_allclose(did.s[:, 0, 0], states, rtol=1e-14)
    np.testing.assert_allclose(did.y_c[:, 0, 0], 1 / (1 + np.exp(-states)) - 0.2, rtol=1e-14)


@given(ACTIVITY, ACTIVITY)
def test_the_effective_gate_lies_between_closed_and_open(content, gate):
    found = effective_gate(content, gate)
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_allclose(found * content, np.maximum(content - gate, 0), atol=1e-12)
    np.testing.assert_array_equal(effective_gate(content, np.zeros(6)), content > 0)
    np.testing.assert_array_equal(effective_gate(content, np.ones(6)), 0.0)


def test_the_effective_gate_of_steps_that_were_not_there_is_not_a_number():
    assert np.isnan(effective_gate(np.array([np.nan]), np.array([np.nan]))).all()


def test_a_record_has_effective_gates_and_what_they_are_made_of(rng):
    """One block with two cells, which share what is subtracted; each has its own effective gate."""
    params = LSTMParams.costa_2017(blocks=2, cells_per_block=2, dtype="float64")
    learner, block = LSTM(SPEC, networks=range(2), seed=5, params=params), random_block([9, 5], rng)
    record = learner.run(block, learn=False, record=True).record
    z, i = record.signals["cell_input"], record.signals["input_inhibition"]
    h, o = record.signals["squashed"], record.signals["output_inhibition"]
    np.testing.assert_allclose(record.input_gate, np.maximum(z - i, 0) / z, rtol=1e-12)
    np.testing.assert_allclose(record.output_gate, np.maximum(h - o, 0) / h, rtol=1e-12)
    np.testing.assert_array_equal(i[..., 0], i[..., 1])
    assert (z[0, :, 0] != z[0, :, 1]).all()
    assert (record.input_gate[0, :, 0] != record.input_gate[0, :, 1]).any()
    before = np.concatenate([np.zeros((2, 1, 4)), record.memory[:, :-1, :, 0]], axis=1)
    change = record.memory[..., 0] - record.forget_gate * before
    np.testing.assert_allclose(change[0], (z - i)[0], atol=1e-12)


@pytest.mark.parametrize("rule", [BPTT(window=4), EProp()])
def test_a_fixed_forget_factor_is_one_number_that_is_learned(rule, rng):
    learning = Learning(rule=rule, optimiser=Adam(learning_rate=0.05))
    params = LSTMParams.costa_2017(blocks=3, fixed_forget=True, learning=learning, dtype="float64")
    learner = LSTM(SPEC, networks=range(2), seed=5, params=params)
    block, first = random_block([40, 40], rng), learner.weights()
    learner.run(block)
    after = learner.weights()
    assert "forget_gate" not in after
    assert (after["bias"][:, 6:9] != first["bias"][:, 6:9]).all()
    factors = learner.run(block, learn=False, record=True).record.forget_gate
    bias = after["bias"][:, 6:9, 0]
    np.testing.assert_allclose(factors, np.broadcast_to((1 / (1 + np.exp(-bias)))[:, None], factors.shape), rtol=1e-12)
    rows = learner._state.weights[6 * learner.circuit.sources : 9 * learner.circuit.sources]
    np.testing.assert_array_equal(rows, 0.0)


def test_the_gradient_goes_through_a_closed_gate_only_where_gates_subtract(rng):
    """Gates that subtract leave ∂s/∂z as it is (Costa et al., 2017); closed gates that multiply stop the error."""
    found = {}
    for form in (LSTMParams.modern, LSTMParams.costa_2017):
        params = form(blocks=2, dtype="float64")
        circuit = Circuit.sized(3, 2, params)
        weights = random_weights(circuit, 1, rng, size=0.3)
        closed = -40.0 if params.gating is Gating.MULTIPLY else 40.0
        weights["bias"][0, 2:4] = closed
        weights["bias"][0, 6:8] = closed
        gradient = target_gradient(circuit, params, weights, rng.normal(size=(5, 1, 3)), np.ones((5, 1), int))[1]
        found[params.gating] = np.abs(gradient["cell"]).max()
    assert found[Gating.MULTIPLY] < 1e-12
    assert found[Gating.SUBTRACT] > 1e-3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"g": Squashing.TANH}, r"LSTMParams\.gating = .*needs contents in \(0, 1\); set g and h"),
        ({"h": Squashing.IDENTITY}, r"LSTMParams\.gating = .*needs contents in \(0, 1\)"),
        ({"gating": "divide"}, r"LSTMParams\.gating = 'divide' must be one of 'multiply', 'subtract'"),
        ({"fixed_forget": True, "forget_gate": False}, r"LSTMParams\.fixed_forget = True needs a forget gate"),
        ({"fixed_forget": True, "peepholes": True}, r"LSTMParams\.fixed_forget = True needs a forget gate"),
        ({"fixed_forget": 1}, r"LSTMParams\.fixed_forget = 1 must be True or False"),
    ],
)
def test_impossible_parameters_are_rejected(changes, message):
    with pytest.raises(LSTMParameterError, match=message):
        LSTMParams.costa_2017(**changes)


def test_where_the_gate_is_not_a_number_the_effective_gate_is_not_one_even_without_content():
    assert np.isnan(effective_gate(np.array([0.0]), np.array([np.nan]))).all()


@pytest.mark.parametrize("h", [Squashing.LOGISTIC, Squashing.LOGISTIC_1])
def test_a_state_far_below_zero_gives_the_lower_bound_without_a_warning(h):
    """Gates that subtract can lower a state without bound."""
    low = {Squashing.LOGISTIC: 0.0, Squashing.LOGISTIC_1: -1.0}[h]
    assert cell_output(h, np.array([-1000.0]), np.array([1.0]), subtracts=False).tolist() == [low]
