"""Functions of lane values; the same source runs jitted and on NumPy rows.

``exp(x) = 2**k exp(r)`` with ``|r| <= ln(2)/2`` and the Taylor series of ``exp(r) - 1`` (degree 7 in float32, 13 in
float64). NaN gives NaN.
"""

from typing import Any

import numpy as np
from numba import config
from numba.extending import overload

from tasks.engine.lanes.options import inner
from tasks.engine.lanes.primitives import (
    fill,
    floor,
    fma,
    multiply_add,
    scale_by_power_of_two,
)
from tasks.engine.lanes.selection import maximum, minimum
from tasks.engine.lanes.types import LaneType

INVERSE_LN2 = 1.4426950408889634
LN2_HIGH_32, LN2_LOW_32 = 0.693359375, -2.12194440054690583e-4
LN2_HIGH_64, LN2_LOW_64 = 6.93147180369123816490e-01, 1.90821492927058770002e-10
LIMIT_32, LIMIT_64 = 87.0, 708.0
"""Limits of arguments: exp(-87) = 1.6e-38 is still a normal float32."""


def _exponentials(add_product: Any) -> Any:
    """`exp` and `expm1` with products rounded separately or fused."""

    def reduced_32(x: Any) -> Any:
        x = minimum(maximum(x, -LIMIT_32), LIMIT_32)
        k = floor(add_product(x, INVERSE_LN2, 0.5))
        r = add_product(k, -LN2_LOW_32, add_product(k, -LN2_HIGH_32, x))
        p = add_product(r, 1 / 5040, 1 / 720)
        p = add_product(p, r, 1 / 120)
        p = add_product(p, r, 1 / 24)
        p = add_product(p, r, 1 / 6)
        p = add_product(p, r, 0.5)
        return k, add_product(p * r, r, r)

    def reduced_64(x: Any) -> Any:
        x = minimum(maximum(x, -LIMIT_64), LIMIT_64)
        k = floor(add_product(x, INVERSE_LN2, 0.5))
        r = add_product(k, -LN2_LOW_64, add_product(k, -LN2_HIGH_64, x))
        p = add_product(r, 1 / 6227020800, 1 / 479001600)
        p = add_product(p, r, 1 / 39916800)
        p = add_product(p, r, 1 / 3628800)
        p = add_product(p, r, 1 / 362880)
        p = add_product(p, r, 1 / 40320)
        p = add_product(p, r, 1 / 5040)
        p = add_product(p, r, 1 / 720)
        p = add_product(p, r, 1 / 120)
        p = add_product(p, r, 1 / 24)
        p = add_product(p, r, 1 / 6)
        p = add_product(p, r, 0.5)
        return k, add_product(p * r, r, r)

    if config.DISABLE_JIT:

        def reduced(x: Any) -> Any:
            """(k, exp(r) - 1) with x = k ln 2 + r."""
            return reduced_32(x) if x.dtype == np.float32 else reduced_64(x)

    else:

        def reduced(x: Any) -> Any:
            """The same, compiled for the precision of `x`."""
            raise RuntimeError("`reduced` runs inside kernels only")

        @overload(reduced, inline="always")
        def _reduced_for(x: Any) -> Any:
            if isinstance(x, LaneType):
                return reduced_32 if x.bits == 32 else reduced_64
            return None

    @inner
    def exp(x: Any) -> Any:
        """The exponential of every lane, to 1 unit in the last place; held at exp(±87), in float64 at exp(±708)."""
        k, p = reduced(x)
        return scale_by_power_of_two(p + 1.0, k)

    @inner
    def expm1(x: Any) -> Any:
        """``exp(x) - 1``, to 2 units in the last place, near 0 too."""
        k, p = reduced(x)
        power = scale_by_power_of_two(fill(x, 1.0), k)
        return add_product(p, power, power - 1.0)

    return exp, expm1


exp, expm1 = _exponentials(multiply_add)
fused_exp, fused_expm1 = _exponentials(fma)
"""The same by fused multiply-adds: faster and as exact, with other last bits."""


@inner
def sigmoid(x: Any) -> Any:
    """The logistic function ``1 / (1 + exp(-x))``, to 2.5 units in the last place."""
    return 1.0 / (1.0 + exp(-x))


@inner
def fused_expm1_for_tanh(x: Any) -> Any:
    """``exp(2x) - 1`` by fused multiply-adds, for x held at ±20, where tanh is ±1."""
    return fused_expm1(2.0 * minimum(maximum(x, -20.0), 20.0))


@inner
def tanh(x: Any) -> Any:
    """The hyperbolic tangent ``m / (m + 2)``, ``m = exp(2x) - 1``, to 2.5 units in the last place; held at ±20 (±1)."""
    m = expm1(2.0 * minimum(maximum(x, -20.0), 20.0))
    return m / (m + 2.0)
