"""The GRU once more, slow and obvious: one network, one step at a time; gradients by the complex step (`lstm_twin`)."""

import numpy as np

from tests.reference.lstm_twin import Optimiser, cross_entropy, gradient, logistic


def step(w, x, h):
    """One step of one network; `w` by name, each (row, column). What it did, by name."""
    cells = len(h)
    sources = np.concatenate([x, h])
    b_r, b_z, b_n = np.split(w["bias"][:, 0], 3)
    r = logistic(w["reset_gate"] @ sources + b_r)
    z = logistic(w["update_gate"] @ sources + b_z)
    from_x, from_h = w["candidate"][:, :-cells], w["candidate"][:, -cells:]
    n = np.tanh(from_x @ x + b_n + r * (from_h @ h + w["recurrent_bias"][:, 0]))
    h = (1 - z) * n + z * h
    net_k = w["readout"] @ h + w["readout_bias"][:, 0]
    exponentials = np.exp(net_k - net_k.real.max())
    return {"r": r, "z": z, "n": n, "h": h, "y_k": exponentials / exponentials.sum()}


def run(w, inputs, h, resets=None):
    """A network through `inputs` (step, input), from 0 where it is reset: a list of what each step did."""
    steps, resets = [], np.zeros(len(inputs)) if resets is None else resets
    for x, reset in zip(inputs, resets, strict=True):
        steps.append(step(w, x, np.zeros_like(h) if reset else h))
        h = steps[-1]["h"]
    return steps


def train(params, w, inputs, target, resets):
    """A network learning from one stream, window by window. Its weights, and what each step did."""
    adam, h, did, window = Optimiser(params), np.zeros(params.hidden), [], params.learning.rule.window
    for first in range(0, len(inputs), window):
        x, d, z = (of_all[first : first + window] for of_all in (inputs, target, resets))
        before, steps = h, run(w, x, h, z)
        did += steps
        h = steps[-1]["h"]
        if (d >= 0).any():
            w = adam.update(w, gradient(lambda v: cross_entropy(run(v, x, before, z), d), w))  # noqa: B023
    return w, did
