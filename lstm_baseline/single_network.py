"""One network at a time, with its units in lanes: faster for one or a few networks.

A network is copied out of its block, run, and copied back, with the same bits.
"""

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstm_baseline.circuit import Circuit
from lstm_baseline.kernels.epoch import run_epochs
from lstm_baseline.layout import Layout
from lstm_baseline.network_form import Form, Rule
from lstm_baseline.state import State, Stream, Trace
from tasks.engine.lanes import LANES
from tasks.engine.lesson_rows import Course

__all__ = ["SingleNetwork", "suits"]

FEW = ((8, 2), (16, 7), (32, 11), (64, 14), (2**62, 16))
"""Largest number of networks, by number of cells, for which one at a time is faster than 16 lanes.

A single network of 8, 16, 32, 64, and 128 cells takes 1/3.6, 1/7.5, 1/12, 1/15, and 1/34 of the time of sixteen
networks in lanes."""

LONG = 40
"""Steps per network from which copying pays off (8 cells, measured)."""


def suits(circuit: Circuit, networks: int, steps: int) -> bool:
    """Whether `networks` networks of `steps` steps run faster one at a time, with one cell per block."""
    most = next(few for cells, few in FEW if circuit.cells <= cells)
    return circuit.cells_per_block == 1 and networks <= most and steps >= LONG * networks


class SingleNetwork:
    """Runs the networks of a `State` one at a time, with units in lanes."""

    def __init__(self, circuit: Circuit, form: Form, rule: Rule, dtype: DTypeLike) -> None:
        self._form, self._rule, self._dtype, self._inputs = form, rule, dtype, circuit.inputs
        self._layout = layout = Layout.units_in_lanes(circuit)
        self._state, self._trace = State.of(layout, dtype), Trace.of(layout, rule.window, dtype)
        self._home = self._places(circuit)
        unused = np.setdiff1d(np.arange(layout.outputs_sent), layout.output_place)
        self._state.flat[layout.readout_bias * LANES + unused] = -np.inf  # lanes without an output have probability 0

    def run(self, home: State, stream: Stream, course: Course, networks: int, learn: bool) -> None:
        """Run the first `networks` networks of `home` through their epochs (`run_epochs`)."""
        here, places, form, rule = self._state.memory.reshape(-1), self._home, self._form, self._rule
        for lane in range(networks):
            if course.limit[lane]:
                here[places] = home.memory[: len(places), lane]
                self._state.adam.clock[:] = home.adam.clock[0, lane]
                alone, rows = course.lane(lane), int(course.stop[:, lane].max())
                own = self._stream(stream, lane, rows)
                run_epochs(self._layout, form, rule, self._state, own, self._trace, alone, False, learn)
                home.memory[: len(places), lane] = here[places]
                stream.response[:rows, lane] = own.response[:rows, 0]
                stream.fault[:, lane] = own.fault[:, 0]
                course.take_lane(lane, alone)

    def _places(self, circuit: Circuit) -> NDArray[np.int64]:
        """For each row of a home memory, the number of its value here."""
        here, weights = self._state, self._layout.places(circuit)
        cells, clock = np.arange(circuit.cells), np.zeros(1, np.int64)
        kept = [
            here.weight_rows,
            here.gradient_rows,
            here.adam.m,
            here.adam.v,
            here.adam.clock,
            here.carry.y_c,
            here.carry.s,
        ]
        within = [weights, weights, weights, weights, clock, cells, cells]
        starts = [(rows.ctypes.data - here.memory.ctypes.data) // here.memory.itemsize for rows in kept]
        return np.concatenate([start + places for start, places in zip(starts, within, strict=True)])

    def _stream(self, stream: Stream, lane: int, steps: int) -> Stream:
        layout, own = self._layout, Stream.of(self._layout, steps, self._dtype)
        own.inputs[: steps * layout.inputs] = stream.inputs[: steps * layout.inputs, lane]
        desired = own.desired.reshape(steps, layout.outputs_sent)
        desired[:, layout.output_place] = stream.desired[: steps * layout.outputs, lane].reshape(steps, -1)
        own.counts[:] = stream.counts[:steps, lane, None]
        return own
