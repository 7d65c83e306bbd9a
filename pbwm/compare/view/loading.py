"""Who is on stage: a task with untrained networks, or the networks of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pbwm.compare.errors import ViewError
from pbwm.compare.finished import FinishedRun
from pbwm.compare.models import DEFAULT_MODELS, MODELS
from pbwm.compare.view.training import Curve
from tasks.base.errors import require
from tasks.base.learner import Learner, Population
from tasks.base.task import Task
from tasks.catalog import TASKS

__all__ = ["Cast", "cast_for", "cast_of", "run_cast", "untrained_cast"]


@dataclass(frozen=True, kw_only=True)
class Cast:
    """A task, and a population of each model.

    Attributes
    ----------
    name
        The task's name in the catalogue.
    task
        The task.
    populations
        The networks, by model.
    seed
        Root seed.
    origin
        Where the networks come from, for the reader: a directory, or nothing for untrained ones.
    curves
        What the networks have behind them, by model.
    """

    name: str
    task: Task
    populations: Mapping[str, Population]
    seed: int
    origin: str = ""
    curves: Mapping[str, Curve] = field(default_factory=dict)

    def untrained(self, seed: int) -> "Cast":
        """As many untrained networks of the same models and task, of another seed."""
        sizes = {name: population.replicas for name, population in self.populations.items()}
        return Cast(
            name=self.name, task=self.task, seed=seed,
            populations={name: untrained(name, self.task, size, seed) for name, size in sizes.items()},
        )  # fmt: skip


def untrained(model: str, task: Task, networks: int, seed: int) -> Population:
    """Untrained networks of a model in the catalogue."""

    def build(replicas: range) -> Learner:
        return MODELS[model].build(task.spec, replicas=replicas, seed=seed)

    return Population(build, networks)


def untrained_cast(task: str, models: Sequence[str], *, networks: int = 16, seed: int = 0) -> Cast:
    """Untrained networks of some models on a task of the catalogue.

    Raises
    ------
    UnknownNameError
        If there is no such task or model.
    TaskRefusedError
        If a model cannot do the task.
    """
    built = TASKS[task].build()
    populations = {name: untrained(name, built, networks, seed) for name in models}
    return Cast(name=task, task=built, populations=populations, seed=seed)


def cast_of(populations: Mapping[str, Population], task: Task | None) -> Cast:
    """Populations at hand, by model, and their task; without it, that of the catalogue with the name of theirs.

    Raises
    ------
    UnknownNameError
        If the catalogue has no such task.
    ViewError
        If there are no populations.
    """
    require(bool(populations), "populations", {}, "are none", "give one by the name of its model", error=ViewError)
    first = next(iter(populations.values()))
    name = first.spec.name
    seed = int(getattr(first.blocks[0], "seed", 0))
    return Cast(name=name, task=task or TASKS[name].build(), populations=populations, seed=seed)


def run_cast(directory: Path, models: Sequence[str] | None = None) -> Cast:
    """The networks that `pbwm compare` has written into a directory.

    Raises
    ------
    ResultsError
        If there is no such run, or its networks were not kept.
    ViewError
        If a model is not part of it.
    """
    run = FinishedRun(directory)
    names = tuple(models or run.models)
    for name in names:
        rule = f"was not run in {directory}; models there: {', '.join(run.models)}"
        require(name in run.models, "model", name, rule, "name one of these", error=ViewError)
    needed = run.task.spec.criterion.zero_error_epochs
    return Cast(
        name=run.summary["task"]["name"],
        task=run.task,
        populations={name: run.networks(name) for name in names},
        seed=run.seed,
        origin=str(directory),
        curves={name: past(run, name, needed) for name in names},
    )


def past(run: FinishedRun, model: str, needed: int) -> Curve:
    """What the networks of a run have behind them."""
    said = run.summary["learners"][model]
    by_network, reached = said["error_by_epoch"], said["epochs_to_criterion"]
    epochs = max(len(errors) for errors in by_network)
    error = [[errors[e] if e < len(errors) else None for errors in by_network] for e in range(epochs)]
    return Curve(error=error, reached=list(reached), streak=[needed if at is not None else 0 for at in reached])


def cast_for(target: str, models: Sequence[str] | None, *, networks: int, seed: int) -> Cast:
    """Who is on stage for the argument of the command: a directory with a run, or the name of a task.

    Raises
    ------
    ViewError, TaskError, CompareError
        If it is neither, or its networks cannot be had.
    """
    if Path(target).is_dir():
        return run_cast(Path(target), models)
    named = target in TASKS
    looks_like_path = "/" in target or "\\" in target
    rule, remedy = "is no directory", "give one that `pbwm compare` has written, or a task (`pbwm tasks`)"
    require(named or not looks_like_path, "target", target, rule, remedy, error=ViewError)
    return untrained_cast(target, models or DEFAULT_MODELS, networks=networks, seed=seed)
