"""The measures that a run records in addition to responses."""

from pbwm.kernels.layout import column_rows
from pbwm.kernels.tables import FEEDBACK, THALAMUS
from tasks.engine.lanes import fill, load, maximum, store
from tasks.engine.lanes.options import inner


@inner
def strongest(layer, pool, units):
    """The activity of the strongest unit of one pool."""
    best = fill(load(units[layer.start], "act"), 0.0)
    for u in column_rows(layer, pool):
        best = maximum(load(units[u], "act"), best)
    return best


@inner
def note_gates(check, net, state, notes):
    """Record gates, gating units, and strongest Go and NoGo units at a gate check."""
    layers, roles, units, stripes = net.layers, net.roles, state.units, len(state.stripes)
    for stripe in range(stripes):
        row = check * stripes + stripe
        store(notes.gate, row, load(state.stripes[stripe], "gate"))
        store(notes.effective, row, load(state.stripes[stripe], "effective"))
        store(notes.gating, row, load(units[layers[roles.gate].start + stripe], "act"))
        if layers[roles.gate].kind == THALAMUS:
            store(notes.gpi, row, load(units[layers[roles.gpi].start + stripe], "act"))
            store(notes.gpe, row, load(units[layers[roles.gpe].start + stripe], "act"))
            store(notes.stn, row, load(units[layers[roles.stn].start + stripe], "act"))
        store(notes.go, row, strongest(layers[roles.matrix_go], stripe, units))
        store(notes.nogo, row, strongest(layers[roles.matrix_nogo], stripe, units))


@inner
def note_trial(row, net, state, notes):
    """Record content, count, and match of maintenance stripes, and dopamine after a trial."""
    deep = net.layers[net.roles.maintenance_deep]
    count = deep.stop - deep.start
    for i in range(count):
        store(notes.maintained, row * count + i, load(state.units[deep.start + i], "maintenance_ge"))
    stripes = net.roles.maintenance_stripes
    for stripe in range(stripes):
        store(notes.count, row * stripes + stripe, load(state.stripes[stripe], "count"))
        if net.roles.match >= 0:
            match = strongest(net.layers[net.roles.match], stripe, state.units)
            store(notes.match, row * stripes + stripe, match)
    store(notes.dopamine, row, load(state.network[0], "dopamine"))
    store(notes.prediction, row, load(state.network[0], "prediction"))
    if net.striatum.rule == FEEDBACK:
        note_credit(row, state, notes)


@inner
def note_credit(row, state, notes):
    """Record values of contents, dopamine of stripes, and tags."""
    stripes = len(state.credits)
    for stripe in range(stripes):
        credit, place = state.credits[stripe], row * stripes + stripe
        store(notes.held, place, load(credit, "held"))
        store(notes.displaced, place, load(credit, "displaced"))
        store(notes.rejected, place, load(credit, "rejected"))
        store(notes.dopamine_go, place, load(credit, "dopamine_go"))
        store(notes.dopamine_nogo, place, load(credit, "dopamine_nogo"))
    synapses = len(state.tags)
    for i in range(synapses):
        store(notes.go_tag, row * synapses + i, load(state.tags[i], "go"))
        store(notes.nogo_tag, row * synapses + i, load(state.tags[i], "nogo"))


@inner
def note_cycle(now, state, notes):
    """Record activity, dopamine, reward prediction, and acetylcholine after a cycle."""
    units, network = state.units, state.network[0]
    for u in range(len(units)):
        store(notes.cycles, now * len(units) + u, load(units[u], "act"))
    store(notes.modulators, 3 * now, load(network, "dopamine"))
    store(notes.modulators, 3 * now + 1, load(network, "prediction"))
    store(notes.modulators, 3 * now + 2, load(network, "acetylcholine"))
