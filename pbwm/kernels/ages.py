"""Age of each stripe's content, as activity of age units (docs/pbwm.md §4)."""

from pbwm.kernels.layout import number
from tasks.engine.lanes import fill, floor, load, maximum, minimum, store, where
from tasks.engine.lanes.options import inlined, inner


@inlined
def sees_age(pool, like, net):
    """Whether stripes in a pool see the age of their content (mask)."""
    return number(net.layout, like, pool, 1) < 1.0 * net.gate.age_stripes


@inner
def show_ages(net, state):
    """Clamp the age units of maintenance stripes at the start of a trial.

    ``age = ⌈count/n⌉`` with n updates a trial, 0 if the stripe is empty; unit ``min(age, last)`` is active. Stripes
    from number `age_stripes` on have no active unit.
    """
    updates = 1.0 * net.gate.updates
    layer = net.layers[net.roles.age]
    for pool in range(layer.columns):
        count = maximum(load(state.stripes[pool], "count"), 0.0)
        age = floor((count + updates - 1.0) / updates)
        active = minimum(age, layer.depth - 1.0)
        active = where(sees_age(pool, age, net), active, -1.0)
        for u in range(pool * layer.depth, (pool + 1) * layer.depth):
            own = 1.0 * (u - pool * layer.depth)
            store(state.units[layer.start + u], "clamp", where(active == own, fill(active, 1.0), 0.0))
