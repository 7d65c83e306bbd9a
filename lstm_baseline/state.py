"""State of 16 lanes of networks between runs, and the trace of a window for the gradient.

Everything is rows of 16, in the order of a `Layout`. Names are the symbols of Gers, Schmidhuber & Cummins (2000).
"""

from typing import Any, NamedTuple

from numpy.typing import DTypeLike, NDArray

from lstm_baseline.layout import Layout
from tasks.engine.lanes import LANES, allocate
from tasks.engine.lanes.references import by_reference

__all__ = ["Adam", "Carry", "Online", "Sent", "State", "Stream", "Trace", "enter"]

Rows = NDArray[Any]


def enter(rows: Rows, values: NDArray[Any]) -> None:
    """Write an array (step, network, n) into rows of 16, ``step * n + i``; other columns hold 0."""
    steps, networks, n = values.shape
    lanes = rows[: steps * n].reshape(steps, n, LANES)
    lanes[:, :, networks:] = 0.0
    lanes[:, :, :networks] = values.transpose(0, 2, 1)


class Carry(NamedTuple):
    """State between windows: cell outputs y_c and states s, (cells, 16), and visible gates.

    Attributes
    ----------
    sequences
        Number of sequences, or steps of one, for the learning rate; one row.
    """

    y_c: Rows
    s: Rows
    gates: Rows
    sequences: Rows


class Adam(NamedTuple):
    """First and second moment, each (weights, 16), and number of updates, (1, 16)."""

    m: Rows
    v: Rows
    clock: Rows


class Online(NamedTuple):
    """What an online rule carries forward.

    Attributes
    ----------
    partials
        ∂s_c/∂w of all weights of a cell's state (`lstm_baseline.kernels.online`).
    feedback
        Random weights by which output errors reach the cells, row ``k * cells + c``.
    gathered
        1 if the gradient holds steps of this sequence, else 0; one row.
    waiting
        1 if a network waits for a start after an error; one row.
    """

    partials: Rows
    feedback: Rows
    gathered: Rows
    waiting: Rows

    @classmethod
    def rows(cls, layout: Layout) -> dict[str, int]:
        """Rows by name."""
        of_cell = (1 + layout.gates_on_state) * layout.partials_each
        sizes = {"partials": layout.cell_rows * of_cell, "feedback": layout.output_rows * layout.cell_rows}
        return sizes | {"gathered": 1, "waiting": 1}


class Sent(NamedTuple):
    """Sent values by place: the same arrays or, if lanes hold units, their numbers."""

    y_c: NDArray[Any]
    hidden: NDArray[Any]
    y_k: NDArray[Any]
    delta: NDArray[Any]
    delta_k: NDArray[Any]
    squares: NDArray[Any]
    doubt: NDArray[Any]


@by_reference
class Trace(NamedTuple):
    """The steps of a window. With `n` rows per step, row i of step t is row ``t * n + i``.

    Attributes
    ----------
    y_c, s
        n = cell rows. y_c(t−1) and s_c(t−1); an additional step holds the last values.
    net
        n = unit rows. Net inputs: cells, input gates, others from `Layout.forget_row` and `output_row`.
    y
        n = unit rows. Activities in the same order: g(net_c), y_in, y_φ, y_out.
    h
        n = cell rows. h(s_c).
    hidden
        n = hidden rows. Recurrent input: y_c(t−1) and, in some forms, gates at t−1; 0 after a reset.
    s_before
        n = cell rows. s_c(t−1); 0 after a reset. In the plain form, the two are `y_c` and `s`.
    reset
        One row. 1 where the state was reset; not in the plain form.
    gates
        n = rows of gates that units see. Gates at t−1, with an additional step.
    error_hidden
        n = hidden rows, one step. Errors that return to the recurrent input of the next step.
    y_k
        n = output rows. Activity of each output.
    error
        n = cell rows. ∂E/∂y_c: from the outputs, then also from the next step.
    error_s
        n = cell rows, one step. ∂E/∂s_c on its way back in time.
    delta, delta_k
        n = `Layout.delta_rows`, of which unit rows are used; n = output rows. ∂E/∂net, ∂E/∂net_k.
    squares
        Sum of the squared gradients, a row per row of receivers.
    norm
        One row. Squared norm of the gradient.
    doubt
        Three rows: net inputs of units, of outputs, gradient. 0 while finite.
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
        """Room for `steps` steps."""
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
    """`rows` as receivers see them."""
    return rows if layout.lanes_sent == 1 else rows.reshape(-1)


@by_reference
class Stream(NamedTuple):
    """Inputs, targets and responses, one row per step unless another is named.

    Attributes
    ----------
    inputs
        x(t): a row (if lanes hold units, a number) per step and input unit.
    desired
        d_k(t) by output row: 1 for the target, else 0.
    counts
        1 where the response counts, else 0.
    length
        Steps of each network; one row.
    response
        Index of the response.
    counted
        Steps of the present window that count; one row.
    starts, resets
        1 where a sequence starts, and where networks start from 0. These and the following arrays are None in the
        plain form.
    wanted
        Index of the correct response.
    allowed
        By output row: 1 if the response is correct, else 0.
    quantity
        Target of the single output unit.
    largest
        Largest error of an output unit.
    fault
        Where a network was stopped: first step of the window (from 1; 0: nowhere), and row of `Trace.doubt`.
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
    """Persistent state: weights, activity, and optimizer. `memory` is all of it, (rows, 16); other arrays are views.

    Attributes
    ----------
    weights, gradient
        In the order of sums.
    weight_rows, gradient_rows
        The same, for operations on single weights.
    back
        Weights through which errors return, or copies (`Layout.mirror`).
    flat, flat_back
        `weights` and `back`, number by number.
    online
        `Online`; None for other rules.
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
        """State without weights. `shared`: all lanes share weights; `online`: there is room for an online rule."""
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
