"""Which code makes results: the version of the package, its sources, and the packages that its numbers depend on."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import lstm_baseline
import pbwm
import tasks
from pbwm.compare.reports.summary import versions

__all__ = ["code_version"]

MAKE_NUMBERS = ("pbwm", "numpy", "numba", "llvmlite")
"""Packages whose versions results may depend on."""


@cache
def code_version() -> dict[str, Any]:
    """Versions of the packages that results may depend on, and a checksum of the sources of tasks and models.

    `pbwm.compare`, which runs them and shows what they did, is no part of the checksum.
    """
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
