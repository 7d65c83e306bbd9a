"""Time to criterion of networks; those that have not reached it at the end of the budget are censored.

Statistics, from SciPy: Kaplan & Meier's (1958) estimate, log-rank tests (Mantel, 1966), Wilson's (1927) interval of a
proportion, bootstrap intervals (Efron & Tibshirani, 1993), and the correction for the number of tests (Benjamini &
Hochberg, 1995).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Protocol
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray
from scipy.stats import CensoredData, binomtest, bootstrap, ecdf, false_discovery_control, logrank

from pbwm.compare.analysis.criterion import EpochsToCriterion
from tasks.base.arguments import checked
from tasks.base.rng import Purpose, stream

__all__ = ["Contrast", "Interval", "Survival", "contrasts", "log_rank", "restricted_mean", "success", "survival"]

LEVEL = 0.95
"""Confidence level of all intervals."""
RESAMPLES = 2000
"""Samples of a bootstrap."""


@dataclass(frozen=True, kw_only=True)
class Interval:
    """An estimate with its 95% confidence interval.

    Attributes
    ----------
    value
        NaN without data.
    low, high
        NaN where the interval is not defined.
    """

    value: float
    low: float
    high: float

    @property
    def defined(self) -> bool:
        """Whether there is an interval."""
        return isfinite(self.low) and isfinite(self.high)


@dataclass(frozen=True, kw_only=True)
class Survival:
    """Proportion of networks that have not reached the criterion, over epochs.

    Attributes
    ----------
    label, budget
        Name of the networks; largest number of epochs.
    networks, reached
        Number of networks, and of those that reached the criterion.
    epochs : float array (change,)
        Where the estimate changes, from 0 to the budget.
    proportion, low, high : float array (change,), in [0, 1]
        The estimate from there on, and its pointwise log-log interval, or NaN.
    """

    label: str
    budget: int
    networks: int
    reached: int
    epochs: NDArray[np.float64]
    proportion: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def _censored(times: EpochsToCriterion, budget: int | None = None) -> CensoredData:
    end = times.budget if budget is None else min(budget, times.budget)
    reached = times.reached & (times.epochs <= end)
    return CensoredData.right_censored(np.where(reached, times.epochs, end).astype(float), ~reached)


@checked()
def survival(times: EpochsToCriterion) -> Survival:
    """Kaplan & Meier's estimate for the networks of a row; NaN without networks.

    Examples
    --------
    >>> from pbwm.compare.analysis.criterion import epochs_to_criterion
    >>> found = survival(epochs_to_criterion("lstm", np.array([20, 60, 0, 60]), budget=100))
    >>> found.epochs, found.proportion
    (array([  0.,  20.,  60., 100.]), array([1.  , 0.75, 0.25, 0.25]))
    """
    if not times.networks:
        nothing = np.full(2, np.nan)
        ends = {"epochs": np.array([0.0, times.budget]), "proportion": nothing, "low": nothing, "high": nothing}
        return Survival(label=times.model, budget=times.budget, networks=0, reached=0, **ends)
    estimate = ecdf(_censored(times)).sf
    epochs, proportion = estimate.quantiles, estimate.probabilities
    with np.errstate(all="ignore"), catch_warnings():
        simplefilter("ignore", RuntimeWarning)  # it is not defined everywhere; the curve has NaN there
        interval = estimate.confidence_interval(LEVEL, method="log-log")
    low, high = interval.low.probabilities, interval.high.probabilities
    if epochs[-1] < times.budget:
        epochs, proportion, low, high = (
            np.append(of, last)
            for of, last in ((epochs, times.budget), (proportion, proportion[-1]), (low, low[-1]), (high, high[-1]))
        )
    return Survival(
        label=times.model,
        budget=times.budget,
        networks=times.networks,
        reached=int(times.reached.sum()),
        epochs=np.concatenate([[0.0], epochs]),
        proportion=np.concatenate([[1.0], proportion]),
        low=np.concatenate([[1.0], low]),
        high=np.concatenate([[1.0], high]),
    )


@checked()
def restricted_mean(times: EpochsToCriterion) -> Interval:
    """Mean epochs to criterion, up to the budget: the area under the survival curve.

    Networks are censored only at the budget, so this is the mean number of epochs that they ran. The interval is by
    bootstrap, and not defined if all numbers are equal.

    Examples
    --------
    >>> from pbwm.compare.analysis.criterion import epochs_to_criterion
    >>> restricted_mean(epochs_to_criterion("lstm", np.array([20, 60, 0, 60]), budget=100)).value
    60.0
    """
    ran = np.where(times.reached, times.epochs, times.budget).astype(float)
    value = float(ran.mean()) if len(ran) else nan
    if len(np.unique(ran)) < 2:
        return Interval(value=value, low=nan, high=nan)
    rng = stream(0, Purpose.BOOTSTRAP, network=0)
    found = bootstrap((ran,), np.mean, n_resamples=RESAMPLES, confidence_level=LEVEL, rng=rng).confidence_interval
    return Interval(value=value, low=float(found.low), high=float(found.high))


@checked()
def success(times: EpochsToCriterion) -> Interval:
    """Proportion of networks that reached the criterion, with Wilson's interval.

    Examples
    --------
    >>> from pbwm.compare.analysis.criterion import epochs_to_criterion
    >>> success(epochs_to_criterion("lstm", np.array([20, 60, 0, 60]), budget=100)).value
    0.75
    """
    reached, n = int(times.reached.sum()), times.networks
    if not n:
        return Interval(value=nan, low=nan, high=nan)
    found = binomtest(reached, n).proportion_ci(LEVEL, method="wilson")
    return Interval(value=reached / n, low=float(found.low), high=float(found.high))


@checked()
def log_rank(one: EpochsToCriterion, other: EpochsToCriterion) -> float | None:
    """The p of a log-rank test of two rows, up to the smaller budget; None if none learned.

    The statistic is ``(O − E)² / V`` of the number of networks of a row that learned. If V is 0, p = 1.

    Examples
    --------
    >>> from pbwm.compare.analysis.criterion import epochs_to_criterion
    >>> alone = epochs_to_criterion("lstm", np.array([7]), budget=100)
    >>> log_rank(alone, alone)
    1.0
    """
    end = min(one.budget, other.budget)
    learned = [times.epochs[times.reached & (times.epochs <= end)] for times in (one, other)]
    if not (one.networks and other.networks and sum(map(len, learned))):
        return None
    left = [np.where(times.reached, times.epochs, end + 1) for times in (one, other)]
    at = np.unique(np.concatenate(learned))
    there = [(of[None] >= at[:, None]).sum(1) for of in left]
    went = sum((of[None] == at[:, None]).sum(1) for of in left)
    if not ((there[0] > 0) & (there[1] > 0) & (went < there[0] + there[1])).any():
        return 1.0
    return float(logrank(_censored(one, end), _censored(other, end)).pvalue)


class Timed(Protocol):
    """Networks by number, and their epochs to criterion."""

    @property
    def networks(self) -> NDArray[np.intp]:
        """Numbers of the networks, which determine their trials."""
        ...

    @property
    def times(self) -> EpochsToCriterion:
        """Their epochs to criterion."""
        ...


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """Difference between a row and its baseline.

    Attributes
    ----------
    label, baseline
        Names of the two.
    log_rank, corrected
        p of the log-rank test, and corrected for all tests of the study (false discovery rate), or None.
    sooner, later
        Pairs of networks with the same trials in which the row, or the baseline, reached the criterion first.
    paired
        p of the sign test of these pairs, which is valid under any censoring; None without pairs.
    """

    label: str
    baseline: str
    log_rank: float | None
    corrected: float | None
    sooner: int
    later: int
    paired: float | None


def contrasts(pairs: Sequence[tuple[Timed, Timed]]) -> list[Contrast]:
    """Test each pair of a row and its baseline."""
    p = [log_rank(one.times, other.times) for one, other in pairs]
    tested = [value for value in p if value is not None]
    corrected = iter(false_discovery_control(tested) if tested else ())
    return [
        _contrast(one, other, value, None if value is None else float(next(corrected)))
        for (one, other), value in zip(pairs, p, strict=True)
    ]


def _contrast(one: Timed, other: Timed, p: float | None, corrected: float | None) -> Contrast:
    end = min(one.times.budget, other.times.budget)
    _, mine, theirs = np.intersect1d(one.networks, other.networks, return_indices=True)
    first, second = (
        np.where(t.reached & (t.epochs <= end), t.epochs, end + 1)[places]
        for t, places in ((one.times, mine), (other.times, theirs))
    )
    sooner, later = int((first < second).sum()), int((second < first).sum())
    return Contrast(
        label=one.times.model,
        baseline=other.times.model,
        log_rank=p,
        corrected=corrected,
        sooner=sooner,
        later=later,
        paired=float(binomtest(sooner, sooner + later).pvalue) if sooner + later else None,
    )
