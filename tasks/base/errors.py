"""Errors that help: each names the field, the value, the rule that it breaks, and what to do."""

import difflib
from collections.abc import Iterable

__all__ = ["ParameterError", "TaskError", "UnknownNameError", "nearest", "require", "require_probability"]


class TaskError(Exception):
    """Root of the errors that `tasks` raises."""


class ParameterError(TaskError, ValueError):
    """A parameter has a value that it cannot have."""


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


def require_probability(field: str, value: float) -> None:
    """Raise `ParameterError` unless `value` is a probability."""
    require(0.0 <= value <= 1.0, field, value, "must lie in [0, 1]", "give a probability")


def nearest(kind: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """The error for an unknown `name`, with the nearest of the `known` names.

    Examples
    --------
    >>> print(nearest("task", "12xa", ["12ax", "sir2"]))
    unknown task '12xa': did you mean '12ax'? Known: 12ax, sir2
    """
    names = sorted(known)
    close = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.4)
    hint = f" did you mean {close[0]!r}?" if close else ""
    return UnknownNameError(f"unknown {kind} {name!r}:{hint} Known: {', '.join(names)}")
