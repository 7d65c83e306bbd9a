"""The simple recurrent network learns like its twin, step by step, and records its context."""

import numpy as np
import pytest

from lstm_baseline import SRN, LSTMNumberError, LSTMParameterError, SRNParams
from tests.reference import lstm_twin, ungated_twin
from tests.reference.lstm_cases import RESET, SPEC, of_network, one_hot, random_block


def small(networks=range(3), spec=SPEC, **changes):
    params = SRNParams(**{"hidden": 5, "dtype": "float64", "learning_rate": 0.5, **changes})
    return SRN(spec, networks=networks, seed=5, params=params)


@pytest.mark.parametrize("spec", [SPEC, RESET], ids=["goes on", "is reset"])
@pytest.mark.parametrize("hysteresis", [0.0, 0.7])
@pytest.mark.parametrize("hidden", [1, 6])
def test_a_run_learns_what_the_twin_learns(hysteresis, hidden, spec, rng):
    """Streams of several lengths, steps that do not count, and a tolerance that some outputs meet."""
    learner = small(hysteresis=hysteresis, hidden=hidden, tolerance=0.3, spec=spec)
    before, block = learner.weights(), random_block([30, 17, 0], rng, starts=0.3)
    outcome = learner.run(block, record=True)
    after = learner.weights()
    for k, length in enumerate(block.length):
        inputs, target = one_hot(block.symbols[k, :length]), np.where(block.counts[k], block.target[k], -1)[:length]
        resets = block.starts[k, :length] & spec.resets_memory
        found = ungated_twin.srn_train(learner.params, of_network(before, k), inputs, target, resets=resets)
        assert outcome.response[k, :length].tolist() == found[1]
        for name, expected in found[0].items():
            np.testing.assert_allclose(after[name][k], expected, rtol=1e-10, atol=1e-12, err_msg=name)
        if length:
            np.testing.assert_allclose(outcome.record.memory[k, :length, :, 0], found[2], rtol=1e-10)
            np.testing.assert_allclose(outcome.record.signals["output"][k, :length], found[3], rtol=1e-10)


def test_the_twins_gradient_is_that_of_the_cross_entropy(rng):
    """By the complex step; the kernels are tested against the twin."""
    w = {name: values[0] for name, values in small(networks=range(1)).weights().items()}
    x, c, d = rng.normal(size=5), rng.random(5), np.array([0.0, 1.0, 0.0])
    found = lstm_twin.gradient(lambda v: ungated_twin.cross_entropy(ungated_twin.srn_step(v, x, c)[1], d), w)
    for name, expected in ungated_twin.srn_gradient(w, x, c, d).items():
        np.testing.assert_allclose(found[name].ravel(), expected.ravel(), rtol=1e-12, atol=1e-14, err_msg=name)


def test_one_step_goes_down_central_differences(rng):
    learner, rate = small(networks=range(1), tolerance=0.0), 0.5
    learner.run(random_block([7], rng), learn=False)
    before, block = learner.weights(), random_block([1], rng)
    block.counts[:], block.target[:] = True, 1
    context = learner.state()["context"][0]
    learner.run(block)
    after, x = learner.weights(), one_hot(block.symbols[0])[0]

    def loss(w):
        return ungated_twin.cross_entropy(ungated_twin.srn_step(w, x, context)[1], np.array([0.0, 1.0, 0.0]))

    for name, expected in lstm_twin.central_differences(loss, of_network(before, 0)).items():
        found = (before[name][0] - after[name][0]) / rate
        np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-9, err_msg=name)


def test_the_context_is_a_running_mean_of_the_hidden_units(rng):
    learner = small(networks=range(1), hysteresis=0.5)
    record = learner.run(random_block([12], rng), learn=False, record=True).record
    h, c = record.signals["output"][0], record.memory[0, :, :, 0]
    np.testing.assert_allclose(c[3], h[3] / 2 + h[2] / 4 + h[1] / 8 + h[0] / 16, rtol=1e-12)
    for gate in (record.input_gate, record.forget_gate, record.output_gate):
        np.testing.assert_array_equal(gate, 1.0)


def test_outputs_within_the_tolerance_teach_nothing(rng):
    learner, block = small(tolerance=0.99), random_block([20, 9, 4], rng)
    before = learner.weights()
    learner.run(block)
    for name, values in learner.weights().items():
        np.testing.assert_array_equal(values, before[name])


def test_a_sick_network_is_stopped_and_the_others_run_on(rng):
    well, sick = (small(networks=range(10, 13), dtype="float32") for _ in range(2))
    weights = sick.weights()
    weights["readout"][1] = 3e38  # a sum of two is infinite
    sick.set_weights(weights)
    block = random_block([20, 20, 20], rng)
    before, expected = sick.state(), well.run(block)
    with pytest.raises(LSTMNumberError, match=r"SRN: .*network 11, steps 1 to 1: net input of outputs") as caught:
        sick.run(block)
    np.testing.assert_array_equal(caught.value.outcome.response[[0, 2]], expected.response[[0, 2]])
    assert (caught.value.outcome.response[1] == -1).all()
    for name, values in sick.state().items():
        np.testing.assert_array_equal(values[[0, 2]], well.state()[name][[0, 2]], err_msg=name)
        assert np.isfinite(values).all()
    np.testing.assert_array_equal(sick.state()["weights"][1], before["weights"][1])


@pytest.mark.parametrize(
    ("field", "value"),
    [("hidden", 0), ("hidden", 2.5), ("hysteresis", 1.0), ("learning_rate", 0.0), ("tolerance", -0.1), ("dtype", "f")],
)
def test_impossible_parameters_are_rejected(field, value):
    with pytest.raises(LSTMParameterError, match=rf"SRNParams\.{field} = {value!r}"):
        SRNParams(**{field: value})
