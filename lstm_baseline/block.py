"""A block of up to 16 recurrent networks: the learner interface of this package."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.errors import LSTMNumberError, LSTMParameterError, LSTMTrialsError
from lstm_baseline.layout import Layout
from lstm_baseline.network_form import WHOLE
from lstm_baseline.state import Stream
from lstm_baseline.weights import Groups, pack_into, unpacked
from tasks.base.anatomy import Anatomy, Observation
from tasks.base.errors import require
from tasks.base.handling import with_progress
from tasks.base.learner import BLOCK, Outcome, Stopped
from tasks.base.record import GateRecord
from tasks.base.saving import Snapshot, require_in_state
from tasks.base.task import TaskSpec, TrialBlock
from tasks.base.training import FittedLesson, Lesson, Training
from tasks.engine.block import Block
from tasks.engine.lesson_rows import Course, Rows
from tasks.engine.size_limits import require_room

__all__ = ["RecurrentBlock"]

QUANTITIES = ("net input of cells and gates", "net input of outputs", "gradient")
"""Quantities that the rows of `Trace.doubt` check."""
NOT_NEGATIVE = ("adam v", "adam clock", "sequences", "responses given")
"""Endings of names of state arrays without negative numbers."""
FIRST_ROOM = 1024
"""Initial room, in steps, for a window as long as any epoch."""


class RecurrentBlock(Block):
    """Up to 16 networks of one kind, each with its own weights, stream and clock (`tasks.base.learner.Learner`).

    Each kind defines `_build`, its kernel (`_advance`), its persistent state (`_lasting`), and `_record`.

    Parameters
    ----------
    spec
        The task.
    networks
        Numbers of 1 to 16 networks, which address initial weights.
    seed
        Root seed of the study.
    params
        Form, size and learning; by default those of the kind.
    """

    parameter_error = LSTMParameterError
    trials_error = LSTMTrialsError
    default: ClassVar[Any]
    """Makes default parameters."""

    _layout: Layout
    _state: Any
    _trace: Any

    def __init__(
        self, spec: TaskSpec, *, networks: range = range(BLOCK), seed: int = 0, params: Any | None = None
    ) -> None:
        params = type(self).default() if params is None else params
        dtype = getattr(params, "dtype", "float32")  # the check of parameters rejects other objects
        super().__init__(spec, networks=networks, seed=seed, params=params, dtype=dtype)
        self._resets = spec.resets_memory
        self._build()
        self._trace = self._new_trace(FIRST_ROOM if self._window == WHOLE else self._window)

    def _require_room(self, circuit: Any, sizes: Mapping[str, int], window: int = 1) -> None:
        """Raise `LSTMParameterError`, naming the largest of `sizes`, if networks are too large."""
        steps = FIRST_ROOM if window == WHOLE else window
        numbers = circuit.weights + steps * (circuit.inputs + 16 * circuit.cells + circuit.outputs)
        field = max(sizes, key=lambda name: sizes[name])
        require_room(f"{type(self.params).__name__}.{field}", sizes[field], numbers, LSTMParameterError)

    def _size_of_window(self, window: int) -> dict[str, int]:
        return {} if window == WHOLE else {"learning.rule.window": window}

    @abstractmethod
    def _build(self) -> None:
        """Make circuit, layout, and state with initial weights."""

    @abstractmethod
    def _new_trace(self, steps: int) -> Any:
        """Room for the activity of `steps` steps."""

    @abstractmethod
    def _advance(self, stream: Stream, course: Course, trace: Any, keep: bool, learn: bool) -> None:
        """Run the networks through a course; `trace` has room for all steps if they are kept (`keep`)."""

    @abstractmethod
    def _lasting(self) -> dict[str, NDArray[Any]]:
        """Persistent state by name: rows of 16."""

    @abstractmethod
    def _record(self, trace: Any, steps: int, live: NDArray[np.bool_]) -> GateRecord:
        """Gates and memory of `steps` steps; `live` (network, step) marks the streams."""

    @property
    def _plain(self) -> bool:
        """Whether the task needs neither resets nor other extensions."""
        return not self.spec.resets_memory

    def _enter_extensions(self, stream: Stream, block: TrialBlock, rows: Rows) -> None:
        stream.resets[rows.row, rows.network] = block.starts[rows.network, rows.step]

    def _measures(self, stream: Stream, block: TrialBlock, rows: Rows) -> dict[str, NDArray[Any]]:  # noqa: ARG002
        return {}

    @property
    @abstractmethod
    def _groups(self) -> Groups:
        """Where the weights of each name lie."""

    @property
    @abstractmethod
    def _window(self) -> int:
        """Steps between the kernel's checks for finite numbers."""

    def state(self) -> dict[str, NDArray[Any]]:
        """The complete state by name, each array (network, …)."""
        return {name: rows[:, : self.networks].T.copy() for name, rows in self._lasting().items()}

    def _check_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        for name, values in state.items():
            if name.endswith(NOT_NEGATIVE):
                require_in_state(name, values, values >= 0, "must be at least 0")

    def _put(self, state: Mapping[str, NDArray[Any]]) -> None:
        for name, rows in self._lasting().items():
            rows[:, : self.networks] = state[name].T

    @classmethod
    def _given(cls, snapshot: Snapshot) -> dict[str, Any]:  # noqa: ARG003  # the precision is among the parameters
        return {}

    def weights(self) -> dict[str, NDArray[Any]]:
        """Copies of the weights by name, each (network, row, column)."""
        return unpacked(self._groups, self._state.weights, self.networks)

    def set_weights(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Set weights by name, each (network, row, column).

        Raises
        ------
        UnknownNameError
            If the circuit has no weights of a name.
        LSTMWeightsError
            If an array has the wrong shape, holds NaN or infinity, or has a weight other than 0 where the circuit has
            none. Nothing is then set.
        """
        pack_into(self._groups, self._state.weights, weights, self._numbers)

    def run(self, block: TrialBlock, *, learn: bool = True, record: bool = False) -> Outcome:
        """Run every network through its stream.

        Parameters
        ----------
        block
            One stream per network. A network whose stream has ended does not change.
        learn
            Whether weights change.
        record
            Whether the outcome has a `GateRecord`.

        Raises
        ------
        LSTMTrialsError
            If the block has another number of networks or channels, or a symbol or target that the task lacks.
        LSTMNumberError
            If NaN or infinity arose in a network, which then keeps its state after the last finite window. The others
            finish; `outcome` has their results.
        """
        lesson = self._fitted_block(block)
        return self._ran(lesson, learn, self._new_trace(lesson.trials.steps) if record else self._trace)[0]

    def _ran(self, lesson: FittedLesson, learn: bool, trace: Any) -> tuple[Outcome, Stream]:
        """Run a lesson; a trace that is given is kept as the record."""
        record, block = trace is not self._trace, lesson.trials
        rows, stream, _ = self._run(lesson, bool(learn), trace)
        stopped = self._stopped(stream, rows, lesson)
        if stopped:
            fault = stream.fault[0, : self.networks].astype(np.intp)
            block = replace(block, length=np.where(fault > 0, fault - 1, block.length))
        response = rows.unlay(stream.response, (self.networks, block.steps)).astype(np.int16)
        seen = self._record(trace, block.steps, block.live) if record else None
        if seen is not None and self._resets:
            seen = replace(seen, resets=block.starts & block.live)
        outcome = Outcome.of(block, response, measures=self._measures(stream, block, rows), record=seen)
        if stopped:
            raise LSTMNumberError(stopped, outcome)
        return outcome, stream

    @abstractmethod
    def anatomy(self) -> Anatomy:
        """Layers, projections, and phases of a step."""

    @abstractmethod
    def path_weights(self) -> dict[str, NDArray[np.floating]]:
        """Weights by projection, each (network, receiver, contact)."""

    @abstractmethod
    def _frames(self, trace: Any) -> tuple[NDArray[np.floating], ...]:
        """Activity between input and output after each phase, each (network, unit)."""

    def observe_step(self, block: TrialBlock, *, learn: bool = True) -> Observation:
        """Run a block of one step; return the activity of all layers by phase.

        Raises
        ------
        LSTMTrialsError
            If the block has more than one step, or does not fit the networks.
        """
        lesson = self._fitted_block(block)
        steps, rule, remedy = lesson.trials.steps, "must be 1", "cut the block into steps"
        require(steps == 1, "observe_step: steps", steps, rule, remedy, error=LSTMTrialsError)
        trace, networks = self._new_trace(1), self.networks
        outcome, stream = self._ran(lesson, learn, trace)
        shown = stream.inputs[: self._layout.inputs, :networks].T
        said = trace.y_k[: self._layout.output_rows, :networks].T
        silent = np.full_like(said, np.nan)
        frames = self._frames(trace)
        last = len(frames) - 1
        parts = [[shown, frame, said if i == last else silent] for i, frame in enumerate(frames)]
        activity = np.stack([np.concatenate(part, axis=1) for part in parts], axis=1)
        return Observation(outcome=outcome, activity=activity)

    def train(self, lesson: Lesson, *, progress: bool = False) -> Training:
        """Train every network through its epochs, or to criterion.

        With `progress`, training consists of several calls, and standard error shows it.

        Raises
        ------
        LSTMTrialsError, LSTMNumberError
            As in `run`; `outcome` is the training.
        """
        if progress:
            return with_progress(self, lesson)
        lesson = self._fitted(lesson)
        rows, stream, course = self._run(lesson, True, self._trace)
        training, stopped = course.training(lesson), self._stopped(stream, rows, lesson)
        if stopped:
            raise LSTMNumberError(stopped, training)
        return self.noted(training)

    def _run(self, lesson: FittedLesson, learn: bool, trace: Any) -> tuple[Rows, Stream, Course]:
        rows = Rows.aligned(lesson)
        stream, course = self._stream(lesson.trials, rows), Course.of(lesson, rows)
        self._advance(stream, course, trace, trace is not self._trace, learn)
        return rows, stream, course

    def _stopped(self, stream: Stream, rows: Rows, lesson: Lesson) -> tuple[Stopped, ...]:
        found = []
        for lane in np.flatnonzero(stream.fault[0, : self.networks]):
            row, what = (int(x) for x in stream.fault[:, lane])
            epoch = int(np.searchsorted(rows.start[lane], row - 1, side="right"))
            first = row - int(rows.start[lane, epoch - 1])
            last = min(first + self._window - 1, int(rows.stop[lane, epoch - 1] - rows.start[lane, epoch - 1]))
            model, number = type(self).__name__, lesson.number(epoch)
            found.append(
                Stopped(
                    network=self._numbers[lane],
                    quantity=QUANTITIES[what],
                    epoch=number,
                    first=first,
                    last=last,
                    model=model,
                )
            )
        return tuple(found)

    def _stream(self, block: TrialBlock, rows: Rows) -> Stream:
        """The block for kernels: an input unit per symbol and value."""
        count, network, step, row = rows.count, rows.network, rows.step, rows.row
        n_x, n_k = self._layout.inputs, self._layout.outputs
        stream = Stream.of(self._layout, count, self.params.dtype, plain=self._plain)
        inputs = stream.inputs[: count * n_x].reshape(count, n_x, BLOCK)
        offset = 0
        for i, channel in enumerate(self.spec.channels):
            symbol = block.symbols[network, step, i]
            shown = symbol >= 0
            inputs[row[shown], offset + symbol[shown], network[shown]] = 1.0
            offset += len(channel.symbols)
        if offset < n_x:
            inputs[row, offset:, network] = block.values[network, step]
        target = block.target[network, step]
        asked = block.counts[network, step] & (target >= 0)
        desired = stream.desired[: count * n_k].reshape(count, n_k, BLOCK)
        desired[row[asked], target[asked], network[asked]] = 1.0
        stream.counts[row[asked], network[asked]] = 1.0
        if not self._plain:
            self._enter_extensions(stream, block, rows)
        return stream
