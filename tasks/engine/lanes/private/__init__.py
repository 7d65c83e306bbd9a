"""All uses of private numba API. `tasks.engine.lanes.interface` decides whether they are possible.

This depends on the passes and flags of `CompilerBase`; the methods of `JITCodeLibrary`; ``_dynfunc.make_function``;
data models and unboxing of arrays; and the dispatcher's requests for stored code.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import _dynfunc, njit, version_info
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompileResult, Flags
from numba.core.dispatcher import Dispatcher

from tasks.engine.lanes.arguments import argument
from tasks.engine.lanes.private.cache import KernelCache
from tasks.engine.lanes.private.partial_compilation import PartCompiler
from tasks.engine.lanes.private.references import Reference

__all__ = ["PART", "WITHOUT_COUNTS", "KernelCache", "Reference", "check"]

WITHOUT_COUNTS = {"_nrt": False}
"""The option of functions that count no references."""
PART = {"pipeline_class": PartCompiler, "forceinline": False}
"""Options of functions that become part of their callers."""
TRIED = (0, 68)
"""Newest release of numba with which all tests passed."""


def check() -> None:
    """Raise an error if numba is not as expected; compile to test releases after `TRIED`."""
    for owner, names in (
        (JITCodeLibrary, ("_optimize_final_module", "_finalize_final_module", "_finalize_dynamic_globals")),
        (_dynfunc, ("make_function",)),
        (CompileResult, ("_reduce", "_rebuild")),
        (Dispatcher, ("enable_caching", "compile", "add_overload")),
        (Flags(), ("nrt", "no_compile", "forceinline")),
    ):
        for name in names:
            getattr(owner, name)
    if version_info.short > TRIED:
        try_out()


class _Pair(NamedTuple):
    row: Any
    factor: float


argument(_Pair, Reference)


class _Memory(dict[str, bytes]):
    """A store in memory."""

    load = dict.get
    save = dict.__setitem__


def try_out() -> None:
    """Compile, store and load a small kernel; raise unless results are correct."""
    store = _Memory()

    @njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **PART, **WITHOUT_COUNTS)
    def product(pair, i):
        return pair.row[i] * pair.factor

    def total(pair):
        found = 0.0
        for i in range(len(pair.row)):
            found += product(pair, i)
        return found

    for loaded in (False, True):
        kernel = KernelCache.keep(njit(nogil=True, **WITHOUT_COUNTS)(total), store)
        if kernel(_Pair(np.arange(4.0), 2.0)) != 12.0:
            raise ArithmeticError("a kernel gives another result than it should")
        if bool(kernel.stats.cache_hits) is not loaded:
            raise AttributeError("a dispatcher does not ask for kept code")
