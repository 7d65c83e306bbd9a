"""The check of goals: every number is in its range."""

from types import NoneType
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

from pbwm.compare.errors import PlanError

__all__ = ["require_goal_fields"]

MOST = 1e12
"""The largest number in a goal."""


def require_goal_fields(goal: Any, *, least_0: tuple[str, ...] = ()) -> None:
    """Raise `PlanError` unless fields of a goal have their types, and numbers are above 0.

    Fields named by `least_0` may be 0.
    """
    for name, hint in get_type_hints(type(goal)).items():
        value, optional = getattr(goal, name), NoneType in get_args(hint)
        if get_origin(hint) is ClassVar or (value is None and optional):
            continue
        where = f"{type(goal).__name__}.{name} = {value!r}"
        if hint is bool:
            if not isinstance(value, bool):
                raise PlanError(f"{where} must be True or False; give one of the two")
            continue
        whole = int in (hint, *get_args(hint))
        kinds = (int,) if whole else (int, float)
        if type(value) not in kinds or not (0 < value <= MOST or (value == 0 and name in least_0)):
            number, range_of = "whole number" if whole else "number", "of at least 0" if name in least_0 else "above 0"
            raise PlanError(f"{where} must be a {number} {range_of} and at most {MOST:g}; give such a number")
