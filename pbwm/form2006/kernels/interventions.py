"""Manipulations: silent units, and gates that are held open or shut."""

from tasks.engine.lanes import load, maximum, minimum, store, where
from tasks.engine.lanes.options import inner

__all__ = ["free_of_chance", "hold_gates", "silence"]


@inner
def silence(net, state):
    """Silence lesioned units, even if they are clamped."""
    for i in range(len(net.layers)):
        layer = net.layers[i]
        if layer.lesioned:
            for u in range(layer.start, layer.stop):
                store(state.act, u, where(load(state.alive, u) > 0.0, load(state.act, u), 0.0))


@inner
def hold_gates(row, net, state, stream):
    """Set the activity of forced gates to 1 (open) or 0 (shut); −1: free."""
    roles = net.roles
    for j in range(roles.stripes):
        held = load(stream.forced, row * roles.stripes + j)
        u = roles.gate + j
        store(state.act, u, where(held < 0.0, load(state.act, u), minimum(maximum(held, 0.0), 1.0)))


@inner
def free_of_chance(row, net, state, stream):
    """Omit random Go in stripes whose gate is forced."""
    for j in range(net.roles.stripes):
        held = load(stream.forced, row * net.roles.stripes + j)
        store(state.chance, j, where(held < 0.0, load(state.chance, j), 0.0))
