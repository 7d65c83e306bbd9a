"""Results of torch.nn.GRU and torch.optim.Adam for the same cases. torch is imported when needed."""

import numpy as np

from lstm_baseline import GRUParams
from lstm_baseline.gated_layer import GatedLayer
from tests.reference.lstm_cases import SPEC, learning, one_hot
from tests.reference.lstm_torch import random_streams, uniform_weights

GATES = ("reset_gate", "update_gate", "candidate")
"""Torch's order of the weights of a layer (r, z, n)."""


def case(seed, lengths, hidden, dtype="float64", **changed):
    """(params, weights by name, block of random trials with streams of these `lengths`), drawn from `seed`."""
    rng = np.random.default_rng(seed)
    params = GRUParams.modern(hidden=hidden, dtype=dtype, learning=learning(**changed))
    weights = uniform_weights(GatedLayer.of(SPEC, hidden), len(lengths), rng)
    return params, weights, random_streams(lengths, rng)


def as_torch(w, hidden):
    """One network, its weights by name, as torch modules (GRU, Linear), with a function that reads them back.

    Torch's second biases of the gates stay 0.
    """
    import torch

    stacked = np.concatenate([w[name] for name in GATES])
    gru, readout = torch.nn.GRU(stacked.shape[1] - hidden, hidden).double(), torch.nn.Linear(hidden, 3).double()
    second = np.concatenate([np.zeros(2 * hidden), w["recurrent_bias"][:, 0]])
    values = (
        stacked[:, :-hidden],
        stacked[:, -hidden:],
        w["bias"][:, 0],
        second,
        w["readout"],
        w["readout_bias"][:, 0],
    )
    parameters = (*gru.parameters(), *readout.parameters())
    with torch.no_grad():
        for parameter, value in zip(parameters, values, strict=True):
            parameter.copy_(torch.tensor(value))
    gru.bias_hh_l0.register_hook(lambda g: torch.cat([torch.zeros(2 * hidden, dtype=g.dtype), g[2 * hidden :]]))

    def by_name():
        of_x, of_h, bias, second, out, out_bias = (p.detach().numpy() for p in parameters)
        found = dict(zip(GATES, np.split(np.concatenate([of_x, of_h], axis=1), 3), strict=True))
        found |= {"bias": bias[:, None], "recurrent_bias": second[2 * hidden :, None]}
        return {name: np.array(v) for name, v in (found | {"readout": out, "readout_bias": out_bias[:, None]}).items()}

    return gru, readout, by_name


def train(params, w, block, k):
    """Weights by name of network `k` after its stream: windows, clipping and Adam by torch."""
    import torch

    gru, readout, by_name = as_torch(w, params.hidden)
    learned = [*gru.parameters(), *readout.parameters()]
    by, window_steps, clip_norm = params.learning.optimiser, params.learning.rule.window, params.learning.clip_norm
    adam = torch.optim.Adam(learned, lr=by.learning_rate, betas=(by.beta1, by.beta2), eps=by.epsilon, foreach=False)
    x, state = torch.tensor(one_hot(block.symbols[k])), None
    for first in range(0, int(block.length[k]), window_steps):
        window = slice(first, min(first + window_steps, int(block.length[k])))
        y, state = gru(x[window], state)
        state = state.detach()
        wanted = torch.tensor(block.target[k, window].astype(np.int64))
        if not bool((wanted >= 0).any()):
            continue
        adam.zero_grad()
        torch.nn.functional.cross_entropy(readout(y), wanted, ignore_index=-1).backward()
        if clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(learned, clip_norm)
        adam.step()
    return by_name()
