"""Every field of every public parameter class rejects invalid values by name when the object is made."""

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from inspect import isabstract, isclass
from math import inf, isfinite, nan
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np
import pytest

import lstm_baseline
import pbwm
import pbwm.form2006
from lstm_baseline.errors import LSTMError
from pbwm.circuit import Circuit, Layer, Path, Wiring
from pbwm.errors import PBWMError
from pbwm.form2006.circuit import Circuit2006, Layer2006, Path2006
from tasks.base.errors import LARGEST, MOST_SHOWN, TaskError

OURS = (LSTMError, PBWMError, TaskError)
NOT_PARAMETERS = {Circuit, Circuit2006, Layer, Layer2006, Path, Path2006, Wiring}
"""Compiled circuits, which the package makes from checked parameters."""
REQUIRED = {
    "Lesion": {"layer": "matrix_go"},
    "ClampGate": {"stripe": 0, "open": True},
    "Noise": {"layer": "hidden", "sd": 0.1},
}
CLASSES = sorted(
    {
        found
        for package in (pbwm, pbwm.form2006, lstm_baseline)
        for found in (getattr(package, name) for name in package.__all__)
        if isclass(found) and is_dataclass(found) and not isabstract(found) and found not in NOT_PARAMETERS
    },
    key=lambda kind: kind.__name__,
)
CLASSES = [kind for kind in CLASSES if fields(kind)]
CASES = [(kind, f.name) for kind in CLASSES for f in fields(kind)]

WRONG = [
    *("x", b"x", "", [], {}, (), (1, "x"), object(), None, True, False, 0, 1, -1, 0.5, 3.0, -0.1, nan, inf, -inf),
    *(1e300, -1e300, 10**19, -(10**19), 10**5000, 2**31, 2**63, 1j, np.float64(nan), np.array([1.0, 2.0]), range(3)),
    *("x" * 10_000, "two\nlines", int, print),
]


def default(kind):
    return kind(**REQUIRED.get(kind.__name__, {}))


def fits(value, hint) -> bool:
    """Whether a value fits the annotation of a field; NaN fits none."""
    if hint is Any:
        return True
    if get_origin(hint) in (Union, UnionType):
        return any(fits(value, choice) for choice in get_args(hint))
    if hint in (None, NoneType):
        return value is None
    if get_origin(hint) is tuple:
        inner = get_args(hint)
        if not isinstance(value, tuple):
            return False
        if len(inner) == 2 and inner[1] is Ellipsis:
            return all(fits(item, inner[0]) for item in value)
        return len(value) == len(inner) and all(map(fits, value, inner))
    if hint is float:
        number = isinstance(value, int | float | np.floating | np.integer) and not isinstance(value, bool)
        return number and value == value
    if hint is int:
        return isinstance(value, int | np.integer) and not isinstance(value, bool)
    if issubclass(hint, Enum):
        return isinstance(value, hint)
    return isinstance(value, hint)


@pytest.mark.parametrize(("kind", "name"), CASES, ids=[f"{kind.__name__}.{name}" for kind, name in CASES])
def test_a_field_takes_what_it_says_and_rejects_all_else_by_name(kind, name):
    hint = get_type_hints(kind)[name]
    for value in WRONG:
        try:
            made = replace(default(kind), **{name: value})
        except OURS as error:
            said = str(error)
            assert "\n" not in said
            assert len(said) < 4 * MOST_SHOWN + 400, said
            assert name in said or kind.__name__ in said, said
            continue
        held = getattr(made, name)
        assert fits(held, hint), f"{kind.__name__}.{name} took {value!r}"
        if isinstance(held, int | float) and not isinstance(held, bool):
            assert isfinite(held), f"{kind.__name__}.{name} took {value!r}"
            assert abs(held) <= LARGEST, f"{kind.__name__}.{name} took {value!r}"


def test_there_are_classes_of_every_package():
    homes = {kind.__module__.partition(".")[0] for kind in CLASSES}
    assert homes == {"pbwm", "lstm_baseline"}
    assert len(CLASSES) > 30
