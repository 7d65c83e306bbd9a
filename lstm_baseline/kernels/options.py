"""How kernels are compiled."""

__all__ = ["INNER", "KERNEL"]

KERNEL = {"cache": True, "nogil": True, "error_model": "numpy"}
"""Options of kernels: kept on disk, run without the interpreter's lock, and x / 0 is infinite, not an error."""

INNER = KERNEL | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Options of kernels that only kernels call. What Python would need to call them takes a third of the time."""
