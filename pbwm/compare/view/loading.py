"""Networks for a session: untrained ones on a task, or those of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path
from typing import Any, cast

import numpy as np

from pbwm.compare.errors import ViewError
from pbwm.compare.experiment import Scene, open_run
from pbwm.compare.models import DEFAULT_MODELS, MODELS
from pbwm.compare.view.stage import TO_BE_SHOWN, can_be_shown
from pbwm.compare.view.training import Curve
from tasks.base.errors import UnknownNameError, complaint, require
from tasks.base.learner import Learner, Population
from tasks.base.outside import is_file_name
from tasks.base.task import Task
from tasks.catalog import TASKS

__all__ = ["Cast", "cast_for", "cast_of", "run_cast", "untrained_cast"]

IS_FILE = "is a file, not a run or a task"
FILES: Mapping[str, tuple[str, str]] = {
    ".py": ("is a Python file without the name of a task", "give FILE.py:NAME"),
    ".html": ("is a page, not a run or a task", "open it in a browser"),
    ".toml": ("is a TOML file, not a run or a task", "run the study (`pbwm study run`), and give its directory"),
}
"""Suffix of a file that cannot be viewed → what it is, and the remedy."""


@dataclass(frozen=True, kw_only=True)
class Cast:
    """A task, and a population of each model.

    Attributes
    ----------
    name, task
        The task, and its name in the catalog.
    populations
        The networks, by model.
    seed
        Root seed.
    made
        Python expression that creates this object, for scripts.
    origin
        Directory of the networks; empty for untrained ones.
    best
        The network to show first.
    curves
        Learning curves of the networks so far, by model.
    left_out
        Models of a run that cannot be shown (`tasks.base.anatomy.Observable`).
    damaged
        Unreadable networks of a run: model, and file with the reason.
    """

    name: str
    task: Task
    populations: Mapping[str, Population]
    seed: int
    made: str
    origin: str = ""
    best: int = 0
    curves: Mapping[str, Curve] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()

    def untrained(self, seed: int) -> "Cast":
        """Untrained networks of the same number, models, parameters and task, with another seed."""
        return Cast(
            name=self.name, task=self.task, seed=seed, made=f"{self.made}.untrained({seed})",
            populations={name: untrained_again(population, seed) for name, population in self.populations.items()},
        )  # fmt: skip


def untrained_again(population: Population, seed: int) -> Population:
    """Untrained networks with the numbers, parameters and precision of a population, and another seed."""
    kind: Any = type(population.blocks[0])
    snapshot = population.snapshot()
    given = {"dtype": snapshot.dtype} if "dtype" in signature(kind).parameters else {}

    def build(places: range) -> Learner:
        numbers = snapshot.networks[places.start : places.stop]
        return cast(Learner, kind(snapshot.spec, networks=numbers, seed=seed, params=snapshot.params, **given))

    return Population(build, population.networks)


def untrained(model: str, task: Task, networks: int, seed: int) -> Population:
    """Untrained networks of a model in the catalog."""

    def build(numbers: range) -> Learner:
        return MODELS[model].build(task.spec, networks=numbers, seed=seed)

    return Population(build, networks)


def untrained_cast(task: str, models: Sequence[str], *, networks: int = 16, seed: int = 0) -> Cast:
    """Untrained networks of some models on a task of the catalog.

    Raises
    ------
    UnknownNameError
        If there is no such task or model.
    TaskRefusedError
        If a model cannot do the task.
    """
    built = TASKS[task].build()
    populations = {name: untrained(name, built, networks, seed) for name in models}
    made = f"untrained_cast({task!r}, {list(models)!r}, networks={networks}, seed={seed})"
    return Cast(name=task, task=built, populations=populations, seed=seed, made=made)


def cast_of(populations: Mapping[str, Population], task: Task | None) -> Cast:
    """Existing populations, by model, and their task; by default, the one in the catalog with the name in their spec.

    Raises
    ------
    UnknownNameError
        If the catalog has no such task.
    ViewError
        If there are no populations.
    """
    require(bool(populations), "populations", {}, "are none", "give one by the name of its model", error=ViewError)
    first = next(iter(populations.values()))
    name = first.spec.name
    seed = int(getattr(first.blocks[0], "seed", 0))
    made = "cast_of(populations, task)"
    return Cast(name=name, task=task or TASKS[name].build(), populations=populations, seed=seed, made=made)


def run_cast(
    directory: Path, models: Sequence[str] | None = None, *, task: str | None = None, condition: str | None = None
) -> Cast:
    """The networks of a run.

    Parameters
    ----------
    directory
        Directory of the run.
    models
        Some of its models; by default, all that can be shown.
    task, condition
        Choose among several.

    Raises
    ------
    ResultsError, FigureError
        If the run or its networks do not exist.
    PlanError
        If none of several tasks or conditions is named.
    UnknownNameError
        If a task or condition is unknown.
    ViewError
        If it has no results, a model is not part of it, or none of its models can be shown.
    """
    run = open_run(directory)
    scene = run.scene(condition, task)
    damaged = [
        f"{of.row.model}, networks in {damage}"
        for of in run.results
        if (of.row.task, of.row.condition) == (scene.task_name, scene.condition)
        for damage in of.damaged
    ]
    if not scene.models:
        why = f" ({'; '.join(damaged)})" if damaged else ""
        raise ViewError(f"{directory}: {scene.title}: no results that can be used{why}; run it again")
    for name in models or ():
        rule = f"was not run in {directory}; models there: {', '.join(scene.models)}"
        require(name in scene.models, "model", name, rule, "name one of these", error=ViewError)
    populations = {name: scene.networks(name) for name in models or scene.models}
    unseen = () if models else tuple(name for name, of in populations.items() if not can_be_shown(of))
    names = tuple(name for name in populations if name not in unseen)
    rule = "cannot be shown"
    require(bool(names), f"models of {directory}", ", ".join(unseen), rule, TO_BE_SHOWN, error=ViewError)
    return Cast(
        name=scene.task_name,
        task=scene.task,
        populations={name: populations[name] for name in names},
        seed=scene.seed,
        made=f"run_cast(Path({str(directory)!r}), {list(names)!r}, task={scene.task_name!r}, "
        f"condition={scene.condition!r})",
        origin=str(directory),
        best=scene.shared_network(),
        curves={name: past(scene, name) for name in names},
        left_out=unseen,
        damaged=tuple(damaged),
    )


def past(scene: Scene, model: str) -> Curve:
    """Learning curves of the networks of a run."""
    curve, needed = scene.learning_curve(model), scene.task.spec.criterion.zero_error_epochs
    error = [[None if np.isnan(e) else float(e) for e in epoch] for epoch in curve.error.T]
    reached = [int(at) if at else None for at in curve.reached_at]
    return Curve(error=error, reached=reached, streak=[needed if at is not None else 0 for at in reached])


def cast_for(
    target: str,
    models: Sequence[str] | None,
    *,
    networks: int,
    seed: int,
    task: str | None = None,
    condition: str | None = None,
) -> Cast:
    """Networks for the argument of the command: the directory of a run, or the name of a task.

    `task` and `condition` choose among those of a run; `networks` and `seed` are for untrained networks.

    Raises
    ------
    ViewError, TaskError, CompareError
        If it is neither, or its networks cannot be loaded or built.
    """
    path = Path(target)
    if path.is_dir():
        return run_cast(path, models, task=task, condition=condition)
    named = target in TASKS or is_file_name(target)
    remedy = (
        "give a directory that `pbwm compare` has written (with manifest.json), a task (`pbwm tasks`), or FILE.py:NAME"
    )
    if path.is_file() and not named:
        raise ViewError(complaint("target", target, *FILES.get(path.suffix, (IS_FILE, remedy))))
    looks_like_path = "/" in target or "\\" in target
    require(named or not looks_like_path, "target", target, "is not a directory", remedy, error=ViewError)
    for option, value in (("--task", task), ("--condition", condition)):
        rule = f"selects from a run, and {target!r} is not the directory of one"
        require(value is None, option, value, rule, "omit the option, or give a directory", error=ViewError)
    try:
        TASKS[target]
    except UnknownNameError as error:
        raise ViewError(f"{complaint('target', target, 'is not a directory', remedy)}; {error}") from None
    return untrained_cast(target, models or DEFAULT_MODELS, networks=networks, seed=seed)
