"""The learner: a block of up to 16 LSTM networks built for one task."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.alone import Alone, suits
from lstm_baseline.circuit import Circuit
from lstm_baseline.errors import LSTMNumberError, LSTMParameterError, LSTMTrialsError, Stopped
from lstm_baseline.kernels.epoch import run_epochs
from lstm_baseline.layout import Layout
from lstm_baseline.learning import Activity, Form, Rule, activity
from lstm_baseline.params import LSTMParams
from lstm_baseline.state import State, Stream, Trace
from tasks.base.course import Course, Rows
from tasks.base.errors import require
from tasks.base.learner import BLOCK, Outcome
from tasks.base.record import GateRecord
from tasks.base.rng import Purpose, stream
from tasks.base.saving import Saveable, Snapshot, check_state
from tasks.base.task import TaskSpec, TrialBlock
from tasks.base.training import Lesson, Training

__all__ = ["LSTM"]

QUANTITIES = ("net input of cells and gates", "net input of outputs", "gradient")
"""What the rows of `Trace.doubt` watch."""


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
        self._form, self._rule = Form.of(self.params), Rule.of(self.params)
        self._layout = Layout.networks(self.circuit)
        self._state = State.of(self._layout, self.params.dtype)
        self._alone: Alone | None = None
        self._trace = Trace.of(self._layout, self._rule.window, self.params.dtype)
        for lane, replica in enumerate(replicas):
            rng = stream(seed, Purpose.WEIGHTS, replica)
            self._state.weights[:, lane] = self.circuit.initial(self.params, rng)

    @property
    def spec(self) -> TaskSpec:
        """The task the networks were built for."""
        return self._spec

    @property
    def replicas(self) -> int:
        """Number of networks."""
        return len(self._numbers)

    def _lasting(self) -> dict[str, NDArray[Any]]:
        """What lasts from run to run, by name: rows of 16, a column per network."""
        state, adam, carry = self._state, self._state.adam, self._state.carry
        rows = {"weights": state.weights, "gradient": state.gradient}
        return rows | {f"adam {name}": of for name, of in adam._asdict().items()} | carry._asdict()

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

    def run(self, block: TrialBlock, *, learn: bool = True, record: bool = False) -> Outcome:
        """Run every replica through its stream; learn on the way unless `learn` is False.

        Parameters
        ----------
        block
            One stream per replica. A replica whose stream has ended stays as it is, bit for bit.
        learn
            Whether weights change.
        record
            Whether the outcome has a `GateRecord`: a slot is a cell, memory is its state s, and the signals
            ``net_cell``, ``net_input``, ``net_forget``, ``net_output`` and ``output`` (y_c) are (replica, step, slot).
            Recording changes no result.

        Raises
        ------
        LSTMTrialsError
            If the block has another number of replicas or channels, or a symbol or target that the task does not.
        LSTMNumberError
            If NaN or infinity arose in a replica. It is left as it was after its last sound window, and the error is
            raised when the others, which it does not touch, have run to the end; `outcome` has what they did.
        """
        lesson = Lesson.of_one_epoch(block, len(self._spec.events))
        trace = Trace.of(self._layout, block.steps, self.params.dtype) if record else self._trace
        rows, stream, _ = self._run(lesson, bool(learn), trace)
        stopped = self._stopped(stream, rows, lesson)
        if stopped:
            fault = stream.fault[0, : self.replicas].astype(np.intp)
            block = replace(block, length=np.where(fault > 0, fault - 1, block.length))
        response = rows.unlay(stream.response, (self.replicas, block.steps)).astype(np.int16)
        did = activity(self.circuit, trace, block.steps, self.replicas) if record else None
        outcome = Outcome.of(block, response, record=None if did is None else self._record(did, block.live))
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
        rows, stream, course = self._run(lesson, True, self._trace)
        training, stopped = course.training(lesson), self._stopped(stream, rows, lesson)
        if stopped:
            raise LSTMNumberError(stopped, training)
        return training

    def _run(self, lesson: Lesson, learn: bool, trace: Trace) -> tuple[Rows, Stream, Course]:
        """Run a lesson; `trace` is the learner's own, or has room for all of it, to be kept."""
        lesson.trials.check_fits(self._spec, self.replicas, LSTMTrialsError)
        rows = Rows.aligned(lesson)
        stream, course, keep = self._stream(lesson.trials, rows), Course.of(lesson, rows), trace is not self._trace
        if suits(self.circuit, self.replicas, lesson.trials.steps) and not keep:
            self._alone = self._alone or Alone(self.circuit, self._form, self._rule, self.params.dtype)
            self._alone.run(self._state, stream, course, self.replicas, learn)
        else:
            run_epochs(self._layout, self._form, self._rule, self._state, stream, trace, course, keep, learn)
        return rows, stream, course

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
        stream = Stream.of(self._layout, count, self.params.dtype)
        inputs = stream.inputs[: count * self.circuit.inputs].reshape(count, self.circuit.inputs, BLOCK)
        offset = 0
        for i, channel in enumerate(self._spec.channels):
            symbol = block.symbols[replica, step, i]
            shown = symbol >= 0
            inputs[row[shown], offset + symbol[shown], replica[shown]] = 1.0
            offset += len(channel.symbols)
        target = block.target[replica, step]
        asked = block.counts[replica, step] & (target >= 0)
        desired = stream.desired[: count * self.circuit.outputs].reshape(count, self.circuit.outputs, BLOCK)
        desired[row[asked], target[asked], replica[asked]] = 1.0
        stream.counts[row[asked], replica[asked]] = 1.0
        return stream

    def _record(self, did: Activity, live: NDArray[np.bool_]) -> GateRecord:
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
            },
        )
