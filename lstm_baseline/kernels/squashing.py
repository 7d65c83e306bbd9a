"""The squashing functions of a memory cell, and their slopes."""

from enum import IntEnum

from tasks.base.lanes import sigmoid, tanh
from tasks.base.lanes.options import inner

__all__ = ["Squashing", "slope", "squash"]


class Squashing(IntEnum):
    """How a cell bounds its input (g) and its output (h).

    ``LOGISTIC_2``, 4σ(x) − 2 in (−2, 2), is g of Hochreiter & Schmidhuber (1997, eq. 5); ``LOGISTIC_1``, 2σ(x) − 1 in
    (−1, 1), is their h (eq. 4); ``TANH`` is what both became.
    """

    TANH = 0
    LOGISTIC_1 = 1
    LOGISTIC_2 = 2


@inner
def squash(kind, x):
    """The squashing function `kind` (an int of `Squashing`) of the lane value `x`."""
    if kind == Squashing.LOGISTIC_2:
        return 4.0 * sigmoid(x) - 2.0
    if kind == Squashing.LOGISTIC_1:
        return 2.0 * sigmoid(x) - 1.0
    return tanh(x)


@inner
def slope(kind, y):
    """The derivative of the squashing function `kind` where its value is `y`.

    With y = 4σ − 2, 4σ(1 − σ) = 1 − y²/4; with y = 2σ − 1, 2σ(1 − σ) = (1 − y²)/2; of tanh, 1 − y².
    """
    if kind == Squashing.LOGISTIC_2:
        return 1.0 - 0.25 * y * y
    if kind == Squashing.LOGISTIC_1:
        return 0.5 - 0.5 * y * y
    return 1.0 - y * y
