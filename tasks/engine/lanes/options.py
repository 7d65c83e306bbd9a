"""Compiler options for the kernels of all models, and storage of their compiled code.

All of it: without the interpreter's lock, with IEEE division (x / 0 is infinite, no error), never with fast-math, and
without reference counts. Kernels allocate nothing and keep nothing, so that the arrays they are given outlive them; the
counts that numba would otherwise keep for every array it touches cost calls inside the innermost loops.

Numba keeps compiled code as long as the file of the kernel that Python calls does not change. An equation that is
edited in another file would go unnoticed. Here the place of the code names all sources that went into it
(`tasks.engine.sources`), so that every edit of code counts, and no edit of a comment.
"""

import hashlib
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba import config, njit

from tasks.engine.code_store import CodeStore, places, unchanging
from tasks.engine.lanes.compiling import pause_collector
from tasks.engine.lanes.interface import private
from tasks.engine.sources import Digests

__all__ = ["INNER", "OPTIONS", "inlined", "inner", "kernel", "merged"]

OPTIONS = {"nogil": True, "error_model": "numpy", **(private.WITHOUT_COUNTS if private else {})}
"""Options of every kernel. Compiled without them, the same equations take several times as long."""

_PART = private.PART if private else {}

INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, **_PART, **OPTIONS}
"""Options of what only kernels call; what Python needs to call it costs a third of the compile time."""

inner = njit(**INNER)
"""Decorator of a function that only kernels call."""

merged = njit(**(INNER | {"forceinline": True} if private else INNER))
"""Decorator of what runs at every step: its machine code becomes part of its caller's."""

inlined = njit(inline="always")
"""Decorator of a function that becomes part of its caller: an equation, or the one place that a hot loop calls."""


def kernel(function: Callable[..., Any]) -> Any:
    """Decorator of a kernel that Python calls; its code is kept on disk until a source of it changes.

    Where no place for it can be written to, as in a container with a read-only file system, it is compiled in every
    process, and a warning says so once.
    """
    pause_collector()
    options = {"no_cfunc_wrapper": True, **OPTIONS}
    store = None if config.DISABLE_JIT else _store(function.__module__)
    if store is None:
        return njit(**options)(function)
    if private:
        return private.KernelCache.keep(njit(**options)(function), store)
    return _kept_by_numba(function, store.writable(), options)


def _kept_by_numba(function: Callable[..., Any], folder: Path | None, options: dict[str, Any]) -> Any:
    """A kernel whose code is kept by the public means of numba, in the folder of one state of the sources.

    Numba compiles again whenever the file or the line of a function has changed. The folder says already what the
    sources are. So the function is said to be the first line of a file there that never changes.
    """
    if folder is None:
        return njit(**options)(function)
    function.__code__ = function.__code__.replace(co_filename=str(unchanging(folder)), co_firstlineno=1)
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)
    try:
        return njit(cache=True, **options)(function)
    finally:
        config.CACHE_DIR = before


@cache
def _store(module: str) -> CodeStore | None:
    """Where the code of the kernels of a module is kept; None where the module has no file."""
    path = getattr(sys.modules.get(module), "__file__", None)
    if path is None:
        return None
    sources = _digests().of_kernel(module, *([private.__name__] if private else []))
    _digests().write()
    versions = (numba.__version__, llvmlite.__version__, sys.version_info[:2], sys.abiflags)
    settings = (config.OPT, config.BOUNDSCHECK, config.DEBUGINFO_DEFAULT, bool(private), sorted(OPTIONS.items()))
    state = hashlib.sha256(repr((sources, versions, settings)).encode()).hexdigest()[:16]
    return CodeStore(places(Path(path).parent, config.CACHE_DIR), module, state)


@cache
def _digests() -> Digests:
    """Digests of the sources of all modules of this process."""
    return Digests(tuple(place / "kernel-sources.json" for place in places(Path(__file__).parent, config.CACHE_DIR)))
