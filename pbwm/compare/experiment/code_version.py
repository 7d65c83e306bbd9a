"""Identity of the code behind results: versions of packages, and a checksum of the sources."""

import hashlib
import platform
from collections.abc import Mapping
from enum import Enum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

import lstm_baseline
import pbwm
import tasks

__all__ = ["code_version", "plain", "versions"]

PACKAGES = ("pbwm", "numpy", "numba", "llvmlite", "scipy", "matplotlib")

MAKE_NUMBERS = ("pbwm", "numpy", "numba", "llvmlite")
"""Packages whose versions results may depend on."""


@cache
def code_version() -> dict[str, Any]:
    """Versions of `MAKE_NUMBERS`, and a checksum of the sources of tasks and models, without `pbwm.compare`."""
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
    """Versions of Python and all packages, and the kind of processor."""
    found: dict[str, str | None] = {"python": platform.python_version(), "machine": platform.machine()}
    for package in PACKAGES:
        found[package] = _installed(package)
    return found


@cache
def _installed(package: str) -> str | None:
    """Version of a package: its metadata are read once."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def plain(value: Any) -> Any:
    """A value as JSON has it: without tuples, enumerations, and NaN."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if isfinite(value) else repr(value)
    return value if isinstance(value, str | int | None) else repr(value)
