"""The numba types of lane values and masks, and their operators."""

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import lower_builtin, models, register_model, type_callable

LANES = 16
"""Networks in one lane value: one AVX-512 register of float32, or several smaller ones."""


class LaneType(types.Type):
    """Sixteen floating-point numbers of 32 or 64 bits."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.element = types.float32 if bits == 32 else types.float64
        super().__init__(name=f"Lane(float{bits} x {LANES})")

    @property
    def llvm(self) -> ir.VectorType:
        """The LLVM vector type of the value."""
        return ir.VectorType(ir.FloatType() if self.bits == 32 else ir.DoubleType(), LANES)


class MaskType(types.Type):
    """Sixteen truth values: the result of a comparison."""

    def __init__(self) -> None:
        super().__init__(name=f"LaneMask(x {LANES})")


MASK = MaskType()
LLVM_MASK = ir.VectorType(ir.IntType(1), LANES)


@register_model(LaneType)
class LaneModel(models.PrimitiveModel):
    """A lane value lives in a vector register."""

    def __init__(self, dmm: Any, fe_type: LaneType) -> None:
        super().__init__(dmm, fe_type, fe_type.llvm)


@register_model(MaskType)
class MaskModel(models.PrimitiveModel):
    """A mask lives in a mask register (AVX-512) or a vector register."""

    def __init__(self, dmm: Any, fe_type: MaskType) -> None:
        super().__init__(dmm, fe_type, LLVM_MASK)


def splat(builder: Any, scalar: Any, lane: LaneType) -> Any:
    """The same scalar in every lane."""
    undefined = ir.Constant(lane.llvm, ir.Undefined)
    first = builder.insert_element(undefined, scalar, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(first, undefined, zeros)


def as_lane(context: Any, builder: Any, value: Any, source: types.Type, lane: LaneType) -> Any:
    """`value` as a lane; numbers are rounded and broadcast."""
    if isinstance(source, LaneType):
        return value
    return splat(builder, context.cast(builder, value, source, lane.element), lane)


def common_lane(a: types.Type, b: types.Type) -> LaneType | None:
    """Lane type of an operation on `a` and `b`, or None."""
    if isinstance(a, LaneType):
        return a if a == b or isinstance(b, types.Number) else None
    if isinstance(b, LaneType) and isinstance(a, types.Number):
        return b
    return None


def _register_binary(op: Callable[..., Any], emit: Callable[..., Any], result: MaskType | None) -> None:
    @type_callable(op)
    def type_binary(context: Any) -> Any:
        def typer(a: types.Type, b: types.Type) -> types.Type | None:
            lane = common_lane(a, b)
            return lane if lane is None or result is None else result

        return typer

    for left, right in ((LaneType, LaneType), (LaneType, types.Number), (types.Number, LaneType)):

        @lower_builtin(op, left, right)
        def lower_binary(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            lane = common_lane(*sig.args)
            assert lane is not None
            a, b = (as_lane(context, builder, v, t, lane) for v, t in zip(args, sig.args, strict=True))
            return emit(builder, a, b)


def _arithmetic(name: str) -> Callable[..., Any]:
    return lambda builder, a, b: getattr(builder, name)(a, b)


def _comparison(symbol: str) -> Callable[..., Any]:
    return lambda builder, a, b: builder.fcmp_ordered(symbol, a, b)


ARITHMETIC = {
    "fadd": (operator.add, operator.iadd),
    "fsub": (operator.sub, operator.isub),
    "fmul": (operator.mul, operator.imul),
    "fdiv": (operator.truediv, operator.itruediv),
}
COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq}

for _name, _ops in ARITHMETIC.items():
    for _op in _ops:
        _register_binary(_op, _arithmetic(_name), None)
for _symbol, _op in COMPARISONS.items():
    _register_binary(_op, _comparison(_symbol), MASK)


@type_callable(operator.neg)
def _type_neg(context: Any) -> Any:
    return lambda a: a if isinstance(a, LaneType) else None


@lower_builtin(operator.neg, LaneType)
def _lower_neg(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.fneg(args[0])


@type_callable(operator.invert)
def _type_invert(context: Any) -> Any:
    return lambda a: MASK if isinstance(a, MaskType) else None


@lower_builtin(operator.invert, MaskType)
def _lower_invert(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.not_(args[0])


for _op, _name in ((operator.and_, "and_"), (operator.or_, "or_")):

    @type_callable(_op)
    def _type_logic(context: Any) -> Any:
        return lambda a, b: MASK if isinstance(a, MaskType) and isinstance(b, MaskType) else None

    @lower_builtin(_op, MaskType, MaskType)
    def _lower_logic(context: Any, builder: Any, sig: Any, args: Any, _name: str = _name) -> Any:
        return getattr(builder, _name)(*args)
