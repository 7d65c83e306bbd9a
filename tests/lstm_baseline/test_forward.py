"""Forward: every activity equals the twin's, in every form; ended streams stay; the cell is a carousel."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_baseline import Circuit, LSTMParams
from lstm_baseline.functional import error_gradient, run
from tests.reference import lstm_twin
from tests.reference.lstm_cases import circuits, of_network, random_weights


@settings(max_examples=40, deadline=None)
@given(circuits(), st.integers(1, 8), st.integers(1, 16), st.integers(0, 2**32 - 1))
def test_every_activity_equals_the_twin(case, steps, networks, seed):
    circuit, params = case
    rng = np.random.default_rng(seed)
    weights, inputs = random_weights(circuit, networks, rng), rng.normal(size=(steps, networks, circuit.inputs))
    did = run(circuit, params, weights, inputs)
    for k in range(networks):
        for t, twin in enumerate(lstm_twin.run(circuit, params, of_network(weights, k), inputs[:, k])):
            for name, expected in twin.items():
                np.testing.assert_allclose(getattr(did, name)[t, k], expected, rtol=1e-12, atol=1e-14, err_msg=name)


@settings(max_examples=20, deadline=None)
@given(circuits(), st.lists(st.integers(0, 7), min_size=2, max_size=5), st.integers(0, 2**32 - 1))
def test_the_state_stays_where_a_stream_ends(case, lengths, seed):
    circuit, params = case
    rng = np.random.default_rng(seed)
    weights, inputs = random_weights(circuit, len(lengths), rng), rng.normal(size=(7, len(lengths), circuit.inputs))
    whole, part = run(circuit, params, weights, inputs), run(circuit, params, weights, inputs, length=lengths)
    for k, length in enumerate(lengths):
        for full, kept in ((whole.s, part.s), (whole.y_c, part.y_c)):
            np.testing.assert_array_equal(kept[:length, k], full[:length, k])
            last = kept[length - 1, k] if length else np.zeros(circuit.cells)
            np.testing.assert_array_equal(kept[length:, k], np.broadcast_to(last, kept[length:, k].shape))


def _carousel(steps, inputs):
    """A cell with open gates that sees only the inputs."""
    params = LSTMParams.modern(blocks=1, dtype="float64")
    circuit = Circuit.sized(inputs, 2, params)
    weights = {name: np.zeros((1, g.rows, g.columns)) for name, g in circuit.groups.items()}
    weights["cell"][0, 0, :inputs] = 0.1
    weights["bias"][0, 1:, 0] = 100.0
    return circuit, params, weights, np.random.default_rng(1).normal(size=(steps, 1, inputs))


def test_open_gates_leave_the_constant_error_carousel():
    circuit, params, weights, inputs = _carousel(steps=50, inputs=3)
    did = run(circuit, params, weights, inputs)
    np.testing.assert_array_equal([did.y_in, did.y_phi, did.y_out], 1.0)
    np.testing.assert_allclose(did.s[:, 0, 0], np.tanh(0.1 * inputs[:, 0].sum(1)).cumsum(), rtol=1e-13)


def test_the_carousel_carries_an_error_back_unchanged():
    """Only the last step has an error, which reaches g at any earlier step with a flow of exactly 1."""
    circuit, params, weights, inputs = _carousel(steps=30, inputs=30)
    inputs = np.eye(30)[:, None, :]  # one unit per step, so each weight's gradient is one step's error
    error = np.zeros((30, 1, 1))
    error[-1] = 1.0
    s_last = run(circuit, params, weights, inputs).s[-1, 0, 0]
    per_step = error_gradient(circuit, params, weights, inputs, error)["cell"][0, 0, :30]
    np.testing.assert_allclose(per_step, (1 - np.tanh(s_last) ** 2) * (1 - np.tanh(0.1) ** 2), rtol=1e-13)
    assert len(set(per_step.tolist())) == 1
