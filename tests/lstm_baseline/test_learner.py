"""The learner learns like its twin, keeps its state, records, and rejects what does not fit."""

import numpy as np
import pytest

from lstm_baseline import LSTM, Gating, LSTMError, LSTMParameterError, LSTMParams, LSTMTrialsError, LSTMWeightsError
from tasks.base.learner import Learner
from tasks.base.task import TrialBlock
from tests.reference import lstm_twin
from tests.reference.lstm_cases import FORMS, SPEC, learning, of_network, one_hot, random_block

SMALL = {"blocks": 2, "cells_per_block": 2, "dtype": "float64"}


def small(form="modern", networks=range(3), **changed):
    return LSTM(SPEC, networks=networks, seed=5, params=FORMS[form](**SMALL, learning=learning(4, **changed)))


def step_of(block, t):
    names = ("symbols", "target", "counts", "rewarded", "event", "starts", "ideal_gate")
    arrays = {name: getattr(block, name)[:, t : t + 1] for name in names}
    return TrialBlock(length=np.clip(block.length - t, 0, 1), **arrays)


def test_it_is_a_learner():
    learner = small()
    assert isinstance(learner, Learner)
    assert (learner.name, learner.spec, learner.networks) == ("lstm", SPEC, 3)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("clip_norm", [0.5, None])
def test_a_run_learns_what_the_twin_learns(form, clip_norm, rng):
    """Windows, carried state, streams of several lengths, steps that do not count, clipping and Adam, all together."""
    learner = small(form, clip_norm=clip_norm, learning_rate=0.05)
    before, block = learner.weights(), random_block([10, 7, 0], rng)
    outcome = learner.run(block)
    after = learner.weights()
    for k, length in enumerate(block.length):
        inputs = one_hot(block.symbols[k, :length])
        target = np.where(block.counts[k], block.target[k], -1)[:length]
        w, responses = lstm_twin.train(learner.circuit, learner.params, of_network(before, k), inputs, target)
        assert outcome.response[k, :length].tolist() == responses
        for name, expected in w.items():
            np.testing.assert_allclose(after[name][k], expected, rtol=1e-9, atol=1e-11, err_msg=name)


def test_without_learning_no_weight_changes(rng):
    learner = small()
    before = learner.weights()
    learner.run(random_block([10, 7, 3], rng), learn=False)
    for name, values in learner.weights().items():
        np.testing.assert_array_equal(values, before[name])


def test_nothing_counted_teaches_nothing(rng):
    learner, block = small(), random_block([10, 7, 3], rng)
    block.counts[:] = False
    before = learner._state.memory[: 4 * learner.circuit.weights].copy()
    learner.run(block)
    learner._state.gradient[:] = before[learner.circuit.weights : 2 * learner.circuit.weights]
    np.testing.assert_array_equal(learner._state.memory[: 4 * learner.circuit.weights], before)


def test_stepping_is_the_same_run(rng):
    block = random_block([9, 6, 2], rng)
    whole = small().run(block, learn=False, record=True)
    stepper = small()
    steps = [stepper.run(step_of(block, t), learn=False, record=True) for t in range(9)]
    np.testing.assert_array_equal(np.concatenate([s.response for s in steps], 1), whole.response)
    np.testing.assert_array_equal(np.concatenate([s.record.memory for s in steps], 1), whole.record.memory)


def test_the_first_of_equal_outputs_is_the_response(rng):
    learner = small()
    learner.set_weights({name: np.zeros_like(values) for name, values in learner.weights().items()})
    block = random_block([4, 4, 4], rng)
    assert not learner.run(block, learn=False).response.any()
    bias = np.zeros((3, 3, 1))
    bias[:, 1:] = 1.0
    learner.set_weights({"readout_bias": bias})
    assert (learner.run(block, learn=False).response == 1).all()


@pytest.mark.parametrize("form", FORMS)
def test_the_record_is_what_the_twin_did(form, rng):
    learner, block = small(form), random_block([9, 5, 0], rng)
    record = learner.run(block, learn=False, record=True).record
    assert record.model == "lstm"
    assert record.slots == ("cell 1", "cell 2", "cell 3", "cell 4")
    fields = {
        "y_in": record.input_gate,
        "y_phi": record.forget_gate,
        "y_out": record.output_gate,
        "s": record.memory[..., 0],
        "net_c": record.signals["net_cell"],
        "net_in": record.signals["net_input"],
        "net_phi": record.signals["net_forget"],
        "net_out": record.signals["net_output"],
        "y_c": record.signals["output"],
    }
    if learner.params.gating is Gating.SUBTRACT:
        fields |= {"y_in": record.signals["input_inhibition"], "y_out": record.signals["output_inhibition"]}
        fields |= {"g": record.signals["cell_input"], "h": record.signals["squashed"]}
    for k, length in enumerate(block.length):
        w = of_network(learner.weights(), k)
        steps = lstm_twin.run(learner.circuit, learner.params, w, one_hot(block.symbols[k, :length]))
        for name, recorded in fields.items():
            assert recorded.shape == (3, 9, 4)
            assert np.isnan(recorded[k, length:]).all()
            for t, did in enumerate(steps):
                per_cell = np.repeat(did[name], 4 // len(did[name]))  # a gate serves the two cells of its block
                np.testing.assert_allclose(recorded[k, t], per_cell, rtol=1e-12, atol=1e-14, err_msg=name)


def test_weights_are_copies_and_come_back_as_set(rng):
    learner = small()
    weights = learner.weights()
    weights["cell"][:] = 7.0
    assert not (learner.weights()["cell"] == 7.0).any()
    learner.set_weights(weights)
    np.testing.assert_array_equal(learner.weights()["cell"], 7.0)
    with pytest.raises(LSTMWeightsError, match="network 2"):
        learner.set_weights({"readout_bias": np.array([0.0, 0.0, np.nan]).reshape(3, 1, 1) * np.ones((3, 3, 1))})
    with pytest.raises(LSTMWeightsError, match=r"weights\['cell'\] must be an array of real numbers"):
        learner.set_weights({"cell": [[1.0], [2.0, 3.0]]})


def test_first_weights_depend_on_seed_and_network_only():
    one, some = small(networks=range(4, 5)).weights(), small(networks=range(3, 6)).weights()
    np.testing.assert_array_equal(one["cell"][0], some["cell"][1])
    assert not (some["cell"][0] == some["cell"][1]).any()
    other = LSTM(SPEC, networks=range(3, 6), seed=6, params=small().params).weights()
    assert not (other["cell"] == some["cell"]).any()


@pytest.mark.parametrize("networks", [range(0), range(17)])
def test_a_block_holds_1_to_16_networks(networks):
    with pytest.raises(LSTMParameterError, match=r"LSTM\.networks .* must be 1 to 16"):
        LSTM(SPEC, networks=networks)


def test_trials_that_do_not_fit_are_rejected(rng):
    learner = small()
    with pytest.raises(LSTMTrialsError, match=r"TrialBlock\.networks = 2 .*3 networks"):
        learner.run(random_block([3, 3], rng))
    block = random_block([3, 3, 3], rng)
    block.target[1, 0] = 3
    with pytest.raises(LSTMTrialsError, match=r"TrialBlock\.target = 3 must be below 3"):
        learner.run(block)
    block = random_block([3, 3, 3], rng)
    block.symbols[0, 0, 1] = 2
    with pytest.raises(LSTMTrialsError, match=r"TrialBlock\.control = 2 must be below 2") as caught:
        learner.run(block)
    assert isinstance(caught.value, LSTMError)


def test_a_block_without_a_step_is_no_run(rng):
    learner = small()
    outcome = learner.run(random_block([0, 0, 0], rng), record=True)
    assert outcome.response.shape == (3, 0)
    assert outcome.record.memory.shape == (3, 0, 4, 1)


def test_1_2_ax_is_learned_by_every_network():
    """16 networks in the default form, two successive epochs without error."""
    from tasks.base.rng import Purpose, stream
    from tasks.catalog import TASKS

    task = TASKS["12ax"].build()
    learner, n = LSTM(task.spec, seed=1000, params=LSTMParams.modern()), task.spec.sequences_per_epoch
    streak = np.zeros(16, int)
    for epoch in range(500):
        draws = [task.trials(n, stream(1000, Purpose.TRIALS, network, epoch)) for network in range(16)]
        streak = np.where(
            learner.run(TrialBlock.stack(draws)).errors == 0, streak + 1, np.where(streak >= 2, streak, 0)
        )
        if (streak >= 2).all():
            return
    pytest.fail(f"{(streak < 2).sum()} of 16 networks did not reach the criterion in 500 epochs")
