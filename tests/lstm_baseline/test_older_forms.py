"""The forms of 1997 to 2002 and all between: activities and gradients equal the twin's, sizes are the papers'."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_baseline import SGD, Circuit, EProp, Feedback, Learning, LSTMParams, Squashing, Truncated
from lstm_baseline.functional import online_gradient, run, target_gradient
from tests.reference import lstm_twin
from tests.reference.lstm_cases import OLDER, learning, of_network, older_circuits, random_weights

ONLINE = Learning(rule=Truncated(), optimiser=SGD(), clip_norm=None)
SEEDS = st.integers(0, 2**32 - 1)


def drawn(circuit, steps, seed, networks=2):
    rng = np.random.default_rng(seed)
    weights, x = random_weights(circuit, networks, rng), rng.normal(size=(steps, networks, circuit.inputs))
    return weights, x, rng.random((steps, networks)) < 0.3, rng.integers(-1, circuit.outputs, size=(steps, networks))


def assert_gradient(found, k, loss, w, **tolerance):
    for name, expected in lstm_twin.gradient(loss, w).items():
        np.testing.assert_allclose(found[name][k], expected, err_msg=name, **tolerance)


@settings(max_examples=30, deadline=None)
@given(older_circuits(), st.integers(1, 7), SEEDS)
def test_every_activity_equals_the_twin(case, steps, seed):
    circuit, params = case
    weights, x, resets, _ = drawn(circuit, steps, seed)
    did = run(circuit, params, weights, x, resets=resets)
    for k in range(2):
        twin = lstm_twin.run(circuit, params, of_network(weights, k), x[:, k], resets=resets[:, k])
        for t, step in enumerate(twin):
            for name, expected in step.items():
                np.testing.assert_allclose(getattr(did, name)[t, k], expected, rtol=1e-11, atol=1e-13, err_msg=name)


@settings(max_examples=25, deadline=None)
@given(older_circuits(), st.integers(1, 6), SEEDS)
def test_the_exact_gradient_equals_the_complex_step_of_the_twin(case, steps, seed):
    circuit, params = case
    weights, x, resets, target = drawn(circuit, steps, seed)
    loss, found = target_gradient(circuit, params, weights, x, target, resets=resets)
    for k in range(2):

        def twin_loss(w, k=k):
            did = lstm_twin.run(circuit, params, w, x[:, k], resets=resets[:, k])
            return lstm_twin.error_of(params)(did, target[:, k])

        w = of_network(weights, k)
        np.testing.assert_allclose(loss[k], twin_loss(w), rtol=1e-11, atol=1e-13)
        assert_gradient(found, k, twin_loss, w, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("form", OLDER)
def test_the_exact_gradient_of_published_forms_equals_central_differences(form, rng):
    params = OLDER[form](blocks=2, cells_per_block=2, dtype="float64", learning=learning())
    circuit = Circuit.sized(3, 3, params)
    weights, x = random_weights(circuit, 1, rng), rng.normal(size=(6, 1, 3))
    target = rng.integers(-1, 3, size=(6, 1))

    def loss(w):
        return target_gradient(circuit, params, {name: v[None] for name, v in w.items()}, x, target)[0][0]

    found = target_gradient(circuit, params, weights, x, target)[1]
    for name, expected in lstm_twin.central_differences(loss, of_network(weights, 0)).items():
        np.testing.assert_allclose(found[name][0], expected, rtol=1e-7, atol=1e-9, err_msg=name)


@settings(max_examples=25, deadline=None)
@given(older_circuits(), st.integers(1, 7), SEEDS)
def test_the_truncated_rule_equals_a_gradient_that_is_cut_where_units_see_others(case, steps, seed):
    """Stop-gradient at what units see of cells and gates, and at peepholes: errors persist only in the carousel."""
    circuit, params = case
    params = replace(params, learning=ONLINE)
    weights, x, resets, target = drawn(circuit, steps, seed)
    found = online_gradient(circuit, params, weights, x, target, resets=resets)
    for k in range(2):

        def twin_loss(w, k=k):
            did = lstm_twin.run(circuit, params, w, x[:, k], resets=resets[:, k], given=lstm_twin.cut)
            return lstm_twin.error_of(params)(did, target[:, k]) * (target[:, k] >= 0).sum()

        assert_gradient(found, k, twin_loss, of_network(weights, k), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("form", ["1997", "2000"])
def test_over_one_step_the_truncated_rule_is_exact(form, rng):
    """Not with peepholes: an output gate sees the state of the same step, and no error passes there."""
    params = OLDER[form](dtype="float64")
    circuit = Circuit.sized(4, 3, params)
    weights, x, target = random_weights(circuit, 3, rng), rng.normal(size=(1, 3, 4)), rng.integers(0, 3, size=(1, 3))
    found = online_gradient(circuit, params, weights, x, target)
    expected = target_gradient(circuit, replace(params, learning=learning()), weights, x, target)[1]
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-12, atol=1e-15, err_msg=name)


def test_over_many_steps_the_truncated_rule_is_not_exact(rng):
    params = OLDER["2000"](dtype="float64")
    circuit = Circuit.sized(4, 3, params)
    weights, x, target = random_weights(circuit, 1, rng), rng.normal(size=(9, 1, 4)), rng.integers(0, 3, size=(9, 1))
    found = online_gradient(circuit, params, weights, x, target)
    exact = target_gradient(circuit, replace(params, learning=learning()), weights, x, target)[1]
    for name in ("cell", "input_gate", "forget_gate", "output_gate"):
        assert np.abs(found[name] - 9 * exact[name]).max() > 1e-3 * np.abs(found[name]).max()
    for name in ("readout", "readout_bias"):
        np.testing.assert_allclose(found[name], 9 * exact[name], rtol=1e-10)


@pytest.mark.parametrize("form", OLDER)
def test_e_prop_differs_from_the_truncated_rule_in_its_feedback_alone(form, rng):
    def gradient(rule, **given):
        params = OLDER[form](dtype="float64", learning=replace(ONLINE, rule=rule))
        return online_gradient(Circuit.sized(4, 3, params), params, weights, x, target, **given)

    circuit = Circuit.sized(4, 3, OLDER[form]())
    weights, x, target = random_weights(circuit, 2, rng), rng.normal(size=(8, 2, 4)), rng.integers(-1, 3, size=(8, 2))
    truncated, symmetric = gradient(Truncated()), gradient(EProp())
    cells = weights["readout"][:, :, : circuit.cells]
    same = gradient(EProp(feedback=Feedback.RANDOM), feedback=cells)
    twice = gradient(EProp(feedback=Feedback.RANDOM), feedback=2 * cells)
    for name, values in truncated.items():
        np.testing.assert_array_equal(symmetric[name], values, err_msg=name)
        np.testing.assert_array_equal(same[name], values, err_msg=name)
        np.testing.assert_array_equal(twice[name], values if "readout" in name else 2 * values, err_msg=name)


def test_gates_forced_to_1_leave_the_carousel():
    """The 1997 form without a forget gate: s is the sum of admitted content, and errors flow by exactly 1."""
    params = LSTMParams.hochreiter_schmidhuber_1997(blocks=1, cells_per_block=1, dtype="float64", recurrent=False)
    circuit = Circuit.sized(3, 2, params)
    weights = {name: np.zeros((1, g.rows, g.columns)) for name, g in circuit.groups.items()}
    weights["cell"][0, 0, :3] = 0.1
    weights["bias"][0, 1:, 0] = 100.0
    x = np.random.default_rng(1).normal(size=(50, 1, 3))
    did = run(circuit, params, weights, x)
    np.testing.assert_array_equal([did.y_in, did.y_phi, did.y_out, did.error_flow], 1.0)
    g = 4 / (1 + np.exp(-0.1 * x[:, 0].sum(1))) - 2
    np.testing.assert_allclose(did.s[:, 0, 0], g.cumsum(), rtol=1e-12)


HS97 = LSTMParams.hochreiter_schmidhuber_1997
GATES_ONLY = {"cell_bias": False, "output_bias": False}
UNBIASED = {**GATES_ONLY, "gate_bias": False}
SIZES = {
    "1, 4 blocks of 1": (7, 7, HS97(blocks=4, cells_per_block=1, **GATES_ONLY), 264),
    "1, 3 blocks of 2": (7, 7, HS97(blocks=3, cells_per_block=2, **GATES_ONLY), 276),
    "2a": (
        101,
        101,
        HS97(
            g=Squashing.LOGISTIC,
            h=Squashing.IDENTITY,
            blocks=1,
            cells_per_block=1,
            output_gate=False,
            recurrent=False,
            gates_seen=False,
            input_to_output=True,
            **UNBIASED,
        ),
        10504,
    ),
    "2c, p = 50": (54, 2, HS97(blocks=2, cells_per_block=1, **UNBIASED), 364),
    "3": (1, 1, HS97(blocks=3, cells_per_block=1, output_bias=False), 102),
    "4 and 5": (2, 1, HS97(), 93),
    "6a": (8, 4, HS97(), 156),
    "6b": (8, 8, HS97(blocks=3), 308),
}
"""Experiment of 1997 → inputs, outputs, form, and the number of weights in the paper."""


@pytest.mark.parametrize("experiment", SIZES)
def test_networks_have_the_weights_that_the_paper_says(experiment):
    inputs, outputs, params, weights = SIZES[experiment]
    assert Circuit.sized(inputs, outputs, params).weights == weights
