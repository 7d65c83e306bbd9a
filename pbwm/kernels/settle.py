"""One cycle of one layer: conductances, inhibition, activity (docs/pbwm.md §1, §2, §7)."""

from pbwm.kernels.exploration import noise
from pbwm.kernels.inhibition import feedback, feedforward, self_inhibition
from pbwm.kernels.layout import (
    add_columns,
    column_rows,
    largest,
    only_units,
    sender_sent,
    signal_at,
    silent,
)
from pbwm.kernels.neuron import drive, driven, membrane, running_averages
from pbwm.kernels.tables import GPI, MATRIX, PFC_DEEP
from tasks.engine.lanes import any_of, fill, load, maximum, minimum, store, where
from tasks.engine.lanes.options import inlined, inner


@inlined
def forget_received(first, last, state):
    """Raw conductances of units before any delivery."""
    for u in range(first, last):
        store(state.excitation, u, 0.0)
        store(state.inhibition, u, 0.0)


@inner
def deliver_dense(path, scale, said, raw, net, state):
    """Add ``GScale Σ w·said`` of one path in which all send to all to the raw conductance of its receivers.

    Four rows of receivers with the same senders are computed at a time; the order of every sum stays the same.
    """
    layout, weight, next_one, next_row = net.layout, state.weight, path.contact_step, path.row_step
    first, receiver, last = path.first_synapse, path.first_receiver, path.first_receiver + path.receivers
    listed = net.layers[path.sender].first_listed
    places = range(listed, listed + state.sender_counts[path.sender])
    while receiver + 4 <= last:
        a, b, c, d = fill(raw, 0.0), fill(raw, 0.0), fill(raw, 0.0), fill(raw, 0.0)
        for place in places:
            k = first + state.senders[place] * next_one
            s = signal_at(layout, net, path, state.senders, state.signals, said, place)
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
        total = fill(raw, 0.0)
        for place in places:
            k = first + state.senders[place] * next_one
            total += load(weight, k) * signal_at(layout, net, path, state.senders, state.signals, said, place)
        store(raw, receiver, load(raw, receiver) + scale * total)
        receiver += 1
        first += next_row


@inner
def deliver_sparse(path, scale, said, raw, net, state):
    """The same where every row of receivers has senders of its own."""
    synapse, sender = path.first_synapse, path.first_sender
    for receiver in range(path.first_receiver, path.first_receiver + path.receivers):
        total = fill(raw, 0.0)
        for j in range(path.contacts):
            s = sender_sent(net.layout, path.shared, said, net.sender[sender + j])
            if not silent(net.layout, s):
                total += load(state.weight, synapse + j * path.contact_step) * s
        store(raw, receiver, load(raw, receiver) + scale * total)
        synapse += path.row_step
        sender += path.sender_step


@inlined
def hears_news(first, last, net, state):
    """Whether any of the paths `first` … `last` − 1 carries another value than in the previous cycle."""
    news = False
    for p in range(first, last):
        news = news or state.moved[net.paths[p].sender]
    return news


@inlined
def deliver(p, said, net, state):
    """Add what path number `p` delivers to the raw excitation or inhibition of its receivers, by its sign."""
    path = net.paths[p]
    raw = state.excitation if path.sign > 0 else state.inhibition
    if path.dense:
        deliver_dense(path, load(state.scale, p), said, raw, net, state)
    else:
        deliver_sparse(path, load(state.scale, p), said, raw, net, state)


@inner
def receive(layer, net, state):
    """Raw excitation and inhibition of every unit of a layer from the paths into it.

    Both last from cycle to cycle, and are summed up again only where a sender has moved. The sum begins with the paths
    from clamped layers, whose part is kept (`steady`) until one of these moves. Where units signal changes only, these
    are added to what was there.
    """
    if not hears_news(layer.path, layer.path_stop, net, state):
        return
    if net.sends_changes:
        for p in range(layer.path, layer.path_stop):
            deliver(p, state.signal, net, state)
        return
    if layer.steady_stop > layer.path:
        if hears_news(layer.path, layer.steady_stop, net, state):
            forget_received(layer.start, layer.stop, state)
            for p in range(layer.path, layer.steady_stop):
                deliver(p, state.sent, net, state)
            for u in range(layer.start, layer.stop):
                store(state.steady, u, load(state.excitation, u))
        for u in range(layer.start, layer.stop):
            store(state.excitation, u, load(state.steady, u))
            store(state.inhibition, u, 0.0)
    else:
        forget_received(layer.start, layer.stop, state)
    for p in range(layer.steady_stop, layer.path_stop):
        deliver(p, state.sent, net, state)


@inner
def gather(layer, net, state):
    """Ge of every unit, and its mean and maximum in the layer and in each stripe, where these inhibit.

    The merged GPi/thalamus unit is driven by ``(g + n)(Go − n·NoGo)``, g and n the gains of Go and NoGo; a deep PFC
    unit also gets its maintenance conductance. Tonic dopamine changes the excitability of striatal units. Noise of
    exploration adds to the gate, or to Go and, with opposite sign, to NoGo.
    """
    units, gate, kind, g_dt, inhibited = state.units, net.gate, layer.kind, layer.g_dt, layer.inhibited
    excitability, nothing = layer.excitability, fill(state.sent, 0.0)
    layer_sum, layer_max = nothing, nothing
    for column in range(layer.columns):
        column_sum, column_max, explored = nothing, nothing, nothing
        rows = column_rows(layer, column)
        if kind == MATRIX:
            explored = net.exploration.at_striatum * layer.dopamine_sign * noise(state, column)
        for u in rows:
            unit, excitation = units[u], load(state.excitation, u)
            if kind == GPI:
                inhibition = load(state.inhibition, u)
                excitation = (gate.go_gain + gate.nogo_gain) * (excitation - gate.nogo_gain * inhibition)
                excitation += net.exploration.at_gpi * noise(state, u - layer.start)
            elif kind == MATRIX:
                excitation = excitability * excitation + explored
            elif kind == PFC_DEEP:
                excitation += load(unit, "maintenance_ge")
            if inhibited:
                gi = load(unit, "gi_synaptic")
                store(unit, "gi_synaptic", gi + g_dt * (load(state.inhibition, u) - gi))
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
def has_shunt(layer):
    """Whether the units of a layer have inhibition that does not depend on activity in it: see `shunting`."""
    return layer.kind == MATRIX or layer.tonic_inhibition > 0.0


@inlined
def shunting(layer, net, state):
    """Inhibition from outside the layer: tonic inhibition; in the striatum, ``0.3 (1 − ACh)``."""
    inhibition = fill(state.sent, layer.tonic_inhibition)
    if layer.kind == MATRIX:
        inhibition = net.striatum.acetylcholine_inhibition * (1.0 - load(state.network[0], "acetylcholine"))
    return inhibition


@inlined
def move_potentials(rows, gi_shared, shunt, layer, net, state):
    """Inhibition and membrane potential of some units, and the drive of their rate.

    Inhibition is the sum of that of layer or pool, self inhibition, synaptic inhibition, and `shunt`.
    """
    n, self_gi, self_dt = net.neuron, layer.self_gi, layer.self_dt
    inhibited, shunted = layer.inhibited, has_shunt(layer)
    for u in rows:
        unit = state.units[u]
        ge, vm, act, gi = load(unit, "ge"), load(unit, "vm"), load(unit, "act"), gi_shared
        if self_gi > 0.0:
            own = self_inhibition(load(unit, "gi_self"), act, self_gi, self_dt)
            store(unit, "gi_self", own)
            gi = gi + own
        if inhibited:
            gi = gi + load(unit, "gi_synaptic")
        if shunted:
            gi = gi + shunt
        vm = membrane(ge, gi, vm, n)
        store(unit, "gi", gi)
        store(unit, "vm", vm)
        store(state.drive, u - rows.start, drive(ge, gi, vm, act, n))


@inlined
def hold_potentials(rows, gi_shared, shunt, layer, state):
    """Inhibition of units that all have external input, which decides over their potentials and rates."""
    for u in rows:
        unit, gi = state.units[u], gi_shared
        if layer.self_gi > 0.0:
            own = self_inhibition(load(unit, "gi_self"), load(unit, "act"), layer.self_gi, layer.self_dt)
            store(unit, "gi_self", own)
            gi = gi + own
        if layer.inhibited:
            gi = gi + load(unit, "gi_synaptic")
        if has_shunt(layer):
            gi = gi + shunt
        store(unit, "gi", gi)


@inlined
def move_rates(rows, net, state):
    """The rate of some units after one cycle, from its drive."""
    for u in rows:
        unit = state.units[u]
        store(unit, "act", driven(load(state.drive, u - rows.start), load(unit, "act"), net.neuron))


@inlined
def some_free(layer, units):
    """Whether a unit has no external input."""
    least = load(units[layer.start], "clamp")
    for u in range(layer.start + 1, layer.stop):
        least = minimum(load(units[u], "clamp"), least)
    return any_of(least < 0.0)


@inlined
def clamp(rows, net, state):
    """Clamp units to their external input, at most 0.95, unless it is negative (none)."""
    n = net.neuron
    for u in rows:
        unit = state.units[u]
        external, act, vm = load(unit, "clamp"), load(unit, "act"), load(unit, "vm")
        act = where(external >= 0.0, minimum(external, n.clamp_max), act)
        store(unit, "act", act)
        store(unit, "vm", where(external >= 0.0, n.theta + act / n.gain, vm))


@inlined
def follow(rows, averages, lesioned, net, state):
    """The running averages of some units, and the sum of their activities. A lesioned unit is silent."""
    k, total = net.averages, fill(state.sent, 0.0)
    for u in rows:
        unit = state.units[u]
        act = only_units(net.layout, load(unit, "act"), net.occupied[u])
        if lesioned:
            act = where(load(state.alive, u) > 0.0, act, 0.0)
        store(unit, "act", act)
        total += act
        if averages:
            ss, s, m = running_averages(act, load(unit, "avg_ss"), load(unit, "avg_s"), load(unit, "avg_m"), k)
            store(unit, "avg_ss", ss)
            store(unit, "avg_s", s)
            store(unit, "avg_m", m)
    return total


@inner
def fire(layer, clamped, net, state):
    """Inhibition, membrane and rate of every unit, its external input where `clamped`, and averages of its activity.

    Units share the larger of their layer's and their pool's inhibition, and the inhibition of `shunting`. Pool by pool,
    so that what one step leaves is available for the next; and one step after the other for all units of a pool: each
    is a long chain of operations, and the processor works on several units at a time only where chains are short.
    """
    nothing, whole = fill(state.sent, 0.0), state.pools[layer.pool]
    free = not clamped or some_free(layer, state.units)
    gi_layer, shunt, layer_sum = nothing, shunting(layer, net, state), nothing
    if layer.layer_on:
        gi_layer = pool_inhibition(whole, layer.layer_gi, layer.layer_fb, layer)
    for part in range(layer.columns if layer.pool_on else 1):
        gi_shared, rows = gi_layer, range(layer.start, layer.stop)
        if layer.pool_on:
            pool, rows = state.pools[layer.pool + 1 + part], column_rows(layer, part)
            gi_shared = maximum(pool_inhibition(pool, layer.pool_gi, layer.pool_fb, layer), gi_layer)
        if free:
            move_potentials(rows, gi_shared, shunt, layer, net, state)
            move_rates(rows, net, state)
        else:
            hold_potentials(rows, gi_shared, shunt, layer, state)
        if clamped:
            clamp(rows, net, state)
    for column in range(layer.columns):
        rows = column_rows(layer, column)
        column_sum = follow(rows, layer.averages, layer.lesioned, net, state)
        if layer.pooled:
            store(state.pools[layer.pool + 1 + column], "act_avg", column_sum / layer.pool_size)
        if layer.layer_on or not layer.activity_fixed:
            layer_sum = add_columns(net.layout, layer_sum, column_sum, net.occupied[rows.start])
    store(whole, "act_avg", layer_sum / layer.units)
