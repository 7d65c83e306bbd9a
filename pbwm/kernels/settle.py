"""One cycle of one layer: conductances, inhibition, activity (docs/pbwm.md §1, §2, §7)."""

from pbwm.kernels.inhibition import feedback, feedforward, self_inhibition
from pbwm.kernels.neuron import membrane, rate, running_averages
from pbwm.kernels.tables import GPI, MATRIX, PFC_DEEP
from tasks.base.lanes import fill, load, maximum, minimum, store, where
from tasks.base.lanes.options import inlined


@inlined
def deliver(path, scale, raw, weight, sender, sent):
    """Add ``GScale Σ w·Act`` of one path to the raw conductance of its receivers.

    Four receivers at a time, which have the same senders in a dense path: every sum keeps its order, four run at once.
    """
    n, i = path.contacts, path.first_synapse
    receiver = path.first_receiver
    last = receiver + path.receivers
    if path.dense:
        while receiver + 4 <= last:
            a, b, c, d = fill(sent, 0.0), fill(sent, 0.0), fill(sent, 0.0), fill(sent, 0.0)
            for k in range(i, i + n):
                s = load(sent, sender[k])
                a += load(weight, k) * s
                b += load(weight, k + n) * s
                c += load(weight, k + 2 * n) * s
                d += load(weight, k + 3 * n) * s
            store(raw, receiver, load(raw, receiver) + scale * a)
            store(raw, receiver + 1, load(raw, receiver + 1) + scale * b)
            store(raw, receiver + 2, load(raw, receiver + 2) + scale * c)
            store(raw, receiver + 3, load(raw, receiver + 3) + scale * d)
            receiver += 4
            i += 4 * n
    while receiver < last:
        total = fill(sent, 0.0)
        for k in range(i, i + n):
            total += load(weight, k) * load(sent, sender[k])
        store(raw, receiver, load(raw, receiver) + scale * total)
        receiver += 1
        i += n


@inlined
def send(net, state):
    """Raw excitation and inhibition of every unit: what all paths deliver, by their sign."""
    for u in range(len(state.excitation)):
        store(state.excitation, u, 0.0)
        store(state.inhibition, u, 0.0)
    for p in range(len(net.paths)):
        path = net.paths[p]
        raw = state.excitation if path.sign > 0 else state.inhibition
        deliver(path, load(state.scale, p), raw, state.weight, net.sender, state.sent)


@inlined
def gather(layer, gate, state):
    """Ge of every unit, and its mean and maximum in the layer and in each pool.

    The merged GPi/thalamus unit is driven by ``(g + n)(Go − n·NoGo)``, g and n the gains of Go and NoGo; a deep PFC
    unit also gets its maintenance conductance.
    """
    units, g_dt = state.units, layer.g_dt
    layer_sum, layer_max = fill(state.sent, 0.0), fill(state.sent, 0.0)
    for pool in range(layer.pools):
        pool_sum, pool_max = fill(state.sent, 0.0), fill(state.sent, 0.0)
        for u in range(layer.start + pool * layer.pool_size, layer.start + (pool + 1) * layer.pool_size):
            unit, excitation, inhibition = units[u], load(state.excitation, u), load(state.inhibition, u)
            if layer.kind == GPI:
                excitation = (gate.go_gain + gate.nogo_gain) * (excitation - gate.nogo_gain * inhibition)
            elif layer.kind == PFC_DEEP:
                excitation += load(unit, "maintenance_ge")
            if layer.inhibited:
                gi = load(unit, "gi_synaptic")
                store(unit, "gi_synaptic", gi + g_dt * (inhibition - gi))
            ge = load(unit, "ge")
            ge += g_dt * (excitation - ge)
            store(unit, "ge", ge)
            pool_sum += ge
            pool_max = maximum(ge, pool_max)
        row = state.pools[layer.pool + 1 + pool]
        store(row, "ge_avg", pool_sum / layer.pool_size)
        store(row, "ge_max", pool_max)
        layer_sum += pool_sum
        layer_max = maximum(pool_max, layer_max)
    row = state.pools[layer.pool]
    store(row, "ge_avg", layer_sum / (layer.stop - layer.start))
    store(row, "ge_max", layer_max)


@inlined
def pool_inhibition(pool, gi, fb, layer):
    """Gi of one pool by FFFB: ``gi (ffi + fbi)``."""
    ffi = feedforward(load(pool, "ge_avg"), load(pool, "ge_max"), layer.ff, layer.ff_threshold, layer.max_vs_avg)
    fbi = feedback(load(pool, "feedback"), load(pool, "act_avg"), fb, layer.fb_dt)
    store(pool, "feedback", fbi)
    return gi * (ffi + fbi)


@inlined
def fire(layer, clamped, net, state):
    """Inhibition, membrane and rate of every unit, its running averages, and the mean activity of its pools.

    A unit gets the larger of the layer's and its pool's inhibition, its self inhibition, what inhibitory synapses
    bring, and in the striatum ``0.3 (1 − ACh)``. Where `clamped`, a unit takes its external input (unless it is
    negative: none) instead, held below 0.95.
    """
    n, k, self_gi, self_dt = net.neuron, net.averages, layer.self_gi, layer.self_dt
    nothing = fill(state.sent, 0.0)
    whole = state.pools[layer.pool]
    gi_layer = nothing
    if layer.layer_on:
        gi_layer = pool_inhibition(whole, layer.layer_gi, layer.layer_fb, layer)
    shunt = nothing
    if layer.kind == MATRIX:
        shunt = net.striatum.acetylcholine_inhibition * (1.0 - load(state.network[0], "acetylcholine"))
    layer_sum = nothing
    for pool in range(layer.pools):
        row = state.pools[layer.pool + 1 + pool]
        gi_shared = gi_layer
        if layer.pool_on:
            gi_shared = maximum(pool_inhibition(row, layer.pool_gi, layer.pool_fb, layer), gi_layer)
        pool_sum = nothing
        for u in range(layer.start + pool * layer.pool_size, layer.start + (pool + 1) * layer.pool_size):
            unit = state.units[u]
            act, gi = load(unit, "act"), gi_shared
            if self_gi > 0.0:
                own = self_inhibition(load(unit, "gi_self"), act, self_gi, self_dt)
                store(unit, "gi_self", own)
                gi = gi + own
            gi = gi + load(unit, "gi_synaptic") + shunt
            ge = load(unit, "ge")
            vm = membrane(ge, gi, load(unit, "vm"), n)
            act = rate(ge, gi, vm, act, n)
            if clamped:
                external = load(unit, "clamp")
                act = where(external >= 0.0, minimum(external, n.clamp_max), act)
                vm = where(external >= 0.0, n.theta + act / n.gain, vm)
            store(unit, "gi", gi)
            store(unit, "vm", vm)
            store(unit, "act", act)
            pool_sum += act
            if layer.averages:
                ss, s, m = running_averages(act, load(unit, "avg_ss"), load(unit, "avg_s"), load(unit, "avg_m"), k)
                store(unit, "avg_ss", ss)
                store(unit, "avg_s", s)
                store(unit, "avg_m", m)
        store(row, "act_avg", pool_sum / layer.pool_size)
        layer_sum += pool_sum
    store(whole, "act_avg", layer_sum / (layer.stop - layer.start))
