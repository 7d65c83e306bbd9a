"""When networks have learned, as the papers of 1997 say, and how they are trained until then."""

from collections.abc import Iterable, Iterator
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

    No string of the training set is in the test set.

    Attributes
    ----------
    strings
        Of either set; both are drawn once for each network.
    every
        Strings of training, drawn from the training set, between two looks.
    glance
        Strings of the training set that are looked at first; who fails there need not be looked at further.
    """

    strings: int = 256
    every: int = 100
    glance: int = 32

    def __str__(self) -> str:
        return f"every letter of {self.strings} training and {self.strings} other test strings predicted"

    def train(self, experiment: Experiment, seed: int, replicas: range) -> Learned:
        """Train until the goal is reached."""
        spec, n = experiment.task.spec, len(replicas)
        learner = experiment.build(spec, replicas=replicas, seed=seed)
        looker = experiment.build(spec, replicas=replicas, seed=seed)
        sets = [self._sets(experiment.task, seed, replica) for replica in replicas]
        glance = TrialBlock.stack([_strings(shown, range(min(self.glance, self.strings))) for shown, _ in sets])
        both = [TrialBlock.stack(of) for of in zip(*sets, strict=True)]
        reached, sequences = np.zeros(n, np.bool_), np.zeros(n, np.intp)
        for epoch in range(1, 1 + experiment.most // self.every):
            drawn = [
                None if reached[k] else self._some(shown, stream(seed, Purpose.TRIALS, replica, epoch))
                for k, (replica, (shown, _)) in enumerate(zip(replicas, sets, strict=True))
            ]
            learner.run(TrialBlock.stack(drawn))
            sequences += np.where(reached, 0, self.every)
            looker.set_weights(learner.weights())
            fine = looker.run(glance, learn=False).errors == 0
            for block in both:
                if (fine & ~reached).any():
                    fine &= looker.run(block, learn=False).errors == 0
            reached |= fine
            if reached.all():
                break
        return Learned(sequences=sequences, reached=reached, wrong=np.full(n, np.nan))

    def _sets(self, task: Any, seed: int, replica: int) -> tuple[Trials, Trials]:
        """The training set of a network, and its test set: strings that are drawn until there are enough others."""
        own = replace(task, strings_per_epoch=self.strings)
        shown = _alone(draw_epochs(own, seed, [replica], range(1))[0])
        more = _alone(draw_epochs(own, seed, [replica], range(MANY), Purpose.TEST_TRIALS)[0])
        known = {_letters(shown, i) for i in range(self.strings)}
        others = [i for i in range(MANY * self.strings) if _letters(more, i) not in known]
        return shown, _strings(more, others[: self.strings])

    def _some(self, shown: Trials, rng: np.random.Generator) -> Trials:
        """A stream of strings, drawn at random."""
        return _strings(shown, rng.integers(int(shown.starts.sum()), size=self.every))


MANY = 16
"""Times the strings of a set that are drawn to find as many that are not in another: about a third are not."""


def _alone(block: TrialBlock) -> Trials:
    """The stream of a block of one replica."""
    return Trials(**{f.name: getattr(block, f.name)[0, : block.length[0]] for f in fields(Trials)})


def _edges(trials: Trials) -> NDArray[np.intp]:
    return np.append(np.flatnonzero(trials.starts), len(trials.starts))


def _letters(trials: Trials, string: int) -> bytes:
    edges = _edges(trials)
    return trials.symbols[edges[string] : edges[string + 1]].tobytes()


def _strings(trials: Trials, numbers: Iterable[int]) -> Trials:
    """These strings of a stream, one after the other."""
    edges = _edges(trials)
    steps = np.concatenate([np.arange(edges[i], edges[i + 1]) for i in numbers])
    return Trials(**{f.name: getattr(trials, f.name)[steps] for f in fields(Trials)})
