"""State of 16 lanes of networks: variables that persist between runs, and the trace of a window for the gradient.

Everything is rows of 16, laid out as a `Layout` says, and is allocated before a kernel runs. Names are the symbols of
Gers, Schmidhuber & Cummins (2000).
"""

from typing import Any, NamedTuple

from numpy.typing import DTypeLike, NDArray

from lstm_baseline.layout import Layout
from tasks.engine.lanes import LANES, allocate
from tasks.engine.lanes.references import by_reference

__all__ = ["Adam", "Carry", "Online", "Sent", "State", "Stream", "Trace", "enter"]

Rows = NDArray[Any]


def enter(rows: Rows, values: NDArray[Any]) -> None:
    """Write an array (step, network, n) into rows of 16, ``step * n + i``; columns without a network hold 0."""
    steps, networks, n = values.shape
    lanes = rows[: steps * n].reshape(steps, n, LANES)
    lanes[:, :, networks:] = 0.0
    lanes[:, :, :networks] = values.transpose(0, 2, 1)


class Carry(NamedTuple):
    """State of the networks between two windows: cell outputs and states, (cells, 16), and gates if they are seen.

    Attributes
    ----------
    sequences
        Number of sequences learned from, if the learning rate depends on it; one row.
    """

    y_c: Rows
    s: Rows
    gates: Rows
    sequences: Rows


class Adam(NamedTuple):
    """Adam's memory: first and second moment, each (weights, 16), and the updates made so far, (1, 16)."""

    m: Rows
    v: Rows
    clock: Rows


class Online(NamedTuple):
    """Partial derivatives that an online rule carries forward, for each network.

    Attributes
    ----------
    partials
        ∂s_c/∂w of all weights on which the state of a cell depends (`lstm_baseline.kernels.online`).
    feedback
        Weights by which errors of outputs reach the cells, row ``k * cells + c``, if they are not the forward weights.
    gathered
        1 where the gradient already holds steps of this sequence, else 0; one row.
    waiting
        1 where a network waits for the start of a sequence, after an error that ended the one before; one row.
    """

    partials: Rows
    feedback: Rows
    gathered: Rows
    waiting: Rows

    @classmethod
    def rows(cls, layout: Layout) -> dict[str, int]:
        """Rows that an online rule needs, by name."""
        of_cell = (1 + layout.gates_on_state) * layout.partials_each
        sizes = {"partials": layout.cell_rows * of_cell, "feedback": layout.output_rows * layout.cell_rows}
        return sizes | {"gathered": 1, "waiting": 1}


class Sent(NamedTuple):
    """Sent values, by place: the arrays of the same names, or, where lanes hold units, the numbers in them."""

    y_c: NDArray[Any]
    hidden: NDArray[Any]
    y_k: NDArray[Any]
    delta: NDArray[Any]
    delta_k: NDArray[Any]
    squares: NDArray[Any]
    doubt: NDArray[Any]


@by_reference
class Trace(NamedTuple):
    """The steps of a window. Each array holds `n` rows per step, so row i of step t is row ``t * n + i``.

    Attributes
    ----------
    y_c
        n = cell rows. y_c(t−1); has one step more, whose y_c are those after the last.
    net
        n = unit rows. Net inputs: cells, input gates, and the others from `Layout.forget_row` and `output_row` on.
    y
        n = unit rows. Activities in the same order: g(net_c), y_in, y_φ, y_out.
    s
        n = cell rows. s_c(t−1); has one step more, whose s_c are those after the last.
    h
        n = cell rows. h(s_c).
    hidden
        n = hidden rows. Recurrent input: y_c(t−1) and, in some forms, gates at t−1; 0 after a reset.
    s_before
        n = cell rows. s_c(t−1); 0 after a reset. In the plain form, `hidden` and `s_before` are `y_c` and `s`.
    reset
        One row. 1 where the state was reset; has steps only where the form is not plain.
    gates
        n = rows of gates that are seen. Gates at t−1; has one step more.
    error_hidden
        n = hidden rows, one step only. Errors that return from the next step to its recurrent input.
    y_k
        n = output rows. Probability of each response.
    error
        n = cell rows. ∂E/∂y_c: first from the outputs alone, then with the errors from the next step.
    error_s
        n = cell rows, one step only. ∂E/∂s_c on its way back in time.
    delta
        n = `Layout.delta_rows`, of which the unit rows hold something. ∂E/∂net.
    delta_k
        n = output rows. ∂E/∂net_k.
    squares
        A row per row of receivers. Sum of the squares of the gradient of its weights.
    norm
        One row. Square of the gradient's norm.
    doubt
        Three rows: net inputs of cells and gates, of outputs, gradient. 0 while they are finite in this window.
    sent
        The arrays that are sent.
    """

    y_c: Rows
    net: Rows
    y: Rows
    s: Rows
    h: Rows
    hidden: Rows
    s_before: Rows
    reset: Any
    gates: Any
    y_k: Rows
    error: Rows
    error_s: Rows
    error_hidden: Any
    delta: Rows
    delta_k: Rows
    squares: Rows
    norm: Rows
    doubt: Rows
    sent: Sent

    @classmethod
    def of(cls, layout: Layout, steps: int, dtype: DTypeLike, *, plain: bool = True) -> "Trace":
        """Room for `steps` steps of a `plain` form, or of another."""
        units, cells, outputs = layout.unit_rows, layout.cell_rows, layout.output_rows
        rows = {
            "y_c": (steps + 1) * cells,
            "net": steps * units,
            "y": steps * units,
            "s": (steps + 1) * cells,
            "h": steps * cells,
            "y_k": steps * outputs,
            "error": steps * cells,
            "error_s": cells,
            "error_hidden": 0 if plain else layout.hidden,
            "gates": (steps + 1) * layout.gates_seen,
            "hidden": 0 if plain else steps * layout.hidden,
            "s_before": 0 if plain else steps * cells,
            "reset": 0 if plain else steps,
            "delta": steps * layout.delta_rows,
            "delta_k": steps * outputs,
            "squares": units + outputs,
            "norm": 1,
            "doubt": 3,
        }
        view: dict[str, Any] = allocate(rows, dtype)[1]
        if plain:
            view |= {"hidden": view["y_c"], "s_before": view["s"], "reset": None, "gates": None, "error_hidden": None}
        return cls(**view, sent=Sent(**{name: sent(layout, view[name]) for name in Sent._fields}))


def sent(layout: Layout, rows: Rows) -> NDArray[Any]:
    """`rows` as their receivers see them."""
    return rows if layout.lanes_sent == 1 else rows.reshape(-1)


@by_reference
class Stream(NamedTuple):
    """Inputs, targets and responses of the networks. One row per step unless another is named.

    Attributes
    ----------
    inputs
        x(t), a row, or a number where lanes hold units, per step and input unit.
    desired
        d_k(t), by output row: 1 for the target, else 0.
    counts
        1 where the response counts, else 0.
    length
        Steps of each network's stream; one row.
    response
        Index of the response given.
    counted
        Steps of the present window that count; one row.
    starts, resets
        1 where a sequence starts, and where networks start from 0, else 0. These and the following are only there for
        forms that are not plain, and None else.
    wanted
        Index of the response that counts as right.
    allowed
        By output row: 1 if the response is right, else 0.
    quantity
        Target of the single output unit.
    largest
        The largest error of an output unit.
    fault
        Where networks were stopped: first step of the window, counted from 1 (0: not stopped); row of `Trace.doubt`.
    """

    inputs: NDArray[Any]
    desired: Rows
    counts: Rows
    length: Rows
    response: Rows
    counted: Rows
    fault: Rows
    starts: Any
    resets: Any
    wanted: Any
    allowed: Any
    quantity: Any
    largest: Any

    @classmethod
    def of(cls, layout: Layout, steps: int, dtype: DTypeLike, *, plain: bool = True) -> "Stream":
        """Room for `steps` steps, without inputs or targets."""
        inputs = steps * layout.inputs
        rows = {
            "inputs": inputs if layout.lanes_sent == 1 else -(-inputs // LANES),
            "desired": steps * layout.output_rows,
            "counts": steps,
            "length": 1,
            "response": steps,
            "counted": 1,
            "fault": 2,
        }
        further = ("starts", "resets", "wanted", "quantity", "largest")
        rows |= dict.fromkeys(further, 0 if plain else steps)
        rows["allowed"] = 0 if plain else steps * layout.output_rows
        view: dict[str, Any] = allocate(rows, dtype)[1]
        if plain:
            view |= dict.fromkeys((*further, "allowed"))
        view["inputs"] = sent(layout, view["inputs"])
        return cls(**view)


@by_reference
class State(NamedTuple):
    """State that persists between runs. `memory` is all of it, (rows, 16); the other arrays are views of it.

    Saving or restoring `memory` saves or restores the networks: weights, activity, and Adam's moments and clocks.

    Attributes
    ----------
    weights, gradient
        In the order of sums.
    weight_rows, gradient_rows
        The same, for operations on single weights.
    online
        Derivatives that an online rule carries forward (`Online`); None for other rules.
    back
        Weights as errors come back through them: the weights themselves, or a copy where lanes hold units.
    flat, flat_back
        `weights` and `back`, number by number.
    """

    memory: Rows
    weights: NDArray[Any]
    gradient: NDArray[Any]
    weight_rows: Rows
    gradient_rows: Rows
    back: NDArray[Any]
    flat: NDArray[Any]
    flat_back: NDArray[Any]
    adam: Adam
    carry: Carry
    online: Any

    @classmethod
    def of(cls, layout: Layout, dtype: DTypeLike, *, shared: bool = False, online: bool = False) -> "State":
        """The state of new networks without weights.

        All lanes have the same weights if `shared`; with room for a rule that learns `online`, if it does.
        """
        own = -(-layout.weights // LANES) if shared else layout.weights
        mirrored = -(-(int(layout.mirror.max()) + 1) // LANES) if layout.mirror.size else 0
        rows = {
            "weights": own,
            "gradient": own,
            "m": own,
            "v": own,
            "clock": 1,
            "y_c": layout.cell_rows,
            "s": layout.cell_rows,
            "gates": layout.gates_seen,
            "sequences": 1,
            **(Online.rows(layout) if online else {}),
            "back": mirrored,
        }
        memory, view = allocate(rows, dtype)
        back = view["back"] if mirrored else view["weights"]
        flat = {name: view[name].reshape(-1) for name in ("weights", "gradient")}
        summed = flat if shared else view
        return cls(
            memory=memory,
            weights=summed["weights"],
            gradient=summed["gradient"],
            weight_rows=view["weights"],
            gradient_rows=view["gradient"],
            back=back.reshape(-1) if shared else back,
            flat=flat["weights"],
            flat_back=back.reshape(-1),
            adam=Adam(m=view["m"], v=view["v"], clock=view["clock"]),
            carry=Carry(**{name: view[name] for name in Carry._fields}),
            online=Online(**{name: view[name] for name in Online._fields}) if online else None,
        )
