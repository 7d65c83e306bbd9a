"""Checks of parameter objects: every number is a number within its bounds, and the error says which is not."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from numbers import Integral, Real

from lstm_baseline.errors import LSTMParameterError
from tasks.base.errors import require

__all__ = ["DTYPES", "require_number", "require_precision", "require_whole"]

DTYPES = ("float32", "float64")


def _require(condition: bool, owner: object, name: str, rule: str) -> None:
    default = next(f.default for f in fields(owner) if f.name == name)  # type: ignore[arg-type]
    remedy = "give such a value" if default is MISSING else f"the default is {default}"
    field = f"{type(owner).__name__}.{name}"
    require(condition, field, getattr(owner, name), rule, remedy, error=LSTMParameterError)


def require_whole(owner: object, name: str, least: int) -> None:
    """Raise `LSTMParameterError` unless the field `name` of `owner` is a whole number of at least `least`."""
    value = getattr(owner, name)
    whole = isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least
    _require(whole, owner, name, f"must be a whole number of at least {least}")


def require_number(owner: object, name: str, holds: Callable[[float], bool], rule: str) -> None:
    """Raise `LSTMParameterError` unless the field `name` of `owner` is a number for which `holds` is true."""
    value = getattr(owner, name)
    number = isinstance(value, Real) and not isinstance(value, bool)
    _require(number and holds(float(value)), owner, name, rule)


def require_precision(owner: object) -> None:
    """Raise `LSTMParameterError` unless the `dtype` of `owner` is the name of one that kernels compute in."""
    _require(getattr(owner, "dtype", None) in DTYPES, owner, "dtype", f"is not one of {', '.join(DTYPES)}")
