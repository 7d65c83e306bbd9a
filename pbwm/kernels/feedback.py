"""Feedback from cortex to each stripe, and the resulting dopamine (docs/pbwm.md §6, "Feedback")."""

from pbwm.kernels.ages import sees_age
from pbwm.kernels.exploration import approach
from pbwm.kernels.layout import add_columns, column_rows, number, only_units, pick, put, put_field, sender_sent
from pbwm.kernels.tables import RESPONSE_FEEDBACK
from tasks.engine.lanes import any_of, fill, load, maximum, minimum, store, where
from tasks.engine.lanes.options import inlined, inner


@inlined
def clear_errors_of_lesioned(layer, state):
    """Set the errors of lesioned units to 0."""
    if layer.lesioned:
        for u in range(layer.start, layer.stop):
            store(state.errors, u, where(load(state.alive, u) > 0.0, load(state.errors, u), 0.0))


@inner
def sum_of_errors(absolute, layer, net, state):
    """The sum of the errors of a layer or, if `absolute`, of their sizes."""
    total = fill(state.sent, 0.0)
    for column in range(layer.columns):
        part, rows = fill(state.sent, 0.0), column_rows(layer, column)
        for u in rows:
            error = only_units(net.layout, load(state.errors, u), net.occupied[u])
            part += maximum(error, -error) if absolute else error
        total = add_columns(net.layout, total, part, net.occupied[rows.start])
    return total


@inner
def remove_mean(layer, net, state):
    """Subtract the mean of a layer's errors; lesioned units have none."""
    clear_errors_of_lesioned(layer, state)
    mean = sum_of_errors(False, layer, net, state) / layer.units
    for u in range(layer.start, layer.stop):
        store(state.errors, u, load(state.errors, u) - mean)
    clear_errors_of_lesioned(layer, state)


@inner
def target_errors(layer, net, state):
    """The error from the target: ``e_j = Act⁺_j − Act⁻_j``, minus the layer's mean (F1).

    With `silent_when_correct`, activity above that of a clamped unit counts as that of a clamped unit.
    """
    for u in range(layer.start, layer.stop):
        plus, minus = load(state.units[u], "act"), load(state.units[u], "act_minus")
        if net.striatum.silent_when_correct:
            plus, minus = minimum(plus, net.neuron.clamp_max), minimum(minus, net.neuron.clamp_max)
        store(state.errors, u, plus - minus)
    remove_mean(layer, net, state)


@inner
def hidden_target_errors(net, state):
    """The error of hidden units from the target; with `silent_when_correct`, times ``min(1, Σ_o |e_o|)`` (F1)."""
    hidden = net.layers[net.roles.hidden]
    target_errors(hidden, net, state)
    if net.striatum.silent_when_correct:
        share = minimum(sum_of_errors(True, net.layers[net.roles.output], net, state), 1.0)
        for u in range(hidden.start, hidden.stop):
            store(state.errors, u, share * load(state.errors, u))


@inlined
def weighted_error(path, contact, net, state):
    """``Σ_j w_ji e_j``: feedback to the sender at `contact` of a dense path."""
    layer, total = net.layers[path.target], fill(state.sent, 0.0)
    for column in range(layer.columns):
        part, rows = fill(state.sent, 0.0), column_rows(layer, column)
        for u in rows:
            synapse = path.first_synapse + contact * path.contact_step + (u - layer.start) * path.row_step
            part += load(state.weight, synapse) * load(state.errors, u)
        total = add_columns(net.layout, total, part, net.occupied[rows.start])
    return total


@inner
def response_errors(response, net, state):
    """The error from the chosen response: ``e_o = .95 [o chosen]``, minus the mean (F2).

    Competition makes the winner active, right or wrong, so its activity does not count (Rombouts, Bohte & Roelfsema,
    2015).
    """
    output = net.layers[net.roles.output]
    for u in range(output.start, output.stop):
        own = number(net.layout, response, u - output.start, output.depth)
        chosen = where(response == own, fill(response, net.neuron.clamp_max), 0.0)
        store(state.errors, u, chosen)
    remove_mean(output, net, state)


@inner
def hidden_errors(net, state):
    """The error of hidden units, ``e_h = Act⁻_h (1 − Act⁻_h) Σ_o w_oh e_o``, minus the mean (F3)."""
    hidden, path = net.layers[net.roles.hidden], net.paths[net.roles.hidden_to_output]
    for contact in range(path.contacts):
        address = net.sender[path.first_sender + contact]
        put(net.layout, state.errors, address, weighted_error(path, contact, net, state))
    for u in range(hidden.start, hidden.stop):
        act = load(state.units[u], "act_minus")
        store(state.errors, u, act * (1.0 - act) * load(state.errors, u))
    remove_mean(hidden, net, state)


@inlined
def match_error(contact, net, state):
    """Feedback to a match unit: ``Σ_o v_oi e_o + h Σ_h v_hi e_h``, or 0 if lesioned (F4)."""
    roles, feedback = net.roles, fill(state.sent, 0.0)
    if roles.match_to_output >= 0:
        feedback = feedback + weighted_error(net.paths[roles.match_to_output], contact, net, state)
    if roles.match_to_hidden >= 0:
        to_hidden = weighted_error(net.paths[roles.match_to_hidden], contact, net, state)
        feedback = feedback + net.striatum.hidden_feedback * to_hidden
    if net.layers[roles.match].lesioned:
        path = net.paths[roles.match_to_output if roles.match_to_output >= 0 else roles.match_to_hidden]
        alive = sender_sent(net.layout, True, state.alive, net.sender[path.first_sender + contact])
        feedback = where(alive > 0.0, feedback, 0.0)
    return feedback


@inlined
def clear_feedback_of_lesioned(layer, state):
    """Set feedback to 0 for contents that a lesion keeps from cortex."""
    if layer.lesioned:
        for u in range(layer.start, layer.stop):
            content = state.contents[u - layer.start]
            store(content, "fed_back", where(load(state.alive, u) > 0.0, load(content, "fed_back"), 0.0))


@inner
def feed_back(net, state):
    """Feedback to each unit i of deep maintenance PFC: ``f_i = Σ_o w_oi e_o + h Σ_h w_hi e_h + s_i m_i`` (F4)."""
    to_output, to_hidden = net.paths[net.roles.memory_to_output], net.paths[net.roles.memory_to_hidden]
    for contact in range(to_output.contacts):
        feedback = weighted_error(to_output, contact, net, state)
        feedback = feedback + net.striatum.hidden_feedback * weighted_error(to_hidden, contact, net, state)
        if net.roles.match >= 0:
            stimulus = pick(net.layout, state.units, net.stimulus_address[contact], "act")
            if any_of(stimulus > 0.0):
                feedback = feedback + stimulus * match_error(contact, net, state)
        put_field(net.layout, state.contents, net.content_address[contact], "fed_back", feedback)
    clear_feedback_of_lesioned(net.layers[net.roles.maintenance_deep], state)
    if net.roles.output_stripes > 0:
        clear_feedback_of_lesioned(net.layers[net.roles.output_superficial], state)
        clear_feedback_of_lesioned(net.layers[net.roles.output_deep], state)


@inlined
def clipped(value):
    """A value, kept in [−1, 1]."""
    return minimum(maximum(value, -1.0), 1.0)


@inner
def value_of(field, pool, deep, state):
    """The value of a content, ``D(c) = Σ_i f_i c_i``, kept in [−1, 1] (F5)."""
    total = fill(state.sent, 0.0)
    for i in range(pool * deep.depth, (pool + 1) * deep.depth):
        total += load(state.contents[i], "fed_back") * load(state.contents[i], field)
    return clipped(total)


@inner
def average_contents(delivered, net, state):
    """Update usual contents where a reward is `delivered` (mask)."""
    for i in range(len(state.contents)):
        content = state.contents[i]
        usual = approach(load(content, "usual"), delivered, load(content, "readable"), net.striatum.baseline_dt)
        store(content, "usual", usual)


@inlined
def credit_while_closed(pool, net, state):
    """z, the credit while the output gate is closed; 1 in stripes that see ages."""
    closed = fill(state.sent, net.striatum.closed_gate_credit)
    if net.roles.age >= 0:
        closed = where(sees_age(pool, closed, net), 1.0, closed)
    return closed


@inner
def stripe_dopamine(delivered, net, state):
    """The dopamine of every stripe (F6 to F8) where a reward is `delivered` (mask), else 0."""
    roles, s, deep = net.roles, net.striatum, net.layers[net.roles.maintenance_deep]
    teaches = where(delivered, fill(state.sent, 1.0), 0.0)
    if s.teacher == RESPONSE_FEEDBACK:
        teaches = teaches * load(state.network[0], "dopamine")
    for pool in range(deep.columns):
        credit, used = state.credits[pool], teaches
        held = value_of("readable", pool, deep, state)
        displaced = value_of("displaced", pool, deep, state)
        rejected = value_of("rejected", pool, deep, state)
        store(credit, "held", held)
        store(credit, "displaced", displaced)
        store(credit, "rejected", rejected)
        if roles.output_stripes > 0:
            output = pool + roles.maintenance_stripes
            store(state.credits[output], "held", held)
            better = held - s.output_baseline * value_of("usual", pool, deep, state)
            better = where(better < 0.0, s.output_dip_gain * better, better)
            store(state.credits[output], "dopamine_go", teaches * s.output_rate * better)
            if s.structural_credit:
                closed = credit_while_closed(pool, net, state)
                used = used * (closed + (1.0 - closed) * load(state.stripes[output], "effective"))
        store(credit, "dopamine_go", used * (held - s.displaced_weight * displaced))
        store(credit, "dopamine_nogo", used * s.rejected_rate * (rejected - held))


@inner
def evaluate(learn, delivered, response, net, state):
    """Feedback to every stripe, and its dopamine, after the plus phase."""
    s = net.striatum
    if s.teacher == RESPONSE_FEEDBACK:
        response_errors(response, net, state)
    else:
        target_errors(net.layers[net.roles.output], net, state)
    if s.teacher == RESPONSE_FEEDBACK or s.hidden_by_weights:
        hidden_errors(net, state)
    else:
        hidden_target_errors(net, state)
    feed_back(net, state)
    stripe_dopamine(delivered, net, state)
    if learn and net.striatum.output_baseline > 0.0:
        average_contents(delivered, net, state)
