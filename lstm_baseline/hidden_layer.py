"""One recurrent hidden layer without gates: circuit and state.

::

    inputs x(t) ──────► hidden units h(t) ──────► output units ─► response
    context ──────────►      │
       ▲                     │
       └── one step later ───┘

`lstm_baseline.srn` and `lstm_baseline.rbp` differ in the context and in how far errors flow back.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstm_baseline.errors import LSTMTaskError
from lstm_baseline.weights import Group, Groups
from tasks.base.abilities import require_abilities
from tasks.base.task import Choice, TaskSpec
from tasks.engine.lanes import allocate
from tasks.engine.lanes.references import by_reference

__all__ = ["Descent", "HiddenLayer"]


class HiddenLayer(NamedTuple):
    """Numbers of inputs, hidden units (`cells`), and outputs, with the names of `lstm_baseline.circuit.Circuit`."""

    inputs: int
    cells: int
    outputs: int

    @classmethod
    def of(cls, spec: TaskSpec, hidden: int, model: str) -> "HiddenLayer":
        """The circuit for a task; errors name the `model`.

        Raises
        ------
        LSTMTaskError
            If the task has analog inputs, or its answers are not a choice.
        """
        require_abilities(spec, model, analog=False, answers=[Choice], resets=True, error=LSTMTaskError)
        return cls(sum(len(channel.symbols) for channel in spec.channels), hidden, len(spec.responses))

    @property
    def blocks(self) -> int:
        """One per hidden unit."""
        return self.cells

    @property
    def cells_per_block(self) -> int:
        """One."""
        return 1

    @property
    def units(self) -> int:
        """The hidden units."""
        return self.cells

    @property
    def sources(self) -> int:
        """Sources of each hidden unit: inputs, then context."""
        return self.inputs + self.cells

    @property
    def first_recurrent(self) -> int:
        """All units see the context."""
        return 0

    @property
    def first_biased(self) -> int:
        """All units have a bias."""
        return 0

    @property
    def shortcuts(self) -> int:
        """None."""
        return 0

    @property
    def unit_rows(self) -> int:
        """One per hidden unit."""
        return self.cells

    @property
    def cells_seen(self) -> int:
        """Context units that each hidden unit sees: all."""
        return self.cells

    @property
    def gates_seen(self) -> int:
        """None."""
        return 0

    @property
    def forget_gate(self) -> int:
        """None (-1)."""
        return -1

    @property
    def output_gate(self) -> int:
        """None (-1)."""
        return -1

    @property
    def peepholes(self) -> int:
        """None."""
        return 0

    @property
    def output_biases(self) -> int:
        """All output units have a bias."""
        return self.outputs

    @property
    def peephole(self) -> int:
        """The row after all weights."""
        return self.weights

    @property
    def bias(self) -> int:
        """First row of the biases of hidden units."""
        return self.cells * self.sources

    @property
    def readout(self) -> int:
        """First row of the weights of outputs."""
        return self.bias + self.cells

    @property
    def readout_bias(self) -> int:
        """First row of their biases."""
        return self.readout + self.outputs * self.cells

    @property
    def weights(self) -> int:
        """Weights of one network.

        Examples
        --------
        >>> HiddenLayer(inputs=8, cells=100, outputs=2).weights
        11102
        """
        return self.readout_bias + self.outputs

    @property
    def groups(self) -> Groups:
        """Weights by name: ``hidden`` has a column per input, then per context unit; ``readout`` per hidden unit."""
        return {
            "hidden": Group(0, self.cells, self.sources),
            "bias": Group(self.bias, self.cells, 1),
            "readout": Group(self.readout, self.outputs, self.cells),
            "readout_bias": Group(self.readout_bias, self.outputs, 1),
        }

    def initial(self, largest: float, rng: np.random.Generator) -> NDArray[np.float64]:
        """Initial weights of one network, shape (weights,): uniform in ±`largest`."""
        return rng.uniform(-largest, largest, self.weights)


class Carry(NamedTuple):
    """Hidden activity and context between steps, each (cells, 16)."""

    y_c: NDArray[Any]
    s: NDArray[Any]


@by_reference
class Descent(NamedTuple):
    """Persistent state for plain descent; `memory` is all of it."""

    memory: NDArray[Any]
    weights: NDArray[Any]
    carry: Carry

    @classmethod
    def of(cls, circuit: HiddenLayer, dtype: DTypeLike) -> "Descent":
        """State without weights."""
        memory, view = allocate({"weights": circuit.weights, "y_c": circuit.cells, "s": circuit.cells}, dtype)
        return cls(memory=memory, weights=view["weights"], carry=Carry(y_c=view["y_c"], s=view["s"]))
