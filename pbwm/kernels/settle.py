"""One cycle of a layer: conductances, inhibition, activity (docs/pbwm.md §1, §2)."""

from pbwm.kernels.exploration import noise
from pbwm.kernels.inhibition import feedback, feedforward, self_inhibition
from pbwm.kernels.layout import add_columns, column_rows, largest, only_units
from pbwm.kernels.neuron import drive, driven, membrane, running_averages
from pbwm.kernels.tables import GPI, MATRIX, PFC_DEEP
from tasks.engine.lanes import any_of, at, fill, load, maximum, minimum, store, where
from tasks.engine.lanes.options import inlined, inner


@inner
def gather(layer, net, state):
    """Ge of every unit, and its mean and maximum in pools."""
    units, gate, kind, g_dt, inhibited = state.units, net.gate, layer.kind, layer.g_dt, layer.inhibited
    excitability, nothing = layer.excitability, fill(state.sent, 0.0)
    layer_sum, layer_max = nothing, nothing
    for column in range(layer.columns):
        column_sum, column_max, explored = nothing, nothing, nothing
        rows = column_rows(layer, column)
        if kind == MATRIX:
            explored = net.exploration.at_striatum * layer.dopamine_sign * noise(state, column)
        for u in rows:
            unit, excitation = at(units, u), load(state.excitation, u)
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
            pool = at(state.pools, layer.pool + 1 + column)
            store(pool, "ge_avg", column_sum / layer.pool_size)
            store(pool, "ge_max", column_max)
        if layer.layer_on:
            layer_sum = add_columns(net.layout, layer_sum, column_sum, at(net.occupied, rows.start))
            layer_max = maximum(column_max, layer_max)
    whole = at(state.pools, layer.pool)
    store(whole, "ge_avg", layer_sum / layer.units)
    store(whole, "ge_max", largest(net.layout, layer_max))


@inlined
def pool_inhibition(pool, gi, fb, layer):
    """FFFB inhibition of one pool: ``Gi = gi (ffi + fbi)``."""
    ffi = feedforward(load(pool, "ge_avg"), load(pool, "ge_max"), layer.ff, layer.ff_threshold, layer.max_vs_avg)
    fbi = feedback(load(pool, "feedback"), load(pool, "act_avg"), fb, layer.fb_dt)
    store(pool, "feedback", fbi)
    return gi * (ffi + fbi)


@inlined
def has_shunt(layer):
    """Whether a layer has inhibition by `shunting`."""
    return layer.kind == MATRIX or layer.tonic_inhibition > 0.0


@inlined
def shunting(layer, net, state):
    """Inhibition from outside the layer: tonic or, in the striatum, ``0.3 (1 − ACh)``."""
    inhibition = fill(state.sent, layer.tonic_inhibition)
    if layer.kind == MATRIX:
        inhibition = net.striatum.acetylcholine_inhibition * (1.0 - load(state.network[0], "acetylcholine"))
    return inhibition


@inlined
def move_potentials(rows, gi_shared, shunt, layer, n, state):
    """Inhibition, membrane potential, and drive of some units."""
    # Fields are read before the loop: compiled code reads them again after every `store`, which might change them.
    self_gi, self_dt, inhibited, shunted = layer.self_gi, layer.self_dt, layer.inhibited, has_shunt(layer)
    start, drives, units = layer.start, state.drive, state.units
    for u in rows:
        unit = at(units, u)
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
        store(drives, u - start, drive(ge, gi, vm, act, n))


@inlined
def hold_potentials(rows, gi_shared, shunt, layer, state):
    """Inhibition of units that are all clamped."""
    for u in rows:
        unit, gi = at(state.units, u), gi_shared
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
    """The rate of some units after one cycle."""
    for u in rows:
        unit = at(state.units, u)
        store(unit, "act", driven(load(state.drive, u - rows.start), load(unit, "act"), net.neuron))


@inlined
def some_free(layer, units):
    """Whether a unit has no external input."""
    least = load(at(units, layer.start), "clamp")
    for u in range(layer.start + 1, layer.stop):
        least = minimum(load(at(units, u), "clamp"), least)
    return any_of(least < 0.0)


@inlined
def clamp(rows, net, state):
    """Clamp units to external input, at most 0.95, if not negative."""
    n = net.neuron
    for u in rows:
        unit = at(state.units, u)
        external, act, vm = load(unit, "clamp"), load(unit, "act"), load(unit, "vm")
        act = where(external >= 0.0, minimum(external, n.clamp_max), act)
        store(unit, "act", act)
        store(unit, "vm", where(external >= 0.0, n.theta + act / n.gain, vm))


@inlined
def follow(rows, averages, lesioned, net, state):
    """Running averages of units, and the sum of their activities."""
    k, total = net.averages, fill(state.sent, 0.0)
    for u in rows:
        unit = at(state.units, u)
        act = only_units(net.layout, load(unit, "act"), at(net.occupied, u))
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
    """Inhibition, membrane, rate, averages, and any external input (`clamped`) of every unit.

    Each step is computed for all units before the next, for speed.
    """
    nothing, whole, n = fill(state.sent, 0.0), at(state.pools, layer.pool), net.neuron
    free = not clamped or some_free(layer, state.units)
    gi_layer, shunt, layer_sum = nothing, shunting(layer, net, state), nothing
    if layer.layer_on:
        gi_layer = pool_inhibition(whole, layer.layer_gi, layer.layer_fb, layer)
    for part in range(layer.columns if layer.pool_on else 1):
        gi_shared, rows = gi_layer, range(layer.start, layer.stop)
        if layer.pool_on:
            pool, rows = at(state.pools, layer.pool + 1 + part), column_rows(layer, part)
            gi_shared = maximum(pool_inhibition(pool, layer.pool_gi, layer.pool_fb, layer), gi_layer)
        if free:
            move_potentials(rows, gi_shared, shunt, layer, n, state)
        else:
            hold_potentials(rows, gi_shared, shunt, layer, state)
    whole_rows = range(layer.start, layer.stop)
    if free:
        move_rates(whole_rows, net, state)
    if clamped:
        clamp(whole_rows, net, state)
    for column in range(layer.columns):
        rows = column_rows(layer, column)
        column_sum = follow(rows, layer.averages, layer.lesioned, net, state)
        if layer.pooled:
            store(at(state.pools, layer.pool + 1 + column), "act_avg", column_sum / layer.pool_size)
        if layer.layer_on or not layer.activity_fixed:
            layer_sum = add_columns(net.layout, layer_sum, column_sum, at(net.occupied, rows.start))
    store(whole, "act_avg", layer_sum / layer.units)
