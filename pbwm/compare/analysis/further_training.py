"""Frozen error during further training after the criterion."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.frozen import FROZEN_STEPS, frozen_test
from pbwm.compare.errors import FigureError
from tasks.base.arguments import checked
from tasks.base.drawing import draw_epochs
from tasks.base.learner import Learner
from tasks.base.task import Task

__all__ = ["FurtherTraining", "further_training"]

FIRST_EPOCH = 1_000_000
"""Number of the first further epoch, beyond those of training."""


@dataclass(frozen=True, kw_only=True)
class FurtherTraining:
    """The frozen error of networks during further training.

    Attributes
    ----------
    model
        Name.
    epochs : int array (test,)
        Further epochs before each test; the first is 0.
    error : float array (network, test), in [0, 1]
        Proportion wrong in the frozen test; nan where nothing counted.
    """

    model: str
    epochs: NDArray[np.intp]
    error: NDArray[np.float64]

    @property
    def mean(self) -> NDArray[np.float64]:
        """Float array (test,): mean error of the networks."""
        return np.asarray(self.error.mean(0), np.float64)

    @property
    def faultless(self) -> NDArray[np.intp]:
        """Int array (test,): number of networks without an error."""
        return np.asarray(np.equal(self.error, 0).sum(0), np.intp)


@checked(steps=1)
def further_training(
    learner: Learner,
    task: Task,
    networks: Sequence[int],
    *,
    seed: int,
    epochs: Sequence[int],
    steps: int = FROZEN_STEPS,
) -> FurtherTraining:
    """Train all networks for further epochs without a criterion, with frozen tests.

    The epochs are new; every test has the same trials. No network is re-initialized. The networks keep their last
    state.

    Parameters
    ----------
    learner, task, networks, seed
        The networks, their task, their numbers, and the root seed.
    epochs
        Further epochs before each test, rising from 0.
    steps
        Minimum number of steps of each test.

    Raises
    ------
    FigureError
        If `epochs` do not rise from 0.
    """
    if list(epochs[:1]) != [0] or any(a >= b for a, b in pairwise(epochs)):
        raise FigureError(f"further_training: epochs = {list(epochs)} must rise from 0; give e.g. 0, 10, 20")
    tests = [frozen_test(task, learner, networks, seed, steps=steps)]
    for first, last in pairwise(epochs):
        for epoch in range(FIRST_EPOCH + first, FIRST_EPOCH + last):
            block, _ = draw_epochs(task, seed, networks, range(epoch, epoch + 1))
            learner.run(block)
        tests.append(frozen_test(task, learner, networks, seed, steps=steps))
    return FurtherTraining(
        model=learner.name,
        epochs=np.array(epochs, np.intp),
        error=np.stack([test.error for test in tests], axis=1),
    )
