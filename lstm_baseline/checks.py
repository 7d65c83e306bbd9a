"""Checks of parameters that raise `LSTMParameterError` (`tasks.base.checks`)."""

from lstm_baseline.errors import LSTMParameterError
from tasks.base.checks import Checks

__all__ = [
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
