"""Identity of the code behind results: versions of packages, and a checksum of the sources."""

import hashlib
import platform
import re
from collections.abc import Mapping
from enum import Enum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from math import isfinite
from pathlib import Path
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np

import lstm_baseline
import pbwm
import tasks
from pbwm.compare.errors import PlanError
from tasks.base.errors import require

__all__ = ["code_version", "plain", "versions"]

PACKAGES = ("pbwm", "numpy", "numba", "llvmlite", "scipy", "matplotlib")

ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
"""A place in memory, in the text of an object."""

MAKE_NUMBERS = ("pbwm", "numpy", "numba", "llvmlite")
"""Packages whose versions results may depend on."""


@cache
def code_version() -> dict[str, Any]:
    """Versions of `MAKE_NUMBERS`, and a checksum of the sources of tasks and models."""
    known = versions()
    return {name: known[name] for name in MAKE_NUMBERS} | {"sources": _sources()}


def _sources() -> str:
    digest = hashlib.sha256()
    for package in (tasks, lstm_baseline, pbwm):
        root = Path(str(package.__file__)).parent
        for path in sorted(root.rglob("*.py")):
            inside = path.relative_to(root)
            if package is not pbwm or inside.parts[0] != "compare":
                digest.update(f"{package.__name__}/{inside.as_posix()}".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def versions() -> dict[str, str | None]:
    """Versions of Python and all packages, and the processor."""
    found: dict[str, str | None] = {"python": platform.python_version(), "machine": platform.machine()}
    for package in PACKAGES:
        found[package] = _installed(package)
    return found


@cache
def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def plain(value: Any, where: str = "value") -> Any:
    """A value for JSON, the same in every process: no tuples, enumerations, arrays, or NaN.

    Raises
    ------
    PlanError
        If there is no such text for it; `where` names it.

    Examples
    --------
    >>> plain({"sizes": (1, np.float32(0.5)), "of": {"b", "a"}, "by": max, "rates": np.array([0.1])})
    {'sizes': [1, 0.5], 'of': ['a', 'b'], 'by': 'max', 'rates': [0.1]}
    """
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item, f"{where}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, set | frozenset):
        return sorted((plain(item, where) for item in value), key=repr)
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist(), where)
    if isinstance(value, float):
        return value if isfinite(value) else repr(value)
    if isinstance(value, str | int | None):
        return value
    if isinstance(value, type | FunctionType | BuiltinFunctionType):
        return value.__qualname__
    rule, remedy = (
        "is written differently in each process",
        "use numbers, strings, enums, tuples, dataclasses or functions",
    )
    require(not ADDRESS.search(repr(value)), where, value, rule, remedy, error=PlanError)
    return repr(value)
