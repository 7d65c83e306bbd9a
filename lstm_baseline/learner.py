"""A block of up to 16 LSTM networks."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.anatomy import lstm_anatomy, lstm_parts, weights_of_parts
from lstm_baseline.block import RecurrentBlock
from lstm_baseline.circuit import Circuit
from lstm_baseline.critic import Critic, Told, steps_that_teach
from lstm_baseline.errors import LSTMParameterError, LSTMTaskError
from lstm_baseline.functional import activity, within_margin
from lstm_baseline.gates import cell_output, effective_gate
from lstm_baseline.kernels.epoch import run_epochs
from lstm_baseline.kernels.online import run_online
from lstm_baseline.kernels.reward import run_reward
from lstm_baseline.layout import Layout
from lstm_baseline.network_form import WHOLE, Form, Rule
from lstm_baseline.params import Gating, LSTMParams
from lstm_baseline.rules import EProp, Reward, Truncated
from lstm_baseline.single_network import SingleNetwork, suits
from lstm_baseline.state import State, Stream, Trace
from lstm_baseline.torch_weights import Stacked, TorchWeights
from lstm_baseline.weights import Groups
from tasks.base.abilities import require_abilities
from tasks.base.anatomy import Anatomy
from tasks.base.errors import require
from tasks.base.learner import BLOCK, Outcome
from tasks.base.record import GateRecord
from tasks.base.rng import Purpose, stream
from tasks.base.task import Choice, Quantity, Several, TrialBlock
from tasks.engine.lesson_rows import Course, Rows

__all__ = ["LSTM"]

FORM_OF_TORCH = (
    *(
        "gating",
        "g",
        "h",
        "cells_per_block",
        "forget_gate",
        "fixed_forget",
        "output_gate",
        "peepholes",
        "recurrent",
        "gates_seen",
    ),
    *("cells_recurrent", "cell_bias", "gate_bias", "output_bias", "input_to_output"),
)
"""Parameters that PyTorch's form determines."""


class LSTM(TorchWeights, RecurrentBlock):
    """Up to 16 LSTM networks; parameters are those of `lstm_baseline.block.RecurrentBlock`.

    Attributes
    ----------
    params : LSTMParams
        By default `LSTMParams.modern`.
    circuit : Circuit
        Units, and places of their weights.

    Notes
    -----
    Activity carries over from call to call. In backpropagation through time, errors flow back through windows of
    `BPTT.window` steps, counted from the start of each epoch (or block of trials). Without learning, the sizes of
    blocks do not matter. With learning, blocks of whole windows give the same bits as one long block. Sizes do not
    matter for online rules, but with `Update.SEQUENCE` every block ends a sequence.

    In a record, a slot is a cell, and memory is its state s. Signals (network, step, slot): ``net_cell``,
    ``net_input``, ``net_forget``, ``net_output`` (of existing gates), ``squashed`` (h(s)), ``output`` (y_c),
    ``error_flow`` (∂s(t)/∂s(t−1) in the carousel). If gates subtract, `input_gate` and `output_gate` are effective
    gates (`lstm_baseline.gates.effective_gate`), and ``cell_input`` (g(net)), ``input_inhibition`` (y_in) and
    ``output_inhibition`` (y_out) are signals, too.

    Outcomes of networks that are not in the plain form (`lstm_baseline.network_form.Form`) have the measure ``error``:
    the largest error of an output unit at steps with a target, else NaN.

    With `Reward`, the signal ``reward_prediction`` (network, step) is the reward that the critic expects. While such
    networks learn, their responses at rewarded steps are drawn; otherwise, the response is the most active output.
    """

    name = "lstm"
    params_kind = LSTMParams
    default = LSTMParams.modern
    torch_layer = "lstm"
    torch_gates = ("input_gate", "forget_gate", "cell", "output_gate")

    @classmethod
    def _torch_params(cls, cells: int) -> LSTMParams:
        return LSTMParams.modern(blocks=cells)

    @classmethod
    def _check_form(cls, params: LSTMParams) -> None:
        as_torch = LSTMParams.modern()
        for name in FORM_OF_TORCH:
            value, wanted = getattr(params, name), getattr(as_torch, name)
            rule, remedy = "is not that of torch.nn.LSTM", f"set it to {wanted!r}"
            require(value == wanted, f"LSTMParams.{name}", value, rule, remedy, error=LSTMParameterError)

    @classmethod
    def _torch_biases(cls, stacked: Stacked) -> dict[str, NDArray[Any]]:
        input_gate, forget_gate, cell, output_gate = np.split((stacked.bias + stacked.second_bias)[:, None], 4)
        return {"bias": np.concatenate([cell, input_gate, forget_gate, output_gate])}

    def _stacked_biases(self, weights: Mapping[str, NDArray[Any]]) -> tuple[NDArray[Any], NDArray[Any]]:
        cell, input_gate, forget_gate, output_gate = np.split(weights["bias"][:, 0], 4)
        bias = np.concatenate([input_gate, forget_gate, cell, output_gate])
        return bias, np.zeros_like(bias)

    def _build(self) -> None:
        self.circuit = Circuit.of(self.spec, self.params)
        self._resets = self.params.reset_at_start or self.spec.resets_memory
        self._form = Form.of(self.params, self.spec.answer, resets=self._resets)
        self._rule = Rule.of(self.params)
        window = self._rule.window
        sizes = {"blocks": self.params.blocks, "cells_per_block": self.params.cells_per_block}
        self._require_room(self.circuit, sizes | self._size_of_window(window), window)
        self._layout = Layout.networks(self.circuit)
        self._online, self._until_error = isinstance(self.params.learning.rule, Truncated | EProp), False
        self._once = False
        self._state = State.of(self._layout, self.params.dtype, online=self._online)
        self._single: SingleNetwork | None = None
        self._critic, rule = None, self.params.learning.rule
        if isinstance(rule, Reward):
            require_abilities(
                self.spec,
                "an LSTM that learns from reward",
                analog=True,
                answers=[Choice],
                resets=True,
                error=LSTMTaskError,
            )
            wants, remedy = "requires the plain form with Adam", "start from LSTMParams.reward_only()"
            plain = Form.of(self.params, self.spec.answer).plain
            require(plain, "Learning.rule", rule, wants, remedy, error=LSTMParameterError)
            cells, precision = self.circuit.cells, self.params.dtype
            self._critic = Critic.of(cells, rule, self.seed, self._numbers, precision)
        for lane, network in enumerate(self._numbers):
            rng, largest = stream(self.seed, Purpose.WEIGHTS, network), self.params.initial_weight
            self._state.weights[:, lane] = self.circuit.initial(self.params, rng)
            if self._rule.random_feedback:
                feedback = self._state.online.feedback
                feedback[:, lane] = rng.uniform(-largest, largest, len(feedback))

    def _new_trace(self, steps: int) -> Trace:
        return Trace.of(self._layout, steps, self.params.dtype, plain=self._plain)

    def _lasting(self) -> dict[str, NDArray[Any]]:
        state, adam, carry = self._state, self._state.adam, self._state.carry
        lasting: dict[str, NDArray[Any]] = {"weights": state.weights, "gradient": state.gradient}
        lasting |= {f"adam {name}": rows for name, rows in adam._asdict().items()}
        if self._critic:
            lasting |= self._critic.lasting()
        if self._plain:
            return lasting | {"y_c": carry.y_c, "s": carry.s}
        lasting |= carry._asdict()
        return lasting | state.online._asdict() if self._online else lasting

    @property
    def _plain(self) -> bool:
        return self._form.plain

    @property
    def _groups(self) -> Groups:
        return self.circuit.groups

    @property
    def _window(self) -> int:
        return self._rule.window

    def run(
        self,
        block: TrialBlock,
        *,
        learn: bool = True,
        record: bool = False,
        until_error: bool = False,
        once: bool = False,
    ) -> Outcome:
        """Run every network through its stream.

        Further parameters and errors are those of `lstm_baseline.block.RecurrentBlock.run`.

        Parameters
        ----------
        until_error
            Whether a sequence ends with the first wrong response that counts (Gers, Schmidhuber & Cummins, 2000). The
            network is then idle (response −1) until the next start (`Trials.starts`), where it begins from 0. For
            online rules only.
        once
            Whether the network is then idle to the end of the block.

        Raises
        ------
        LSTMParameterError
            If `until_error` is set without an online rule.
        """
        rule, remedy = "learns by windows", "give the rule Truncated or EProp, or leave out `until_error`"
        rules = self.params.learning.rule
        require(self._online or not until_error, "Learning.rule", rules, rule, remedy, error=LSTMParameterError)
        self._until_error, self._once = until_error, until_error and once
        try:
            return super().run(block, learn=learn, record=record)
        finally:
            self._until_error = self._once = False

    def _stream(self, block: TrialBlock, rows: Rows) -> Stream:
        return super()._stream(steps_that_teach(self.params.learning.rule, block), rows)

    def _advance(self, stream: Stream, course: Course, trace: Trace, keep: bool, learn: bool) -> None:
        self._advance_by_rule(stream, course, trace, keep, learn)
        gathered = self._state.online.gathered[0] > 0 if self._online else np.zeros(BLOCK, np.bool_)
        self._state.gradient[:, ~gathered] = 0.0  # a used gradient depends on the block

    def _advance_by_rule(self, stream: Stream, course: Course, trace: Trace, keep: bool, learn: bool) -> None:
        whole, rows = self._rule.window == WHOLE, int(course.stop.max(initial=0))
        if self._critic:
            own = (self._layout, self._form, self._rule, self._state, self._critic)
            self._told = Told.of(len(trace.s) // self.circuit.cells - 1, self.params.dtype)
            run_reward(*own, stream, trace, self._told, course, keep, learn)
            return
        if self._plain and not whole and not keep and suits(self.circuit, self.networks, rows):
            self._single = self._single or SingleNetwork(self.circuit, self._form, self._rule, self.params.dtype)
            self._single.run(self._state, stream, course, self.networks, learn)
            return
        longest = int((course.stop - course.start).max(initial=0))
        if whole and not keep and longest * self._layout.cell_rows >= len(trace.y_c):
            self._trace = trace = self._new_trace(longest)
        of = (self._layout, self._form, self._rule, self._state, stream, trace, course, keep, learn)
        if self._online:
            self._advance_online(of, stream, course, learn)
        else:
            run_epochs(*of)

    def _advance_online(self, of: tuple[Any, ...], stream: Stream, course: Course, learn: bool) -> None:
        state, online = self._state, self._state.online
        if not learn:  # derivatives are no longer carried forward
            online.partials[:, course.limit > 0] = 0.0
        run_online(*of, self._until_error)
        for rows in (state.gradient, online.partials, online.gathered):
            rows[:, stream.fault[0] > 0] = 0.0  # values that are not finite would persist

    def _enter_extensions(self, stream: Stream, block: TrialBlock, rows: Rows) -> None:
        network, step, row = rows.network, rows.step, rows.row
        stream.wanted[:] = -1.0
        stream.wanted[row, network] = block.target[network, step]
        stream.starts[row, network] = block.starts[network, step]
        if self._resets:
            stream.resets[:] = stream.starts
        if self._once:  # a waiting network begins with the first start only
            lanes, first = np.arange(BLOCK), stream.starts.argmax(0)
            begins = stream.starts[first, lanes] * (self._state.online.waiting[0] > 0)
            stream.starts[:] = 0.0
            stream.starts[first, lanes] = begins
        answer = self.spec.answer
        if isinstance(answer, Several):
            allowed = block.allowed[network, step]
            shape = (-1, self.circuit.outputs, BLOCK)
            stream.allowed[: rows.count * self.circuit.outputs].reshape(shape)[row, :, network] = allowed
            if answer.all_taught:
                asked = stream.counts[row, network, None] > 0
                stream.desired[: rows.count * self.circuit.outputs].reshape(shape)[row, :, network] = allowed & asked
        if isinstance(answer, Quantity):
            right = block.quantity[network, step]
            stream.quantity[row, network] = right
            asked = stream.counts[row, network] > 0
            stream.desired[row, network] = np.where(asked, right + block.noise[network, step], 0.0)
        elif self.params.target_margin > 0:
            stream.desired[:] = within_margin(stream.desired, self.params)

    def _measures(self, stream: Stream, block: TrialBlock, rows: Rows) -> dict[str, NDArray[Any]]:
        if self._plain:
            return {}
        largest = rows.unlay(stream.largest, (self.networks, block.steps))
        asked = block.live & block.counts & (block.target >= 0)
        return {"error": np.where(asked, largest, np.array(np.nan, largest.dtype))}

    def with_memory(
        self, state: Mapping[str, NDArray[Any]], memory: NDArray[Any], outlet: NDArray[Any]
    ) -> dict[str, NDArray[Any]]:
        """A `state` with other contents in the cells, as if they had been there after the last step.

        Parameters
        ----------
        state
            A result of `state()`.
        memory, outlet : arrays (network, cell)
            The new states s_c, and the y_out that releases them.
        """
        subtracts = self.params.gating is Gating.SUBTRACT
        output = cell_output(self.params.h, memory, outlet, subtracts=subtracts)
        return dict(state) | {"s": memory.astype(self.dtype), "y_c": output.astype(self.dtype)}

    def anatomy(self) -> Anatomy:
        """Cells, gates and states by block."""
        return lstm_anatomy(self.circuit, self.spec, self.params.gating)

    def path_weights(self) -> dict[str, NDArray[np.floating]]:
        """See `RecurrentBlock.path_weights`."""
        return weights_of_parts(lstm_parts(self.circuit), self.weights())

    def _frames(self, trace: Trace) -> tuple[NDArray[np.floating], ...]:
        did, networks, cells = activity(self._layout, trace, 1, self.networks), self.networks, self.circuit.cells
        seen = trace.hidden if self.circuit.cells_seen else trace.y_c
        s, y_c = trace.s_before[:cells, :networks].T, seen[:cells, :networks].T
        there = {"input_gate": did.y_in, "forget_gate": did.y_phi, "output_gate": did.y_out}
        computed = np.concatenate([did.g[0], *(there[name][0] for name in self.circuit.gates)], axis=1)
        waiting = np.full_like(computed, np.nan)
        return (
            np.concatenate([waiting, s, y_c], axis=1),
            np.concatenate([computed, s, y_c], axis=1),
            np.concatenate([computed, did.s[0], y_c], axis=1),
            np.concatenate([computed, did.s[0], did.y_c[0]], axis=1),
        )

    def _record(self, trace: Trace, steps: int, live: NDArray[np.bool_]) -> GateRecord:
        did = activity(self._layout, trace, steps, self.networks)
        told = {"reward_prediction": self._told.v[:steps].T[: self.networks]} if self._critic else {}

        def per_cell(values: NDArray[Any]) -> NDArray[Any]:
            """(step, network, blocks or cells) as (network, step, cell); NaN beyond a stream."""
            repeats = self.circuit.cells // values.shape[2]
            cells = np.repeat(values.transpose(1, 0, 2), repeats, axis=2)
            return np.where(live[:, :, None], cells, np.array(np.nan, values.dtype))

        nets = {"net_cell": did.net_c, "net_input": did.net_in}
        nets |= {"net_forget": did.net_phi} if self.params.forget_gate else {}
        nets |= {"net_output": did.net_out} if self.params.output_gate else {}
        others = {"squashed": did.h, "output": did.y_c, "error_flow": did.error_flow}
        y_in, y_out = per_cell(did.y_in), per_cell(did.y_out)
        if self.params.gating is Gating.SUBTRACT:
            others |= {"cell_input": did.g, "input_inhibition": did.y_in, "output_inhibition": did.y_out}
            y_in, y_out = effective_gate(per_cell(did.g), y_in), effective_gate(per_cell(did.h), y_out)
        return GateRecord(
            model=self.name,
            slots=tuple(f"cell {c + 1}" for c in range(self.circuit.cells)),
            input_gate=y_in,
            forget_gate=per_cell(did.y_phi),
            output_gate=y_out,
            memory=per_cell(did.s)[..., None],
            signals={
                **{name: per_cell(values) for name, values in (nets | others).items()},
                **{name: np.where(live, v, np.array(np.nan, v.dtype)) for name, v in told.items()},
            },
        )
