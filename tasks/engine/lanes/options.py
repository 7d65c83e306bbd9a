"""Compiler options of all kernels, and storage of their compiled code.

Kernels release the interpreter's lock, use IEEE division (x / 0 is infinite) without fast-math, and do not count
references.

The place of stored code depends on all sources of a kernel (`tasks.engine.sources`).
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
"""Options of every kernel."""

_PART = private.PART if private else {}

INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, **_PART, **OPTIONS}
"""Options of functions that only kernels call; a Python wrapper would cost compile time."""

inner = njit(**INNER)
"""Decorator of a function that only kernels call."""

merged = njit(**(INNER | {"forceinline": True} if private else INNER))
"""Decorator of a function that runs at every step, inlined into its caller's machine code."""

inlined = merged if private else njit(inline="always")
"""Decorator of a function that becomes part of its caller, by LLVM if possible: numba would analyze it at each call."""


def kernel(function: Callable[..., Any]) -> Any:
    """Decorator of a kernel that Python calls; its code is stored until a source changes.

    If it cannot be stored, every process compiles it, with one warning.
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
    """A kernel stored by numba's public means, in the folder of a state of the sources.

    The folder already depends on the sources, so the function pretends to be in a file there that never changes.
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
    return Digests(tuple(place / "kernel-sources.json" for place in places(Path(__file__).parent, config.CACHE_DIR)))
