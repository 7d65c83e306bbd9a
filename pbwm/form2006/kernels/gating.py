"""SNrThal, random Go, and the gates that toggle prefrontal maintenance (docs/form2006.md §5–§7)."""

from pbwm.form2006.kernels.settle import inhibition, potential, rate
from tasks.base.rng import Purpose
from tasks.engine.kernels.counter import draw, next_count, uniform
from tasks.engine.lanes import LANES, any_of, fill, load, maximum, minimum, store, where
from tasks.engine.lanes.functions import exp
from tasks.engine.lanes.options import inner

RANDOM_GO = int(Purpose.RANDOM_GO)


@inner
def sum_of(first, count, state):
    """Summed activity of some units."""
    total = fill(state.act, 0.0)
    for u in range(first, first + count):
        total += load(state.act, u)
    return total


@inner
def settle_gates(pool, chance, net, state):
    """One cycle of SNrThal: ``g_e = [Go − NoGo]₊ / (Go + NoGo)`` (A.18), kWTA, potential, rate.

    With `chance`, a random Go adds to the excitation, up to 1.
    """
    n, roles = net.constants, net.roles
    for j in range(roles.stripes):
        go = sum_of(roles.go + j * roles.half, roles.half, state)
        nogo = sum_of(roles.nogo + j * roles.half, roles.half, state)
        both = go + nogo
        drive = where(both > 0.0, maximum(go - nogo, 0.0) / both, 0.0)
        if chance:
            drive = minimum(drive + n.go_drive * load(state.chance, j), 1.0)
        store(state.excitation, roles.gate + j, drive)
    inhibits = inhibition(pool, net, state)
    for j in range(roles.stripes):
        u = roles.gate + j
        zero = fill(state.act, 0.0)
        vm = potential(load(state.vm, u), load(state.excitation, u), inhibits, zero, zero, n.gate_dt, n)
        store(state.vm, u, vm)
        rate(u, net.gate_unit, state)


@inner
def close_gates(rewarded, net, state):
    """Close all gates where a reward is due."""
    for u in range(net.roles.gate, net.roles.gate + net.roles.stripes):
        store(state.act, u, where(rewarded > 0.0, 0.0, load(state.act, u)))


@inner
def draw_random_go(learn, net, state):
    """Draw whether each stripe fires a random Go (docs/form2006.md §6), if networks learn.

    Numbers are addressed by seed and network (the key), event, and stripe; for the selection, by the number of stripes.
    """
    n, stripes = net.constants, net.roles.stripes
    if not learn:
        for j in range(stripes):
            store(state.chance, j, 0.0)
        return
    weigh_stripes(net, state)
    for lane in range(LANES):
        event = int(state.events[0, lane])
        first = draw(state.key[0, lane], state.key[1, lane], stripes, event, RANDOM_GO, 0)
        picked = -1
        if uniform(first[0]) < n.go_probability:
            picked = pick_stripe(uniform(first[1]), lane, stripes, state)
        for j in range(stripes):
            words = draw(state.key[0, lane], state.key[1, lane], j, event, RANDOM_GO, 0)
            waited = state.waiting[j, lane]
            fires = (j == picked and waited >= n.patience) or uniform(words[1]) < n.go_baseline
            fires = fires or (waited >= n.long_patience and uniform(words[0]) < n.go_probability)
            state.chance[j, lane] = 1.0 if fires and state.mean_reward[0, lane] < n.success else 0.0
    store(state.events, 0, next_count(load(state.events, 0)))


@inner
def weigh_stripes(net, state):
    """Weight of every stripe in the selection: ``exp(gain (low − mean))``, or 0 if its mean is not low."""
    n = net.constants
    total = fill(state.act, 0.0)
    for j in range(net.roles.stripes):
        missing = n.low - load(state.mean_dopamine, j)
        weight = where(missing > 0.0, exp(n.selectivity * missing), 0.0)
        store(state.chance, j, weight)
        total += weight
    store(state.look_up, 0, total)


@inner
def pick_stripe(number, lane, stripes, state):
    """The stripe at a place, in [0, 1], among the weights of a network; −1: none."""
    left, picked = number * state.look_up[0, lane], -1
    for j in range(stripes):
        weight = state.chance[j, lane]
        if weight > 0.0 and left >= 0.0:
            picked = j
            left -= weight
    return picked


@inner
def spare_random_go(rewarded, net, state):
    """Cancel random Go in stripes that gate in the minus phase, and if gates are closed."""
    n = net.constants
    for j in range(net.roles.stripes):
        spared = load(state.act, net.roles.gate + j) > n.gate_threshold
        if n.closed_where_due:
            spared = spared | (rewarded > 0.0)
        store(state.chance, j, where(spared, 0.0, load(state.chance, j)))


@inner
def set_hold(stripe, holds, clears, net, state):
    """Set the maintenance of a stripe: its activity if it `holds`, 0 if it `clears`.

    In both cases, its synapses transmit fully again.
    """
    roles = net.roles
    for u in range(roles.pfc + stripe * roles.content, roles.pfc + (stripe + 1) * roles.content):
        before = load(state.hold, u)
        kept = where(clears, 0.0, before)
        store(state.hold, u, where(holds, net.constants.maintenance * load(state.act, u), kept))
        store(state.transmission, u, where(holds | clears, 1.0, load(state.transmission, u)))


@inner
def toggle(update, net, state):
    """Effect of the gates after the plus and the `update` phase (docs/form2006.md §7)."""
    n, roles = net.constants, net.roles
    for j in range(roles.stripes):
        one = fill(state.act, 1.0)
        gates = load(state.act, roles.gate + j) > n.gate_threshold
        holding = load(state.holding, j) > 0.0
        zero = one - 1.0
        stores, clears = where(gates, where(holding, zero, one), zero), where(gates, where(holding, one, zero), zero)
        if update:
            clears = zero
            if not n.late_storage:
                stores = where(load(state.kept, j) > 0.0, zero, stores)
        else:
            store(state.opened, j, zero)
            store(state.kept, j, one - clears)
            store(state.waiting, j, where(gates, zero, load(state.waiting, j) + 1.0))
        if any_of((stores > 0.0) | (clears > 0.0)):
            set_hold(j, stores > 0.0, clears > 0.0, net, state)
        held = where(clears > 0.0, zero, load(state.holding, j))
        store(state.holding, j, where(stores > 0.0, one, held))
        store(state.opened, j, maximum(load(state.opened, j), stores))
