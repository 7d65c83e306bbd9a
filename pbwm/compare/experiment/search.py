"""Parameter search: the points of a design are conditions of a study, on seeds kept for searches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

from pbwm.compare.analysis.survival import restricted_mean
from pbwm.compare.errors import PlanError, RunFailedError, WorkerDiedError
from pbwm.compare.experiment.block import Shard
from pbwm.compare.experiment.declaration import Condition, Study
from pbwm.compare.experiment.monitor import Monitor
from pbwm.compare.experiment.results import RowResult, read_study
from pbwm.compare.experiment.runner import run_conditions
from pbwm.compare.experiment.space import Design, Range, Search
from pbwm.compare.experiment.store import Existing, Store

__all__ = ["Point", "expanded", "known_points", "points_of", "ranked", "run_study"]


@dataclass(frozen=True, kw_only=True)
class Point:
    """A point of a search, and its results.

    Attributes
    ----------
    condition, parameters
        Its name, and its values by dotted names.
    reached, networks
        Networks at criterion, over all tasks and models, and all networks.
    cost
        Mean epochs to criterion, as a fraction of the budget, over all rows; infinite if not all networks could be run.
    """

    condition: str
    parameters: dict[str, Any]
    reached: int
    networks: int
    cost: float


def expanded(study: Study, points: Sequence[dict[str, Any]]) -> Study:
    """The study with the conditions of a search at every point."""
    bases = study.conditions or (Condition(name=""),)
    conditions = tuple(
        replace(base, name=f"{base.name} point {i:03d}".strip(), parameters={**base.parameters, **point})
        for i, point in enumerate(points)
        for base in bases
    )
    return replace(study, conditions=conditions, search=None)


def run_study(
    study: Study,
    directory: Path,
    executor: Executor,
    *,
    shard: Shard | None = None,
    mixed: bool = False,
    existing: Existing = Existing.REFUSE,
    monitor: Monitor | None = None,
) -> Study:
    """Run what is missing of a study, or of all points of its search, and return it with these as conditions.

    Parameters
    ----------
    study, directory
        The study, and the directory of its store, which may not exist yet.
    executor
        Where cells run (PEP 3148; see `pbwm.compare.experiment.executors`).
    shard
        The share of the blocks to run; None: all.
    mixed, existing
        Whether to keep cells of other code; policy for results of other settings.
    monitor
        Listener to the progress.

    Raises
    ------
    PlanError
        If cells are of other code and `mixed` is False, or if a search by ``tpe`` lacks optuna or is sharded.
    ResultsError
        If files cannot be written, or the directory holds another study.
    RunFailedError
        If networks could not go on, after all others have finished; a search skips such a point.
    WorkerDiedError
        If a worker died.
    """
    monitor = monitor or Monitor()
    if study.search is None:
        run_conditions(study, directory, executor, shard=shard, mixed=mixed, existing=existing, monitor=monitor)
        return study
    if study.search.design is Design.TPE and shard is not None and shard.of > 1:
        raise PlanError("a search by 'tpe' uses all earlier results and cannot run in shards; omit the shard")
    how: dict[str, Any] = {"declared": study, "shard": shard, "mixed": mixed, "monitor": monitor}
    for whole in _rounds(study, study.search, Store(directory)):
        try:
            run_conditions(whole, directory, executor, existing=existing, **how)
            existing = Existing.RESUME  # the results of the first round are ours
        except WorkerDiedError:
            raise
        except RunFailedError as error:
            monitor.said(str(error))
    return whole


def known_points(study: Study, store: Store) -> Study:
    """A study with the known points of its search."""
    if study.search is None:
        return study
    for whole in _rounds(study, study.search, store):
        if any(point.cost == inf for point in points_of(whole, read_study(whole, store))):
            break
    return whole


def _rounds(study: Study, search: Search, store: Store) -> Iterator[Study]:
    """The study with the points of a search, at once or round by round."""
    if search.design is not Design.TPE:
        yield expanded(study, search.designed(study.seed))
        return
    asked = _Rounds(study, search)
    while asked.choose():
        yield asked.whole
        asked.learn(store)


class _Rounds:
    def __init__(self, study: Study, search: Search) -> None:
        try:
            import optuna
        except ImportError:
            raise PlanError("optuna is not installed; install it: pip install 'pbwm[search]'") from None
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._study, self._search, self._failed = study, search, optuna.trial.TrialState.FAIL
        self._optuna = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=study.seed))
        self._points: list[dict[str, Any]] = []
        self._trials: list[Any] = []

    @property
    def whole(self) -> Study:
        return expanded(self._study, self._points)

    def choose(self) -> bool:
        """Choose the points of the next round; False if there are enough."""
        count = min(self._search.batch, self._search.points - len(self._points))
        self._trials = [self._optuna.ask() for _ in range(count)]
        for trial in self._trials:
            self._points.append({name: _suggested(trial, name, r) for name, r in self._search.space.items()})
        return count > 0

    def learn(self, store: Store) -> None:
        by_name = {point.condition: point for point in points_of(self.whole, read_study(self.whole, store))}
        bases = self._study.conditions or (Condition(name=""),)
        first = len(self._points) - len(self._trials)
        for i, trial in enumerate(self._trials, first):
            names = [f"{base.name} point {i:03d}".strip() for base in bases]
            cost = float(np.mean([by_name[name].cost for name in names]))
            self._optuna.tell(trial, cost if cost < inf else None, None if cost < inf else self._failed)


def _suggested(trial: Any, name: str, of: Range) -> Any:
    if of.low is None:
        return trial.suggest_categorical(name, of.choices)
    suggest = trial.suggest_int if of.whole else trial.suggest_float
    return suggest(name, of.low, of.high, log=of.log)


def points_of(study: Study, results: Sequence[RowResult]) -> list[Point]:
    """The results of every condition of a study, over its rows."""
    found = []
    for condition in study.conditions:
        rows = [result for result in results if result.row.condition == condition.name]
        complete = all(result.times.networks == study.networks for result in rows)
        shares = [restricted_mean(r.times).value / r.times.budget for r in rows if r.times.networks]
        found.append(
            Point(
                condition=condition.name,
                parameters=dict(condition.parameters),
                reached=sum(int(r.times.reached.sum()) for r in rows),
                networks=sum(r.times.networks for r in rows),
                cost=float(np.mean(shares)) if complete else inf,
            )
        )
    return found


def ranked(study: Study, results: Sequence[RowResult]) -> list[Point]:
    """The points of a search by cost, the lowest first."""
    return sorted(points_of(study, results), key=lambda point: (point.cost, point.condition))
