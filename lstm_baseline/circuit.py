"""The circuit: units, their sources, and the places of weights.

::

    inputs x(t) ───────────────┬──────────────────────────────┐ (if inputs reach the outputs)
                               ▼                              ▼
    cell outputs y_c(t−1) ─► cells and gates ─► y_c(t) ─► output units ─► response
         ▲                                        │
         └────────────────── one step later ──────┘

A block has `cells_per_block` memory cells that share their gates. Cells and gates are the *units*. All see the same
*sources*: inputs at t, cell outputs at t−1, and, in the form of 1997, gates at t−1. (Without
`LSTMParams.cells_recurrent`, cells see only inputs.) Through peepholes, gates also see the states of their block.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstm_baseline.errors import LSTMParameterError, LSTMTaskError
from lstm_baseline.params import LSTMParams, Output
from lstm_baseline.weights import Group, packed, unpacked
from tasks.base.abilities import require_abilities
from tasks.base.errors import is_count, require
from tasks.base.task import Answer, Choice, Quantity, Several, TaskSpec

__all__ = ["Circuit"]


class Circuit(NamedTuple):
    """Sizes of a network, from `Circuit.of` or `Circuit.sized`.

    Attributes
    ----------
    inputs : int
        Input units, one per symbol of every channel and per analog channel.
    blocks, cells_per_block, cells : int
        Memory blocks, cells per block, and all cells, block by block.
    units : int
        Cells and existing gates: cells, input gates, forget gates, output gates.
    forget_gate, output_gate : int
        First unit of that kind; -1: none.
    cells_seen, gates_seen : int
        Cells and gates of the previous step that are sources: all or none.
    sources : int
        Sources of each unit: inputs x(t), cell outputs y_c(t−1), gates at t−1.
    first_recurrent : int
        First unit that sees more than the inputs: 0, or the first gate.
    first_biased : int
        First unit with a bias; `units` if none has one.
    outputs, output_biases : int
        Output units, one per response, and how many have a bias: all or none.
    shortcuts : int
        Inputs that output units receive: all or none.
    peepholes : int
        Kinds of gates with peepholes: all or 0.
    fixed_forget : bool
        Whether forget gates have only a bias.
    bias, readout, readout_bias, peephole : int
        First row of the weights of that name; those of units start at 0.
    weights : int
        Weights of one network.
    """

    inputs: int
    blocks: int
    cells_per_block: int
    cells: int
    units: int
    forget_gate: int
    output_gate: int
    cells_seen: int
    gates_seen: int
    sources: int
    first_recurrent: int
    first_biased: int
    outputs: int
    output_biases: int
    shortcuts: int
    peepholes: int
    fixed_forget: bool
    bias: int
    readout: int
    readout_bias: int
    peephole: int
    weights: int

    @classmethod
    def of(cls, spec: TaskSpec, params: LSTMParams) -> "Circuit":
        """The circuit for a task.

        Raises
        ------
        LSTMTaskError
            If the outputs are a softmax, and the answer is a quantity or has several outputs close to 1.
        """
        softmax = params.output is Output.SOFTMAX
        answers: list[type[Answer]] = [Choice, Several] if softmax else [Choice, Several, Quantity]
        model = "an LSTM with softmax outputs"
        require_abilities(spec, model, analog=True, answers=answers, resets=True, error=LSTMTaskError)
        if isinstance(spec.answer, Several) and spec.answer.graded and params.output is not Output.LOGISTIC:
            raise LSTMTaskError(
                f"task {spec.name!r} requires several outputs close to 1, which softmax outputs cannot be; "
                "set output=Output.LOGISTIC in LSTMParams"
            )
        inputs = sum(len(channel.symbols) for channel in spec.channels) + len(spec.analog)
        return cls.sized(inputs, len(spec.responses), params)

    @classmethod
    def sized(cls, inputs: int, outputs: int, params: LSTMParams) -> "Circuit":
        """The circuit with this many input and output units.

        Raises
        ------
        LSTMParameterError
            If a number is not a whole number of at least 1.

        Examples
        --------
        >>> Circuit.sized(7, 7, LSTMParams.gers_2000()).weights  # the count in Gers et al. (2000)
        424
        >>> Circuit.sized(2, 1, LSTMParams.hochreiter_schmidhuber_1997()).weights  # of 1997, experiment 4
        93
        """
        rule, remedy = "must be a whole number of at least 1", "give the number of units"
        for name, count in (("inputs", inputs), ("outputs", outputs)):
            require(is_count(count, 1), f"Circuit.{name}", count, rule, remedy, error=LSTMParameterError)
        blocks, cells = params.blocks, params.blocks * params.cells_per_block
        kinds = 1 + params.forget_gate + params.output_gate
        units = cells + kinds * blocks
        cells_seen, gates_seen = cells * params.recurrent, kinds * blocks * params.gates_seen
        sources = inputs + cells_seen + gates_seen
        first_biased = 0 if params.cell_bias else cells if params.gate_bias else units
        shortcuts = inputs if params.input_to_output else 0
        bias = units * sources
        readout = bias + units - first_biased
        readout_bias = readout + outputs * (cells + shortcuts)
        peephole = readout_bias + outputs * params.output_bias
        peepholes = kinds * params.peepholes
        return cls(
            inputs=inputs,
            blocks=blocks,
            cells_per_block=params.cells_per_block,
            cells=cells,
            units=units,
            forget_gate=cells + blocks if params.forget_gate else -1,
            output_gate=units - blocks if params.output_gate else -1,
            cells_seen=cells_seen,
            gates_seen=gates_seen,
            sources=sources,
            first_recurrent=0 if params.cells_recurrent else cells,
            first_biased=first_biased,
            outputs=outputs,
            output_biases=outputs * params.output_bias,
            shortcuts=shortcuts,
            peepholes=peepholes,
            fixed_forget=params.fixed_forget,
            bias=bias,
            readout=readout,
            readout_bias=readout_bias,
            peephole=peephole,
            weights=peephole + peepholes * cells,
        )

    @property
    def unit_rows(self) -> int:
        """Rows of net inputs and activities per step: cells and three kinds of gates."""
        return self.cells + 3 * self.blocks

    @property
    def gates(self) -> tuple[str, ...]:
        """Existing kinds of gates, in the order of units."""
        further = {"forget_gate": self.forget_gate, "output_gate": self.output_gate}
        return ("input_gate", *(name for name, unit in further.items() if unit >= 0))

    @property
    def groups(self) -> dict[str, Group]:
        """Weights by name.

        ``cell``, ``input_gate``, ``forget_gate`` (unless fixed), and ``output_gate`` have a column per source. ``bias``
        has a row per biased unit, ``readout`` a column per cell, then one per shortcut, and ``readout_bias`` a row per
        output. Peepholes, such as ``input_gate_peephole``, have a row per cell. Without `LSTMParams.cells_recurrent`,
        columns of ``cell`` beyond the inputs must be 0.
        """
        cells, blocks, sources = self.cells, self.blocks, self.sources
        found = {"cell": Group(0, cells, sources, self.inputs if self.first_recurrent else None)}
        for i, name in enumerate(self.gates):
            found[name] = Group((cells + i * blocks) * sources, blocks, sources)
        found["bias"] = Group(self.bias, self.units - self.first_biased, 1)
        found["readout"] = Group(self.readout, self.outputs, cells + self.shortcuts)
        found["readout_bias"] = Group(self.readout_bias, self.output_biases, 1)
        for i, name in enumerate(self.gates[: self.peepholes]):
            found[f"{name}_peephole"] = Group(self.peephole + i * cells, cells, 1)
        if self.fixed_forget:
            del found["forget_gate"]
        return {name: group for name, group in found.items() if group.size}

    def initial(self, params: LSTMParams, rng: np.random.Generator) -> NDArray[np.float64]:
        """Initial weights of one network, shape (weights,)."""
        w = rng.uniform(-params.initial_weight, params.initial_weight, self.weights)
        of_units = w[: self.bias].reshape(self.units, self.sources)
        of_units[: self.first_recurrent, self.inputs :] = 0.0
        if self.fixed_forget:
            of_units[self.forget_gate : self.forget_gate + self.blocks] = 0.0
        for start, stop in ((self.bias, self.readout), (self.readout_bias, self.peephole)):
            w[start:stop] = rng.uniform(-params.initial_bias, params.initial_bias, stop - start)
        gate = self.bias + self.cells - self.first_biased
        for name in self.gates if params.gate_bias else ():
            bias = getattr(params, f"{name}_bias")
            if bias is not None:
                w[gate : gate + self.blocks] = bias.of_blocks(self.blocks)
            gate += self.blocks
        return w

    def unpacked(self, rows: NDArray[Any], networks: int) -> dict[str, NDArray[Any]]:
        """Weights or gradients by name: (network, row, column) copies of `rows` (weights, 16)."""
        return unpacked(self.groups, rows, networks)

    def packed(self, weights: Mapping[str, NDArray[Any]], dtype: DTypeLike) -> NDArray[Any]:
        """Weights by name as rows of 16: the inverse of `unpacked`, with all names."""
        return packed(self.groups, weights, dtype)
