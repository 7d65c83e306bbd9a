"""A paper as a set of studies, each with the paper's numbers for its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log10
from typing import TYPE_CHECKING, Any

from pbwm.compare.analysis.criterion import EpochsToCriterion
from pbwm.compare.experiment.declaration import Condition, Record, Study
from pbwm.compare.experiment.job import Goal
from pbwm.compare.experiment.parameters import changes_between
from pbwm.compare.experiment.row import slug
from pbwm.compare.models import MODELS
from tasks.base.errors import nearest
from tasks.catalog import TASKS

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["Paper", "Part", "Published", "experiment", "ratio", "same_order"]

SAME_ORDER = 0.5
"""Numbers are of the same order of magnitude if their logarithms to the base 10 differ by at most this."""
HALF = 0.5
"""If fewer networks reach a goal, the mean of those that do says nothing of the others."""
NETWORKS = 16
"""Networks of an experiment that says nothing else."""
RECORDED = (Record.CURVES, Record.WEIGHTS)
"""Data stored for the networks of an experiment."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """The paper's numbers for a row.

    Attributes
    ----------
    epochs
        Mean epochs to criterion (or what the goal counts) of those that learned; None: the paper gives no number.
    success
        Proportion that learned; None: it gives none.
    words
        What else it says.
    """

    epochs: float | None = None
    success: float | None = None
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A figure, a table or an experiment of the paper.

    Attributes
    ----------
    title
        What it shows.
    study
        The study that makes it again.
    published
        Task and condition of a row → what the paper reports of it.
    novel
        Whether it shows the error on sequences that were never trained, too.
    on_request
        Whether it is long, and runs only where it is named.
    """

    title: str
    study: Study
    published: Mapping[tuple[str, str], Published]
    novel: bool = False
    on_request: bool = False


@dataclass(frozen=True, kw_only=True)
class Paper:
    """The parts of a paper.

    Attributes
    ----------
    name, title
        What it is called here, and the paper.
    summary
        What is run again, in a sentence.
    parts
        Name → part. A name begins with the number in the paper.
    """

    name: str
    title: str
    summary: str
    parts: Mapping[str, Part]

    def changed(self, *, networks: int | None = None, seed: int | None = None) -> "Paper":
        """The paper with another number of networks, or another seed, in all its parts; None: as it is."""

        def study(part: Part) -> Study:
            found = part.study.with_networks(networks)
            return found if seed is None else replace(found, seed=seed)

        return replace(self, parts={name: replace(part, study=study(part)) for name, part in self.parts.items()})

    def chosen(self, names: Sequence[str]) -> dict[str, Part]:
        """The parts with these numbers or names; without any, all but those that run on request.

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        if not names:
            return {name: part for name, part in self.parts.items() if not part.on_request}
        known = dict.fromkeys(key for name in self.parts for key in (name.split("-")[0], name))
        for name in names:
            if name not in known:
                raise nearest("part", name, known)
        return {name: part for name, part in self.parts.items() if name in names or name.split("-")[0] in names}


def experiment(
    paper: str,
    name: str,
    *,
    task: Any,
    model: str,
    params: "DataclassInstance",
    settings: str,
    goal: Goal | None,
    most: int,
    published: Published,
    on_request: bool = False,
    networks: int = NETWORKS,
    seed: int = 0,
) -> tuple[str, Part]:
    """One experiment of a paper in one of its settings, as a study with one condition; its name, and the part.

    Parameters
    ----------
    paper
        What the paper is called here.
    name
        Number in the paper, and the setting.
    task
        The task.
    model, params
        Name in the catalog, and parameters of the networks.
    settings
        The parameters in words.
    goal
        When a network has learned; None: by the criterion of the task.
    most
        Sequences (or streams, or epochs) that a network gets at most.
    published
        What the paper reports.
    on_request
        Whether it is so long that it runs only where it is named.
    networks, seed
        How many networks, and the root seed.
    """
    condition = Condition(
        name=name,
        tasks=(task.name,),
        models=(model,),
        epochs=most,
        goal=goal,
        parameters=changes_between(MODELS[model].params(task.spec), params),
        task_parameters=changes_between(TASKS[task.name].build(), task),
    )
    study = Study(
        name=f"{paper}-{slug(name)}",
        question=settings,
        conditions=(condition,),
        networks=networks,
        seed=seed,
        record=RECORDED,
    )
    part = Part(
        title=f"Experiment {name}",
        study=study,
        published={(task.name, name): published},
        on_request=on_request,
    )
    return slug(name), part


def ratio(published: Published, times: EpochsToCriterion) -> float | None:
    """Our mean of those that learned over the paper's; None where either is missing."""
    taken = times.epochs[times.reached]
    return float(taken.mean()) / published.epochs if published.epochs and len(taken) else None


def same_order(published: Published, times: EpochsToCriterion) -> bool | None:
    """Whether ours is of the paper's order of magnitude (`SAME_ORDER`).

    By the mean of those that learned, if at least half of ours did, or, where the paper gives none, by the proportion
    that did; None without both.
    """
    if published.epochs is None and published.success is None:
        return None
    success = float(times.reached.mean())
    found = ratio(published, times)
    if published.epochs is None and published.success is not None:
        if success == published.success:
            return True
        found = success / published.success if published.success else None
    elif success < HALF:
        return False
    return bool(found) and abs(log10(found or 1.0)) <= SAME_ORDER
