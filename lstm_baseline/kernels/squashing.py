"""Squashing functions of gates and memory cells, and their slopes."""

from enum import IntEnum

from tasks.engine.lanes import fill, fused_exp, fused_expm1_for_tanh, load, store
from tasks.engine.lanes.options import inner

__all__ = ["GATE", "SCALES", "Squashing", "slope", "squash_rows"]


class Squashing(IntEnum):
    """How a cell bounds its input (g) and its output (h).

    Hochreiter & Schmidhuber (1997): g is ``LOGISTIC_2``, 4σ(x) − 2 in (−2, 2) (eq. 5), and h is ``LOGISTIC_1``, 2σ(x) −
    1 in (−1, 1) (eq. 4). In experiments 2a and 2b, g is ``LOGISTIC``, σ(x) in (0, 1), and h is ``IDENTITY``. Gers,
    Schraudolph & Schmidhuber (2002) use the same h. ``TANH`` later replaced both.
    """

    TANH = 0
    LOGISTIC_1 = 1
    LOGISTIC_2 = 2
    LOGISTIC = 3
    IDENTITY = 4


GATE = int(Squashing.LOGISTIC)
"""The squashing function of gates."""
SCALES = {Squashing.LOGISTIC: (1.0, 0.0), Squashing.LOGISTIC_1: (2.0, -1.0), Squashing.LOGISTIC_2: (4.0, -2.0)}
"""a and b of the squashing functions a σ(x) + b."""
OF_LOGISTIC, OF_LOGISTIC_1, OF_LOGISTIC_2 = SCALES.values()


@inner
def squash_rows(kind, x, first, y, out, count):
    """The squashing function `kind` of `count` rows of `x` from `first`, to `y` from `out`.

    tanh(x) = m / (m + 2) with m = exp(2x) − 1, σ(x) = 1 / (1 + exp(−x)).
    """
    if kind == Squashing.TANH:
        for i in range(count):
            store(y, out + i, fused_expm1_for_tanh(load(x, first + i)))
        for i in range(count):
            m = load(y, out + i)
            store(y, out + i, m / (m + 2.0))
        return
    if kind == Squashing.IDENTITY:
        for i in range(count):
            store(y, out + i, load(x, first + i))
        return
    scale, offset = OF_LOGISTIC
    if kind == Squashing.LOGISTIC_1:
        scale, offset = OF_LOGISTIC_1
    elif kind == Squashing.LOGISTIC_2:
        scale, offset = OF_LOGISTIC_2
    for i in range(count):
        store(y, out + i, fused_exp(-load(x, first + i)))
    for i in range(count):
        store(y, out + i, scale * (1.0 / (1.0 + load(y, out + i))) + offset)


@inner
def slope(kind, y):
    """The derivative of the squashing function `kind` where its value is `y`.

    y = 4σ − 2: 1 − y²/4; y = 2σ − 1: (1 − y²)/2; y = σ: y − y²; tanh: 1 − y²; identity: 1.
    """
    if kind == Squashing.LOGISTIC_2:
        return 1.0 - 0.25 * y * y
    if kind == Squashing.LOGISTIC_1:
        return 0.5 - 0.5 * y * y
    if kind == Squashing.LOGISTIC:
        return y - y * y
    if kind == Squashing.IDENTITY:
        return fill(y, 1.0)
    return 1.0 - y * y
