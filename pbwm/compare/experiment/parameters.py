"""Parameters by dotted names: changes of a parameter object as flat plain values, and back.

``{"striatum.rule.not_gated": 0.4}`` changes one number. ``{"dopamine.class": "PVLV"}`` puts an object of another class
into a field. The text "none" stands for None.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

from pbwm.compare.errors import PlanError
from tasks.base.errors import SavedFileError, nearest, shown
from tasks.base.serialization import from_plain

__all__ = ["changed", "changes_between", "flat"]

T = TypeVar("T")

CLASS = "class"
"""Name that chooses the class of an object."""
NOTHING = "none"
"""Stands for None."""


def flat(tables: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested tables as one, by dotted names; lists become tuples.

    Examples
    --------
    >>> flat({"striatum": {"rule": {"not_gated": 0.4}}, "striatum.learning_rate": 0.1})
    {'striatum.rule.not_gated': 0.4, 'striatum.learning_rate': 0.1}
    """
    found: dict[str, Any] = {}
    for key, value in tables.items():
        name = f"{prefix}{key}"
        inner = flat(value, f"{name}.") if isinstance(value, Mapping) else {name: _tuples(value)}
        twice = found.keys() & inner.keys()
        if twice:
            raise PlanError(f"parameter {sorted(twice)[0]!r} is given twice; give it once")
        found |= inner
    return found


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list | tuple) else value


def changed(params: T, changes: Mapping[str, Any], where: str = "parameters") -> T:
    """The parameter object with `changes` by dotted names.

    Raises
    ------
    UnknownNameError
        If a field is not known; the message names the nearest.
    PlanError
        If a value is not of the field's type. Errors of the object's own checks are passed on.

    Examples
    --------
    >>> from lstm_baseline.params import LSTMParams
    >>> changed(LSTMParams(), {"blocks": 4, "forget_gate_bias.first": 2}).forget_gate_bias.first
    2.0
    >>> changed(LSTMParams(), {"forget_gate_bias.frist": 2})
    Traceback (most recent call last):
    tasks.base.errors.UnknownNameError: unknown parameter 'frist' of GateBias (parameters.forget_gate_bias.frist): did \
you mean 'first'? Known: first, step
    """
    hints = get_type_hints(type(params))
    inner: dict[str, dict[str, Any]] = {}
    new: dict[str, Any] = {}
    for name, value in changes.items():
        first, _, rest = name.partition(".")
        if first not in (f.name for f in fields(cast(Any, params))):
            raise _unknown(params, first, f"{where}.{name}")
        if rest:
            inner.setdefault(first, {})[rest] = value
        else:
            new[first] = _value(value, hints[first], f"{where}.{first}")
    for first, parts in inner.items():
        place = f"{where}.{first}"
        if first in new:
            raise PlanError(f"{place} is given as a whole and in parts; give it one way")
        new[first] = _object(getattr(params, first), parts, hints[first], place)
    return cast(T, replace(cast(Any, params), **new))


def _unknown(params: object, name: str, where: str) -> Exception:
    known = [f.name for f in fields(cast(Any, params))]
    error = nearest(f"parameter {name!r} of {type(params).__name__} ({where})", name, known)
    return type(error)(str(error).replace(f") {name!r}", ")", 1))


def _choices(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _object(value: Any, parts: dict[str, Any], hint: Any, where: str) -> Any:
    classes: dict[str, Any] = {choice.__name__: choice for choice in _choices(hint) if isinstance(choice, type)}
    classes = {name: choice for name, choice in classes.items() if is_dataclass(choice)}
    if not classes:
        raise PlanError(f"{where} = {shown(value)} is a single value without parts; give a value, not a table")
    kind = parts.pop(CLASS, None)
    if kind is not None and str(kind) not in classes:
        raise nearest(f"class of {where}", str(kind), classes)
    if kind is None and is_dataclass(value):
        return changed(value, parts, where)
    if kind is None and len(classes) != 1:
        raise PlanError(f"{where} has no parts yet; choose its class by {where}.{CLASS} ({', '.join(classes)})")
    wanted = classes[str(kind)] if kind is not None else next(iter(classes.values()))
    return changed(value if type(value) is wanted else wanted(), parts, where)


def _value(value: Any, hint: Any, where: str) -> Any:
    choices = _choices(hint)
    if value == NOTHING and NoneType in choices:
        return None
    try:
        found = from_plain(list(value) if isinstance(value, tuple) else value, hint, where)
    except SavedFileError:
        names = " or ".join(getattr(c, "__name__", str(c)) for c in choices)
        members = [_said(m) for c in choices if isinstance(c, type) and issubclass(c, Enum) for m in c]
        remedy = f"give one of {', '.join(members)}" if members else "give such a value"
        if any(is_dataclass(c) for c in choices):
            remedy = f"set its parts, e.g. {where.partition('parameters.')[2] or where}.{CLASS}"
        raise PlanError(f"{where} = {value!r} is not of type {names}; {remedy}") from None
    try:
        return float(found) if float in choices and type(found) is int and int not in choices else found
    except OverflowError:
        raise PlanError(f"{where} = {shown(value)} is too large for a number; give a smaller one") from None


def _said(member: Enum) -> str:
    return repr(member.value) if isinstance(member.value, str) else f"{member.value} ({member.name})"


def changes_between(base: Any, params: Any, prefix: str = "") -> dict[str, Any]:
    """The changes by which `changed(base, changes)` is `params`.

    Examples
    --------
    >>> from lstm_baseline.params import LSTMParams
    >>> changes_between(LSTMParams(), changed(LSTMParams(), {"blocks": 4, "learning.clip_norm": "none"}))
    {'blocks': 4, 'learning.clip_norm': 'none'}
    """
    if type(base) is not type(params):
        return {f"{prefix}{CLASS}": type(params).__name__} | changes_between(type(params)(), params, prefix)
    found: dict[str, Any] = {}
    for f in fields(params):
        was, now, name = getattr(base, f.name), getattr(params, f.name), f"{prefix}{f.name}"
        if was == now and type(was) is type(now):
            continue
        found |= changes_between(was, now, f"{name}.") if is_dataclass(now) else {name: _plain(now)}
    return found


def _plain(value: Any) -> Any:
    if value is None:
        return NOTHING
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, np.generic):
        return value.item()
    return tuple(_plain(item) for item in value) if isinstance(value, tuple) else value
