"""The circuit of a GRU: its sizes, and the places of its weights."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.errors import LSTMTaskError
from lstm_baseline.hidden_layer import HiddenLayer
from lstm_baseline.layout import Layout
from lstm_baseline.weights import Group, Groups
from tasks.base.abilities import require_abilities
from tasks.base.task import Choice, TaskSpec

__all__ = ["GatedLayer"]


class GatedLayer(NamedTuple):
    """Numbers of inputs, cells, and outputs of a GRU, with the names of `lstm_baseline.circuit.Circuit`."""

    inputs: int
    cells: int
    outputs: int

    @classmethod
    def of(cls, spec: TaskSpec, hidden: int) -> "GatedLayer":
        """The circuit for a task.

        Raises
        ------
        LSTMTaskError
            If the task has analog inputs, or its answers are not a choice.
        """
        require_abilities(spec, "the GRU", analog=False, answers=[Choice], resets=True, error=LSTMTaskError)
        return cls(sum(len(channel.symbols) for channel in spec.channels), hidden, len(spec.responses))

    @property
    def sources(self) -> int:
        """Sources of gates and candidates: inputs, then cells."""
        return self.inputs + self.cells

    @property
    def bias(self) -> int:
        """First row of the biases of gates and candidates."""
        return 3 * self.cells * self.sources

    @property
    def readout(self) -> int:
        """First row of the weights of outputs."""
        return self.bias + 4 * self.cells

    @property
    def weights(self) -> int:
        """Weights of one network."""
        return self.readout + self.outputs * self.cells + self.outputs

    @property
    def groups(self) -> Groups:
        """Weights by name.

        ``reset_gate``, ``update_gate``, and ``candidate`` have a column per input, then one per cell. ``bias`` has a
        row per reset gate, update gate, and candidate, and ``recurrent_bias`` one per candidate, inside its reset gate.
        ``readout`` has a column per cell.
        """
        cells, sources = self.cells, self.sources
        names = ("reset_gate", "update_gate", "candidate")
        return {name: Group(i * cells * sources, cells, sources) for i, name in enumerate(names)} | {
            "bias": Group(self.bias, 3 * cells, 1),
            "recurrent_bias": Group(self.bias + 3 * cells, cells, 1),
            "readout": Group(self.readout, self.outputs, cells),
            "readout_bias": Group(self.readout + self.outputs * cells, self.outputs, 1),
        }

    def initial(self, largest: float, rng: np.random.Generator) -> NDArray[np.float64]:
        """Initial weights of one network, shape (weights,): uniform in ±`largest`, biases 0."""
        w = rng.uniform(-largest, largest, self.weights)
        w[self.bias : self.readout] = 0.0
        w[self.readout + self.outputs * self.cells :] = 0.0
        return w

    @property
    def layout(self) -> Layout:
        """Layout for kernels: four rows per cell and step."""
        cells = self.cells
        plain = Layout.networks(HiddenLayer(self.inputs, cells, self.outputs))
        return plain._replace(
            units=3 * cells,
            unit_rows=4 * cells,
            bias=self.bias,
            readout=self.readout,
            readout_back=self.readout,
            readout_bias=self.readout + self.outputs * cells,
            weights=self.weights,
            delta_rows=4 * cells | 1,
            unit_place=np.concatenate([np.arange(2 * cells), np.arange(3 * cells, 4 * cells)]),
        )
