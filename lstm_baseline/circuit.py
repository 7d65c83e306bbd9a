"""The circuit: which units there are, what each of them sees, and where its weights lie.

::

    inputs x(t) ───────────────┬──────────────────────────────┐ (if inputs reach the outputs)
                               ▼                              ▼
    cell outputs y_c(t−1) ─► cells and gates ─► y_c(t) ─► output units ─► response
         ▲                                        │
         └────────────────── one step later ──────┘

A block is `cells_per_block` memory cells that share an input gate, a forget gate and an output gate. Cells and gates
are the *units*; each sees the same *sources*: every input at t and every cell output at t−1.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstm_baseline.errors import LSTMTaskError
from lstm_baseline.params import LSTMParams
from lstm_baseline.weights import Group, packed, unpacked
from tasks.base.abilities import require_abilities
from tasks.base.task import Choice, TaskSpec

__all__ = ["Circuit"]


class Circuit(NamedTuple):
    """The sizes of a network, as the kernels use them. Make one with `Circuit.of` or `Circuit.sized`.

    Attributes
    ----------
    inputs : int
        Input units: one per symbol of every channel.
    blocks, cells_per_block : int
        Memory blocks, and the cells that share the gates of one.
    cells : int
        Memory cells in all, block by block.
    units : int
        Cells and gates, in the order cells, input gates, forget gates, output gates.
    sources : int
        What each unit sees, in the order inputs x(t), cell outputs y_c(t−1).
    first_biased : int
        Units from this one on have a bias: 0 if cells have one, else the first gate.
    outputs : int
        Output units: one per response.
    shortcuts : int
        Inputs that output units see beside the cells: all or none.
    bias, readout, readout_bias : int
        Row at which the weights of that name start; the weights of units start at 0.
    weights : int
        Weights of one network.
    """

    inputs: int
    blocks: int
    cells_per_block: int
    cells: int
    units: int
    sources: int
    first_biased: int
    outputs: int
    shortcuts: int
    bias: int
    readout: int
    readout_bias: int
    weights: int

    @classmethod
    def of(cls, spec: TaskSpec, params: LSTMParams) -> "Circuit":
        """The circuit for a task: one input unit per symbol of every channel, one output unit per response.

        Raises
        ------
        LSTMTaskError
            If the task has analog inputs, or its answers are no choice.
        """
        require_abilities(spec, "the LSTM", analog=False, answers=[Choice], error=LSTMTaskError)
        return cls.sized(sum(len(channel.symbols) for channel in spec.channels), len(spec.responses), params)

    @classmethod
    def sized(cls, inputs: int, outputs: int, params: LSTMParams) -> "Circuit":
        """The circuit with this many `inputs` and `outputs`.

        Examples
        --------
        >>> Circuit.sized(7, 7, LSTMParams.gers_2000()).weights  # the count in Gers et al. (2000)
        424
        """
        cells = params.blocks * params.cells_per_block
        units, sources = cells + 3 * params.blocks, inputs + cells
        first_biased = 0 if params.cell_bias else cells
        shortcuts = inputs if params.input_to_output else 0
        bias = units * sources
        readout = bias + units - first_biased
        readout_bias = readout + outputs * (cells + shortcuts)
        return cls(
            inputs=inputs,
            blocks=params.blocks,
            cells_per_block=params.cells_per_block,
            cells=cells,
            units=units,
            sources=sources,
            first_biased=first_biased,
            outputs=outputs,
            shortcuts=shortcuts,
            bias=bias,
            readout=readout,
            readout_bias=readout_bias,
            weights=readout_bias + outputs,
        )

    @property
    def groups(self) -> dict[str, Group]:
        """The weights by name.

        ``cell``, ``input_gate``, ``forget_gate``, ``output_gate`` have a column per source; ``bias`` has a row per
        biased unit; ``readout`` has a column per cell, then one per shortcut; ``readout_bias`` a row per output.
        """
        cells, blocks, sources = self.cells, self.blocks, self.sources
        return {
            "cell": Group(0, cells, sources),
            "input_gate": Group(cells * sources, blocks, sources),
            "forget_gate": Group((cells + blocks) * sources, blocks, sources),
            "output_gate": Group((cells + 2 * blocks) * sources, blocks, sources),
            "bias": Group(self.bias, self.units - self.first_biased, 1),
            "readout": Group(self.readout, self.outputs, cells + self.shortcuts),
            "readout_bias": Group(self.readout_bias, self.outputs, 1),
        }

    def initial(self, params: LSTMParams, rng: np.random.Generator) -> NDArray[np.float64]:
        """First weights of one network, shape (weights,): uniform within the range, gate biases by block, others 0."""
        w = rng.uniform(-params.initial_weight, params.initial_weight, self.weights)
        w[self.bias : self.readout] = 0.0
        w[self.readout_bias :] = 0.0
        gate = self.bias + self.cells - self.first_biased
        for bias in (params.input_gate_bias, params.forget_gate_bias, params.output_gate_bias):
            w[gate : gate + self.blocks] = bias.of_blocks(self.blocks)
            gate += self.blocks
        return w

    def unpacked(self, rows: NDArray[Any], networks: int) -> dict[str, NDArray[Any]]:
        """Weights, or gradients, by name: (network, row, column) copies from `rows` of shape (weights, 16)."""
        return unpacked(self.groups, rows, networks)

    def packed(self, weights: Mapping[str, NDArray[Any]], dtype: DTypeLike) -> NDArray[Any]:
        """Weights by name as rows of 16; the inverse of `unpacked`. Every name must be there."""
        return packed(self.groups, weights, dtype)
