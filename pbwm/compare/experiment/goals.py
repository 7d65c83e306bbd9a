"""Goals: stopping rules other than successive epochs without an error, most of them from papers.

A goal is plain data, declared with a condition (`Condition.goal`). Most count sequences or streams instead of epochs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.errors import PlanError
from pbwm.compare.experiment.counting_goal import AcceptedRange
from pbwm.compare.experiment.goal_account import Account, trained
from pbwm.compare.experiment.goal_fields import require_goal_fields
from pbwm.compare.experiment.ideal_gates import CriterionWithIdealGates
from pbwm.compare.experiment.job import Goal, Job, Trained, Watched
from pbwm.compare.experiment.late_cells import LateCells
from pbwm.compare.experiment.streams import PerfectStreams
from pbwm.compare.experiment.validation import FaultlessValidation
from tasks.base.drawing import draw_epochs
from tasks.base.learner import Learner, Outcome
from tasks.base.rng import Purpose, stream
from tasks.base.serialization import LATER
from tasks.base.task import TrialBlock, Trials

__all__ = [
    "GOALS",
    "AcceptedRange",
    "AddedCell",
    "AllStrings",
    "FaultlessRun",
    "FaultlessTest",
    "FaultlessValidation",
    "PerfectStreams",
    "by_sequence",
]

TESTED = 2560
"""Fresh sequences of the final test: the paper's number."""


def errors_of(outcome: Outcome) -> NDArray[np.float64]:
    """Largest output error at every step, (network, step); NaN without a target."""
    return outcome.measures["error"].astype(np.float64)


def by_sequence(block: TrialBlock, error: NDArray[np.float64], network: int) -> NDArray[np.float64]:
    """Largest `error` (network, step) in each sequence of a network, (sequence,); `Trials.starts` begin sequences."""
    length = block.length[network]
    starts = np.flatnonzero(block.starts[network, :length])
    return np.maximum.reduceat(np.nan_to_num(error[network, :length]), starts)


def misclassified(block: TrialBlock, error: NDArray[np.float64], tolerance: float) -> NDArray[np.intp]:
    """Number of sequences with an `error` (network, step) of at least `tolerance` at any step, (network,)."""
    return np.array([(by_sequence(block, error, k) >= tolerance).sum() for k in range(len(error))])


def tested(job: Job, learner: Any, sequences: int, epoch: int) -> tuple[TrialBlock, NDArray[np.float64]]:
    """Test trials, and errors (network, step) on them, from rest, with the weights of a learner."""
    other: Any = job.build()
    other.set_weights(learner.weights())
    task: Any = job.task
    longer = replace(task, sequences_per_epoch=sequences)
    block, _ = draw_epochs(longer, job.seed, list(job.networks), range(epoch, epoch + 1), Purpose.TEST_TRIALS)
    return block, errors_of(other.run(block, learn=False))


def wrong_in_test(job: Job, learner: Learner, reached: NDArray[np.bool_], tolerance: float) -> NDArray[np.float64]:
    """Proportion of fresh sequences that are misclassified, (network,); NaN for networks without the goal."""
    parts, wrong = 8, np.zeros(len(job.networks))
    for part in range(1, parts + 1):
        wrong += misclassified(*tested(job, learner, TESTED // parts, part), tolerance)
    return np.where(reached, wrong / TESTED, np.nan)


@dataclass(frozen=True, kw_only=True)
class FaultlessRun:
    """All errors of the last `sequences` sequences are below `tolerance`, and their mean is below `mean`.

    Attributes
    ----------
    tolerance
        Upper limit of output errors at steps with a target.
    mean
        Upper limit of the mean of the sequences' largest errors, or None.
    fewer_than
        Limit on the number of these sequences with larger errors, which must be below it.
    counted
        Whether these sequences count as training, or only those before them.
    test
        Whether networks are finally tested on fresh sequences.
    """

    unit: ClassVar[str] = "sequences"
    measures: ClassVar[str] = "proportion wrong"

    sequences: int
    tolerance: float
    mean: float | None = None
    fewer_than: int = field(default=1, metadata=LATER)
    counted: bool = True
    test: bool = True

    def __post_init__(self) -> None:
        require_goal_fields(self)

    def __str__(self) -> str:
        mean = "" if self.mean is None else f", their mean below {self.mean:g}"
        before = "" if self.counted else "; what counts is how many came before"
        if self.fewer_than > 1:
            few = f"fewer than {self.fewer_than} of the last {self.sequences:,} training sequences"
            return f"{few} off by {self.tolerance:g}{mean}{before}"
        return f"errors of {self.sequences:,} sequences in a row below {self.tolerance:g}{mean}{before}"

    def train(self, job: Job, learner: Learner, watched: Watched) -> Trained:
        """Train to the goal, which is checked after every epoch."""
        account, n = Account(job, watched), len(job.networks)
        reached, sequences = np.zeros(n, np.bool_), np.zeros(n, np.intp)
        recent = np.full((n, self.sequences), np.inf)
        late = LateCells(learner, self._added_by) if self._added_by else None
        for block, outcome in trained(job, learner, account, reached):
            for k in np.flatnonzero(~reached):
                errors = by_sequence(block, errors_of(outcome), int(k))
                sequences[k] += len(errors)
                recent[k] = np.concatenate([recent[k], errors])[-self.sequences :]
                off = (recent[k] >= self.tolerance).sum()
                fine = sequences[k] >= self.sequences and off < self.fewer_than
                reached[k] = fine and (self.mean is None or recent[k].mean() < self.mean)
            if late:
                late.add(learner, recent)
            account.done(int(sequences.max()), reached)
            if reached.all():
                break
        wrong = None
        if self.test:
            wrong = np.full(n, np.nan)
            if reached.any():
                wrong = wrong_in_test(job, learner, reached, self.tolerance)
        before = 0 if self.counted else self.sequences
        return account.trained(sequences - before, reached, wrong)

    @property
    def _added_by(self) -> int | None:
        """Window that decides when memory cells are added, or None."""
        return None


@dataclass(frozen=True, kw_only=True)
class AddedCell(FaultlessRun):
    """`FaultlessRun` for an LSTM that gets cells when its error stops decreasing (`LateCells`).

    Attributes
    ----------
    window
        Cells are added when the mean error of this many sequences does not fall below that of as many before.
    """

    window: int

    def __post_init__(self) -> None:
        require_goal_fields(self)
        if 2 * self.window > self.sequences:
            rule = f"must be at most half of sequences = {self.sequences}; give a smaller number"
            raise PlanError(f"AddedCell.window = {self.window} {rule}")

    def __str__(self) -> str:
        return f"{super().__str__()}; cells are added when the error of {self.window:,} sequences has not decreased"

    @property
    def _added_by(self) -> int:
        return self.window


@dataclass(frozen=True, kw_only=True)
class FaultlessTest:
    """After an epoch, fewer than `fewer_than` sequences of a test set are misclassified.

    Attributes
    ----------
    sequences
        Size of the test set, drawn once per network.
    tolerance
        A sequence is misclassified if an error in it is at least this large.
    fewer_than
        Limit on the number of misclassified sequences, which must be below it.
    mean
        Upper limit of the mean error on the test set; None: no limit.
    """

    unit: ClassVar[str] = "sequences"
    measures: ClassVar[str] = "proportion wrong"

    sequences: int
    tolerance: float
    fewer_than: int = 1
    mean: float | None = None

    def __post_init__(self) -> None:
        require_goal_fields(self)

    def __str__(self) -> str:
        some = "none" if self.fewer_than == 1 else f"fewer than {self.fewer_than}"
        mean = "" if self.mean is None else f", mean error below {self.mean:g}"
        return f"of {self.sequences} test sequences {some} off by {self.tolerance:g}{mean}"

    def train(self, job: Job, learner: Learner, watched: Watched) -> Trained:
        """Train to the goal."""
        account, n = Account(job, watched), len(job.networks)
        reached, sequences = np.zeros(n, np.bool_), np.zeros(n, np.intp)
        for block, _ in trained(job, learner, account, reached):
            sequences += block.starts.sum(1)
            shown, error = tested(job, learner, self.sequences, 0)
            fine = misclassified(shown, error, self.tolerance) < self.fewer_than
            if self.mean is not None:
                fine &= np.nanmean(error, axis=1) < self.mean
            reached |= fine & (block.length > 0)
            account.done(int(sequences.max()), reached)
            if reached.all():
                break
        return account.trained(sequences, reached, wrong_in_test(job, learner, reached, self.tolerance))


@dataclass(frozen=True, kw_only=True)
class AllStrings:
    """All strings of a training set and a disjoint test set are predicted correctly.

    Attributes
    ----------
    strings
        Size of either set, drawn once per network.
    every
        Number of strings, drawn from the training set, on which networks are trained between checks.
    glance
        Number of strings of the training set that are checked first.
    """

    unit: ClassVar[str] = "sequences"
    measures: ClassVar[str] = "proportion wrong"

    strings: int = 256
    every: int = 100
    glance: int = 32

    def __post_init__(self) -> None:
        require_goal_fields(self)

    def __str__(self) -> str:
        return f"every letter of {self.strings} training and {self.strings} other test strings predicted"

    def train(self, job: Job, learner: Learner, watched: Watched) -> Trained:
        """Train to the goal."""
        if job.epochs < self.every:
            rule = f"must be at least AllStrings.every = {self.every}; give a larger budget"
            raise PlanError(f"{job.label}: epochs = {job.epochs} {rule}")
        account, n, looker = Account(job, watched), len(job.networks), job.build()
        sets = [self._sets(job.task, job.seed, network) for network in job.networks]
        glance = TrialBlock.stack([_strings(shown, range(min(self.glance, self.strings))) for shown, _ in sets])
        both = [TrialBlock.stack(of) for of in zip(*sets, strict=True)]
        reached, sequences = np.zeros(n, np.bool_), np.zeros(n, np.intp)
        for epoch in range(1, 1 + job.epochs // self.every):
            drawn = [
                None if reached[k] else self._some(shown, stream(job.seed, Purpose.TRIALS, network, epoch))
                for k, (network, (shown, _)) in enumerate(zip(job.networks, sets, strict=True))
            ]
            account.run(learner, TrialBlock.stack(drawn))
            sequences += np.where(reached, 0, self.every)
            reached |= self._perfect(learner, looker, glance, both, reached)
            account.done(int(sequences.max()), reached)
            if reached.all():
                break
        return account.trained(sequences, reached)

    def _perfect(
        self, learner: Any, looker: Any, glance: TrialBlock, both: list[TrialBlock], reached: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        looker.set_weights(learner.weights())
        fine: NDArray[np.bool_] = looker.run(glance, learn=False).errors == 0
        for block in both:
            if (fine & ~reached).any():
                fine &= looker.run(block, learn=False).errors == 0
        return fine

    def _sets(self, task: Any, seed: int, network: int) -> tuple[Trials, Trials]:
        own = replace(task, strings_per_epoch=self.strings)
        shown = _alone(draw_epochs(own, seed, [network], range(1))[0])
        more = _alone(draw_epochs(own, seed, [network], range(MANY), Purpose.TEST_TRIALS)[0])
        known = {_letters(shown, i) for i in range(self.strings)}
        others = [i for i in range(MANY * self.strings) if _letters(more, i) not in known]
        return shown, _strings(more, others[: self.strings])

    def _some(self, shown: Trials, rng: np.random.Generator) -> Trials:
        return _strings(shown, rng.integers(int(shown.starts.sum()), size=self.every))


GOALS: Mapping[str, type[Goal]] = {
    kind.__name__: kind
    for kind in (
        *(FaultlessRun, AddedCell, FaultlessTest, AllStrings),
        *(PerfectStreams, AcceptedRange, CriterionWithIdealGates, FaultlessValidation),
    )
}
"""Name in declarations → goal."""

MANY = 16
"""Sets of strings drawn to find one disjoint from another."""


def _alone(block: TrialBlock) -> Trials:
    return Trials(**{f.name: getattr(block, f.name)[0, : block.length[0]] for f in fields(Trials)})


def _edges(trials: Trials) -> NDArray[np.intp]:
    return np.append(np.flatnonzero(trials.starts), len(trials.starts))


def _letters(trials: Trials, string: int) -> bytes:
    edges = _edges(trials)
    return trials.symbols[edges[string] : edges[string + 1]].tobytes()


def _strings(trials: Trials, numbers: Iterable[int]) -> Trials:
    edges = _edges(trials)
    steps = np.concatenate([np.arange(edges[i], edges[i + 1]) for i in numbers])
    return Trials(**{f.name: getattr(trials, f.name)[steps] for f in fields(Trials)})
