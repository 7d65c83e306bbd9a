"""Functions of lane values, written in lane operations: the same source runs jitted and on NumPy rows.

Exponentials use ``exp(x) = 2**k exp(r)`` with ``|r| <= ln(2)/2`` and the Taylor series of ``exp(r) - 1``, cut where its
remainder is below half a unit in the last place (degree 7 in float32, 13 in float64). NaN gives NaN.
"""

from typing import Any

import numpy as np
from numba import config, njit
from numba.extending import overload

from tasks.base.lanes.options import inner
from tasks.base.lanes.primitives import fill, floor, fma, scale_by_power_of_two, where
from tasks.base.lanes.types import LaneType

INVERSE_LN2 = 1.4426950408889634
LN2_HIGH_32, LN2_LOW_32 = 0.693359375, -2.12194440054690583e-4
LN2_HIGH_64, LN2_LOW_64 = 6.93147180369123816490e-01, 1.90821492927058770002e-10
LIMIT_32, LIMIT_64 = 87.0, 708.0
"""Arguments beyond which the result is held: exp(-87) = 1.6e-38 is still a normal float32."""


@njit(inline="always")
def minimum(a: Any, b: Any) -> Any:
    """The smaller of two lane values, or of a lane value and a number; `a` where one is NaN.

    With the bound second, ``minimum(value, bound)`` is one instruction and a NaN stays to be seen.
    """
    return where(b < a, b, a)


@njit(inline="always")
def maximum(a: Any, b: Any) -> Any:
    """The larger of two lane values, or of a lane value and a number; `a` where one is NaN (see `minimum`)."""
    return where(b > a, b, a)


def _separate(a: Any, b: Any, c: Any) -> Any:
    """``a * b + c``, product and sum rounded each."""
    return a * b + c


def _exponentials(multiply_add: Any) -> Any:
    """`exp` and `expm1` that add products to sums in one of two ways: by rounding them apart, or fused."""

    def reduced_32(x: Any) -> Any:
        x = minimum(maximum(x, -LIMIT_32), LIMIT_32)
        k = floor(multiply_add(x, INVERSE_LN2, 0.5))
        r = multiply_add(k, -LN2_LOW_32, multiply_add(k, -LN2_HIGH_32, x))
        p = multiply_add(r, 1 / 5040, 1 / 720)
        p = multiply_add(p, r, 1 / 120)
        p = multiply_add(p, r, 1 / 24)
        p = multiply_add(p, r, 1 / 6)
        p = multiply_add(p, r, 0.5)
        return k, multiply_add(p * r, r, r)

    def reduced_64(x: Any) -> Any:
        x = minimum(maximum(x, -LIMIT_64), LIMIT_64)
        k = floor(multiply_add(x, INVERSE_LN2, 0.5))
        r = multiply_add(k, -LN2_LOW_64, multiply_add(k, -LN2_HIGH_64, x))
        p = multiply_add(r, 1 / 6227020800, 1 / 479001600)
        p = multiply_add(p, r, 1 / 39916800)
        p = multiply_add(p, r, 1 / 3628800)
        p = multiply_add(p, r, 1 / 362880)
        p = multiply_add(p, r, 1 / 40320)
        p = multiply_add(p, r, 1 / 5040)
        p = multiply_add(p, r, 1 / 720)
        p = multiply_add(p, r, 1 / 120)
        p = multiply_add(p, r, 1 / 24)
        p = multiply_add(p, r, 1 / 6)
        p = multiply_add(p, r, 0.5)
        return k, multiply_add(p * r, r, r)

    if config.DISABLE_JIT:

        def reduced(x: Any) -> Any:
            """(k, exp(r) - 1) with x = k ln 2 + r."""
            return reduced_32(x) if x.dtype == np.float32 else reduced_64(x)

    else:

        def reduced(x: Any) -> Any:
            """(k, exp(r) - 1) with x = k ln 2 + r; compiled for the precision of `x`."""
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
        return multiply_add(p, power, power - 1.0)

    return exp, expm1


exp, expm1 = _exponentials(njit(inline="always")(_separate))
fused_exp, fused_expm1 = _exponentials(fma)
"""The same functions by fused multiply-adds: sooner, as exact, and not the same in the last place."""


@inner
def sigmoid(x: Any) -> Any:
    """The logistic function ``1 / (1 + exp(-x))``, to 2.5 units in the last place."""
    return 1.0 / (1.0 + exp(-x))


@inner
def fused_expm1_for_tanh(x: Any) -> Any:
    """``exp(2x) - 1``, for x held at ±20, where the hyperbolic tangent is ±1; by fused multiply-adds."""
    return fused_expm1(2.0 * minimum(maximum(x, -20.0), 20.0))


@inner
def tanh(x: Any) -> Any:
    """The hyperbolic tangent ``m / (m + 2)``, ``m = exp(2x) - 1``, to 2.5 units in the last place; held at ±20 (±1)."""
    m = expm1(2.0 * minimum(maximum(x, -20.0), 20.0))
    return m / (m + 2.0)
