"""Streams that continue until an error: training and test of Gers, Schmidhuber & Cummins (2000, section 4)."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.experiment.goal_account import Account
from pbwm.compare.experiment.goal_fields import require_goal_fields
from pbwm.compare.experiment.job import Job, Trained, Watched
from tasks.base.drawing import draw_epochs
from tasks.base.rng import Purpose
from tasks.base.task import TrialBlock

__all__ = ["PerfectStreams"]

STRINGS = 8
"""Strings in a part of a stream."""
PARTS = 50
"""Parts of a test in one call, after the first."""
LONGEST = 4000
"""Largest number of parts of a test."""


@dataclass(frozen=True, kw_only=True)
class PerfectStreams:
    """All of `streams` test streams of `symbols` symbols are predicted without an error.

    A training stream ends with the first error, or after `taught` symbols; then the network is tested. The next stream
    begins with a string.

    Attributes
    ----------
    streams, symbols
        Number and length of test streams.
    taught
        A training stream ends with the part of 8 strings that contains this symbol.
    most
        Most symbols of all training.
    """

    unit: ClassVar[str] = "streams"
    measures: ClassVar[str] = "proportion wrong"

    streams: int = 10
    symbols: int = 100_000
    taught: int = 100_000
    most: int = 3_000_000

    def __post_init__(self) -> None:
        require_goal_fields(self)

    def __str__(self) -> str:
        few = f"at most {self.most:,} symbols of training, {self.taught:,} in a stream"
        return f"{self.streams} test streams of {self.symbols:,} symbols without an error; {few}"

    def train(self, job: Job, learner: Any, watched: Watched) -> Trained:
        """Train to the goal or the budget of streams."""
        account, n, tester = Account(job, watched), len(job.networks), Tester(self, job)
        reached, streams, current, had = np.zeros(n, np.bool_), *np.zeros((3, n), np.intp)
        _let_start(learner, np.ones(n, np.bool_))
        part = 0
        while (going := ~reached & (streams < job.epochs) & (had < self.most)).any():
            block = _part(job.task, job.seed, job.networks, going, range(part, part + 1), Purpose.TRIALS)
            block = block.cut(np.minimum(block.length, self.most - had))
            outcome = account.run(learner, block, until_error=True, once=True)
            ran = (outcome.response >= 0).sum(1)
            had += ran
            current += ran
            over = going & ((outcome.errors > 0) | (current >= self.taught))
            _let_start(learner, over)
            streams, current = streams + over, np.where(over, 0, current)
            if over.any():
                reached |= tester.perfect(learner.weights(), over, part)
            account.done(int(streams.max()), reached)
            part += 1
        return account.trained(streams, reached)


def _part(
    task: Any, seed: int, networks: range, going: NDArray[np.bool_], epochs: range, purpose: Purpose
) -> TrialBlock:
    drawn = [network if on else None for network, on in zip(networks, going, strict=True)]
    block, _ = draw_epochs(replace(task, strings_per_epoch=STRINGS), seed, drawn, epochs, purpose)
    return block


def _let_start(learner: Any, which: NDArray[np.bool_]) -> None:
    """Start a new stream of these networks with the next string."""
    state = dict(learner.state())
    state["waiting"] = np.where(which[:, None], 1.0, state["waiting"]).astype(state["waiting"].dtype)
    learner.set_state(state)


class Tester:
    """Whether networks run through all test streams without an error.

    All are first tried on the beginning of one stream, where most fail.
    """

    def __init__(self, goal: PerfectStreams, job: Job) -> None:
        self.goal, self.job = goal, job
        self.together: Any = job.build()
        self.at_rest = self.together.state()

    def _numbers(self, k: int) -> range:
        first = self.job.networks[k] * self.goal.streams
        return range(first, first + self.goal.streams)

    def perfect(self, weights: dict[str, NDArray[Any]], which: NDArray[np.bool_], part: int) -> NDArray[np.bool_]:
        """Which networks make no error, after this `part` of training."""
        self.together.set_state(self.at_rest)
        self.together.set_weights(weights)
        firsts = range(self._numbers(0).start, self._numbers(-1).start + 1, self.goal.streams)
        epochs = range(part * LONGEST, part * LONGEST + 1)
        block = _part(self.job.task, self.job.seed, firsts, which, epochs, Purpose.TEST_TRIALS)
        promising = which & (self.together.run(block, learn=False).errors == 0)
        found: NDArray[np.bool_] = np.zeros(len(which), np.bool_)
        for k in np.flatnonzero(promising):
            found[k] = self._through(weights, int(k), part)
        return found

    def _through(self, weights: dict[str, NDArray[Any]], k: int, part: int) -> bool:
        streams, symbols = self.goal.streams, self.goal.symbols
        tested: Any = self.job.entry.build(self.job.task.spec, networks=range(streams), seed=self.job.seed)
        tested.set_weights({name: np.repeat(values[k : k + 1], streams, axis=0) for name, values in weights.items()})
        done, first, everyone = np.zeros(streams, np.intp), 0, np.ones(streams, np.bool_)
        while (done < symbols).any():
            epochs = range(part * LONGEST + first, part * LONGEST + first + (PARTS if first else 1))
            block = _part(self.job.task, self.job.seed, self._numbers(k), everyone, epochs, Purpose.TEST_TRIALS)
            if tested.run(block, learn=False).errors.any():
                return False
            done, first = done + block.length, epochs.stop - part * LONGEST
        return True
