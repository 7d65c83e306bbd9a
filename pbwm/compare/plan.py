"""What is to be compared: a plan that checks itself, and the jobs that it consists of."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from pbwm.compare.budgets import MOST_EPOCHS, Budget, budget_for
from pbwm.compare.errors import PlanError
from pbwm.compare.models import DEFAULT_MODELS, MODELS, Model, Models
from tasks.base.abilities import TaskRefusedError
from tasks.base.addresses import LARGEST_SEED, MOST_NETWORKS
from tasks.base.errors import require
from tasks.base.learner import BLOCK
from tasks.base.registry import Entry
from tasks.base.task import Task
from tasks.catalog import TASKS

__all__ = ["Job", "Plan"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """One block of networks of one model on one task: what one thread runs.

    Attributes
    ----------
    task_name, model
        Names in the catalogues.
    task
        The task, built.
    entry
        The model's line in the catalogue: it builds the block's learner, and knows its parameters.
    replicas
        Replica numbers of the networks in the block.
    seed
        Root seed of the comparison.
    budget
        The most epochs a network gets.
    """

    task_name: str
    model: str
    task: Task
    entry: Model
    replicas: range
    seed: int
    budget: Budget

    @property
    def label(self) -> str:
        """The job in words, for messages."""
        return f"{self.task_name} · {self.model} · networks {self.replicas.start}–{self.replicas.stop - 1}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A comparison of models on tasks: every model sees the same trials and is held to the same criterion.

    Attributes
    ----------
    tasks, models
        Names in the catalogues.
    replicas
        Networks of each model on each task.
    epochs
        The most epochs a network gets; None: as `budgets` has it for the task.
    seed
        Root seed of every random stream.
    threads
        Jobs that run at the same time; None: as many as there are cores. Results do not depend on it.
    task_catalog, model_catalog
        Where the names are looked up.

    Raises
    ------
    PlanError
        If a number is not possible, or a name is given twice or not at all.
    UnknownNameError
        If a name stands in no catalogue.
    """

    tasks: tuple[str, ...]
    models: tuple[str, ...] = DEFAULT_MODELS
    replicas: int = 16
    epochs: int | None = None
    seed: int = 0
    threads: int | None = None
    task_catalog: Mapping[str, Entry[Task]] = field(default_factory=lambda: TASKS)
    model_catalog: Models = field(default_factory=lambda: MODELS)

    def __post_init__(self) -> None:
        self._check_names("task", self.tasks, self.task_catalog)
        self._check_names("model", self.models, self.model_catalog)
        self._at_least("replicas", self.replicas, 1, "give the number of networks, e.g. 16", MOST_NETWORKS)
        self._at_least("epochs", self.epochs, 1, "give the most epochs a network gets, e.g. 200", MOST_EPOCHS)
        self._at_least("seed", self.seed, 0, "give a whole number, e.g. 0", LARGEST_SEED)
        self._at_least("threads", self.threads, 1, "give the number of cores to use")

    @staticmethod
    def _check_names(kind: str, names: tuple[str, ...], catalog: Mapping[str, object]) -> None:
        if not names:
            raise PlanError(f"no {kind} is named; give at least one of: {', '.join(catalog)}")
        for name in names:
            catalog[name]
            if names.count(name) > 1:
                raise PlanError(f"{kind} {name!r} is named {names.count(name)} times; give each {kind} once")

    @staticmethod
    def _at_least(what: str, value: int | None, least: int, remedy: str, most: int = LARGEST_SEED) -> None:
        fits = value is None or (type(value) is int and value >= least)
        require(fits, what, value, f"must be a whole number of at least {least}", remedy, error=PlanError)
        require(value is None or value <= most, what, value, f"must be at most {most:,}", remedy, error=PlanError)

    def _check_taken(self, name: str, task: Task) -> None:
        """Raise `PlanError` unless all models can be built for a task: better now than when others have run."""
        for model in self.models:
            error = self._refusal(model, task)
            if error:
                able = [other for other in self.model_catalog if not self._refusal(other, task)]
                raise PlanError(
                    f"{model!r} refuses {name!r}: {error}. Models that take it: {', '.join(able) or 'none'}"
                )

    def _refusal(self, model: str, task: Task) -> TaskRefusedError | None:
        """Why a model cannot be built for a task; None if it can."""
        try:
            self.model_catalog[model].build(task.spec, replicas=range(1), seed=self.seed)
        except TaskRefusedError as error:
            return error
        return None

    @property
    def workers(self) -> int:
        """Threads that run jobs."""
        return self.threads or os.cpu_count() or 1

    def jobs(self) -> list[Job]:
        """The jobs, all tasks of the first model first: the models are listed with the slowest in front.

        Raises
        ------
        PlanError
            If a model refuses a task; it names the models that do not.
        """
        built = {name: self.task_catalog[name].build() for name in self.tasks}
        for name, task in built.items():
            self._check_taken(name, task)
        return [
            Job(
                task_name=task_name,
                model=model,
                task=built[task_name],
                entry=self.model_catalog[model],
                replicas=range(start, min(start + BLOCK, self.replicas)),
                seed=self.seed,
                budget=budget_for(task_name, self.epochs),
            )
            for model in self.models
            for task_name in self.tasks
            for start in range(0, self.replicas, BLOCK)
        ]
