"""Windowed backpropagation learns like its twin, window by window, and rejects windows that do not fit."""

import numpy as np
import pytest

from lstm_baseline import RBP, LSTMNumberError, LSTMParameterError, RBPParams
from tests.reference import lstm_twin, ungated_twin
from tests.reference.lstm_cases import RESET, SPEC, of_network, one_hot, random_block


def small(networks=range(3), spec=SPEC, **changes):
    params = RBPParams(**{"hidden": 5, "dtype": "float64", "learning_rate": 0.3, "window": 6, **changes})
    return RBP(spec, networks=networks, seed=5, params=params)


def asked(block, k):
    """Inputs and targets of a network's stream; −1 where nothing counts."""
    length = block.length[k]
    return one_hot(block.symbols[k, :length]), np.where(block.counts[k], block.target[k], -1)[:length]


@pytest.mark.parametrize("spec", [SPEC, RESET], ids=["goes on", "is reset"])
@pytest.mark.parametrize(("ticks", "window", "gap"), [(2, 6, 2), (2, 8, 4), (2, 6, 6), (2, 4, 4), (1, 5, 1), (1, 4, 3)])
def test_a_run_learns_what_the_twin_learns(ticks, window, gap, spec, rng):
    """Overlapping and separate windows, streams longer than the trace, a tolerance, steps that do not count."""
    learner = small(ticks=ticks, window=window, gap=gap, tolerance=0.2, spec=spec)
    before, block = learner.weights(), random_block([31, 17, 0], rng, starts=0.3)
    outcome = learner.run(block)
    after = learner.weights()
    for k, length in enumerate(block.length):
        inputs, target = asked(block, k)
        resets = block.starts[k, :length] & spec.resets_memory
        w, responses, _ = ungated_twin.rbp_train(learner.params, of_network(before, k), inputs, target, resets)
        assert outcome.response[k, :length].tolist() == responses
        for name, expected in w.items():
            np.testing.assert_allclose(after[name][k], expected, rtol=1e-9, atol=1e-11, err_msg=name)


@pytest.mark.parametrize("ticks", [1, 2])
def test_the_record_is_what_the_twin_did(ticks, rng):
    learner, block = small(ticks=ticks), random_block([40, 5, 0], rng)
    before = learner.weights()
    record = learner.run(block, record=True).record
    for k in range(2):
        hiddens = ungated_twin.rbp_train(learner.params, of_network(before, k), *asked(block, k))[2]
        np.testing.assert_allclose(record.memory[k, : block.length[k], :, 0], hiddens, rtol=1e-9)
    assert np.isnan(record.memory[1, 5:]).all()


@pytest.mark.parametrize("ticks", [1, 2])
def test_the_twins_gradient_is_that_of_the_cross_entropy(ticks, rng):
    """By the complex step, if one window holds everything; the kernels are tested against the twin."""
    w, x = of_network(small(networks=range(1)).weights(), 0), rng.normal(size=(4, 5))
    wants, h, steps = [np.eye(3)[1], np.eye(3)[0], None, np.eye(3)[2]], np.full(5, 0.3), []
    for step in range(4):
        before, (activities, y) = h, ungated_twin.rbp_step(w, x[step], h, ticks)
        steps.append((x[step], before, activities, y, wants[step]))
        h = activities[-1]
    found, root = ungated_twin.rbp_gradient(w, [], steps, 0.0, ticks), steps[0][2]
    expected = lstm_twin.gradient(lambda v: ungated_twin.rbp_window_loss(v, root, x[1:], wants, ticks), w)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-11, atol=1e-13, err_msg=name)


def test_one_window_goes_down_central_differences(rng):
    learner, rate = small(networks=range(1), tolerance=0.0, window=8, gap=8), 0.3
    before, block = learner.weights(), random_block([4], rng)
    learner.run(block)
    after, (x, target) = learner.weights(), asked(block, 0)
    wants = [ungated_twin.wanted(k, 3) if k >= 0 else None for k in target]
    root = ungated_twin.rbp_step(of_network(before, 0), x[0], np.zeros(5), 2)[0]

    def loss(w):
        return ungated_twin.rbp_window_loss(w, root, x[1:], wants, 2)

    for name, expected in lstm_twin.central_differences(loss, of_network(before, 0)).items():
        found = (before[name][0] - after[name][0]) / rate
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8, err_msg=name)


@pytest.mark.parametrize("quantity", ["net input of cells and gates", "net input of outputs"])
def test_a_sick_network_is_stopped_and_the_others_run_on(quantity, rng):
    name = {"net input of cells and gates": "hidden", "net input of outputs": "readout"}[quantity]
    well, sick = (small(networks=range(10, 13), dtype="float32") for _ in range(2))
    weights = sick.weights()
    weights[name][1] = 3e38
    sick.set_weights(weights)
    block = random_block([40, 40, 40], rng)
    before, expected = sick.state(), well.run(block)
    with pytest.raises(LSTMNumberError, match=rf"RBP: .*network 11, steps \d+ to \d+: {quantity}") as caught:
        sick.run(block)
    for state, values in sick.state().items():
        np.testing.assert_array_equal(values[[0, 2]], well.state()[state][[0, 2]])
        assert np.isfinite(values).all()
    np.testing.assert_array_equal(sick.state()["weights"][1], before["weights"][1])
    np.testing.assert_array_equal(caught.value.outcome.response[[0, 2]], expected.response[[0, 2]])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"window": 7}, r"RBPParams\.window = 7 must be a multiple of the 2 ticks"),
        ({"window": 6, "gap": 8}, r"RBPParams\.gap = 8 must not be longer than the window"),
        ({"window": 2, "gap": 2}, r"RBPParams\.window = 2 must hold two steps at least"),
        ({"ticks": 3}, r"RBPParams\.ticks = 3 must be 1 or 2"),
        ({"hidden": 0}, r"RBPParams\.hidden = 0"),
    ],
)
def test_impossible_parameters_are_rejected(changes, message):
    with pytest.raises(LSTMParameterError, match=message):
        RBPParams(**changes)
