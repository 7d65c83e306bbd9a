"""The effective gate of a gate that subtracts: on the scale of gates that multiply, from 0 (closed) to 1 (open)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["effective_gate"]


def effective_gate(content: NDArray[Any], gate: NDArray[Any]) -> NDArray[Any]:
    """Content that passes a gate, divided by that of an open gate: max(0, x − y) / x for a gate that subtracts.

    The gate of the thalamus in PBWM is on the same scale: the response under inhibition over the response without it.
    If the gate subtracts more than the content, no content passes, and the effective gate is 0; the rest of the
    inhibition acts on the content of the cell.

    Parameters
    ----------
    content : array, in [0, 1]
        x, the content that passes an open gate: g(net_c) for the input gate, h(s_c) for the output gate.
    gate : array of the same shape, in [0, 1]
        y, the amount that the gate subtracts.

    Returns
    -------
    array, in [0, 1]
        Dimensionless. 0 where there is no content; NaN where content or gate is NaN.

    Examples
    --------
    >>> effective_gate(np.array([0.8, 0.8, 0.8, 0.2]), np.array([0.0, 0.2, 0.8, 0.8]))
    array([1.  , 0.75, 0.  , 0.  ])
    """
    passes = np.maximum(content - gate, 0)
    share: NDArray[Any] = np.divide(passes, content, out=np.zeros_like(passes), where=content != 0)
    return share
