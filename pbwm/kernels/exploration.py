"""Exploration: one Gaussian draw per stripe and trial (docs/pbwm.md §6)."""

from pbwm.kernels.ages import sees_age
from pbwm.kernels.credit import stripe_used
from pbwm.kernels.delivery import forget
from tasks.base.rng import Purpose
from tasks.engine.kernels.counter import draw, next_count, normal
from tasks.engine.lanes import LANES, load, maximum, minimum, store, where
from tasks.engine.lanes.options import inlined, inner

GATING_NOISE = int(Purpose.GATING_NOISE)


@inlined
def striatum_silent(step, row, net, symbols):
    """Stripes whose striatum has no input in a trial: the control channel is silent, and they see no age."""
    symbol = load(symbols, step * len(net.inputs) + net.roles.control)
    silent = symbol < 0.0
    if net.roles.age >= 0:
        silent = silent & ~sees_age(row % net.roles.maintenance_stripes, symbol, net)
    return silent


@inner
def draw_noise(step, learn, net, state, symbols):
    """Draw a standard normal number per stripe, and count the trial.

    Numbers are addressed by seed and network (the key), trial, and stripe. With `by_stripe`, they are times ``1 −
    r̄_k``. They are 0 if the striatum has no input or, without `when_frozen`, if weights are frozen.
    """
    if net.exploration.on and (learn or net.exploration.when_frozen):
        for row in range(len(net.stripe_number)):
            for lane in range(LANES):
                stripe = net.stripe_number[row, lane]
                if stripe >= 0:
                    trial = int(state.trials[0, lane])
                    words = draw(state.key[0, lane], state.key[1, lane], stripe, trial, GATING_NOISE, 0)
                    state.noise[row, lane] = normal(words[0])
            if net.exploration.by_stripe:
                store(state.noise, row, load(state.noise, row) * (1.0 - load(state.stripes[row], "success")))
            store(state.noise, row, where(striatum_silent(step, row, net, symbols), 0.0, load(state.noise, row)))
    elif net.exploration.on:
        forget(state.noise, 0, len(state.noise))
    store(state.trials, 0, next_count(load(state.trials, 0)))


@inlined
def noise_factor(e, d, network):
    """Factor of the noise in the next cycle: ``ε = min(1, gain (1 − r̄))``.

    With `by_prediction`, predicted reward replaces r̄ where a reward is expected.
    """
    expected, prediction = load(network, "mean_reward"), load(network, "prediction")
    if e.by_prediction:
        distance = prediction - d.neutral
        expected = where(maximum(distance, -distance) > d.reward_threshold, prediction, expected)
    store(network, "noise_factor", minimum(maximum(e.gain * (1.0 - expected), 0.0), 1.0))


@inlined
def noise(state, stripe):
    """The noise of a stripe in this cycle, in standard deviations."""
    return load(state.network[0], "noise_factor") * load(state.noise, stripe)


@inlined
def approach(before, delivered, reward, dt):
    """A running mean of reward, updated where `delivered`."""
    return where(delivered, before + dt * (reward - before), before)


@inner
def remember_reward(delivered, reward, net, state):
    """Running means of reward where `delivered`: r̄, and r̄_k of used stripes."""
    network, dt = state.network[0], net.exploration.reward_dt
    store(network, "mean_reward", approach(load(network, "mean_reward"), delivered, reward, dt))
    if net.exploration.by_stripe:
        for stripe in range(len(state.stripes)):
            row = state.stripes[stripe]
            used = delivered & stripe_used(stripe, net, state)
            store(row, "success", approach(load(row, "success"), used, reward, dt))
