"""Forward, gradient and update as pure functions of arrays, computed by the kernels of the learner.

They accept 1 to 16 networks, weights by name (`Circuit.groups`), and other arrays (step, network, …). Precision is
``params.dtype``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstm_baseline.checks import as_numbers, as_targets
from lstm_baseline.circuit import Circuit
from lstm_baseline.errors import LSTMParameterError, LSTMTrialsError, LSTMWeightsError
from lstm_baseline.kernels.epoch import run_epoch, update, window_gradient
from lstm_baseline.kernels.online import gather_online
from lstm_baseline.layout import Layout
from lstm_baseline.network_form import Form, Rule
from lstm_baseline.params import LSTMParams
from lstm_baseline.rules import EProp, Truncated
from lstm_baseline.state import State, Stream, Trace, enter
from tasks.base.errors import require
from tasks.engine.lanes import LANES

__all__ = [
    "Activity",
    "activity",
    "error_gradient",
    "improve",
    "online_gradient",
    "run",
    "target_gradient",
]

Weights = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class Activity:
    """Activity of networks; every array (step, network, n).

    Attributes
    ----------
    net_c, g, s, h, y_c
        n = cells. Net input, g(net_c), state after the step, h(s_c), and cell output.
    net_in, net_phi, net_out, y_in, y_phi, y_out
        n = blocks. Net inputs and activities of the gates. A missing gate has net input 0 and is open.
    error_flow
        n = cells. ∂s_c(t)/∂s_c(t−1) in the carousel: y_φ, and 0 where the state is reset.
    y_k
        n = outputs. Activity of each output: with a softmax, its probability.
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
    error_flow: NDArray[Any]
    y_k: NDArray[Any]


def activity(layout: Layout, trace: Trace, steps: int, networks: int) -> Activity:
    """The first `steps` steps of a trace, as views."""

    def steps_of(rows: NDArray[Any], n: int, later: int = 0) -> NDArray[Any]:
        part = rows[later * n : (later + steps) * n].reshape(steps, n, LANES)
        return part[:, :, :networks].transpose(0, 2, 1)

    cells, blocks = layout.cell_rows, layout.block_rows
    net, y = steps_of(trace.net, layout.unit_rows), steps_of(trace.y, layout.unit_rows)

    def gate(of: NDArray[Any], first: int) -> NDArray[Any]:
        return of[:, :, first : first + blocks]

    y_phi = gate(y, layout.forget_row)
    reset = np.zeros((1, 1, 1)) if trace.s_before is trace.s else steps_of(trace.reset, 1)
    return Activity(
        net_c=net[:, :, :cells],
        g=y[:, :, :cells],
        s=steps_of(trace.s, cells, later=1),
        h=steps_of(trace.h, cells),
        y_c=steps_of(trace.y_c, cells, later=1),
        net_in=gate(net, cells),
        net_phi=gate(net, layout.forget_row),
        net_out=gate(net, layout.output_row),
        y_in=gate(y, cells),
        y_phi=y_phi,
        y_out=gate(y, layout.output_row),
        error_flow=np.where(reset > 0, 0, np.repeat(y_phi, layout.cells_per_block, axis=2)).astype(y.dtype),
        y_k=steps_of(trace.y_k, layout.output_rows),
    )


def _lengths(length: ArrayLike, networks: int, steps: int) -> NDArray[Any]:
    lengths = np.asarray(length)
    fits = lengths.shape == (networks,) and lengths.dtype.kind in "iu" and lengths.min() >= 0 and lengths.max() <= steps
    rule = f"must be whole numbers from 0 to {steps}, one for each of {networks} networks"
    require(bool(fits), "length", length, rule, "give the steps of every stream", error=LSTMTrialsError)
    return lengths


def within_margin(choice: NDArray[Any], params: LSTMParams) -> NDArray[Any]:
    """Targets of logistic outputs, shaped as `choice`: margin for 0, 1 − margin for 1 (`LSTMParams.target_margin`)."""
    taught: NDArray[Any] = params.target_margin + (1.0 - 2.0 * params.target_margin) * choice
    return taught


def require_circuit(circuit: Circuit, params: LSTMParams) -> None:
    """Raise `LSTMParameterError` unless the circuit is that of `params`: kernels would read other arrays."""
    same = circuit == Circuit.sized(circuit.inputs, circuit.outputs, params)
    rule, remedy = "must be that of the parameters", "make it by Circuit.sized with them"
    require(same, "circuit", circuit, rule, remedy, error=LSTMParameterError)


class _Window(NamedTuple):
    """Networks and one window for them."""

    circuit: Circuit
    layout: Layout
    form: Form
    rule: Rule
    state: State
    stream: Stream
    trace: Trace
    steps: int
    networks: int

    @classmethod
    def of(
        cls,
        circuit: Circuit,
        params: LSTMParams,
        weights: Weights,
        inputs: ArrayLike,
        length: ArrayLike | None,
        resets: ArrayLike | None,
    ) -> "_Window":
        require_circuit(circuit, params)
        x = as_numbers("inputs", inputs, params.dtype)
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
        require(given == networks, "weights.networks", given, rule, "give as many", error=LSTMTrialsError)
        layout, form = Layout.networks(circuit), Form.of(params)
        online = isinstance(params.learning.rule, Truncated | EProp)
        state = State.of(layout, params.dtype, online=online)
        stream = Stream.of(layout, steps, params.dtype, plain=form.plain)
        trace = Trace.of(layout, steps, params.dtype, plain=form.plain)
        state.weights[:] = circuit.packed(weights, params.dtype)
        enter(stream.inputs, x)
        stream.length[0, :networks] = steps if length is None else _lengths(length, networks, steps)
        if resets is not None:
            rule, remedy = "requires a form with resets", "set LSTMParams.reset_at_start"
            require(not form.plain, "resets", resets, rule, remedy, error=LSTMTrialsError)
            starts, rule = as_numbers("resets", resets, params.dtype), f"must be {(steps, networks)}"
            fits = starts.shape == (steps, networks)
            require(fits, "resets.shape", starts.shape, rule, "see inputs", error=LSTMTrialsError)
            enter(stream.resets, starts[:, :, None])
        return cls(circuit, layout, form, Rule.of(params), state, stream, trace, steps, networks)

    @classmethod
    def run(cls, *case: Any) -> "_Window":
        """Parameters are those of `of`."""
        window = cls.of(*case)
        whole = window.rule._replace(window=window.steps)
        of = (window.state, window.stream, window.trace)
        run_epoch(window.layout, window.form, whole, *of, window.steps, True, False)
        return window

    def aim(self, target: ArrayLike, params: LSTMParams) -> NDArray[Any]:
        """Enter targets (step, network); return those of every output."""
        wanted = as_targets(target, self.circuit.outputs)
        want = (self.steps, self.networks)
        require(
            wanted.shape == want, "target.shape", wanted.shape, f"must be {want}", "see inputs", error=LSTMTrialsError
        )
        choice: NDArray[Any] = np.arange(self.circuit.outputs) == wanted[:, :, None]
        taught = within_margin(choice, params) if params.target_margin > 0 else choice
        enter(self.stream.desired, taught)
        enter(self.stream.counts, (wanted >= 0)[:, :, None])
        return taught

    def gradient(self, *, targets: bool) -> dict[str, NDArray[Any]]:
        window_gradient(self.layout, self.form, self.state, self.stream, self.trace, self.steps, targets)
        return self.circuit.unpacked(self.state.gradient, self.networks)


def run(
    circuit: Circuit,
    params: LSTMParams,
    weights: Weights,
    inputs: ArrayLike,
    *,
    length: ArrayLike | None = None,
    resets: ArrayLike | None = None,
) -> Activity:
    """Run networks from rest through `inputs`, without learning.

    Parameters
    ----------
    circuit, params
        Sizes; form and precision.
    weights
        By name, each (network, row, column).
    inputs : array (step, network, input)
        Activity of the input units.
    length : int array (network,), optional
        Steps of each network; by default all.
    resets : bool array (step, network), optional
        Whether states and outputs start from 0; only with `LSTMParams.reset_at_start`.

    Raises
    ------
    LSTMParameterError
        If the circuit is not that of `params`.
    LSTMTrialsError, LSTMWeightsError
        If arrays do not fit or are not finite, or weights are missing.

    Examples
    --------
    >>> params = LSTMParams.modern(blocks=1, dtype="float64")
    >>> circuit = Circuit.sized(1, 2, params)
    >>> weights = {name: np.zeros((1, g.rows, g.columns)) for name, g in circuit.groups.items()}
    >>> weights["bias"][0, :, 0] = [np.arctanh(0.5), 50.0, 0.0, 0.0]  # g = .5, input gate open, the others half
    >>> run(circuit, params, weights, np.zeros((3, 1, 1))).s[:, 0, 0].round(6)
    array([0.5  , 0.75 , 0.875])
    """
    window = _Window.run(circuit, params, weights, inputs, length, resets)
    return activity(window.layout, window.trace, window.steps, window.networks)


def error_gradient(
    circuit: Circuit,
    params: LSTMParams,
    weights: Weights,
    inputs: ArrayLike,
    error: ArrayLike,
    *,
    length: ArrayLike | None = None,
    resets: ArrayLike | None = None,
) -> dict[str, NDArray[Any]]:
    """The gradient of any E by the weights of cells and gates, given `error`, ∂E/∂y_c (step, network, cell).

    Other parameters are those of `run`; steps beyond a stream do not count. The gradient by weights of outputs is 0.
    """
    window = _Window.run(circuit, params, weights, inputs, length, resets)
    e = as_numbers("error", error, params.dtype)
    want = (window.steps, window.networks, circuit.cells)
    require(e.shape == want, "error.shape", e.shape, f"must be {want}", "give ∂E/∂y_c", error=LSTMTrialsError)
    enter(window.trace.error, e)
    return window.gradient(targets=False)


def target_gradient(
    circuit: Circuit,
    params: LSTMParams,
    weights: Weights,
    inputs: ArrayLike,
    target: ArrayLike,
    *,
    resets: ArrayLike | None = None,
) -> tuple[NDArray[Any], dict[str, NDArray[Any]]]:
    """The mean error of each network at targets, and its exact gradient by all weights.

    Parameters are those of `run`, and `target`, an int array (step, network), -1 where there is none.

    Returns
    -------
    loss : array (network,)
        Cross-entropy in nats (at most that of the smallest normal number) or, with logistic outputs, half the squared
        error; 0 without targets.
    gradient
        By name, each (network, row, column).
    """
    window = _Window.run(circuit, params, weights, inputs, None, resets)
    choice, asked = window.aim(target, params), np.asarray(target) >= 0
    y_k = activity(window.layout, window.trace, window.steps, window.networks).y_k
    if window.form.extensions is not None and window.form.extensions.logistic:
        loss = 0.5 * ((y_k - choice) ** 2).sum(2) * asked
    else:
        likely = np.maximum((y_k * choice).sum(2), np.finfo(params.dtype).tiny)
        loss = -np.log(likely, where=asked, out=np.zeros(asked.shape, params.dtype))
    return loss.sum(0) / np.maximum(asked.sum(0), 1), window.gradient(targets=True)


def online_gradient(
    circuit: Circuit,
    params: LSTMParams,
    weights: Weights,
    inputs: ArrayLike,
    target: ArrayLike,
    *,
    resets: ArrayLike | None = None,
    feedback: ArrayLike | None = None,
) -> dict[str, NDArray[Any]]:
    """The gradient of an online rule, `Truncated` or `EProp`, for the summed error.

    Parameters are those of `target_gradient`, and `feedback` (network, output, cell): random weights by which errors
    reach the cells.

    Returns
    -------
    dict
        By name, each (network, row, column).

    Raises
    ------
    LSTMParameterError
        If the rule is another one.
    """
    rule = params.learning.rule
    says, remedy = "does not learn step by step", "give Truncated or EProp, or call target_gradient"
    require(isinstance(rule, Truncated | EProp), "Learning.rule", rule, says, remedy, error=LSTMParameterError)
    window = _Window.of(circuit, params, weights, inputs, None, resets)
    window.aim(target, params)
    if feedback is not None:
        back, want = as_numbers("feedback", feedback, params.dtype), (window.networks, circuit.outputs, circuit.cells)
        says, remedy = f"must be {want}", "give weights (network, output, cell)"
        require(back.shape == want, "feedback.shape", back.shape, says, remedy, error=LSTMTrialsError)
        window.state.online.feedback[:, : window.networks] = back.reshape(window.networks, -1).T
    of = (window.layout, window.form, window.rule, window.state, window.stream, window.trace)
    gather_online(*of, window.steps)
    return circuit.unpacked(window.state.gradient, window.networks)


def improve(
    circuit: Circuit, params: LSTMParams, weights: Weights, gradients: Sequence[Weights]
) -> dict[str, NDArray[Any]]:
    """The weights after one optimizer step per gradient, from fresh moments.

    Weights and gradients are by name, each (network, row, column).

    Raises
    ------
    LSTMParameterError
        If the circuit is not that of `params`.
    LSTMWeightsError
        If weights or gradients are missing, do not fit, or are not finite, or the squared norm of a gradient is not.
    """
    require_circuit(circuit, params)
    layout, form = Layout.networks(circuit), Form.of(params)
    state, stream = State.of(layout, params.dtype), Stream.of(layout, 1, params.dtype)
    trace = Trace.of(layout, 1, params.dtype, plain=form.plain)
    state.weights[:] = circuit.packed(weights, params.dtype)
    networks = len(next(iter(weights.values())))
    stream.counted[0, :networks] = 1.0
    for gradient in gradients:
        given = len(next(iter(gradient.values()), ()))
        rule, remedy = f"must be {networks}, as in weights", "give gradients of as many"
        require(given == networks, "gradients.networks", given, rule, remedy, error=LSTMWeightsError)
        state.gradient[:] = circuit.packed(gradient, params.dtype)
        update(layout, form, Rule.of(params), state, stream, trace)
        for network, squared in enumerate(trace.norm[0, :networks].tolist()):
            rule, remedy = f"must be finite in {params.dtype} (network {network})", "scale the gradient down"
            require(isfinite(squared), "gradients: squared norm", squared, rule, remedy, error=LSTMWeightsError)
    return circuit.unpacked(state.weights, networks)
