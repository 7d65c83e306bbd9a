"""Checks of parameter objects, which raise `PBWMParameterError` (`tasks.base.checks`)."""

from pbwm.errors import PBWMParameterError
from tasks.base.checks import Checks
from tasks.base.errors import require

__all__ = [
    "require_at_least",
    "require_choice",
    "require_fraction",
    "require_kinds",
    "require_object",
    "require_positive",
    "require_sigmoid_gain",
]

LARGEST_SIGMOID_GAIN = 100
"""Beyond 125, the sigmoid of .5 is 0/0 in single precision."""

_CHECKS = Checks(PBWMParameterError)
require_kinds, require_object, require_choice = _CHECKS.kinds, _CHECKS.object, _CHECKS.choice
require_at_least, require_positive, require_fraction = _CHECKS.at_least, _CHECKS.positive, _CHECKS.fraction


def require_sigmoid_gain(name: str, gain: int) -> None:
    """Raise `PBWMParameterError` if the weight sigmoid is too steep."""
    rule = f"must be at most {LARGEST_SIGMOID_GAIN}"
    require(gain <= LARGEST_SIGMOID_GAIN, name, gain, rule, "the published value is 6", error=PBWMParameterError)
