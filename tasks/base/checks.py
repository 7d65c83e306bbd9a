"""Checks of the fields of parameter objects."""

from collections.abc import Iterable
from dataclasses import MISSING, fields
from enum import Enum, StrEnum
from types import NoneType
from typing import Any, get_args

from tasks.base.errors import LARGEST, MOST, is_count, is_number, require

__all__ = ["Checks"]


class Checks:
    """Checks for the `__post_init__` of dataclasses, which raise an error of the given class.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> checks = Checks(ValueError)
    >>> @dataclass
    ... class Kick:
    ...     strength: float = 0.5
    ...     def __post_init__(self):
    ...         checks.kinds(self)
    ...         checks.fraction(self, "strength")
    >>> Kick(strength=2.0)
    Traceback (most recent call last):
    ValueError: Kick.strength = 2.0 must lie in [0, 1]; the default is 0.5
    """

    def __init__(self, error: type[Exception]) -> None:
        self.error = error

    def require(self, condition: bool, owner: Any, name: str, rule: str, remedy: str = "") -> None:
        """Raise the error unless `condition` holds for a field."""
        if not condition:
            field, remedy = f"{type(owner).__name__}.{name}", remedy or _remedy(owner, name)
            require(False, field, getattr(owner, name), rule, remedy, error=self.error)

    def kinds(self, owner: Any) -> None:
        """Require each field to have the type of its default, or to be None if its annotation allows it.

        Types are truth values, whole and finite numbers, and tuples of names of layers.
        """
        for f in fields(owner):
            value, default = getattr(owner, f.name), f.default
            if default is MISSING or isinstance(default, Enum) or (value is None and NoneType in get_args(f.type)):
                continue
            if isinstance(default, bool):
                self.require(isinstance(value, bool), owner, f.name, "must be True or False")
            elif isinstance(default, int):
                self.require(is_count(value, -MOST), owner, f.name, f"must be a whole number of at most {MOST:,}")
            elif isinstance(default, float):
                self.number(owner, f.name)
            elif isinstance(default, tuple) and all(isinstance(item, str) for item in default):
                names = isinstance(value, tuple) and all(isinstance(item, str) for item in value)
                self.require(names, owner, f.name, "must be a tuple of names, of at least one layer")

    def count(self, owner: Any, *names: str) -> None:
        """Require whole numbers of at least 1."""
        for name in names:
            self.require(is_count(getattr(owner, name)), owner, name, f"must be a whole number from 1 to {MOST:,}")

    def number(self, owner: Any, name: str) -> None:
        """Require a finite number."""
        self.require(is_number(getattr(owner, name)), owner, name, f"must be a finite number of at most {LARGEST:g}")

    def at_least(self, owner: Any, name: str, least: float) -> None:
        """Require a number of at least `least`."""
        self.require(getattr(owner, name) >= least, owner, name, f"must be at least {least:g}")

    def positive(self, owner: Any, *names: str) -> None:
        """Require numbers above 0."""
        for name in names:
            self.require(getattr(owner, name) > 0, owner, name, "must be above 0")

    def fraction(self, owner: Any, name: str) -> None:
        """Require a number in [0, 1]."""
        self.require(0.0 <= getattr(owner, name) <= 1.0, owner, name, "must lie in [0, 1]")

    def below_one(self, owner: Any, *names: str) -> None:
        """Require numbers in [0, 1)."""
        for name in names:
            self.require(0.0 <= getattr(owner, name) < 1.0, owner, name, "must lie in [0, 1)")

    def choice(self, owner: Any, name: str, choices: type[StrEnum]) -> None:
        """Require one of `choices`, and convert its text."""
        self.one_of(owner, name, map(str, choices))
        object.__setattr__(owner, name, choices(getattr(owner, name)))

    def one_of(self, owner: Any, name: str, known: Iterable[str]) -> None:
        """Require one of the `known` texts."""
        value, names = getattr(owner, name), list(known)
        fits = isinstance(value, str) and value in names
        self.require(fits, owner, name, f"must be one of {', '.join(map(repr, names))}")

    def object(self, owner: Any, name: str, kind: Any, optional: bool = False) -> None:
        """Require an instance of `kind`, or None if `optional`."""
        value, kinds = getattr(owner, name), kind if isinstance(kind, tuple) else (kind,)
        fits = isinstance(value, kinds) or (optional and value is None)
        names = " or ".join(k.__name__ for k in kinds) + (" or None" if optional else "")
        rule = f"must be {'an' if names[0] in 'AEIO' else 'a'} {names}"
        self.require(fits, owner, name, rule, "give a member of it" if issubclass(kinds[0], Enum) else MAKE)


MAKE = "build one with its keywords"


def _remedy(owner: Any, name: str) -> str:
    default = next(f.default for f in fields(owner) if f.name == name)
    return "give another" if default is MISSING else f"the default is {default}"
