"""Accounting for a job with a goal: its runs, errors, and results."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import NOT_REACHED
from pbwm.compare.errors import PlanError, RunFailedError
from pbwm.compare.experiment.job import Job, Trained, Watched
from pbwm.compare.experiment.job_training import CANNOT_GO_ON
from tasks.base.drawing import draw_epochs
from tasks.base.learner import Learner, Outcome
from tasks.base.task import TrialBlock
from tasks.base.training import count_by_event

__all__ = ["Account", "trained"]


class Account:
    """Trains a job on successive blocks of trials, and counts errors and steps.

    Parameters
    ----------
    job, watched
        The job, and the listener to its progress.
    """

    def __init__(self, job: Job, watched: Watched) -> None:
        self._job, self._watched, self._steps = job, watched, 0
        self._errors: list[NDArray[np.intp]] = []
        self._counted: list[NDArray[np.intp]] = []

    def run(self, learner: Any, block: TrialBlock, **how: Any) -> Outcome:
        """Train on a block of trials.

        Raises
        ------
        RunStoppedError
            If the job was asked to stop.
        RunFailedError
            If the networks cannot go on.
        """
        self._watched.check()
        try:
            outcome: Outcome = learner.run(block, **how)
        except CANNOT_GO_ON as error:
            raise RunFailedError(f"{self._job.label}, after {len(self._errors)} epochs: {error}") from error
        ran = (outcome.response >= 0).sum(1)
        self._steps += int(ran.sum())
        block = block.cut(ran)
        errors, counted = count_by_event(block, outcome.correct[:, : block.steps], len(self._job.task.spec.events))
        self._errors.append(errors)
        self._counted.append(counted)
        return outcome

    def done(self, count: int, reached: NDArray[np.bool_]) -> None:
        """Report the largest count, and which networks have reached the goal."""
        self._watched.done(count, int(reached.sum()))

    def trained(
        self, count: NDArray[np.intp], reached: NDArray[np.bool_], tested: NDArray[np.float64] | None = None
    ) -> Trained:
        """The results of training.

        Parameters
        ----------
        count : int array (network,)
            What each network needed to reach the goal; 0 becomes 1.
        reached : bool array (network,)
            Whether it did.
        tested : float array (network,)
            Result in the test of the goal.
        """
        return Trained(
            reached_at=np.where(reached, np.maximum(count, 1), NOT_REACHED),
            errors=np.stack(self._errors, axis=1),
            counted=np.stack(self._counted, axis=1),
            steps=self._steps,
            tested=tested,
        )


def trained(
    job: Job, learner: Learner, account: Account, waiting: NDArray[np.bool_]
) -> Iterator[tuple[TrialBlock, Outcome]]:
    """Epochs of training that fit in the budget, without the `waiting` networks, which the caller changes.

    Raises
    ------
    PlanError
        If the budget is smaller than an epoch.
    """
    size = job.task.spec.sequences_per_epoch
    if job.epochs < size:
        rule = f"must be at least {size}, the sequences of an epoch; give a larger budget"
        raise PlanError(f"{job.label}: epochs = {job.epochs} {rule}")
    for epoch in range(job.epochs // size):
        drawn = [None if done else n for n, done in zip(job.networks, waiting, strict=True)]
        block, _ = draw_epochs(job.task, job.seed, drawn, range(epoch, epoch + 1))
        yield block, account.run(learner, block)
