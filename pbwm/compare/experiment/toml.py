"""Studies as TOML files, read and written."""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date, time
from enum import Enum
from pathlib import Path
from typing import Any

import tomli_w

from pbwm.compare.errors import PlanError
from pbwm.compare.experiment.declaration import Condition, Study
from pbwm.compare.experiment.goals import GOALS
from pbwm.compare.experiment.parameters import flat
from pbwm.compare.experiment.space import Range, Search
from tasks.base.arguments import checked
from tasks.base.errors import nearest

__all__ = ["from_toml", "old_keys", "read_study_file", "to_toml"]


BYTE_ORDER_MARK = "\ufeff"
"""Byte order mark, which some editors put first in a file."""
REMEDY = "correct it, or start from a study that `pbwm study show NAME` prints"
"""How to get a declaration that is valid TOML."""


@checked()
def to_toml(study: Study) -> str:
    """A study as TOML, without default fields.

    Examples
    --------
    >>> print(to_toml(Study(name="sizes", tasks=("sir2",), models=("lstm",), networks=32)))
    name = "sizes"
    networks = 32
    tasks = [
        "sir2",
    ]
    models = [
        "lstm",
    ]
    <BLANKLINE>
    """
    return tomli_w.dumps(_said(study))


def _said(thing: Any) -> Any:
    if isinstance(thing, Enum):
        return thing.value
    if isinstance(thing, tuple):
        return [_said(item) for item in thing]
    if isinstance(thing, Mapping):
        return {key: _said(value) for key, value in thing.items()}
    if not is_dataclass(thing):
        return thing
    found: dict[str, Any] = {"kind": type(thing).__name__} if type(thing).__name__ in GOALS else {}
    for f in fields(thing):
        value = getattr(thing, f.name)
        default = f.default_factory() if f.default_factory is not MISSING else f.default
        if value is not None and (default is MISSING or value != default or isinstance(thing, Range)):
            found[f.name] = _said(value)
    return found


def from_toml(text: str, where: str = "study") -> Study:
    """The study that a TOML text declares.

    Parameters
    ----------
    text, where
        The declaration, and its name in errors: that of the file.

    Raises
    ------
    PlanError, UnknownNameError
        If it is not valid TOML, a key is unknown, a value is impossible, or a condition cannot be built.
    """
    try:
        said = tomllib.loads(text.removeprefix(BYTE_ORDER_MARK))
    except ValueError as error:  # a number of more digits than Python reads is not one of TOML's errors
        raise PlanError(f"{where}: is not valid TOML ({error}); {REMEDY}") from None
    except RecursionError:
        raise PlanError(f"{where}: is nested too deeply; give a flatter declaration") from None
    try:
        said = _renamed(said)
        if isinstance(said.get("search"), dict):
            said["search"] = _search(said["search"], where)
        conditions = said.pop("conditions", [])
        if not isinstance(conditions, list) or not all(isinstance(c, dict) for c in conditions):
            raise PlanError("conditions must be tables: head each by [[conditions]]")
        made = tuple(_condition(c, f"{where}: conditions[{i}]") for i, c in enumerate(conditions))
        study: Study = _made(Study, said, where, conditions=made)
        _check_values(study)
    except RecursionError:
        raise PlanError(f"{where}: is nested too deeply; give a flatter declaration") from None
    except PlanError as error:
        raise error if str(error).startswith(where) else PlanError(f"{where}: {error}") from None
    point = {name: r.at(0.0) for name, r in study.search.space.items()} if study.search else {}
    for row in study.rows():
        replace(row, parameters={**row.parameters, **point}).job(range(1))
    return study


OLD_KEYS = {"learners": "models", "replicas": "networks"}
"""Key of earlier versions → key of today."""


def _renamed(said: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in said.items():
        name = OLD_KEYS.get(key, key)
        if name in found or (name != key and name in said):
            raise PlanError(f"{key} and {name} are the same, and both are given; leave out {key}")
        found[name] = value
    if isinstance(found.get("against"), dict) and "learner" in found["against"]:
        found["against"] = {"model" if key == "learner" else key: name for key, name in found["against"].items()}
    return found


def old_keys(text: str) -> list[str]:
    """The keys of earlier versions in a declaration, with current names."""
    said = tomllib.loads(text.removeprefix(BYTE_ORDER_MARK))
    tables = [said, *(c for c in said.get("conditions", []) if isinstance(c, dict))]
    return [f"{old!r} is now {new!r}" for old, new in OLD_KEYS.items() if any(old in table for table in tables)]


def _condition(said: Mapping[str, Any], where: str) -> Condition:
    said, given = _renamed(said), {}
    if "goal" in said:
        goal = said.pop("goal")
        if not isinstance(goal, dict) or "kind" not in goal:
            raise PlanError(f"{where}: goal must be a table with its kind: one of {', '.join(GOALS)}")
        kind = goal["kind"]
        if not isinstance(kind, str) or kind not in GOALS:
            raise PlanError(f"{where}: {nearest('goal.kind', kind, GOALS)}")
        fields_of = {name: value for name, value in goal.items() if name != "kind"}
        given["goal"] = _made(GOALS[kind], fields_of, f"{where}: goal")
    condition: Condition = _made(Condition, said, where, **given)
    return condition


def _check_values(study: Study) -> None:
    """Reject dates and times, which no parameter has."""
    for condition in study.conditions:
        for name, value in {**condition.parameters, **condition.task_parameters}.items():
            if isinstance(value, date | time):  # a date with a time is a date
                raise PlanError(f"condition {condition.name!r}: {name} = {value} is a date; give a number or a string")


def _search(said: dict[str, Any], where: str) -> Search:
    space = said.get("space", {})
    if not isinstance(space, dict):
        raise PlanError(f"{where}: search.space must be a table of ranges; give low and high, or choices, by parameter")
    ranges = {name: _made(Range, r, f"{where}: search.space {name!r}") for name, r in _ranges(space)}
    search: Search = _made(Search, said | {"space": ranges}, f"{where}: search")
    return search


def _ranges(space: Mapping[str, Any], prefix: str = "") -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    for key, value in space.items():
        name = f"{prefix}{key}"
        if not isinstance(value, dict):
            raise PlanError(f"search.space {name!r} = {value!r} is not a range; give low and high, or choices")
        inner = value and all(isinstance(v, dict) for v in value.values())
        found += _ranges(value, f"{name}.") if inner else [(name, value)]
    return found


def _made(kind: Any, said: Mapping[str, Any], where: str, **given: Any) -> Any:
    known = [f.name for f in fields(kind)]
    for key in said:
        if key not in known:
            raise PlanError(f"{where}: {nearest('key', key, known)}")
    missing = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    missing = [name for name in missing if name not in said and name not in given]
    if missing:
        raise PlanError(f"{where}: {missing[0]} is missing; give it")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
    for key in ("parameters", "task_parameters"):
        if key in values:
            if not isinstance(values[key], dict):
                raise PlanError(f"{where}: {key} = {values[key]!r} must be a table; give values by parameter")
            values[key] = flat(values[key])
    try:
        return kind(**values, **given)
    except PlanError as error:
        raise PlanError(f"{where}: {error}") from None


def read_study_file(path: Path) -> Study:
    """The study that a TOML file declares.

    Raises
    ------
    PlanError, UnknownNameError
        If it cannot be read, or declares no study that can be run.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise PlanError(f"{path}: cannot be read ({reason}); give a TOML file of a study") from None
    return from_toml(text, str(path))
