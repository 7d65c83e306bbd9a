"""Output of a cell with a given state, and the effective gate of a gate that subtracts."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_baseline.kernels.squashing import SCALES, Squashing

__all__ = ["cell_output", "effective_gate"]


def cell_output(h: Squashing, state: NDArray[Any], gate: NDArray[Any], *, subtracts: bool) -> NDArray[Any]:
    """Output of a cell: y_c = h(s_c) · y_out, or h(s_c) − y_out for a gate that subtracts.

    `state` and `gate` are arrays of one shape: s_c, and y_out in [0, 1].

    Examples
    --------
    >>> cell_output(Squashing.TANH, np.array([0.0, 50.0]), np.array([0.5, 0.5]), subtracts=False)
    array([0. , 0.5])
    """
    if h in SCALES:
        scale, offset = SCALES[h]
        with np.errstate(over="ignore"):  # 1 / ∞ = 0
            squashed = scale / (1.0 + np.exp(-state)) + offset
    else:
        squashed = np.tanh(state) if h == Squashing.TANH else state
    passes: NDArray[Any] = squashed - gate if subtracts else squashed * gate
    return passes


def effective_gate(content: NDArray[Any], gate: NDArray[Any]) -> NDArray[Any]:
    """Proportion of the content that passes a gate that subtracts: max(0, x − y) / x.

    The thalamic gate of PBWM is on the same scale. If y > x, the rest of the inhibition acts on the content of the
    cell.

    Parameters
    ----------
    content : array, in [0, 1]
        x, the content: g(net_c) for the input gate, h(s_c) for the output gate.
    gate : array of the same shape, in [0, 1]
        y, the amount that the gate subtracts.

    Returns
    -------
    array, in [0, 1]
        0 without content; NaN where content or gate is NaN.

    Examples
    --------
    >>> effective_gate(np.array([0.8, 0.8, 0.8, 0.2]), np.array([0.0, 0.2, 0.8, 0.8]))
    array([1.  , 0.75, 0.  , 0.  ])
    """
    passes = np.maximum(content - gate, 0)
    share: NDArray[Any] = np.divide(passes, content, out=passes, where=content != 0)  # elsewhere 0 or NaN
    return share
