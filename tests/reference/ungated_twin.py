"""Networks without gates, slow and obvious: one network, one step at a time, errors by the chain rule.

The chain rule is tested by the complex step (`lstm_twin.gradient`), on the loss of a step or a window.
"""

import numpy as np

from tests.reference.lstm_twin import logistic


def split(w, inputs):
    """Weights from inputs and from the context, biases, and those of outputs."""
    return w["hidden"][:, :inputs], w["hidden"][:, inputs:], w["bias"][:, 0], w["readout"], w["readout_bias"][:, 0]


def output_error(y, d, tolerance):
    """Gradient of the cross-entropy by net inputs of outputs; 0 for an output within the tolerance."""
    delta = y - d
    return np.where(np.abs(delta) >= tolerance, delta, 0.0)


def cross_entropy(y, d):
    return -np.sum(d * np.log(y) + (1 - d) * np.log(1 - y))


def wanted(target, outputs):
    return (np.arange(outputs) == target).astype(float)


def lowered(w, g, rate):
    """Weights one step down the gradient."""
    return {name: values - rate * g[name].reshape(values.shape) for name, values in w.items()}


def srn_step(w, x, c):
    w_x, w_c, b, r, b_k = split(w, len(x))
    h = logistic(w_x @ x + w_c @ c + b)
    return h, logistic(r @ h + b_k)


def srn_gradient(w, x, c, d, tolerance=0.0):
    """Of one step's error; the context is given."""
    r, (h, y) = w["readout"], srn_step(w, x, c)
    delta_k = output_error(y, d, tolerance)
    delta = h * (1 - h) * (r.T @ delta_k)
    sources = np.concatenate([x, c])
    return {"hidden": np.outer(delta, sources), "bias": delta, "readout": np.outer(delta_k, h), "readout_bias": delta_k}


def srn_train(params, w, inputs, target, learn=True, resets=None):
    """A network through one stream. Its weights, responses, and contexts and hidden activities after each step."""
    c, responses, contexts, hiddens = np.zeros(params.hidden), [], [], []
    resets = np.zeros(len(inputs)) if resets is None else resets
    for x, k, reset in zip(inputs, target, resets, strict=True):
        c = np.zeros_like(c) if reset else c
        h, y = srn_step(w, x, c)
        responses.append(int(np.argmax(y)))
        if learn and k >= 0:
            w = lowered(w, srn_gradient(w, x, c, wanted(k, len(y)), params.tolerance), params.learning_rate)
        c = params.hysteresis * c + (1 - params.hysteresis) * h
        contexts.append(c)
        hiddens.append(h)
    return w, responses, contexts, hiddens


def rbp_step(w, x, h, ticks):
    """Hidden activity at every tick, and outputs, which see that after the first."""
    w_x, w_h, b, r, b_k = split(w, len(x))
    activities = []
    for _ in range(ticks):
        h = logistic(w_x @ x + w_h @ h + b)
        activities.append(h)
    return activities, logistic(r @ activities[0] + b_k)


def rbp_window_loss(w, root, inputs, wants, ticks):
    """Cross-entropy of a window; None in `wants` without a target.

    `root` are the hidden activities of the window's first step, which do not depend on the weights; `inputs` are those
    of the later steps.
    """
    r, b_k = w["readout"], w["readout_bias"][:, 0]
    h, loss = root[-1], 0 if wants[0] is None else cross_entropy(logistic(r @ root[0] + b_k), wants[0])
    for x, d in zip(inputs, wants[1:], strict=True):
        activities, y = rbp_step(w, x, h, ticks)
        h = activities[-1]
        loss += 0 if d is None else cross_entropy(y, d)
    return loss


def rbp_gradient(w, past, own, tolerance, ticks):
    """Of the errors of the steps in `own`, back through them and the steps in `past`.

    A step is (x, h before it, h at every tick, y, target or None). If h before it is None, the network was reset, and
    no error goes back. The hidden units learn nothing from the first step of all.
    """
    inputs = len(own[0][0])
    _, w_h, _, r, _ = split(w, inputs)
    g = {name: np.zeros(values.shape) for name, values in w.items()}
    e_later = np.zeros(len(w_h))
    for i, (x, before, activities, y, d) in reversed(list(enumerate(past + own))):
        e_output = np.zeros(len(w_h))
        if i >= len(past) and d is not None:
            delta_k = output_error(y, d, tolerance)
            g["readout"] += np.outer(delta_k, activities[0])
            g["readout_bias"] += delta_k[:, None]
            e_output = r.T @ delta_k
        for tick in reversed(range(ticks if i > 0 else 0)):
            h, source = activities[tick], activities[tick - 1] if tick else before
            source = np.zeros(len(w_h)) if source is None else source
            e = e_later + (e_output if tick == 0 else 0)
            delta = h * (1 - h) * e
            g["hidden"] += np.outer(delta, np.concatenate([x, source]))
            g["bias"] += delta[:, None]
            e_later = w_h.T @ delta
        e_later = np.zeros(len(w_h)) if before is None else e_later
    return g


def rbp_train(params, w, inputs, target, resets=None):
    """A network learning from one stream, gap by gap. Its weights, responses, and hidden activity after each step."""
    resets = np.zeros(len(inputs)) if resets is None else resets
    h, steps, responses, hiddens = np.zeros(params.hidden), [], [], []
    gap, window = params.gap // params.ticks, params.window // params.ticks
    for t, (x, k) in enumerate(zip(inputs, target, strict=True)):
        h = np.zeros(params.hidden) if resets[t] else h
        activities, y = rbp_step(w, x, h, params.ticks)
        responses.append(int(np.argmax(y)))
        steps.append((x, None if resets[t] else h, activities, y, wanted(k, len(y)) if k >= 0 else None))
        h = activities[-1]
        hiddens.append(h)
        if (t + 1) % gap == 0 or t + 1 == len(inputs):
            own = steps[t // gap * gap :]
            past = steps[max(0, t // gap * gap - (window - gap)) : t // gap * gap]
            w = lowered(w, rbp_gradient(w, past, own, params.tolerance, params.ticks), params.learning_rate)
    return w, responses, hiddens
