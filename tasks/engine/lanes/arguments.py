"""NamedTuples of arrays as arguments of kernels, with either interface of numba."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import types
from numba.extending import typeof_impl

__all__ = ["argument"]

Kind = TypeVar("Kind", bound=type)


def argument(kind: Kind, form: Callable[[types.BaseNamedTuple], types.Type]) -> Kind:
    """Register a NamedTuple, which kernels get as the type that `form` makes of its fields' types.

    Its arrays must be in C order.
    """
    of_tuple = typeof_impl.dispatch(tuple)

    @typeof_impl.register(kind)
    def typeof(value: Any, context: Any) -> types.Type | None:
        found = of_tuple(value, context)
        if found is None:
            return None
        _require_c_order(found)
        return form(found)

    return kind


def _require_c_order(kind: types.BaseNamedTuple) -> None:
    for name, field in zip(kind.fields, kind.types, strict=True):
        if isinstance(field, types.Array) and field.layout != "C":
            raise TypeError(f"{kind.instance_class.__name__}.{name} is not in C order; give np.ascontiguousarray of it")
