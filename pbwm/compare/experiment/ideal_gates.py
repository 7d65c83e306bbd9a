"""The criterion with gates held at the ideal, which separates cortex from gating."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.frozen import frozen_trials
from pbwm.compare.errors import PlanError
from pbwm.compare.experiment.job import Job, Trained, Watched
from pbwm.compare.experiment.job_training import to_criterion
from pbwm.ideal_gates import IdealGates
from tasks.base.task import TrialBlock

__all__ = ["CriterionWithIdealGates"]


@dataclass(frozen=True, kw_only=True)
class CriterionWithIdealGates:
    """The criterion of the task, while gates do what a perfect memory would do (`IdealGates`). For PBWM.

    The striatum learns, but does not control gates. The goal's own test is the frozen test with the same gates.
    """

    unit: ClassVar[str] = "epochs"
    measures: ClassVar[str] = "proportion wrong"

    def __str__(self) -> str:
        return "the criterion of the task, with gates held at its ideal"

    def train(self, job: Job, learner: Any, watched: Watched) -> Trained:
        """Train networks to the criterion or the budget; then test them."""
        if learner.name != "pbwm":
            raise PlanError(
                f"{job.label}: gates of {learner.name!r} cannot be held at the ideal; give the model 'pbwm'"
            )
        if not job.task.spec.items:
            remedy = "give a task with items, or leave out the goal"
            raise PlanError(f"{job.label}: the task has no items, and so no ideal gates; {remedy}")

        def ideal(trials: TrialBlock) -> AbstractContextManager[Any]:
            held: AbstractContextManager[Any] = learner.manipulated(IdealGates(actions=trials.ideal_gate))
            return held

        trained = to_criterion(job, learner, watched, circumstances=ideal)
        block = TrialBlock.stack([frozen_trials(job.task, network, job.seed) for network in job.networks])
        before = learner.state()
        with ideal(block):
            outcome = learner.run(block, learn=False)
        learner.set_state(before)
        wrong: NDArray[np.float64] = outcome.errors / outcome.counted
        return Trained(
            reached_at=trained.reached_at,
            errors=trained.errors,
            counted=trained.counted,
            steps=trained.steps,
            tested=np.where(trained.reached_at > 0, wrong, np.nan),
        )
