"""Operations of lane values beyond operators.

Each is a numba intrinsic and, with ``NUMBA_DISABLE_JIT=1``, the NumPy operation on a row of 16 with the same bits.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic

from tasks.engine.lanes.numpy_rows import Row, fused
from tasks.engine.lanes.types import LANES, LaneType, as_lane, common_lane, splat

__all__ = [
    "LANES",
    "at",
    "collect",
    "collect_four",
    "fill",
    "floor",
    "fma",
    "load",
    "multiply_add",
    "scale_by_power_of_two",
    "sqrt",
    "store",
]

ALIGNMENT = 64
"""Alignment of arrays in bytes (see `memory`)."""


def _lane_of_array(array: types.Type) -> LaneType | None:
    if isinstance(array, types.Array) and array.ndim == 2 and array.layout == "C" and array.dtype in types.real_domain:
        return LaneType(array.dtype.bitwidth)
    return None


def _lane_of_elements(array: types.Type) -> LaneType | None:
    if isinstance(array, types.Array) and array.ndim == 1 and array.layout == "C" and array.dtype in types.real_domain:
        return LaneType(array.dtype.bitwidth)
    return None


def _data(context: Any, builder: Any, array_type: Any, array: Any) -> Any:
    return builder.extract_value(array, context.data_model_manager[array_type].get_field_position("data"))


def check_below(context: Any, builder: Any, index: Any, count: Any) -> None:
    """With ``NUMBA_BOUNDSCHECK=1``, raise IndexError unless 0 ≤ `index` < `count`."""
    if config.BOUNDSCHECK:
        outside = builder.icmp_unsigned(">=", index, count)  # an index below 0 is above all as an unsigned number
        with builder.if_then(outside, likely=False):
            context.call_conv.return_user_exc(builder, IndexError, ("lanes: index is out of bounds",))


def _check_first(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> None:
    if config.BOUNDSCHECK:
        shape = context.data_model_manager[array_type].get_field_position("shape")
        check_below(context, builder, index, builder.extract_value(array, [shape, 0]))


def _element_pointer(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    _check_first(context, builder, array_type, array, index)
    return builder.gep(_data(context, builder, array_type, array), [index])


def _row_pointer(context: Any, builder: Any, array_type: Any, array: Any, index: Any, lane: LaneType) -> Any:
    _check_first(context, builder, array_type, array, index)
    data = _data(context, builder, array_type, array)
    offset = builder.mul(index, ir.Constant(index.type, LANES))
    return builder.bitcast(builder.gep(data, [offset]), lane.llvm.as_pointer())


@intrinsic
def _at(typingctx: Any, array: Any, i: Any) -> Any:
    if not (isinstance(array, types.Array) and array.ndim == 1 and array.layout == "C"):
        return None
    if not isinstance(i, types.Integer):
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        pointer = _element_pointer(context, builder, sig.args[0], args[0], args[1])
        return context.unpack_value(builder, array.dtype, pointer)

    return array.dtype(array, types.intp), codegen


def _unary_llvm(name: str) -> Any:

    @intrinsic
    def apply(typingctx: Any, x: Any) -> Any:
        if not isinstance(x, LaneType):
            return None

        def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            suffix = f"v{LANES}f{sig.return_type.bits}"
            kind = ir.FunctionType(sig.return_type.llvm, [sig.return_type.llvm])
            function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.{suffix}")
            return builder.call(function, args)

        return x(x), codegen

    return apply


def _lane_of_field(record: types.Type, name: types.Type) -> tuple[LaneType, int] | None:
    if not (isinstance(record, types.Record) and isinstance(name, types.StringLiteral)):
        return None
    if name.literal_value not in record.fields:
        return None
    field = record.fields[name.literal_value]
    if not (isinstance(field.type, types.NestedArray) and field.type.shape == (LANES,)):
        return None
    return LaneType(field.type.dtype.bitwidth), field.offset


def _field_pointer(builder: Any, record: Any, offset: int, lane: LaneType) -> Any:
    start = builder.bitcast(record, ir.IntType(8).as_pointer())
    field = builder.gep(start, [ir.Constant(ir.IntType(64), offset)])
    return builder.bitcast(field, lane.llvm.as_pointer())


@intrinsic(prefer_literal=True)
def _load(typingctx: Any, array: Any, i: Any) -> Any:
    field = _lane_of_field(array, i)
    if field is not None:
        in_record, offset = field

        def load_field(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            return builder.load(_field_pointer(builder, args[0], offset, in_record), align=ALIGNMENT)

        return in_record(array, i), load_field
    shared = _lane_of_elements(array)
    if shared is not None:

        def load_shared(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            pointer = _element_pointer(context, builder, sig.args[0], args[0], args[1])
            return splat(builder, builder.load(pointer), sig.return_type)

        return shared(array, types.intp), load_shared
    lane = _lane_of_array(array)
    if lane is None:
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        pointer = _row_pointer(context, builder, sig.args[0], args[0], args[1], sig.return_type)
        return builder.load(pointer, align=ALIGNMENT)

    return lane(array, types.intp), codegen


@intrinsic(prefer_literal=True)
def _store(typingctx: Any, array: Any, i: Any, value: Any) -> Any:
    value = types.unliteral(value)
    field = _lane_of_field(array, i)
    if field is not None and common_lane(field[0], value) is not None:
        in_record, offset = field

        def store_field(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            pointer = _field_pointer(builder, args[0], offset, in_record)
            builder.store(as_lane(context, builder, args[2], sig.args[2], in_record), pointer, align=ALIGNMENT)
            return context.get_dummy_value()

        return types.void(array, i, value), store_field
    lane = _lane_of_array(array)
    if lane is None or common_lane(lane, value) is None:
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        pointer = _row_pointer(context, builder, sig.args[0], args[0], args[1], lane)
        builder.store(as_lane(context, builder, args[2], sig.args[2], lane), pointer, align=ALIGNMENT)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), codegen


def _sum_of_lanes(builder: Any, value: Any, lane: LaneType) -> Any:
    """Sum of all lanes, by halves: lanes 0..7 plus 8..15, and so on."""
    undefined, width = ir.Constant(lane.llvm, ir.Undefined), LANES
    while width > 1:
        width //= 2
        upper = [width + i if i < width else 0 for i in range(LANES)]
        order = ir.Constant(ir.VectorType(ir.IntType(32), LANES), upper)
        value = builder.fadd(value, builder.shuffle_vector(value, undefined, order))
    return builder.extract_element(value, ir.Constant(ir.IntType(32), 0))


@intrinsic
def _collect(typingctx: Any, array: Any, i: Any, value: Any) -> Any:
    shared, lane = _lane_of_elements(array), _lane_of_array(array)
    if value != (shared or lane) or value is None:
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        if shared is None:
            pointer = _row_pointer(context, builder, sig.args[0], args[0], args[1], lane)
            builder.store(args[2], pointer, align=ALIGNMENT)
        else:
            pointer = _element_pointer(context, builder, sig.args[0], args[0], args[1])
            builder.store(_sum_of_lanes(builder, args[2], shared), pointer)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), codegen


def _sums_of_four(builder: Any, values: Any, lane: LaneType) -> Any:
    """Sums of the lanes of four values, in lanes 0, 4, 8 and 12, in the order of `_sum_of_lanes`."""

    def chosen(x: Any, y: Any, order: list[int]) -> Any:
        return builder.shuffle_vector(x, y, ir.Constant(ir.VectorType(ir.IntType(32), LANES), order))

    def halves(x: Any, y: Any, width: int) -> Any:
        """Sums of lanes `width` apart in groups of two `width`: all groups of x, then of y."""
        low = [group + i for group in range(0, 2 * LANES, 2 * width) for i in range(width)]
        return builder.fadd(chosen(x, y, low), chosen(x, y, [i + width for i in low]))

    a, b, c, d = values
    value = halves(halves(a, b, LANES // 2), halves(c, d, LANES // 2), LANES // 4)
    for width in (LANES // 8, LANES // 16):
        value = builder.fadd(value, chosen(value, value, [i ^ width for i in range(LANES)]))
    return value


@intrinsic
def _collect_four(typingctx: Any, array: Any, h: Any, i: Any, j: Any, k: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    shared, lane = _lane_of_elements(array), _lane_of_array(array)
    if a is None or any(value != (shared or lane) for value in (a, b, c, d)):
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        array, places, values = args[0], args[1:5], args[5:]
        if shared is None:
            for place, value in zip(places, values, strict=True):
                pointer = _row_pointer(context, builder, sig.args[0], array, place, lane)
                builder.store(value, pointer, align=ALIGNMENT)
            return context.get_dummy_value()
        sums = _sums_of_four(builder, values, shared)
        for number, place in enumerate(places):
            found = builder.extract_element(sums, ir.Constant(ir.IntType(32), number * LANES // 4))
            builder.store(found, _element_pointer(context, builder, sig.args[0], array, place))
        return context.get_dummy_value()

    return types.void(array, *[types.intp] * 4, a, b, c, d), codegen


@intrinsic
def _fill(typingctx: Any, array: Any, value: Any) -> Any:
    lane = array if isinstance(array, LaneType) else _lane_of_array(array) or _lane_of_elements(array)
    if lane is None or not isinstance(value, types.Number):
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return as_lane(context, builder, args[1], sig.args[1], sig.return_type)

    return lane(array, value), codegen


@intrinsic
def _fma(typingctx: Any, a: Any, b: Any, c: Any) -> Any:
    lane = common_lane(a, b) or common_lane(b, c)
    if lane is None or common_lane(lane, a) is None or common_lane(lane, c) is None:
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kind = ir.FunctionType(lane.llvm, [lane.llvm] * 3)
        function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{LANES}f{lane.bits}")
        operands = zip(args, sig.args, strict=True)
        return builder.call(function, [as_lane(context, builder, v, t, lane) for v, t in operands])

    return lane(a, b, c), codegen


@intrinsic
def _multiply_add(typingctx: Any, a: Any, b: Any, c: Any) -> Any:
    lane = common_lane(a, b) or common_lane(b, c)
    if lane is None or common_lane(lane, a) is None or common_lane(lane, c) is None:
        return None

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        x, y, z = (as_lane(context, builder, v, t, lane) for v, t in zip(args, sig.args, strict=True))
        return builder.fadd(builder.fmul(x, y), z)

    return lane(a, b, c), codegen


@intrinsic
def _scale_by_power_of_two(typingctx: Any, x: Any, exponent: Any) -> Any:
    if not isinstance(x, LaneType) or x != exponent:
        return None
    mantissa_bits, bias = (23, 127) if x.bits == 32 else (52, 1023)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        integers = ir.VectorType(ir.IntType(x.bits), LANES)
        power = builder.fptosi(args[1], integers)
        power = builder.add(power, ir.Constant(integers, [bias] * LANES))
        power = builder.shl(power, ir.Constant(integers, [mantissa_bits] * LANES))
        return builder.fmul(args[0], builder.bitcast(power, x.llvm))

    return x(x, x), codegen


if config.DISABLE_JIT:

    def load(array: Any, i: int | str) -> Any:
        """Row `i` of an (n, 16) array, field `i` of a record, or element `i` of an (n,) array in every lane."""
        return np.array(array[i]).view(Row) if np.ndim(array[i]) else np.full(LANES, array[i], array.dtype).view(Row)

    def store(array: Any, i: int | str, value: Any) -> None:
        """Write a lane value or a number to row `i` of an array, or field `i` of a record."""
        array[i] = value

    def at(array: Any, i: int) -> Any:
        """Element or record `i` ≥ 0 of a one-dimensional array."""
        return array[i]

    def collect(array: Any, i: int, value: Any) -> None:
        """Store a lane value in row `i` of an (n, 16) array, or its sum in an (n,) array."""
        while array.ndim == 1 and len(value) > 1:
            value = value[: len(value) // 2] + value[len(value) // 2 :]
        array[i] = value if array.ndim == 2 else value[0]

    def collect_four(array: Any, h: int, i: int, j: int, k: int, a: Any, b: Any, c: Any, d: Any) -> None:
        """`collect` of four lane values to `h`, `i`, `j` and `k`: the same bits, faster."""
        for place, value in ((h, a), (i, b), (j, c), (k, d)):
            collect(array, place, value)

    def fill(array: Any, value: float) -> Any:
        """`value` in every lane, in the precision of `array`."""
        return np.full(LANES, value, array.dtype).view(Row)

    def multiply_add(a: Any, b: Any, c: Any) -> Any:
        """``a * b + c``, product and sum rounded each."""
        return a * b + c

    def fma(a: Any, b: Any, c: Any) -> Any:
        """``a * b + c``, rounded once: the same bits from every processor."""
        return fused(a, b, c)

    def sqrt(x: Any) -> Any:
        """The correctly rounded square root of every lane."""
        return np.sqrt(x)

    def floor(x: Any) -> Any:
        """The largest integer not above every lane, as a float."""
        return np.floor(x)

    def scale_by_power_of_two(x: Any, exponent: Any) -> Any:
        """``x * 2**exponent`` per lane, NaN where `x` is; `exponent` is in the normal range."""
        return x * np.ldexp(np.ones_like(x), np.nan_to_num(exponent, nan=0.0).astype(np.int32))

else:
    load = _load
    store = _store
    at = _at
    collect = _collect
    collect_four = _collect_four
    fill = _fill
    multiply_add = _multiply_add
    fma = _fma
    sqrt = _unary_llvm("sqrt")
    floor = _unary_llvm("floor")
    scale_by_power_of_two = _scale_by_power_of_two
