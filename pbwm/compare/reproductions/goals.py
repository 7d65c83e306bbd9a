"""When networks have learned, as the papers of 1997 say, and how they are trained until then."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.reproduction import Experiment, Learned
from tasks.base.drawing import draw_epochs
from tasks.base.learner import Outcome
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock, Trials

__all__ = ["AllStrings", "FaultlessRun", "FaultlessTest", "by_sequence"]

TESTED = 2560
"""Fresh sequences on which networks are tested in the end: the paper's number."""


def errors_of(outcome: Outcome) -> NDArray[np.float64]:
    """The largest error of an output unit at every step (replica, step); NaN where there was no target."""
    return outcome.measures["error"].astype(np.float64)


def by_sequence(block: TrialBlock, error: NDArray[np.float64], replica: int) -> NDArray[np.float64]:
    """The largest error of each sequence of a replica; a sequence begins where `Trials.starts` says so."""
    length = block.length[replica]
    starts = np.flatnonzero(block.starts[replica, :length])
    return np.maximum.reduceat(np.nan_to_num(error[replica, :length]), starts)


def trained(
    experiment: Experiment, learner: Any, seed: int, replicas: range, waiting: NDArray[np.bool_]
) -> Iterator[tuple[TrialBlock, Outcome]]:
    """Epoch after epoch of training, without those who are `waiting`, which the caller changes on the way."""
    for epoch in range(-(-experiment.most // experiment.task.spec.sequences_per_epoch)):
        drawn = [None if done else r for r, done in zip(replicas, waiting, strict=True)]
        block, _ = draw_epochs(experiment.task, seed, drawn, range(epoch, epoch + 1))
        yield block, learner.run(block)


def tested(experiment: Experiment, learner: Any, seed: int, replicas: range, sequences: int, epoch: int) -> Outcome:
    """What networks with the weights of a learner do on test trials, as if at rest before."""
    other = experiment.build(experiment.task.spec, replicas=replicas, seed=seed)
    other.set_weights(learner.weights())
    task = replace(experiment.task, sequences_per_epoch=sequences)
    block, _ = draw_epochs(task, seed, list(replicas), range(epoch, epoch + 1), Purpose.TEST_TRIALS)
    outcome: Outcome = other.run(block, learn=False)
    return outcome


def wrong_in_test(
    experiment: Experiment, learner: Any, seed: int, replicas: range, reached: NDArray[np.bool_], tolerance: float
) -> NDArray[np.float64]:
    """Proportion of fresh sequences answered wrongly by those who have learned."""
    parts, wrong = 8, np.zeros(len(replicas))
    for part in range(1, parts + 1):
        outcome = tested(experiment, learner, seed, replicas, TESTED // parts, part)
        wrong += (errors_of(outcome) >= tolerance).sum(1)
    return np.where(reached, wrong / TESTED, np.nan)


@dataclass(frozen=True, kw_only=True)
class FaultlessRun:
    """All errors of the last `sequences` sequences are below `tolerance`, and the mean below `mean`.

    Attributes
    ----------
    sequences
        How many.
    tolerance
        Largest error of any output unit at any step with a target.
    mean
        The mean over these sequences of each one's largest error has to be below it; None: no matter.
    counted
        Whether these sequences count as training; else what was reached is how many came before them.
    test
        Whether networks are tested on fresh sequences in the end.
    """

    sequences: int
    tolerance: float
    mean: float | None = None
    counted: bool = True
    test: bool = True

    def __str__(self) -> str:
        mean = "" if self.mean is None else f", their mean below {self.mean:g}"
        before = "" if self.counted else "; what counts is how many came before"
        return f"errors of {self.sequences:,} sequences in a row below {self.tolerance:g}{mean}{before}"

    def train(self, experiment: Experiment, seed: int, replicas: range) -> Learned:
        """Train until the goal is reached; it is looked at after every epoch of training."""
        learner, n = experiment.build(experiment.task.spec, replicas=replicas, seed=seed), len(replicas)
        reached, sequences = np.zeros(n, np.bool_), np.zeros(n, np.intp)
        recent = np.full((n, self.sequences), np.inf)
        for block, outcome in trained(experiment, learner, seed, replicas, reached):
            for k in np.flatnonzero(~reached):
                errors = by_sequence(block, errors_of(outcome), int(k))
                sequences[k] += len(errors)
                recent[k] = np.concatenate([recent[k], errors])[-self.sequences :]
                fine = (recent[k] < self.tolerance).all()
                reached[k] = fine and (self.mean is None or recent[k].mean() < self.mean)
            if reached.all():
                break
        wrong = np.full(n, np.nan)
        if self.test and reached.any():
            wrong = wrong_in_test(experiment, learner, seed, replicas, reached, self.tolerance)
        if not self.counted:
            sequences = np.where(reached, sequences - self.sequences, sequences)
        return Learned(sequences=sequences, reached=reached, wrong=wrong)


@dataclass(frozen=True, kw_only=True)
class FaultlessTest:
    """No sequence of a test set is misclassified, or fewer than `fewer_than`; looked at after every epoch.

    Attributes
    ----------
    sequences
        Of the test set, which is drawn once for each network.
    tolerance
        A sequence is misclassified if the error is as large.
    fewer_than
        Misclassified sequences that are too many.
    mean
        The mean error on the test set has to be below it, too; None: no matter.
    """

    sequences: int
    tolerance: float
    fewer_than: int = 1
    mean: float | None = None

    def __str__(self) -> str:
        some = "none" if self.fewer_than == 1 else f"fewer than {self.fewer_than}"
        mean = "" if self.mean is None else f", mean error below {self.mean:g}"
        return f"of {self.sequences} test sequences {some} off by {self.tolerance:g}{mean}"

    def train(self, experiment: Experiment, seed: int, replicas: range) -> Learned:
        """Train until the goal is reached."""
        learner, n = experiment.build(experiment.task.spec, replicas=replicas, seed=seed), len(replicas)
        reached, sequences = np.zeros(n, np.bool_), np.zeros(n, np.intp)
        for block, _ in trained(experiment, learner, seed, replicas, reached):
            sequences += block.starts.sum(1)
            error = errors_of(tested(experiment, learner, seed, replicas, self.sequences, 0))
            fine = (error >= self.tolerance).sum(1) < self.fewer_than
            if self.mean is not None:
                fine &= np.nanmean(error, axis=1) < self.mean
            reached |= fine & (block.length > 0)
            if reached.all():
                break
        wrong = wrong_in_test(experiment, learner, seed, replicas, reached, self.tolerance)
        return Learned(sequences=sequences, reached=reached, wrong=wrong)


@dataclass(frozen=True, kw_only=True)
class AllStrings:
    """All strings of a training set and of a test set are predicted right; looked at after every so many strings.

    Attributes
    ----------
    strings
        Of either set; both are drawn once for each network.
    every
        Strings of training, drawn from the training set, between two looks.
    """

    strings: int = 256
    every: int = 100

    def __str__(self) -> str:
        return f"every letter of {self.strings} training and {self.strings} test strings predicted"

    def train(self, experiment: Experiment, seed: int, replicas: range) -> Learned:
        """Train until the goal is reached."""
        spec, n = experiment.task.spec, len(replicas)
        learner = experiment.build(spec, replicas=replicas, seed=seed)
        looker = experiment.build(spec, replicas=replicas, seed=seed)
        task = replace(experiment.task, strings_per_epoch=self.strings)
        shown, _ = draw_epochs(task, seed, list(replicas), range(1))
        kept, _ = draw_epochs(task, seed, list(replicas), range(1), Purpose.TEST_TRIALS)
        reached, sequences = np.zeros(n, np.bool_), np.zeros(n, np.intp)
        for epoch in range(1, 1 + experiment.most // self.every):
            drawn = [
                None if reached[k] else self._some(shown, k, stream(seed, Purpose.TRIALS, replica, epoch))
                for k, replica in enumerate(replicas)
            ]
            learner.run(TrialBlock.stack(drawn))
            sequences += np.where(reached, 0, self.every)
            looker.set_weights(learner.weights())
            fine = looker.run(kept, learn=False).errors == 0
            if fine.any():
                reached |= fine & (looker.run(shown, learn=False).errors == 0)
            if reached.all():
                break
        return Learned(sequences=sequences, reached=reached, wrong=np.full(n, np.nan))

    def _some(self, block: TrialBlock, replica: int, rng: np.random.Generator) -> Trials:
        """A stream of strings of a replica, drawn at random."""
        length = int(block.length[replica])
        edges = np.append(np.flatnonzero(block.starts[replica, :length]), length)
        strings = rng.integers(len(edges) - 1, size=self.every)
        steps = np.concatenate([np.arange(edges[i], edges[i + 1]) for i in strings])
        return Trials(**{f.name: getattr(block, f.name)[replica, steps] for f in fields(Trials)})
