"""Published experiments, run again: what a paper reports of an experiment, and what our networks do in its setting.

An experiment is a declaration (`pbwm.compare.published`): task, networks, when they have learned, and the paper's
numbers. Networks run in blocks of 16, each block has a file of its own, and what is done is kept.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log10
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.errors import PlanError, ResultsError
from pbwm.compare.files import make_directory, write_json
from pbwm.compare.reports.summary import versions
from tasks.base.errors import nearest, require
from tasks.base.learner import BLOCK

__all__ = [
    "HEADINGS",
    "Experiment",
    "Goal",
    "Learned",
    "Published",
    "Reproduction",
    "Result",
    "chosen",
    "read_results",
    "run_experiment",
]

SAME_ORDER = 0.5
"""Numbers are of the same order of magnitude if their logarithms to the base 10 differ by at most this."""
HALF = 0.5
"""If fewer networks reach a goal, the mean of those that do says nothing of the others."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """What the paper reports: the mean number of sequences that networks took, and the proportion that succeeded."""

    sequences: float | None
    success: float | None


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What some networks did.

    Attributes
    ----------
    sequences : int array (network,)
        Sequences (or streams) that each network took to reach the goal; those it ran if it did not reach it.
    reached : bool array (network,)
        Whether it reached the goal.
    wrong : float array (network,)
        Proportion of fresh test sequences that it answered wrongly in the end; NaN where it was not tested.
    """

    sequences: NDArray[np.intp]
    reached: NDArray[np.bool_]
    wrong: NDArray[np.float64]


class Goal(Protocol):
    """When networks have learned, and how they are trained until then."""

    def train(self, experiment: "Experiment", seed: int, replicas: range) -> Learned:
        """Train networks of these numbers until they have learned, or have had as much as they get."""
        ...

    def __str__(self) -> str:
        """The goal in words."""
        ...


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """One experiment of a paper in one of its settings.

    Attributes
    ----------
    name
        Number in the paper, and the setting.
    task
        The task.
    build
        Builder of the networks: takes the spec, and `replicas` and `seed` by keyword.
    settings
        Their parameters in words.
    goal
        When a network has learned.
    most
        Sequences (or streams) that a network gets at most.
    published
        What the paper reports.
    on_request
        Whether it is so long that it runs only where it is named.
    """

    name: str
    task: Any
    build: Callable[..., Any]
    settings: str
    goal: Goal
    most: int
    published: Published
    on_request: bool = False

    @property
    def number(self) -> str:
        """The experiment's number in the paper: the first word of its name."""
        return self.name.split()[0].rstrip(",")

    @property
    def slug(self) -> str:
        """The name as a file can have it."""
        return "-".join("".join(c if c.isalnum() else " " for c in self.name.lower()).split())


@dataclass(frozen=True, kw_only=True)
class Reproduction:
    """The experiments of a paper.

    Attributes
    ----------
    name, paper
        What it is called here, and the paper.
    unit
        What is counted: "sequences", "streams".
    experiments
        The experiments.
    replicas
        Networks of each.
    seed
        Root seed of every random stream.
    """

    name: str
    paper: str
    unit: str
    experiments: tuple[Experiment, ...]
    replicas: int = 16
    seed: int = 0

    def __post_init__(self) -> None:
        slugs = [experiment.slug for experiment in self.experiments]
        rule, remedy = "must have different names", "name each by its setting"
        require(len(set(slugs)) == len(slugs) > 0, "Reproduction.experiments", slugs, rule, remedy, error=PlanError)


@dataclass(frozen=True, kw_only=True)
class Result:
    """What all networks of an experiment did, beside what the paper reports."""

    experiment: Experiment
    learned: Learned
    seed: int

    @property
    def networks(self) -> int:
        """How many there are."""
        return len(self.learned.reached)

    @property
    def success(self) -> float:
        """Proportion that reached the goal."""
        return float(self.learned.reached.mean())

    @property
    def taken(self) -> NDArray[np.intp]:
        """Sequences that those took that reached the goal."""
        return self.learned.sequences[self.learned.reached]

    @property
    def ratio(self) -> float | None:
        """Our mean number of sequences over the paper's; None where either is missing."""
        published = self.experiment.published.sequences
        return float(self.taken.mean()) / published if published and len(self.taken) else None

    @property
    def same_order(self) -> bool | None:
        """Whether ours is of the paper's order of magnitude (`SAME_ORDER`).

        By the mean number of sequences, if at least half of ours reached the goal, or, where the paper gives none, by
        the proportion that succeeded; None without both.
        """
        published = self.experiment.published
        if published.sequences is None and published.success is None:
            return None
        ratio = self.ratio
        if published.sequences is None and published.success is not None:
            if self.success == published.success:
                return True
            ratio = self.success / published.success if published.success else None
        elif self.success < HALF:
            return False
        return bool(ratio) and abs(log10(ratio or 1.0)) <= SAME_ORDER

    def row(self) -> tuple[object, ...]:
        """One line of the table (`HEADINGS`)."""
        taken, published, wrong = self.taken, self.experiment.published, self.learned.wrong
        several = len(taken) > 1
        return (
            self.experiment.name,
            published.sequences,
            published.success,
            self.networks,
            int(self.learned.reached.sum()),
            round(float(taken.mean())) if len(taken) else None,
            round(float(taken.std(ddof=1))) if several else None,
            int(np.median(taken)) if len(taken) else None,
            int(taken.min()) if len(taken) else None,
            int(taken.max()) if len(taken) else None,
            None if self.ratio is None else round(self.ratio, 2),
            None if self.same_order is None else ("yes" if self.same_order else "no"),
            None if np.isnan(wrong).all() else round(float(np.nanmean(wrong)), 5),
            self.experiment.most,
            self.seed,
            self.experiment.settings,
            str(self.experiment.goal),
        )


HEADINGS = (
    "experiment",
    "published",
    "published success",
    "networks",
    "reached",
    "mean",
    "sd",
    "median",
    "least",
    "most",
    "ours / published",
    "same order",
    "wrong in test",
    "given at most",
    "seed",
    "settings",
    "goal",
)


def chosen(reproduction: Reproduction, numbers: Sequence[str]) -> list[Experiment]:
    """The experiments with these numbers or names; without any, all but those that run on request.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    if not numbers:
        return [experiment for experiment in reproduction.experiments if not experiment.on_request]
    known = {name: None for e in reproduction.experiments for name in (e.number, e.slug)}
    for number in numbers:
        if number not in known:
            raise nearest("experiment", number, known)
    return [e for e in reproduction.experiments if e.number in numbers or e.slug in numbers]


def _blocks(replicas: int) -> list[range]:
    return [range(start, min(start + BLOCK, replicas)) for start in range(0, replicas, BLOCK)]


def _place(directory: Path, experiment: Experiment, seed: int, block: range) -> Path:
    return directory / experiment.slug / f"seed-{seed}-networks-{block.start}-{block.stop - 1}.json"


def run_experiment(experiment: Experiment, directory: Path, *, replicas: int, seed: int) -> Result:
    """Run the blocks of an experiment that are not there yet, and write each as it is done."""
    for block in _blocks(replicas):
        path = _place(directory, experiment, seed, block)
        if not path.exists():
            learned = experiment.goal.train(experiment, seed, block)
            make_directory(path.parent)
            about = {"settings": experiment.settings, "goal": str(experiment.goal), "most": experiment.most}
            wrong = [None if np.isnan(x) else float(x) for x in learned.wrong]
            did = {"sequences": learned.sequences.tolist(), "reached": learned.reached.tolist(), "wrong": wrong}
            write_json(path, {"experiment": experiment.name, **about, "seed": seed, **did, "versions": versions()})
    return Result(experiment=experiment, learned=_read(experiment, directory, replicas, seed), seed=seed)


def _read(experiment: Experiment, directory: Path, replicas: int, seed: int) -> Learned:
    parts = []
    for block in _blocks(replicas):
        path = _place(directory, experiment, seed, block)
        try:
            parts.append(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise ResultsError(f"{path}: cannot be read ({error}); run the experiment again") from None
    wrong = [np.nan if x is None else x for part in parts for x in part["wrong"]]
    return Learned(
        sequences=np.array([x for part in parts for x in part["sequences"]], np.intp),
        reached=np.array([x for part in parts for x in part["reached"]], np.bool_),
        wrong=np.array(wrong, np.float64),
    )


def read_results(reproduction: Reproduction, directory: Path, *, replicas: int, seed: int) -> Iterator[Result]:
    """The results of the experiments of which all blocks are there."""
    for experiment in reproduction.experiments:
        if all(_place(directory, experiment, seed, block).exists() for block in _blocks(replicas)):
            yield Result(experiment=experiment, learned=_read(experiment, directory, replicas, seed), seed=seed)
