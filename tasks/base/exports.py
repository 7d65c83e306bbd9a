"""Public names of a package, each imported on first use (PEP 562), so that the import of the package is fast.

A package that offers names of its modules imports them for type checkers alone, and otherwise asks `on_demand` for
them. A test holds both lists to each other.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["on_demand"]


def on_demand(
    package: str, modules: Mapping[str, str], others: Mapping[str, str] | None = None
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The functions ``__getattr__`` and ``__dir__`` of a package.

    Parameters
    ----------
    package
        Its name.
    modules
        For each of its modules, the names that the package offers of it, with spaces between them.
    others
        The same for modules of other packages, by their full names.

    Examples
    --------
    >>> find, names = on_demand("tasks", {"sir": "SIR SIRParams"})
    >>> "SIRParams" in names()
    True
    >>> find("SRI")
    Traceback (most recent call last):
    AttributeError: module 'tasks' has no attribute 'SRI'
    """
    full = {f"{package}.{module}": offered for module, offered in modules.items()} | dict(others or {})
    homes = {name: module for module, offered in full.items() for name in offered.split()}

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(homes[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *homes})

    return find, names
