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
"""Largest difference of base-10 logarithms of numbers of the same order of magnitude."""
HALF = 0.5
"""If fewer networks reach a goal, their mean is not compared."""
NETWORKS = 16
"""Default number of networks of an experiment."""
RECORDED = (Record.CURVES, Record.WEIGHTS)
"""Data stored for the networks of an experiment."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """The paper's numbers for a row.

    Attributes
    ----------
    epochs, success
        Mean epochs to criterion (for a goal: in its unit) of networks that learned, and their proportion, or None.
    words
        Other results.
    """

    epochs: float | None = None
    success: float | None = None
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A figure, a table or an experiment of the paper.

    Attributes
    ----------
    title, study
        What it shows, and its study.
    published
        Task and condition of a row → published results.
    novel
        Whether it also shows the error on novel sequences.
    on_request
        Whether it is long, and runs only if it is named.
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
        Its name here, and the paper.
    summary
        What is repeated, in a sentence.
    parts
        Name, which begins with the number in the paper → part.
    """

    name: str
    title: str
    summary: str
    parts: Mapping[str, Part]

    def changed(self, *, networks: int | None = None, seed: int | None = None) -> "Paper":
        """The paper with another number of networks, or another seed, in all its parts; None: unchanged."""

        def study(part: Part) -> Study:
            found = part.study.with_networks(networks)
            return found if seed is None else replace(found, seed=seed)

        return replace(self, parts={name: replace(part, study=study(part)) for name, part in self.parts.items()})

    def chosen(self, names: Sequence[str]) -> dict[str, Part]:
        """The parts with these numbers or names; by default, all except those on request.

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
    """The name and part of one experiment in one setting, as a study with one condition.

    Parameters
    ----------
    paper, name
        Name of the paper here; number in the paper, and the setting.
    task, model, params
        The task; name of the model in the catalog, and its parameters.
    settings
        The parameters in words.
    goal
        The goal; None: the criterion of the task.
    most
        Budget of a network, in the unit of the goal.
    published, on_request
        As in `Part`.
    networks, seed
        Number of networks, and the root seed.
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
    """Our mean over the paper's, of networks that learned; None if either is missing."""
    taken = times.epochs[times.reached]
    return float(taken.mean()) / published.epochs if published.epochs and len(taken) else None


def same_order(published: Published, times: EpochsToCriterion) -> bool | None:
    """Whether our result has the paper's order of magnitude (`SAME_ORDER`); None if it cannot be compared.

    The means of networks that learned are compared if at least half of ours did; without a published mean, the
    proportions that learned.
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
