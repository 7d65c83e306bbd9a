"""What an experimenter does to networks: units that are silent, and gates that are held open or shut."""

from tasks.engine.lanes import load, maximum, minimum, store, where
from tasks.engine.lanes.options import inner

__all__ = ["free_of_chance", "hold_gates", "silence"]


@inner
def silence(net, state):
    """Units of a lesion are silent, whatever drives them or clamps them."""
    for i in range(len(net.layers)):
        layer = net.layers[i]
        if layer.lesioned:
            for u in range(layer.start, layer.stop):
                store(state.act, u, where(load(state.alive, u) > 0.0, load(state.act, u), 0.0))


@inner
def hold_gates(row, net, state, stream):
    """Gates that are forced have the activity 1 (open) or 0 (shut); −1 leaves them free."""
    roles = net.roles
    for j in range(roles.stripes):
        held = load(stream.forced, row * roles.stripes + j)
        u = roles.gate + j
        store(state.act, u, where(held < 0.0, load(state.act, u), minimum(maximum(held, 0.0), 1.0)))


@inner
def free_of_chance(row, net, state, stream):
    """There is no random Go in a stripe whose gate is forced."""
    for j in range(net.roles.stripes):
        held = load(stream.forced, row * net.roles.stripes + j)
        store(state.chance, j, where(held < 0.0, load(state.chance, j), 0.0))
