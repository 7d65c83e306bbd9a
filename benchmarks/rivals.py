"""The rivals: LSTM by torch, JAX and Equinox, each in its usual way, and our NumPy twins.

Networks have the same sizes, steps, and targets as ours, and Adam after each window or batch. Every update is one call,
in JAX jitted as a whole, with sequences by `lax.scan`.
"""

from typing import Any

import numpy as np

from benchmarks.networks import INPUTS, OUTPUTS, RATE
from benchmarks.timing import Work
from lstm_baseline import Circuit, LSTMParams
from pbwm.params import PBWMParams
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

__all__ = ["equinox_lstm", "jax_lstm", "lstm_twin_forward", "pbwm_twin", "torch_adapter", "torch_loop", "torch_lstm"]


def torch_lstm(cells: int, steps: int, sequences: int) -> Work:
    """One update of `torch.nn.LSTM` and a linear readout by `torch.optim.Adam`."""
    import torch

    torch.set_num_threads(1)
    lstm, readout = torch.nn.LSTM(INPUTS, cells), torch.nn.Linear(cells, OUTPUTS)
    adam = torch.optim.Adam([*lstm.parameters(), *readout.parameters()], lr=RATE)
    x = torch.eye(INPUTS)[torch.randint(INPUTS, (steps, sequences))]
    target = torch.randint(OUTPUTS, (steps * sequences,))

    def update() -> None:
        adam.zero_grad()
        y, _ = lstm(x)
        torch.nn.functional.cross_entropy(readout(y).reshape(-1, OUTPUTS), target).backward()
        adam.step()

    return Work(update)


def _gru(inputs: int, outputs: int, cells: int) -> Any:
    """`torch.nn.GRU` with a linear readout, called step by step, as in docs/examples/mygru.py."""
    import torch

    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.gru = torch.nn.GRU(inputs, cells, batch_first=True)
            self.readout = torch.nn.Linear(cells, outputs)

        def forward(self, x: Any, state: Any = None) -> Any:
            hidden, state = self.gru(x, state)
            return self.readout(hidden), state

    return Net()


def torch_adapter(task: str, cells: int, sequences: int) -> Work:
    """A GRU of torch as a learner (`tasks.bridges.torch.TorchLearner`), per update."""
    from tasks.bridges.torch import TorchLearner

    class Adapted(TorchLearner):
        def module(self, inputs: int, outputs: int) -> Any:
            return _gru(inputs, outputs, cells)

    built, block = _trials(task, sequences)
    learner = Adapted(built.spec, networks=range(1))
    window = learner.params.window
    return Work(lambda: learner.run(block), -(-int(block.length[0]) // window))


def torch_loop(task: str, cells: int, sequences: int) -> Work:
    """The usual training loop for the same network, trials, windows, loss, and optimizer, per update."""
    import torch

    from tasks.bridges.torch import TorchParams

    torch.set_num_threads(1)
    built, block = _trials(task, sequences)
    params, steps = TorchParams(), int(block.length[0])
    sizes = [len(channel.symbols) for channel in built.spec.channels]
    x, first = torch.zeros(1, steps, sum(sizes)), 0
    for i, size in enumerate(sizes):
        shown = np.flatnonzero(block.symbols[0, :, i] >= 0)
        x[0, shown, first + block.symbols[0, shown, i]] = 1.0
        first += size
    target = torch.tensor(np.where(block.counts[0], block.target[0], -1).astype(np.int64))
    net = _gru(sum(sizes), len(built.spec.responses), cells)
    adam = torch.optim.Adam(net.parameters(), lr=params.learning_rate, foreach=False)

    def epoch() -> None:
        state = None
        for start in range(0, steps, params.window):
            window = slice(start, start + params.window)
            y, state = net(x[:, window], state)
            state = state.detach()
            loss = torch.nn.functional.cross_entropy(y[0], target[window], ignore_index=-1)
            adam.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), params.clip_norm)
            adam.step()
            y[0].argmax(1)

    return Work(epoch, -(-steps // params.window))


def _trials(task: str, sequences: int) -> tuple[Any, TrialBlock]:
    """A task without resets, and trials of one network."""
    built = TASKS[task].build()
    return built, TrialBlock.stack([built.trials(sequences, np.random.default_rng(0))])


def jax_adam(gradient: Any, w: Any, m: Any, v: Any, t: Any) -> tuple[Any, Any, Any, Any]:
    """A step of Adam: weights, moments and number of steps after it."""
    import jax
    import jax.numpy as jnp

    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)
    t = t + 1
    scale, scale_v = RATE / (1 - 0.9**t), 1 / (1 - 0.999**t)
    w = jax.tree.map(lambda w, m, v: w - scale * m / (jnp.sqrt(v * scale_v) + 1e-8), w, m, v)
    return w, m, v, t


def jax_lstm(cells: int, steps: int, sequences: int, networks: int | None = None) -> Work:
    """One jitted update by Adam, of one network, or by `jax.vmap` of several."""
    import jax
    import jax.numpy as jnp

    def loss(w: Any, x: Any, target: Any) -> Any:
        def step(carry: Any, x_t: Any) -> Any:
            y, s = carry
            net = x_t @ w["x"] + y @ w["y"] + w["b"]
            g, y_in, y_phi, y_out = jnp.split(net, 4, axis=-1)
            s = jax.nn.sigmoid(y_phi) * s + jax.nn.sigmoid(y_in) * jnp.tanh(g)
            y = jax.nn.sigmoid(y_out) * jnp.tanh(s)
            return (y, s), y

        rest = jnp.zeros((x.shape[1], cells))
        y = jax.lax.scan(step, (rest, rest), x)[1]
        log_p = jax.nn.log_softmax(y @ w["readout"] + w["readout_b"])
        return -jnp.take_along_axis(log_p, target[..., None], -1).mean()

    def update(w: Any, m: Any, v: Any, t: Any, x: Any, target: Any) -> Any:
        return jax_adam(jax.grad(loss)(w, x, target), w, m, v, t)

    rng, own = np.random.default_rng(0), () if networks is None else (networks,)
    shapes = {"x": (INPUTS, 4 * cells), "y": (cells, 4 * cells), "b": (4 * cells,)}
    shapes |= {"readout": (cells, OUTPUTS), "readout_b": (OUTPUTS,)}
    w = {name: jnp.asarray(rng.uniform(-0.3, 0.3, own + shape), jnp.float32) for name, shape in shapes.items()}
    zero = jax.tree.map(jnp.zeros_like, w)
    x = jax.nn.one_hot(rng.integers(0, INPUTS, (*own, steps, sequences)), INPUTS)
    target = jnp.asarray(rng.integers(0, OUTPUTS, (*own, steps, sequences)))
    jitted = jax.jit(update if networks is None else jax.vmap(update))
    state = [w, zero, zero, jnp.zeros(own)]

    def call() -> None:
        state[:] = jax.block_until_ready(jitted(*state, x, target))

    return Work(call, networks or 1)


def equinox_lstm(cells: int, steps: int, networks: int) -> Work:
    """One jitted update by Adam of `networks` networks by `jax.vmap`: Equinox's LSTM cell and linear readout."""
    import equinox as eqx
    import jax
    import jax.numpy as jnp

    def built(key: Any) -> Any:
        of_cell, of_readout = jax.random.split(key)
        return eqx.nn.LSTMCell(INPUTS, cells, key=of_cell), eqx.nn.Linear(cells, OUTPUTS, key=of_readout)

    def loss(w: Any, x: Any, target: Any) -> Any:
        cell, readout = eqx.combine(w, fixed)

        def step(carry: Any, x_t: Any) -> Any:
            carry = cell(x_t, carry)
            return carry, readout(carry[0])

        rest = jnp.zeros(cells)
        log_p = jax.nn.log_softmax(jax.lax.scan(step, (rest, rest), x)[1])
        return -jnp.take_along_axis(log_p, target[:, None], -1).mean()

    def update(w: Any, m: Any, v: Any, t: Any, x: Any, target: Any) -> Any:
        return jax_adam(jax.grad(loss)(w, x, target), w, m, v, t)

    rng = np.random.default_rng(0)
    fixed = eqx.partition(built(jax.random.key(0)), eqx.is_array)[1]
    w = jax.vmap(lambda key: eqx.filter(built(key), eqx.is_array))(jax.random.split(jax.random.key(0), networks))
    zero = jax.tree.map(jnp.zeros_like, w)
    x = jax.nn.one_hot(rng.integers(0, INPUTS, (networks, steps)), INPUTS)
    target = jnp.asarray(rng.integers(0, OUTPUTS, (networks, steps)))
    jitted, state = jax.jit(jax.vmap(update)), [w, zero, zero, jnp.zeros(networks)]

    def call() -> None:
        state[:] = jax.block_until_ready(jitted(*state, x, target))

    return Work(call, networks)


def lstm_twin_forward(cells: int, steps: int) -> Work:
    """A window forward by the twin, whose gradient would run it once per weight."""
    from tests.reference import lstm_twin

    params = LSTMParams.modern(blocks=cells)
    circuit, rng = Circuit.sized(INPUTS, OUTPUTS, params), np.random.default_rng(0)
    weights = {name: values[0] for name, values in circuit.unpacked(circuit.initial(params, rng)[:, None], 1).items()}
    x = np.eye(INPUTS)[rng.integers(0, INPUTS, steps)]
    return Work(lambda: lstm_twin.run(circuit, params, weights, x))


def pbwm_twin(trials: int) -> Work:
    """Trials of the SIR-2 network, with learning, by the twin."""
    from tests.pbwm.pair import Pair

    pair = Pair("sir2-reference", PBWMParams(), trials, number=0)
    told = [(pair.block.symbols[0, t], pair.block.target[0, t], pair.block.rewarded[0, t]) for t in range(trials)]
    return Work(lambda: [pair.twin.trial(*each) for each in told], trials)
