"""Operations of lane values with masks: numba intrinsics and, with ``NUMBA_DISABLE_JIT=1``, rows of 16."""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.extending import intrinsic

from tasks.engine.lanes.numpy_rows import Row, plain
from tasks.engine.lanes.types import LANES, MASK, MaskType, as_lane, common_lane

__all__ = ["any_of", "maximum", "minimum", "where"]


@intrinsic
def _where(typingctx: Any, mask: Any, a: Any, b: Any) -> Any:
    lane = common_lane(a, b)
    if lane is None or not isinstance(mask, MaskType):
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        chosen = (as_lane(context, builder, v, t, sig.return_type) for v, t in zip(args[1:], sig.args[1:], strict=True))
        return builder.select(args[0], *chosen)

    return lane(MASK, a, b), codegen


def _chosen(symbol: str) -> Any:
    """An intrinsic: the second argument if it compares so to the first, else the first."""

    @intrinsic
    def choose(typingctx: Any, a: Any, b: Any) -> Any:
        lane = common_lane(a, b)
        if lane is None:
            return None

        def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            x, y = (as_lane(context, builder, v, t, lane) for v, t in zip(args, sig.args, strict=True))
            return builder.select(builder.fcmp_ordered(symbol, y, x), y, x)

        return lane(a, b), codegen

    return choose


@intrinsic
def _any_of(typingctx: Any, mask: Any) -> Any:
    if not isinstance(mask, MaskType):
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        bits = builder.bitcast(args[0], ir.IntType(LANES))
        return builder.icmp_unsigned("!=", bits, ir.Constant(bits.type, 0))

    return types.boolean(MASK), codegen


if config.DISABLE_JIT:

    def where(mask: Any, a: Any, b: Any) -> Any:
        """Per lane, `a` where `mask` holds, else `b`; one may be a number."""
        return np.where(mask, plain(a), plain(b)).view(Row)

    def minimum(a: Any, b: Any) -> Any:
        """The smaller of two lane values, or of a lane value and a number; `a` if one is NaN.

        With the bound second, ``minimum(value, bound)`` is one instruction and preserves NaN.
        """
        return where(b < a, b, a)

    def maximum(a: Any, b: Any) -> Any:
        """The larger of two lane values or numbers; `a` if one is NaN (see `minimum`)."""
        return where(b > a, b, a)

    def any_of(mask: Any) -> bool:
        """Whether `mask` holds in at least one lane."""
        return bool(np.any(mask))

else:
    where = _where
    minimum = _chosen("<")
    maximum = _chosen(">")
    any_of = _any_of
