"""The LSTM once more, slow and obvious: one network, one step at a time, gradients by the complex step.

The derivative of an analytic f at w is Im f(w + iε) / ε, exact to rounding for tiny ε, since nothing is subtracted
(Squire & Trapp, 1998, SIAM Review 40:110-112). So the twin needs no backward pass of its own that could be wrong in the
same way as the kernels'.
"""

import numpy as np

from lstm_baseline import Circuit, LSTMParams, Squashing

EPSILON = 1e-30


def logistic(x):
    return 1 / (1 + np.exp(-x))


SQUASH = {
    Squashing.TANH: np.tanh,
    Squashing.LOGISTIC_1: lambda x: 2 * logistic(x) - 1,
    Squashing.LOGISTIC_2: lambda x: 4 * logistic(x) - 2,
}


def step(circuit: Circuit, params: LSTMParams, w, x, y_before, s_before):
    """One step of one network; `w` by name, each (row, column). Returns what it did, by name."""
    sources = np.concatenate([x, y_before])
    bias = w["bias"][:, 0]
    if not params.cell_bias:
        bias = np.concatenate([np.zeros(circuit.cells), bias])
    of_cell, of_in, of_phi, of_out = np.split(bias, circuit.cells + circuit.blocks * np.arange(3))
    did = {
        "net_c": w["cell"] @ sources + of_cell,
        "net_in": w["input_gate"] @ sources + of_in,
        "net_phi": w["forget_gate"] @ sources + of_phi,
        "net_out": w["output_gate"] @ sources + of_out,
    }
    for gate in ("in", "phi", "out"):
        did[f"y_{gate}"] = logistic(did[f"net_{gate}"])
    did["g"] = SQUASH[params.g](did["net_c"])
    block_of = np.arange(circuit.cells) // params.cells_per_block
    s_c = s_before * did["y_phi"][block_of] + did["g"] * did["y_in"][block_of]
    did["s"], did["h"] = s_c, SQUASH[params.h](s_c)
    did["y_c"] = did["y_out"][block_of] * did["h"]
    seen = np.concatenate([did["y_c"], x]) if params.input_to_output else did["y_c"]
    net_k = w["readout"] @ seen + w["readout_bias"][:, 0]
    exponentials = np.exp(net_k - net_k.real.max())
    did["y_k"] = exponentials / exponentials.sum()
    return did


def run(circuit, params, w, inputs, y_c=None, s=None):
    """A network through `inputs` (step, input), from rest or from where it stood. A list of what each step did."""
    y_c = np.zeros(circuit.cells) if y_c is None else y_c
    s = np.zeros(circuit.cells) if s is None else s
    steps = []
    for x in inputs:
        steps.append(step(circuit, params, w, x, y_c, s))
        y_c, s = steps[-1]["y_c"], steps[-1]["s"]
    return steps


def cross_entropy(steps, target):
    """Mean over the steps that have a target (not -1); 0 if none has."""
    terms = [-np.log(did["y_k"][k]) for did, k in zip(steps, target, strict=True) if k >= 0]
    return sum(terms) / max(len(terms), 1)


def gradient(loss, w):
    """∂loss(w)/∂w by name, by the complex step."""
    found = {}
    for name, values in w.items():
        found[name] = np.zeros(values.shape)
        for index in np.ndindex(values.shape):
            moved = values.astype(complex)
            moved[index] += 1j * EPSILON
            found[name][index] = np.imag(loss({**w, name: moved})) / EPSILON
    return found


def central_differences(loss, w, width=1e-5):
    """∂loss(w)/∂w by name, by central differences of this `width`."""
    found = {}
    for name, values in w.items():
        found[name] = np.zeros(values.shape)
        for index in np.ndindex(values.shape):
            up, down = values.copy(), values.copy()
            up[index] += width
            down[index] -= width
            found[name][index] = (loss({**w, name: up}) - loss({**w, name: down})) / (2 * width)
    return found


class Adam:
    """Kingma & Ba (2015), algorithm 1, after the gradient of the whole network has been held to `clip_norm`."""

    def __init__(self, params: LSTMParams):
        self.learning, self.t, self.m, self.v = params.learning, 0, {}, {}

    def update(self, w, g):
        p, clip_norm = self.learning.optimiser, self.learning.clip_norm
        norm = np.sqrt(sum((x**2).sum() for x in g.values()))
        if clip_norm is not None and norm > clip_norm:
            g = {name: x * (clip_norm / norm) for name, x in g.items()}
        self.t += 1
        new = {}
        for name, x in g.items():
            self.m[name] = p.beta1 * self.m.get(name, 0) + (1 - p.beta1) * x
            self.v[name] = p.beta2 * self.v.get(name, 0) + (1 - p.beta2) * x**2
            m_hat, v_hat = self.m[name] / (1 - p.beta1**self.t), self.v[name] / (1 - p.beta2**self.t)
            new[name] = w[name] - p.learning_rate * m_hat / (np.sqrt(v_hat) + p.epsilon)
        return new


def train(circuit, params, w, inputs, target):
    """A network learning from one stream, window by window. Returns its weights and its responses."""
    adam, y_c, s, responses = Adam(params), None, None, []
    window = params.learning.rule.window
    for first in range(0, len(inputs), window):
        x, d = inputs[first : first + window], target[first : first + window]
        steps = run(circuit, params, w, x, y_c, s)
        responses += [int(np.argmax(did["y_k"])) for did in steps]
        before = (y_c, s)
        y_c, s = steps[-1]["y_c"], steps[-1]["s"]
        if (d >= 0).any():
            w = adam.update(w, gradient(lambda v: cross_entropy(run(circuit, params, v, x, *before), d), w))  # noqa: B023
    return w, responses
