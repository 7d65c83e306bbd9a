"""Stored compiled kernels, loaded without numba's compiler tables.

Each set of argument types has a file, whose name depends on everything except sources and settings (which name the
folder, `tasks.engine.code_store`). Unlike numba's own cache, concurrent processes cannot corrupt it.
"""

import hashlib
import pickle
from typing import Any, Protocol

from numba import types
from numba.core.caching import NullCache, _Cache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from tasks.engine.lanes.private.references import Reference

__all__ = ["KernelCache"]


class Store(Protocol):
    """A place for code by name."""

    def load(self, name: str) -> bytes | None:
        """Stored data, or None."""

    def save(self, name: str, data: bytes) -> None:
        """Store data."""


class KernelCache(_Cache):
    """Stored code of one kernel, the Python `function`, for its dispatcher."""

    def __init__(self, function: Any, store: Store) -> None:
        self.function, self.store, self.enabled = function, store, True

    @classmethod
    def keep(cls, dispatcher: Any, store: Store) -> Any:
        """The dispatcher, which now stores its code."""
        if not isinstance(dispatcher._cache, NullCache):
            raise AttributeError("a dispatcher has no cache to be replaced")
        dispatcher._cache = cls(dispatcher.py_func, store)
        return dispatcher

    @property
    def cache_path(self) -> str:
        """The place as a text."""
        return str(self.store)

    def enable(self) -> None:
        """Load and store code."""
        self.enabled = True

    def disable(self) -> None:
        """Neither load nor store code."""
        self.enabled = False

    def flush(self) -> None:
        """Do nothing: new code replaces stored code."""

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        """Stored code for a signature."""
        data = self.store.load(self._name(signature, target_context.codegen())) if self.enabled else None
        return None if data is None else CompileResult._rebuild(target_context, *pickle.loads(data))

    def save_overload(self, signature: Any, result: Any) -> None:
        """Store the code for a signature, unless it contains addresses of this process."""
        if self.enabled and not result.library.has_dynamic_globals and not result.lifted:
            self.store.save(self._name(signature, result.codegen), dumps(result._reduce()))

    def _name(self, signature: Any, codegen: Any) -> str:
        arguments = getattr(signature, "args", signature)
        cells = [cell.cell_contents for cell in self.function.__closure__ or ()]
        said = (described(arguments), codegen.magic_tuple(), dumps(cells) if cells else b"")
        name = self.function.__qualname__.replace("<", "(").replace(">", ")")
        return f"{name}-{hashlib.sha256(repr(said).encode()).hexdigest()[:32]}"


def described(kind: Any) -> Any:
    """A type as values, with the names of fields, which determine their place."""
    if isinstance(kind, Reference):
        return ("reference", described(kind.to))
    if isinstance(kind, types.BaseNamedTuple):
        of = kind.instance_class
        return (of.__module__, of.__qualname__, kind.fields, *map(described, kind.types))
    if isinstance(kind, tuple | list | types.BaseTuple):
        return tuple(map(described, kind))
    return str(kind)
