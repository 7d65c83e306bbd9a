"""Keys of rows: the settings of results, compared with those that a row requires.

A key is a nested mapping of plain values (`Row.key`). Fields that earlier keys lack (`tasks.base.serialization.LATER`)
get their defaults first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

from pbwm.compare.experiment.code_version import plain
from tasks.base.errors import shown

__all__ = ["other_values", "some"]

BUDGET = "epochs"
"""The entry that is not compared: results of one budget may serve another."""
SOURCES = {"task_code": "task", "model_code": "model"}
"""Entries of a key that are checksums of a user's own file."""
SHOWN = 3
"""Largest number of differences in a message."""


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()


def by_dotted_names(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested plain values by dotted names; lists by index, dataclasses by field.

    Examples
    --------
    >>> by_dotted_names({"seed": 1, "parameters": {"rule": {"rate": 0.1}, "sizes": [{"rows": 2}]}})
    {'seed': 1, 'parameters.rule.rate': 0.1, 'parameters.sizes[0].rows': 2}
    """
    return dict(_leaves(values, prefix))


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    parts: list[tuple[str, Any]] = []
    if isinstance(value, Mapping):
        parts = [(f"{name}.{key}" if name else str(key), inner) for key, inner in value.items()]
    elif isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
        parts = [(f"{name}[{i}]", inner) for i, inner in enumerate(value)]
    if not parts:
        yield name, plain(value)
    for inner_name, inner in parts:
        yield from _leaves(inner, inner_name)


def other_values(key: Mapping[str, Any], stored: Mapping[str, Any], later: Mapping[str, Any]) -> list[str]:
    """Differences between a stored key and `key`, apart from the budget, in words.

    `later` has the defaults of names that the stored key lacks.

    Examples
    --------
    >>> key = {"seed": 1, "epochs": 9, "parameters": {"rate": 0.1, "noise": 0.0}}
    >>> other_values(key, {"seed": 1, "epochs": 5, "parameters": {"rate": 0.2}}, {"parameters.noise": 0.0})
    ['parameters.rate = 0.2, not 0.1']
    >>> other_values(key, {"seed": 1, "parameters": {"rate": 0.1}}, {})
    ['parameters.noise = absent, not 0.0']
    >>> other_values({"task_code": "8f70"}, {"task_code": "b4ef"}, {})
    ['the source of the task has changed']
    """
    now, was, defaults = by_dotted_names(key), by_dotted_names(stored), by_dotted_names(later)
    was = {name: defaults[name] for name in now if name in defaults} | was
    found = []
    for name in {**now, **was}:
        one, other = was.get(name, ABSENT), now.get(name, ABSENT)
        if name in SOURCES and ABSENT not in (one, other):
            found += [f"the source of the {SOURCES[name]} has changed"] if one != other else []
        elif name != BUDGET and one != other:
            found.append(f"{name} = {shown(one)}, not {shown(other)}")
    return found


def some(differences: Sequence[str]) -> str:
    """The first differences, and how many more there are.

    Examples
    --------
    >>> some(["seed = 0, not 1", "criterion = 2, not 3", "model = 'a', not 'b'", "task = 'c', not 'd'"])
    "seed = 0, not 1; criterion = 2, not 3; model = 'a', not 'b'; and 1 more"
    """
    more = len(differences) - SHOWN
    return "; ".join([*differences[:SHOWN], *([f"and {more} more"] if more > 0 else [])])
