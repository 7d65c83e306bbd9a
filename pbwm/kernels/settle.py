"""One cycle of one layer: conductances, inhibition, activity (docs/pbwm.md §1, §2, §7)."""

from pbwm.kernels.exploration import noise
from pbwm.kernels.inhibition import feedback, feedforward, self_inhibition
from pbwm.kernels.layout import (
    add_columns,
    column_rows,
    contact_at,
    count_contacts,
    largest,
    list_senders,
    only_units,
    sender_sent,
    silent,
)
from pbwm.kernels.neuron import membrane, rate, running_averages
from pbwm.kernels.tables import GPI, MATRIX, PFC_DEEP
from tasks.base.lanes import LANES, any_of, fill, load, maximum, minimum, store, where
from tasks.base.lanes.options import inlined


@inlined
def deliver(path, scale, raw, net, state):
    """Add ``GScale Σ w·Act`` of one path to the raw conductance of its receivers.

    Four rows of receivers at a time, which have the same senders in a dense path: every sum keeps its order, four run
    at once.
    """
    layout, weight, sent, next_one, next_row = net.layout, state.weight, state.sent, path.contact_step, path.row_step
    first, sender, receiver = path.first_synapse, path.first_sender, path.first_receiver
    count, last = count_contacts(layout, path, state.sender_counts), receiver + path.receivers
    listed = net.layers[path.sender].start * LANES
    if path.dense:
        while receiver + 4 <= last:
            a, b, c, d = fill(sent, 0.0), fill(sent, 0.0), fill(sent, 0.0), fill(sent, 0.0)
            for j in range(count):
                contact = contact_at(layout, path.listed, state.senders, listed, j)
                k, s = first + contact * next_one, sender_sent(layout, True, sent, net.sender[sender + contact])
                if silent(layout, s):
                    continue
                a += load(weight, k) * s
                b += load(weight, k + next_row) * s
                c += load(weight, k + 2 * next_row) * s
                d += load(weight, k + 3 * next_row) * s
            store(raw, receiver, load(raw, receiver) + scale * a)
            store(raw, receiver + 1, load(raw, receiver + 1) + scale * b)
            store(raw, receiver + 2, load(raw, receiver + 2) + scale * c)
            store(raw, receiver + 3, load(raw, receiver + 3) + scale * d)
            receiver += 4
            first += 4 * next_row
    while receiver < last:
        total = fill(sent, 0.0)
        for j in range(count):
            contact = contact_at(layout, path.listed, state.senders, listed, j)
            s = sender_sent(layout, path.shared, sent, net.sender[sender + contact])
            if silent(layout, s):
                continue
            total += load(weight, first + contact * next_one) * s
        store(raw, receiver, load(raw, receiver) + scale * total)
        receiver += 1
        first += next_row
        sender += path.sender_step


@inlined
def send(net, state):
    """Raw excitation and inhibition of every unit: what all paths deliver, by their sign."""
    list_senders(net.layout, net.layers, net.occupied, state.sent, state.senders, state.sender_counts)
    for u in range(len(state.excitation)):
        store(state.excitation, u, 0.0)
        store(state.inhibition, u, 0.0)
    for p in range(len(net.paths)):
        path = net.paths[p]
        raw = state.excitation if path.sign > 0 else state.inhibition
        deliver(path, load(state.scale, p), raw, net, state)


@inlined
def gather(layer, net, state):
    """Ge of every unit, and its mean and maximum in the layer and in each stripe, where these inhibit.

    The merged GPi/thalamus unit is driven by ``(g + n)(Go − n·NoGo)``, g and n the gains of Go and NoGo; a deep PFC
    unit also gets its maintenance conductance. Noise that explores adds to the gate, or to Go and, turned round, NoGo.
    """
    units, gate, g_dt = state.units, net.gate, layer.g_dt
    layer_sum, layer_max = fill(state.sent, 0.0), fill(state.sent, 0.0)
    for column in range(layer.columns):
        column_sum, column_max = fill(state.sent, 0.0), fill(state.sent, 0.0)
        rows = column_rows(layer, column)
        for u in rows:
            unit, excitation, inhibition = units[u], load(state.excitation, u), load(state.inhibition, u)
            if layer.kind == GPI:
                excitation = (gate.go_gain + gate.nogo_gain) * (excitation - gate.nogo_gain * inhibition)
                excitation += net.exploration.at_gpi * noise(state, u - layer.start)
            elif layer.kind == MATRIX:
                excitation += net.exploration.at_striatum * layer.dopamine_sign * noise(state, column)
            elif layer.kind == PFC_DEEP:
                excitation += load(unit, "maintenance_ge")
            if layer.inhibited:
                gi = load(unit, "gi_synaptic")
                store(unit, "gi_synaptic", gi + g_dt * (inhibition - gi))
            ge = load(unit, "ge")
            ge += g_dt * (excitation - ge)
            store(unit, "ge", ge)
            column_sum += ge
            column_max = maximum(ge, column_max)
        if layer.pooled:
            pool = state.pools[layer.pool + 1 + column]
            store(pool, "ge_avg", column_sum / layer.pool_size)
            store(pool, "ge_max", column_max)
        if layer.layer_on:
            layer_sum = add_columns(net.layout, layer_sum, column_sum, net.occupied[rows.start])
            layer_max = maximum(column_max, layer_max)
    whole = state.pools[layer.pool]
    store(whole, "ge_avg", layer_sum / layer.units)
    store(whole, "ge_max", largest(net.layout, layer_max))


@inlined
def pool_inhibition(pool, gi, fb, layer):
    """Gi of one pool by FFFB: ``gi (ffi + fbi)``."""
    ffi = feedforward(load(pool, "ge_avg"), load(pool, "ge_max"), layer.ff, layer.ff_threshold, layer.max_vs_avg)
    fbi = feedback(load(pool, "feedback"), load(pool, "act_avg"), fb, layer.fb_dt)
    store(pool, "feedback", fbi)
    return gi * (ffi + fbi)


@inlined
def fire(layer, clamped, net, state):
    """Inhibition, membrane and rate of every unit, its running averages, and the mean activities that are asked for.

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
    for column in range(layer.columns):
        gi_shared = gi_layer
        if layer.pool_on:
            pool = state.pools[layer.pool + 1 + column]
            gi_shared = maximum(pool_inhibition(pool, layer.pool_gi, layer.pool_fb, layer), gi_layer)
        column_sum = nothing
        rows = column_rows(layer, column)
        for u in rows:
            unit = state.units[u]
            act, gi = load(unit, "act"), gi_shared
            if self_gi > 0.0:
                own = self_inhibition(load(unit, "gi_self"), act, self_gi, self_dt)
                store(unit, "gi_self", own)
                gi = gi + own
            gi = gi + load(unit, "gi_synaptic") + shunt
            ge, vm, external = load(unit, "ge"), load(unit, "vm"), nothing
            if clamped:
                external = load(unit, "clamp")
            if not clamped or any_of(external < 0.0):
                vm = membrane(ge, gi, vm, n)
                act = rate(ge, gi, vm, act, n)
            if clamped:
                act = where(external >= 0.0, minimum(external, n.clamp_max), act)
                vm = where(external >= 0.0, n.theta + act / n.gain, vm)
            act = only_units(net.layout, act, net.occupied[u])
            store(unit, "gi", gi)
            store(unit, "vm", vm)
            store(unit, "act", act)
            column_sum += act
            if layer.averages:
                ss, s, m = running_averages(act, load(unit, "avg_ss"), load(unit, "avg_s"), load(unit, "avg_m"), k)
                store(unit, "avg_ss", ss)
                store(unit, "avg_s", s)
                store(unit, "avg_m", m)
        if layer.pooled:
            store(state.pools[layer.pool + 1 + column], "act_avg", column_sum / layer.pool_size)
        if layer.layer_on or not layer.activity_fixed:
            layer_sum = add_columns(net.layout, layer_sum, column_sum, net.occupied[rows.start])
    store(whole, "act_avg", layer_sum / layer.units)
