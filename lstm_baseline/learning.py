"""Learning: the constants that kernels take, and forward, gradient and update as pure functions of arrays.

The functions run the very kernels that the learner runs. They take at most 16 networks, weights by name
(`Circuit.groups`), and other arrays with axes (step, network, …); their precision is ``params.dtype``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstm_baseline.circuit import Circuit
from lstm_baseline.errors import LSTMTrialsError
from lstm_baseline.kernels.epoch import run_epoch, update, window_gradient
from lstm_baseline.kernels.squashing import GATE
from lstm_baseline.layout import Layout
from lstm_baseline.params import LSTMParams
from lstm_baseline.state import State, Stream, Trace, enter
from tasks.base.errors import require
from tasks.base.lanes import LANES

__all__ = ["Activity", "Form", "Rule", "activity", "adam", "error_gradient", "run", "target_gradient"]

TINY = 1e-300
"""Stands in for a decay of 0 where its logarithm is taken."""

Weights = Mapping[str, NDArray[Any]]


class Form(NamedTuple):
    """Squashing functions of cells and of gates, as the kernels take them: ints of `Squashing`, and `GATE`."""

    g: int
    h: int
    gate: int

    @classmethod
    def of(cls, params: LSTMParams) -> "Form":
        """The form that `params` describes."""
        return cls(g=int(params.g), h=int(params.h), gate=GATE)


class Rule(NamedTuple):
    """How weights change, as the kernels take it: the window in steps, and the constants of Adam."""

    window: int
    alpha: float
    beta1: float
    beta2: float
    log_beta1: float
    log_beta2: float
    epsilon: float
    clip_norm: float

    @classmethod
    def of(cls, params: LSTMParams) -> "Rule":
        """The learning rule that `params` describes; without clipping, the bound is the largest number there is."""
        learning, largest = params.learning, float(np.finfo(params.dtype).max)
        adam, clip_norm = learning.optimiser, learning.clip_norm
        return cls(
            window=int(learning.rule.window),
            alpha=float(adam.learning_rate),
            beta1=float(adam.beta1),
            beta2=float(adam.beta2),
            log_beta1=log(max(adam.beta1, TINY)),
            log_beta2=log(max(adam.beta2, TINY)),
            epsilon=float(adam.epsilon),
            clip_norm=largest if clip_norm is None else min(float(clip_norm), largest),
        )


@dataclass(frozen=True, kw_only=True)
class Activity:
    """What networks did, step by step; every array (step, network, n).

    Attributes
    ----------
    net_c, g, s, h, y_c
        n = cells. Net input, g(net_c), state after the step, h(s_c), and cell output.
    net_in, net_phi, net_out, y_in, y_phi, y_out
        n = blocks. Net inputs and activities of the gates.
    y_k
        n = outputs. Probability of each response.
    """

    net_c: NDArray[Any]
    g: NDArray[Any]
    s: NDArray[Any]
    h: NDArray[Any]
    y_c: NDArray[Any]
    net_in: NDArray[Any]
    net_phi: NDArray[Any]
    net_out: NDArray[Any]
    y_in: NDArray[Any]
    y_phi: NDArray[Any]
    y_out: NDArray[Any]
    y_k: NDArray[Any]


def activity(circuit: Circuit, trace: Trace, steps: int, networks: int) -> Activity:
    """The first `steps` steps of a trace as arrays (step, network, n); views, not copies."""

    def steps_of(rows: NDArray[Any], n: int, later: int = 0) -> NDArray[Any]:
        part = rows[later * n : (later + steps) * n].reshape(steps, n, LANES)
        return part[:, :, :networks].transpose(0, 2, 1)

    cells, blocks = circuit.cells, circuit.blocks
    edges = (cells, cells + blocks, cells + 2 * blocks)
    net_c, net_in, net_phi, net_out = np.split(steps_of(trace.net, circuit.units), edges, axis=2)
    g, y_in, y_phi, y_out = np.split(steps_of(trace.y, circuit.units), edges, axis=2)
    return Activity(
        net_c=net_c,
        g=g,
        s=steps_of(trace.s, cells, later=1),
        h=steps_of(trace.h, cells),
        y_c=steps_of(trace.y_c, cells, later=1),
        net_in=net_in,
        net_phi=net_phi,
        net_out=net_out,
        y_in=y_in,
        y_phi=y_phi,
        y_out=y_out,
        y_k=steps_of(trace.y_k, circuit.outputs),
    )


def _lengths(length: ArrayLike, networks: int, steps: int) -> NDArray[Any]:
    lengths = np.asarray(length)
    fits = lengths.shape == (networks,) and lengths.dtype.kind in "iu" and lengths.min() >= 0 and lengths.max() <= steps
    rule = f"must be whole numbers from 0 to {steps}, one for each of {networks} networks"
    require(bool(fits), "length", length, rule, "give the steps of every stream", error=LSTMTrialsError)
    return lengths


class _Window(NamedTuple):
    """Networks that have run forward through one window."""

    circuit: Circuit
    layout: Layout
    form: Form
    state: State
    stream: Stream
    trace: Trace
    steps: int
    networks: int

    @classmethod
    def run(
        cls, circuit: Circuit, params: LSTMParams, weights: Weights, inputs: ArrayLike, length: ArrayLike | None
    ) -> "_Window":
        x = np.asarray(inputs, params.dtype)
        require(
            x.ndim == 3 and x.shape[0] >= 1 and 1 <= x.shape[1] <= LANES and x.shape[2] == circuit.inputs,
            "inputs.shape",
            x.shape,
            f"must be (step, network, {circuit.inputs}) with 1 to {LANES} networks",
            "give one row per step and network, one column per input unit",
            error=LSTMTrialsError,
        )
        steps, networks = x.shape[:2]
        given = len(next(iter(weights.values()), ()))
        rule = f"must be {networks}, as in inputs"
        require(given == networks, "weights.networks", given, rule, "give both alike", error=LSTMTrialsError)
        layout, form = Layout.networks(circuit), Form.of(params)
        state = State.of(layout, params.dtype)
        stream, trace = Stream.of(layout, steps, params.dtype), Trace.of(layout, steps, params.dtype)
        state.weights[:] = circuit.packed(weights, params.dtype)
        enter(stream.inputs, x)
        stream.length[0, :networks] = steps if length is None else _lengths(length, networks, steps)
        whole = Rule.of(params)._replace(window=steps)
        run_epoch(layout, form, whole, state, stream, trace, steps, True, False)
        return cls(circuit, layout, form, state, stream, trace, steps, networks)

    def gradient(self, *, targets: bool) -> dict[str, NDArray[Any]]:
        window_gradient(self.layout, self.form, self.state, self.stream, self.trace, self.steps, targets)
        return self.circuit.unpacked(self.state.gradient, self.networks)


def run(
    circuit: Circuit, params: LSTMParams, weights: Weights, inputs: ArrayLike, *, length: ArrayLike | None = None
) -> Activity:
    """Run networks from rest through `inputs`, without learning.

    Parameters
    ----------
    circuit
        Their sizes.
    params
        Their form and precision.
    weights
        Weights by name, each (network, row, column).
    inputs : array (step, network, input)
        Activity of the input units.
    length : int array (network,), optional
        Steps of each network's stream; beyond it the state stays as it is. All steps if not given.

    Examples
    --------
    >>> params = LSTMParams.modern(blocks=1, dtype="float64")
    >>> circuit = Circuit.sized(1, 2, params)
    >>> weights = {name: np.zeros((1, g.rows, g.columns)) for name, g in circuit.groups.items()}
    >>> weights["bias"][0, :, 0] = [np.arctanh(0.5), 50.0, 0.0, 0.0]  # g = .5, input gate open, the others half
    >>> run(circuit, params, weights, np.zeros((3, 1, 1))).s[:, 0, 0].round(6)
    array([0.5  , 0.75 , 0.875])
    """
    window = _Window.run(circuit, params, weights, inputs, length)
    return activity(circuit, window.trace, window.steps, window.networks)


def error_gradient(
    circuit: Circuit,
    params: LSTMParams,
    weights: Weights,
    inputs: ArrayLike,
    error: ArrayLike,
    *,
    length: ArrayLike | None = None,
) -> dict[str, NDArray[Any]]:
    """The gradient of any E by the weights of cells and gates, given ∂E/∂y_c at every step.

    Parameters are those of `run`, and `error`, an array (step, network, cell); steps beyond a stream do not count.
    Weights of output units get 0: `error` says nothing of them.
    """
    window = _Window.run(circuit, params, weights, inputs, length)
    e = np.asarray(error, params.dtype)
    want = (window.steps, window.networks, circuit.cells)
    require(e.shape == want, "error.shape", e.shape, f"must be {want}", "give ∂E/∂y_c", error=LSTMTrialsError)
    enter(window.trace.error, e)
    return window.gradient(targets=False)


def target_gradient(
    circuit: Circuit, params: LSTMParams, weights: Weights, inputs: ArrayLike, target: ArrayLike
) -> tuple[NDArray[Any], dict[str, NDArray[Any]]]:
    """The mean cross-entropy of each network over the steps that have a target, and its gradient by all weights.

    Parameters are those of `run`, and `target`, an int array (step, network), -1 where there is none.

    Returns
    -------
    loss : array (network,), nats
        0 where a network has no target.
    gradient
        By name, each (network, row, column).
    """
    window = _Window.run(circuit, params, weights, inputs, None)
    wanted = np.asarray(target)
    want = (window.steps, window.networks)
    require(wanted.shape == want, "target.shape", wanted.shape, f"must be {want}", "see inputs", error=LSTMTrialsError)
    asked = wanted >= 0
    choice = np.arange(circuit.outputs) == wanted[:, :, None]
    enter(window.stream.desired, choice)
    enter(window.stream.counts, asked[:, :, None])
    y_k = activity(circuit, window.trace, window.steps, window.networks).y_k
    surprise = -np.log((y_k * choice).sum(2), where=asked, out=np.zeros(want, params.dtype))
    loss = surprise.sum(0) / np.maximum(asked.sum(0), 1)
    return loss, window.gradient(targets=True)


def adam(
    circuit: Circuit, params: LSTMParams, weights: Weights, gradients: Sequence[Weights]
) -> dict[str, NDArray[Any]]:
    """The weights after one step of Adam per gradient, from fresh moments."""
    layout = Layout.networks(circuit)
    state, stream = State.of(layout, params.dtype), Stream.of(layout, 1, params.dtype)
    trace = Trace.of(layout, 1, params.dtype)
    state.weights[:] = circuit.packed(weights, params.dtype)
    networks = len(next(iter(weights.values())))
    stream.counted[0, :networks] = 1.0
    for gradient in gradients:
        state.gradient[:] = circuit.packed(gradient, params.dtype)
        update(layout, Rule.of(params), state, stream, trace)
    return circuit.unpacked(state.weights, networks)
