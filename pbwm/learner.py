"""PBWM as a learner: a block of up to sixteen networks behind the interface that all models share."""

from collections.abc import Mapping
from math import prod

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pbwm.circuit import build_circuit, compile_circuit
from pbwm.errors import PBWMParameterError, PBWMTaskError, PBWMWeightsError
from pbwm.kernels.storage import Notes, Stream
from pbwm.kernels.tables import CYCLES
from pbwm.kernels.trial import run
from pbwm.params import PBWMParams
from pbwm.state import initial_weights, new_state, padded, set_path
from tasks.base.errors import nearest, require
from tasks.base.lanes import LANES, aligned_zeros
from tasks.base.learner import Outcome
from tasks.base.record import GateRecord
from tasks.base.task import TaskSpec, TrialBlock

__all__ = ["PBWM"]


class PBWM:
    """A block of PBWM networks: stripes of prefrontal cortex gated by the basal ganglia, trained by dopamine.

    Parameters
    ----------
    spec
        The task; its channels and responses size the network.
    replicas
        Replica numbers, at most 16. A number addresses the network's initial weights; larger populations are made of
        blocks (`tasks.base.learner.Population`).
    seed
        Root seed of the study.
    params
        The network; the reference SIR-2 simulation by default.
    dtype
        float32, or float64 to see what rounding does.

    Raises
    ------
    PBWMTaskError
        If the task has channels that the model has no layer for.
    PBWMParameterError
        If there are no replicas, or more than 16.
    """

    name = "pbwm"

    def __init__(
        self,
        spec: TaskSpec,
        *,
        replicas: range = range(LANES),
        seed: int = 0,
        params: PBWMParams | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        require(
            1 <= len(replicas) <= LANES,
            "PBWM.replicas",
            replicas,
            f"must hold 1 to {LANES} replica numbers",
            "make larger populations with tasks.base.learner.Population",
            error=PBWMParameterError,
        )
        require(
            np.dtype(dtype) in (np.float32, np.float64),
            "PBWM.dtype",
            dtype,
            "must be float32 or float64",
            "float32 is what results are reported in",
            error=PBWMParameterError,
        )
        self.spec = spec
        self.params = params or PBWMParams()
        self.replicas = len(replicas)
        self.dtype = np.dtype(dtype)
        self.circuit = build_circuit(spec, self.params)
        self.net = compile_circuit(self.circuit, self.params)
        self.block = new_state(self.net, self.dtype)
        for lane, replica in enumerate(replicas):
            self._write(lane, initial_weights(self.circuit, seed, replica))

    def _write(self, lane: int, weights: Mapping[str, NDArray[np.floating]]) -> None:
        for p, path in enumerate(self.circuit.paths):
            if path.name in weights:
                set_path(self.block, self.net, self.params, p, lane, weights[path.name])

    def weights(self) -> dict[str, NDArray[np.floating]]:
        """Effective weights by path, each an array (replica, receiver, contact)."""
        out = {}
        for p, path in enumerate(self.circuit.paths):
            receivers, contacts = self.circuit.senders(path).shape
            first = self.net.paths[p].first_synapse
            rows = self.block.arrays.weight[first : first + receivers * contacts, : self.replicas]
            out[path.name] = rows.T.reshape(self.replicas, receivers, contacts).copy()
        return out

    def traces(self) -> dict[str, NDArray[np.floating]]:
        """Synaptic traces by striatal path, each an array (replica, receiver, contact)."""
        out = {}
        for p, path in enumerate(self.circuit.paths):
            if path.striatal:
                shape = self.circuit.senders(path).shape
                first = self.net.paths[p].first_trace
                rows = self.block.arrays.traces["trace"][first : first + shape[0] * shape[1], : self.replicas]
                out[path.name] = rows.T.reshape(self.replicas, *shape).copy()
        return out

    def set_weights(self, weights: Mapping[str, NDArray[np.floating]]) -> None:
        """Set effective weights by path, each an array (replica, receiver, contact); paths not named stay as they are.

        Raises
        ------
        UnknownNameError
            If there is no path of a name.
        PBWMWeightsError
            If an array has the wrong shape, or a value is not a weight in [0, 1].
        """
        paths = {path.name: path for path in self.circuit.paths}
        for name, values in weights.items():
            if name not in paths:
                raise nearest("path", name, paths)
            values = np.asarray(values)
            shape = (self.replicas, *self.circuit.senders(paths[name]).shape)
            require(
                values.shape == shape,
                f"weights of path {name!r}: shape",
                values.shape,
                f"must be {shape} (replica, receiver, contact)",
                "give the weights of every replica",
                error=PBWMWeightsError,
            )
            bad = np.argwhere(~((values >= 0) & (values <= 1)))
            if len(bad):
                replica, receiver, contact = (int(i) for i in bad[0])
                raise PBWMWeightsError(
                    f"weights of path {name!r}: {values[tuple(bad[0])]} (replica {replica}, receiver {receiver}, "
                    f"contact {contact}) is no weight in [0, 1]; {len(bad)} such; mend or drop them"
                )
        for lane in range(self.replicas):
            self._write(lane, {name: np.asarray(values)[lane] for name, values in weights.items()})

    def run(self, block: TrialBlock, *, learn: bool = True, record: bool = False) -> Outcome:
        """Run every replica through its stream of trials; 100 cycles a step.

        `Outcome.measures` holds "unit_error": whether some output unit was off by 0.5 or more, the reference's measure.

        Raises
        ------
        PBWMTaskError
            If the block does not fit the task that the network was built for.
        """
        return self._outcome(block, self._notes(block.steps, record), learn)

    def trace_step(self, block: TrialBlock, *, learn: bool = True) -> tuple[Outcome, NDArray[np.floating]]:
        """Run a block of one step, and return also the activity after every cycle: array (100, unit, replica)."""
        require(block.steps == 1, "trace_step: steps", block.steps, "must be 1", "cut the block into steps")
        notes = self._notes(1, True, cycles=True)
        outcome = self._outcome(block, notes, learn)
        return outcome, notes.cycles.reshape(CYCLES, -1, LANES)[:, :, : self.replicas]

    def _outcome(self, block: TrialBlock, notes: Notes, learn: bool) -> Outcome:
        """Run a block, and say what was written down."""
        counts = self.block.arrays.stripes["count"][: self.circuit.stripes, : self.replicas]
        started = counts.T.astype(np.float64)
        run(learn, self.net, self.block.arrays, self.block.memory, self.block.shelf, self._stream(block), notes)
        unit_error = notes.unit_error[: block.steps, : self.replicas].T > 0
        return Outcome.of(
            block,
            notes.response[: block.steps, : self.replicas].T.astype(np.int16),
            measures={"unit_error": unit_error & block.live},
            record=self._record(block, notes, started) if notes.on else None,
        )

    def _stream(self, block: TrialBlock) -> Stream:
        block.check_fits(self.spec, self.replicas, PBWMTaskError)
        last = np.full(LANES, -1, np.int64)
        last[: self.replicas] = block.length - 1
        return Stream(
            symbol=padded(block.symbols, self.dtype, -1.0),
            target=padded(block.target, self.dtype, -1.0),
            rewarded=padded(block.rewarded, self.dtype),
            last=last,
        )

    def _notes(self, steps: int, on: bool, cycles: bool = False) -> Notes:
        roles = self.net.roles
        noted = steps if on else 1
        stripes = roles.maintenance_stripes + roles.output_stripes
        held = self.circuit.layers[roles.maintenance_deep].units

        def room(count: int) -> NDArray[np.floating]:
            return aligned_zeros(max(1, count), self.dtype)

        return Notes(
            on=on,
            cycles_on=cycles,
            response=room(steps),
            unit_error=room(steps),
            dopamine=room(noted),
            prediction=room(noted),
            gate=room(noted * 2 * stripes),
            gpi_thalamus=room(noted * 2 * stripes),
            go=room(noted * 2 * stripes),
            nogo=room(noted * 2 * stripes),
            maintained=room(noted * held),
            count=room(noted * roles.maintenance_stripes),
            cycles=room(CYCLES * len(self.block.arrays.sent) if cycles else 1),
        )

    def _record(self, block: TrialBlock, notes: Notes, started: NDArray[np.floating]) -> GateRecord:
        stripes, steps = self.circuit.stripes, block.steps
        live = block.live

        def shaped(rows: NDArray[np.floating], *inner: int) -> NDArray[np.floating]:
            used = rows[: steps * prod(inner), : self.replicas]
            values = used.reshape(steps, *inner, self.replicas)
            values = np.moveaxis(values, -1, 0).astype(np.float64)
            values[~live] = np.nan
            return values

        gate = shaped(notes.gate, 2, 2 * stripes)
        opened = gate[:, :, :, :stripes].max(2)
        count = shaped(notes.count, stripes)
        before = np.concatenate([started[:, None], count[:, :-1]], axis=1)
        let_go = (opened > 0) | ((before >= 0) & (count < 0))
        units = self.circuit.layers[self.net.roles.maintenance_deep].size
        return GateRecord(
            model=self.name,
            slots=tuple(f"stripe {i + 1}" for i in range(stripes)),
            input_gate=opened,
            forget_gate=np.where(np.isnan(opened), np.nan, np.where(let_go, 0.0, 1.0)),
            output_gate=gate[:, :, 0, stripes:],
            memory=shaped(notes.maintained, stripes, units),
            signals={
                "dopamine": shaped(notes.dopamine),
                "reward_prediction": shaped(notes.prediction),
                "matrix_go": shaped(notes.go, 2, 2 * stripes),
                "matrix_nogo": shaped(notes.nogo, 2, 2 * stripes),
                "gpi_thalamus": shaped(notes.gpi_thalamus, 2, 2 * stripes),
                "gate": gate,
            },
        )
