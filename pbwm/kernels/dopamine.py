"""Dopamine by Rescorla and Wagner, and the cholinergic reward signal (docs/pbwm.md §4, §6)."""

from pbwm.kernels.cortex import sender_scale
from pbwm.kernels.layout import pick, sender_sent
from tasks.base.lanes import fill, load, maximum, minimum, store, where
from tasks.base.lanes.options import inlined, inner


@inner
def scale_prediction(net, state):
    """Scales of the reward-prediction paths at the start of a trial."""
    for p in range(len(net.prediction)):
        path = net.prediction[p]
        units = net.layers[path.sender].units
        scale = sender_scale(load(state.layers[path.sender], "activity"), units, units, True)
        store(state.prediction_scale, p, scale * path.share)


@inlined
def predict_reward(net, state):
    """The reward prediction after one cycle: its conductance, clipped to the range of predictions."""
    network = state.network[0]
    raw = fill(state.sent, 0.0)
    for p in range(len(net.prediction)):
        path = net.prediction[p]
        total = fill(state.sent, 0.0)
        for i in range(path.first_synapse, path.first_synapse + path.contacts):
            sent = sender_sent(net.layout, True, state.sent, net.prediction_sender[i])
            total += load(state.prediction_weight, i) * sent
        raw += load(state.prediction_scale, p) * total
    ge = load(network, "prediction_ge")
    ge += net.dopamine.g_dt * (raw - ge)
    store(network, "prediction_ge", ge)
    store(network, "prediction", minimum(maximum(ge, net.dopamine.prediction_min), net.dopamine.prediction_max))


@inlined
def release(delivered, reward, d, network):
    """Dopamine and acetylcholine of one cycle.

    Where a reward is `delivered` (mask), dopamine is reward − prediction, else 0. Acetylcholine follows one cycle
    later: 1 where the larger of reward and prediction passed the threshold, else its size. A reward signal fades when
    it ends.
    """
    before, prediction = load(network, "reward"), load(network, "prediction")
    signal = where(delivered, reward, before - d.reward_decay * before)
    store(network, "reward", signal)
    store(network, "dopamine", where(delivered, signal - prediction, 0.0))
    drive = load(network, "acetylcholine_drive")
    store(network, "acetylcholine", where(drive > d.reward_threshold, 1.0, drive))
    store(network, "acetylcholine_drive", maximum(maximum(signal, -signal), maximum(prediction, -prediction)))


@inner
def learn_prediction(net, state):
    """``Δw = lrate · DA · s``, except where the prediction is already clipped on that side."""
    network = state.network[0]
    dopamine, ge, prediction = load(network, "dopamine"), load(network, "prediction_ge"), load(network, "prediction")
    saturated = ((ge > prediction) & (dopamine > 0.0)) | ((ge < prediction) & (dopamine < 0.0))
    step = net.dopamine.learning_rate * where(saturated, 0.0, dopamine)
    for p in range(len(net.prediction)):
        path = net.prediction[p]
        for i in range(path.first_synapse, path.first_synapse + path.contacts):
            act = pick(net.layout, state.units, net.prediction_sender[i], "act")
            store(state.prediction_weight, i, load(state.prediction_weight, i) + step * act)
