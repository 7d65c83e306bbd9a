"""Checks of parameter objects: every number is a number, within its bounds, and the error says which is not."""

from dataclasses import MISSING, fields
from enum import StrEnum
from typing import Any

from pbwm.errors import PBWMParameterError
from tasks.base.errors import LARGEST, MOST, is_count, is_number, require

__all__ = ["require_at_least", "require_choice", "require_fraction", "require_kinds", "require_object"]


def _default(owner: Any, name: str) -> Any:
    return next(f.default for f in fields(owner) if f.name == name)


def _require(condition: bool, owner: object, name: str, rule: str) -> None:
    require(
        condition,
        f"{type(owner).__name__}.{name}",
        getattr(owner, name),
        rule,
        f"the default is {_default(owner, name)}",
        error=PBWMParameterError,
    )


def require_kinds(owner: Any) -> None:
    """Raise `PBWMParameterError` unless every field of a dataclass is of its default's kind.

    A truth value where the default is one, a whole number where it is one, a finite number where it is a float, and a
    tuple of names of layers where it is one.
    """
    for f in fields(owner):
        value, default = getattr(owner, f.name), f.default
        if default is MISSING:
            continue
        if isinstance(default, bool):
            _require(isinstance(value, bool), owner, f.name, "must be True or False")
        elif isinstance(default, int):
            _require(is_count(value, -MOST), owner, f.name, f"must be a whole number of at most {MOST:,}")
        elif isinstance(default, float):
            _require(is_number(value), owner, f.name, f"must be a finite number of at most {LARGEST:g}")
        elif isinstance(default, tuple) and all(isinstance(item, str) for item in default):
            names = isinstance(value, tuple) and all(isinstance(item, str) for item in value)
            _require(names, owner, f.name, "must be a tuple of names, of at least one layer")


def require_at_least(owner: object, name: str, least: float) -> None:
    """Raise `PBWMParameterError` unless the field `name` of `owner`, a number, is at least `least`."""
    _require(getattr(owner, name) >= least, owner, name, f"must be at least {least:g}")


def require_positive(owner: object, *names: str) -> None:
    """Raise `PBWMParameterError` unless the fields `names` of `owner`, numbers, are above 0."""
    for name in names:
        _require(getattr(owner, name) > 0, owner, name, "must be above 0")


def require_fraction(owner: object, name: str) -> None:
    """Raise `PBWMParameterError` unless the field `name` of `owner`, a number, lies in [0, 1]."""
    _require(0.0 <= getattr(owner, name) <= 1.0, owner, name, "must lie in [0, 1]")


def require_choice(owner: object, name: str, choices: type[StrEnum]) -> None:
    """Raise `PBWMParameterError` unless the field `name` of `owner` is one of `choices`, and make its text one."""
    value, known = getattr(owner, name), [str(choice) for choice in choices]
    _require(isinstance(value, str) and value in known, owner, name, f"must be one of {', '.join(map(repr, known))}")
    object.__setattr__(owner, name, choices(value))


def require_object(owner: object, name: str, kind: Any, optional: bool = False) -> None:
    """Raise `PBWMParameterError` unless the field `name` of `owner` is a `kind` (or None, where `optional`).

    `kind` is a class, or a tuple of them.
    """
    value = getattr(owner, name)
    kinds = kind if isinstance(kind, tuple) else (kind,)
    require(
        isinstance(value, kinds) or (optional and value is None),
        f"{type(owner).__name__}.{name}",
        value,
        f"must be a {' or '.join(k.__name__ for k in kinds)}" + (" or None" if optional else ""),
        "build one with its keywords",
        error=PBWMParameterError,
    )
