"""Operations across lanes: sums, maxima, and one lane broadcast to all.

Sums run from the first lane to the last, with the same bits as a loop over rows.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic

from tasks.engine.lanes.numpy_rows import Row
from tasks.engine.lanes.primitives import (
    LANES,
    _field_pointer,
    _lane_of_array,
    _lane_of_field,
    _row_pointer,
    check_below,
)
from tasks.engine.lanes.types import LaneType, MaskType, splat

__all__ = ["add_lanes", "lane_bits", "lane_numbers", "largest_lane", "lowest_bit", "spread"]

_INDEX = ir.IntType(32)
_STEP = 4
"""Lanes that `add_lanes` adds between tests of the count."""


@intrinsic
def _add_lanes(typingctx: Any, total: Any, x: Any, count: Any) -> Any:
    if not isinstance(x, LaneType) or x != total:
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        running = cgutils.alloca_once_value(builder, builder.extract_element(args[0], ir.Constant(_INDEX, 0)))
        for first in range(0, LANES, _STEP):
            more = builder.icmp_signed(">", args[2], ir.Constant(args[2].type, first))
            with builder.if_then(more):
                so_far = builder.load(running)
                for lane in range(first, first + _STEP):
                    so_far = builder.fadd(so_far, builder.extract_element(args[1], ir.Constant(_INDEX, lane)))
                builder.store(so_far, running)
        return splat(builder, builder.load(running), x)

    return x(x, x, types.intp), codegen


@intrinsic
def _largest_lane(typingctx: Any, x: Any) -> Any:
    if not isinstance(x, LaneType):
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        largest, width = args[0], LANES // 2
        while width:
            turned = [(lane + width) % LANES for lane in range(LANES)]
            mask = ir.Constant(ir.VectorType(_INDEX, LANES), turned)
            other = builder.shuffle_vector(largest, largest, mask)
            largest = builder.select(builder.fcmp_ordered(">", other, largest), other, largest)
            width //= 2
        return largest

    return x(x), codegen


@intrinsic
def _lane_numbers(typingctx: Any, like: Any) -> Any:
    if not isinstance(like, LaneType):
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return ir.Constant(like.llvm, [float(lane) for lane in range(LANES)])

    return like(like), codegen


@intrinsic
def _lane_bits(typingctx: Any, mask: Any) -> Any:
    if not isinstance(mask, MaskType):
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.zext(builder.bitcast(args[0], ir.IntType(LANES)), ir.IntType(64))

    return types.int64(mask), codegen


@intrinsic
def _lowest_bit(typingctx: Any, bits: Any) -> Any:
    if not isinstance(bits, types.Integer):
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), codegen


@intrinsic(prefer_literal=True)
def _spread(typingctx: Any, array: Any, i: Any, lane: Any) -> Any:
    field = _lane_of_field(array, i)
    if field is not None:
        in_record, offset = field

        def spread_field(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            first = _field_pointer(builder, args[0], offset, in_record)
            check_below(context, builder, args[2], ir.Constant(args[2].type, LANES))
            return _spread_from(builder, first, args[2], in_record)

        return in_record(array, i, types.intp), spread_field
    in_row = _lane_of_array(array)
    if in_row is None:
        return None

    def spread_row(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        first = _row_pointer(context, builder, sig.args[0], args[0], args[1], in_row)
        check_below(context, builder, args[2], ir.Constant(args[2].type, LANES))
        return _spread_from(builder, first, args[2], in_row)

    return in_row(array, types.intp, types.intp), spread_row


def _spread_from(builder: Any, row: Any, lane: Any, kind: LaneType) -> Any:
    numbers = builder.bitcast(row, kind.llvm.element.as_pointer())
    return splat(builder, builder.load(builder.gep(numbers, [lane])), kind)


if config.DISABLE_JIT:

    def add_lanes(total: Any, x: Any, count: int) -> Any:
        """`total` (equal in every lane) plus the first `count` lanes of `x`, in order; others are 0."""
        running = total[0]
        for value in x[:count]:
            running = running + value
        return np.full(LANES, running, x.dtype).view(Row)

    def largest_lane(x: Any) -> Any:
        """The largest lane of `x`, in every lane."""
        return np.full(LANES, np.max(x), x.dtype).view(Row)

    def lane_bits(mask: Any) -> int:
        """The mask as an integer: bit i is set where lane i holds."""
        return sum(1 << lane for lane in range(LANES) if mask[lane])

    def lowest_bit(bits: int) -> int:
        """Number of the lowest set bit, which must exist."""
        return (bits & -bits).bit_length() - 1

    def lane_numbers(like: Any) -> Any:
        """0 in the first lane, 1 in the second, …, in the precision of `like`."""
        return np.arange(LANES, dtype=like.dtype).view(Row)

    def spread(array: Any, i: int | str, lane: int) -> Any:
        """One lane of ``load(array, i)``, in every lane."""
        return np.full(LANES, array[i][lane], np.asarray(array[i]).dtype).view(Row)

else:
    add_lanes = _add_lanes
    largest_lane = _largest_lane
    lane_bits = _lane_bits
    lane_numbers = _lane_numbers
    lowest_bit = _lowest_bit
    spread = _spread
