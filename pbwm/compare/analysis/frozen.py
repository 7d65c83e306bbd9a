"""The frozen test: errors of trained networks with frozen weights on fresh trials.

A network that is right only because of its latest correction can meet the criterion, but not this test.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil

import numpy as np
from numpy.typing import NDArray

from tasks.base.answers import Choice
from tasks.base.arguments import checked
from tasks.base.drawing import draw_frozen_stream
from tasks.base.errors import BrokenTaskError, require, require_integer
from tasks.base.learner import Learner, NumberError
from tasks.base.rng import Purpose
from tasks.base.task import Task, TrialBlock, Trials
from tasks.base.training import count_by_event

__all__ = ["FROZEN_STEPS", "FrozenSummary", "FrozenTest", "frozen_test", "frozen_trials"]

FROZEN_STEPS = 2000
"""Minimum number of steps of the frozen test."""


@dataclass(frozen=True, kw_only=True)
class FrozenSummary:
    """Summary of the frozen errors of several networks.

    Attributes
    ----------
    networks, faultless
        Number of networks with a result, and of those without an error.
    median, worst
        Of their errors, in [0, 1]; nan if there are none.
    without_result
        Number of networks of which no response counted, because a number in them was not finite.
    """

    networks: int
    faultless: int
    median: float
    worst: float
    without_result: int

    def __str__(self) -> str:
        without = f"{self.faultless} of {self.networks} without an error"
        without += f", {self.without_result} without a result" if self.without_result else ""
        return without if np.isnan(self.worst) else f"median {self.median:.4f}, worst {self.worst:.4f}, {without}"


@dataclass(frozen=True, kw_only=True)
class FrozenTest:
    """Results of the frozen test.

    Attributes
    ----------
    errors, counted : int array (network, event)
        Wrong responses, and all responses that count, by kind of step.
    """

    errors: NDArray[np.intp]
    counted: NDArray[np.intp]

    @property
    def error(self) -> NDArray[np.float64]:
        """Float array (network,), in [0, 1]: proportion wrong; nan if nothing counted."""
        counted, error = self.counted.sum(1), np.full(len(self.counted), np.nan)
        np.divide(self.errors.sum(1), counted, out=error, where=counted > 0)
        return error

    @property
    def faultless(self) -> NDArray[np.bool_]:
        """Bool array (network,): whether responses counted and none was wrong."""
        return np.equal(self.error, 0)

    def summary(self, among: NDArray[np.bool_] | None = None) -> FrozenSummary:
        """Summary of all networks or of those `among` them, bool array (network,).

        Examples
        --------
        >>> test = FrozenTest(errors=np.array([[0, 0], [3, 1], [0, 2]]), counted=np.full((3, 2), 100))
        >>> print(test.summary())
        median 0.0100, worst 0.0200, 1 of 3 without an error
        >>> print(test.summary(among=np.array([True, False, False])))
        median 0.0000, worst 0.0000, 1 of 1 without an error
        """
        of = np.ones(len(self.errors), np.bool_) if among is None else among
        missing = np.isnan(self.error[of])
        error = self.error[of][~missing]
        return FrozenSummary(
            networks=len(error),
            faultless=int(self.faultless[of].sum()),
            median=float(np.median(error)) if len(error) else np.nan,
            worst=float(np.max(error)) if len(error) else np.nan,
            without_result=int(missing.sum()),
        )

    @classmethod
    def joined(cls, parts: Sequence["FrozenTest"]) -> "FrozenTest":
        """The tests of several blocks of networks as one."""
        return cls(
            errors=np.concatenate([part.errors for part in parts]),
            counted=np.concatenate([part.counted for part in parts]),
        )


@checked(steps=1)
def frozen_trials(
    task: Task, network: int, seed: int, *, steps: int = FROZEN_STEPS, purpose: Purpose = Purpose.FROZEN_TEST
) -> Trials:
    """The frozen-test trials of a network, or those of another purpose: whole sequences of at least `steps` steps.

    They depend only on the task, the seed, the purpose, and the network.

    Raises
    ------
    BrokenTaskError
        If a longer stream has no more steps, nothing counts, or a counted step has no target.
    """
    require_integer("frozen_test: steps", steps, least=1)

    drawn = partial(draw_frozen_stream, task, seed, network, purpose=purpose)
    epoch = task.spec.sequences_per_epoch
    length = len(drawn(epoch)) / epoch
    sequences = ceil(steps / length)
    trials = drawn(sequences)
    while len(trials) < steps:
        before = len(trials)
        sequences += ceil((steps - before) / length)
        trials = drawn(sequences)
        rule = f"has no more steps than a stream of fewer sequences, {before}"
        _require(len(trials) > before, task, f"trials({sequences})", len(trials), rule)
    rule = f"of {len(trials)}, so that nothing is scored"
    _require(bool(trials.counts.any()), task, "Trials.counts: steps that count", 0, rule)
    if isinstance(task.spec.answer, Choice):
        unasked = np.flatnonzero(trials.counts & (trials.target < 0))[:1].tolist()
        _require(not unasked, task, "Trials.counts: steps without a target", unasked, "count, and no response is right")
    return trials


def _require(condition: bool, task: Task, what: str, value: object, rule: str) -> None:
    where, remedy = f"task {task.spec.name!r}: {what}", "correct `trials` of the task"
    require(condition, where, value, rule, remedy, error=BrokenTaskError)


@checked(steps=1)
def frozen_test(
    task: Task, learner: Learner, networks: Sequence[int], seed: int, *, steps: int = FROZEN_STEPS
) -> FrozenTest:
    """Test networks with frozen weights on fresh trials, from their current activity.

    Their state is restored bit for bit. In a network with a number that is not finite, no response counts.

    Parameters
    ----------
    task, learner
        The networks, and the task that they have learned.
    networks, seed
        Their numbers and the root seed, which address the trials (`frozen_trials`).
    steps
        Minimum number of steps of each network.

    Raises
    ------
    ParameterError
        If `networks` does not have one number for each network, or `steps` is below 1.
    """
    require(
        len(networks) == learner.networks,
        "frozen_test: networks",
        networks,
        f"must be {learner.networks} numbers, one for each network of the learner",
        "give the numbers with which it was built",
    )
    block = TrialBlock.stack([frozen_trials(task, network, seed, steps=steps) for network in networks])
    before = learner.state()
    try:
        outcome = learner.run(block, learn=False)
    except NumberError as error:
        outcome = error.outcome
    finally:
        learner.set_state(before)
    tested = (outcome.counted > 0)[:, None]
    errors, counted = count_by_event(block, outcome.correct, len(task.spec.events))
    return FrozenTest(errors=errors * tested, counted=counted * tested)
