"""Public names of a package, imported on first use (PEP 562), so that importing the package is fast."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["on_demand"]


def on_demand(
    package: str, modules: Mapping[str, str], others: Mapping[str, str] | None = None
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The functions ``__getattr__`` and ``__dir__`` of a package.

    `modules` maps each module of the `package` to its public names, separated by spaces. `others` does so for other
    packages, by full name.

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
