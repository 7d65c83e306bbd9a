"""Nested frozen dataclasses to JSON values and back, bit for bit.

An object becomes ``{"class": its name, field: value, …}``. `LATER` fields with their default are omitted, so that older
files remain readable.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from math import isfinite
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from tasks.base.errors import SavedFileError, require

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["LATER", "from_plain", "later_defaults", "to_plain"]

KIND = "class"  # a keyword: no field has this name
NOT_FINITE = ("inf", "-inf", "nan")
LATER: Mapping[str, bool] = {"later": True}
"""Metadata of a field that is newer than saved objects of its class."""


def to_plain(value: Any, where: str = "value") -> Any:
    """A dataclass, enum, tuple, number, text or None as plain values.

    Raises
    ------
    SavedFileError
        If it is or contains anything else.
    """
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        said = [f for f in fields(value) if not (_came_later(f) and getattr(value, f.name) == _default(f))]
        own = {f.name: to_plain(getattr(value, f.name), f"{where}.{f.name}") for f in said}
        return {KIND: type(value).__name__} | own
    if isinstance(value, tuple):
        return [to_plain(item, f"{where}[{i}]") for i, item in enumerate(value)]
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float):
        return value if isfinite(value) else repr(value)
    known = value is None or isinstance(value, bool | int | str)
    _require(known, where, value, "cannot be serialized", "use numbers, strings, enums, tuples, and dataclasses")
    return value


def from_plain(plain: Any, kind: Any, where: str = "value") -> Any:
    """The object of type `kind` that `to_plain` converted.

    Raises
    ------
    SavedFileError
        If `plain` does not fit `kind`.

    Examples
    --------
    >>> from_plain(to_plain((1, None)), tuple[int | None, ...])
    (1, None)
    >>> from_plain("two", int, "SIR.stores")
    Traceback (most recent call last):
    tasks.base.errors.SavedFileError: SIR.stores = 'two' is not of type int; use the file as it was written
    """
    choices = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    if plain is None and NoneType in choices:
        return None
    if isinstance(plain, Mapping):
        return _object(plain, choices, where)
    if isinstance(plain, list):
        return _tuple(plain, choices, where)
    for choice in choices:
        if isinstance(choice, type) and issubclass(choice, Enum):
            if any(plain == member.value and type(plain) is type(member.value) for member in choice):
                return choice(plain)
        elif choice is float and type(plain) in (int, float):
            return plain
        elif choice is float and plain in NOT_FINITE:
            return float(plain)
        elif choice in (bool, int, str) and type(plain) is choice:
            return plain
    raise SavedFileError(f"{where} = {plain!r} is not of type {_name(kind)}; use the file as it was written")


def later_defaults(value: "DataclassInstance", prefix: str = "") -> dict[str, Any]:
    """Defaults of all `LATER` fields, also nested, by dotted name.

    Examples
    --------
    >>> from tasks.base.answers import Quantity
    >>> later_defaults(Quantity(tolerance=0.1), "answer.")
    {'answer.low': 0.0, 'answer.high': 1.0}
    """
    found: dict[str, Any] = {}
    for f in fields(value):
        name, inner = f"{prefix}{f.name}", getattr(value, f.name)
        if _came_later(f):
            found[name] = _default(f)
        if is_dataclass(inner) and not isinstance(inner, type):
            found |= later_defaults(inner, f"{name}.")
    return found


def _require(condition: bool, where: str, value: object, rule: str, remedy: str) -> None:
    require(condition, where, value, rule, remedy, error=SavedFileError)


def _came_later(field: "Field[Any]") -> bool:
    return "later" in field.metadata


def _default(field: "Field[Any]") -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _name(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind)


def _classes(kind: Any) -> dict[str, type]:
    if not isinstance(kind, type):
        return {}
    found: dict[str, type] = {kind.__name__: kind} if is_dataclass(kind) else {}
    derived: list[type] = type.__subclasses__(kind)
    for sub in derived:
        found |= _classes(sub)
    return found


def _object(plain: Mapping[str, Any], choices: tuple[Any, ...], where: str) -> Any:
    known = {name: found for choice in choices for name, found in _classes(choice).items()}
    kind = plain.get(KIND)
    rule = f"must be one of {', '.join(map(repr, known))}" if known else "is an object where none is allowed"
    _require(kind in known, f"{where}.{KIND}", kind, rule, "load it with the version that wrote it")
    found = known[str(kind)]
    hints = get_type_hints(found)
    known_fields = [f.name for f in fields(found)]
    wanted = [f.name for f in fields(found) if f.name in plain or not _came_later(f)]
    for says, names in (
        ("unknown fields", [name for name in plain if name not in known_fields and name != KIND]),
        ("missing fields", [name for name in wanted if name not in plain]),
    ):
        _require(not names, f"{where}: {says}", names, f"of {kind}", "load it with the version that wrote it")
    return found(**{name: from_plain(plain[name], hints[name], f"{where}.{name}") for name in wanted})


def _tuple(plain: list[Any], choices: tuple[Any, ...], where: str) -> tuple[Any, ...]:
    kinds = next((get_args(choice) for choice in choices if get_origin(choice) is tuple), ())
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(from_plain(item, kinds[0], f"{where}[{i}]") for i, item in enumerate(plain))
    rule = f"must have {len(kinds)} items" if kinds else "is a list where none is allowed"
    _require(bool(kinds) and len(kinds) == len(plain), where, plain, rule, "use the file as it was written")
    pairs = enumerate(zip(plain, kinds, strict=True))
    return tuple(from_plain(item, kind, f"{where}[{i}]") for i, (item, kind) in pairs)
