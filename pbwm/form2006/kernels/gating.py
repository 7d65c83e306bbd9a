"""SNrThal, random Go, and the gates that toggle prefrontal maintenance (docs/form2006.md §5–§7)."""

from pbwm.form2006.kernels.settle import inhibition, potential, rate
from tasks.base.rng import Purpose
from tasks.engine.kernels.counter import draw, uniform
from tasks.engine.lanes import LANES, any_of, fill, load, maximum, store, where
from tasks.engine.lanes.options import inner

RANDOM_GO = int(Purpose.RANDOM_GO)


@inner
def sum_of(first, count, state):
    """What some units send together."""
    total = fill(state.act, 0.0)
    for u in range(first, first + count):
        total += load(state.act, u)
    return total


@inner
def settle_gates(pool, chance, net, state):
    """One cycle of SNrThal: ``g_e = [Go − NoGo]₊ / (Go + NoGo)`` (A.18), kWTA over the stripes, potential and rate.

    Where a random Go is due (`chance`: in the plus and the update phase), the gate has the activity of one at least.
    """
    n, roles = net.constants, net.roles
    for j in range(roles.stripes):
        go = sum_of(roles.go + j * roles.half, roles.half, state)
        nogo = sum_of(roles.nogo + j * roles.half, roles.half, state)
        both = go + nogo
        store(state.excitation, roles.gate + j, where(both > 0.0, maximum(go - nogo, 0.0) / both, 0.0))
    inhibits = inhibition(pool, net, state)
    for j in range(roles.stripes):
        u = roles.gate + j
        zero = fill(state.act, 0.0)
        vm = potential(load(state.vm, u), load(state.excitation, u), inhibits, zero, zero, n.gate_dt, n)
        store(state.vm, u, vm)
        rate(u, net.gate_unit, state)
        if chance:
            act = load(state.act, u)
            store(state.act, u, where(load(state.chance, j) > 0.0, maximum(act, n.go_activity), act))


@inner
def draw_random_go(learn, net, state):
    """Whether each stripe fires a random Go in this event (OF06, "Random Go firing"): never where nothing is learned.

    With some probability where its mean dopamine is below 0 and it has waited, or is low and lags behind the mean of
    the others; with a very small one always. A number is addressed by seed and network (the key), event and stripe.
    """
    n, stripes = net.constants, net.roles.stripes
    if not learn:
        for j in range(stripes):
            store(state.chance, j, 0.0)
        return
    for lane in range(LANES):
        total = 0.0
        for j in range(stripes):
            total += state.mean_dopamine[j, lane]
        for j in range(stripes):
            mean = state.mean_dopamine[j, lane]
            others = (total - mean) / max(1, stripes - 1)
            waited = mean < 0.0 and state.waiting[j, lane] >= n.patience
            lags = stripes > 1 and mean < n.low and mean - others < -n.lag
            words = draw(state.key[0, lane], state.key[1, lane], j, int(state.events[0, lane]), RANDOM_GO, 0)
            due = (waited or lags) and uniform(words[0]) < n.go_probability
            state.chance[j, lane] = 1.0 if due or uniform(words[1]) < n.go_baseline else 0.0
    store(state.events, 0, load(state.events, 0) + 1.0)


@inner
def spare_random_go(net, state):
    """No random Go where a stripe gates of itself at the end of the minus phase."""
    for j in range(net.roles.stripes):
        gates = load(state.act, net.roles.gate + j) > net.constants.gate_threshold
        store(state.chance, j, where(gates, 0.0, load(state.chance, j)))


@inner
def set_hold(stripe, holds, clears, net, state):
    """Maintenance of one stripe: where it `holds`, by what is active; where it `clears`, by nothing; else as it was.

    Where either happens, synapses of the stripe transmit in full again.
    """
    roles = net.roles
    for u in range(roles.pfc + stripe * roles.content, roles.pfc + (stripe + 1) * roles.content):
        before = load(state.hold, u)
        kept = where(clears, 0.0, before)
        store(state.hold, u, where(holds, net.constants.maintenance * load(state.act, u), kept))
        store(state.transmission, u, where(holds | clears, 1.0, load(state.transmission, u)))


@inner
def toggle(update, net, state):
    """What the gates do at the end of the plus phase, and at that of the `update` phase.

    Plus: a stripe that gates stores what is active if it is empty, and is cleared if it holds something. Update: one
    that gates and is empty, because it was cleared just before, stores.
    """
    n, roles = net.constants, net.roles
    for j in range(roles.stripes):
        one = fill(state.act, 1.0)
        gates = load(state.act, roles.gate + j) > n.gate_threshold
        holding = load(state.holding, j) > 0.0
        zero = one - 1.0
        stores, clears = where(gates, where(holding, zero, one), zero), where(gates, where(holding, one, zero), zero)
        if update:
            clears = zero
        else:
            store(state.opened, j, zero)
            store(state.kept, j, one - clears)
            store(state.waiting, j, where(gates, zero, load(state.waiting, j) + 1.0))
        if any_of((stores > 0.0) | (clears > 0.0)):
            set_hold(j, stores > 0.0, clears > 0.0, net, state)
        held = where(clears > 0.0, zero, load(state.holding, j))
        store(state.holding, j, where(stores > 0.0, one, held))
        store(state.opened, j, maximum(load(state.opened, j), stores))
