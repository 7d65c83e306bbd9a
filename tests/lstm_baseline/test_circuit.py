"""The circuit: sizes, places of weights, and accepted weights."""

import numpy as np
import pytest
from hypothesis import given

from lstm_baseline import Circuit, LSTMParameterError, LSTMParams, LSTMWeightsError
from lstm_baseline.weights import pack_into
from tasks.base.errors import UnknownNameError
from tasks.engine.lanes import LANES, aligned_zeros
from tests.reference.lstm_cases import circuits, random_weights


def test_the_published_count_of_weights():
    assert Circuit.sized(7, 7, LSTMParams.gers_2000()).weights == 424


@pytest.mark.parametrize(("inputs", "outputs"), [(0, 2), (2, 0), (-1, 2), (2, 1.5), ("a", 2), (True, 2)])
def test_a_circuit_has_at_least_one_input_and_one_output(inputs, outputs):
    with pytest.raises(LSTMParameterError, match=r"Circuit\.(in|out)puts = .* must be a whole number of at least 1"):
        Circuit.sized(inputs, outputs, LSTMParams.modern())


def test_the_size_of_a_torch_lstm_with_one_bias():
    circuit = Circuit.sized(5, 2, LSTMParams.modern(blocks=8))
    assert circuit.weights == 4 * 8 * (5 + 8 + 1) + 2 * (8 + 1)


@given(circuits())
def test_groups_tile_the_weights(case):
    circuit, _ = case
    end = 0
    for group in circuit.groups.values():
        assert group.start == end
        end += group.size
    assert end == circuit.weights


@given(circuits())
def test_unpacking_inverts_packing(case):
    circuit, _ = case
    weights = random_weights(circuit, 3, np.random.default_rng(0))
    rows = circuit.packed(weights, "float64")
    assert rows.shape == (circuit.weights, LANES)
    assert not rows[:, 3:].any()
    for name, values in circuit.unpacked(rows, 3).items():
        np.testing.assert_array_equal(values, weights[name])


@pytest.mark.parametrize(("params", "largest_bias"), [(LSTMParams.modern(), 0.0), (LSTMParams.gers_2000(), 0.2)])
def test_first_weights(params, largest_bias, rng):
    circuit = Circuit.sized(20, 3, params)
    rows = np.repeat(circuit.initial(params, rng)[:, None], LANES, axis=1)
    w = circuit.unpacked(rows, 1)
    b = params.blocks
    gates = w["bias"][0, -3 * b :, 0]
    expected = [
        bias.of_blocks(b) for bias in (params.input_gate_bias, params.forget_gate_bias, params.output_gate_bias)
    ]
    np.testing.assert_array_equal(gates, np.concatenate(expected))
    assert not w["bias"][0, : -3 * b].any()
    first = w["readout_bias"]
    assert len(np.unique(first)) == (first.size if largest_bias else 1)
    assert np.abs(first).max() <= largest_bias
    drawn = np.concatenate(
        [w[name].ravel() for name in ("cell", "input_gate", "forget_gate", "output_gate", "readout")]
    )
    assert 0.9 * params.initial_weight < np.abs(drawn).max() <= params.initial_weight
    assert abs(drawn.mean()) < 0.1 * params.initial_weight


@pytest.fixture
def circuit():
    return Circuit.sized(2, 2, LSTMParams.modern(blocks=2))


def test_an_unknown_name_suggests_the_nearest(circuit):
    with pytest.raises(UnknownNameError, match="did you mean 'forget_gate'"):
        pack_into(circuit.groups, aligned_zeros(circuit.weights), {"forgetgate": np.zeros((1, 2, 4))}, range(1))


def test_a_wrong_shape_names_the_array(circuit):
    with pytest.raises(LSTMWeightsError, match=r"weights\['cell'\] has shape \(1, 2, 5\), which must be \(1, 2, 4\)"):
        pack_into(circuit.groups, aligned_zeros(circuit.weights), {"cell": np.zeros((1, 2, 5))}, range(1))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_value_that_is_no_number_names_array_and_network_and_changes_nothing(circuit, value):
    bad = np.zeros((3, 2, 4))
    bad[1, 0, 3] = value
    rows = aligned_zeros(circuit.weights)
    with pytest.raises(LSTMWeightsError, match=r"weights\['output_gate'\] .* network 8 at row 0, column 3"):
        pack_into(circuit.groups, rows, {"cell": np.ones((3, 2, 4)), "output_gate": bad}, range(7, 10))
    assert not rows.any()


def test_packing_needs_every_group(circuit):
    with pytest.raises(LSTMWeightsError, match="lack bias, cell"):
        circuit.packed({"readout": np.zeros((1, 2, 2))}, "float64")
