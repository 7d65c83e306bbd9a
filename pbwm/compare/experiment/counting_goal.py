"""The range of counts that networks accept after they have learned the strings of a smaller range."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.experiment.goal_account import Account, trained
from pbwm.compare.experiment.goal_fields import require_goal_fields
from pbwm.compare.experiment.job import Job, Trained, Watched
from tasks.base.task import TrialBlock

__all__ = ["AcceptedRange"]

LETTERS = 20_000
"""Letters of the strings in one test call."""


@dataclass(frozen=True, kw_only=True)
class AcceptedRange:
    """All strings of the training range are accepted; then the accepted range is measured.

    Networks are tested after every epoch, with frozen weights. A string is accepted if every prediction in it is right.
    The measure is the greatest n up to which all strings are accepted, from the least n of training. If a string has
    two numbers, both are n.

    Attributes
    ----------
    most
        The greatest n that is tested.
    longer
        Epochs of training after the goal and before the measure.
    """

    unit: ClassVar[str] = "sequences"
    measures: ClassVar[str] = "greatest n accepted"

    most: int = 1000
    longer: int = 0

    def __post_init__(self) -> None:
        require_goal_fields(self, least_0=("longer",))

    def __str__(self) -> str:
        after = f"{self.longer} epochs later " if self.longer else ""
        return (
            f"all strings of the training range accepted; {after}the accepted range is measured up to n = {self.most}"
        )

    def train(self, job: Job, learner: Any, watched: Watched) -> Trained:
        """Train to the goal and for `longer` epochs; then measure the range."""
        account, tester, n = Account(job, watched), _Tester(job), len(job.networks)
        reached, waiting = np.zeros((2, n), np.bool_)
        sequences, further = np.zeros((2, n), np.intp)
        numbers = _training_numbers(job.task)
        for block, _ in trained(job, learner, account, waiting):
            sequences += np.where(reached, 0, block.starts.sum(1))
            further += reached & ~waiting
            if not reached.all():
                reached |= (tester.accepted(learner, numbers)).all(1) & (block.length > 0)
            waiting[:] = reached & (further >= self.longer)
            account.done(int(sequences.max()), reached)
            if waiting.all():
                break
        return account.trained(sequences, reached, self._ranges(tester, learner, reached))

    def _ranges(self, tester: "_Tester", learner: Any, reached: NDArray[np.bool_]) -> NDArray[np.float64]:
        """The greatest n that a network accepts without a gap; NaN without the goal."""
        found, going = np.full(len(reached), np.nan), reached.copy()
        for numbers in tester.numbers_up_to(self.most):
            if not going.any():
                break
            accepted = tester.accepted(learner, np.stack([numbers, numbers], axis=1))
            first_rejected = numbers[accepted.argmin(1)]
            whole = accepted.all(1)
            found[going] = np.where(whole, numbers[-1], first_rejected - 1)[going]
            going &= whole
        return found


def _training_numbers(task: Any) -> NDArray[np.intp]:
    numbers = np.arange(task.counts[0], task.counts[1] + 1)
    if task.numbers == 1:
        return np.stack([numbers, numbers], axis=1)
    return np.stack(np.meshgrid(numbers, numbers, indexing="ij"), axis=-1).reshape(-1, 2)


class _Tester:
    """Tests the weights of networks on strings, from rest."""

    def __init__(self, job: Job) -> None:
        self._task: Any = job.task
        self._networks: Any = job.build()
        self._at_rest = self._networks.state()

    def accepted(self, learner: Any, numbers: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Accepted strings, (network, string), with the weights of `learner`."""
        self._networks.set_state(self._at_rest)
        self._networks.set_weights(learner.weights())
        strings = self._task.strings(numbers)
        block = TrialBlock.stack([strings] * self._networks.networks)
        right = self._networks.run(block, learn=False).correct | ~block.counts
        found: NDArray[np.bool_] = np.logical_and.reduceat(right, np.flatnonzero(strings.starts), axis=1)
        return found

    def numbers_up_to(self, most: int) -> Iterator[NDArray[np.intp]]:
        first = self._task.counts[0]
        while first <= most:
            few = max(1, LETTERS // (self._task.letters_per_number * first))
            yield np.arange(first, min(first + min(few, first), most + 1))
            first += min(few, first)
