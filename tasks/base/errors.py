"""Errors that help: each names the field, the value, the rule that it breaks, and what to do."""

import difflib
from collections.abc import Iterable
from enum import StrEnum
from numbers import Integral, Real
from typing import TypeVar

__all__ = [
    "BrokenTaskError",
    "ParameterError",
    "SavedFileError",
    "TaskError",
    "UnknownNameError",
    "nearest",
    "require",
    "require_choice",
    "require_integer",
    "require_probability",
    "require_real",
    "require_truth",
]

Choice = TypeVar("Choice", bound=StrEnum)


class TaskError(Exception):
    """Root of the errors that `tasks` raises."""


class ParameterError(TaskError, ValueError):
    """A parameter has a value that it cannot have."""


class BrokenTaskError(TaskError, RuntimeError):
    """A task does what its contract forbids."""


class SavedFileError(TaskError, ValueError):
    """A file of networks cannot be written, cannot be read, or does not fit."""


class UnknownNameError(TaskError, KeyError):
    """A name stands in no catalogue."""

    def __str__(self) -> str:
        return str(self.args[0])


def require(
    condition: bool, field: str, value: object, rule: str, remedy: str, *, error: type[Exception] = ParameterError
) -> None:
    """Raise `error`, saying what is wrong and what to do, unless `condition` holds.

    Examples
    --------
    >>> require(False, "SIR.stores", 0, "must be at least 1", "give the number of items to hold, e.g. 2")
    Traceback (most recent call last):
    tasks.base.errors.ParameterError: SIR.stores = 0 must be at least 1; give the number of items to hold, e.g. 2
    """
    if not condition:
        raise error(f"{field} = {value!r} {rule}; {remedy}")


def require_probability(field: str, value: object) -> None:
    """Raise `ParameterError` unless `value` is a probability."""
    probable = isinstance(value, Real) and not isinstance(value, bool) and 0.0 <= float(value) <= 1.0
    require(probable, field, value, "must lie in [0, 1]", "give a probability")


def require_real(field: str, value: object) -> None:
    """Raise `ParameterError` unless `value` is a real number, which may be infinite."""
    real = isinstance(value, Real) and not isinstance(value, bool)
    require(real, field, value, "must be a real number", "give such a number")


def require_integer(field: str, value: object, *, least: int, most: int | None = None) -> None:
    """Raise `ParameterError` unless `value` is a whole number from `least` to `most`.

    Examples
    --------
    >>> require_integer("SIR.stimuli", 2.5, least=2, most=26)
    Traceback (most recent call last):
    tasks.base.errors.ParameterError: SIR.stimuli = 2.5 must be a whole number from 2 to 26; give such a number
    """
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    fits = isinstance(value, Integral) and int(value) >= least and (most is None or int(value) <= most)
    limits = f"of at least {least}" if most is None else f"from {least} to {most}"
    require(whole and fits, field, value, f"must be a whole number {limits}", "give such a number")


def require_truth(field: str, value: object) -> None:
    """Raise `ParameterError` unless `value` is True or False."""
    require(isinstance(value, bool), field, value, "must be True or False", "give one of the two")


def require_choice(field: str, value: object, choices: type[Choice]) -> Choice:
    """The member of `choices` that `value` is or names; raise `ParameterError` where there is none.

    Examples
    --------
    >>> class Side(StrEnum):
    ...     LEFT = "left"
    ...     RIGHT = "right"
    >>> require_choice("Hand.side", "left", Side)
    <Side.LEFT: 'left'>
    >>> require_choice("Hand.side", "rihgt", Side)
    Traceback (most recent call last):
    tasks.base.errors.ParameterError: Hand.side = 'rihgt' must be one of 'left', 'right'; did you mean 'right'?
    """
    names = [str(choice) for choice in choices]
    close = difflib.get_close_matches(str(value), names, n=1, cutoff=0.4)
    remedy = f"did you mean {close[0]!r}?" if close else "give one of these"
    require(value in names, field, value, f"must be one of {', '.join(map(repr, names))}", remedy)
    return choices(str(value))


def nearest(kind: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """The error for an unknown `name`, with the nearest of the `known` names.

    Examples
    --------
    >>> print(nearest("task", "12xa", ["12ax", "sir2"]))
    unknown task '12xa': did you mean '12ax'? Known: 12ax, sir2
    """
    names = sorted(known)
    small = {known_name.lower(): known_name for known_name in names}
    close = difflib.get_close_matches(name.lower(), small, n=1, cutoff=0.4)
    hint = f": did you mean {small[close[0]]!r}?" if close else "."
    return UnknownNameError(f"unknown {kind} {name!r}{hint} Known: {', '.join(names)}")
