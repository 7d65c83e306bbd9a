"""Exploration: one Gaussian draw per stripe and trial, larger where reward stays away (docs/pbwm.md §6)."""

from tasks.base.kernels.counter import draw, normal
from tasks.base.lanes import LANES, load, maximum, minimum, store, where
from tasks.base.lanes.options import inlined, inner
from tasks.base.rng import Purpose

GATING_NOISE = int(Purpose.GATING_NOISE)


@inner
def draw_noise(net, state):
    """Draw a standard normal number for every stripe of one trial.

    A number is addressed by seed and replica (the key), trial and stripe: no other network or layout changes it.
    """
    if net.exploration.on:
        for row in range(len(net.stripe_number)):
            for lane in range(LANES):
                stripe = net.stripe_number[row, lane]
                if stripe >= 0:
                    trial = int(state.trials[0, lane])
                    words = draw(state.key[0, lane], state.key[1, lane], stripe, trial, GATING_NOISE, 0)
                    state.noise[row, lane] = normal(words[0])
    store(state.trials, 0, load(state.trials, 0) + 1.0)


@inlined
def doubt(e, d, network):
    """How much noise there is in the next cycle: ``ε = min(1, gain (1 − r̄))``.

    With doubt by prediction, r̄ gives way to the predicted reward where one is expected (beyond the threshold at which
    acetylcholine says so): what is known to go wrong is explored, though all else goes well.
    """
    expected, prediction = load(network, "mean_reward"), load(network, "prediction")
    if e.by_prediction:
        distance = prediction - d.neutral
        expected = where(maximum(distance, -distance) > d.reward_threshold, prediction, expected)
    store(network, "doubt", minimum(maximum(e.gain * (1.0 - expected), 0.0), 1.0))


@inlined
def noise(state, stripe):
    """The noise of a stripe in this cycle; where it enters has its standard deviation."""
    return load(state.network[0], "doubt") * load(state.noise, stripe)


@inner
def remember_reward(delivered, reward, net, state):
    """The running mean of reward, r̄, after a trial in which one was `delivered`."""
    network = state.network[0]
    before = load(network, "mean_reward")
    after = before + net.exploration.reward_dt * (reward - before)
    store(network, "mean_reward", where(delivered, after, before))
