"""Dopamine and acetylcholine (docs/pbwm.md §6)."""

from pbwm.kernels.cortex import sender_scale
from pbwm.kernels.layout import pick, sender_sent
from pbwm.kernels.tables import PVLV, RESCORLA_WAGNER, TEMPORAL_DIFFERENCE
from tasks.engine.lanes import fill, load, maximum, minimum, store, where
from tasks.engine.lanes.options import inlined, inner


@inner
def scale_prediction(net, state):
    """Scales of the reward-prediction paths in a trial."""
    for p in range(len(net.prediction)):
        path = net.prediction[p]
        units = net.layers[path.sender].units
        scale = sender_scale(load(state.layers[path.sender], "activity"), units, units, True)
        store(state.prediction_scale, p, scale * path.share)


@inlined
def drive(weight, net, state):
    """Value from the senders: ``Σ_paths GScale · Σ_i w_i · sent_i``."""
    raw = fill(state.sent, 0.0)
    for p in range(len(net.prediction)):
        path = net.prediction[p]
        total = fill(state.sent, 0.0)
        for i in range(path.first_synapse, path.first_synapse + path.contacts):
            sent = sender_sent(net.layout, True, state.sent, net.prediction_sender[i])
            total += load(weight, i) * sent
        raw += load(state.prediction_scale, p) * total
    return raw


@inner
def onset_drive(weight, net, state):
    """The same through depressed synapses."""
    raw = fill(state.sent, 0.0)
    for p in range(len(net.prediction)):
        path = net.prediction[p]
        total = fill(state.sent, 0.0)
        for i in range(path.first_synapse, path.first_synapse + path.contacts):
            sent = sender_sent(net.layout, True, state.sent, net.prediction_sender[i])
            total += load(state.transmission, i) * load(weight, i) * sent
        raw += load(state.prediction_scale, p) * total
    return raw


@inlined
def between(least, x, most):
    """`x`, kept in a range."""
    return minimum(maximum(x, least), most)


@inner
def predict_reward(net, state):
    """The reward prediction after a cycle; for PVLV also LVe and LVi."""
    d, network = net.dopamine, state.network[0]
    ge = load(network, "prediction_ge")
    ge += d.g_dt * (drive(state.prediction_weight, net, state) - ge)
    store(network, "prediction_ge", ge)
    store(network, "prediction", between(d.prediction_min, ge + d.neutral, d.prediction_max))
    if d.kind == PVLV:
        lve, lvi = load(network, "lve_ge"), load(network, "lvi_ge")
        store(network, "lve_ge", lve + d.g_dt * (onset_drive(state.lve_weight, net, state) - lve))
        store(network, "lvi_ge", lvi + d.g_dt * (onset_drive(state.lvi_weight, net, state) - lvi))


@inlined
def rewarded_or_expected(primary, prediction, d):
    """Where primary value is present or expected (mask)."""
    present = (primary < d.filter_min) | (primary > d.filter_max)
    return present | (prediction < d.filter_min) | (prediction > d.filter_max)


@inner
def primary_and_learned(d, network):
    """Dopamine of PVLV (docs/pbwm.md §6; OF06 A.14–A.17)."""
    primary, prediction = load(network, "reward"), load(network, "prediction")
    due = rewarded_or_expected(primary, prediction, d)
    lve = between(d.prediction_min, load(network, "lve_ge") + d.neutral, d.prediction_max)
    lvi = between(d.lvi_min, load(network, "lvi_ge") + d.neutral, d.prediction_max)
    learned = lve - lvi
    if not d.lv_always:
        learned = where(due, 0.0, learned)
    return learned + where(due, primary - prediction, 0.0)


@inner
def release(plus, delivered, reward, d, network):
    """Dopamine and acetylcholine of a cycle; a reward fades when it is not `delivered` (mask)."""
    before, prediction = load(network, "reward"), load(network, "prediction")
    signal = where(delivered, reward, before - d.reward_decay * (before - d.neutral))
    store(network, "reward", signal)
    dopamine = fill(signal, 0.0)
    if d.kind == RESCORLA_WAGNER:
        dopamine = where(delivered, signal - prediction, 0.0)
    elif plus and d.kind == TEMPORAL_DIFFERENCE:
        dopamine = signal + d.discount * prediction - load(network, "value_before")
    elif plus:
        dopamine = primary_and_learned(d, network)
    store(network, "dopamine", dopamine)
    salience = load(network, "acetylcholine_drive")
    store(network, "acetylcholine", where(salience > d.reward_threshold, 1.0, salience))
    signal, prediction = signal - d.neutral, prediction - d.neutral
    store(network, "acetylcholine_drive", maximum(maximum(signal, -signal), maximum(prediction, -prediction)))


@inlined
def unsaturated(error, raw, value):
    """The `error` of a value; 0 if the value is at its bound on that side."""
    saturated = ((raw > value) & (error > 0.0)) | ((raw < value) & (error < 0.0))
    return where(saturated, 0.0, error)


@inner
def change_weights(weight, step, net, state):
    """``Δw_i = step · Act_i``."""
    for p in range(len(net.prediction)):
        path = net.prediction[p]
        for i in range(path.first_synapse, path.first_synapse + path.contacts):
            act = pick(net.layout, state.units, net.prediction_sender[i], "act")
            store(weight, i, load(weight, i) + step * act)


@inner
def learn_values(net, state):
    """PVLV: PVi and, where primary value is present or expected, LVe and LVi learn PVe (delta rule)."""
    d, network = net.dopamine, state.network[0]
    primary, prediction = load(network, "reward"), load(network, "prediction")
    due = rewarded_or_expected(primary, prediction, d)
    error = unsaturated(primary - prediction, load(network, "prediction_ge") + d.neutral, prediction)
    change_weights(state.prediction_weight, d.learning_rate * error, net, state)
    lve = drive(state.lve_weight, net, state) + d.neutral
    value = between(d.prediction_min, lve, d.prediction_max)
    error = where(due, unsaturated(primary - value, lve, value), 0.0)
    change_weights(state.lve_weight, d.lve_learning_rate * error, net, state)
    lvi = drive(state.lvi_weight, net, state) + d.neutral
    value = between(d.lvi_min, lvi, d.prediction_max)
    error = where(due, unsaturated(primary - value, lvi, value), 0.0)
    change_weights(state.lvi_weight, d.lvi_learning_rate * error, net, state)


@inner
def learn_prediction(net, state):
    """``Δw = lrate · DA · s``, or ``lrate · DA · e`` with temporal differences (e: eligibility)."""
    d, network = net.dopamine, state.network[0]
    dopamine, ge, prediction = load(network, "dopamine"), load(network, "prediction_ge"), load(network, "prediction")
    if d.kind == PVLV:
        learn_values(net, state)
    elif d.kind == TEMPORAL_DIFFERENCE:
        for i in range(len(net.prediction_sender)):
            change = d.learning_rate * dopamine * load(state.eligibility, i)
            store(state.prediction_weight, i, load(state.prediction_weight, i) + change)
    else:
        change_weights(state.prediction_weight, d.learning_rate * unsaturated(dopamine, ge, prediction), net, state)


@inner
def carry_over(net, state):
    """Values for the next trial, with or without learning.

    Temporal differences: the value by the new weights, and eligibility. PVLV: transmission of synapses.
    """
    d = net.dopamine
    if d.kind == TEMPORAL_DIFFERENCE:
        store(state.network[0], "value_before", drive(state.prediction_weight, net, state))
        for i in range(len(net.prediction_sender)):
            act = pick(net.layout, state.units, net.prediction_sender[i], "act")
            store(state.eligibility, i, d.eligibility_kept * load(state.eligibility, i) + act)
    elif d.kind == PVLV:
        for i in range(len(net.prediction_sender)):
            act = pick(net.layout, state.units, net.prediction_sender[i], "act")
            transmission = load(state.transmission, i)
            transmission += d.recovery * (1.0 - transmission) - d.depression * act
            store(state.transmission, i, between(0.0, transmission, 1.0))
