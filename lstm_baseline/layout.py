"""Layouts: how units and weights are assigned to rows of sixteen lanes.

============  =====================  ======================  =================================================
lanes hold    weights                senders                 good for
============  =====================  ======================  =================================================
networks      a row per weight       a row per sender        a population (`Layout.networks`)
units         a row per 16 units     a number per sender     one network, or a few (`Layout.units_in_lanes`)
sequences     a number per weight    a row per sender        one network and a batch (`Layout.sequences`)
============  =====================  ======================  =================================================

All use the same kernels (`tasks.engine.lanes`). Sums run over senders in the same order, so that networks in lanes and
units in lanes give the same bits.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.circuit import Circuit
from lstm_baseline.hidden_layer import HiddenLayer
from tasks.engine.lanes import LANES
from tasks.engine.lanes.references import by_reference

__all__ = ["Layout"]


@by_reference
class Layout(NamedTuple):
    """Where kernels find the units and weights of a circuit.

    Attributes
    ----------
    inputs, cells, units, outputs, shortcuts, sources : int
        Sizes of the circuit (`Circuit`).
    cells_seen, gates_seen, hidden : int
        Sources from the previous step: cells, gates, and both.
    cells_per_block, block_rows, cell_rows, unit_rows, output_rows : int
        Cells per block; rows per step for one kind of gate, cells, cells and gates, and outputs.
    receivers : int
        Unit rows with inputs. Gates that a form lacks follow.
    forget_row, output_row : int
        Unit row of the first forget gate and output gate.
    start, bias, readout, readout_bias, peephole, weights : int
        First rows of weights and biases of units, of outputs, and of peepholes; number of all rows.
    first_recurrent, first_biased : int
        First unit row with more than the inputs, and with a bias.
    output_biases, peepholes : int
        Output rows with a bias; kinds of gates with peepholes.
    delta_rows : int
        Rows per step of the errors δ of units; odd, for the cache.
    hidden_sent, cells_sent, units_sent, outputs_sent : int
        Places per step among sent values.
    lanes_sent : int
        Places of one row among sent values: 1, or 16 if lanes hold units.
    unit_place, output_place : int array (units,), (outputs,)
        Place of each sender within its step.
    return_place : int array
        Place of each unit whose error returns to its recurrent input.
    back, back_stride, back_apart, readout_back, readout_back_stride : int
        Weights through which errors return. The weight from unit u to the cells of row c is row
        ``back + u * back_stride + c``. The weight from output k is row ``readout_back + k * readout_back_stride + c``.
        If `back_apart` is not 0, these rows are ``back + c * back_apart + u`` and
        ``readout_back + c * back_apart + k``.
    mirrored, mirror : int array
        Numbers of these weights, and places of copies; empty without copies.
    """

    inputs: int
    cells: int
    units: int
    outputs: int
    shortcuts: int
    sources: int
    cells_seen: int
    gates_seen: int
    hidden: int
    cells_per_block: int
    block_rows: int
    cell_rows: int
    unit_rows: int
    output_rows: int
    receivers: int
    forget_row: int
    output_row: int
    start: int
    first_recurrent: int
    first_biased: int
    output_biases: int
    peepholes: int
    bias: int
    readout: int
    readout_bias: int
    peephole: int
    weights: int
    delta_rows: int
    hidden_sent: int
    cells_sent: int
    units_sent: int
    outputs_sent: int
    lanes_sent: int
    unit_place: NDArray[np.int64]
    output_place: NDArray[np.int64]
    return_place: NDArray[np.int64]
    back: int
    back_stride: int
    back_apart: int
    readout_back: int
    readout_back_stride: int
    mirrored: NDArray[np.int64]
    mirror: NDArray[np.int64]

    @property
    def gates_on_state(self) -> int:
        """Kinds of gates on whose weights a state depends: input gates, and any forget gates."""
        return 1 + int(self.forget_row < self.receivers)

    @property
    def partials_each(self) -> int:
        """Partial derivatives of a state per unit: sources, bias, and peepholes."""
        return self.sources + 1 + (self.cells_per_block if self.peepholes else 0)

    @classmethod
    def networks(cls, circuit: Circuit | HiddenLayer) -> "Layout":
        """Lanes hold networks, or sequences of a batch: a row per unit."""
        nothing = np.zeros(0, np.int64)
        rows, hidden = circuit.unit_rows, circuit.cells_seen + circuit.gates_seen
        second, last = circuit.cells + circuit.blocks, circuit.cells + 2 * circuit.blocks
        forgets = circuit.forget_gate >= 0 or circuit.output_gate < 0
        return cls(
            inputs=circuit.inputs,
            cells=circuit.cells,
            units=circuit.units,
            outputs=circuit.outputs,
            shortcuts=circuit.shortcuts,
            sources=circuit.sources,
            cells_seen=circuit.cells_seen,
            gates_seen=circuit.gates_seen,
            hidden=hidden,
            cells_per_block=circuit.cells_per_block,
            block_rows=circuit.blocks,
            cell_rows=circuit.cells,
            unit_rows=rows,
            output_rows=circuit.outputs,
            receivers=circuit.units,
            forget_row=second if forgets else last,
            output_row=last if forgets else second,
            start=0,
            first_recurrent=circuit.first_recurrent,
            first_biased=circuit.first_biased,
            output_biases=circuit.output_biases,
            peepholes=circuit.peepholes,
            bias=circuit.bias,
            readout=circuit.readout,
            readout_bias=circuit.readout_bias,
            peephole=circuit.peephole,
            weights=circuit.weights,
            delta_rows=rows | 1,
            hidden_sent=hidden,
            cells_sent=circuit.cells,
            units_sent=rows,
            outputs_sent=circuit.outputs,
            lanes_sent=1,
            unit_place=np.arange(circuit.units),
            output_place=np.arange(circuit.outputs),
            return_place=np.arange(circuit.first_recurrent, circuit.units),
            back=circuit.inputs + circuit.first_recurrent * circuit.sources,
            back_stride=circuit.sources,
            back_apart=0,
            readout_back=circuit.readout,
            readout_back_stride=circuit.cells + circuit.shortcuts,
            mirrored=nothing,
            mirror=nothing,
        )

    @classmethod
    def units_in_lanes(cls, circuit: Circuit) -> "Layout":
        """Lanes hold units of one network; cells and each kind of gate have rows of their own.

        The form must be `plain` (`lstm_baseline.network_form.Form`) with one cell per block.
        """
        rows, output_rows = -(-circuit.cells // LANES), -(-circuit.outputs // LANES)
        unit_rows, first_biased = 4 * rows, rows if circuit.first_biased else 0
        bias = unit_rows * circuit.sources
        readout = bias + unit_rows - first_biased
        readout_bias = readout + output_rows * (circuit.cells + circuit.shortcuts)
        kind, j = np.divmod(np.arange(circuit.units), circuit.cells)
        unit_place = kind * rows * LANES + j
        layout = cls.networks(circuit)._replace(
            block_rows=rows,
            cell_rows=rows,
            unit_rows=unit_rows,
            output_rows=output_rows,
            receivers=unit_rows,
            forget_row=2 * rows,
            output_row=3 * rows,
            output_biases=output_rows,
            first_biased=first_biased,
            bias=bias,
            readout=readout,
            readout_bias=readout_bias,
            peephole=readout_bias + output_rows,
            weights=readout_bias + output_rows,
            delta_rows=unit_rows | 1,
            hidden_sent=rows * LANES,
            cells_sent=rows * LANES,
            units_sent=unit_rows * LANES,
            outputs_sent=output_rows * LANES,
            lanes_sent=LANES,
            unit_place=unit_place,
            return_place=unit_place,
            back=0,
            back_stride=rows,
            readout_back=circuit.units * rows,
            readout_back_stride=rows,
        )
        places = layout.places(circuit)
        return layout._replace(mirrored=layout._returning(circuit, places), mirror=layout._mirror())

    @classmethod
    def sequences(cls, circuit: Circuit) -> "Layout":
        """Lanes hold sequences of a batch with shared weights.

        For errors, a copy holds the weights to one cell contiguously.
        """
        layout = cls.networks(circuit)
        senders, numbers = circuit.units + circuit.outputs, np.arange(circuit.weights)
        cells, sender = np.arange(circuit.cells), np.arange(senders)[:, None]
        return layout._replace(
            back=0,
            back_apart=senders,
            readout_back=circuit.units,
            mirrored=layout._returning(circuit, numbers),
            mirror=(cells * senders + sender).ravel(),
        )

    def places(self, circuit: Circuit) -> NDArray[np.int64]:
        """Number, among all lanes, of each weight if lanes hold units."""

        def place(receivers: NDArray[np.int64], first_row: int, senders: int) -> NDArray[np.int64]:
            rows, lanes = np.divmod(receivers, LANES)
            return ((first_row + rows[:, None] * senders + np.arange(senders)) * LANES + lanes[:, None]).ravel()

        biased = self.unit_place[circuit.first_biased :] - self.first_biased * LANES
        return np.concatenate(
            [
                place(self.unit_place, 0, self.sources),
                place(biased, self.bias, 1),
                place(self.output_place, self.readout, self.cells + self.shortcuts),
                place(self.output_place, self.readout_bias, 1),
            ]
        )

    def _returning(self, circuit: Circuit, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Numbers of the weights through which errors return, sender by cell."""
        units = places[: circuit.bias].reshape(self.units, self.sources)[:, self.inputs :]
        outputs = places[circuit.readout : circuit.readout_bias].reshape(self.outputs, -1)[:, : self.cells]
        return np.concatenate([units, outputs]).ravel()

    def _mirror(self) -> NDArray[np.int64]:
        senders = np.arange(self.units + self.outputs)[:, None]
        return (senders * self.cells_sent + np.arange(self.cells)).ravel()
