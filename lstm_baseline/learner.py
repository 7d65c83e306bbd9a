"""The learner: a block of up to 16 LSTM networks built for one task."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.alone import Alone, suits
from lstm_baseline.circuit import Circuit
from lstm_baseline.errors import LSTMNumberError, LSTMParameterError, LSTMTrialsError, Stopped
from lstm_baseline.form import WHOLE, Form, Rule
from lstm_baseline.kernels.epoch import run_epochs
from lstm_baseline.kernels.online import run_online
from lstm_baseline.layout import Layout
from lstm_baseline.learning import Activity, activity
from lstm_baseline.params import LSTMParams
from lstm_baseline.rules import BPTT
from lstm_baseline.state import State, Stream, Trace
from tasks.base.course import Course, Rows
from tasks.base.errors import require
from tasks.base.learner import BLOCK, Outcome
from tasks.base.record import GateRecord
from tasks.base.rng import Purpose, stream
from tasks.base.saving import Saveable, Snapshot, check_state
from tasks.base.task import Quantity, Several, TaskSpec, TrialBlock
from tasks.base.training import Lesson, Training

__all__ = ["LSTM"]

QUANTITIES = ("net input of cells and gates", "net input of outputs", "gradient")
"""What the rows of `Trace.doubt` watch."""
FIRST_ROOM = 1024
"""Steps that a trace has room for at first, where a window is as long as any epoch."""


class LSTM(Saveable):
    """Up to 16 LSTM networks, each with weights, stream and clock of its own. Implements `tasks.base.learner.Learner`.

    Parameters
    ----------
    spec
        The task they are built for.
    replicas
        Numbers of the networks, which address their first weights; 1 to 16 of them. For more networks, see
        `tasks.base.learner.Population`.
    seed
        Root seed of the study.
    params
        Form, size and learning; `LSTMParams.modern` if not given.

    Attributes
    ----------
    params : LSTMParams
    circuit : Circuit
        What units there are and where their weights lie.

    Notes
    -----
    Activity carries over from call to call, errors do not: they flow back through windows of `BPTT.window` steps,
    counted from the start of each epoch (a block of trials is one), and are cut at their edges and at its end. So
    stepping (blocks of one step) gives the same activity as one long block without learning, and one-step errors with
    it.

    Networks run side by side in lanes, or, where they are few, one after the other with their units in lanes
    (`lstm_baseline.alone.suits`). That is a matter of speed: results are the same, bit for bit.
    """

    name = "lstm"
    params_kind = LSTMParams

    def __init__(
        self, spec: TaskSpec, *, replicas: range = range(BLOCK), seed: int = 0, params: LSTMParams | None = None
    ) -> None:
        require(
            1 <= len(replicas) <= BLOCK,
            "LSTM.replicas",
            replicas,
            f"must number 1 to {BLOCK}",
            "make larger populations of such blocks with tasks.base.learner.Population",
            error=LSTMParameterError,
        )
        self.params = LSTMParams.modern() if params is None else params
        self.circuit = Circuit.of(spec, self.params)
        self._spec, self.seed, self._numbers = spec, seed, replicas
        self._form, self._rule = Form.of(self.params, spec.answer), Rule.of(self.params)
        self._layout = Layout.networks(self.circuit)
        self._online = not isinstance(self.params.learning.rule, BPTT)
        self._state = State.of(self._layout, self.params.dtype, online=self._online)
        self._alone: Alone | None = None
        self._trace = self._room(min(self._rule.window, FIRST_ROOM))
        for lane, replica in enumerate(replicas):
            rng, largest = stream(seed, Purpose.WEIGHTS, replica), self.params.initial_weight
            self._state.weights[:, lane] = self.circuit.initial(self.params, rng)
            if self._rule.random_feedback:
                feedback = self._state.online.feedback
                feedback[:, lane] = rng.uniform(-largest, largest, len(feedback))

    @property
    def spec(self) -> TaskSpec:
        """The task the networks were built for."""
        return self._spec

    @property
    def replicas(self) -> int:
        """Number of networks."""
        return len(self._numbers)

    def _room(self, steps: int) -> Trace:
        """A trace of so many steps."""
        return Trace.of(self._layout, steps, self.params.dtype, plain=self._form.plain)

    def _lasting(self) -> dict[str, NDArray[Any]]:
        """What lasts from run to run, by name: rows of 16, a column per network."""
        state, adam, carry = self._state, self._state.adam, self._state.carry
        rows = {"weights": state.weights, "gradient": state.gradient}
        rows |= {f"adam {name}": of for name, of in adam._asdict().items()}
        if self._form.plain:
            return rows | {"y_c": carry.y_c, "s": carry.s}
        return rows | carry._asdict() | (state.online._asdict() if self._online else {})

    def state(self) -> dict[str, NDArray[Any]]:
        """All that the networks are, by name, each an array (replica, …): equal if the networks are."""
        return {name: rows[:, : self.replicas].T.copy() for name, rows in self._lasting().items()}

    def set_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Make the networks what `state` says, which `state()` of like networks has given.

        Raises
        ------
        SavedFileError
            If it is not the state of such networks; nothing is set then.
        """
        check_state(self.name, state, self.state())
        for name, rows in self._lasting().items():
            rows[:, : self.replicas] = state[name].T

    def snapshot(self) -> Snapshot:
        """All that the networks are now, copied."""
        return Snapshot(
            model=self.name,
            spec=self.spec,
            params=self.params,
            seed=self.seed,
            replicas=self._numbers,
            dtype=self.params.dtype,
            state=self.state(),
        )

    @classmethod
    def from_snapshot(cls, snapshot: Snapshot, **options: Any) -> Self:
        """The networks of a snapshot, which go on as those it was taken of, bit for bit. There are no options.

        Raises
        ------
        SavedFileError
            If the state is not that of such networks.
        """
        of = snapshot
        learner = cls(of.spec, replicas=of.replicas, seed=of.seed, params=of.params, **options)
        learner.set_state(of.state)
        return learner

    def weights(self) -> dict[str, NDArray[Any]]:
        """Copies of the weights by name (`Circuit.groups`), each (replica, row, column)."""
        return self.circuit.unpacked(self._state.weights, self.replicas)

    def set_weights(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Set weights by name, each (replica, row, column). Names not given, activity and Adam's memory stay.

        Raises
        ------
        UnknownNameError
            If the circuit has no weights of a name.
        LSTMWeightsError
            If an array has the wrong shape, or holds NaN or infinity; nothing is set then.
        """
        self.circuit.pack_into(self._state.weights, weights, self._numbers)

    def run(self, block: TrialBlock, *, learn: bool = True, record: bool = False, until_error: bool = False) -> Outcome:
        """Run every replica through its stream; learn on the way unless `learn` is False.

        Parameters
        ----------
        block
            One stream per replica. A replica whose stream has ended stays as it is, bit for bit.
        learn
            Whether weights change.
        record
            Whether the outcome has a `GateRecord`: a slot is a cell, memory is its state s, and the signals
            ``net_cell``, ``net_input``, ``net_forget``, ``net_output`` (of the gates that there are), ``squashed``
            (h(s_c)), ``output`` (y_c) and ``error_flow`` (∂s(t)/∂s(t−1) in the carousel) are (replica, step, slot).
            Recording changes no result.
        until_error
            Whether a sequence ends with the first wrong response that counts, as in Gers, Schmidhuber & Cummins (2000):
            the network then rests until the next sequence starts (`Trials.starts`), and begins it from 0. Steps that
            it misses have response −1. For rules that learn online.

        Returns
        -------
        Outcome
            Of networks that are not in the plain form (`lstm_baseline.form.Form`), with the measure ``error``: the
            largest error of an output unit at steps with a target, NaN elsewhere.

        Raises
        ------
        LSTMParameterError
            If a network that does not learn online is to run `until_error`.
        LSTMTrialsError
            If the block has another number of replicas or channels, or a symbol or target that the task does not.
        LSTMNumberError
            If NaN or infinity arose in a replica. It is left as it was after its last sound window, and the error is
            raised when the others, which it does not touch, have run to the end; `outcome` has what they did.
        """
        rule, remedy = "learns by windows", "give the rule Truncated or EProp, or leave out `until_error`"
        rules = self.params.learning.rule
        require(self._online or not until_error, "Learning.rule", rules, rule, remedy, error=LSTMParameterError)
        lesson = Lesson.of_one_epoch(block, len(self._spec.events))
        trace = self._room(block.steps) if record else None
        rows, stream, _ = self._run(lesson, bool(learn), trace, until_error)
        stopped = self._stopped(stream, rows, lesson)
        if stopped:
            fault = stream.fault[0, : self.replicas].astype(np.intp)
            block = replace(block, length=np.where(fault > 0, fault - 1, block.length))
        response = rows.unlay(stream.response, (self.replicas, block.steps)).astype(np.int16)
        measures = self._measures(stream, rows, block)
        did = None if trace is None else activity(self._layout, trace, stream, block.steps, self.replicas)
        seen = None if did is None else self._record(did, block.live)
        outcome = Outcome.of(block, response, measures=measures, record=seen)
        if stopped:
            raise LSTMNumberError(stopped, outcome)
        return outcome

    def train(self, lesson: Lesson) -> Training:
        """Train every replica through its epochs, or until it has reached the criterion, inside one call.

        Raises
        ------
        LSTMTrialsError
            If the trials have another number of replicas or channels, or a symbol or target that the task does not.
        LSTMNumberError
            As in `run`; `outcome` is the training.
        """
        rows, stream, course = self._run(lesson, True)
        training, stopped = course.training(lesson), self._stopped(stream, rows, lesson)
        if stopped:
            raise LSTMNumberError(stopped, training)
        return training

    def _run(
        self, lesson: Lesson, learn: bool, trace: Trace | None = None, until_error: bool = False
    ) -> tuple[Rows, Stream, Course]:
        """Run a lesson; a `trace` that is given has room for all of it, and keeps it."""
        lesson.trials.check_fits(self._spec, self.replicas, LSTMTrialsError)
        rows, keep = Rows.aligned(lesson), trace is not None
        stream, course = self._stream(lesson.trials, rows), Course.of(lesson, rows)
        fits = self._form.plain and self._rule.window < WHOLE and suits(self.circuit, self.replicas, rows.count)
        if fits and not keep:
            self._alone = self._alone or Alone(self.circuit, self._form, self._rule, self.params.dtype)
            self._alone.run(self._state, stream, course, self.replicas, learn)
            return rows, stream, course
        if self._rule.window == WHOLE and rows.longest > FIRST_ROOM:
            self._trace = self._room(rows.longest)
        of = (self._layout, self._form, self._rule, self._state, stream, trace or self._trace, course, keep, learn)
        if self._online:
            if not learn:
                self._state.online.partials[:, : self.replicas][:, lesson.trials.length > 0] = 0.0
            run_online(*of, until_error)
            ill = np.flatnonzero(stream.fault[0] > 0)
            for rows_of in (self._state.gradient, self._state.online.partials, self._state.online.gathered):
                rows_of[:, ill] = 0.0  # what is not finite there would stay
        else:
            run_epochs(*of)
        return rows, stream, course

    def _measures(self, stream: Stream, rows: Rows, block: TrialBlock) -> dict[str, NDArray[Any]]:
        if self._form.plain:
            return {}
        largest = rows.unlay(stream.largest, (self.replicas, block.steps))
        asked = block.live & block.counts & (block.target >= 0)
        return {"error": np.where(asked, largest, np.array(np.nan, largest.dtype))}

    def _stopped(self, stream: Stream, rows: Rows, lesson: Lesson) -> tuple[Stopped, ...]:
        """The replicas in which a number was not finite."""
        found = []
        for lane in np.flatnonzero(stream.fault[0, : self.replicas]):
            row, what = (int(x) for x in stream.fault[:, lane])
            epoch = int(np.searchsorted(rows.start[lane], row - 1, side="right"))
            first = row - int(rows.start[lane, epoch - 1])
            last = min(first + self._rule.window - 1, int(rows.stop[lane, epoch - 1] - rows.start[lane, epoch - 1]))
            found.append(Stopped(self._numbers[lane], first, last, QUANTITIES[what], lesson.number(epoch)))
        return tuple(found)

    def _stream(self, block: TrialBlock, rows: Rows) -> Stream:
        """The block as the kernels take it: one unit per symbol of every channel; a silent channel activates none."""
        count, replica, step, row = rows.count, rows.replica, rows.step, rows.row
        stream = Stream.of(self._layout, count, self.params.dtype, plain=self._form.plain)
        inputs = stream.inputs[: count * self.circuit.inputs].reshape(count, self.circuit.inputs, BLOCK)
        offset = 0
        for i, channel in enumerate(self._spec.channels):
            symbol = block.symbols[replica, step, i]
            shown = symbol >= 0
            inputs[row[shown], offset + symbol[shown], replica[shown]] = 1.0
            offset += len(channel.symbols)
        inputs[row, offset:, replica] = block.values[replica, step]
        target = block.target[replica, step]
        asked = block.counts[replica, step] & (target >= 0)
        desired = stream.desired[: count * self.circuit.outputs].reshape(count, self.circuit.outputs, BLOCK)
        desired[row[asked], target[asked], replica[asked]] = 1.0
        stream.counts[row[asked], replica[asked]] = 1.0
        if not self._form.plain:
            self._enter_further(stream, block, rows)
        return stream

    def _enter_further(self, stream: Stream, block: TrialBlock, rows: Rows) -> None:
        """What only forms that are not plain look at: starts of sequences, and answers other than a choice."""
        replica, step, row = rows.replica, rows.step, rows.row
        stream.wanted[:] = -1.0
        stream.wanted[row, replica] = block.target[replica, step]
        stream.starts[row, replica] = block.starts[replica, step]
        if self.params.reset_at_start:
            stream.resets[:] = stream.starts
        if isinstance(self._spec.answer, Several):
            allowed = stream.allowed.reshape(-1, self.circuit.outputs, BLOCK)
            allowed[row, :, replica] = block.allowed[replica, step]
        if isinstance(self._spec.answer, Quantity):
            right = block.quantity[replica, step]
            stream.quantity[row, replica] = right
            asked = stream.counts[row, replica] > 0
            taught = np.where(asked, right + block.noise[replica, step], 0.0)
            stream.desired.reshape(-1, 1, BLOCK)[row, 0, replica] = taught

    def _record(self, did: Activity, live: NDArray[np.bool_]) -> GateRecord:
        def per_cell(values: NDArray[Any]) -> NDArray[Any]:
            """(step, network, blocks or cells) as (replica, step, cell); NaN beyond a stream's length."""
            repeats = self.circuit.cells // values.shape[2]
            cells = np.repeat(values.transpose(1, 0, 2), repeats, axis=2)
            return np.where(live[:, :, None], cells, np.array(np.nan, values.dtype))

        nets = {"net_cell": did.net_c, "net_input": did.net_in}
        nets |= {"net_forget": did.net_phi} if self.params.forget_gate else {}
        nets |= {"net_output": did.net_out} if self.params.output_gate else {}
        others = {"squashed": did.h, "output": did.y_c, "error_flow": did.error_flow}
        return GateRecord(
            model=self.name,
            slots=tuple(f"cell {c + 1}" for c in range(self.circuit.cells)),
            input_gate=per_cell(did.y_in),
            forget_gate=per_cell(did.y_phi),
            output_gate=per_cell(did.y_out),
            memory=per_cell(did.s)[..., None],
            signals={name: per_cell(values) for name, values in (nets | others).items()},
        )
