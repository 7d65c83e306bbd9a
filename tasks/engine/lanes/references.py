"""Tuples of arrays and numbers passed to kernels as one address, if numba allows it."""

from typing import TypeVar

from numba import config

from tasks.engine.lanes.arguments import argument
from tasks.engine.lanes.interface import private

__all__ = ["by_reference"]

Kind = TypeVar("Kind", bound=type)


def by_reference(kind: Kind) -> Kind:
    """Decorate a NamedTuple of arrays (in C order), numbers and tuples for kernels.

    Kernels can change elements of its arrays, but not its fields. Numba's public interface passes it field by field.
    """
    if config.DISABLE_JIT:
        return kind
    return argument(kind, private.Reference if private else lambda by_value: by_value)
