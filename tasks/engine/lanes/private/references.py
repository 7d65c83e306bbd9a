"""Many arrays and numbers passed as one address, to kernels and between their functions.

Numba passes a tuple field by field, which dominates compile time. A NamedTuple decorated with
`tasks.engine.lanes.references.by_reference` is one argument: the address of its fields.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    unbox,
)
from numba.np.numpy_support import as_dtype

__all__ = ["Reference"]

SLOT = ir.IntType(64)
"""Fields are in slots of 64 bits: one for a number; for an array, its address and each axis."""


class Reference(types.Type):
    """The address of the fields of a NamedTuple, slot by slot."""

    def __init__(self, to: types.BaseNamedTuple) -> None:
        self.to = to
        super().__init__(name=f"Reference({to.name})")

    @property
    def key(self) -> Any:
        """Identity of the type."""
        return self.to

    @property
    def mangling_args(self) -> tuple[str, tuple[Any, ...]]:
        """A short name for symbols."""
        named = f"{self.to.instance_class.__module__}.{self.to.name}"
        return f"{self.to.instance_class.__name__}{hashlib.sha256(named.encode()).hexdigest()[:16]}", ()

    def field(self, name: str) -> tuple[types.Type, int]:
        """Type of a field, and its first slot."""
        i = self.to.fields.index(name)
        return self.to.types[i], sum(map(slots, self.to.types[:i]))


@register_model(Reference)
class ReferenceModel(models.PrimitiveModel):
    """A pointer."""

    def __init__(self, dmm: Any, fe_type: Reference) -> None:
        super().__init__(dmm, fe_type, SLOT.as_pointer())


def is_tuple_of_names(kind: types.Type) -> bool:
    """Whether a field is a reference, too: a NamedTuple that is not empty."""
    return isinstance(kind, types.BaseNamedTuple) and slots(kind) > 0


def slots(kind: types.Type) -> int:
    """Slots of a value."""
    if isinstance(kind, types.BaseTuple):
        return sum(map(slots, kind.types))
    if isinstance(kind, types.Array):
        return 1 + kind.ndim
    return 0 if isinstance(kind, types.NoneType) else 1


def _number(builder: Any, slot: Any, kind: Any) -> Any:
    value = builder.load(builder.bitcast(slot, kind.as_pointer()))
    value.set_metadata("invariant.load", builder.module.add_metadata([]))
    return value


def _array(context: Any, builder: Any, kind: types.Array, slot: Any) -> Any:
    model = context.data_model_manager[kind]
    size = SLOT(as_dtype(kind.dtype).itemsize)
    shape = [_number(builder, builder.gep(slot, [SLOT(1 + i)]), SLOT) for i in range(kind.ndim)]
    strides = [size]
    for extent in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], extent))
    count = SLOT(1)
    for extent in shape:
        count = builder.mul(count, extent)
    data = _number(builder, slot, context.get_value_type(types.CPointer(kind.dtype)))
    value = ir.Constant(model.get_value_type(), None)
    for name, part in (("data", data), ("itemsize", size), ("nitems", count)):
        value = builder.insert_value(value, part, model.get_field_position(name))
    for name, numbers in (("shape", shape), ("strides", strides)):
        for i, number in enumerate(numbers):
            value = builder.insert_value(value, number, [model.get_field_position(name), i])
    return value


def _get(context: Any, builder: Any, kind: types.Type, slot: Any) -> Any:
    if isinstance(kind, types.NoneType):
        return context.get_dummy_value()
    if isinstance(kind, types.Array):
        return _array(context, builder, kind, slot)
    if not isinstance(kind, types.BaseTuple):
        return _number(builder, slot, context.get_value_type(kind))
    value, first = context.get_constant_undef(kind), 0
    for i, part in enumerate(kind.types):
        found = _get(context, builder, part, builder.gep(slot, [SLOT(first)]))
        value = builder.insert_value(value, found, i)
        first += slots(part)
    return value


@infer_getattr
class ReferenceFields(AttributeTemplate):
    """Fields of a reference by name, with references for NamedTuples."""

    key = Reference

    def generic_resolve(self, reference: Reference, name: str) -> Any:
        """Type of a field."""
        if name not in reference.to.fields:
            return None
        kind, _ = reference.field(name)
        return Reference(kind) if is_tuple_of_names(kind) else kind


@lower_getattr_generic(Reference)
def _lower_field(context: Any, builder: Any, reference: Reference, pointer: Any, name: str) -> Any:
    kind, first = reference.field(name)
    slot = builder.gep(pointer, [SLOT(first)])
    return slot if is_tuple_of_names(kind) else _get(context, builder, kind, slot)


def _unboxed_array(c: Any, kind: types.Array, found: Any, cleanups: list[Callable[[], None]]) -> Any:
    """An array from Python; a function that counts references holds one until `cleanups`."""
    if c.context.enable_nrt:
        native = c.unbox(kind, found)
        cleanups.append(lambda: c.context.nrt.decref(c.builder, kind, native.value))
        return c.context.make_array(kind)(c.context, c.builder, native.value)
    array = c.context.make_array(kind)(c.context, c.builder)
    c.pyapi.numba_array_adaptor(found, c.builder.bitcast(array._getpointer(), c.pyapi.voidptr))
    return array


def _values(c: Any, kind: types.Type, found: Any, cleanups: list[Callable[[], None]]) -> Iterator[Any]:
    if isinstance(kind, types.BaseTuple):
        for i, part in enumerate(kind.types):
            yield from _values(c, part, c.pyapi.tuple_getitem(found, i), cleanups)
    elif isinstance(kind, types.Array):
        array = _unboxed_array(c, kind, found, cleanups)
        yield array.data
        yield from cgutils.unpack_tuple(c.builder, array.shape)
    elif not isinstance(kind, types.NoneType):
        yield c.unbox(kind, found).value


@unbox(Reference)
def _unbox(reference: Reference, bundle: Any, c: Any) -> NativeValue:
    """Write the fields into slots, which last as long as the call from Python.

    The empty assembly hides the origin of the address, so that the compiler does not treat reads as changes.
    """
    first = cgutils.alloca_once(c.builder, SLOT, size=slots(reference.to))
    cleanups: list[Callable[[], None]] = []
    for i, value in enumerate(_values(c, reference.to, bundle, cleanups)):
        slot = c.builder.gep(first, [SLOT(i)])
        c.builder.store(value, c.builder.bitcast(slot, value.type.as_pointer()))
    unknown = ir.FunctionType(first.type, [first.type])
    address = c.builder.asm(unknown, "", "=r,0,~{memory}", [first], side_effect=True)

    def cleanup() -> None:
        for end in cleanups:
            end()

    return NativeValue(address, is_error=c.pyapi.c_api_error(), cleanup=cleanup if cleanups else None)
