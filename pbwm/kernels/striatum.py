"""Learning in the striatum: three factors, dopamine × trace of (activity × gate) (docs/pbwm.md §6)."""

from pbwm.kernels.cortex import bounded
from pbwm.kernels.layout import sender_field
from tasks.base.lanes import load, maximum, minimum, store, where
from tasks.base.lanes.options import inlined, inner


@inlined
def activity_factor(act):
    """How much a striatal unit learns at activity a: ``2 a (1 − a)``, most at half activity."""
    return 2.0 * act * (1.0 - act)


@inlined
def effective_dopamine(dopamine, sign, s):
    """Dopamine as the receptor sees it: burst or dip gain, turned round for D2 (`sign` −1)."""
    return sign * where(dopamine > 0.0, s.burst_gain * dopamine, s.dip_gain * dopamine)


@inlined
def dopamine_change(dopamine, trace, sign, s):
    """What `dopamine`, as the receptor sees it, makes of a trace: ``DA·Tr``.

    In NoGo, a negative trace counts less in a burst: the D2 receptor sees a burst as negative.
    """
    change = dopamine * trace
    if sign < 0:
        change = where((dopamine < 0.0) & (trace < 0.0), s.nogo_positive * change, change)
    return change


@inlined
def new_trace(trace, factor, gated, s):
    """The trace after a gate check: f where the stripe gated, ``−0.7 f`` where not; the new displaces the old.

    ``Tr += new − min(1, |new|)·Tr``.
    """
    new = where(gated, factor, -s.not_gated * factor)
    size = s.trace_decay * maximum(new, -new)
    return trace + (new - minimum(size, 1.0) * trace)


@inner
def learn_striatum(path, net, state):
    """One learning step of a path into the striatum: dopamine acts on the trace, then the gate makes a new one."""
    s, units, target = net.striatum, state.units, net.layers[path.target]
    dopamine = effective_dopamine(load(state.network[0], "dopamine"), target.dopamine_sign, s)
    dopamine = target.receptor_gain * dopamine
    for u in range(target.start, target.stop):
        gated = load(state.stripes[(u - target.start) // target.depth], "gate") > 0.0
        factor = activity_factor(load(units[u], "act"))
        first = path.first_trace + (u - target.start) * path.contacts
        sender = path.first_sender + (u - target.start) * path.sender_step
        for k in range(path.contacts):
            synapse = state.traces[first + k]
            act = sender_field(net.layout, path.shared, units, net.sender[sender + k], "act")
            trace = load(synapse, "trace")
            change = s.learning_rate * dopamine_change(dopamine, trace, target.dopamine_sign, s)
            store(synapse, "change", load(synapse, "change") + change)
            store(synapse, "trace", new_trace(trace, factor * act, gated, s))


@inner
def update_striatal_weights(path, net, state):
    """Weights of a striatal path after a trial: soft-bounded, not sharpened (w = lw)."""
    target = net.layers[path.target]
    for i in range((target.stop - target.start) * path.contacts):
        synapse = state.traces[path.first_trace + i]
        linear = bounded(load(state.linear, path.first_synapse + i), load(synapse, "change"))
        store(state.linear, path.first_synapse + i, linear)
        store(state.weight, path.first_synapse + i, linear)
        store(synapse, "change", 0.0)
