"""How kernels are compiled, in both models, and where the compiled code is kept.

All of it: without the interpreter's lock, with IEEE division (x / 0 is infinite, no error), never with fast-math, and
without reference counts. Kernels allocate nothing and keep nothing, so that the arrays they are given outlive them; the
counts that numba would otherwise keep for every array it touches cost calls inside the innermost loops.

Numba keeps compiled code as long as the file of the kernel that Python calls does not change. An equation that is
edited in another file would go unnoticed. Here the place of the code names the sources that went into it, so that
every edit counts.
"""

import hashlib
import os
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from numba import config, njit

from tasks.engine.lanes.parts import PartCompiler

__all__ = ["INNER", "OPTIONS", "inlined", "inner", "kernel", "merged"]

OPTIONS = {"nogil": True, "error_model": "numpy", "_nrt": False}
"""Options of every kernel. Compiled without them (`_nrt`: reference counts), the same equations take several times as
long."""

_LANES = Path(__file__).parent
_SHARED = (_LANES, _LANES.parent / "kernels")

INNER = {
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "forceinline": False,
    "pipeline_class": PartCompiler,
    **OPTIONS,
}
"""Options of what only kernels call; what Python needs to call it costs a third of the compile time."""

inner = njit(**INNER)
"""Decorator of a function that only kernels call."""

merged = njit(**(INNER | {"forceinline": True}))
"""Decorator of what runs at every step: its machine code becomes part of its caller's."""

inlined = njit(inline="always")
"""Decorator of a function that becomes part of its caller: an equation, or the one place that a hot loop calls."""


def kernel(function: Callable[..., Any]) -> Any:
    """Decorator of a kernel that Python calls; its code is kept on disk until a source of it changes.

    Where no place for it can be written to, as in a container with a read-only file system, it is compiled in every
    process, and a warning says so once.
    """
    place = _directory(Path(function.__code__.co_filename).parent)
    if place is None:
        _say_that_nothing_is_kept()
        return njit(no_cfunc_wrapper=True, **OPTIONS)(function)
    before = config.CACHE_DIR
    config.CACHE_DIR = str(place)
    try:
        return njit(cache=True, no_cfunc_wrapper=True, **OPTIONS)(function)
    finally:
        config.CACHE_DIR = before


@cache
def _say_that_nothing_is_kept() -> None:
    said = "compiled kernels cannot be kept: neither the package nor the home directory can be written to"
    remedy = "every process will compile them again; set NUMBA_CACHE_DIR to a directory that can be written to"
    warnings.warn(f"{said}; {remedy}", RuntimeWarning, stacklevel=3)


@cache
def _stamp(sources: Path) -> str:
    """A name for the content of the sources that a kernel in the folder `sources` is made of.

    These are the kernels, what all kernels share, and the modules of the model, which lay out what kernels are given.
    """
    digest = hashlib.sha256()
    for path in sorted({path for place in (sources, sources.parent, *_SHARED) for path in place.glob("*.py")}):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def _directory(sources: Path) -> Path | None:
    """Where the code of kernels is kept: in ``NUMBA_CACHE_DIR``, beside the `sources`, or in the home directory.

    None if it cannot be kept there.
    """
    places = [Path(config.CACHE_DIR)] if config.CACHE_DIR else [sources / "__pycache__"]
    with suppress(RuntimeError):  # a user without a home
        places.append(Path.home() / ".cache" / "pbwm")
    return next((place / f"kernels-{_stamp(sources)}" for place in places if _writable(place)), None)


def _writable(place: Path) -> bool:
    """Whether a directory, which is made if it is missing, can be written to."""
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(place, os.W_OK | os.X_OK)
