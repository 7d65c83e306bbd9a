"""Checks of parameter objects, which raise `PBWMParameterError` (`tasks.base.checks`)."""

from pbwm.errors import PBWMParameterError
from tasks.base.checks import Checks

__all__ = [
    "require_at_least",
    "require_choice",
    "require_fraction",
    "require_kinds",
    "require_object",
    "require_positive",
]

_CHECKS = Checks(PBWMParameterError)
require_kinds, require_object, require_choice = _CHECKS.kinds, _CHECKS.object, _CHECKS.choice
require_at_least, require_positive, require_fraction = _CHECKS.at_least, _CHECKS.positive, _CHECKS.fraction
