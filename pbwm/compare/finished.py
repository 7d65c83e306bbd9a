"""A comparison that is done, read back from its directory: the task, and the trained networks of every model."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pbwm.compare.analysis.recording import Recording, record_trials
from pbwm.compare.errors import ResultsError
from pbwm.compare.networks import load_networks
from pbwm.compare.reports.summary import SUMMARY, read_summary
from tasks.base.drawing import draw_epochs
from tasks.base.errors import TaskError
from tasks.base.learner import Population
from tasks.base.rng import Purpose
from tasks.base.saving import SUFFIX
from tasks.base.task import SplitTask, Task, TrialBlock
from tasks.catalog import TASKS

__all__ = ["FinishedRun"]


@dataclass(frozen=True)
class FinishedRun:
    """The results of a comparison in a directory, as ``pbwm compare`` writes them.

    Attributes
    ----------
    directory
        The directory.
    """

    directory: Path

    @cached_property
    def summary(self) -> Mapping[str, Any]:
        """What `pbwm.compare.reports.summary` wrote.

        Raises
        ------
        ResultsError
            If there is none.
        """
        return read_summary(self.directory / SUMMARY)

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models."""
        return tuple(self.summary["learners"])

    @property
    def seed(self) -> int:
        """Root seed of the comparison."""
        return int(self.summary["seed"])

    @cached_property
    def task(self) -> Task:
        """The task, with the parameters that it had.

        Raises
        ------
        ResultsError
            If this version has no such task.
        """
        said = self.summary["task"]
        try:
            # JSON knows no tuples, and tasks no lists.
            own = {name: tuple(of) if isinstance(of, list) else of for name, of in said["parameters"].items()}
            return TASKS[said["name"]].build(**own)
        except (TaskError, TypeError) as error:
            raise ResultsError(
                f"{self.directory / SUMMARY}: its task cannot be built here ({error}); use the version that wrote it"
            ) from None

    def networks(self, model: str) -> Population:
        """The trained networks of a model, as they were written.

        Raises
        ------
        ResultsError
            If they were not kept.
        """
        path = self.directory / f"networks-{model}{SUFFIX}"
        if not path.exists():
            raise ResultsError(f"{path}: the networks were not kept; run the comparison without --no-networks")
        return load_networks(path)

    def test_block(self, replicas: int) -> TrialBlock:
        """An epoch of trials for each network that none was trained on, the same for every model."""
        asked = self.task.novel() if isinstance(self.task, SplitTask) else self.task
        return draw_epochs(asked, self.seed, range(replicas), range(1), Purpose.TEST_TRIALS)[0]

    @cached_property
    def recordings(self) -> Mapping[str, Recording]:
        """All networks of each model on the same fresh trials."""
        return {model: record_trials(self.networks(model), self.task, seed=self.seed) for model in self.models}

    def best_network(self, model: str) -> int:
        """The network of a model to look at: the first that reached the criterion, else that of lowest final error."""
        learner = self.summary["learners"][model]
        epochs, error = learner["epochs_to_criterion"], learner["final_error"]
        rank = [(at is None, at if at is not None else left) for at, left in zip(epochs, error, strict=True)]
        return min(range(len(rank)), key=rank.__getitem__)
