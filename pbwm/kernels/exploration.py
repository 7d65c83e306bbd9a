"""Exploration: one Gaussian draw per stripe and trial, larger where reward stays away (docs/pbwm.md §6)."""

from tasks.base.kernels.counter import draw, normal
from tasks.base.lanes import LANES, load, maximum, minimum, store, where
from tasks.base.lanes.options import inner
from tasks.base.rng import Purpose

GATING_NOISE = int(Purpose.GATING_NOISE)


@inner
def draw_noise(net, state):
    """Noise of every stripe for one trial, ``ε · N(0, 1)`` with ``ε = min(1, gain (1 − r̄))``; the site has the SD.

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
        epsilon = net.exploration.gain * (1.0 - load(state.network[0], "mean_reward"))
        epsilon = minimum(maximum(epsilon, 0.0), 1.0)
        for row in range(len(net.stripe_number)):
            store(state.noise, row, epsilon * load(state.noise, row))
    store(state.trials, 0, load(state.trials, 0) + 1.0)


@inner
def remember_reward(delivered, reward, net, state):
    """The running mean of reward, r̄, after a trial in which one was `delivered`."""
    network = state.network[0]
    before = load(network, "mean_reward")
    after = before + net.exploration.reward_dt * (reward - before)
    store(network, "mean_reward", where(delivered, after, before))
