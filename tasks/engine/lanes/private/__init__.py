"""All uses of private numba API. `tasks.engine.lanes.interface` decides whether they are possible.

Three things save most of the time of compiling and starting. Functions that only kernels call are optimized once, in
the kernel at the top (`parts`). Tuples of arrays are one argument, an address (`references`), and no references to
arrays are counted (the option ``_nrt``). Kept code is loaded without the tables of all that numba could compile
(`cache`).

Each relies on names that a release of numba may change: the passes of `CompilerBase` and the flags that they read; the
methods of `JITCodeLibrary`; ``_dynfunc.make_function``; data models, and the way arrays come from Python; and how a
dispatcher asks for kept code.
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
"""Options of what becomes part of its callers; ``forceinline`` may be set."""
TRIED = (0, 68)
"""The newest release of numba with which all tests have passed."""


def check() -> None:
    """Raise whatever error shows that numba is not as expected; with releases that nobody has tried, by trying it."""
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
    """A store that is forgotten."""

    load = dict.get
    save = dict.__setitem__


def try_out() -> None:
    """Compile a small kernel with all of this, keep its code, load it, and raise unless the results are right."""
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
