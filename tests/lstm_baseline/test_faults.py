"""NaN and infinity stop only the network in which they arise, and an error names it."""

import numpy as np
import pytest

from lstm_baseline import (
    BPTT,
    GRU,
    LSTM,
    RBP,
    SRN,
    EProp,
    GRUParams,
    Learning,
    LSTMError,
    LSTMNumberError,
    LSTMParams,
    RBPParams,
    Reward,
    SRNParams,
)
from lstm_baseline.single_network import suits
from tasks.base.training import Lesson
from tests.reference.lstm_cases import SPEC, learning, random_block

POISON = {
    "net input of cells and gates": {"input_gate": lambda w: 3e38 * np.sign(w)},
    "net input of outputs": {"bias": lambda w: 50.0, "readout": lambda w: 3e38},
    "gradient": {"readout": lambda w: 1e25 * np.sign(w)},
}
"""Quantity → weights that make it overflow: a sum of two 3e38, or the square of an error of 1e25."""


def learner_of(networks, poison=(), sick=()):
    learner = LSTM(SPEC, networks=networks, seed=3, params=LSTMParams.modern(learning=learning(5, clip_norm=None)))
    learner.run(random_block([20] * len(networks), np.random.default_rng(1)))
    weights = learner.weights()
    for name, value in dict(poison).items():
        for k in sick:
            weights[name][k] = value(weights[name][k])
    learner.set_weights(weights)
    return learner


@pytest.mark.parametrize("quantity", POISON)
@pytest.mark.parametrize("networks", [range(10, 26), range(10, 12)], ids=["side by side", "one at a time"])
def test_a_sick_network_is_stopped_and_named_and_the_others_run_on(quantity, networks):
    block = random_block([97] * len(networks), np.random.default_rng(2))
    well, sick = learner_of(networks), learner_of(networks, POISON[quantity], [1])
    before = sick._state.memory.copy()
    assert suits(sick.circuit, len(networks), 97) == (len(networks) == 2)
    expected = well.run(block)
    with pytest.raises(LSTMNumberError, match=rf"network 11, steps \d+ to \d+: {quantity}") as caught:
        sick.run(block)
    assert isinstance(caught.value, LSTMError)
    assert isinstance(caught.value, ArithmeticError)
    [stopped] = caught.value.stopped
    assert (stopped.network, stopped.quantity) == (11, quantity)
    done, others = stopped.first - 1, np.delete(np.arange(len(networks)), 1)
    outcome = caught.value.outcome
    np.testing.assert_array_equal(outcome.response[others], expected.response[others])
    assert (outcome.response[1, :done] >= 0).all()
    assert (outcome.response[1, done:] == -1).all()
    np.testing.assert_array_equal(sick._state.memory[:, others], well._state.memory[:, others])
    if done == 0:
        w = sick.circuit.weights
        kept = np.r_[0:w, 2 * w : len(before)]
        np.testing.assert_array_equal(sick._state.memory[kept, 1], before[kept, 1])
    assert np.isfinite(sick._state.memory[: sick.circuit.weights]).all()


@pytest.mark.parametrize("networks", [range(10, 26), range(10, 12)], ids=["side by side", "one at a time"])
def test_training_stops_a_sick_network_in_its_epoch(networks):
    lengths = np.array([41] * len(networks))
    block = random_block(list(3 * lengths), np.random.default_rng(2))
    lesson = Lesson(
        trials=block, ends=np.outer(lengths, [1, 2, 3]), events=1, criterion=None, streak=0 * lengths, first=4
    )
    well, sick = learner_of(networks), learner_of(networks, POISON["net input of outputs"], [1])
    assert suits(sick.circuit, len(networks), 123) == (len(networks) == 2)
    expected = well.train(lesson)
    with pytest.raises(LSTMNumberError, match=r"network 11, epoch 5, steps \d+ to \d+: net input of outputs") as caught:
        sick.train(lesson)
    [stopped], others = caught.value.stopped, np.delete(np.arange(len(networks)), 1)
    assert (stopped.first - 1) % 5 == 0
    assert stopped.last <= 41
    outcome = caught.value.outcome
    assert outcome.done[1] == outcome.counted[1].sum() == 0
    np.testing.assert_array_equal(outcome.errors[others], expected.errors[others])
    np.testing.assert_array_equal(sick._state.memory[:, others], well._state.memory[:, others])


LEARNERS = {
    "windows": (LSTM, LSTMParams.modern(learning=Learning(rule=BPTT(window=5)))),
    "windows, rate decays": (LSTM, LSTMParams.modern(learning=Learning(rule=BPTT(window=5), decay=0.9))),
    "truncated": (LSTM, LSTMParams.gers_2000()),
    "1997": (LSTM, LSTMParams.hochreiter_schmidhuber_1997()),
    "e-prop": (LSTM, LSTMParams.modern(learning=Learning(rule=EProp(), decay=0.9))),
    "reward": (LSTM, LSTMParams.modern(learning=Learning(rule=Reward(window=5, every_step=True)))),
    "GRU": (GRU, GRUParams(learning=Learning(rule=BPTT(window=5)))),
    "GRU, e-prop": (GRU, GRUParams(learning=Learning(rule=EProp()))),
    "GRU, reward": (GRU, GRUParams(learning=Learning(rule=Reward(window=5, every_step=True)))),
    "RBP": (RBP, RBPParams.oreilly_frank_2006(hidden=8)),
    "SRN": (SRN, SRNParams.oreilly_frank_2006(hidden=8)),
}
STORED = ("gradient", "partials", "gathered")
"""Endings of state arrays that a stop sets to 0."""


@pytest.mark.parametrize("kind", LEARNERS)
def test_a_network_that_stops_in_its_first_window_keeps_its_state(kind):
    model, params = LEARNERS[kind]
    learner = model(SPEC, networks=range(10, 12), seed=3, params=params)
    learner.run(random_block([20, 20], np.random.default_rng(1), starts=0.9))
    weights = learner.weights()
    for values in weights.values():
        values[1] = 3e38
    learner.set_weights(weights)
    before, block = learner.state(), random_block([20, 20], np.random.default_rng(2), starts=0.9)
    block.symbols[:, 0], block.starts[:, 0] = 0, True
    with pytest.raises(LSTMNumberError, match="network 11, step") as caught:
        learner.run(block)
    assert caught.value.stopped[0].first == 1
    for name, values in learner.state().items():
        if not name.endswith(STORED):
            np.testing.assert_array_equal(values[1], before[name][1], err_msg=name)
