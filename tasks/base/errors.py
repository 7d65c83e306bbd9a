"""Errors that name the field, the value, the rule, and the remedy."""

import difflib
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from numbers import Integral, Real
from typing import SupportsInt, TypeGuard, TypeVar

__all__ = [
    "LARGEST",
    "MOST",
    "BrokenTaskError",
    "ParameterError",
    "SavedFileError",
    "TaskError",
    "UnknownNameError",
    "complaint",
    "finding",
    "is_count",
    "is_number",
    "nearest",
    "require",
    "require_choice",
    "require_integer",
    "require_name",
    "require_probability",
    "require_real",
    "require_truth",
    "shown",
]

LARGEST = 1e30
"""Numbers beyond this are rejected: products of parameters must fit float32, which ends at 3e38."""
MOST = 2**31 - 1
"""The largest whole number that a parameter can have."""
MOST_NAMED = 120
"""Largest number of characters of a name."""
MOST_SHOWN = 200
"""Largest number of characters that a message shows of a value."""

Choice = TypeVar("Choice", bound=StrEnum)


class TaskError(Exception):
    """Root of the errors that `tasks` raises."""


class ParameterError(TaskError, ValueError):
    """A parameter has an invalid value."""


class BrokenTaskError(TaskError, RuntimeError):
    """A task violates its contract."""


class SavedFileError(TaskError, ValueError):
    """A file of networks cannot be written or read, or does not fit."""


class UnknownNameError(TaskError, KeyError):
    """A name is in no catalog."""

    def __str__(self) -> str:
        return str(self.args[0])


def require(
    condition: bool, field: str, value: object, rule: str, remedy: str, *, error: type[Exception] = ParameterError
) -> None:
    """Raise `error` unless `condition` holds.

    Examples
    --------
    >>> require(False, "SIR.stores", 0, "must be at least 1", "give the number of items to hold, e.g. 2")
    Traceback (most recent call last):
    tasks.base.errors.ParameterError: SIR.stores = 0 must be at least 1; give the number of items to hold, e.g. 2
    """
    if not condition:
        raise error(complaint(field, value, rule, remedy))


class Complaint(str):
    """A message that knows its finding: field, value, and rule, without the remedy."""

    finding: str


def complaint(field: str, value: object, rule: str, remedy: str) -> Complaint:
    """A message: field, value, rule, and remedy."""
    finding = f"{field} = {shown(value)} {rule}"
    message = Complaint(f"{finding}; {remedy}")
    message.finding = finding
    return message


def finding(error: Exception) -> str:
    """The message of an error, without the remedy of a `complaint`."""
    said = error.args[0] if error.args else ""
    return said.finding if isinstance(said, Complaint) else str(error)


def shown(value: object) -> str:
    """A value in one line of at most about `MOST_SHOWN` characters.

    Examples
    --------
    >>> shown([1, 2])
    '[1, 2]'
    >>> shown(10**5000)
    '(a number of thousands of digits)'
    """
    try:
        text = " ".join(repr(value).splitlines())
    except ValueError:  # Python writes no number of that size
        return "(a number of thousands of digits)"
    except RecursionError:
        return "(something nested too deeply)"
    half = MOST_SHOWN // 2
    return text if len(text) <= MOST_SHOWN else f"{text[:half]} … {text[-half:]}"


def is_number(value: object, least: float = -LARGEST, most: float = LARGEST) -> bool:
    """Whether a value is a real number in the given range."""
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    try:
        return least <= float(value) <= most
    except OverflowError:  # a whole number beyond all floats
        return False


def is_count(value: object, least: int = 1) -> TypeGuard[SupportsInt]:
    """Whether a value is a whole number from `least` to `MOST`."""
    return isinstance(value, Integral) and not isinstance(value, bool) and least <= int(value) <= MOST


def require_probability(field: str, value: object) -> None:
    """Raise `ParameterError` unless `value` is a probability."""
    require(is_number(value, 0.0, 1.0), field, value, "must lie in [0, 1]", "give a probability")


def require_real(field: str, value: object) -> None:
    """Raise `ParameterError` unless `value` is a real number or infinite, and fits a float."""
    try:
        real = isinstance(value, Real) and not isinstance(value, bool) and isinstance(float(value), float)
    except OverflowError:
        real = False
    require(real, field, value, "must be a real number", "give such a number")


def require_integer(field: str, value: object, *, least: int, most: int | None = None) -> None:
    """Raise `ParameterError` unless `value` is a whole number from `least` to `most`.

    Examples
    --------
    >>> require_integer("SIR.stimuli", 2.5, least=2, most=26)
    Traceback (most recent call last):
    tasks.base.errors.ParameterError: SIR.stimuli = 2.5 must be a whole number from 2 to 26; give such a number
    """
    large = isinstance(value, Integral) and int(value) > MOST
    limits = f"of at least {least}" if most is None and not large else f"from {least} to {most or MOST}"
    fits = is_count(value, least) and (most is None or int(value) <= most)
    require(fits, field, value, f"must be a whole number {limits}", "give such a number")


def require_name(field: str, value: object, *, error: type[Exception] = ParameterError) -> None:
    """Raise `error` unless `value` is a string of 1 to `MOST_NAMED` characters in one line.

    Examples
    --------
    >>> require_name("study.name", "")
    Traceback (most recent call last):
    tasks.base.errors.ParameterError: study.name = '' must be a string of 1 to 120 characters without control \
characters; give it a name
    """
    fits = isinstance(value, str) and 0 < len(value) <= MOST_NAMED and not any(map(_controls, value))
    rule = f"must be a string of 1 to {MOST_NAMED} characters without control characters"
    require(fits, field, value, rule, "give it a name", error=error)


def _controls(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "C" or unicodedata.category(letter) in ("Zl", "Zp")


def require_truth(field: str, value: object) -> None:
    """Raise `ParameterError` unless `value` is True or False."""
    require(isinstance(value, bool), field, value, "must be True or False", "give one of the two")


def require_choice(field: str, value: object, choices: type[Choice]) -> Choice:
    """The member of `choices` that `value` is or names; raise `ParameterError` if there is none.

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
    text = value if isinstance(value, str) and len(value) <= MOST_NAMED else ""
    close = _near(text, names)
    remedy = f"did you mean {close!r}?" if close else "give one of these"
    require(text in names, field, value, f"must be one of {', '.join(map(repr, names))}", remedy)
    return choices(str(value))


def _near(text: str, names: Iterable[str]) -> str | None:
    """The shortest name that contains `text`, or else the most similar one, if it is near."""
    names = list(names)
    inside = [name for name in names if len(text) > 2 and text in name]
    close = difflib.get_close_matches(text, names, n=1, cutoff=0.6 if len(text) > 2 else 0.5)
    return min(inside, key=len) if inside else close[0] if close else None


def nearest(kind: str, name: object, known: Iterable[str]) -> UnknownNameError:
    """The error for an unknown `name`, with the nearest `known` one.

    Examples
    --------
    >>> print(nearest("task", "12xa", ["12ax", "sir2"]))
    unknown task '12xa': did you mean '12ax'? Known: 12ax, sir2
    """
    names = sorted(known)
    small = {known_name.lower(): known_name for known_name in names}
    text = name.lower() if isinstance(name, str) else ""
    close = _near(text, small)
    hint = f": did you mean {small[close]!r}?" if close else "."
    return UnknownNameError(f"unknown {kind} {shown(name)}{hint} Known: {', '.join(names)}")
