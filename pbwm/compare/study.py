"""Studies: a table of conditions, each run on so many networks; what is done is kept, and only the rest is run.

A study is a declaration (`pbwm.compare.studies`): its conditions are configurations of a model on a task. A *cell* is
one block of networks of one condition; it has a file of its own, written when it is done, so that a study that is
stopped loses no finished cell, and more networks can be added to one that is done.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import EpochsToCriterion, epochs_to_criterion
from pbwm.compare.analysis.errors_by_epoch import final_error
from pbwm.compare.budgets import Budget
from pbwm.compare.errors import PlanError, ResultsError
from pbwm.compare.files import make_directory, write_json
from pbwm.compare.models import Model
from pbwm.compare.plan import Job
from pbwm.compare.progress import Monitor
from pbwm.compare.run import JobResult, completed_jobs
from pbwm.compare.summary import plain, versions
from tasks.base.errors import require
from tasks.base.learner import BLOCK
from tasks.base.task import Task
from tasks.catalog import TASKS

__all__ = ["Condition", "ConditionResult", "Study", "read_study", "run_study", "study_jobs"]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One line of a study.

    Attributes
    ----------
    name
        What distinguishes it from the others on its task, in words.
    task
        Name of the task in the catalogue.
    model
        The model, in the condition's configuration.
    epochs
        The most epochs a network gets.
    """

    name: str
    task: str
    model: Model
    epochs: int


@dataclass(frozen=True, kw_only=True)
class Study:
    """A declared study.

    Attributes
    ----------
    name, question
        What it is called, and what it asks.
    conditions
        Its lines.
    replicas
        Networks of each condition.
    seed
        Root seed of every random stream. Searches have seeds that no reported study has.
    """

    name: str
    question: str
    conditions: tuple[Condition, ...]
    replicas: int
    seed: int

    def __post_init__(self) -> None:
        names = [f"{condition.task} {condition.name}" for condition in self.conditions]
        slugs = [slug(name) for name in names]
        require(
            len(set(slugs)) == len(slugs) > 0,
            f"Study {self.name!r}.conditions",
            names,
            "must be there, and on one task have names that differ in letters and digits",
            "name each by what distinguishes it",
            error=PlanError,
        )


@dataclass(frozen=True, kw_only=True)
class ConditionResult:
    """What the networks of a condition did.

    Attributes
    ----------
    condition
        The condition.
    times
        Epochs to criterion of every network.
    final_error : float array (network,)
        Proportion wrong over the last epochs that a network ran, as many as the criterion asks for.
    """

    condition: Condition
    times: EpochsToCriterion
    final_error: NDArray[np.float64]


def slug(name: str) -> str:
    """A name as a directory can have it.

    Examples
    --------
    >>> slug("1-2-AX: no noise, λ = .5")
    '1-2-ax-no-noise-5'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def study_jobs(study: Study, replicas: int | None = None) -> list[Job]:
    """The cells of a study as jobs, first blocks first."""
    count = study.replicas if replicas is None else replicas
    require(count >= 1, "replicas", count, "must be at least 1", "give the number of networks", error=PlanError)
    tasks: dict[str, Task] = {c.task: TASKS[c.task].build() for c in study.conditions}
    return [
        Job(
            task_name=condition.task,
            model=condition.name,
            task=tasks[condition.task],
            entry=condition.model,
            replicas=range(start, min(start + BLOCK, count)),
            seed=study.seed,
            budget=Budget(epochs=condition.epochs, reason=f"study {study.name!r}"),
        )
        for start in range(0, count, BLOCK)
        for condition in study.conditions
    ]


def cell_path(directory: Path, job: Job) -> Path:
    """The file of a cell."""
    return (
        directory
        / slug(f"{job.task_name} {job.model}")
        / f"networks-{job.replicas.start:04d}-{job.replicas.stop - 1:04d}.json"
    )


def cell_key(job: Job) -> dict[str, Any]:
    """What a cell depends on: a file with another key is of another study."""
    spec = job.task.spec
    return {
        "task": job.task_name,
        "criterion": spec.criterion.zero_error_epochs,
        "sequences_per_epoch": spec.sequences_per_epoch,
        "budget": job.budget.epochs,
        "seed": job.seed,
        "networks": [job.replicas.start, job.replicas.stop],
        "parameters": plain(job.entry.parameters(spec)),
    }


def write_cell(directory: Path, result: JobResult) -> None:
    """Keep what a cell came to."""
    path, window = cell_path(directory, result.job), result.job.task.spec.criterion.zero_error_epochs
    make_directory(path.parent)
    error = final_error(result.errors.sum(2), result.counted.sum(2), window)
    cell = {
        "key": cell_key(result.job),
        "epochs_to_criterion": result.reached_at.tolist(),
        "final_error": [round(float(e), 6) for e in error],
        "steps": result.steps,
        "seconds": round(result.seconds, 3),
        "versions": versions(),
    }
    write_json(path, cell)


def read_cell(directory: Path, job: Job) -> dict[str, Any] | None:
    """What a cell came to, None if it has not been run.

    Raises
    ------
    ResultsError
        If the file of the cell is not what this version of the study writes.
    """
    path = cell_path(directory, job)
    if not path.exists():
        return None
    try:
        cell: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        found, wanted = cell["key"], cell_key(job)
        complete = len(cell["epochs_to_criterion"]) == len(cell["final_error"]) == len(job.replicas)
    except (ValueError, KeyError, TypeError):
        raise ResultsError(f"{path}: is no cell of a study; remove it, and run the study again") from None
    if found != wanted or not complete:
        differs = ", ".join(k for k in wanted if found.get(k) != wanted[k]) or "number of networks"
        raise ResultsError(
            f"{path}: is of another version of this study (other {differs}); give another directory, or remove it"
        )
    return cell


def run_study(
    study: Study, directory: Path, *, replicas: int | None = None, threads: int = 1, monitor: Monitor | None = None
) -> None:
    """Run the cells of a study that have not been run, and keep each as soon as it is done."""
    missing = [job for job in study_jobs(study, replicas) if read_cell(directory, job) is None]
    if monitor:
        monitor.expect(missing)
    with closing(completed_jobs(missing, threads=threads, monitor=monitor)) as results:
        for result in results:
            write_cell(directory, result)


def read_study(study: Study, directory: Path, replicas: int | None = None) -> Iterator[ConditionResult]:
    """What the conditions of a study came to, of the cells that have been run."""
    jobs = study_jobs(study, replicas)
    for condition in study.conditions:
        cells = [
            read_cell(directory, job) for job in jobs if (job.task_name, job.model) == (condition.task, condition.name)
        ]
        yield _joined(condition, [cell for cell in cells if cell is not None])


def _joined(condition: Condition, cells: Sequence[dict[str, Any]]) -> ConditionResult:
    reached = np.array([at for cell in cells for at in cell["epochs_to_criterion"]], np.intp)
    error = np.array([e for cell in cells for e in cell["final_error"]], np.float64)
    times = epochs_to_criterion(condition.name, reached, condition.epochs)
    return ConditionResult(condition=condition, times=times, final_error=error)
