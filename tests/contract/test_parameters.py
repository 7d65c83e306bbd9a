"""Every task rejects invalid parameters by the name of the field."""

from dataclasses import fields
from enum import StrEnum

import pytest

from tasks.base.errors import ParameterError, shown
from tasks.catalog import TASKS


def impossible(name, value):
    """Invalid values of a field, given a valid one."""
    if isinstance(value, bool):
        return ["no", 1, None]
    if isinstance(value, StrEnum):
        return ["nonsense", None]
    if isinstance(value, int):
        return [-1, 1.5, "3", None, True, 10**19, 10**5000, float("nan"), float("inf")]
    if isinstance(value, float):
        return [
            float("nan"),
            float("inf"),
            -float("inf"),
            10**400,
            "0.5",
            None,
            *([-0.1, 1.1] if "probability" in name else []),
        ]
    if isinstance(value, tuple):
        return [(), None, 3, float("nan")]
    if isinstance(value, str):
        return ["", None, 3, float("nan")]
    return []


CASES = {
    f"{type(task).__name__}.{field.name} = {shown(bad)[:30]}": (type(task), field.name, bad)
    for task in (TASKS[name].build() for name in TASKS)
    for field in fields(task)
    if field.name != "name"
    for bad in impossible(field.name, getattr(task, field.name))
}
"""A class, a field, and a value, once for all tasks of the class."""


@pytest.mark.parametrize("case", CASES)
def test_a_value_that_cannot_be_is_rejected_by_name(case):
    kind, field, bad = CASES[case]
    # The object that defines the answer checks its fields.
    with pytest.raises(ParameterError, match=rf"({kind.__name__}|Quantity|Several)\.{field}\b"):
        kind(**{field: bad})


def test_there_are_fields_of_every_kind():
    assert len({type(bad).__name__ for _, _, bad in CASES.values()}) >= 6
    assert len({kind for kind, _, _ in CASES.values()}) >= 15
