"""The gate and its effect on prefrontal cortex (docs/pbwm.md §5)."""

from pbwm.kernels.nuclei import relay_output
from pbwm.kernels.tables import THALAMUS
from tasks.engine.lanes import fill, load, maximum, minimum, store, where
from tasks.engine.lanes.options import inlined, inner


@inner
def check_gates(layer, net, state):
    """Read the gates and effective gates of all stripes."""
    for stripe in range(len(state.stripes)):
        unit, row = state.units[layer.start + stripe], state.stripes[stripe]
        act = load(unit, "act")
        gate = where(act >= net.gate.threshold, act, 0.0)
        store(row, "gate", gate)
        if layer.kind == THALAMUS:
            ge = load(unit, "ge")
            free = relay_output(ge, fill(ge, 0.0), net.relay)
            gate = minimum(where(free > 0.0, act / where(free > 0.0, free, 1.0), 0.0), 1.0)
        store(row, "effective", gate)


@inner
def force_gates(row, forced, stripes):
    """Set gates to forced values at step `row`: 0 shut, 1 open, −1 free."""
    for stripe in range(len(stripes)):
        value, record = load(forced, row * len(stripes) + stripe), stripes[stripe]
        store(record, "gate", where(value < 0.0, load(record, "gate"), value))
        store(record, "effective", where(value < 0.0, load(record, "effective"), value))


@inner
def open_stripes(first, count, stripes):
    """Set the count of stripes that gate to 0."""
    for stripe in range(first, first + count):
        row = stripes[stripe]
        store(row, "count", where(load(row, "gate") > 0.0, 0.0, load(row, "count")))


@inner
def clear_superficial(layer, clear, rest, units, stripes):
    """Move superficial PFC toward rest by the fraction `clear` where it gates."""
    for u in range(layer.start, layer.stop):
        gate = load(stripes[(u - layer.start) // layer.depth], "gate")
        keep = 1.0 - where(gate > 0.0, fill(gate, clear), 0.0)
        store(units[u], "act", load(units[u], "act") * keep)
        store(units[u], "ge", load(units[u], "ge") * keep)
        store(units[u], "vm", rest + (load(units[u], "vm") - rest) * keep)


@inlined
def profile_value(profile, updates):
    """``max(least, initial + up · min(t, rise_tau) − down · max(0, t − rise_tau))``, t the updates since storing."""
    rise_tau = load(profile, "rise_tau")
    risen = load(profile, "initial") + load(profile, "up") * minimum(updates, rise_tau)
    return maximum(risen - load(profile, "down") * maximum(updates - rise_tau, 0.0), load(profile, "least"))


@inner
def maintain(superficial, deep, first, longest, gain, state):
    """Update deep PFC: stripes that gated store; others hold, or clear beyond `longest` updates.

    The content, ``gain · superficial Act`` times the profile, drives the deep unit until the stripe gates again.
    """
    units = state.units
    for pool in range(deep.columns):
        row = state.stripes[first + pool]
        before = load(row, "count")
        count = where(before < 0.0, before, before + 1.0)
        count = where(count > longest, -1.0, count)
        store(row, "count", count)
        part = profile_value(state.profiles[first + pool], count - 1.0)
        for i in range(pool * deep.depth, (pool + 1) * deep.depth):
            unit = units[deep.start + i]
            new = gain * load(units[superficial.start + i], "act")
            held = where(before == 0.0, new, load(unit, "maintained"))
            held = where(count < 0.0, 0.0, held)
            store(unit, "maintained", held)
            store(unit, "maintenance_ge", part * held)
