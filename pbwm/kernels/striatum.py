"""Learning in the striatum (docs/pbwm.md §6)."""

from pbwm.kernels.cortex import bounded
from pbwm.kernels.credit import stripe_used
from pbwm.kernels.layout import only_units, sender_field
from pbwm.kernels.tables import COVARIANCE, DERIVATIVE, FULL_ACTIVITY, TAG
from tasks.engine.lanes import fill, load, maximum, minimum, store, where
from tasks.engine.lanes.options import inlined, inner

ACTIVE_SENDER = 0.5
"""Activity above which a sender counts as active for ḡ."""


@inlined
def activity_factor(act, s):
    """Factor of the activity a of a striatal unit in its traces."""
    if s.factor == DERIVATIVE:
        return 2.0 * act * (1.0 - act)
    return act if s.factor == FULL_ACTIVITY else fill(act, 0.5)


@inlined
def unit_factor(u, layer, net, state):
    """The activity factor of a row of units; 0 for lesioned or missing units."""
    factor = activity_factor(load(state.units[u], "act"), net.striatum)
    factor = only_units(net.layout, factor, net.occupied[u])
    return where(load(state.alive, u) > 0.0, factor, 0.0) if layer.lesioned else factor


@inlined
def effective_dopamine(dopamine, sign, s):
    """Dopamine at the receptor: offset and burst or dip, times its gain, negative at D2."""
    phasic = where(dopamine > 0.0, s.burst_gain * dopamine, s.dip_gain * dopamine)
    gain = s.d1_gain if sign > 0 else s.d2_gain
    return sign * gain * (s.dopamine_offset + phasic)


@inlined
def dopamine_change(dopamine, trace, sign, s):
    """``DA·Tr``. In NoGo, a negative trace counts less in a burst (negative at D2)."""
    change = dopamine * trace
    if sign < 0:
        change = where((dopamine < 0.0) & (trace < 0.0), s.nogo_positive * change, change)
    return change


@inlined
def new_trace(trace, factor, gated, s):
    """The trace after a gate check: ``Tr += new − min(1, d·|new|)·Tr``; new: f, or ``−0.7 f`` without a gate."""
    new = where(gated, factor, -s.not_gated * factor)
    size = s.displacement * maximum(new, -new)
    return trace + (new - minimum(size, 1.0) * trace)


@inlined
def covariance_trace(synapse, factor, gated, active, s):
    """The trace ``(gate − ḡ)·f`` where the sender is `active`, and ḡ."""
    now, habit = where(gated, fill(factor, 1.0), 0.0), load(synapse, "habit")
    habit = where(habit < 0.0, now, habit)
    store(synapse, "trace", where(active, (now - habit) * factor, load(synapse, "trace")))
    store(synapse, "habit", where(active, habit + s.habit_rate * (now - habit), load(synapse, "habit")))


@inlined
def stripe_credit(stripe, net, state):
    """1 in stripes that learn, else 0."""
    credited = fill(load(state.stripes[stripe], "count"), 1.0)
    if net.striatum.structural_credit and stripe < net.roles.maintenance_stripes:
        credited = where(stripe_used(stripe, net, state), credited, 0.0)
    return credited


@inner
def learn_striatum(path, net, state):
    """One learning step of a path: dopamine acts on the trace, then the gate sets a new one.

    With the tag rule, maintenance stripes that gate and output stripes first clear old traces.
    """
    s, units, target = net.striatum, state.units, net.layers[path.target]
    received = effective_dopamine(load(state.network[0], "dopamine"), target.dopamine_sign, s)
    for u in range(target.start, target.stop):
        stripe = (u - target.start) // target.depth
        gated = load(state.stripes[stripe], "gate") > 0.0
        dopamine = received * stripe_credit(stripe, net, state)
        factor = unit_factor(u, target, net, state)
        first = path.first_trace + (u - target.start) * path.contacts
        sender = path.first_sender + (u - target.start) * path.sender_step
        for k in range(path.contacts):
            synapse = state.traces[first + k]
            act = sender_field(net.layout, path.shared, units, net.sender[sender + k], "act")
            trace = load(synapse, "trace")
            change = s.learning_rate * dopamine_change(dopamine, trace, target.dopamine_sign, s)
            store(synapse, "change", load(synapse, "change") + change)
            if s.rule == COVARIANCE:
                covariance_trace(synapse, factor * act, gated, act > ACTIVE_SENDER, s)
                continue
            if s.rule == TAG:
                trace = where(gated, 0.0, trace) if stripe < net.roles.maintenance_stripes else fill(trace, 0.0)
            store(synapse, "trace", new_trace(trace, factor * act, gated, s))


@inner
def learn_from_feedback(path, net, state):
    """Dopamine of stripes acts on the tags of the gates that determined their content (F9, F10)."""
    s, units, target = net.striatum, state.units, net.layers[path.target]
    sign = target.dopamine_sign
    for u in range(target.start, target.stop):
        stripe = (u - target.start) // target.depth
        stored = s.learning_rate * effective_dopamine(load(state.credits[stripe], "dopamine_go"), sign, s)
        kept_out = s.learning_rate * effective_dopamine(load(state.credits[stripe], "dopamine_nogo"), sign, s)
        factor = unit_factor(u, target, net, state)
        first = path.first_trace + (u - target.start) * path.contacts
        sender = path.first_sender + (u - target.start) * path.sender_step
        for k in range(path.contacts):
            if stripe < net.roles.maintenance_stripes:
                tag = state.tags[first + k]
                change = stored * load(tag, "go") + kept_out * load(tag, "nogo")
            else:
                change = stored * factor * sender_field(net.layout, path.shared, units, net.sender[sender + k], "act")
            store(state.traces[first + k], "change", load(state.traces[first + k], "change") + change)


@inner
def update_striatal_weights(path, net, state):
    """Weights of a striatal path after a trial."""
    s, target = net.striatum, net.layers[path.target]
    lowest = 0.0 if path.sender == net.roles.age else s.weight_min
    for i in range((target.stop - target.start) * path.contacts):
        u, synapse = target.start + i // path.contacts, state.traces[path.first_trace + i]
        weight, change, occupied = load(state.weight, path.first_synapse + i), load(synapse, "change"), net.occupied[u]
        if target.lesioned:
            change = where(load(state.alive, u) > 0.0, change, 0.0)
        weight = bounded(weight, change) if s.soft_bounds else weight + change
        weight = minimum(maximum(weight, lowest), s.weight_max)
        store(state.weight, path.first_synapse + i, only_units(net.layout, weight, occupied))
        store(synapse, "change", 0.0)
        store(synapse, "trace", net.striatum.trace_kept * load(synapse, "trace"))
