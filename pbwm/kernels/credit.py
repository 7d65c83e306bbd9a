"""Stripes that receive credit for the outcome of a trial (docs/pbwm.md §6)."""

from tasks.engine.lanes import load
from tasks.engine.lanes.options import inlined


@inlined
def stripe_used(stripe, net, state):
    """Whether the content of a stripe was used in this trial (mask): its output stripe gated, or there is none."""
    roles, gates = net.roles, stripe
    if stripe < roles.maintenance_stripes and roles.output_stripes > 0:
        gates = stripe + roles.maintenance_stripes
    count = load(state.stripes[gates], "count")
    return (count == 1.0) if roles.output_stripes > 0 else (count == count)
