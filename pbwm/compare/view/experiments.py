"""Manipulations as forms of the page, and back.

The anatomy of a model (`tasks.base.anatomy.Anatomy.manipulations`) lists their classes.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from enum import Enum
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from pbwm.compare.errors import ViewError
from tasks.base.anatomy import Anatomy
from tasks.base.errors import SavedFileError, nearest
from tasks.base.serialization import from_plain, to_plain

__all__ = ["Applied", "constructor", "form", "forms", "manipulation"]

SLIDERS: Mapping[str, tuple[float, float, float]] = {
    "burst": (0.0, 3.0, 0.05),
    "dip": (0.0, 3.0, 0.05),
    "d1": (0.0, 3.0, 0.05),
    "d2": (0.0, 3.0, 0.05),
    "tonic": (-1.0, 1.0, 0.05),
    "sd": (0.0, 0.5, 0.01),
    "fraction": (0.05, 1.0, 0.05),
}
"""Field of a manipulation → limits and step of its slider; by default 0, 1 and .05."""


@dataclass(frozen=True)
class Applied:
    """An active manipulation, with its number on the page, and its model."""

    number: int
    model: str
    what: Any

    def plain(self) -> dict[str, Any]:
        """The manipulation as a message."""
        own = to_plain(self.what, "manipulation")
        kind = own.pop("class")
        return {"number": self.number, "model": self.model, "kind": kind, "fields": own, "text": constructor(self.what)}


def forms(anatomy: Anatomy) -> list[dict[str, Any]]:
    """The forms of all manipulations of a model."""
    return [form(kind) for kind in anatomy.manipulations]


def form(kind: type) -> dict[str, Any]:
    """The form of a class of manipulations: its name, summary, and fields."""
    hints = get_type_hints(kind)
    about = (kind.__doc__ or kind.__name__).strip().splitlines()[0]
    return {
        "kind": kind.__name__,
        "about": about,
        "fields": [_field(f.name, hints[f.name], f.default) for f in fields(kind)],
    }


def _field(name: str, hint: Any, default: Any) -> dict[str, Any]:
    choices = get_args(hint) or (hint,)
    optional = NoneType in choices
    kind = next(choice for choice in choices if choice is not NoneType)
    told: dict[str, Any] = {"name": name, "optional": optional}
    if default is not MISSING:
        told["value"] = to_plain(default, name)
    if name in ("layer", "stripe"):
        return told | {"type": name}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return told | {"type": "choice", "choices": [member.value for member in kind]}
    if kind is float:
        low, high, step = SLIDERS.get(name, (0.0, 1.0, 0.05))
        return told | {"type": "number", "low": low, "high": high, "step": step}
    if kind is bool or kind is int:
        return told | {"type": "truth" if kind is bool else "whole"}
    return told | {"type": "fixed" if get_origin(hint) or optional else "text"}


def manipulation(anatomy: Anatomy, kind: str, given: Mapping[str, Any]) -> Any:
    """The manipulation that the page requests; missing fields have their defaults.

    Raises
    ------
    UnknownNameError
        If the model has no manipulation of this kind.
    ViewError
        If a field is missing or has a value of another type.
    ValueError
        If a value is not possible.
    """
    known = {own.__name__: own for own in anatomy.manipulations}
    if not known:
        raise ViewError("this model takes no manipulations; choose another model")
    if kind not in known:
        raise nearest("manipulation", kind, known)
    found = known[kind]
    names = [f.name for f in fields(found)]
    for name in given:
        if name not in names:
            raise nearest(f"field of {kind}", str(name), names)
    defaults = {f.name: to_plain(f.default, f.name) for f in fields(found) if f.default is not MISSING}
    missing = [name for name in names if name not in defaults and name not in given]
    if missing:
        raise ViewError(f"{kind}.{missing[0]} is missing and has no default; give it")
    try:
        return from_plain({"class": kind, **defaults, **given}, found, kind)
    except SavedFileError as error:
        said, _, _ = str(error).rpartition("; ")
        raise ViewError(f"{said}; give such a value") from None


def constructor(what: Any) -> str:
    """A dataclass as the call that creates it, without fields that have their defaults.

    Examples
    --------
    >>> from pbwm.manipulations import ClampGate
    >>> constructor(ClampGate(stripe=0, open=True, gate="output"))
    "ClampGate(stripe=0, open=True, gate='output')"
    """
    told: Mapping[str, Any] = {
        f.name: getattr(what, f.name) for f in fields(what) if getattr(what, f.name) != f.default
    }
    values = {name: str(v) if isinstance(v, str) else v for name, v in told.items()}
    return f"{type(what).__name__}({', '.join(f'{name}={value!r}' for name, value in values.items())})"
