"""A row of a study: one learner on one task in one condition; its blocks of networks are jobs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import Any, cast

from pbwm.compare import models
from pbwm.compare.budgets import Budget
from pbwm.compare.errors import PlanError
from pbwm.compare.experiment.parameters import changed
from pbwm.compare.models import Model
from pbwm.compare.plan import Job
from pbwm.compare.reports.summary import plain
from tasks import catalog
from tasks.base.learner import BLOCK
from tasks.base.task import Task

__all__ = ["Row", "blocks_of", "slug"]


def slug(name: str) -> str:
    """A name as a directory can have it.

    Examples
    --------
    >>> slug("1-2-AX: no noise, λ = .5")
    '1-2-ax-no-noise-5'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def blocks_of(replicas: int) -> list[range]:
    """The networks 0 to `replicas` - 1 in blocks of 16.

    Examples
    --------
    >>> blocks_of(20)
    [range(0, 16), range(16, 20)]
    """
    return [range(start, min(start + BLOCK, replicas)) for start in range(0, replicas, BLOCK)]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One learner on one task in one condition: plain data, that any process can make networks of.

    Attributes
    ----------
    condition
        Name of the condition.
    task, learner
        Names in the catalogues.
    epochs
        The most epochs a network gets.
    criterion
        Successive epochs without an error that count as learned; None: the task's.
    seed
        Root seed.
    parameters, task_parameters
        What is changed in the parameters of learner and task, by dotted names.
    """

    condition: str
    task: str
    learner: str
    epochs: int
    criterion: int | None
    seed: int
    parameters: Mapping[str, Any]
    task_parameters: Mapping[str, Any]

    @property
    def label(self) -> str:
        """The row in words."""
        return f"{self.task} · {self.learner} · {self.condition}"

    @property
    def directory(self) -> str:
        """The row as the name of a directory."""
        return slug(self.label)

    def built_task(self) -> Task:
        """The task with the changes of the condition.

        Raises
        ------
        UnknownNameError, PlanError
            If the catalogue has no such task, or the task no such parameter.
        """
        task = catalog.TASKS[self.task].build()
        changes = dict(self.task_parameters)
        if self.criterion is not None:
            changes["zero_error_epochs"] = self.criterion
        if not changes:
            return task
        where = f"condition {self.condition!r}: task_parameters"
        if not is_dataclass(task) or isinstance(task, type):
            raise PlanError(f"{where}: task {self.task!r} has no parameters; leave them out")
        if self.criterion is not None and "zero_error_epochs" not in (f.name for f in fields(task)):
            raise PlanError(
                f"condition {self.condition!r}: task {self.task!r} has a criterion of its own; leave it out"
            )
        return cast(Task, changed(task, changes, where))

    def entry(self, task: Task) -> Model:
        """The learner in the configuration of the condition.

        Raises
        ------
        UnknownNameError, PlanError
            If the catalogue has no such learner, or the learner no such parameter.
        """
        found = models.MODELS[self.learner]
        if not self.parameters:
            return found
        where = f"condition {self.condition!r}: parameters"
        return found.configured(changed(found.params(task.spec), self.parameters, where))

    def job(self, networks: range) -> Job:
        """Some networks of the row as a job."""
        task = self.built_task()
        return Job(
            task_name=self.task,
            model=f"{self.learner} · {self.condition}",
            task=task,
            entry=self.entry(task),
            replicas=networks,
            seed=self.seed,
            budget=Budget(epochs=self.epochs, reason="as the study has it"),
        )

    @cached_property
    def key(self) -> dict[str, Any]:
        """All that the results of the row's networks depend on, but the code: those with another key are not its."""
        task = self.built_task()
        spec = task.spec
        return {
            "task": self.task,
            "task_parameters": plain(_values(task)),
            "criterion": spec.criterion.zero_error_epochs,
            "sequences_per_epoch": spec.sequences_per_epoch,
            "learner": self.learner,
            "parameters": plain(self.entry(task).parameters(spec)),
            "epochs": self.epochs,
            "seed": self.seed,
        }


def _values(task: Task) -> dict[str, Any]:
    return {f.name: getattr(task, f.name) for f in fields(task)} if is_dataclass(task) else {}
