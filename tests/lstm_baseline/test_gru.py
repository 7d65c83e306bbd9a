"""The GRU learns like its twin, records its gates, and equals torch's."""

import json
from pathlib import Path

import numpy as np
import pytest

from lstm_baseline import (
    BPTT,
    GRU,
    SGD,
    EProp,
    Feedback,
    GRUParams,
    Learning,
    LSTMNumberError,
    LSTMParameterError,
    Truncated,
    Update,
)
from tasks.base.task import TrialBlock
from tests.reference import gru_torch, gru_twin, lstm_twin
from tests.reference.lstm_cases import RESET, SPEC, of_network, one_hot, random_block

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "gru_torch.json").read_text())
TOLERANCE, CLIPPED = 1e-10, 1e-5
"""Relative to the largest weight; torch adds 1e-6 to the norm for clipping."""


def small(networks=range(3), window=4, spec=SPEC, **changes):
    params = GRUParams(**{"hidden": 5, "dtype": "float64", "learning": Learning(rule=BPTT(window=window)), **changes})
    return GRU(spec, networks=networks, seed=5, params=params)


def with_biases(learner, rng):
    """Biases start at 0, which would hide a confusion of two."""
    biases = {name: rng.normal(size=learner.weights()[name].shape) for name in ("bias", "recurrent_bias")}
    learner.set_weights(biases)
    return learner


@pytest.mark.parametrize("spec", [SPEC, RESET], ids=["goes on", "is reset"])
@pytest.mark.parametrize(("hidden", "window"), [(1, 1), (5, 4), (6, 7)])
def test_a_run_learns_what_the_twin_learns(hidden, window, spec, rng):
    """Windows, carried cells, streams of several lengths, steps that do not count, clipping and Adam, all together."""
    learner = with_biases(small(hidden=hidden, window=window, spec=spec), rng)
    before, block = learner.weights(), random_block([17, 11, 0], rng, starts=0.3)
    outcome = learner.run(block, record=True)
    after, record = learner.weights(), outcome.record
    for k, length in enumerate(block.length):
        inputs, target = one_hot(block.symbols[k, :length]), np.where(block.counts[k], block.target[k], -1)[:length]
        resets = block.starts[k, :length] & spec.resets_memory
        w, did = gru_twin.train(learner.params, of_network(before, k), inputs, target, resets)
        assert outcome.response[k, :length].tolist() == [int(np.argmax(step["y_k"])) for step in did]
        for name, expected in w.items():
            np.testing.assert_allclose(after[name][k], expected, rtol=1e-9, atol=1e-11, err_msg=name)
        for t, step in enumerate(did):
            np.testing.assert_allclose(record.forget_gate[k, t], step["z"], rtol=1e-9)
            np.testing.assert_allclose(record.input_gate[k, t], 1 - step["z"], rtol=1e-9)
            np.testing.assert_allclose(record.memory[k, t, :, 0], step["h"], rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(record.signals["reset_gate"][k, t], step["r"], rtol=1e-9)
    np.testing.assert_array_equal(record.output_gate[0], 1.0)


@pytest.mark.parametrize("spec", [SPEC, RESET], ids=["goes on", "is reset"])
@pytest.mark.parametrize("update", Update)
@pytest.mark.parametrize("feedback", Feedback)
def test_e_prop_learns_what_the_twin_learns(update, feedback, spec, rng):
    """Streams of several lengths, steps that do not count, sequences, clipping and Adam, in one call and in two."""
    rule = EProp(update=update, feedback=feedback)
    learner = with_biases(small(hidden=3, spec=spec, learning=Learning(rule=rule, clip_norm=0.5)), rng)
    before, block = learner.weights(), random_block([12, 8, 0], rng, starts=0.3)
    block.starts[:, 6] = True  # so that a sequence ends with the first of the two calls
    sent = learner.state()["feedback"].reshape(3, 3, 3) if feedback is Feedback.RANDOM else None
    outcome = learner.run(block)
    cut = with_weights(small(hidden=3, spec=spec, learning=learner.params.learning), before)
    for part in (slice(0, 6), slice(6, 12)):
        cut.run(steps_of(block, part))
    for k, length in enumerate(block.length):
        case = (one_hot(block.symbols[k, :length]), np.where(block.counts[k], block.target[k], -1)[:length])
        starts = block.starts[k, :length]
        own = None if sent is None else sent[k]
        w, responses = gru_twin.train_online(
            learner.params, of_network(before, k), *case, starts, starts & spec.resets_memory, own
        )
        assert outcome.response[k, :length].tolist() == responses
        for name, expected in w.items():
            np.testing.assert_allclose(learner.weights()[name][k], expected, rtol=1e-8, atol=1e-10, err_msg=name)
            np.testing.assert_array_equal(cut.weights()[name][k], learner.weights()[name][k])


def with_weights(learner, weights):
    learner.set_weights(weights)
    return learner


def steps_of(block, part):
    names = ("symbols", "target", "counts", "rewarded", "event", "starts", "ideal_gate")
    arrays = {name: getattr(block, name)[:, part] for name in names}
    return TrialBlock(length=np.clip(block.length - part.start, 0, part.stop - part.start), **arrays)


def test_over_one_step_e_prop_has_the_gradient_of_backpropagation(rng):
    """Over more steps, it has another, because it does not follow errors between cells."""
    found = {}
    for rule in (BPTT(window=1), BPTT(window=8), EProp(update=Update.SEQUENCE)):
        for steps in (1, 8):
            learner = with_biases(small(learning=Learning(rule=rule, clip_norm=None)), np.random.default_rng(3))
            block = random_block([steps] * 3, np.random.default_rng(4))
            block.target[:], block.counts[:] = 1, False
            block.counts[:, -1] = True
            learner.run(block)
            found[type(rule), getattr(rule, "window", 0), steps] = learner.weights()["reset_gate"]
    np.testing.assert_allclose(found[EProp, 0, 1], found[BPTT, 1, 1], rtol=1e-9)
    assert (found[EProp, 0, 8] != found[BPTT, 8, 8]).any()
    assert (found[EProp, 0, 8] != found[BPTT, 1, 8]).any()


def test_the_twins_loss_has_the_gradient_of_central_differences(rng):
    w, x = of_network(with_biases(small(networks=range(1)), rng).weights(), 0), rng.normal(size=(5, 5))
    target = np.array([0, -1, 2, 1, -1])

    def loss(v):
        return lstm_twin.cross_entropy(gru_twin.run(v, x, np.zeros(5)), target)

    found = lstm_twin.gradient(loss, w)
    for name, expected in lstm_twin.central_differences(loss, w).items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-7, atol=1e-9, err_msg=name)


def test_it_is_the_gru_of_torch(rng):
    """Every activity, over a stream, in float64."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    learner = with_biases(small(networks=range(1)), rng)
    w, block = of_network(learner.weights(), 0), random_block([12], rng)
    theirs = torch.nn.GRU(5, 5, dtype=torch.float64)
    gates = [w["reset_gate"], w["update_gate"], w["candidate"]]
    values = {
        "weight_ih_l0": np.concatenate([g[:, :5] for g in gates]),
        "weight_hh_l0": np.concatenate([g[:, 5:] for g in gates]),
        "bias_ih_l0": w["bias"][:, 0],
        "bias_hh_l0": np.concatenate([np.zeros(10), w["recurrent_bias"][:, 0]]),
    }
    theirs.load_state_dict({name: torch.from_numpy(v) for name, v in values.items()})
    with torch.no_grad():
        expected = theirs(torch.from_numpy(one_hot(block.symbols[0])))[0].numpy()
    memory = learner.run(block, learn=False, record=True).record.memory[0, :, :, 0]
    np.testing.assert_allclose(memory, expected, rtol=1e-10, atol=1e-13)


def assert_same_training(shape, reference):
    params, weights, block = gru_torch.case(**shape)
    learner = GRU(SPEC, networks=range(block.networks), params=params)
    learner.set_weights(weights)
    learner.run(block)
    tolerance = TOLERANCE if params.learning.clip_norm is None else CLIPPED
    for k in range(block.networks):
        expected, found = reference(params, of_network(weights, k), block, k), of_network(learner.weights(), k)
        scale = max(np.abs(value).max() for value in expected.values())
        for name, value in expected.items():
            np.testing.assert_allclose(found[name], value, rtol=0, atol=tolerance * scale, err_msg=name)


@pytest.mark.parametrize("clip_norm", [None, 0.3])
@pytest.mark.parametrize(("hidden", "window"), [(1, 3), (6, 1), (4, 20)])
def test_training_equals_torch(hidden, window, clip_norm):
    pytest.importorskip("torch", reason="torch is not installed (pip install .[torch]); see the golden file")
    shape = {"seed": hidden, "lengths": [13, 8], "hidden": hidden, "window": window, "clip_norm": clip_norm}
    assert_same_training(shape, gru_torch.train)


@pytest.mark.parametrize("golden", GOLDEN["trainings"], ids=lambda g: f"seed {g['case']['seed']}")
def test_training_equals_the_golden_file(golden):
    def reference(params, w, block, k):
        return {name: np.array(values) for name, values in golden["networks"][k].items()}

    assert_same_training(golden["case"], reference)


def test_a_sick_network_is_stopped_and_the_others_run_on(rng):
    well, sick = (small(networks=range(10, 13), dtype="float32") for _ in range(2))
    weights = sick.weights()
    weights["readout"][1] = 3e38
    weights["recurrent_bias"][1] = 9.0
    sick.set_weights(weights)
    block = random_block([20, 20, 20], rng)
    before, expected = sick.state(), well.run(block)
    with pytest.raises(LSTMNumberError, match=r"GRU: .*network 11, steps \d+ to \d+: ") as caught:
        sick.run(block)
    for state, values in sick.state().items():
        np.testing.assert_array_equal(values[[0, 2]], well.state()[state][[0, 2]])
        assert np.isfinite(values).all()
    np.testing.assert_array_equal(sick.state()["weights"][1], before["weights"][1])
    np.testing.assert_array_equal(caught.value.outcome.response[[0, 2]], expected.response[[0, 2]])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hidden": 0}, r"GRUParams\.hidden = 0"),
        (
            {"learning": Learning(rule=Truncated())},
            r"GRUParams\.learning = .* must have BPTT, EProp or Reward",
        ),
        ({"learning": Learning(optimiser=SGD())}, r"GRUParams\.learning = .* must have Adam as its optimizer"),
        ({"learning": Learning(decay=0.5)}, r"GRUParams\.learning = .* must have Adam as its optimizer, and no decay"),
        ({"dtype": "half"}, r"GRUParams\.dtype = 'half'"),
    ],
)
def test_impossible_parameters_are_rejected(changes, message):
    with pytest.raises(LSTMParameterError, match=message):
        GRUParams(**changes)
