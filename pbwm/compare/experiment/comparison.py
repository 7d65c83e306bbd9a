"""A comparison: a study of models on tasks, with one condition in which parameters may be set."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pbwm.compare import models as catalog
from pbwm.compare.errors import PlanError
from pbwm.compare.experiment.declaration import Condition, Record, Study
from pbwm.compare.experiment.row import slug
from tasks.base.arguments import checked
from tasks.base.outside import is_file_name
from tasks.catalog import TASKS

__all__ = ["comparison", "default_directory"]

NAME = "comparison"
AS_SET = "as set"
"""Name of the condition with changed parameters."""


def comparison(
    tasks: tuple[str, ...],
    models: tuple[str, ...],
    *,
    networks: int,
    epochs: int | None,
    seed: int,
    consolidation: int = 0,
    save: bool = True,
    settings: Sequence[str] = (),
    task_settings: Sequence[str] = (),
) -> Study:
    """A comparison of models on tasks as a study.

    Parameters
    ----------
    tasks, models
        Names in the catalogs, or ``FILE.py:NAME``.
    networks, epochs, seed, consolidation
        As in `Study`.
    save
        Whether to store networks and gates, too.
    settings, task_settings
        Changed parameters, as ``MODEL.PARAMETER=VALUE`` and ``PARAMETER=VALUE``.

    Raises
    ------
    PlanError
        If a number is impossible, a name is given twice or not at all, or a setting is unreadable.
    UnknownNameError
        If a name is not in its catalog, or a parameter is not known.
    """
    for kind, names, known in (("task", tasks, TASKS), ("model", models, catalog.MODELS)):
        if not names:
            raise PlanError(f"no {kind} is named; give at least one of: {', '.join(known)}")
        for name in names:
            _check_kind(kind, name)
            known[name]
            if names.count(name) > 1:
                raise PlanError(f"{kind} {name!r} is named {names.count(name)} times; give each {kind} once")
    record = (Record.CURVES, Record.GATES, Record.WEIGHTS) if save else (Record.CURVES,)
    study = Study(
        name=NAME,
        tasks=tasks,
        models=models,
        networks=networks,
        epochs=epochs,
        seed=seed,
        consolidation=consolidation,
        record=record,
        conditions=_conditions(models, settings, task_settings),
    )
    for row in study.rows() if study.conditions else ():
        row.job(range(1))  # rejects unknown parameters
    return study


def _check_kind(kind: str, name: object) -> None:
    if kind == "task" and isinstance(name, str) and name in catalog.MODELS:
        remedy = "give it under models (--models), and a task as TASK"
        raise PlanError(f"task = {name!r} is a model, not a task; {remedy}")
    if kind == "model" and isinstance(name, str) and name in TASKS:
        raise PlanError(f"model = {name!r} is a task, not a model; give it as TASK")


@checked()
def default_directory(tasks: Sequence[str]) -> Path:
    """The default directory of a comparison."""
    return Path("results") / "+".join(slug(task) if is_file_name(task) else task for task in tasks)


def _conditions(
    models: tuple[str, ...], settings: Sequence[str], task_settings: Sequence[str]
) -> tuple[Condition, ...]:
    if not (settings or task_settings):
        return ()
    of_task: dict[str, Any] = {}
    for text in task_settings:
        name, value = _setting("--task-set", "PARAMETER", text)
        _put(of_task, name, value, f"--task-set {text!r}")
    of_model: dict[str, dict[str, Any]] = {model: {} for model in models}
    for text in settings:
        name, value = _setting("--set", "MODEL.PARAMETER", text)
        model = next((model for model in sorted(models, key=len)[::-1] if name.startswith(f"{model}.")), None)
        if model is None:
            known = ", ".join(models)
            raise PlanError(f"--set {text!r} names no model of the comparison ({known}); give MODEL.PARAMETER=VALUE")
        _put(of_model[model], name.removeprefix(f"{model}."), value, f"--set {text!r}")
    return tuple(
        Condition(name=AS_SET, models=(model,), parameters=parameters, task_parameters=of_task)
        for model, parameters in of_model.items()
    )


def _put(settings: dict[str, Any], name: str, value: Any, text: str) -> None:
    if name in settings:
        raise PlanError(f"{text} sets {name!r}, which was set before; give it once")
    settings[name] = value


def _setting(option: str, form: str, text: str) -> tuple[str, Any]:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not (name and equals and value):
        raise PlanError(f"{option} {text!r} is not a setting; give {form}=VALUE")
    try:
        return name, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name, value
