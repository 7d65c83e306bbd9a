"""What a block of 16 networks holds: what lasts from run to run, and the trace of the steps an error flows through.

Everything is rows of 16, one column per network, and is allocated before a kernel runs. Names are the symbols of
Gers, Schmidhuber & Cummins (2000).
"""

from typing import Any, NamedTuple

from numpy.typing import DTypeLike, NDArray

from lstm_baseline.circuit import Circuit
from tasks.base.lanes import LANES, allocate

__all__ = ["Adam", "Carry", "State", "Stream", "Trace", "enter"]

Rows = NDArray[Any]


def enter(rows: Rows, values: NDArray[Any]) -> None:
    """Write an array (step, network, n) into rows of 16, ``step * n + i``; columns without a network hold 0."""
    steps, networks, n = values.shape
    lanes = rows[: steps * n].reshape(steps, n, LANES)
    lanes[:, :, networks:] = 0.0
    lanes[:, :, :networks] = values.transpose(0, 2, 1)


class Carry(NamedTuple):
    """Where the networks stand between two windows: cell outputs and cell states, each (cells, 16)."""

    y_c: Rows
    s: Rows


class Adam(NamedTuple):
    """Adam's memory: first and second moment, each (weights, 16), and the updates made so far, (1, 16)."""

    m: Rows
    v: Rows
    clock: Rows


class Trace(NamedTuple):
    """The steps of a window. Each array holds `n` rows per step, so unit i at step t is row ``t * n + i``.

    Attributes
    ----------
    source
        n = sources. x(t), then y_c(t−1); has one step more, whose y_c are those after the last.
    net
        n = units. Net inputs, in the order cells, input gates, forget gates, output gates.
    y
        n = units. Activities in the same order: g(net_c), y_in, y_φ, y_out.
    s
        n = cells. s_c(t−1); has one step more, whose s_c are those after the last.
    h
        n = cells. h(s_c).
    y_k
        n = outputs. Probability of each response.
    error
        n = cells. ∂E/∂y_c: first as it comes from outside, in the end with what comes back from the next step.
    error_s
        n = cells, one step only. ∂E/∂s_c on its way back in time.
    delta
        n = units. ∂E/∂net.
    delta_k
        n = outputs. ∂E/∂net_k.
    """

    source: Rows
    net: Rows
    y: Rows
    s: Rows
    h: Rows
    y_k: Rows
    error: Rows
    error_s: Rows
    delta: Rows
    delta_k: Rows

    @classmethod
    def of(cls, circuit: Circuit, steps: int, dtype: DTypeLike) -> "Trace":
        """Room for `steps` steps."""
        units, cells, outputs = circuit.units, circuit.cells, circuit.outputs
        rows = {
            "source": (steps + 1) * circuit.sources,
            "net": steps * units,
            "y": steps * units,
            "s": (steps + 1) * cells,
            "h": steps * cells,
            "y_k": steps * outputs,
            "error": steps * cells,
            "error_s": cells,
            "delta": steps * units,
            "delta_k": steps * outputs,
        }
        return cls(**allocate(rows, dtype)[1])


class Stream(NamedTuple):
    """What the networks see and should answer, and what they do answer. One row per step unless another is named.

    Attributes
    ----------
    inputs
        x(t), a row per step and input unit.
    desired
        d_k(t), a row per step and output unit: 1 for the target, else 0.
    counts
        1 where the response counts, else 0.
    length
        Steps of each network's stream; one row.
    response
        Index of the response given.
    counted
        Steps of the present window that count; one row.
    """

    inputs: Rows
    desired: Rows
    counts: Rows
    length: Rows
    response: Rows
    counted: Rows

    @classmethod
    def of(cls, circuit: Circuit, steps: int, dtype: DTypeLike) -> "Stream":
        """Room for `steps` steps, with nothing to see or answer."""
        rows = {
            "inputs": steps * circuit.inputs,
            "desired": steps * circuit.outputs,
            "counts": steps,
            "length": 1,
            "response": steps,
            "counted": 1,
        }
        return cls(**allocate(rows, dtype)[1])


class State(NamedTuple):
    """What lasts from run to run. `memory` is the whole of it, (rows, 16); the rest are views of it.

    Saving or restoring `memory` saves or restores the networks: weights, activity, and Adam's moments and clocks.
    """

    memory: Rows
    weights: Rows
    gradient: Rows
    adam: Adam
    carry: Carry

    @classmethod
    def of(cls, circuit: Circuit, dtype: DTypeLike) -> "State":
        """The state of networks without weights that have seen nothing."""
        rows = {
            "weights": circuit.weights,
            "gradient": circuit.weights,
            "m": circuit.weights,
            "v": circuit.weights,
            "clock": 1,
            "y_c": circuit.cells,
            "s": circuit.cells,
        }
        memory, view = allocate(rows, dtype)
        adam = Adam(m=view["m"], v=view["v"], clock=view["clock"])
        carry = Carry(y_c=view["y_c"], s=view["s"])
        return cls(memory=memory, weights=view["weights"], gradient=view["gradient"], adam=adam, carry=carry)
