"""What a comparison came to: the blocks of each model on each task put together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import NOT_REACHED, EpochsToCriterion, epochs_to_criterion
from pbwm.compare.analysis.errors_by_epoch import LearningCurve, final_error, learning_curve
from pbwm.compare.budgets import Budget
from pbwm.compare.plan import Job
from pbwm.compare.run import JobResult
from tasks.base.learner import Learner
from tasks.base.rng import Purpose, stream
from tasks.base.task import Task

__all__ = ["Comparison", "ModelResult", "comparison_of", "completed_comparisons"]


@dataclass(frozen=True, kw_only=True)
class ModelResult:
    """What the networks of one model did on one task.

    Attributes
    ----------
    model
        Name of the model.
    parameters
        Parameters of the model by name.
    budget
        The most epochs a network got; the same for every model.
    window
        Epochs that the criterion asks for; the final error is taken over as many.
    reached_at : int array (network,)
        Epochs to criterion; `NOT_REACHED` where the budget ended before.
    errors, counted : int array (network, epoch, event)
        Wrong responses and all that count; 0 in epochs that a network did not run.
    novel_error : float array (network,) or None
        Proportion wrong on novel sequences after training, if the task keeps some back.
    steps
        Steps of all networks together.
    seconds
        Wall-clock time, compilation included, summed over blocks.
    first_seconds
        What of it went by until the end of the first epoch of each block: building and compiling, and one epoch.
    blocks
        Replica numbers and trained networks of each block.
    """

    model: str
    parameters: Mapping[str, Any]
    budget: Budget
    window: int
    reached_at: NDArray[np.intp]
    errors: NDArray[np.intp]
    counted: NDArray[np.intp]
    novel_error: NDArray[np.float64] | None
    steps: int
    seconds: float
    first_seconds: float
    blocks: tuple[tuple[range, Learner], ...]

    @property
    def networks(self) -> int:
        """Number of networks."""
        return len(self.reached_at)

    @property
    def curve(self) -> LearningCurve:
        """Error by epoch."""
        return learning_curve(self.model, self.errors.sum(2), self.counted.sum(2), self.reached_at)

    def curve_of(self, kinds: NDArray[np.bool_]) -> LearningCurve:
        """Error by epoch at the steps of some `kinds`, bool array (event,)."""
        errors, counted = self.errors[:, :, kinds].sum(2), self.counted[:, :, kinds].sum(2)
        return learning_curve(self.model, errors, counted, self.reached_at)

    @property
    def epochs_to_criterion(self) -> EpochsToCriterion:
        """Epochs to criterion of every network."""
        return epochs_to_criterion(self.model, self.reached_at, self.budget.epochs)

    @property
    def final_error(self) -> NDArray[np.float64]:
        """Float array (network,): proportion wrong over the last epochs that a network ran."""
        return final_error(self.errors.sum(2), self.counted.sum(2), self.window)

    @property
    def final_error_by_event(self) -> NDArray[np.float64]:
        """Float array (network, event): the same by kind of step."""
        return final_error(self.errors, self.counted, self.window)

    def best_network(self) -> tuple[int, str]:
        """The network to look at, and why it: the first to reach the criterion, else that of lowest final error."""
        reached = np.flatnonzero(self.reached_at != NOT_REACHED)
        if len(reached):
            replica = int(reached[np.argmin(self.reached_at[reached])])
            return replica, f"first to reach criterion, in epoch {self.reached_at[replica]}"
        replica = int(np.argmin(self.final_error))
        return replica, f"none reached criterion; lowest final error, {self.final_error[replica]:.3f}"

    def block_of(self, replica: int) -> tuple[range, Learner]:
        """Replica numbers and networks of the block that holds `replica`."""
        return next((replicas, learner) for replicas, learner in self.blocks if replica in replicas)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Every model on one task."""

    task_name: str
    task: Task
    seed: int
    models: tuple[ModelResult, ...]

    @property
    def budget(self) -> Budget:
        """The most epochs a network of any model got."""
        return self.models[0].budget

    @property
    def rewarded(self) -> NDArray[np.bool_]:
        """Bool array (event,): kinds of step that the task rewards, where some that count are not; else none."""
        spec = self.task.spec
        trials = self.task.trials(spec.sequences_per_epoch, stream(self.seed, Purpose.TEST_TRIALS, replica=0))
        earns, counts = (
            np.isin(np.arange(len(spec.events)), trials.event[of]) for of in (trials.rewarded, trials.counts)
        )
        return earns if (counts & ~earns).any() else np.zeros(len(spec.events), np.bool_)


def _padded(arrays: Sequence[NDArray[np.intp]]) -> NDArray[np.intp]:
    """Arrays (network, epoch, event) of several blocks as one, with 0 in the epochs that a block did not need."""
    epochs = max(a.shape[1] for a in arrays)
    return np.concatenate([np.pad(a, [(0, 0), (0, epochs - a.shape[1]), (0, 0)]) for a in arrays])


def _model_result(results: Sequence[JobResult]) -> ModelResult:
    job = results[0].job
    novel = [r.novel_error for r in results if r.novel_error is not None]
    return ModelResult(
        model=job.model,
        parameters=job.entry.parameters(job.task.spec),
        budget=job.budget,
        window=job.task.spec.criterion.zero_error_epochs,
        reached_at=np.concatenate([r.reached_at for r in results]),
        errors=_padded([r.errors for r in results]),
        counted=_padded([r.counted for r in results]),
        novel_error=np.concatenate(novel) if novel else None,
        steps=sum(r.steps for r in results),
        seconds=sum(r.seconds for r in results),
        first_seconds=sum(r.first_seconds for r in results),
        blocks=tuple((r.job.replicas, r.learner) for r in results),
    )


def comparison_of(results: Sequence[JobResult]) -> Comparison:
    """The results of all jobs on one task, put together in the order in which they are given."""
    first = results[0].job
    by_model: dict[str, list[JobResult]] = {}
    for result in results:
        by_model.setdefault(result.job.model, []).append(result)
    return Comparison(
        task_name=first.task_name,
        task=first.task,
        seed=first.seed,
        models=tuple(_model_result(blocks) for blocks in by_model.values()),
    )


def completed_comparisons(jobs: Sequence[Job], results: Iterable[JobResult]) -> Iterator[Comparison]:
    """One comparison per task, as soon as the results of all its jobs are there; models in the order of the jobs."""
    there: dict[Job, JobResult] = {}
    for result in results:
        there[result.job] = result
        needed = [job for job in jobs if job.task_name == result.job.task_name]
        if all(job in there for job in needed):
            yield comparison_of([there[job] for job in needed])
