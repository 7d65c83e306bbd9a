"""Training of one network by batches: every sequence starts from rest, and weights change once per batch.

Lanes hold sequences, which share all weights.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstm_baseline.checks import as_numbers, as_targets
from lstm_baseline.circuit import Circuit
from lstm_baseline.errors import LSTMParameterError, LSTMTrialsError, LSTMWeightsError
from lstm_baseline.functional import Weights, require_circuit, within_margin
from lstm_baseline.kernels.batch import run_batches
from lstm_baseline.layout import Layout
from lstm_baseline.network_form import Form, Rule
from lstm_baseline.params import LSTMParams
from lstm_baseline.rules import BPTT
from lstm_baseline.state import State, Stream, Trace
from tasks.base.errors import require
from tasks.engine.lanes import LANES

__all__ = ["Batches", "batch_gradient", "train_on_batches"]


class Batches(NamedTuple):
    """A network and its batches for kernels."""

    circuit: Circuit
    layout: Layout
    form: Form
    rule: Rule
    state: State
    stream: Stream
    trace: Trace
    total: NDArray[Any]
    batches: int
    groups: int
    steps: int

    @classmethod
    def of(
        cls, circuit: Circuit, params: LSTMParams, weights: Weights, inputs: ArrayLike, target: ArrayLike
    ) -> "Batches":
        """Parameters are those of `train_on_batches`."""
        require_circuit(circuit, params)
        x, wanted = as_numbers("inputs", inputs, params.dtype), as_targets(target, circuit.outputs)
        fits = x.ndim == 4 and min(x.shape[:3]) >= 1 and x.shape[3] == circuit.inputs
        rule, remedy = f"must be (batch, step, sequence, {circuit.inputs})", "give a number per input unit"
        require(fits, "inputs.shape", x.shape, rule, remedy, error=LSTMTrialsError)
        rule, remedy = f"must be {x.shape[:3]}", "give a target, or -1, for every step"
        require(wanted.shape == x.shape[:3], "target.shape", wanted.shape, rule, remedy, error=LSTMTrialsError)
        batches, steps, sequences, _ = x.shape
        groups = -(-sequences // LANES)
        form = Form.of(params)
        rule, remedy = "learns step by step", "give BPTT: a batch is learned as a whole"
        fits = isinstance(params.learning.rule, BPTT)
        require(fits, "Learning.rule", params.learning.rule, rule, remedy, error=LSTMParameterError)
        given = len(next(iter(weights.values()), ()))
        require(given == 1, "weights.networks", given, "must be 1", "give those of one network", error=LSTMWeightsError)
        layout = Layout.sequences(circuit) if form.plain else Layout.networks(circuit)
        rows = batches * groups * (steps + 1)
        state = State.of(layout, params.dtype, shared=True)
        state.weights[: circuit.weights] = circuit.packed(weights, params.dtype)[:, 0]
        stream = Stream.of(layout, rows, params.dtype, plain=form.plain)
        stream.length[:] = rows
        choice: NDArray[Any] = np.arange(circuit.outputs) == wanted[..., None]
        choice = within_margin(choice, params) if params.target_margin > 0 else choice
        for rows_of, values in ((stream.inputs, x), (stream.desired, choice), (stream.counts, wanted[..., None] >= 0)):
            _enter(rows_of, values, groups)
        return cls(
            circuit=circuit,
            layout=layout,
            form=form,
            rule=Rule.of(params),
            state=state,
            stream=stream,
            trace=Trace.of(layout, groups * (steps + 1), params.dtype, plain=form.plain),
            total=np.zeros(1, params.dtype),
            batches=batches,
            groups=groups,
            steps=steps,
        )

    def run(self, *, learn: bool) -> None:
        """Run all batches; if `learn`, update the weights after each."""
        sizes = (self.batches, self.groups, self.steps)
        parts = (self.layout, self.form, self.rule, self.state, self.stream, self.trace, self.total)
        run_batches(*parts, *sizes, learn)

    def by_name(self, flat: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """Weights or gradient by name, each (1, row, column)."""
        return self.circuit.unpacked(flat[: self.circuit.weights, None], 1)


def _enter(rows: NDArray[Any], values: NDArray[Any], groups: int) -> None:
    batches, steps, _, n = values.shape
    lanes = rows.reshape(batches, groups, steps + 1, n, LANES)
    for group in range(groups):
        part = values[:, :, group * LANES : (group + 1) * LANES]
        lanes[:, group, :steps, :, : part.shape[2]] = part.transpose(0, 1, 3, 2)


def train_on_batches(
    circuit: Circuit, params: LSTMParams, weights: Weights, inputs: ArrayLike, target: ArrayLike
) -> dict[str, NDArray[Any]]:
    """The weights after one optimizer step per batch, from fresh moments.

    Parameters
    ----------
    circuit, params
        Sizes; form, precision and learning. A window is a whole sequence.
    weights
        By name, each (1, row, column).
    inputs : array (batch, step, sequence, input)
        Activity of the input units.
    target : int array (batch, step, sequence)
        The correct response; -1: none. The error is the mean over the targets of a batch: cross-entropy in nats or,
        with logistic outputs, half the squared error.

    Returns
    -------
    dict
        By name, each (1, row, column).

    Raises
    ------
    LSTMWeightsError
        If weights are missing, do not fit, or are of several networks.
    LSTMTrialsError
        If inputs or targets do not fit the circuit, or inputs are not finite.
    LSTMParameterError
        If the learning rule is not `BPTT`, or the circuit is not that of `params`.
    """
    run = Batches.of(circuit, params, weights, inputs, target)
    run.run(learn=True)
    return run.by_name(run.state.weights)


def batch_gradient(
    circuit: Circuit, params: LSTMParams, weights: Weights, inputs: ArrayLike, target: ArrayLike
) -> dict[str, NDArray[Any]]:
    """The gradient of the mean error of one batch, by name, each (1, row, column).

    Parameters are those of `train_on_batches`, without the first axis of `inputs` and `target`.
    """
    run = Batches.of(circuit, params, weights, np.asarray(inputs)[None], np.asarray(target)[None])
    run.run(learn=False)
    return run.by_name(run.state.gradient)
