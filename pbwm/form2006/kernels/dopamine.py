"""PVLV, and its effect on Go and NoGo (docs/form2006.md §4, §5; OF06 A.11–A.20)."""

from pbwm.form2006.kernels.tables import DOPAMINE, LVE, LVI, PVE, PVI
from tasks.engine.lanes import fill, load, maximum, minimum, store, where
from tasks.engine.lanes.options import inner

HALF = 0.5
"""The neutral primary value."""


@inner
def read_value(first, net, state):
    """The mean of the values of three units, weighted by activity."""
    n = net.constants
    total, weighted = fill(state.act, 0.0), fill(state.act, 0.0)
    for i in range(net.roles.values):
        act = minimum(load(state.act, first + i), n.clamp_max) / n.clamp_max
        total += act
        weighted += net.value[i] * act
    return weighted / maximum(total, n.min_activity)


@inner
def due(net, state):
    """1 where primary value is delivered or expected (A.12), else 0."""
    n, pve, pvi = net.constants, load(state.signals, PVE), load(state.signals, PVI)
    least, most = minimum(pve, pvi), maximum(pve, pvi)
    return where((least < n.filter_min) | (most > n.filter_max), fill(pve, 1.0), 0.0)


@inner
def release(net, state):
    """Dopamine: ``δ = (LVe − LVi) + (PVe − PVi where due)`` (A.14–A.17)."""
    n = net.constants
    lve, lvi = read_value(net.roles.lve, net, state), fill(state.act, 0.0)
    if n.lvi:
        lvi = read_value(net.roles.lvi, net, state)
    store(state.signals, LVE, lve)
    store(state.signals, LVI, lvi)
    now = due(net, state) > 0.0
    primary = where(now, load(state.signals, PVE) - load(state.signals, PVI), 0.0)
    learned = lve - maximum(lvi, n.lvi_min)
    if not n.learned_where_due:
        learned = where(now, 0.0, learned)
    store(state.signals, DOPAMINE, learned + primary)


@inner
def stripe_dopamine(stripe, net, state):
    """Dopamine of a stripe: ``δ_j = snr_j δ`` if it gated in the plus phase (OF06), plus that of random Go."""
    n, delta = net.constants, net.constants.dopamine_gain * load(state.signals, DOPAMINE)
    gate = load(state.act_plus, net.roles.gate + stripe)
    if n.stripe_dopamine:
        delta = where(gate > n.gate_threshold, gate * delta, 0.0)
    return delta + n.go_dopamine * load(state.chance, stripe)


@inner
def modulate(net, state):
    """Dopamine in the striatum (A.20): a burst excites Go and inhibits NoGo, a dip the reverse."""
    n, roles = net.constants, net.roles
    for j in range(roles.stripes):
        delta = stripe_dopamine(j, net, state)
        burst, dip = n.burst_gain * maximum(delta, 0.0), n.dip_gain * maximum(-delta, 0.0)
        for i in range(j * roles.half, (j + 1) * roles.half):
            push(roles.go + i, n.d1_gain * burst, n.d1_gain * dip, n, state)
            push(roles.nogo + i, n.d2_gain * dip, n.d2_gain * burst, n, state)


@inner
def push(u, up, down, n, state):
    """Excite a striatal unit, and inhibit it."""
    part = (1.0 - n.contrast) + n.contrast * load(state.act_plus, u)
    store(state.hold, u, n.excitation * up * part)
    store(state.accommodation, u, n.accommodation * down * part)


@inner
def unmodulate(net, state):
    """Remove dopamine from the striatum."""
    roles = net.roles
    for i in range(roles.stripes * roles.half):
        for u in (roles.go + i, roles.nogo + i):
            store(state.hold, u, 0.0)
            store(state.accommodation, u, 0.0)


@inner
def remember_dopamine(net, state):
    """Mean dopamine of stripes that gated: ``m += dt (δ − m)`` (OF06, "Random Go firing").

    A random Go sets it to `low` (simulator).
    """
    n = net.constants
    for j in range(net.roles.stripes):
        mean = load(state.mean_dopamine, j)
        after = mean + n.mean_dt * (load(state.signals, DOPAMINE) - mean)
        gated = load(state.act_plus, net.roles.gate + j) > n.gate_threshold
        after = where(gated, after, mean)
        store(state.mean_dopamine, j, where(load(state.chance, j) > 0.0, fill(mean, n.low), after))


@inner
def remember_reward(outcome, rewarded, net, state):
    """Mean reward where one is due: ``r += dt (PVe − r)`` (simulator)."""
    mean = load(state.mean_reward, 0)
    after = mean + net.constants.reward_dt * (outcome - mean)
    store(state.mean_reward, 0, where(rewarded > 0.0, after, mean))


@inner
def tire(net, state):
    """Depression of synapses onto LVe and LVi: ``T += R (1 − T) − D act``, in [0, 1]."""
    n = net.constants
    for u in range(len(state.act)):
        before = load(state.transmission, u)
        after = before + n.recovery * (1.0 - before) - n.depletion * load(state.act, u)
        store(state.transmission, u, minimum(maximum(after, 0.0), 1.0))
