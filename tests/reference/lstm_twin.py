"""The LSTM, slow and obvious: one network, one step at a time, gradients by the complex step.

The derivative of an analytic f at w is Im f(w + iε) / ε, exact to rounding for tiny ε, since nothing is subtracted
(Squire & Trapp, 1998, SIAM Review 40:110-112). The twin therefore needs no backward pass, which could share an error
with the kernels.
"""

from functools import partial as partial_of

import numpy as np

from lstm_baseline import SGD, Circuit, Decay, Gating, LSTMParams, Output, Squashing, Update

EPSILON = 1e-30


def logistic(x):
    return 1 / (1 + np.exp(-x))


SQUASH = {
    Squashing.TANH: np.tanh,
    Squashing.LOGISTIC_1: lambda x: 2 * logistic(x) - 1,
    Squashing.LOGISTIC_2: lambda x: 4 * logistic(x) - 2,
    Squashing.LOGISTIC: logistic,
    Squashing.IDENTITY: lambda x: x,
}
PASSES = {Gating.MULTIPLY: lambda x, y: x * y, Gating.SUBTRACT: lambda x, y: x - y}
OPEN = {Gating.MULTIPLY: 1.0, Gating.SUBTRACT: 0.0}
"""Activity of an open gate."""
GATES = {"input_gate": "in", "forget_gate": "phi", "output_gate": "out"}


def step(circuit: Circuit, params: LSTMParams, w, x, before, given=lambda value: value):
    """One step of one network; `w` by name, each (row, column). Its activities, by name.

    `before` is the result of the step before. `given` transforms what units and gates see of other units: it can cut
    errors there.
    """
    blocks, kinds = circuit.blocks, circuit.gates
    block_of = np.arange(circuit.cells) // params.cells_per_block
    seen = [x]
    if params.recurrent:
        seen.append(given(before["y_c"]))
    if params.gates_seen:
        seen += [given(before[f"y_{GATES[kind]}"]) for kind in kinds]
    sources = np.concatenate(seen)
    bias = w["bias"][:, 0] if "bias" in w else np.zeros(0)
    bias = np.concatenate([np.zeros(circuit.units - len(bias)), bias])
    of_cell, *of_gates = np.split(bias, circuit.cells + blocks * np.arange(len(kinds)))

    def net(kind, s):
        value = of_gates[kinds.index(kind)]
        if kind in w:  # none with a fixed forget factor
            value = value + w[kind] @ sources
        if params.peepholes:
            seen = w[f"{kind}_peephole"][:, 0] * given(s)
            value = value + np.array([seen[block_of == j].sum() for j in range(blocks)])
        return value

    did = {f"{what}_{name}": np.full(blocks, of) for name in GATES.values() for what, of in (("net", 0.0), ("y", 1.0))}
    did["y_out"] = np.full(blocks, OPEN[params.gating])
    of_inputs = np.concatenate([x, np.zeros(len(sources) - len(x))])
    did["net_c"] = w["cell"] @ (sources if params.cells_recurrent else of_inputs) + of_cell
    did["g"] = SQUASH[params.g](did["net_c"])
    for kind in kinds:
        if kind != "output_gate":
            did[f"net_{GATES[kind]}"] = net(kind, before["s"])
            did[f"y_{GATES[kind]}"] = logistic(did[f"net_{GATES[kind]}"])
    did["error_flow"] = did["y_phi"][block_of]
    s_c = before["s"] * did["y_phi"][block_of] + PASSES[params.gating](did["g"], did["y_in"][block_of])
    did["s"], did["h"] = s_c, SQUASH[params.h](s_c)
    if "output_gate" in kinds:
        did["net_out"] = net("output_gate", s_c)
        did["y_out"] = logistic(did["net_out"])
    did["y_c"] = PASSES[params.gating](did["h"], did["y_out"][block_of])
    seen = np.concatenate([did["y_c"], x]) if params.input_to_output else did["y_c"]
    net_k = w["readout"] @ seen
    if "readout_bias" in w:
        net_k = net_k + w["readout_bias"][:, 0]
    exponentials = np.exp(net_k - net_k.real.max())
    did["y_k"] = logistic(net_k) if params.output is Output.LOGISTIC else exponentials / exponentials.sum()
    return did


def rest(circuit):
    """The result of a step at rest."""
    cells, blocks = np.zeros(circuit.cells), np.zeros(circuit.blocks)
    return {"y_c": cells, "s": cells} | {f"y_{name}": blocks for name in GATES.values()}


def run(circuit, params, w, inputs, before=None, resets=None, given=lambda value: value):
    """The steps of a network through `inputs` (step, input), from rest or from `before`."""
    before, steps = before or rest(circuit), []
    for t, x in enumerate(inputs):
        fresh = resets is not None and resets[t]
        steps.append(step(circuit, params, w, x, rest(circuit) if fresh else before, given))
        before = steps[-1]
        if fresh:
            before["error_flow"] = np.zeros(circuit.cells)
    return steps


def cross_entropy(steps, target):
    """Mean over the steps that have a target (not -1); 0 if none has."""
    terms = [-np.log(did["y_k"][k]) for did, k in zip(steps, target, strict=True) if k >= 0]
    return sum(terms) / max(len(terms), 1)


def squared_error(steps, target, margin=0.0, constant=0.0):
    """Half of it, mean over the steps that have a target (not -1); 0 if none has.

    Targets are `margin` and 1 − `margin`. A term with slope `constant` times the error by net_k, held constant, stands
    for the addition to the slope of the logistic function.
    """
    terms = []
    for did, k in zip(steps, target, strict=True):
        if k >= 0:
            y_k, chosen = did["y_k"], np.arange(len(did["y_k"])) == k
            miss = y_k - np.where(chosen, 1 - margin, margin)
            terms.append(0.5 * (miss**2).sum())
            if constant:
                terms[-1] = terms[-1] + constant * (cut(miss) * np.log(y_k / (1 - y_k))).sum()
    return sum(terms) / max(len(terms), 1)


def error_of(params):
    if params.output is not Output.LOGISTIC:
        return cross_entropy
    return partial_of(squared_error, margin=params.target_margin, constant=params.slope_constant)


def cut(value):
    """The value without the complex step: no error passes (a stop-gradient)."""
    return np.real(value)


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


class Optimizer:
    """Adam (Kingma & Ba, 2015, algorithm 1) or descent with momentum, with a gradient of norm at most `clip_norm`."""

    def __init__(self, params: LSTMParams):
        self.learning, self.t, self.m, self.v = params.learning, 0, {}, {}

    def update(self, w, g, sequences=1):
        p, clip_norm = self.learning.optimiser, self.learning.clip_norm
        rate = p.learning_rate * self.learning.decay ** (max(sequences - 1, 0) // self.learning.decay_every)
        norm = np.sqrt(sum((x**2).sum() for x in g.values()))
        if clip_norm is not None and norm > clip_norm:
            g = {name: x * (clip_norm / norm) for name, x in g.items()}
        self.t += 1
        new = {}
        for name, x in g.items():
            if isinstance(p, SGD):
                self.m[name] = p.momentum * self.m.get(name, 0) + x
                new[name] = w[name] - rate * self.m[name]
                continue
            self.m[name] = p.beta1 * self.m.get(name, 0) + (1 - p.beta1) * x
            self.v[name] = p.beta2 * self.v.get(name, 0) + (1 - p.beta2) * x**2
            m_hat, v_hat = self.m[name] / (1 - p.beta1**self.t), self.v[name] / (1 - p.beta2**self.t)
            new[name] = w[name] - rate * m_hat / (np.sqrt(v_hat) + p.epsilon)
        return new


def train(circuit, params, w, inputs, target):
    """A network learning from one stream, window by window. Its weights and responses."""
    optimizer, before, responses = Optimizer(params), None, []
    window = params.learning.rule.window
    for first in range(0, len(inputs), window):
        x, d = inputs[first : first + window], target[first : first + window]
        steps = run(circuit, params, w, x, before)
        responses += [int(np.argmax(did["y_k"])) for did in steps]
        if (d >= 0).any():
            w = optimizer.update(w, gradient(lambda v: cross_entropy(run(circuit, params, v, x, before), d), w))  # noqa: B023
        before = steps[-1]
    return w, responses


def train_online(circuit, params, w, inputs, target, starts):
    """A network learning from one stream by the truncated rule. Its weights and responses.

    For every weight, only the states carry the complex step.
    """
    optimizer, before, responses, sequences, pending = Optimizer(params), rest(circuit), [], 0, False
    partial = {name: np.zeros((*values.shape, circuit.cells)) for name, values in w.items()}
    total = {name: np.zeros(values.shape) for name, values in w.items()}
    for t, x in enumerate(inputs):
        by_step = params.learning.decay_by is Decay.STEP
        sequences = (1 if starts[t] else sequences + 1) if by_step else sequences + int(starts[t])
        if starts[t] and params.reset_at_start:
            before, partial = rest(circuit), {name: 0 * of for name, of in partial.items()}
        did = step(circuit, params, w, x, before)
        responses.append(int(np.argmax(did["y_k"])))
        for name, values in w.items():
            for index in np.ndindex(values.shape):
                moved = values.astype(complex)
                moved[index] += 1j * EPSILON
                s = before["s"] + 1j * EPSILON * partial[name][index]
                then = step(circuit, params, {**w, name: moved}, x, {**before, "s": s}, cut)
                partial[name][index] = np.imag(then["s"]) / EPSILON
                total[name][index] += np.imag(error_of(params)([then], target[t : t + 1])) / EPSILON
        before, pending = did, pending or target[t] >= 0
        ends = t + 1 == len(inputs) or starts[t + 1]
        if pending and (params.learning.rule.update is Update.STEP or ends):
            w, pending = optimizer.update(w, total, sequences), False
            total = {name: np.zeros(values.shape) for name, values in w.items()}
    return w, responses
