"""A row of a study: one model on one task in one condition; its blocks of networks are jobs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import Any, cast

from pbwm.compare import models
from pbwm.compare.analysis.frozen import frozen_trials
from pbwm.compare.errors import PlanError
from pbwm.compare.experiment.code_version import plain
from pbwm.compare.experiment.job import Goal, Job
from pbwm.compare.experiment.parameters import changed
from pbwm.compare.models import Model
from tasks import catalog
from tasks.base.abilities import TaskRefusedError
from tasks.base.errors import SavedFileError, TaskError
from tasks.base.learner import BLOCK
from tasks.base.outside import told
from tasks.base.saving import Saveable
from tasks.base.serialization import from_plain, later_defaults, to_plain
from tasks.base.soundness import require_sound
from tasks.base.task import SplitTask, Task

__all__ = ["AS_IT_IS", "Row", "blocks_of", "numbered", "slug"]

AS_IT_IS = "as it is"
"""Name of the condition that changes nothing."""


def slug(name: str) -> str:
    """A name as the name of a directory.

    Examples
    --------
    >>> slug("1-2-AX: no noise, λ = .5")
    '1-2-ax-no-noise-5'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def blocks_of(networks: int) -> list[range]:
    """The networks 0 to `networks` - 1 in blocks of 16.

    Examples
    --------
    >>> blocks_of(20)
    [range(0, 16), range(16, 20)]
    """
    return [range(start, min(start + BLOCK, networks)) for start in range(0, networks, BLOCK)]


def numbered(networks: range) -> str:
    """The numbers of networks in words.

    Examples
    --------
    >>> numbered(range(16)), numbered(range(16, 17))
    ('networks 0–15', 'network 16')
    """
    one, last = len(networks) == 1, networks.stop - 1
    return f"network {last}" if one else f"networks {networks.start}–{last}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One model on one task in one condition, as plain data.

    Attributes
    ----------
    condition, task, model
        Name of the condition; names in the catalogs.
    epochs, criterion, consolidation, goal, parameters, task_parameters
        As in `Condition`, or those of the study.
    seed
        Root seed.
    """

    condition: str
    task: str
    model: str
    epochs: int
    criterion: int | None
    consolidation: int = 0
    seed: int
    goal: Goal | None = None
    parameters: Mapping[str, Any]
    task_parameters: Mapping[str, Any]

    @property
    def label(self) -> str:
        """The row in words."""
        return " · ".join((self.task, self.named))

    @property
    def named(self) -> str:
        """The model in its condition, in words."""
        return self.model if self.condition == AS_IT_IS else f"{self.model} · {self.condition}"

    @property
    def unit(self) -> str:
        """Unit of the budget and the times of the row."""
        return "epochs" if self.goal is None else self.goal.unit

    @property
    def directory(self) -> str:
        """The name of the row's directory."""
        return slug(self.label)

    def built_task(self) -> Task:
        """The task with the changes of the condition.

        Raises
        ------
        UnknownNameError, PlanError
            If the catalog has no such task, or the task no such parameter.
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
                f"condition {self.condition!r}: criterion = {self.criterion} cannot be set for task {self.task!r}; "
                "leave it out"
            )
        return cast(Task, changed(task, changes, where))

    def entry(self, task: Task) -> Model:
        """The model in the configuration of the condition.

        Raises
        ------
        UnknownNameError, PlanError
            If the catalog has no such model, or the model no such parameter.
        """
        found = models.MODELS[self.model]
        if not self.parameters:
            return found
        where = f"condition {self.condition!r}: parameters"
        return found.configured(changed(found.params(task.spec), self.parameters, where))

    def networks_class(self, name: str) -> type[Saveable] | None:
        """The class of the row's networks, of this `name` in files, or None."""
        return models.MODELS[self.model].class_of(name)

    def job(self, networks: range) -> Job:
        """Some networks of the row as a job."""
        task = self.built_task()
        return Job(
            label=f"{self.label} · {numbered(networks)}",
            task=task,
            entry=self.entry(task),
            networks=networks,
            seed=self.seed,
            epochs=self.epochs,
            consolidation=self.consolidation,
            goal=self.goal,
            outside=bool(self._outside_code()),
        )

    def rejection(self, model: str | None = None) -> TaskRefusedError | None:
        """The error if a model cannot be built for the row's task, or None."""
        task = self.built_task()
        entry = self.entry(task) if model is None else models.MODELS[model]
        try:
            entry.build(task.spec, networks=range(1), seed=self.seed)
        except TaskRefusedError as error:
            return error
        return None

    def unsound(self) -> TaskError | None:
        """The error if a user's task breaks its contract, or None."""
        if catalog.TASKS[self.task].code is None:
            return None
        task = self.built_task()
        try:
            require_sound(task, self.seed)
            frozen_trials(task, 0, self.seed)
            if isinstance(task, SplitTask):
                with told(f"task {task.spec.name!r}: novel() cannot be made", "correct it"):
                    novel = task.novel()
                require_sound(novel, self.seed)
        except TaskError as error:
            return error
        return None

    def require_storable(self, weights: bool) -> None:
        """Raise `PlanError` unless results (and, with `weights`, networks) can be stored and found."""
        try:
            _ = self.key
        except PlanError as error:
            raise PlanError(f"{self.label}: {error}") from None
        kind = models.MODELS[self.model].networks_class
        if kind is None or not weights:
            return
        task = self.built_task()
        try:
            from_plain(to_plain(self.entry(task).params(task.spec), "parameters"), kind.params_kind, "parameters")
        except (SavedFileError, NameError) as error:
            remedy = (
                "use and annotate numbers, strings, enums, tuples, and dataclasses, or store no networks (--no-save)"
            )
            said = f"networks with these parameters cannot be saved and read again ({error}); {remedy}"
            raise PlanError(f"{self.label}: {said}") from None

    @cached_property
    def key(self) -> dict[str, Any]:
        """All that results depend on, except the code of this package."""
        task = self.built_task()
        spec = task.spec
        return {
            "task": self.task,
            "task_parameters": plain(_values(task), "task_parameters"),
            "criterion": spec.criterion.zero_error_epochs if self.goal is None else None,
            "goal": None if self.goal is None else {"kind": type(self.goal).__name__, **plain(_values(self.goal))},
            "sequences_per_epoch": spec.sequences_per_epoch,
            "model": self.model,
            "parameters": plain(self.entry(task).parameters(spec), "parameters"),
            "epochs": self.epochs,
            "seed": self.seed,
            **({"consolidation": self.consolidation} if self.consolidation else {}),
            **self._outside_code(),
        }

    @cached_property
    def later(self) -> dict[str, Any]:
        """Defaults, by dotted names, of fields that earlier keys may lack."""
        task = self.built_task()
        found = later_defaults(self.entry(task).params(task.spec), "parameters.")
        for prefix, thing in (("task_parameters.", task), ("goal.", self.goal)):
            found |= later_defaults(thing, prefix) if is_dataclass(thing) else {}
        return found

    def _outside_code(self) -> dict[str, str]:
        found = {"task_code": catalog.TASKS[self.task].code, "model_code": models.MODELS[self.model].code}
        return {name: code for name, code in found.items() if code is not None}


def _values(thing: object) -> dict[str, Any]:
    return {f.name: getattr(thing, f.name) for f in fields(thing)} if is_dataclass(thing) else {}
