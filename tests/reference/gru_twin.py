"""The GRU, slow and obvious: one network, one step at a time; gradients by the complex step (`lstm_twin`)."""

import numpy as np

from lstm_baseline import Update
from tests.reference.lstm_twin import EPSILON, Optimizer, cross_entropy, cut, gradient, logistic


def step(w, x, h, given=lambda value: value):
    """One step of one network; `w` by name, each (row, column). Its activities, by name.

    `given` transforms what units see of other units: it can cut errors there.
    """
    cells = len(h)
    seen = given(h)
    sources = np.concatenate([x, seen])
    b_r, b_z, b_n = np.split(w["bias"][:, 0], 3)
    r = logistic(w["reset_gate"] @ sources + b_r)
    z = logistic(w["update_gate"] @ sources + b_z)
    from_x, from_h = w["candidate"][:, :-cells], w["candidate"][:, -cells:]
    n = np.tanh(from_x @ x + b_n + r * (from_h @ seen + w["recurrent_bias"][:, 0]))
    h = (1 - z) * n + z * h
    net_k = w["readout"] @ h + w["readout_bias"][:, 0]
    exponentials = np.exp(net_k - net_k.real.max())
    return {"r": r, "z": z, "n": n, "h": h, "y_c": h, "y_k": exponentials / exponentials.sum()}


def run(w, inputs, h, resets=None):
    """The steps of a network through `inputs` (step, input), from 0 at resets."""
    steps, resets = [], np.zeros(len(inputs)) if resets is None else resets
    for x, reset in zip(inputs, resets, strict=True):
        steps.append(step(w, x, np.zeros_like(h) if reset else h))
        h = steps[-1]["h"]
    return steps


def train(params, w, inputs, target, resets):
    """A network learning from one stream, window by window. Its weights and steps."""
    adam, h, did, window = Optimizer(params), np.zeros(params.hidden), [], params.learning.rule.window
    for first in range(0, len(inputs), window):
        x, d, z = (of_all[first : first + window] for of_all in (inputs, target, resets))
        before, steps = h, run(w, x, h, z)
        did += steps
        h = steps[-1]["h"]
        if (d >= 0).any():
            w = adam.update(w, gradient(lambda v: cross_entropy(run(v, x, before, z), d), w))  # noqa: B023
    return w, did


def train_online(params, w, inputs, target, starts, resets, feedback=None):
    """A network learning from one stream by e-prop. Its weights and its responses.

    For every weight, only the cells carry the complex step. `feedback` (output, cell) replaces the weights by which
    errors reach the cells.
    """
    optimizer, h, responses, pending = Optimizer(params), np.zeros(params.hidden), [], False
    partial = {name: np.zeros((*values.shape, params.hidden)) for name, values in w.items()}
    total = {name: np.zeros(values.shape) for name, values in w.items()}
    for t, x in enumerate(inputs):
        if resets[t]:
            h, partial = np.zeros(params.hidden), {name: 0 * of for name, of in partial.items()}
        did = step(w, x, h)
        responses.append(int(np.argmax(did["y_k"])))
        error = did["y_k"] - (np.arange(len(did["y_k"])) == target[t]) if target[t] >= 0 else 0 * did["y_k"]
        e = (w["readout"] if feedback is None else feedback).T @ error
        for name, values in w.items():
            if name.startswith("readout"):
                continue
            for index in np.ndindex(values.shape):
                moved = values.astype(complex)
                moved[index] += 1j * EPSILON
                then = step({**w, name: moved}, x, h + 1j * EPSILON * partial[name][index], cut)
                partial[name][index] = np.imag(then["h"]) / EPSILON
                total[name][index] += e @ partial[name][index]
        total["readout"] += np.outer(error, did["h"])
        total["readout_bias"][:, 0] += error
        h, pending = did["h"], pending or target[t] >= 0
        ends = t + 1 == len(inputs) or starts[t + 1]
        if pending and (params.learning.rule.update is Update.STEP or ends):
            w, pending = optimizer.update(w, total), False
            total = {name: np.zeros(values.shape) for name, values in w.items()}
    return w, responses
