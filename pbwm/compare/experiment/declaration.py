"""Declaration of a study: conditions, crossed with tasks and models, each run with a number of networks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from enum import StrEnum
from typing import Any, cast

from pbwm.compare.budgets import MOST_EPOCHS, budget_for
from pbwm.compare.errors import PlanError
from pbwm.compare.experiment.job import Goal
from pbwm.compare.experiment.parameters import flat
from pbwm.compare.experiment.row import AS_IT_IS, Row
from pbwm.compare.experiment.space import Search
from tasks.base.addresses import LARGEST_SEED, MOST_NETWORKS
from tasks.base.errors import nearest, require, require_name

__all__ = ["SEARCH_SEEDS", "Condition", "Purpose", "Record", "Study"]

SEARCH_SEEDS = 5000
"""Seeds from here on are for searches; smaller ones are for reports."""


MOST_WORDS = 1000
"""Largest number of characters of a question."""


class Purpose(StrEnum):
    """Purpose of a study."""

    REPORT = "report"
    SEARCH = "search"


class Record(StrEnum):
    """Optional data to store for every network."""

    CURVES = "curves"
    """Errors and counted responses, by epoch and kind of step."""
    GATES = "gates"
    """Gates, memory and signals on an epoch of fresh trials, by step."""
    WEIGHTS = "weights"
    """The trained networks, with their complete state."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One way in which networks are made: its changes, tasks and models.

    Attributes
    ----------
    name
        What distinguishes it from the other conditions, in words.
    tasks, models
        Names in the catalogs; by default, those of the study.
    epochs, criterion, consolidation, against
        As in `Study`; None, or an empty table: those of the study.
    goal
        A stopping rule that replaces the criterion (`pbwm.compare.experiment.goals`).
    parameters, task_parameters
        Changed parameters of model and task, by dotted names (`pbwm.compare.experiment.parameters`).
    """

    name: str
    tasks: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    epochs: int | None = None
    criterion: int | None = None
    consolidation: int | None = None
    goal: Goal | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    task_parameters: Mapping[str, Any] = field(default_factory=dict)
    against: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.name != "":  # the one condition of a search has none
            require_name("condition.name", self.name, error=PlanError)
        where = f"condition {self.name!r}"
        _take_lists(self, "tasks", "models")
        _check_against(where, self.against)
        _words(f"{where}: tasks", self.tasks)
        _words(f"{where}: models", self.models)
        _number(f"{where}: epochs", self.epochs, least=1, optional=True)
        _number(f"{where}: criterion", self.criterion, least=1, optional=True)
        _number(f"{where}: consolidation", self.consolidation, least=0, optional=True)
        for name in ("parameters", "task_parameters"):
            of = getattr(self, name)
            require(
                isinstance(of, Mapping), f"{where}: {name}", of, "is not a table", "name parameters", error=PlanError
            )
            object.__setattr__(self, name, flat(of))
        rule = "is not a goal"
        made = is_dataclass(self.goal) and not isinstance(self.goal, type)
        trains = self.goal is None or (made and callable(getattr(self.goal, "train", None)))
        require(trains, f"{where}: goal", self.goal, rule, "give one, such as FaultlessRun(…)", error=PlanError)
        rule = "cannot be combined with a goal"
        for name, value in (("criterion", self.criterion), ("consolidation", self.consolidation or None)):
            stops = value is None or self.goal is None
            require(stops, f"{where}: {name}", value, rule, "leave one of them out", error=PlanError)


@dataclass(frozen=True, kw_only=True)
class Study:
    """A declared study: tasks × models × conditions × networks.

    Attributes
    ----------
    name, question
        Its name, and the question that it asks.
    conditions
        By default, one that changes nothing, "as it is".
    networks
        Number of networks of each row.
    seed
        Root seed; from `SEARCH_SEEDS` on for searches only.
    tasks, models
        Names in the catalogs, for conditions that name none.
    epochs
        Most epochs of a network (for a goal: in its unit); None: the budget of the task (`pbwm.compare.budgets`).
    criterion
        Successive epochs without an error in the criterion; None: the task's.
    consolidation
        Further training epochs after the criterion, before the frozen test; none with a goal.
    record
        Further data to store of every network.
    purpose
        Whether results are reported, or serve to choose values.
    search
        The space of a parameter search, and its design; None: no search.
    against
        The baseline of each row: the row of the same task with another ``condition`` or ``model``, named here. None:
        the first row of the task.

    Raises
    ------
    PlanError
        If a field has an impossible value.
    """

    name: str
    question: str = ""
    conditions: tuple[Condition, ...] = ()
    networks: int = 16
    seed: int = 0
    tasks: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    epochs: int | None = None
    criterion: int | None = None
    consolidation: int = 0
    record: tuple[Record, ...] = ()
    purpose: Purpose = Purpose.REPORT
    search: Search | None = None
    against: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_name("study.name", self.name, error=PlanError)
        named = self.name.strip() == self.name and "/" not in self.name
        require(named, "study.name", self.name, "must have no slash and no outer spaces", "rename it", error=PlanError)
        where = f"study {self.name!r}"
        text = isinstance(self.question, str) and len(self.question) <= MOST_WORDS
        rule = f"must be a string of at most {MOST_WORDS} characters"
        require(text, f"{where}: question", self.question, rule, "ask one question", error=PlanError)
        _check_against(where, self.against)
        _take_lists(self, "tasks", "models", "conditions", "record")
        _several(f"{where}: conditions", self.conditions, Condition)
        _words(f"{where}: tasks", self.tasks)
        _words(f"{where}: models", self.models)
        _number(f"{where}: networks", self.networks, least=1, most=MOST_NETWORKS)
        _number(f"{where}: seed", self.seed, least=0, most=LARGEST_SEED)
        _number(f"{where}: epochs", self.epochs, least=1, optional=True)
        _number(f"{where}: criterion", self.criterion, least=1, optional=True)
        _number(f"{where}: consolidation", self.consolidation, least=0)
        _several(f"{where}: record", self.record, str)
        alone = self.search is None or isinstance(self.search, Search)
        require(
            alone, f"{where}: search", self.search, "is not a search", "put its keys under [search]", error=PlanError
        )
        object.__setattr__(self, "record", tuple(sorted({_choice(f"{where}: record", r, Record) for r in self.record})))
        object.__setattr__(self, "purpose", _choice(f"{where}: purpose", self.purpose, Purpose))
        self._check_seed(where)
        self._check_rows(where)

    def _check_seed(self, where: str) -> None:
        searches = self.purpose is Purpose.SEARCH
        if self.search and not searches:
            raise PlanError(f"{where}: a search chooses values; give purpose = 'search'")
        if self.search and (self.against or any(condition.against for condition in self.conditions)):
            raise PlanError(f"{where}: a search ranks its points by cost; leave out against")
        rule = f"must be {SEARCH_SEEDS} or more in a search" if searches else f"must be below {SEARCH_SEEDS}"
        remedy = "give another seed, so that no network of a search is reported"
        require((self.seed >= SEARCH_SEEDS) == searches, f"{where}: seed", self.seed, rule, remedy, error=PlanError)

    def _check_rows(self, where: str) -> None:
        for condition in self.conditions or (Condition(name=AS_IT_IS),):
            for name in ("tasks", "models"):
                named = getattr(condition, name) or getattr(self, name)
                remedy = f"name {name}, here or in every condition"
                require(len(named) > 0, f"{where}: {name}", list(named), "is empty", remedy, error=PlanError)
        rows = self.rows()
        names = [row.label for row in rows]
        directories = [row.directory for row in rows]
        rule, remedy = "must have names that differ in letters and digits", "name each by what distinguishes it"
        differ = len(set(directories)) == len(directories)
        require(differ, f"{where}: conditions", names, rule, remedy, error=PlanError)
        for against in (self.against, *(condition.against for condition in self.conditions)):
            for kind, name in against.items():
                known = {getattr(row, kind) for row in rows}
                if name not in known:
                    raise PlanError(f"{where}: against: {nearest(kind, name, known)}")

    def baseline(self, row: Row) -> Row | None:
        """The baseline of a row; None if it is the row itself, or the study has no such row."""
        same_task = [other for other in self.rows() if other.task == row.task]
        wanted = {"condition": row.condition, "model": row.model, **self._against(row)}
        found = [other for other in same_task if all(getattr(other, kind) == name for kind, name in wanted.items())]
        candidates = found if self.names_baseline(row) else same_task
        base = candidates[0] if candidates else None
        return None if base == row else base

    def names_baseline(self, row: Row) -> bool:
        """Whether the study or the condition names a row's baseline."""
        return bool(self._against(row))

    def _against(self, row: Row) -> Mapping[str, str]:
        own = next((c.against for c in self.conditions if c.name == row.condition and c.against), {})
        return own or self.against

    def with_networks(self, networks: int | None) -> "Study":
        """The study with another number of networks; None: unchanged."""
        return self if networks is None else replace(self, networks=networks)

    def rows(self) -> tuple[Row, ...]:
        """Every model on every task in every condition, by condition."""
        return tuple(
            Row(
                condition=condition.name,
                task=task,
                model=model,
                epochs=condition.epochs or self.epochs or budget_for(task).epochs,
                criterion=None if condition.goal else condition.criterion or self.criterion,
                consolidation=0 if condition.goal else _first(condition.consolidation, self.consolidation),
                goal=condition.goal,
                seed=self.seed,
                parameters=condition.parameters,
                task_parameters=condition.task_parameters,
            )
            for condition in self.conditions or (Condition(name=AS_IT_IS),)
            for task in condition.tasks or self.tasks
            for model in condition.models or self.models
        )


def _first(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def _take_lists(owner: object, *names: str) -> None:
    """Turn lists into tuples."""
    for name in names:
        if isinstance(value := getattr(owner, name), list):
            object.__setattr__(owner, name, tuple(value))


def _check_against(where: str, value: object) -> None:
    kinds = ("condition", "model")
    fits = isinstance(value, Mapping) and all(key in kinds and isinstance(name, str) for key, name in value.items())
    rule, remedy = "must name a condition, a model, or both", 'give e.g. { condition = "as recommended" }'
    require(fits, f"{where}: against", value, rule, remedy, error=PlanError)


def _words(where: str, value: object) -> None:
    fits = isinstance(value, tuple) and all(isinstance(word, str) and word for word in value)
    require(fits, where, value, "must be names", 'give a list of names, e.g. ["sir2"]', error=PlanError)
    names = list(cast(tuple[str, ...], value))
    require(len(set(names)) == len(names), where, names, "has a name twice", "give each once", error=PlanError)


def _several(where: str, value: object, kind: type) -> None:
    fits = isinstance(value, tuple) and all(isinstance(item, kind) for item in value)
    require(fits, where, value, "must be a list", f"give a list of {kind.__name__}s, or none", error=PlanError)


def _number(where: str, value: object, *, least: int, most: int = MOST_EPOCHS, optional: bool = False) -> None:
    fits = (value is None and optional) or (type(value) is int and least <= value)
    require(fits, where, value, f"must be a whole number of at least {least}", "give such a number", error=PlanError)
    small = not isinstance(value, int) or value <= most
    require(small, where, value, f"must be at most {most:,}", "give a smaller number", error=PlanError)


def _choice(where: str, value: object, choices: type[StrEnum]) -> Any:
    known = [str(choice) for choice in choices]
    require(
        value in known,
        where,
        value,
        f"must be one of {', '.join(map(repr, known))}",
        "give one of these",
        error=PlanError,
    )
    return choices(str(value))
