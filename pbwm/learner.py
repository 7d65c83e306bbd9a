"""PBWM as a learner: up to sixteen networks with the common interface."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pbwm.anatomy import anatomy
from pbwm.block import PBWMBlock
from pbwm.circuit import build_circuit
from pbwm.compilation import compile_circuit
from pbwm.errors import PBWMParameterError
from pbwm.kernels.storage import HELD, MODULATORS, PASSING, Notes, Stream
from pbwm.kernels.tables import CYCLES, FEEDBACK
from pbwm.kernels.trial import run
from pbwm.layout import Addresses, Layout, Places, fastest_layout
from pbwm.params import PBWMParams
from pbwm.recording import Before, NoteReader, gate_record, new_notes
from pbwm.reinitialization import Reinitializing
from pbwm.state import (
    BlockState,
    addresses_of,
    every_value,
    initial_weights,
    new_scratch,
    new_state,
    of_this_version,
    padded,
    set_every_value,
    set_path,
)
from tasks.base.anatomy import Anatomy, Observation
from tasks.base.errors import require
from tasks.base.learner import Outcome, Stopped
from tasks.base.rng import key
from tasks.base.saving import require_state
from tasks.base.task import TaskSpec, TrialBlock
from tasks.base.training import FittedLesson, Lesson, Training
from tasks.engine.kernels.resets import Resets
from tasks.engine.lanes import LANES, aligned_zeros
from tasks.engine.lesson_rows import Course, Rows
from tasks.engine.resets import never, resets_to

__all__ = ["MOVED", "PBWM"]

MOVED = 1000
"""Steps of all networks from which a change to a faster layout pays off."""


class Written(NamedTuple):
    """Notes of a run by block, and earlier counts of maintenance stripes."""

    notes: list[Notes]
    started: NDArray[np.floating]


class PBWM(PBWMBlock, Reinitializing):
    """PBWM networks: stripes of prefrontal cortex gated by the basal ganglia, trained by dopamine; 100 cycles a step.

    `Outcome.measures` has "unit_error": whether an output unit was off by 0.5 or more.

    Parameters
    ----------
    spec
        The task, which determines the sizes of layers.
    networks
        At most 16 network numbers, which address initial weights.
    seed
        Root seed of the study.
    params
        Parameters; by default those of the reference SIR-2 simulation.
    dtype
        float32, or float64 to measure the effect of rounding.
    layout
        Content of the lanes: networks, or units of one network, with the same bits; None: the faster.

    Raises
    ------
    PBWMTaskError
        If the task has channels without a layer.
    PBWMParameterError
        If there are no networks, or more than 16.
    """

    name = "pbwm"
    params_kind = PBWMParams

    def __init__(
        self,
        spec: TaskSpec,
        *,
        networks: range = range(LANES),
        seed: int = 0,
        params: PBWMParams | None = None,
        dtype: DTypeLike = np.float32,
        layout: Layout | None = None,
    ) -> None:
        params = PBWMParams() if params is None else params
        super().__init__(spec, networks=networks, seed=seed, params=params, dtype=dtype)
        require(
            layout is None or layout in tuple(Layout),
            "PBWM.layout",
            layout,
            f"must be one of {', '.join(repr(str(known)) for known in Layout)}, or None",
            "None selects the faster one",
            error=PBWMParameterError,
        )
        self.circuit = build_circuit(spec, self.params)
        self._require_room()
        self._chooses = layout is None
        self._lay_out(fastest_layout(self.circuit, self.networks) if layout is None else Layout(layout))
        for number, network in enumerate(networks):
            self._write(number, initial_weights(self.circuit, seed, network))

    def _lay_out(self, layout: Layout) -> None:
        self.layout, self.places = layout, Places(self.circuit, layout)
        self.net = self._intact = compile_circuit(self.circuit, self.params, layout)
        self.blocks = [new_state(self.net, self.dtype) for _ in self._parts()]
        for block, part in zip(self.blocks, self._parts(), strict=True):
            keys = np.array([key(self.seed, self._numbers[number]) for number in part], np.uint32)
            block.arrays.key[:, : len(part)] = keys.T
            block.arrays.key[:, len(part) :] = keys[:1].T
        self._resets = never(self.dtype)
        if self.spec.resets_memory:
            self._resets = self._reset_to_idleness()

    def _lay_out_for(self, lesson: FittedLesson) -> None:
        """Change to the fastest layout for a lesson, if that pays off."""
        if not self._chooses or self.manipulations or lesson.trials.length.sum() < MOVED:
            return
        layout = fastest_layout(self.circuit, int((lesson.limit > 0).sum()))
        if layout is not self.layout:
            state = self.state()
            self._lay_out(layout)
            self._put(state)

    def _reset_to_idleness(self) -> Resets:
        """Resets to a network without weights after a step without input, with empty stripes.

        Tonic nuclei are then active; otherwise no gate would open in the first step.
        """
        idle, silent, together = new_state(self.net, self.dtype), new_state(self.net, self.dtype), self.layout.networks
        blank = TrialBlock.blank(self.spec, together, 1)
        lesson = FittedLesson.of_block(blank, self.spec, together)
        course = Course.of(lesson, Rows.packed(lesson))
        net = self.net._replace(exploration=self.net.exploration._replace(on=False))
        last, ending = aligned_zeros(len(idle.memory), self.dtype), aligned_zeros(1, self.dtype)
        notes = new_notes(net, self.dtype, 1, False)
        course = course.lane(0) if self.layout is Layout.UNITS else course
        state, stream = idle.at_work(new_scratch(net, self.dtype)), self._stream(blank, range(1))
        run(False, net, state, idle.memory, last, ending, stream, course, notes)
        for name, fields in HELD.items():
            for field in fields:
                getattr(idle.arrays, name)[field] = getattr(silent.arrays, name)[field]
        return resets_to(idle.arrays, idle.memory, PASSING)

    def _parts(self) -> list[range]:
        together = self.layout.networks
        return [range(s, min(s + together, self.networks)) for s in range(0, self.networks, together)]

    def _write(self, network: int, weights: Mapping[str, NDArray[np.floating]]) -> None:
        block, place = divmod(network, self.layout.networks)
        for p, path in enumerate(self.circuit.paths):
            if path.name in weights:
                set_path(self.blocks[block], self.net, self.params, self.places, p, place, weights[path.name])

    def _read(self, rows: Callable[[BlockState], NDArray[np.floating]], addresses: Addresses) -> NDArray[np.floating]:
        return np.concatenate(
            [
                self.layout.read(rows(block), addresses, len(part))
                for block, part in zip(self.blocks, self._parts(), strict=True)
            ]
        )

    def state(self) -> dict[str, NDArray[np.floating]]:
        """Complete state by name, each array (network, …)."""
        addresses = addresses_of(self.net, self.places)
        blocks = [
            dict(every_value(block, self.net, self.places, len(part), addresses))
            for block, part in zip(self.blocks, self._parts(), strict=True)
        ]
        return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}

    def set_state(self, state: Mapping[str, NDArray[np.floating]]) -> None:
        """Set the state from `state()` of this version or of 1.0.0.

        Raises
        ------
        SavedFileError
            If the state does not fit, a number is not finite, or a weight is not in [0, 1]; nothing is then set.
        """
        require_state(state)
        super().set_state(of_this_version(state, self.net, self.places))

    def _put(self, state: Mapping[str, NDArray[np.floating]]) -> None:
        addresses = addresses_of(self.net, self.places)
        for network in range(self.networks):
            block, place = divmod(network, self.layout.networks)
            values = {name: of_all[network] for name, of_all in state.items()}
            set_every_value(self.blocks[block], self.net, self.places, place, values, addresses)

    def weights(self) -> dict[str, NDArray[np.floating]]:
        """Effective weights by path, each (network, receiver, contact)."""
        rows = zip(self.circuit.paths, self.net.paths, strict=True)
        found = {path.name: self.places.synapses(path, row.first_synapse) for path, row in rows}
        return {name: self._read(lambda block: block.arrays.weight, synapses) for name, synapses in found.items()}

    def traces(self) -> dict[str, NDArray[np.floating]]:
        """Synaptic traces by striatal path, each (network, receiver, contact)."""
        return self._striatal(lambda block: block.arrays.traces["trace"])

    def tags(self) -> dict[str, dict[str, NDArray[np.floating]]]:
        """Tags "go" and "nogo" by striatal path, each (network, receiver, contact), with a `FeedbackRule`."""
        if self.net.striatum.rule != FEEDBACK:
            return {}
        go = self._striatal(lambda block: block.arrays.tags["go"])
        return {"go": go, "nogo": self._striatal(lambda block: block.arrays.tags["nogo"])}

    def _striatal(self, rows: Callable[[BlockState], NDArray[np.floating]]) -> dict[str, NDArray[np.floating]]:
        paths = zip(self.circuit.paths, self.net.paths, strict=True)
        found = {path.name: self.places.synapses(path, row.first_trace) for path, row in paths if path.striatal}
        return {name: self._read(rows, synapses) for name, synapses in found.items()}

    def _manipulate(self) -> None:
        net, rows = self._intact._replace(layers=self._intact.layers.copy()), len(self._intact.occupied)
        for number_of_block, part in enumerate(self._parts()):
            alive = aligned_zeros(rows if self.manipulations else 1, self.dtype)
            alive[:] = 1
            for place, number in enumerate(part):
                for manipulation in self.manipulations:
                    manipulation.silence(alive, self.places, place, self._numbers[number])
            for row in net.layers:
                row.lesioned |= not alive[row.start : row.stop].all()
            self.blocks[number_of_block] = self.blocks[number_of_block].with_alive(alive)
        for manipulation in self.manipulations:
            net = manipulation.compile(net, self.circuit)
        self.net = net

    def _trained(self, lesson: FittedLesson) -> tuple[Training, tuple[Stopped, ...]]:
        return self._train_by_epochs(lesson) if self.params.restart else super()._trained(lesson)

    def trace_step(self, block: TrialBlock, *, learn: bool = True) -> tuple[Outcome, NDArray[np.floating]]:
        """Run a block of one step; return also activity by cycle, (100, unit, network)."""
        block, notes, outcome = self._one_step("trace_step", block, learn)
        cycles = NoteReader(notes.notes, self.places, block.live).rows("cycles", CYCLES, addresses=self.places.units)
        return outcome, np.moveaxis(cycles, 0, -1)

    def anatomy(self) -> Anatomy:
        """Layers, projections, phases of a step, and possible manipulations."""
        return anatomy(self.circuit, self.spec)

    def observe_step(self, block: TrialBlock, *, learn: bool = True) -> Observation:
        """Run a block of one step; return activity of layers and modulators by cycle."""
        block, notes, outcome = self._one_step("observe_step", block, learn)
        reader = NoteReader(notes.notes, self.places, block.live)
        units = reader.rows("cycles", CYCLES, addresses=self.places.units)
        modulators = reader.rows("modulators", CYCLES, addresses=self.places.rows(len(MODULATORS)))
        return Observation(outcome=outcome, activity=np.concatenate([units, modulators], axis=2))

    def _run(
        self, lesson: FittedLesson, learn: bool, record: bool, cycles: bool = False
    ) -> tuple[Written, Training, tuple[Stopped, ...]]:
        self._lay_out_for(lesson)
        maintaining = self.places.stripes[: self.circuit.stripes]
        started = self._read(lambda block: block.arrays.stripes["count"], maintaining)
        written, trained, courses, kept, scratch = [], [], [], [], new_scratch(self.net, self.dtype)
        for block, part in zip(self.blocks, self._parts(), strict=True):
            own = lesson.network_slice(part.start, part.stop)
            course = Course.of(own, Rows.packed(own))
            if self.layout is Layout.UNITS:
                course = course.lane(0)
            notes = new_notes(self.net, self.dtype, lesson.trials.steps, record, cycles)
            last, ending = aligned_zeros(len(block.memory), self.dtype), aligned_zeros(1, self.dtype)
            stream = self._stream(own.trials, part)
            run(learn, self.net, block.at_work(scratch), block.memory, last, ending, stream, course, notes)
            written.append(notes)
            trained.append(course.training(own))
            courses.append(course)
            kept.append(last)
        return Written(written, started), Training.joined(trained), self._stop(lesson, courses, kept)

    def _stop(self, lesson: Lesson, courses: list[Course], kept: list[NDArray[np.floating]]) -> tuple[Stopped, ...]:
        faults = [int(c.fault[i]) for c, part in zip(courses, self._parts(), strict=True) for i in range(len(part))]
        stopped = self._stopped(lesson, faults)
        for network in np.flatnonzero(faults):
            block, place = divmod(int(network), self.layout.networks)
            lanes = slice(place, place + 1) if self.layout is Layout.NETWORKS else slice(None)
            self.blocks[block].memory[:, lanes] = kept[block][:, lanes]
        return stopped

    def _outcome(self, block: TrialBlock, notes: Written) -> Outcome:
        reader = NoteReader(notes.notes, self.places, block.live, self.net.gate.checks)
        before = Before(notes.started, block.starts & self.spec.resets_memory)
        response, error = (reader.each_step(name) for name in ("response", "unit_error"))
        return Outcome.of(
            block,
            response.astype(np.int16),
            measures={"unit_error": (error > 0) & block.live},
            record=gate_record(self.name, reader, before, self.manipulations, self.net) if notes.notes[0].on else None,
            manipulations=self.manipulations,
        )

    def _stream(self, block: TrialBlock, part: range) -> Stream:
        copies = LANES // self.layout.networks
        steps, stripes = block.steps if self.manipulations else 0, self.places.stripe_rows
        forced = aligned_zeros(steps * stripes, self.dtype).reshape(steps, stripes, LANES)
        forced[:] = -1
        for manipulation in self.manipulations:
            manipulation.force(forced, self.places, part)
        shown = (block.symbols, block.target, block.rewarded, block.starts)
        symbol, target, rewarded, starts = (np.repeat(of_networks, copies, 0) for of_networks in shown)
        return Stream(
            symbol=padded(symbol, self.dtype, -1.0),
            target=padded(target, self.dtype, -1.0),
            rewarded=padded(rewarded, self.dtype),
            forcing=bool(self.manipulations),
            forced=forced.reshape(-1, LANES),
            resets=self._resets._replace(starts=padded(starts, self.dtype)),
        )
