"""The timeline of a trial (docs/pbwm.md §7)."""

from pbwm.kernels.ages import show_ages
from pbwm.kernels.cortex import cosine_difference, learn_path, sender_scale, update_activity, update_long_averages
from pbwm.kernels.delivery import find_equal_receivers, forget, receive
from pbwm.kernels.dopamine import carry_over, learn_prediction, predict_reward, release, scale_prediction
from pbwm.kernels.events import offer, read_at_once, remember_events
from pbwm.kernels.exploration import draw_noise, noise_factor, remember_reward
from pbwm.kernels.feedback import evaluate
from pbwm.kernels.gating import check_gates, clear_superficial, force_gates, maintain, open_stripes
from pbwm.kernels.layout import largest, list_senders, number, pick
from pbwm.kernels.neuron import choose_sent
from pbwm.kernels.nuclei import settle_nucleus
from pbwm.kernels.recording import note_cycle, note_gates, note_trial
from pbwm.kernels.settle import fire, gather
from pbwm.kernels.striatum import learn_from_feedback, learn_striatum, update_striatal_weights
from pbwm.kernels.tables import CLAMPED, CYCLES, FEEDBACK, QUARTER, TARGET, TONIC
from pbwm.kernels.unit_noise import add_unit_noise, draw_unit_noise
from tasks.engine.kernels.epoch_ends import close_ended, mark_ends, not_finite, put_back
from tasks.engine.kernels.epochs import someone_goes_on
from tasks.engine.kernels.resets import put_to_rest
from tasks.engine.lanes import fill, flush_denormals, load, maximum, restore_control_word, store, where
from tasks.engine.lanes.options import inlined, inner, kernel


@inner
def begin_trial(learn, net, state):
    """Averages, decay, and path scales at the start of a trial (docs/pbwm.md §7)."""
    scale_prediction(net, state)
    for i in range(len(net.layers)):
        layer = net.layers[i]
        if learn and layer.learns:
            update_long_averages(layer, state.layers[i], state.units, net.averages)
        if learn and not layer.activity_fixed:
            update_activity(layer, state.layers[i], net.averages)
        if net.neuron.trial_decay > 0.0 and (i == net.roles.hidden or i == net.roles.output):
            decay(layer, net.neuron, state)
        if layer.lesioned:
            silence(layer, state.alive, state.units)
        if layer.noisy:
            draw_unit_noise(layer, net, state)
        for p in range(layer.path, layer.path_stop):
            path = net.paths[p]
            if path.scaled:
                activity = load(state.layers[path.sender], "activity")
                scale = sender_scale(activity, net.layers[path.sender].units, path.contacts, path.dense)
                store(state.scale, p, path.absolute * path.share * scale)
            else:
                store(state.scale, p, path.absolute)
        state.sender_counts[i] = 0
    for rows in (state.sent, state.steady, state.excitation, state.inhibition):
        forget(rows, 0, len(state.sent))


@inner
def decay(layer, n, state):
    """Move units and inhibition of a layer toward rest by `trial_decay`."""
    keep, whole = 1.0 - n.trial_decay, state.pools[layer.pool]
    for u in range(layer.start, layer.stop):
        unit = state.units[u]
        store(unit, "act", keep * load(unit, "act"))
        store(unit, "ge", keep * load(unit, "ge"))
        store(unit, "gi_synaptic", keep * load(unit, "gi_synaptic"))
        store(unit, "gi_self", keep * load(unit, "gi_self"))
        store(unit, "vm", n.vm_start + keep * (load(unit, "vm") - n.vm_start))
    store(whole, "feedback", keep * load(whole, "feedback"))
    store(whole, "act_avg", keep * load(whole, "act_avg"))


@inner
def silence(layer, alive, units):
    """Set the activity of lesioned units to 0."""
    for u in range(layer.start, layer.stop):
        store(units[u], "act", where(load(alive, u) > 0.0, load(units[u], "act"), 0.0))


@inner
def present(layout, layer, symbol, units):
    """External input of a layer: one unit per symbol; −1: none."""
    for u in range(layer.start, layer.stop):
        own = number(layout, symbol, u - layer.start, layer.depth)
        store(units[u], "clamp", where(symbol == own, fill(symbol, 1.0), 0.0))


@inner
def present_target(layout, layer, target, units):
    """External input of the target layer; −1: free."""
    present(layout, layer, target, units)
    for u in range(layer.start, layer.stop):
        store(units[u], "clamp", where(target < 0.0, -1.0, load(units[u], "clamp")))


@inner
def send(net, state):
    """The signal of every unit, and the layers whose signals have changed."""
    said = state.signal if net.sends_changes else state.sent
    for i in range(len(net.layers)):
        layer = net.layers[i]
        moved = choose_sent(layer, state.units, state.sent, state.signal, net.sends_changes, net.neuron)
        if moved:
            state.sender_counts[i] = list_senders(net.layout, layer, net, said, state)
        elif net.sends_changes:
            state.sender_counts[i] = 0
        state.moved[i] = moved


@inner
def cycle(plus, delivered, reward, net, state):
    """One cycle of the whole network."""
    send(net, state)
    for i in range(len(net.layers)):
        layer = net.layers[i]
        receive(layer, net, state)
        if layer.kind >= TONIC:
            settle_nucleus(layer, net, state)
        else:
            clamped = layer.kind in CLAMPED
            if not clamped:
                gather(layer, net, state)
            fire(layer, clamped or (layer.kind == TARGET and plus), net, state)
        if layer.noisy:
            add_unit_noise(layer, net, state)
    predict_reward(net, state)
    release(plus, delivered, reward, net.dopamine, state.network[0])
    if net.exploration.on:
        noise_factor(net.exploration, net.dopamine, state.network[0])


@inner
def respond(layout, responses, units):
    """Index of the most active output unit (the first of equals), by the addresses `responses`."""
    best = pick(layout, units, responses[0], "act")
    response = fill(best, 0.0)
    for i in range(1, len(responses)):
        act = pick(layout, units, responses[i], "act")
        response = where(act > best, 1.0 * i, response)
        best = maximum(act, best)
    return response


@inner
def unit_error(layout, layer, units):
    """1 if an output unit differs by 0.5 or more between phases, else 0."""
    worst = fill(load(units[layer.start], "act"), 0.0)
    for u in range(layer.start, layer.stop):
        difference = load(units[u], "act_minus") - load(units[u], "act")
        worst = maximum(maximum(difference, -difference), worst)
    return where(largest(layout, worst) >= 0.5, fill(worst, 1.0), 0.0)


@inner
def gate(quarter, row, net, state, stream):
    """The gate check of quarter 0 or 2; output stripes gate in the first only."""
    roles = net.roles
    check_gates(net.layers[roles.gate], net, state)
    if stream.forcing:
        force_gates(row, stream.forced, state.stripes)
    open_stripes(0, roles.maintenance_stripes, state.stripes)
    if net.gate.clear > 0.0:
        layer = net.layers[roles.maintenance]
        clear_superficial(layer, net.gate.clear, net.neuron.vm_start, state.units, state.stripes)
    if quarter == 0 and roles.output_stripes > 0:
        open_stripes(roles.maintenance_stripes, roles.output_stripes, state.stripes)


@inlined
def read_after_update(net):
    """Whether cortex reads new content in the same trial."""
    return net.roles.output_stripes == 0 and net.gate.updates == 2


@inner
def end_quarter(quarter, learn, net, state):
    """Prefrontal updates, and the first striatal learning step."""
    roles, held, layers = net.roles, net.gate, net.layers
    fed_back, first_update = net.striatum.rule == FEEDBACK, 1 if held.updates == 2 else 3
    if quarter == first_update and fed_back:
        offer(net, state)
    if quarter == 0 and roles.output_stripes > 0:
        superficial, deep = layers[roles.output_superficial], layers[roles.output_deep]
        maintain(superficial, deep, roles.maintenance_stripes, held.output_max, held.maintenance_gain, state)
    if quarter == first_update or quarter == 3:
        superficial, deep = layers[roles.maintenance], layers[roles.maintenance_deep]
        maintain(superficial, deep, 0, held.maintenance_max, held.maintenance_gain, state)
    if quarter == 1 and fed_back and read_after_update(net):
        remember_events(net, state)
        read_at_once(net, state)
    if quarter == 1 and learn and not fed_back:
        for p in range(len(net.paths)):
            if net.paths[p].striatal:
                learn_striatum(net.paths[p], net, state)


@inner
def end_trial(learn, delivered, response, net, state):
    """Plus-phase activity and feedback from cortex; then learning."""
    fed_back = net.striatum.rule == FEEDBACK
    for i in range(len(net.layers)):
        layer = net.layers[i]
        store(state.layers[i], "activity_plus", load(state.pools[layer.pool], "act_avg"))
        if layer.learns and learn:
            cosine_difference(layer, layer.kind == TARGET, state.layers[i], state.units, net)
    if fed_back:
        evaluate(learn, delivered, response, net, state)
    if learn:
        for p in range(len(net.paths)):
            path = net.paths[p]
            if path.striatal:
                if fed_back:
                    learn_from_feedback(path, net, state)
                else:
                    learn_striatum(path, net, state)
                update_striatal_weights(path, net, state)
            elif path.learning_rate > 0.0:
                learn_path(path, net, state)
        learn_prediction(net, state)
    if fed_back and not read_after_update(net):
        remember_events(net, state)


@inner
def trial(row, learn, net, state, memory, stream, notes):
    """One trial of all networks: row `row` of the stream."""
    units, output = state.units, net.layers[net.roles.output]
    begin_trial(learn, net, state)
    put_to_rest(row, stream.resets, memory)
    draw_noise(row, learn, net, state, stream.symbol)
    for c in range(len(net.inputs)):
        present(net.layout, net.layers[net.inputs[c]], load(stream.symbol, row * len(net.inputs) + c), units)
    if net.roles.age >= 0:
        show_ages(net, state)
    target, rewarded = load(stream.target, row), load(stream.rewarded, row)
    delivered = rewarded < 0.0
    reward, response = fill(target, 0.0), fill(target, -1.0)
    for now in range(CYCLES):
        quarter, within = now // QUARTER, now % QUARTER
        if now == 3 * QUARTER:
            response = respond(net.layout, net.responses, units)
            store(notes.response, row, response)
            for u in range(len(units)):
                store(units[u], "act_minus", load(units[u], "act"))
            present_target(net.layout, output, target, units)
            delivered = rewarded > 0.0
            reward = where(response == target, fill(target, 1.0), 0.0)
        cycle(quarter == 3, delivered, reward, net, state)
        if within == net.gate.cycle and (quarter == 0 or (quarter == 2 and net.gate.checks == 2)):
            gate(quarter, row, net, state, stream)
            if notes.on:
                note_gates(net.gate.checks * row + quarter // 2, net, state, notes)
        if notes.cycles_on:
            note_cycle(now, state, notes)
        if within == QUARTER - 1:
            end_quarter(quarter, learn, net, state)
    store(notes.unit_error, row, unit_error(net.layout, output, units))
    end_trial(learn, delivered, response, net, state)
    carry_over(net, state)
    if learn:
        remember_reward(delivered, reward, net, state)
    if notes.on:
        note_trial(row, net, state, notes)


@inner
def of_network(layout, marked):
    """1 in every lane of networks with a `marked` lane, else 0."""
    return largest(layout, where(marked == 0.0, fill(marked, 0.0), 1.0))


@kernel
def run(learn, net, state, memory, kept, ending, stream, course, notes):
    """Run a block through its epochs, each lane at its own pace.

    The state of a lane at the end of its last epoch is kept. `kept` is as large as the memory; `ending` is a row that
    marks lanes.
    """
    control_word = flush_denormals()
    find_equal_receivers(net, state)
    for i in range(len(memory)):
        store(kept, i, load(memory, i))
    for row in range(len(stream.target)):
        if not someone_goes_on(course):
            break
        trial(row, learn, net, state, memory, stream, notes)
        if mark_ends(row + 1, ending, course):
            close_ended(of_network(net.layout, not_finite(memory)), memory, kept, ending, notes.response, course)
    put_back(memory, kept, ending, course)
    restore_control_word(control_word)
