"""One cycle of settling (docs/form2006.md §1, §2)."""

from tasks.engine.lanes import LANES, any_of, fill, floor, load, maximum, minimum, store, where
from tasks.engine.lanes.options import inlined, inner

TOGETHER = 4
"""Receivers that are computed together."""


@inlined
def in_phase(bits, phase):
    """Whether the bit of a phase is set."""
    return (bits >> phase) & 1 > 0


@inner
def send(net, state):
    """Sent activity: 0 at or below the send threshold."""
    for u in range(len(state.act)):
        act = load(state.act, u)
        store(state.sent, u, where(act > net.constants.send_threshold, act, 0.0))


@inner
def take_up_input(net, state):
    """Excitation from the input layer, constant within an event."""
    send(net, state)
    for u in range(len(state.driven)):
        store(state.driven, u, 0.0)
    for p in range(len(net.paths)):
        if net.paths[p].constant:
            deliver(net.paths[p], False, state.driven, net, state)


@inner
def gather(phase, net, state):
    """Excitation ``g_e += dt_net (Σ_paths scale Σ_i w_i x_i − g_e)`` of the layers of a phase (A.2)."""
    for i in range(len(net.layers)):
        layer = net.layers[i]
        if in_phase(layer.gathers, phase):
            for u in range(layer.start, layer.stop):
                store(state.raw, u, load(state.driven, u))
    for p in range(len(net.paths)):
        path = net.paths[p]
        if not path.constant and in_phase(net.layers[path.layer].gathers, phase):
            deliver(path, in_phase(path.depressed, phase), state.raw, net, state)
    for i in range(len(net.layers)):
        layer = net.layers[i]
        if in_phase(layer.gathers, phase):
            for u in range(layer.start, layer.stop):
                before, arrives = load(state.excitation, u), layer.excitability * load(state.raw, u)
                store(state.excitation, u, before + net.constants.net_dt * (arrives - before))


@inner
def deliver(path, depressed, arriving, net, state):
    """Add the input through a path to `arriving`, reduced if `depressed`."""
    r = 0
    if path.sender_step == 0 and not depressed:
        while r + TOGETHER <= path.receivers:
            deliver_together(r, path, arriving, net, state)
            r += TOGETHER
    while r < path.receivers:
        total = fill(state.sent, 0.0)
        synapse, place = path.first_synapse + r * path.contacts, path.first_sender + r * path.sender_step
        for c in range(path.contacts):
            sender = net.sender[place + c]
            sent = load(state.sent, sender)
            if depressed:
                sent = sent * load(state.transmission, sender)
            total += load(state.weight, synapse + c) * sent
        store(arriving, path.target + r, load(arriving, path.target + r) + path.scale * total)
        r += 1


@inner
def deliver_together(r, path, arriving, net, state):
    """The same for four receivers with the same senders, from `r` on."""
    a, b, c, d = fill(state.sent, 0.0), fill(state.sent, 0.0), fill(state.sent, 0.0), fill(state.sent, 0.0)
    step, synapse = path.contacts, path.first_synapse + r * path.contacts
    for i in range(path.contacts):
        sent = load(state.sent, net.sender[path.first_sender + i])
        a += load(state.weight, synapse + i) * sent
        b += load(state.weight, synapse + step + i) * sent
        c += load(state.weight, synapse + 2 * step + i) * sent
        d += load(state.weight, synapse + 3 * step + i) * sent
    u = path.target + r
    store(arriving, u, load(arriving, u) + path.scale * a)
    store(arriving, u + 1, load(arriving, u + 1) + path.scale * b)
    store(arriving, u + 2, load(arriving, u + 2) + path.scale * c)
    store(arriving, u + 3, load(arriving, u + 3) + path.scale * d)


@inlined
def threshold_inhibition(u, theta, held, n, state):
    """The inhibition at threshold, g_i^Θ (A.6), with g_h and g_a if `held`."""
    driven = load(state.excitation, u) * (n.reversal_e - theta) + n.gbar_l * (n.reversal_l - theta)
    if held:
        driven = driven + load(state.hold, u) * (1.0 - theta) - load(state.accommodation, u) * theta
    return driven / (theta - n.reversal_i)


@inner
def inhibition(pool, net, state):
    """``g_i = g_{k+1} + q (g_k − g_{k+1})`` of a pool (A.5), at least 0; 0 for a single unit.

    g_k and g_{k+1} are g_i^Θ of the k-th and the next unit. In the average form, they are its means over the first k
    units and over the rest. A lesioned unit counts as undriven.
    """
    if pool.units <= pool.k:
        return fill(state.act, 0.0)
    kept = pool.k if pool.average else pool.k + 1
    for j in range(kept):
        store(state.top, j, -1e30)
    total, theta = fill(state.act, 0.0), net.value_unit.theta if pool.value else net.unit.theta
    held = net.constants.threshold_dopamine or pool.second_stop == pool.second
    idle = net.constants.gbar_l * (net.constants.reversal_l - theta) / (theta - net.constants.reversal_i)
    for part in range(2):
        for u in range(pool.second if part else pool.start, pool.second_stop if part else pool.stop):
            value = threshold_inhibition(u, theta, held, net.constants, state)
            if pool.lesioned:
                value = where(load(state.alive, u) > 0.0, value, idle)
            total += value
            for j in range(kept):
                best = load(state.top, j)
                store(state.top, j, maximum(best, value))
                value = minimum(value, best)
    if pool.average:
        first = fill(state.act, 0.0)
        for j in range(kept):
            first += load(state.top, j)
        rest = (total - first) / (1.0 * (pool.units - pool.k))
        first = first / (1.0 * pool.k)
    else:
        first, rest = load(state.top, pool.k - 1), load(state.top, pool.k)
    return maximum(rest + pool.q * (first - rest), 0.0)


@inlined
def potential(vm, excitation, inhibits, hold, accommodation, dt, n):
    """``V += dt Σ_c g_c (E_c − V)``, in [0, 1] (A.1); g_h and g_a reverse at 1 and 0."""
    current = excitation * (n.reversal_e - vm) + n.gbar_l * (n.reversal_l - vm) + inhibits * (n.reversal_i - vm)
    current = current + hold * (1.0 - vm) - accommodation * vm
    return minimum(maximum(vm + dt * current, 0.0), 1.0)


@inner
def rate(u, curve, state):
    """The rate of a unit from its potential (A.3, A.4), from a table.

    Below the table it is 0; above, noise makes no difference.
    """
    last = len(curve.table) - 1
    x = load(state.vm, u) - curve.theta
    place = (x - curve.start) * curve.steps
    if not any_of(~(place <= 0.0)):
        store(state.act, u, 0.0)
        return
    inside = (place >= 0.0) & (place < 1.0 * last)
    below = floor(where(inside, place, 0.0))
    store(state.look_up, 0, below)
    for lane in range(LANES):
        at = int(state.look_up[0, lane])
        state.look_up[1, lane] = curve.table[at]
        state.look_up[2, lane] = curve.table[at + 1]
    low, high = load(state.look_up, 1), load(state.look_up, 2)
    driven = curve.gain * x
    beyond = driven / (driven + 1.0)
    if curve.linear:
        beyond = minimum(driven, 1.0)
    smooth = low + (place - below) * (high - low)
    store(state.act, u, where(inside, smooth, where(place < 0.0, 0.0, beyond)))


@inner
def fire(phase, net, state):
    """Inhibition, potential, and rate of the layers of a phase, by pool."""
    n = net.constants
    for p in range(len(net.pools)):
        pool = net.pools[p]
        layer = net.layers[pool.layer]
        if not in_phase(layer.runs, phase):
            continue
        inhibits = inhibition(pool, net, state)
        for part in range(2):
            for u in range(pool.second if part else pool.start, pool.second_stop if part else pool.stop):
                vm = potential(
                    load(state.vm, u),
                    load(state.excitation, u),
                    inhibits,
                    load(state.hold, u),
                    load(state.accommodation, u),
                    layer.vm_dt,
                    n,
                )
                store(state.vm, u, vm)
                if pool.value:
                    rate(u, net.value_unit, state)
                else:
                    rate(u, net.unit, state)
