"""The timeline of an event (docs/form2006.md §8)."""

from pbwm.form2006.kernels.dopamine import (
    HALF,
    modulate,
    read_value,
    release,
    remember_dopamine,
    remember_reward,
    tire,
    unmodulate,
)
from pbwm.form2006.kernels.gating import close_gates, draw_random_go, settle_gates, spare_random_go, toggle
from pbwm.form2006.kernels.interventions import free_of_chance, hold_gates, silence
from pbwm.form2006.kernels.learning import learn as learn_paths
from pbwm.form2006.kernels.settle import fire, gather, in_phase, send, take_up_input
from pbwm.form2006.kernels.tables import MINUS, PLUS, PVE, PVI, UPDATE
from tasks.engine.kernels.epoch_ends import close_ended, mark_ends, not_finite, put_back
from tasks.engine.kernels.epochs import someone_goes_on
from tasks.engine.kernels.resets import put_to_rest
from tasks.engine.lanes import fill, flush_denormals, load, maximum, restore_control_word, store, where
from tasks.engine.lanes.options import inner, kernel


@inner
def present(first, count, symbol, net, state):
    """Clamp units to one symbol; −1: all are silent."""
    for i in range(count):
        store(state.act, first + i, where(symbol == 1.0 * i, fill(symbol, net.constants.clamp_max), 0.0))


@inner
def rest(phase, net, state):
    """Set the layers that start a phase from rest to rest."""
    for i in range(len(net.layers)):
        layer = net.layers[i]
        if in_phase(layer.rests, phase):
            for u in range(layer.start, layer.stop):
                store(state.vm, u, net.constants.rest)
                store(state.act, u, 0.0)
                store(state.excitation, u, 0.0)


@inner
def tell(target, net, state):
    """Clamp the output layer to any correct response (not −1)."""
    first = net.roles.output
    for i in range(net.roles.responses):
        told = where(target == 1.0 * i, fill(target, net.constants.clamp_max), 0.0)
        store(state.act, first + i, where(target < 0.0, load(state.act, first + i), told))


@inner
def settle(phase, first, row, net, state, stream, notes):
    """Settle through one phase, from cycle `first` of the event on."""
    target = load(stream.target, row)
    rest(phase, net, state)
    gates = net.pools[len(net.pools) - 1]
    if phase == PLUS:
        tell(target, net, state)
        silence(net, state)
    for cycle in range(net.cycles[phase]):
        send(net, state)
        gather(phase, net, state)
        fire(phase, net, state)
        if phase == PLUS:
            tell(target, net, state)
        settle_gates(gates, phase != MINUS, net, state)
        if net.constants.closed_where_due:
            close_gates(load(stream.rewarded, row), net, state)
        if stream.forcing and phase != MINUS:
            hold_gates(row, net, state, stream)
        silence(net, state)
        if phase == UPDATE:
            release(net, state)
            modulate(net, state)
        if notes.cycles_on:
            note_cycle(first + cycle, state, notes)


@inner
def note_cycle(now, state, notes):
    """Record activity, values, and dopamine at the end of a cycle."""
    units, signals = len(state.act), len(state.signals)
    for u in range(units):
        store(notes.cycles, now * units + u, load(state.act, u))
    for i in range(signals):
        store(notes.cycle_signals, now * signals + i, load(state.signals, i))


@inner
def keep(where_to, state):
    """Store the activity of all units in `where_to`."""
    for u in range(len(state.act)):
        store(where_to, u, load(state.act, u))


@inner
def respond(net, state):
    """Index of the most active output unit, the first of equals."""
    first = net.roles.output
    best, response = load(state.act, first), fill(state.act, 0.0)
    for i in range(1, net.roles.responses):
        act = load(state.act, first + i)
        response = where(act > best, 1.0 * i, response)
        best = maximum(act, best)
    return response


@inner
def note(row, net, state, notes):
    """Record gates, the content of prefrontal cortex, and dopamine."""
    roles, stripes = net.roles, net.roles.stripes
    for i in range(len(state.signals)):
        store(notes.signals, row * len(state.signals) + i, load(state.signals, i))
    for j in range(stripes):
        at = row * stripes + j
        gate = load(state.act_plus, roles.gate + j)
        store(notes.go, at, sum_of_plus(roles.go + j * roles.half, roles.half, state))
        store(notes.nogo, at, sum_of_plus(roles.nogo + j * roles.half, roles.half, state))
        store(notes.gate, at, gate)
        store(notes.opened, at, load(state.opened, j))
        store(notes.kept, at, load(state.kept, j))
        store(notes.chance, at, load(state.chance, j))
    count = stripes * roles.content
    for i in range(count):
        store(notes.maintained, row * count + i, load(state.hold, roles.pfc + i))


@inner
def sum_of_plus(first, count, state):
    """Summed activity of units at the end of the plus phase."""
    total = fill(state.act, 0.0)
    for u in range(first, first + count):
        total += load(state.act_plus, u)
    return total


@inner
def event(row, learn, net, state, memory, stream, notes):
    """One event of all networks: row `row` of the stream."""
    put_to_rest(row, stream.resets, memory)
    channels = net.channel.shape[0]
    for c in range(channels):
        present(net.channel[c, 0], net.channel[c, 1], load(stream.symbol, row * channels + c), net, state)
    silence(net, state)
    take_up_input(net, state)
    target, rewarded = load(stream.target, row), load(stream.rewarded, row)
    draw_random_go(learn, net, state)
    settle(MINUS, 0, row, net, state, stream, notes)
    keep(state.act_minus, state)
    response = respond(net, state)
    store(notes.response, row, response)
    outcome = where(response == target, fill(target, 1.0), 0.0)
    store(state.signals, PVE, where(rewarded > 0.0, outcome, HALF))
    store(state.signals, PVI, read_value(net.roles.pvi, net, state))
    spare_random_go(rewarded, net, state)
    if stream.forcing:
        free_of_chance(row, net, state, stream)
    settle(PLUS, net.cycles[MINUS], row, net, state, stream, notes)
    keep(state.act_plus, state)
    toggle(False, net, state)
    settle(UPDATE, net.cycles[MINUS] + net.cycles[PLUS], row, net, state, stream, notes)
    toggle(True, net, state)
    if learn:
        remember_reward(outcome, rewarded, net, state)
        remember_dopamine(net, state)
        learn_paths(net, state)
    unmodulate(net, state)
    tire(net, state)
    if notes.on:
        note(row, net, state, notes)


@kernel
def run(learn, net, state, memory, kept, ending, stream, course, notes):
    """Run a block through its epochs: see `pbwm.kernels.trial.run`."""
    control_word = flush_denormals()
    for i in range(len(memory)):
        store(kept, i, load(memory, i))
    for row in range(len(stream.target)):
        if not someone_goes_on(course):
            break
        event(row, learn, net, state, memory, stream, notes)
        if mark_ends(row + 1, ending, course):
            close_ended(not_finite(memory), memory, kept, ending, notes.response, course)
    put_back(memory, kept, ending, course)
    restore_control_word(control_word)
