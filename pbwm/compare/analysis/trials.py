"""Fresh trials for tests of trained networks, the same for every model."""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from tasks.base.arguments import checked, require_place
from tasks.base.drawing import draw_epochs
from tasks.base.rng import Purpose
from tasks.base.task import SplitTask, Task, TrialBlock, Trials

__all__ = ["network_trials", "test_trials"]


@checked(steps=1)
def test_trials(task: Task, seed: int, networks: Sequence[int], steps: int) -> TrialBlock:
    """An epoch of fresh trials for each network, of at most `steps` steps.

    A stream is cut at the last start of a sequence that leaves at most `steps` steps, or at `steps`. Withheld sequences
    are used if there are any.
    """
    asked = task.novel() if isinstance(task, SplitTask) else task
    block, _ = draw_epochs(asked, seed, list(networks), range(1), Purpose.TEST_TRIALS)
    ends = [_end(block.starts[i, :length], steps) for i, length in enumerate(block.length.tolist())]
    return block.cut(np.array(ends, np.intp))


def _end(starts: NDArray[np.bool_], steps: int) -> int:
    if len(starts) <= steps:
        return len(starts)
    at = np.flatnonzero(starts[: steps + 1])
    return int(at[-1]) if len(at) and at[-1] > 0 else steps


@checked()
def network_trials(block: TrialBlock, place: int) -> Trials:
    """The stream of one network of a block."""
    require_place("network_trials: place", place, block.networks)
    return Trials(**{f.name: getattr(block, f.name)[place, : block.length[place]] for f in fields(Trials)})
