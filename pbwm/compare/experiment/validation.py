"""Training until a validation with frozen weights shows no error."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import NOT_REACHED
from pbwm.compare.analysis.frozen import frozen_trials
from pbwm.compare.experiment.goal_fields import require_goal_fields
from pbwm.compare.experiment.job import Job, Trained, Watched
from pbwm.compare.experiment.job_training import reported, train
from tasks.base.learner import Learner
from tasks.base.rng import Purpose
from tasks.base.task import TrialBlock
from tasks.base.training import draw_lesson

__all__ = ["FaultlessValidation"]

PART = 500
"""Steps of a validation after which networks that made an error leave it."""


@dataclass(frozen=True, kw_only=True)
class FaultlessValidation:
    """The criterion of the task holds, and a validation with frozen weights shows no error.

    A network is validated after every epoch in which the criterion holds, until it passes. Its validation trials serve
    no other purpose. A validation restores the network's state, so that training has the same bits as without it.

    Attributes
    ----------
    steps
        Minimum number of validation steps: whole sequences, the same in every validation of a network.
    """

    unit: ClassVar[str] = "epochs"
    measures: ClassVar[str] = "proportion wrong"

    steps: int = 10_000

    def __post_init__(self) -> None:
        require_goal_fields(self)

    def __str__(self) -> str:
        return f"the criterion of the task, and no error in {self.steps:,} validation steps with frozen weights"

    def train(self, job: Job, learner: Learner, watched: Watched) -> Trained:
        """Train networks until they pass a validation or the budget ends."""
        validation, needed = Validation(job, self.steps), job.task.spec.criterion.zero_error_epochs
        streak, reached_at = np.zeros(len(job.networks), np.intp), np.full(len(job.networks), NOT_REACHED, np.intp)
        errors, counted, steps = [], [], 0
        for epoch in range(job.epochs):
            waiting = reached_at != NOT_REACHED
            if waiting.all():
                break
            watched.check()
            # A lesson trains networks whose streak is too short: after a failed validation, it lacks one epoch.
            streak = np.where(waiting, needed, np.minimum(streak, needed - 1))
            training = train(
                job, learner, draw_lesson(job.task, job.seed, job.networks, range(epoch, epoch + 1), streak)
            )
            errors.append(training.errors)
            counted.append(training.counted)
            steps += int(training.steps.sum())
            streak = training.streak
            reached_at[validation.passed(learner, ~waiting & (streak >= needed))] = epoch + 1
            watched.done(epoch + 1, int((reached_at != NOT_REACHED).sum()))
        return Trained(
            reached_at=reached_at,
            errors=np.concatenate(errors, axis=1),
            counted=np.concatenate(counted, axis=1),
            steps=steps,
        )


class Validation:
    """The validation of a job's networks, part by part.

    Parameters
    ----------
    job
        The job.
    steps
        Minimum number of steps of each network.
    """

    def __init__(self, job: Job, steps: int) -> None:
        trials = [
            frozen_trials(job.task, network, job.seed, steps=steps, purpose=Purpose.VALIDATION)
            for network in job.networks
        ]
        self._job, self._trials = job, TrialBlock.stack(trials)

    def passed(self, learner: Any, which: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which of the networks `which`, bool array (network,), make no error; their state is restored."""
        if not which.any():
            return which
        left, before = which.copy(), learner.state()
        try:
            for first in range(0, self._trials.steps, PART):
                if not left.any():
                    break
                with reported(self._job, "validation"):
                    outcome = learner.run(self._trials.between(first, np.where(left, first + PART, first)), learn=False)
                left &= outcome.errors == 0
        finally:
            learner.set_state(before)
        return left
