"""Stored compiled kernels, loaded without numba's compiler tables.

Numba's own cache has an index for each function, which two processes that compile at the same time may leave pointing
to the code of other arguments; it asks for the whole file of the function to be the same; and it loads all that numba
can compile, with parts of SciPy, before it looks. Here each set of argument types has a file whose name is made of all
that its code depends on besides the sources and settings (which name the folder, `tasks.engine.code_store`).
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
    """Where code is kept by name."""

    def load(self, name: str) -> bytes | None:
        """The stored data, or None."""

    def save(self, name: str, data: bytes) -> None:
        """Keep it."""


class KernelCache(_Cache):
    """The kept code of one kernel, as its dispatcher asks for it.

    Parameters
    ----------
    function
        The kernel, as it is written.
    store
        Where its code is kept.
    """

    def __init__(self, function: Any, store: Store) -> None:
        self.function, self.store, self.enabled = function, store, True

    @classmethod
    def keep(cls, dispatcher: Any, store: Store) -> Any:
        """The dispatcher, which from now on keeps its code in a store."""
        if not isinstance(dispatcher._cache, NullCache):
            raise AttributeError("a dispatcher has no cache to be replaced")
        dispatcher._cache = cls(dispatcher.py_func, store)
        return dispatcher

    @property
    def cache_path(self) -> str:
        """The place, in words."""
        return str(self.store)

    def enable(self) -> None:
        """Load and keep code."""
        self.enabled = True

    def disable(self) -> None:
        """Neither load nor keep code."""
        self.enabled = False

    def flush(self) -> None:
        """Nothing: what is compiled again takes the place of what was kept."""

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        """The code for a signature, if it is kept.

        Machine code needs none of the tables that compiling needs, so that `target_context` is not refreshed.
        """
        data = self.store.load(self._name(signature, target_context.codegen())) if self.enabled else None
        return None if data is None else CompileResult._rebuild(target_context, *pickle.loads(data))

    def save_overload(self, signature: Any, result: Any) -> None:
        """Keep the code for a signature, unless it has addresses of this process in it."""
        if self.enabled and not result.library.has_dynamic_globals and not result.lifted:
            self.store.save(self._name(signature, result.codegen), dumps(result._reduce()))

    def _name(self, signature: Any, codegen: Any) -> str:
        """A name for the code of a signature on this processor."""
        arguments = getattr(signature, "args", signature)
        cells = [cell.cell_contents for cell in self.function.__closure__ or ()]
        said = (described(arguments), codegen.magic_tuple(), dumps(cells) if cells else b"")
        name = self.function.__qualname__.replace("<", "(").replace(">", ")")
        return f"{name}-{hashlib.sha256(repr(said).encode()).hexdigest()[:32]}"


def described(kind: Any) -> Any:
    """A type in words, with the names of fields, by which compiled code knows where they are."""
    if isinstance(kind, Reference):
        return ("reference", described(kind.to))
    if isinstance(kind, types.BaseNamedTuple):
        of = kind.instance_class
        return (of.__module__, of.__qualname__, kind.fields, *map(described, kind.types))
    if isinstance(kind, tuple | list | types.BaseTuple):
        return tuple(map(described, kind))
    return str(kind)
