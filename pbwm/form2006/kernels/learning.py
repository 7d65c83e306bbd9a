"""Learning at the end of an event (docs/form2006.md §3–§5)."""

from pbwm.form2006.kernels.dopamine import due
from pbwm.form2006.kernels.tables import CONTRASTIVE, LEARNED, PRIMARY, PVE, STRIATAL
from tasks.engine.lanes import fill, load, maximum, minimum, store, where
from tasks.engine.lanes.options import inlined, inner


@inlined
def soft_bounded(change, linear):
    """``[Δ]₊ (1 − l) + [Δ]₋ l`` (A.9)."""
    return change * where(change > 0.0, 1.0 - linear, linear)


@inlined
def contrasted(linear, n):
    """The effective weight, ``1 / (1 + (offset (1 − l)/l)^gain)``."""
    ratio = n.sigmoid_offset * (1.0 - linear) / linear
    power = ratio
    for _ in range(1, n.sigmoid_gain):
        power = power * ratio
    return 1.0 / (1.0 + power)


@inner
def learn_contrastive(path, factor, net, state):
    """``ε [k_hebb y⁺ (x⁺ − l) + (1 − k_hebb) sb(x⁺ y⁺ − x⁻ y⁻)]`` (A.7–A.10), times `factor`."""
    for r in range(path.receivers):
        u = path.target + r
        plus, minus = load(state.act_plus, u), load(state.act_minus, u)
        for c in range(path.contacts):
            synapse, sender = path.first_synapse + r * path.contacts + c, net.sender[path.first_sender + c]
            linear, x = load(state.linear, synapse), load(state.act_plus, sender)
            error = soft_bounded(x * plus - load(state.act_minus, sender) * minus, linear)
            change = path.hebbian * (plus * (x - linear)) + (1.0 - path.hebbian) * error
            linear = minimum(maximum(linear + path.rate * factor * change, 0.0), 1.0)
            store(state.linear, synapse, linear)
            store(state.weight, synapse, contrasted(linear, net.constants))


@inner
def learn_striatal(path, factor, net, state):
    """``Δl = ε sb((y⁺⁺ − y⁺) x⁺)`` (A.19), times `factor`."""
    for r in range(path.receivers):
        u = path.target + r
        taught = load(state.act, u) - load(state.act_plus, u)
        place = path.first_sender + r * path.sender_step
        for c in range(path.contacts):
            synapse = path.first_synapse + r * path.contacts + c
            linear = load(state.linear, synapse)
            change = soft_bounded(taught * load(state.act_plus, net.sender[place + c]), linear)
            linear = minimum(maximum(linear + path.rate * factor * change, 0.0), 1.0)
            store(state.linear, synapse, linear)
            store(state.weight, synapse, contrasted(linear, net.constants))


@inner
def learn_value(path, scale, net, state):
    """``Δw = ε (y_target − y⁻) x⁺`` (A.11, A.13), times `scale`, with weights in [0, 1].

    Target activity decreases linearly with the distance of primary value from the unit's value.
    """
    pve, n = load(state.signals, PVE), net.constants
    step = net.value[1] - net.value[0]
    for r in range(path.receivers):
        distance = pve - net.value[r]
        target = n.clamp_max * maximum(1.0 - maximum(distance, -distance) / step, 0.0)
        error = path.rate * scale * (target - load(state.act_minus, path.target + r))
        for c in range(path.contacts):
            synapse = path.first_synapse + r * path.contacts + c
            change = error * load(state.act_plus, net.sender[path.first_sender + c])
            weight = minimum(maximum(load(state.weight, synapse) + change, 0.0), 1.0)
            store(state.weight, synapse, weight)
            store(state.linear, synapse, weight)


@inner
def learn(net, state):
    """Learning of all paths; slower in cortex and striatum with high mean reward (simulator)."""
    n, one, rewarded = net.constants, fill(state.act, 1.0), due(net, state)
    factor = where(load(state.mean_reward, 0) >= n.success, fill(one, n.late_factor), one)
    for p in range(len(net.paths)):
        path = net.paths[p]
        if path.rule == CONTRASTIVE:
            learn_contrastive(path, factor, net, state)
        elif path.rule == STRIATAL:
            learn_striatal(path, factor, net, state)
        elif path.rule == PRIMARY:
            learn_value(path, one, net, state)
        elif path.rule == LEARNED:
            learn_value(path, rewarded, net, state)
