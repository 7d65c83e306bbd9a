"""Results of torch.nn.LSTM, torch.optim.Adam and the like for the same cases. torch is imported when needed."""

import numpy as np

from lstm_baseline import Circuit, Gating, LSTMParams
from tasks.base.task import TrialBlock
from tests.reference.lstm_cases import SPEC, learning, one_hot, trials_of

OURS = ("cell", "input_gate", "forget_gate", "output_gate")
GATES = ("input_gate", "forget_gate", "cell", "output_gate")
"""Torch's order of the weights of a layer (i, f, g, o)."""


def case(seed, steps, networks, inputs, cells, dtype="float64", form="modern"):
    """(params, circuit, weights by name, inputs x, errors ∂E/∂y, lengths), all drawn from `seed`.

    Weights, inputs and errors are in ±1; one stream has the maximal length. Only `Generator.random` is used, so that
    later versions of NumPy give the same case.
    """
    rng = np.random.default_rng(seed)
    params = getattr(LSTMParams, form)(blocks=cells, dtype=dtype)
    circuit = Circuit.sized(inputs, 2, params)
    weights = uniform_weights(circuit, networks, rng)
    x = 2 * rng.random((steps, networks, inputs)) - 1
    error = 2 * rng.random((steps, networks, cells)) - 1
    lengths = below(steps, rng, networks) + 1
    lengths[0] = steps
    return params, circuit, weights, x, error, lengths


def below(top, rng, size):
    return np.floor(rng.random(size) * top).astype(int)


def uniform_weights(circuit, networks, rng):
    return {name: 2 * rng.random((networks, g.rows, g.columns)) - 1 for name, g in circuit.groups.items()}


def training_case(seed, lengths, cells, dtype="float64", form="modern", **changed):
    """(params, weights by name, block of random trials with streams of these `lengths`), drawn from `seed`."""
    rng = np.random.default_rng(seed)
    params = getattr(LSTMParams, form)(blocks=cells, dtype=dtype, learning=learning(**changed))
    weights = uniform_weights(Circuit.of(SPEC, params), len(lengths), rng)
    return params, weights, random_streams(lengths, rng)


def random_streams(lengths, rng):
    """A block of random trials with streams of these `lengths`; a third of the steps have no target."""
    streams = []
    for n in lengths:
        symbols = np.stack([below(len(channel.symbols), rng, n) for channel in SPEC.channels], axis=1)
        target = np.where(rng.random(n) < 1 / 3, -1, below(len(SPEC.responses), rng, n))
        streams.append(trials_of(symbols, target, target >= 0))
    return TrialBlock.stack(streams)


def sub_lstm(cells, sources):
    """The layer of Costa et al. (2017) in torch, with the parameters and the calls of torch.nn.LSTM."""
    import torch

    class SubLSTM(torch.nn.LSTM):
        def forward(self, x, state=None):
            y, s = (x.new_zeros(1, cells), x.new_zeros(1, cells)) if state is None else state
            outputs = []
            for x_t in x:
                net = self.weight_ih_l0 @ x_t + self.bias_ih_l0 + self.weight_hh_l0 @ y[0]
                i, f, z, o = torch.sigmoid(net).chunk(4)
                s = f * s + z - i
                y = torch.sigmoid(s) - o
                outputs.append(y[0])
            return torch.stack(outputs), (y, s)

    return SubLSTM(sources - cells, cells)


def as_torch(weights, k, dtype, gating=Gating.MULTIPLY):
    """Network `k` as torch modules (LSTM, Linear); torch's second bias stays 0."""
    import torch

    real = getattr(torch, dtype)
    cells, sources = weights["cell"].shape[1:]
    bias = dict(zip(OURS, np.split(weights["bias"][k, :, 0], 4), strict=True))
    stacked = np.concatenate([weights[name][k] for name in GATES])
    layer = sub_lstm(cells, sources) if gating is Gating.SUBTRACT else torch.nn.LSTM(sources - cells, cells)
    lstm = layer.to(real)
    readout = torch.nn.Linear(cells, weights["readout"].shape[1]).to(real)
    lstm.bias_hh_l0.requires_grad_(False)
    with torch.no_grad():
        lstm.weight_ih_l0.copy_(torch.tensor(stacked[:, : sources - cells]))
        lstm.weight_hh_l0.copy_(torch.tensor(stacked[:, sources - cells :]))
        lstm.bias_ih_l0.copy_(torch.tensor(np.concatenate([bias[name] for name in GATES])))
        lstm.bias_hh_l0.zero_()
        readout.weight.copy_(torch.tensor(weights["readout"][k]))
        readout.bias.copy_(torch.tensor(weights["readout_bias"][k, :, 0]))
    return lstm, readout


def by_name(lstm, readout, value=lambda parameter: parameter):
    """The parameters of torch modules by our names, each (row, column), transformed by `value`."""

    def array(parameter):
        return value(parameter).detach().numpy().astype(np.float64)

    stacked = np.concatenate([array(lstm.weight_ih_l0), array(lstm.weight_hh_l0)], axis=1)
    found = dict(zip(GATES, np.split(stacked, 4), strict=True))
    bias = dict(zip(GATES, np.split(array(lstm.bias_ih_l0)[:, None], 4), strict=True))
    found["bias"] = np.concatenate([bias[name] for name in OURS])
    if readout is not None:
        found["readout"] = array(readout.weight)
        found["readout_bias"] = array(readout.bias)[:, None]
    return found


def outputs_and_gradient(weights, k, x, error, length, dtype, gating=Gating.MULTIPLY):
    """(y_c, s at the end, gradient by name) of network `k` over its stream, for E = Σ error · y_c."""
    import torch

    lstm, _ = as_torch(weights, k, dtype, gating)
    y, (_, s) = lstm(torch.tensor(x[:length, k], dtype=getattr(torch, dtype)))
    (y * torch.tensor(error[:length, k], dtype=y.dtype)).sum().backward()
    gradient = by_name(lstm, None, lambda p: p.grad)
    return y.detach().numpy(), s[0].detach().numpy(), gradient


def train(params, weights, k, block):
    """Weights by name of network `k` after its stream: windows, clipping and Adam by torch."""
    import torch

    lstm, readout = as_torch(weights, k, params.dtype, params.gating)
    real = lstm.weight_ih_l0.dtype
    learned = [p for p in (*lstm.parameters(), *readout.parameters()) if p.requires_grad]
    by, window_steps, clip_norm = params.learning.optimiser, params.learning.rule.window, params.learning.clip_norm
    adam = torch.optim.Adam(learned, lr=by.learning_rate, betas=(by.beta1, by.beta2), eps=by.epsilon, foreach=False)
    x, state = torch.tensor(one_hot(block.symbols[k]), dtype=real), None
    for first in range(0, int(block.length[k]), window_steps):
        window = slice(first, min(first + window_steps, int(block.length[k])))
        y, state = lstm(x[window], state)
        state = tuple(part.detach() for part in state)
        wanted = torch.tensor(block.target[k, window].astype(np.int64))
        if not bool((wanted >= 0).any()):
            continue
        adam.zero_grad()
        torch.nn.functional.cross_entropy(readout(y), wanted, ignore_index=-1).backward()
        if clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(learned, clip_norm)
        adam.step()
    return by_name(lstm, readout)
