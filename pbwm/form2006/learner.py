"""PBWM of 2006 as a learner."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pbwm.block import PBWMBlock
from pbwm.form2006.anatomy import anatomy
from pbwm.form2006.circuit import build_circuit
from pbwm.form2006.compilation import compile_circuit, synaptic
from pbwm.form2006.interventions import KINDS, alive_units, forced_gates, manipulated_net, require_stable_gains
from pbwm.form2006.kernels.event import run
from pbwm.form2006.kernels.tables import PASSING, Notes, Stream
from pbwm.form2006.params import PBWM2006Params
from pbwm.form2006.state import initial_weights, linear_weights, new_notes, new_state, state_arrays
from pbwm.state import padded
from tasks.base.anatomy import Anatomy, Observation
from tasks.base.learner import Outcome, Stopped
from tasks.base.record import GateRecord
from tasks.base.rng import key
from tasks.base.task import TaskSpec, TrialBlock
from tasks.base.training import FittedLesson, Lesson, Training
from tasks.engine.lanes import LANES, aligned_zeros
from tasks.engine.lesson_rows import Course, Rows
from tasks.engine.resets import never, resets_to

__all__ = ["PBWM2006"]

SIGNALS = ("reward", "reward_prediction", "learned_value", "slow_learned_value", "dopamine")
"""Names, in a record, of the rows of `Notes.signals`."""


class PBWM2006(PBWMBlock):
    """PBWM networks in the form of O'Reilly & Frank (2006), with three phases a step.

    Parameters
    ----------
    spec, networks, seed, dtype
        As in `pbwm.learner.PBWM`.
    params
        Parameters; by default those of 1-2-AX and SIR-2.

    Raises
    ------
    PBWMTaskError
        If the task has channels without a layer.
    PBWMParameterError
        If there are no networks, or more than 16.
    """

    name = "pbwm-2006"
    params_kind = PBWM2006Params
    manipulation_kinds = KINDS

    def __init__(
        self,
        spec: TaskSpec,
        *,
        networks: range = range(LANES),
        seed: int = 0,
        params: PBWM2006Params | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        params = PBWM2006Params() if params is None else params
        super().__init__(spec, networks=networks, seed=seed, params=params, dtype=dtype)
        self.circuit = build_circuit(spec, self.params)
        self._require_room()
        self.net = self._intact = compile_circuit(self.circuit, self.params)
        self._block = new_state(self.net, self.params, self.dtype)
        rest = new_state(self.net, self.params, self.dtype)
        self._resets = resets_to(rest.arrays, rest.memory, PASSING) if spec.resets_memory else never(self.dtype)
        for lane in range(LANES):
            network = networks[min(lane, self.networks - 1)]
            self._block.arrays.key[:, lane] = key(seed, network)
        for number, network in enumerate(networks):
            self._write(number, initial_weights(self.circuit, self.params, seed, network))

    def _write(self, lane: int, weights: Mapping[str, NDArray[np.floating]]) -> None:
        arrays = self._block.arrays
        for path, row in zip(synaptic(self.circuit), self.net.paths, strict=True):
            if path.name in weights:
                values = np.asarray(weights[path.name], np.float64)
                own = slice(row.first_synapse, row.first_synapse + values.size)
                arrays.weight[own, lane] = values.ravel()
                arrays.linear[own, lane] = linear_weights(path, values, self.params).ravel()

    def state(self) -> dict[str, NDArray[np.floating]]:
        """Complete state by name, each array (network, row)."""
        arrays = state_arrays(self._block.arrays)
        return {name: rows[:, : self.networks].T.copy() for name, rows in arrays.items()}

    def _put(self, state: Mapping[str, NDArray[np.floating]]) -> None:
        for name, rows in state_arrays(self._block.arrays).items():
            rows[:, : self.networks] = state[name].T

    def weights(self) -> dict[str, NDArray[np.floating]]:
        """Effective weights by path, each (network, receiver, contact)."""
        weight, found = self._block.arrays.weight, {}
        for path, row in zip(synaptic(self.circuit), self.net.paths, strict=True):
            own = weight[row.first_synapse :][: row.receivers * row.contacts, : self.networks].T
            found[path.name] = own.reshape(self.networks, row.receivers, row.contacts).copy()
        return found

    def anatomy(self) -> Anatomy:
        """Layers, projections, and the phases of a step."""
        return anatomy(self.circuit, self.spec, self.net.cycles.tolist())

    def observe_step(self, block: TrialBlock, *, learn: bool = True) -> Observation:
        """Run a block of one step; return activity, values, and dopamine by cycle."""
        _, notes, outcome = self._one_step("observe_step", block, learn)
        signals = self._by_cycle(notes.cycle_signals)[:, [SIGNALS.index("dopamine"), SIGNALS.index("reward")]]
        activity = np.concatenate([self._by_cycle(notes.cycles), signals], axis=1)
        return Observation(outcome=outcome, activity=np.moveaxis(activity, 2, 0))

    def trace_step(self, block: TrialBlock, *, learn: bool = True) -> tuple[Outcome, NDArray[np.floating]]:
        """Run a block of one step; return also activity by cycle, (cycle, unit, network)."""
        _, notes, outcome = self._one_step("trace_step", block, learn)
        return outcome, self._by_cycle(notes.cycles)

    def _by_cycle(self, rows: NDArray[np.floating]) -> NDArray[np.floating]:
        return rows.reshape(int(self.net.cycles.sum()), -1, LANES)[:, :, : self.networks]

    def _run(
        self, lesson: FittedLesson, learn: bool, record: bool, cycles: bool = False
    ) -> tuple[Notes, Training, tuple[Stopped, ...]]:
        trials = lesson.trials
        course = Course.of(lesson, Rows.packed(lesson))
        notes = new_notes(self.net, self.dtype, trials.steps, record, cycles)
        memory = self._block.memory
        kept, ending = aligned_zeros(len(memory), self.dtype), aligned_zeros(1, self.dtype)
        run(learn, self.net, self._block.arrays, memory, kept, ending, self._stream(trials), course, notes)
        return notes, course.training(lesson), self._stop(lesson, course, kept)

    def _stream(self, trials: TrialBlock) -> Stream:
        steps = trials.steps if self.manipulations else 0
        forced = aligned_zeros(steps * self.circuit.stripes, self.dtype)
        forced[:] = forced_gates(self.manipulations, steps, self.circuit.stripes).reshape(-1, 1)
        return Stream(
            symbol=padded(trials.symbols, self.dtype, -1.0),
            target=padded(trials.target, self.dtype, -1.0),
            rewarded=padded(trials.rewarded, self.dtype),
            forcing=bool(self.manipulations),
            forced=forced,
            resets=self._resets._replace(starts=padded(trials.starts, self.dtype)),
        )

    def _manipulate(self) -> None:
        require_stable_gains(self.params, self.manipulations)
        alive = alive_units(self.circuit, self.manipulations, self._numbers)
        self._block.arrays.alive[:] = alive
        self.net = manipulated_net(self._intact, self.circuit, self.manipulations, alive)

    def _stop(self, lesson: Lesson, course: Course, kept: NDArray[np.floating]) -> tuple[Stopped, ...]:
        faults = course.fault[: self.networks]
        stopped = self._stopped(lesson, faults)
        for lane in np.flatnonzero(faults):
            self._block.memory[:, lane] = kept[:, lane]
        return stopped

    def _outcome(self, block: TrialBlock, notes: Notes) -> Outcome:
        response = notes.response[: block.steps, : self.networks].T.astype(np.int16)
        record = self._record(block, notes) if notes.on else None
        return Outcome.of(block, response, record=record, manipulations=self.manipulations)

    def _record(self, block: TrialBlock, notes: Notes) -> GateRecord:
        """Gates and memory; NaN in steps that a network does not have."""
        stripes, content = self.circuit.stripes, self.net.roles.content

        def noted(name: str, *shape: int) -> NDArray[np.float64]:
            rows = getattr(notes, name)[: block.steps * int(np.prod(shape)), : self.networks]
            values: NDArray[np.float64] = np.moveaxis(rows.reshape(block.steps, *shape, self.networks), -1, 0).astype(
                np.float64
            )
            values[~block.live] = np.nan
            return values

        signals = noted("signals", len(SIGNALS))
        gate, opened = noted("gate", stripes), noted("opened", stripes)
        return GateRecord(
            model=self.name,
            slots=tuple(f"stripe {i + 1}" for i in range(stripes)),
            input_gate=opened * np.maximum(gate, self.params.gate.threshold),
            forget_gate=noted("kept", stripes),
            output_gate=np.where(np.isnan(opened), np.nan, 1.0),
            memory=noted("maintained", stripes, content),
            signals={
                **{name: signals[..., i] for i, name in enumerate(SIGNALS)},
                "matrix_go": noted("go", stripes),
                "matrix_nogo": noted("nogo", stripes),
                "snr_thalamus": gate,
                "gate": opened,
                "random_go": noted("chance", stripes),
            },
            resets=block.starts & block.live if self.spec.resets_memory else None,
            open_above=0.0,  # a gate that did not open is 0
            manipulations=self.manipulations,
        )
