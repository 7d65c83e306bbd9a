"""The gated recurrent unit (Cho et al., 2014): two gates per cell, and no state except its output."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.anatomy import gated_anatomy, gated_parts, weights_of_parts
from lstm_baseline.block import RecurrentBlock
from lstm_baseline.checks import (
    require_at_least,
    require_count,
    require_field,
    require_kinds,
    require_object,
    require_precision,
)
from lstm_baseline.errors import LSTMTaskError
from lstm_baseline.hidden_layer import HiddenLayer
from lstm_baseline.kernels.gru import run_gru
from lstm_baseline.layout import Layout
from lstm_baseline.network_form import Rule
from lstm_baseline.params import LSTMParams
from lstm_baseline.rules import BPTT, Learning
from lstm_baseline.state import State, Stream, Trace
from lstm_baseline.torch_weights import Stacked, TorchWeights
from lstm_baseline.weights import Group, Groups
from tasks.base.abilities import require_abilities
from tasks.base.anatomy import Anatomy
from tasks.base.record import GateRecord
from tasks.base.rng import Purpose, stream
from tasks.base.task import Choice, TaskSpec
from tasks.engine.lanes import LANES
from tasks.engine.lesson_rows import Course

__all__ = ["GRU", "GRUParams", "GatedLayer"]


@dataclass(frozen=True, kw_only=True)
class GRUParams:
    """Size and learning rule of a GRU.

    Attributes
    ----------
    hidden : int
        Cells.
    initial_weight : float
        First weights are uniform in ±this, biases 0; the default is that of the LSTM.
    learning : Learning
        Window and optimiser; the rule is `BPTT`.
    dtype : {"float32", "float64"}
        Precision.
    """

    hidden: int = 8
    initial_weight: float = 0.35
    learning: Learning = field(default_factory=Learning)
    dtype: str = "float32"

    def __post_init__(self) -> None:
        require_kinds(self)
        require_count(self, "hidden")
        require_at_least(self, "initial_weight", 0.0)
        require_object(self, "learning", Learning)
        rule, remedy = "must have a BPTT as its rule", "give Learning(rule=BPTT(…))"
        require_field(isinstance(self.learning.rule, BPTT), self, "learning", rule, remedy)
        require_precision(self)

    @classmethod
    def modern(cls, **changes: Any) -> "GRUParams":
        """The GRU of today's libraries, learning as the LSTM does.

        Examples
        --------
        >>> GRUParams.modern(hidden=4).hidden
        4
        """
        return replace(cls(), **changes)


class GatedLayer(NamedTuple):
    """The sizes of a GRU, by the names that a `lstm_baseline.circuit.Circuit` has for them.

    Attributes
    ----------
    inputs, cells, outputs : int
        Input units, cells, and output units.
    """

    inputs: int
    cells: int
    outputs: int

    @classmethod
    def of(cls, spec: TaskSpec, hidden: int) -> "GatedLayer":
        """The circuit for a task.

        Raises
        ------
        LSTMTaskError
            If the task has analog inputs, or its answers are no choice.
        """
        require_abilities(spec, "the GRU", analog=False, answers=[Choice], resets=True, error=LSTMTaskError)
        return cls(sum(len(channel.symbols) for channel in spec.channels), hidden, len(spec.responses))

    @property
    def sources(self) -> int:
        """Sources of gates and candidates, in the order inputs, cells."""
        return self.inputs + self.cells

    @property
    def bias(self) -> int:
        """Row at which the biases of gates and candidates start."""
        return 3 * self.cells * self.sources

    @property
    def readout(self) -> int:
        """Row at which the weights of output units start."""
        return self.bias + 4 * self.cells

    @property
    def weights(self) -> int:
        """Weights of one network."""
        return self.readout + self.outputs * self.cells + self.outputs

    @property
    def groups(self) -> Groups:
        """The weights by name.

        ``reset_gate``, ``update_gate`` and ``candidate`` have a column per input, then one per cell; ``bias`` has a row
        per reset gate, update gate and candidate, and ``recurrent_bias`` one per candidate, of what its reset gate lets
        through; ``readout`` has a column per cell.
        """
        cells, sources = self.cells, self.sources
        names = ("reset_gate", "update_gate", "candidate")
        return {name: Group(i * cells * sources, cells, sources) for i, name in enumerate(names)} | {
            "bias": Group(self.bias, 3 * cells, 1),
            "recurrent_bias": Group(self.bias + 3 * cells, cells, 1),
            "readout": Group(self.readout, self.outputs, cells),
            "readout_bias": Group(self.readout + self.outputs * cells, self.outputs, 1),
        }

    def initial(self, largest: float, rng: np.random.Generator) -> NDArray[np.float64]:
        """First weights of one network, shape (weights,): uniform in ±`largest`, biases 0."""
        w = rng.uniform(-largest, largest, self.weights)
        w[self.bias : self.readout] = 0.0
        w[self.readout + self.outputs * self.cells :] = 0.0
        return w

    @property
    def layout(self) -> Layout:
        """Where kernels find units and weights: four rows per cell in what is kept of a step."""
        cells = self.cells
        plain = Layout.networks(HiddenLayer(self.inputs, cells, self.outputs))
        return plain._replace(
            units=3 * cells,
            unit_rows=4 * cells,
            bias=self.bias,
            readout=self.readout,
            readout_back=self.readout,
            readout_bias=self.readout + self.outputs * cells,
            weights=self.weights,
            delta_rows=4 * cells | 1,
            unit_place=np.concatenate([np.arange(2 * cells), np.arange(3 * cells, 4 * cells)]),
        )


class GRU(TorchWeights, RecurrentBlock):
    """Up to 16 GRU networks; parameters are those of `lstm_baseline.block.RecurrentBlock`.

    Attributes
    ----------
    params : GRUParams
        `GRUParams.modern` if not given.
    circuit : GatedLayer
        Sizes, and where the weights lie (`GatedLayer.groups`).

    Notes
    -----
    In a record a slot is a cell, and memory is its output h. The update gate z says how much of the old content stays,
    and 1 − z how much new content comes in: so `forget_gate`, for which 1 keeps all, is z, and `input_gate` is 1 − z.
    Nothing gates the output: `output_gate` is 1 throughout. Signals, each (network, step, slot): ``reset_gate`` and
    ``candidate``.
    """

    name = "gru"
    params_kind = GRUParams
    default = GRUParams.modern
    torch_layer = "gru"
    torch_gates = ("reset_gate", "update_gate", "candidate")

    @classmethod
    def _torch_params(cls, cells: int) -> GRUParams:
        return GRUParams.modern(hidden=cells)

    @classmethod
    def _torch_biases(cls, stacked: Stacked) -> dict[str, NDArray[Any]]:
        """PyTorch adds two biases to gates; here there is one. Candidates have both, one inside the reset gate."""
        first, second = stacked.bias.copy(), stacked.second_bias
        gates = 2 * stacked.cells
        first[:gates] += second[:gates]
        return {"bias": first[:, None], "recurrent_bias": second[gates:, None]}

    def _stacked_biases(self, weights: Mapping[str, NDArray[Any]]) -> tuple[NDArray[Any], NDArray[Any]]:
        bias, recurrent = weights["bias"][:, 0], weights["recurrent_bias"][:, 0]
        return bias.copy(), np.concatenate([np.zeros(len(bias) - len(recurrent), recurrent.dtype), recurrent])

    def _build(self) -> None:
        self.circuit = GatedLayer.of(self.spec, self.params.hidden)
        self._rule = Rule.of(cast(LSTMParams, self.params))
        self._require_room(self.circuit, self._rule.window)
        self._layout = self.circuit.layout
        self._state = State.of(self._layout, self.params.dtype)
        for lane, network in enumerate(self._numbers):
            rng = stream(self.seed, Purpose.WEIGHTS, network)
            self._state.weights[:, lane] = self.circuit.initial(self.params.initial_weight, rng)

    def _new_trace(self, steps: int) -> Trace:
        return Trace.of(self._layout, steps, self.params.dtype, plain=self._plain)

    def _lasting(self) -> dict[str, NDArray[Any]]:
        state, adam = self._state, self._state.adam
        lasting: dict[str, NDArray[Any]] = {"weights": state.weights, "cells": state.carry.y_c}
        return lasting | {f"adam {name}": rows for name, rows in adam._asdict().items()}

    @property
    def _groups(self) -> Groups:
        return self.circuit.groups

    @property
    def _window(self) -> int:
        return self._rule.window

    def _advance(self, stream: Stream, course: Course, trace: Trace, keep: bool, learn: bool) -> None:
        run_gru(self._layout, self._rule, self._state, stream, trace, course, keep, learn)

    def anatomy(self) -> Anatomy:
        """Anatomy of a network: cells and their gates."""
        return gated_anatomy(self.circuit.inputs, self.circuit.cells, self.circuit.outputs, self.spec)

    def path_weights(self) -> dict[str, NDArray[np.floating]]:
        """Weights by projection, each an array (network, receiver, contact)."""
        return weights_of_parts(gated_parts(self.circuit.inputs, self.circuit.cells), self.weights())

    def _frames(self, trace: Trace) -> tuple[NDArray[np.floating], ...]:
        """Activity of gates, candidates and cells after each phase; candidates and cells change one after the other."""
        cells, networks = self.circuit.cells, self.networks
        gates, candidate = trace.y[: 2 * cells, :networks].T, trace.y[2 * cells : 3 * cells, :networks].T
        before, after = trace.hidden[:cells, :networks].T, trace.y_c[cells : 2 * cells, :networks].T
        nothing = np.full_like(gates, np.nan), np.full_like(candidate, np.nan)
        return (
            np.concatenate([*nothing, before], axis=1),
            np.concatenate([gates, nothing[1], before], axis=1),
            np.concatenate([gates, candidate, before], axis=1),
            np.concatenate([gates, candidate, after], axis=1),
        )

    def _record(self, trace: Trace, steps: int, live: NDArray[np.bool_]) -> GateRecord:
        cells = self.circuit.cells

        def per_cell(rows: NDArray[Any], part: int, parts: int, later: int = 0) -> NDArray[Any]:
            """Part of the rows of each step as (network, step, cell); NaN beyond a stream's length."""
            each = rows[later * cells * parts : (later + steps) * cells * parts].reshape(steps, parts, cells, LANES)
            values = each[:, part, :, : self.networks].transpose(2, 0, 1)
            return np.where(live[:, :, None], values, np.array(np.nan, values.dtype))

        update = per_cell(trace.y, 1, 4)
        return GateRecord(
            model=self.name,
            slots=tuple(f"cell {j + 1}" for j in range(cells)),
            input_gate=1 - update,
            forget_gate=update,
            output_gate=np.where(np.isnan(update), update, np.array(1.0, update.dtype)),
            memory=per_cell(trace.y_c, 0, 1, later=1)[..., None],
            signals={"reset_gate": per_cell(trace.y, 0, 4), "candidate": per_cell(trace.y, 2, 4)},
        )
