"""The learner: a block of up to 16 LSTM networks built for one task."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.alone import Alone, suits
from lstm_baseline.circuit import Circuit
from lstm_baseline.critic import Critic, Told
from lstm_baseline.kernels.epoch import run_epochs
from lstm_baseline.kernels.reward import run_reward
from lstm_baseline.layout import Layout
from lstm_baseline.learning import Form, Rule, activity
from lstm_baseline.networks import Networks
from lstm_baseline.params import LSTMParams
from lstm_baseline.rules import Reward
from lstm_baseline.state import State, Stream, Trace
from lstm_baseline.weights import Groups
from tasks.base.course import Course, Rows
from tasks.base.record import GateRecord
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock

__all__ = ["LSTM"]


class LSTM(Networks):
    """Up to 16 LSTM networks; parameters are those of `lstm_baseline.networks.Networks`.

    Attributes
    ----------
    params : LSTMParams
        `LSTMParams.modern` if not given.
    circuit : Circuit
        What units there are and where their weights lie (`Circuit.groups`).

    Notes
    -----
    Activity carries over from call to call, errors do not: they flow back through windows of `BPTT.window` steps,
    counted from the start of each epoch (a block of trials is one), and are cut at their edges and at its end. So
    stepping (blocks of one step) gives the same activity as one long block without learning, and one-step errors with
    it.

    In a record a slot is a cell, memory is its state s, and the signals ``net_cell``, ``net_input``, ``net_forget``,
    ``net_output`` and ``output`` (y_c) are (replica, step, slot). Networks that learn from reward record
    ``reward_prediction`` too, the reward that their critic expects, (replica, step).

    Those draw their responses at rewarded steps while they learn, and are judged by what they have drawn. Without
    learning, as everywhere else, the response is the most active output.

    Networks run side by side in lanes, or, where they are few, one after the other with their units in lanes
    (`lstm_baseline.alone.suits`). That is a matter of speed: results are the same, bit for bit.
    """

    name = "lstm"
    params_kind = LSTMParams
    default = LSTMParams.modern

    def _build(self) -> None:
        self.circuit = Circuit.of(self._spec, self.params)
        self._form, self._rule = Form.of(self.params), Rule.of(self.params)
        self._layout = Layout.networks(self.circuit)
        self._state = State.of(self._layout, self.params.dtype)
        self._alone: Alone | None = None
        self._critic, rule = None, self.params.learning.rule
        if isinstance(rule, Reward):
            cells, precision = self.circuit.cells, self.params.dtype
            self._critic = Critic.of(cells, rule, self.seed, self._numbers, precision)
        for lane, replica in enumerate(self._numbers):
            rng = stream(self.seed, Purpose.WEIGHTS, replica)
            self._state.weights[:, lane] = self.circuit.initial(self.params, rng)

    def _new_trace(self, steps: int) -> Trace:
        return Trace.of(self._layout, steps, self.params.dtype)

    def _lasting(self) -> dict[str, NDArray[Any]]:
        state, adam, carry = self._state, self._state.adam, self._state.carry
        lasting: dict[str, NDArray[Any]] = {"weights": state.weights, "gradient": state.gradient}
        lasting |= {f"adam {name}": rows for name, rows in adam._asdict().items()} | carry._asdict()
        return lasting | (self._critic.lasting() if self._critic else {})

    @property
    def _groups(self) -> Groups:
        return self.circuit.groups

    @property
    def _window(self) -> int:
        return self._rule.window

    def _stream(self, block: TrialBlock, rows: Rows) -> Stream:
        rule = self.params.learning.rule
        by_task = isinstance(rule, Reward) and not rule.every_step
        return super()._stream(replace(block, counts=block.rewarded) if by_task else block, rows)

    def _advance(self, stream: Stream, course: Course, trace: Trace, keep: bool, learn: bool) -> None:
        if self._critic:
            of = (self._layout, self._form, self._rule, self._state, self._critic)
            self._told = Told.of(len(trace.s) // self.circuit.cells - 1, self.params.dtype)
            run_reward(*of, stream, trace, self._told, course, keep, learn)
        elif suits(self.circuit, self.replicas, int(course.stop.max(initial=0))) and not keep:
            self._alone = self._alone or Alone(self.circuit, self._form, self._rule, self.params.dtype)
            self._alone.run(self._state, stream, course, self.replicas, learn)
        else:
            run_epochs(self._layout, self._form, self._rule, self._state, stream, trace, course, keep, learn)

    def _record(self, trace: Trace, steps: int, live: NDArray[np.bool_]) -> GateRecord:
        did = activity(self.circuit, trace, steps, self.replicas)
        told = {"reward_prediction": self._told.v[:steps].T[: self.replicas]} if self._critic else {}

        def per_cell(values: NDArray[Any]) -> NDArray[Any]:
            """(step, network, blocks or cells) as (replica, step, cell); NaN beyond a stream's length."""
            repeats = self.circuit.cells // values.shape[2]
            cells = np.repeat(values.transpose(1, 0, 2), repeats, axis=2)
            return np.where(live[:, :, None], cells, np.array(np.nan, values.dtype))

        return GateRecord(
            model=self.name,
            slots=tuple(f"cell {c + 1}" for c in range(self.circuit.cells)),
            input_gate=per_cell(did.y_in),
            forget_gate=per_cell(did.y_phi),
            output_gate=per_cell(did.y_out),
            memory=per_cell(did.s)[..., None],
            signals={
                "net_cell": per_cell(did.net_c),
                "net_input": per_cell(did.net_in),
                "net_forget": per_cell(did.net_phi),
                "net_output": per_cell(did.net_out),
                "output": per_cell(did.y_c),
                **{name: np.where(live, v, np.array(np.nan, v.dtype)) for name, v in told.items()},
            },
        )
