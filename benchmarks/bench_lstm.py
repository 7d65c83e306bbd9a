"""LSTM: forward, backward and update, against torch and JAX, one core.

``python -m benchmarks.bench_lstm [FILE.json]``. Every comparison is of one run: networks of the same size see the same
number of steps, with a target at each, and change their weights by Adam after every window or batch. Ours does many
windows per call, as its learner does; torch and JAX do what is usual there, one call per update (JAX jitted as a whole,
sequences by `lax.scan`). torch and JAX are left out, with a notice, where they are not installed.
"""

import json
import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import numpy as np

from benchmarks.timing import by_turns
from lstm_baseline import Circuit, LSTMParams
from lstm_baseline.alone import Alone
from lstm_baseline.batch import Batches
from lstm_baseline.kernels.epoch import run_epoch
from lstm_baseline.layout import Layout
from lstm_baseline.learning import Form, Rule
from lstm_baseline.state import State, Stream, Trace
from tasks.base.lanes import LANES

__all__ = ["batches", "layouts", "one_network", "sixteen_networks"]

INPUTS, OUTPUTS, RATE = 10, 3, 0.001
Run = tuple[Callable[[], object], int]


def _networks(cells: int, steps: int, windows: int, *, alone: bool) -> Run:
    """`windows` updates of 16 networks side by side, or of one network with its units in lanes."""
    params = LSTMParams.modern(blocks=cells, window=steps, learning_rate=RATE, clip_norm=None)
    circuit, total, rng = Circuit.sized(INPUTS, OUTPUTS, params), steps * windows, np.random.default_rng(0)
    layout, form, rule = Layout.networks(circuit), Form.of(params), Rule.of(params)
    state, stream = State.of(layout, params.dtype), Stream.of(layout, total, params.dtype)
    state.weights[:] = np.stack([circuit.initial(params, rng) for _ in range(LANES)], axis=1)
    place = np.arange(total)[:, None], rng.integers(0, INPUTS, (total, LANES)), np.arange(LANES)
    stream.inputs.reshape(total, INPUTS, LANES)[place] = 1.0
    place = place[0], rng.integers(0, OUTPUTS, (total, LANES)), place[2]
    stream.desired.reshape(total, OUTPUTS, LANES)[place] = 1.0
    stream.counts[:], stream.length[:] = 1.0, total
    if alone:
        single = Alone(circuit, form, rule, params.dtype)
        return lambda: single.run(state, stream, total, 1, True), windows
    trace = Trace.of(layout, steps, params.dtype)
    return lambda: run_epoch(layout, form, rule, state, stream, trace, total, False, True), windows * LANES


def _batches(cells: int, steps: int, sequences: int, updates: int) -> Run:
    """`updates` updates of one network by a batch each."""
    params = LSTMParams.modern(blocks=cells, learning_rate=RATE, clip_norm=None)
    circuit, rng = Circuit.sized(INPUTS, OUTPUTS, params), np.random.default_rng(0)
    rows = np.repeat(circuit.initial(params, rng)[:, None], LANES, axis=1)
    x = np.eye(INPUTS)[rng.integers(0, INPUTS, (updates, steps, sequences))]
    target = rng.integers(0, OUTPUTS, (updates, steps, sequences))
    run = Batches.of(circuit, params, circuit.unpacked(rows, 1), x, target)
    return lambda: run.run(learn=True), updates


def _torch(cells: int, steps: int, sequences: int) -> Run:
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

    return update, 1


def _jax(cells: int, steps: int, sequences: int, networks: int | None = None) -> Run:
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
        gradient = jax.grad(loss)(w, x, target)
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)
        t = t + 1
        scale, scale_v = RATE / (1 - 0.9**t), 1 / (1 - 0.999**t)
        w = jax.tree.map(lambda w, m, v: w - scale * m / (jnp.sqrt(v * scale_v) + 1e-8), w, m, v)
        return w, m, v, t

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

    return call, networks or 1


def _against(ours: Run, rivals: dict[str, Callable[[], Run]], rounds: int) -> dict[str, Any]:
    """Times of ours and of those rivals that are installed, and how many times as long each of them takes."""
    runs = {"ours": ours}
    for name, build in rivals.items():
        if find_spec(name):
            runs[name] = build()
        else:
            print(f"{name} is not installed and left out", file=sys.stderr)
    found = by_turns(runs, rounds)
    ratios = {name: found[name]["median"] / found["ours"]["median"] for name in found if name != "ours"}
    return {"microseconds": found, "times_ours": ratios}


def one_network(cells: int = 8, steps: int = 20, rounds: int = 41) -> dict[str, Any]:
    """One network, one sequence: per update."""
    rivals = {"torch": lambda: _torch(cells, steps, 1), "jax": lambda: _jax(cells, steps, 1)}
    return _against(_networks(cells, steps, 200, alone=True), rivals, rounds)


def sixteen_networks(cells: int = 8, steps: int = 20, rounds: int = 41) -> dict[str, Any]:
    """Sixteen networks: per update of one. torch runs one after the other, JAX all by `vmap`."""
    rivals = {"torch": lambda: _torch(cells, steps, 1), "jax": lambda: _jax(cells, steps, 1, LANES)}
    return _against(_networks(cells, steps, 100, alone=False), rivals, rounds)


def batches(cells: int, steps: int, sequences: int, rounds: int = 15) -> dict[str, Any]:
    """One network and batches of sequences: per update."""
    updates = max(1, 4096 // (cells * sequences))
    rivals = {"torch": lambda: _torch(cells, steps, sequences), "jax": lambda: _jax(cells, steps, sequences)}
    return _against(_batches(cells, steps, sequences, updates), rivals, rounds)


def layouts(steps: int = 20, rounds: int = 9) -> dict[int, dict[str, float]]:
    """Cells → µs per update of one network alone, and of all sixteen side by side: what `alone.suits` goes by."""
    found = {}
    for cells in (4, 8, 16, 32, 64, 128):
        windows = max(2, 800 // cells)
        one, many = (_networks(cells, steps, windows, alone=alone) for alone in (True, False))
        times = by_turns({"alone": one, "sixteen": (many[0], windows)}, rounds)
        found[cells] = {name: time["median"] for name, time in times.items()}
    return found


def main() -> None:
    """Print all results as JSON, or write them to the file that is named."""
    results = {
        "one network, 8 cells, 20 steps": one_network(),
        "16 networks, 8 cells, 20 steps, per network": sixteen_networks(),
        "8 cells, batch of 16, 50 steps": batches(8, 50, 16),
        "32 cells, batch of 16, 50 steps": batches(32, 50, 16),
        "128 cells, batch of 64, 50 steps": batches(128, 50, 64, rounds=7),
        "layouts: one network alone, sixteen side by side": layouts(),
    }
    text = json.dumps(results, indent=2)
    if len(sys.argv) > 1:
        with open(sys.argv[1], "w") as file:
            file.write(text + "\n")
    else:
        print(text)


if __name__ == "__main__":
    main()
