"""Tuples of many arrays and numbers passed to kernels as one address, where numba allows it."""

from typing import TypeVar

from numba import config

from tasks.engine.lanes.arguments import argument
from tasks.engine.lanes.interface import private

__all__ = ["by_reference"]

Kind = TypeVar("Kind", bound=type)


def by_reference(kind: Kind) -> Kind:
    """Decorate a NamedTuple of arrays (in C order), numbers and tuples of them that kernels get by reference.

    Kernels cannot set its fields; the elements of its arrays they can. By the public interface of numba alone it is
    passed field by field, with the same results.
    """
    if config.DISABLE_JIT:
        return kind
    return argument(kind, private.Reference if private else lambda by_value: by_value)
