"""A scene: the models of a run on one task in one condition, on the same trials."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import NOT_REACHED
from pbwm.compare.analysis.errors_by_epoch import LearningCurve, learning_curve
from pbwm.compare.analysis.recording import Recording, recording_of
from pbwm.compare.analysis.trials import test_trials
from pbwm.compare.errors import FigureError
from pbwm.compare.experiment.cell import Cell
from pbwm.compare.experiment.declaration import Study
from pbwm.compare.experiment.records import RECORDS, STEPS, WEIGHTS, Curves, read_curves, read_recording
from pbwm.compare.experiment.results import RowResult
from pbwm.compare.experiment.row import AS_IT_IS, Row, slug
from pbwm.compare.experiment.store import Store
from pbwm.compare.models import KINDS, kind_of
from tasks.base.errors import SavedFileError, nearest
from tasks.base.learner import Learner, Population
from tasks.base.saving import Saveable, Snapshot, model_of, read_snapshot
from tasks.base.task import Task, TrialBlock

__all__ = ["Scene", "load_networks"]


class Scene:
    """The models of a run on one task in one condition.

    Attributes
    ----------
    study, store
        Declaration and files of the run.
    models
        Names of the models that have been run.
    """

    def __init__(self, study: Study, store: Store, results: Sequence[RowResult]) -> None:
        self.study, self.store, self._first = study, store, results[0].row
        self._recordings: dict[str, Recording] = {}
        self._results = {result.row.model: result for result in results if len(result.networks)}
        self.models = tuple(self._results)

    @property
    def condition(self) -> str:
        """Name of the condition."""
        return self._first.condition

    @property
    def task_name(self) -> str:
        """Name of the task in the catalog."""
        return self._first.task

    @property
    def title(self) -> str:
        """Task and condition in words."""
        return self.task_name if self.condition == AS_IT_IS else f"{self.task_name} · {self.condition}"

    @property
    def directory_name(self) -> str:
        """Task and condition as the name of a directory."""
        return slug(self.title)

    @property
    def seed(self) -> int:
        """Root seed of the run."""
        return self._first.seed

    @property
    def unit(self) -> str:
        """Unit of budget and times."""
        return self._first.unit

    @cached_property
    def task(self) -> Task:
        """The task, with its parameters in the run."""
        return self._first.built_task()

    def row(self, model: str) -> Row:
        """The row of a model."""
        return self.result(model).row

    def result(self, model: str) -> RowResult:
        """The results of the networks of a model.

        Raises
        ------
        UnknownNameError
            If the model is not in the scene.
        """
        if model not in self._results:
            raise nearest("model", model, self._results)
        return self._results[model]

    def _cells(self, model: str) -> list[Cell]:
        """The cells of networks 0, 1, … of a model without a gap."""
        found, then = [], 0
        for cell in self.result(model).cells:
            if cell.networks.start == then and then < self.study.networks:
                found.append(cell)
                then = cell.networks.stop
        return found

    def _paths(self, model: str, suffix: str) -> list[Path]:
        row = self.row(model)
        cells = self._cells(model)
        if any(not cell.files and self.store.cell_path(row, cell.networks, suffix).exists() for cell in cells):
            raise FigureError(
                f"{model}: its networks were trained for longer than {row.epochs} epochs; run {row.epochs} epochs "
                "into another directory"
            )
        return [self.store.cell_path(row, cell.networks, suffix) for cell in cells if suffix in cell.files]

    def curves(self, model: str) -> Curves:
        """Errors of a model's networks by epoch and event.

        Raises
        ------
        FigureError
            If they were not stored.
        """
        row = self.row(model)
        found = read_curves([self.store.cell_path(row, cell.networks, RECORDS) for cell in self._cells(model)])
        if found is None:
            raise FigureError(_absent(model, "learning curves", "record = ['curves']"))
        networks, epochs = slice(self.count(model)), slice(row.epochs)
        return Curves(errors=found.errors[networks, epochs], counted=found.counted[networks, epochs])

    def learning_curve(self, model: str, kinds: NDArray[np.bool_] | None = None) -> LearningCurve:
        """Error by epoch of a model's networks, at all or some kinds of step, bool array (event,)."""
        curves = self.curves(model)
        of = np.ones(curves.errors.shape[2], np.bool_) if kinds is None else kinds
        errors, counted = curves.errors[:, :, of].sum(2), curves.counted[:, :, of].sum(2)
        return learning_curve(model, errors, counted, self._epochs_until(model, curves))

    def _epochs_until(self, model: str, curves: Curves) -> NDArray[np.intp]:
        reached_at = self.result(model).times.epochs[: len(curves.counted)]
        if self.row(model).goal is None:
            return reached_at
        ran = curves.counted.any(2)
        last = np.where(ran, np.arange(1, ran.shape[1] + 1), 0).max(1, initial=1)
        return np.where(reached_at == NOT_REACHED, NOT_REACHED, last)

    def networks(self, model: str, threads: int = 1) -> Population:
        """The trained networks of a model.

        Raises
        ------
        FigureError
            If they were not stored.
        """
        paths = self._paths(model, WEIGHTS)
        if not paths or len(paths) < len(self._cells(model)):
            raise FigureError(_absent(model, "networks", "--save, or in a study record = ['weights']"))
        row = self.row(model)
        found = _population(paths, row.networks_class, threads)
        if row.goal is None:
            at = self.result(model).times.epochs[: found.networks]
            found.epochs_trained, found.reached = np.where(at > 0, at, row.epochs), at > 0
        return found

    def recording(self, model: str) -> Recording:
        """All networks of a model on the same fresh trials, as recorded or run now.

        Raises
        ------
        FigureError
            If neither gates nor networks were stored.
        """
        if model not in self._recordings:
            self._recordings[model] = self._recorded(model)
        return self._recordings[model]

    @property
    def recordings(self) -> Mapping[str, Recording]:
        """The recordings of all models."""
        return {model: self.recording(model) for model in self.models}

    def _recorded(self, model: str) -> Recording:
        paths = self._paths(model, RECORDS)
        found = None
        if paths and len(paths) == len(self._cells(model)):
            found = read_recording(paths, self.task.spec, model)
        if found is None:
            networks = self.networks(model)
            found = recording_of(networks, self.test_block(networks.networks))
        return found

    def test_block(self, networks: int) -> TrialBlock:
        """The fresh trials of the recordings of networks 0, 1, …."""
        return test_trials(self.task, self.seed, range(networks), STEPS)

    def build(self, model: str, networks: int) -> Population:
        """Untrained networks of a model, as before training."""
        entry = self.row(model).entry(self.task)

        def build(numbers: range) -> Learner:
            return entry.build(self.task.spec, networks=numbers, seed=self.seed)

        return Population(build, networks)

    def best_network(self, model: str) -> int:
        """The first network at criterion, else the one with the lowest error."""
        return min(range(self.count(model)), key=lambda n: self._rank(model, n))

    def shared_network(self) -> int:
        """The network that is best in all models together."""
        count = min(self.count(model) for model in self.models)

        def rank(network: int) -> list[float]:
            return [sum(of) for of in zip(*(self._rank(model, network) for model in self.models), strict=True)]

        return min(range(count), key=rank)

    def count(self, model: str) -> int:
        """Number of networks 0, 1, … of a model, up to the first that has not been run."""
        cells = self._cells(model)
        return min(cells[-1].networks.stop, self.study.networks) if cells else 0

    def _rank(self, model: str, network: int) -> tuple[float, float, float]:
        result = self.result(model)
        at = int(result.times.epochs[network])
        error = float(np.nan_to_num(result.final_error[network], nan=1.0))
        return (float(not at), at / result.row.epochs, error)

    def why(self, model: str, network: int) -> str:
        """Outcome of a network in words."""
        at = int(self.result(model).times.epochs[network])
        if at:
            return f"reached criterion after {at} {self.unit}"
        return f"did not reach criterion; final error {self.result(model).final_error[network]:.3f}"


def load_networks(path: Path, *, threads: int = 1, **options: Any) -> Population:
    """The networks of a file, of any model (`Population.load`).

    Raises
    ------
    SavedFileError
        If the file is missing, damaged, of an unknown model, or does not fit this version.
    """
    return _population([path], kind_of, threads, **options)


def _population(
    paths: Sequence[Path], class_of: Callable[[str], type[Saveable] | None], threads: int, **options: Any
) -> Population:
    model = model_of(paths[0])
    kind = class_of(model)
    if kind is None:
        rule = f"is not one of {', '.join(map(repr, KINDS))}"
        raise SavedFileError(f"{paths[0]}: holds networks of {model!r}, which {rule}; install or register this model")
    whole = Snapshot.joined([read_snapshot(path, kind.name, kind.params_kind) for path in paths])
    return Population.of(whole, kind, threads=threads, **options)


def _absent(model: str, what: str, option: str) -> str:
    return f"{model}: its {what} were not stored, or are damaged; repeat the run with {option}"
