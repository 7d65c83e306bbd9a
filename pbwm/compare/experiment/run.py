"""A stored run, opened: results, curves, recordings and networks of a comparison, study or reproduction."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pbwm.compare.errors import PlanError, ResultsError
from pbwm.compare.experiment.arrays import to_pandas, to_xarray
from pbwm.compare.experiment.declaration import Study
from pbwm.compare.experiment.results import RowResult, read_study
from pbwm.compare.experiment.scene import Scene
from pbwm.compare.experiment.search import known_points
from pbwm.compare.experiment.store import Store
from tasks.base.errors import nearest
from tasks.base.files import path_of
from tasks.base.learner import Population

__all__ = ["Run", "open_run"]


def open_run(directory: str | Path) -> "Run":
    """Open the directory of a comparison, a study or a reproduction.

    Raises
    ------
    ResultsError
        If it holds no run, or one of another version.
    """
    store = Store(path_of("open_run: directory", directory, "give the directory of a run", ResultsError))
    return Run(store=store, study=known_points(store.declared(), store))


@dataclass(frozen=True)
class Run:
    """A run in a directory.

    Attributes
    ----------
    store, study
        Its files, and its declaration; of a search, with its points as conditions.
    """

    store: Store
    study: Study

    @property
    def directory(self) -> Path:
        """Its directory."""
        return self.store.directory

    @cached_property
    def results(self) -> list[RowResult]:
        """The results of every row."""
        return read_study(self.study, self.store)

    @property
    def conditions(self) -> tuple[str, ...]:
        """Names of the conditions, in their order."""
        return tuple(dict.fromkeys(result.row.condition for result in self.results))

    def scenes(self, conditions: Sequence[str] = (), tasks: Sequence[str] = ()) -> list[Scene]:
        """The scenes of the named conditions and tasks, or all.

        Raises
        ------
        UnknownNameError
            If a condition or a task is not in the run.
        """
        known = {
            "condition": dict.fromkeys(self.conditions),
            "task": dict.fromkeys(result.row.task for result in self.results),
        }
        for kind, names in (("condition", conditions), ("task", tasks)):
            for name in names:
                if name not in known[kind]:
                    raise nearest(kind, name, known[kind])
        found: dict[tuple[str, str], list[RowResult]] = {}
        for result in self.results:
            row = result.row
            if (not conditions or row.condition in conditions) and (not tasks or row.task in tasks):
                found.setdefault((row.task, row.condition), []).append(result)
        return [Scene(self.study, self.store, results) for results in found.values()]

    def scene(self, condition: str | None = None, task: str | None = None) -> Scene:
        """The scene of a condition and a task; either may be omitted if there is only one.

        Raises
        ------
        PlanError
            If there are several.
        UnknownNameError
            If there is none.
        """
        found = self.scenes([condition] if condition else [], [task] if task else [])
        if len(found) > 1:
            names = "; ".join([*(scene.title for scene in found[:4]), *(["…"] if len(found) > 4 else [])])
            raise PlanError(f"{self.directory}: holds {len(found)} scenes ({names}); choose one by task and condition")
        return found[0]

    def networks(self, model: str, condition: str | None = None, task: str | None = None) -> Population:
        """The trained networks of a model."""
        return self.scene(condition, task).networks(model)

    def to_pandas(self) -> Any:
        """A pandas table, one line per network (`pbwm.compare.experiment.arrays.to_pandas`)."""
        return to_pandas(self)

    def to_xarray(self, model: str, condition: str | None = None, task: str | None = None) -> Any:
        """A model as an xarray dataset (`pbwm.compare.experiment.arrays.to_xarray`)."""
        return to_xarray(self.scene(condition, task), model)
