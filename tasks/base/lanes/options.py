"""How kernels are compiled, in both models.

All of it: without the interpreter's lock, with IEEE division (x / 0 is infinite, no error), never with fast-math, and
without reference counts. Kernels allocate nothing and keep nothing, so that the arrays they are given outlive them; the
counts that numba would otherwise keep for every array it touches cost calls inside the innermost loops.
"""

from numba import njit

__all__ = ["inlined", "inner", "kernel"]

_OPTIONS = {"nogil": True, "error_model": "numpy", "_nrt": False}

kernel = njit(cache=True, **_OPTIONS)
"""Decorator of a kernel that Python calls; its code is kept on disk."""

inner = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **_OPTIONS)
"""Decorator of a function that only kernels call; what Python needs to call it costs a third of the compile time."""

inlined = njit(inline="always")
"""Decorator of a function that becomes part of its caller: an equation, or the one place that a hot loop calls."""
