"""Streams that go on until an error: training and test of Gers, Schmidhuber & Cummins (2000, section 4)."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.reproduction import Experiment, Learned
from tasks.base.drawing import draw_epochs
from tasks.base.rng import Purpose

__all__ = ["PerfectStreams"]

STRINGS = 400
"""Strings that are drawn at a time; streams go on from one such part to the next."""


@dataclass(frozen=True, kw_only=True)
class PerfectStreams:
    """All of `streams` test streams of `symbols` symbols are predicted without an error.

    A training stream ends with the first error, or after `symbols` symbols; the next begins with a string. Networks
    whose last stream was long enough to give hope are tested with their weights as they are then; they are looked at
    after every part of training of about 5000 symbols.

    Attributes
    ----------
    streams, symbols
        Number and length of test streams.
    hope
        Symbols that the longest training stream since the last test must have had.
    """

    streams: int = 10
    symbols: int = 100_000
    hope: int = 2000

    def __str__(self) -> str:
        return f"{self.streams} test streams of {self.symbols:,} symbols without an error"

    def train(self, experiment: Experiment, seed: int, replicas: range) -> Learned:
        """Train until the goal is reached, or all streams have been had."""
        spec, n = experiment.task.spec, len(replicas)
        learner, task = experiment.build(spec, replicas=replicas, seed=seed), replace(experiment.task, **self._part)
        reached, streams = np.zeros(n, np.bool_), np.zeros(n, np.intp)
        current = np.zeros(n, np.intp)
        part = 0
        while (going := ~reached & (streams < experiment.most)).any():
            drawn = [replica if on else None for replica, on in zip(replicas, going, strict=True)]
            block, _ = draw_epochs(task, seed, drawn, range(part, part + 1))
            outcome = learner.run(block, until_error=True)
            part += 1
            for k in np.flatnonzero(going):
                seen = np.arange(block.length[k])
                ends = seen[(outcome.response[k, seen] >= 0) & ~outcome.correct[k, seen] & block.counts[k, seen]]
                longest, current[k] = self._follow(outcome.response[k, seen] >= 0, ends, int(current[k]))
                streams[k] += len(ends)
                if longest >= self.hope:
                    reached[k] = self._perfect(experiment, learner, seed, replicas[int(k)], int(k), part)
                if current[k] >= self.symbols:  # the stream is over: the next begins with the next string
                    streams[k], current[k] = streams[k] + 1, 0
                    self._end_stream(learner, int(k))
        return Learned(sequences=streams, reached=reached, wrong=np.full(n, np.nan))

    @property
    def _part(self) -> dict[str, Any]:
        return {"strings_per_epoch": STRINGS}

    def _follow(self, ran: NDArray[np.bool_], ends: NDArray[np.intp], before: int) -> tuple[int, int]:
        """The longest stream of a part of training, and symbols of the one that goes on, given those `before`."""
        symbols = ran.cumsum() + before
        at = np.concatenate([[0], symbols[ends]]).astype(np.intp)
        total = int(symbols[-1]) if len(symbols) else before
        lengths = np.append(np.diff(at), total - at[-1])
        return int(lengths.max()), int(lengths[-1])

    def _end_stream(self, learner: Any, k: int) -> None:
        state = dict(learner.state())
        state["waiting"] = state["waiting"].copy()
        state["waiting"][k] = 1.0
        learner.set_state(state)

    def _perfect(self, experiment: Experiment, learner: Any, seed: int, replica: int, k: int, part: int) -> bool:
        """Whether a network runs through all test streams, side by side, without an error."""
        tested = experiment.build(experiment.task.spec, replicas=range(self.streams), seed=seed)
        own = {name: values[k : k + 1] for name, values in learner.weights().items()}
        tested.set_weights({name: np.repeat(values, self.streams, axis=0) for name, values in own.items()})
        task, done, epoch = replace(experiment.task, strings_per_epoch=STRINGS), np.zeros(self.streams, np.intp), 0
        while (done < self.symbols).any():
            # Streams of a test have numbers of their own, so that no two tests of a network are the same.
            numbers = [replica * self.streams + i for i in range(self.streams)]
            block, _ = draw_epochs(
                task, seed, numbers, range(part * 1000 + epoch, part * 1000 + epoch + 1), Purpose.TEST_TRIALS
            )
            if tested.run(block, learn=False).errors.any():
                return False
            done, epoch = done + block.length, epoch + 1
        return True
