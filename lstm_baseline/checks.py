"""Checks of parameters, which raise `LSTMParameterError` (`tasks.base.checks`), and of arrays."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstm_baseline.errors import LSTMError, LSTMParameterError, LSTMTrialsError
from tasks.base.checks import Checks
from tasks.base.errors import require

__all__ = [
    "as_array",
    "as_numbers",
    "as_targets",
    "require_at_least",
    "require_below_one",
    "require_choice",
    "require_count",
    "require_field",
    "require_kinds",
    "require_number",
    "require_object",
    "require_positive",
    "require_precision",
]

_CHECKS = Checks(LSTMParameterError)
require_field, require_kinds, require_object = _CHECKS.require, _CHECKS.kinds, _CHECKS.object
require_number, require_count, require_choice = _CHECKS.number, _CHECKS.count, _CHECKS.choice
require_at_least, require_positive, require_below_one = _CHECKS.at_least, _CHECKS.positive, _CHECKS.below_one


def require_precision(owner: object) -> None:
    """Raise `LSTMParameterError` unless ``dtype`` is a precision."""
    _CHECKS.one_of(owner, "dtype", ("float32", "float64"))


def as_array(field: str, values: ArrayLike, error: type[LSTMError] = LSTMTrialsError) -> NDArray[Any]:
    """Values as an array; `error` if they are not real numbers."""
    try:
        found: NDArray[Any] = np.asarray(values)
    except (TypeError, ValueError) as why:
        raise error(f"{field} must be an array of real numbers ({why}); give one") from None
    if found.dtype.kind not in "fiub":
        raise error(f"{field} must be an array of real numbers (it holds {found.dtype}); give one")
    return found


def as_numbers(field: str, values: ArrayLike, dtype: str) -> NDArray[Any]:
    """Values as an array of this precision; `LSTMTrialsError` if they are not real numbers, or not finite in it."""
    with np.errstate(over="ignore"):
        x = as_array(field, values).astype(dtype)
    broken = np.argwhere(~np.isfinite(x))
    if len(broken):
        place = tuple(int(i) for i in broken[0])
        rule = f"must be finite in {dtype}"
        require(False, f"{field}{list(place)}", float(x[place]), rule, "correct it", error=LSTMTrialsError)
    return x


def as_targets(target: ArrayLike, outputs: int) -> NDArray[Any]:
    """Targets as an array; `LSTMTrialsError` unless they are numbers of outputs, or −1."""
    wanted = as_array("target", target)
    rule, remedy = "must be whole numbers", "give the number of the output that is wanted, or -1"
    require(wanted.dtype.kind in "iu", "target.dtype", str(wanted.dtype), rule, remedy, error=LSTMTrialsError)
    for worst in (int(wanted.min(initial=0)), int(wanted.max(initial=0))):
        rule = f"must be from -1 to {outputs - 1}"
        require(-1 <= worst < outputs, "target", worst, rule, remedy, error=LSTMTrialsError)
    return wanted
