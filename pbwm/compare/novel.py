"""Whether what a network has learned holds for sequences that it was never trained on."""

import numpy as np
from numpy.typing import NDArray

from tasks.base.drawing import draw_epochs
from tasks.base.learner import Learner
from tasks.base.rng import Purpose
from tasks.base.task import SplitTask, Task

__all__ = ["error_on_novel"]


def error_on_novel(task: Task, learner: Learner, replicas: range, seed: int) -> NDArray[np.float64] | None:
    """The proportion wrong of a learner's responses to an epoch of novel sequences, of which it learns nothing.

    Float array (network,); None where the task keeps no sequences back.
    """
    if not isinstance(task, SplitTask):
        return None
    block, _ = draw_epochs(task.novel(), seed, replicas, range(1), Purpose.TEST_TRIALS)
    outcome = learner.run(block, learn=False)
    return outcome.errors / outcome.counted
