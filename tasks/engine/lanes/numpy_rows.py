"""Lanes without the compiler: rows of 16 that behave like jitted lanes."""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Row", "fused", "plain"]


def plain(x: Any) -> Any:
    """An operand that takes the precision of the other one."""
    if isinstance(x, Row):
        return x.view(np.ndarray)
    return x.item() if isinstance(x, np.generic) else x


class Row(np.ndarray):
    """A lane value without jit: an immutable NumPy row of 16."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **options: Any) -> Any:
        operands = [plain(x) for x in inputs]
        result = getattr(ufunc, method)(*operands, **options)
        return result.view(Row) if isinstance(result, np.ndarray) and result.dtype.kind == "f" else result


def fused(a: Any, b: Any, c: Any) -> Row:
    """``a * b + c`` of rows and numbers, rounded once.

    Examples
    --------
    >>> x = np.full(16, 1 + 2.0**-12, np.float32).view(Row)
    >>> float(fused(x, x, -1.0)[0]) == 2.0**-11 + 2.0**-24  # x * x - 1 loses the last term
    True
    """
    kind = next(x.dtype for x in (a, b, c) if isinstance(x, Row))
    rows = np.broadcast_arrays(*(np.asarray(plain(x), kind) for x in (a, b, c)))
    return (_fused_32(*rows) if kind == np.float32 else _fused_64(*rows)).view(Row)


def _fused_32(a: NDArray[np.float32], b: NDArray[np.float32], c: NDArray[np.float32]) -> NDArray[np.float32]:
    """By float64, in which the product of two float32 is exact.

    The sum is rounded to odd, so that rounding to float32 resolves ties correctly (Boldo & Melquiond, 2008).
    """
    with np.errstate(all="ignore"):
        product, addend = a.astype(np.float64) * b.astype(np.float64), c.astype(np.float64)
        total = product + addend
        of_addend = total - product
        rest = (product - (total - of_addend)) + (addend - of_addend)
        bits = total.view(np.int64)
        inexact, even = np.isfinite(total) & (rest != 0.0), bits & 1 == 0
        away = np.where((rest > 0.0) == (total > 0.0), 1, -1)
        return np.where(inexact & even, bits + away, bits).view(np.float64).astype(np.float32)


def _fused_64(a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]) -> NDArray[np.float64]:
    """By fractions, where all are finite and the result is not zero."""
    factors = np.isfinite(a) & np.isfinite(b)
    with np.errstate(all="ignore"):
        result = np.where(factors & ~np.isfinite(c), c, a * b + c)
    for i in np.flatnonzero(factors & np.isfinite(c)):
        exact = Fraction(float(a[i])) * Fraction(float(b[i])) + Fraction(float(c[i]))
        if exact:
            try:
                result[i] = float(exact)
            except OverflowError:
                result[i] = np.inf if exact > 0 else -np.inf
    return result
