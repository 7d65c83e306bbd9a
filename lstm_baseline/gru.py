"""The gated recurrent unit of Cho et al. (2014), in the form of `torch.nn.GRU`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

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
from lstm_baseline.critic import Critic, Told, steps_that_teach
from lstm_baseline.gated_layer import GatedLayer
from lstm_baseline.kernels.gru import run_gru
from lstm_baseline.kernels.gru_online import run_gru_online
from lstm_baseline.kernels.gru_reward import run_gru_reward
from lstm_baseline.network_form import Rule
from lstm_baseline.params import LSTMParams
from lstm_baseline.rules import BPTT, Adam, EProp, Learning, Reward
from lstm_baseline.state import Online, State, Stream, Trace
from lstm_baseline.torch_weights import Stacked, TorchWeights
from lstm_baseline.weights import Groups
from tasks.base.anatomy import Anatomy
from tasks.base.record import GateRecord
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.engine.lanes import LANES, allocate
from tasks.engine.lesson_rows import Course, Rows

__all__ = ["GRU", "GRUParams"]


@dataclass(frozen=True, kw_only=True)
class GRUParams:
    """Size and learning rule of a GRU; an invalid value, also in a part, raises `LSTMParameterError`.

    Attributes
    ----------
    hidden : int
        Cells.
    initial_weight : float
        Initial weights are uniform in ±this, biases 0.
    learning : Learning
        `BPTT`, `EProp` or `Reward` with Adam, without decay of the learning rate.
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
        rule, remedy = "must have BPTT, EProp or Reward as its rule", "give e.g. Learning(rule=BPTT(…))"
        require_field(isinstance(self.learning.rule, BPTT | EProp | Reward), self, "learning", rule, remedy)
        constant = isinstance(self.learning.optimiser, Adam) and self.learning.decay == 1.0
        rule, remedy = "must have Adam as its optimizer, and no decay", "leave out optimiser and decay"
        require_field(constant, self, "learning", rule, remedy)
        require_precision(self)

    @classmethod
    def modern(cls, **changes: Any) -> "GRUParams":
        """The GRU of current libraries, with the learning of the LSTM.

        Examples
        --------
        >>> GRUParams.modern(hidden=4).hidden
        4
        """
        return replace(cls(), **changes)

    @classmethod
    def reward_only(cls, **changes: Any) -> "GRUParams":
        """The GRU that learns from reward alone, as `LSTMParams.reward_only` does."""
        return replace(cls(hidden=16, learning=LSTMParams.reward_only().learning), **changes)


class GRU(TorchWeights, RecurrentBlock):
    """Up to 16 GRU networks; parameters are those of `lstm_baseline.block.RecurrentBlock`.

    Attributes
    ----------
    params : GRUParams
        By default `GRUParams.modern`.
    circuit : GatedLayer
        Sizes, and places of the weights.

    Notes
    -----
    In a record, a slot is a cell, and memory is its output h. With the update gate z, `forget_gate` is z, `input_gate`
    is 1 − z, and `output_gate` is 1. Signals (network, step, slot): ``reset_gate``, ``candidate``. With `Reward`,
    ``reward_prediction`` and the drawn responses are as in `LSTM`.
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
        """One bias for PyTorch's two; candidates have both, one inside the reset gate."""
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
        window = self._rule.window
        self._require_room(self.circuit, {"hidden": self.params.hidden} | self._size_of_window(window), window)
        self._layout = self.circuit.layout
        rule, dtype, largest = self.params.learning.rule, self.params.dtype, self.params.initial_weight
        self._online, self._critic = isinstance(rule, EProp), None
        self._state = State.of(self._layout, dtype)
        if self._online:
            self._state = self._state._replace(online=self._traces())
        if isinstance(rule, Reward):
            self._critic = Critic.of(self.circuit.cells, rule, self.seed, self._numbers, dtype)
        for lane, network in enumerate(self._numbers):
            rng = stream(self.seed, Purpose.WEIGHTS, network)
            self._state.weights[:, lane] = self.circuit.initial(largest, rng)
            if self._rule.random_feedback:
                feedback = self._state.online.feedback
                feedback[:, lane] = rng.uniform(-largest, largest, len(feedback))

    def _traces(self) -> Online:
        """Eligibility traces of e-prop, one per weight of gates and candidates."""
        sizes = {"partials": self.circuit.readout, "feedback": self.circuit.outputs * self.circuit.cells}
        return Online(**allocate(sizes | {"gathered": 1, "waiting": 1}, self.params.dtype)[1])

    @property
    def _plain(self) -> bool:
        return super()._plain and not self._online

    def _stream(self, block: TrialBlock, rows: Rows) -> Stream:
        return super()._stream(steps_that_teach(self.params.learning.rule, block), rows)

    def _enter_extensions(self, stream: Stream, block: TrialBlock, rows: Rows) -> None:
        stream.starts[rows.row, rows.network] = block.starts[rows.network, rows.step]
        if self._resets:
            super()._enter_extensions(stream, block, rows)

    def _new_trace(self, steps: int) -> Trace:
        return Trace.of(self._layout, steps, self.params.dtype, plain=self._plain)

    def _lasting(self) -> dict[str, NDArray[Any]]:
        state, adam = self._state, self._state.adam
        lasting: dict[str, NDArray[Any]] = {"weights": state.weights, "cells": state.carry.y_c}
        lasting |= {f"adam {name}": rows for name, rows in adam._asdict().items()}
        if self._online:
            lasting |= {"gradient": state.gradient} | state.online._asdict()
        return lasting | self._critic.lasting() if self._critic else lasting

    @property
    def _groups(self) -> Groups:
        return self.circuit.groups

    @property
    def _window(self) -> int:
        return self._rule.window

    def _advance(self, stream: Stream, course: Course, trace: Trace, keep: bool, learn: bool) -> None:
        own, how = (self._layout, self._rule, self._state), (course, keep, learn)
        if self._critic:
            self._told = Told.of(len(trace.y_c) // self.circuit.cells - 1, self.params.dtype)
            run_gru_reward(*own, self._critic, stream, trace, self._told, *how)
        elif self._online:
            self._advance_online(own, stream, trace, course, keep, learn)
        else:
            run_gru(*own, stream, trace, *how)

    def _advance_online(
        self, own: tuple[Any, ...], stream: Stream, trace: Trace, course: Course, keep: bool, learn: bool
    ) -> None:
        gradient, online = self._state.gradient, self._state.online
        if not learn:  # derivatives are no longer carried forward
            online.partials[:, course.limit > 0] = 0.0
        run_gru_online(*own, stream, trace, course, keep, learn)
        for rows in (gradient, online.partials, online.gathered):
            rows[:, stream.fault[0] > 0] = 0.0  # values that are not finite would persist
        gradient[:, online.gathered[0] == 0] = 0.0  # a used gradient depends on the networks of the block

    def anatomy(self) -> Anatomy:
        """Anatomy of a network: cells and their gates."""
        return gated_anatomy(self.circuit.inputs, self.circuit.cells, self.circuit.outputs, self.spec)

    def path_weights(self) -> dict[str, NDArray[np.floating]]:
        """See `RecurrentBlock.path_weights`."""
        return weights_of_parts(gated_parts(self.circuit.inputs, self.circuit.cells), self.weights())

    def _frames(self, trace: Trace) -> tuple[NDArray[np.floating], ...]:
        """Activity of gates, candidates and cells after each phase."""
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

    def with_memory(
        self,
        state: Mapping[str, NDArray[Any]],
        memory: NDArray[Any],
        outlet: NDArray[Any],  # noqa: ARG002
    ) -> dict[str, NDArray[Any]]:
        """A `state` with other contents in the cells (`LSTM.with_memory`)."""
        return dict(state) | {"cells": memory.astype(self.dtype)}

    def _record(self, trace: Trace, steps: int, live: NDArray[np.bool_]) -> GateRecord:
        cells = self.circuit.cells

        def per_cell(rows: NDArray[Any], part: int, parts: int, later: int = 0) -> NDArray[Any]:
            """Part of each step's rows as (network, step, cell); NaN beyond a stream."""
            each = rows[later * cells * parts : (later + steps) * cells * parts].reshape(steps, parts, cells, LANES)
            values = each[:, part, :, : self.networks].transpose(2, 0, 1)
            return np.where(live[:, :, None], values, np.array(np.nan, values.dtype))

        update = per_cell(trace.y, 1, 4)
        signals = {"reset_gate": per_cell(trace.y, 0, 4), "candidate": per_cell(trace.y, 2, 4)}
        if self._critic:
            told = self._told.v[:steps].T[: self.networks]
            signals["reward_prediction"] = np.where(live, told, np.array(np.nan, told.dtype))
        return GateRecord(
            model=self.name,
            slots=tuple(f"cell {j + 1}" for j in range(cells)),
            input_gate=1 - update,
            forget_gate=update,
            output_gate=np.where(np.isnan(update), update, np.array(1.0, update.dtype)),
            memory=per_cell(trace.y_c, 0, 1, later=1)[..., None],
            signals=signals,
        )
