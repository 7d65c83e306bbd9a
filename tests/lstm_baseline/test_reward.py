"""Learning from reward alone: the policy gradient of the twin, and responses drawn at their address."""

import numpy as np
import pytest

from lstm_baseline import GRU, LSTM, Adam, GRUParams, Learning, LSTMNumberError, LSTMParameterError, LSTMParams, Reward
from tasks.base.rng import Purpose, key
from tests.reference import gru_twin, lstm_twin
from tests.reference.lstm_cases import SPEC, of_network, one_hot, random_block
from tests.reference.philox import naive_philox


def lstm_run(learner):
    return lambda w, x, before: lstm_twin.run(learner.circuit, learner.params, w, x, before)


def gru_run(learner):
    rest = np.zeros(learner.circuit.cells)
    return lambda w, x, before: gru_twin.run(w, x, before["h"] if before else rest)


MODELS = {
    "lstm": (LSTM, lambda **given: LSTMParams.modern(blocks=3, **given), lstm_run),
    "sublstm": (LSTM, lambda **given: LSTMParams.costa_2017(blocks=3, **given), lstm_run),
    "gru": (GRU, lambda **given: GRUParams.modern(hidden=3, **given), gru_run),
}
"""Kind, parameters, and the twin's run of the weights of a learner."""


def small(model="lstm", networks=range(3), dtype="float64", clip_norm=None, **changes):
    rule = Reward(**{"window": 4, "critic_part": 0.7, "entropy": 0.2, **changes})
    learning = Learning(rule=rule, optimiser=Adam(learning_rate=0.05), clip_norm=clip_norm)
    kind, params, _ = MODELS[model]
    return kind(SPEC, networks=networks, seed=5, params=params(learning=learning, dtype=dtype))


def rewarding(lengths, rng):
    """Random streams, in which two of three steps with a target are rewarded, whether they count or not."""
    block = random_block(lengths, rng)
    block.rewarded[:] = (block.target >= 0) & (rng.random(block.target.shape) < 0.7)
    return block


def expected_loss(run, w, critic, before, inputs, given, wanted, told, rule):
    """Loss of a window: minus the unexpected reward, minus the entropy, plus κ times the critic's error."""
    loss, asked = 0, [t for t, k in enumerate(wanted) if k >= 0]
    for t, did in enumerate(run(w, inputs, before)):
        if t in asked:
            y, reward = did["y_k"], float(given[t] == wanted[t])
            v = critic[:-1] @ did["y_c"] + critic[-1]
            loss = loss - (reward - told[t]) * np.log(y[given[t]]) + rule.entropy * np.sum(y * np.log(y))
            loss = loss + rule.critic_part * (v - reward) ** 2 / 2
    return loss / max(len(asked), 1)


class Twin:
    """One network that learns from the rewards of given responses."""

    def __init__(self, learner, k, run):
        self.run, self.params, self.w = run, learner.params, of_network(learner.weights(), k)
        self.critic = {"critic": np.zeros(learner.circuit.cells + 1)}
        self.adam, self.critics_adam = lstm_twin.Optimizer(learner.params), lstm_twin.Optimizer(learner.params)

    def train(self, inputs, given, wanted):
        rule, before = self.params.learning.rule, None
        for first in range(0, len(inputs), rule.window):
            part = slice(first, first + rule.window)
            x, a, d = inputs[part], given[part], wanted[part]
            steps = self.run(self.w, x, before)
            critic, cells = self.critic["critic"], np.array([did["y_c"] for did in steps])
            told = cells @ critic[:-1] + critic[-1]
            if (d >= 0).any():

                def loss(w, of=(critic, before, x, a, d, told)):
                    return expected_loss(self.run, w, *of, rule)

                asked, reward = d >= 0, (a == d).astype(float)
                error = np.where(asked, told - reward, 0.0) / asked.sum()
                of_critic = {"critic": np.append(cells.T @ error, error.sum())}
                self.w = self.adam.update(self.w, lstm_twin.gradient(loss, self.w))
                self.critic = self.critics_adam.update(self.critic, of_critic)
            before = steps[-1]


@pytest.mark.parametrize("every_step", [False, True])
@pytest.mark.parametrize("model", MODELS)
def test_a_run_learns_what_the_twin_learns(model, every_step, rng):
    learner, block = small(model, every_step=every_step), rewarding([14, 9, 0], rng)
    twins = [Twin(learner, k, MODELS[model][2](learner)) for k in range(2)]
    outcome = learner.run(block)
    for k, twin in enumerate(twins):
        length = block.length[k]
        earns = block.counts[k] if every_step else block.rewarded[k]
        wanted = np.where(earns, block.target[k], -1)[:length]
        twin.train(one_hot(block.symbols[k, :length]), outcome.response[k, :length], wanted)
        for name, expected in twin.w.items():
            np.testing.assert_allclose(learner.weights()[name][k], expected, rtol=1e-8, atol=1e-10, err_msg=name)
        np.testing.assert_allclose(learner.state()["critic"][k], twin.critic["critic"], rtol=1e-8, atol=1e-10)


def test_responses_are_drawn_at_their_address(rng):
    """With equal probabilities of the three, word i determines response i."""
    learner, block = small(networks=range(7, 9)), rewarding([20, 20], rng)
    learner.set_weights({name: np.zeros_like(values) for name, values in learner.weights().items()})
    outcome = learner.run(block)
    for k, network in enumerate(range(7, 9)):
        first = np.flatnonzero(block.rewarded[k])[: (block.rewarded[k, :4]).sum()]  # weights move after the window
        for number, t in enumerate(first):
            words = naive_philox((0, number, int(Purpose.RESPONSE), 0), key(5, network))
            assert outcome.response[k, t] == int(3 * (words[0] >> 8) / (1 << 24))


def test_what_is_not_rewarded_teaches_nothing(rng):
    learner, block = small(), rewarding([20, 9, 4], rng)
    block.rewarded[:] = False
    before = learner.weights()
    outcome = learner.run(block)
    np.testing.assert_array_equal(outcome.response, small().run(block, learn=False).response)
    for name, values in learner.weights().items():
        np.testing.assert_array_equal(values, before[name])


@pytest.mark.parametrize("model", MODELS)
def test_of_the_target_only_whether_it_was_met_is_used(model, rng):
    """After a wrong response, the correct one makes no difference."""
    block = rewarding([30], rng)
    response = small(model, networks=range(1)).run(block).response
    missed = block.rewarded & (response != block.target)
    assert missed.sum() > 3
    learned = []
    for shift in (0, 1):
        others = (response + 1 + (block.target - response - 1 + shift) % 2) % 3
        block.target[missed] = others[missed]
        learner = small(model, networks=range(1))
        np.testing.assert_array_equal(learner.run(block).response, response)
        learned.append(learner.weights())
    for name, values in learned[0].items():
        np.testing.assert_array_equal(values, learned[1][name])


@pytest.mark.parametrize("model", MODELS)
def test_the_critic_foretells_reward(model, rng):
    """If the response is always correct, the critic comes close to 1."""
    learner = small(model, networks=range(1), entropy=0.0)
    learner.set_weights({"readout_bias": np.array([[[50.0], [0.0], [0.0]]])})
    for _ in range(20):
        block = rewarding([20], rng)
        block.target[:], block.rewarded[:] = 0, True
        outcome = learner.run(block, record=True)
    assert outcome.correct.all()
    told = outcome.record.signals["reward_prediction"]
    assert told.shape == (1, 20)
    np.testing.assert_allclose(told, 1.0, atol=0.2)


@pytest.mark.parametrize("model", MODELS)
def test_a_sick_network_is_stopped_and_the_others_run_on(model, rng):
    well, sick = (small(model, networks=range(10, 13), dtype="float32") for _ in range(2))
    sick._critic.weights[:, 1] = np.inf
    block = rewarding([20, 20, 20], rng)
    expected, before = well.run(block), sick.weights()
    with pytest.raises(LSTMNumberError, match=r"network 11, steps \d+ to \d+: gradient") as caught:
        sick.run(block)
    np.testing.assert_array_equal(caught.value.outcome.response[[0, 2]], expected.response[[0, 2]])
    for name, values in sick.weights().items():
        np.testing.assert_array_equal(values[[0, 2]], well.weights()[name][[0, 2]])
        np.testing.assert_array_equal(values[1], before[name][1])


@pytest.mark.parametrize(("field", "value"), [("window", 0), ("critic_part", -1.0), ("entropy", np.inf)])
def test_impossible_parameters_are_rejected(field, value):
    with pytest.raises(LSTMParameterError, match=rf"Reward\.{field} = {value}"):
        Reward(**{field: value})
