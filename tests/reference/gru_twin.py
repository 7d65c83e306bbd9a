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


def run(w, inputs, h):
    """A network through `inputs` (step, input): a list of what each step did."""
    steps = []
    for x in inputs:
        steps.append(step(w, x, h))
        h = steps[-1]["h"]
    return steps


def train(params, w, inputs, target):
    """A network learning from one stream, window by window. Its weights, and what each step did."""
    adam, h, did, window = Optimiser(params), np.zeros(params.hidden), [], params.learning.rule.window
    for first in range(0, len(inputs), window):
        x, d = inputs[first : first + window], target[first : first + window]
        before, steps = h, run(w, x, h)
        did += steps
        h = steps[-1]["h"]
        if (d >= 0).any():
            w = adam.update(w, gradient(lambda v: cross_entropy(run(v, x, before), d), w))  # noqa: B023
    return w, did
