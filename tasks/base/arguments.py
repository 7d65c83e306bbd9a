"""Checks of the arguments of functions, by their annotations."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache, wraps
from types import NoneType, UnionType
from typing import Any, NamedTuple, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from tasks.base.addresses import require_seed
from tasks.base.errors import is_count, require, require_choice, require_integer, require_real, require_truth
from tasks.base.fitting import REAL, TRUTH, WHOLE, check_array

__all__ = ["checked", "require_known", "require_place"]

P = ParamSpec("P")
R = TypeVar("R")
LIMITS = {"i": WHOLE, "u": WHOLE, "b": TRUTH, "f": REAL}
"""Kinds of arrays by the letter of their annotated elements."""
ABSTRACT = {np.integer: "i", np.floating: "f"}
"""Letters of abstract elements."""


class Argument(NamedTuple):
    """An annotated argument: its kinds, and its limit (smallest number, known texts, or axes)."""

    field: str
    kinds: tuple[Any, ...]
    limit: int | tuple[str, ...]


def checked(**limits: int | tuple[str, ...]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator of a function that checks its arguments before it runs.

    Arguments must fit their annotations: classes and protocols, numbers, texts, sequences (not empty), and arrays.
    `seed` must be a root seed. Annotations of other kinds are not checked.

    Parameters
    ----------
    limits
        By argument: the least whole number (0 without a limit), the known texts, or the names of the axes of an array.
        Axes of the same name have the same length.

    Raises
    ------
    ParameterError
        By the decorated function, if an argument does not fit.

    Examples
    --------
    >>> @checked(times=1)
    ... def repeated(word: str, times: int) -> str:
    ...     return word * times
    >>> repeated("go", 2)
    'gogo'
    >>> repeated("go", 0)
    Traceback (most recent call last):
    tasks.base.errors.ParameterError: repeated: times = 0 must be a whole number of at least 1; give such a number
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @cache
        def arguments() -> dict[str, Argument]:
            hints = get_type_hints(function)
            return {
                name: Argument(f"{function.__name__}: {name}", _alternatives(hints[name]), limits.get(name, 0))
                for name in signature.parameters
                if name in hints
            }

        @wraps(function)
        def checking(*args: P.args, **kwargs: P.kwargs) -> R:
            lengths: dict[str, tuple[str, int]] = {}
            for name, value in signature.bind(*args, **kwargs).arguments.items():
                if name in arguments():
                    _check(arguments()[name], value, lengths)
            return function(*args, **kwargs)

        return checking

    return decorate


def _alternatives(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _check(argument: Argument, value: Any, lengths: dict[str, tuple[str, int]]) -> None:
    field, kinds, limit = argument
    if value is None and NoneType in kinds:
        return
    kinds = tuple(kind for kind in kinds if kind is not NoneType)
    origins = tuple(get_origin(kind) for kind in kinds)
    if field.endswith(": seed"):
        require_seed(field, value)
    elif origins == (np.ndarray,):
        _check_array(field, kinds[0], value, limit, lengths)
    elif origins and set(origins) <= {Sequence, Mapping, tuple}:
        _check_members(field, kinds, value)
    elif kinds == (str,) and isinstance(limit, tuple):
        require_known(field, value, limit)
    else:
        _check_value(field, kinds, value, limit if isinstance(limit, int) else 0)


def require_known(field: str, value: object, known: Iterable[str]) -> None:
    """Raise `ParameterError` unless `value` is one of the `known` texts.

    Examples
    --------
    >>> require_known("plot_gate: gate", "gate", ("input_gate", "output_gate"))
    Traceback (most recent call last):
    tasks.base.errors.ParameterError: plot_gate: gate = 'gate' must be one of 'input_gate', 'output_gate'; give one of \
these
    """
    names = tuple(known)
    rule = f"must be one of {', '.join(map(repr, names))}"
    require(isinstance(value, str) and value in names, field, value, rule, "give one of these")


def require_place(field: str, value: object, places: int) -> None:
    """Raise `ParameterError` unless `value` is one of a number of `places`, counted from 0."""
    rule = f"must be a whole number from 0 to {places - 1}"
    require(is_count(value, 0) and int(value) < places, field, value, rule, "count from 0")


def _check_value(field: str, kinds: tuple[Any, ...], value: Any, least: int) -> None:
    if kinds == (int,):
        require_integer(field, value, least=least)
    elif kinds == (float,):
        require_real(field, value)
    elif kinds == (bool,):
        require_truth(field, value)
    elif len(kinds) == 1 and isinstance(kinds[0], type) and issubclass(kinds[0], StrEnum):
        require_choice(field, value, kinds[0])
    elif all(isinstance(kind, type) and kind is not object for kind in kinds):
        names = " or ".join(f"{_article(kind.__name__)} {kind.__name__}" for kind in kinds)
        places = sorted({kind.__module__ for kind in kinds if kind is not str})
        remedy = f"see {' or '.join(places)}" if places else "give text"
        require(isinstance(value, kinds), field, value, f"must be {names}", remedy)


def _article(name: str) -> str:
    return "an" if name[0] in "AEIO" or name.startswith("LSTM") else "a"


def _check_members(field: str, kinds: tuple[Any, ...], value: Any) -> None:
    """Check a container by the first of the `kinds` of containers that it is."""
    forms = [_form(get_origin(kind)) for kind in kinds]
    several = isinstance(value, np.ndarray) and value.ndim == 1 and Sequence in forms
    fits = [(isinstance(value, form) and not isinstance(value, str)) or several for form in forms]
    named = " or ".join(f"a {form.__name__.lower()}" for form in forms)
    require(any(fits), field, value, f"must be {named}", "make one of the members")
    items = get_args(kinds[fits.index(True)])
    if isinstance(value, Mapping):
        value, items = list(value.values()), items[1:]
    elif len(items) > 1 and items[-1] is not Ellipsis:
        require(len(value) == len(items), field, value, f"must have {len(items)} members", "give these")
    require(len(value) > 0, field, value, "must not be empty", "give at least one member")
    for place, item in enumerate(value):
        _check(Argument(f"{field}[{place}]", _alternatives(items[0]), 0), item, {})


def _form(origin: Any) -> Any:
    return Mapping if origin is Mapping else Sequence


def _check_array(
    field: str, hint: Any, value: Any, axes: int | tuple[str, ...], lengths: dict[str, tuple[str, int]]
) -> None:
    elements = get_args(get_args(hint)[1])[0]
    kind = LIMITS.get(ABSTRACT.get(elements) or (np.dtype(elements).kind if isinstance(elements, type) else ""))
    if kind is None or isinstance(axes, int):
        return
    check_array(field, value, kind, axes)
    for axis, length in zip(axes, value.shape, strict=True):
        other, expected = lengths.setdefault(axis, (field, length))
        rule, remedy = f"must have the length {expected} of {other.partition(': ')[2]}", "give both for the same"
        require(length == expected, f"{field}: axis {axis}", length, rule, f"{remedy} {axis}s")
