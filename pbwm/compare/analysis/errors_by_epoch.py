"""Errors by epoch for learning curves, and errors of the last epochs by kind of step."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import NOT_REACHED
from tasks.base.arguments import checked

__all__ = ["LearningCurve", "error_by_epoch", "final_error", "learning_curve"]

AXES = ("network", "epoch")
"""Axes of errors, and of responses that count."""


@dataclass(frozen=True, kw_only=True)
class LearningCurve:
    """Error of the networks of one model over training.

    Attributes
    ----------
    model
        Name.
    error : float array (network, epoch), in [0, 1]
        Proportion wrong of the responses that count; NaN after the epoch of the criterion.
    median : float array (epoch,), in [0, 1]
        Median over all networks. Where a network has finished, or no response counts, its last error counts (0 at
        the criterion); before its first error, it is left out. NaN without networks.
    reached_at : int array (network,)
        Epochs to criterion, or `NOT_REACHED`.
    """

    model: str
    error: NDArray[np.float64]
    median: NDArray[np.float64]
    reached_at: NDArray[np.intp]

    @property
    def epochs(self) -> NDArray[np.intp]:
        """Int array (epoch,): numbers of the epochs, from 1."""
        return np.arange(1, self.error.shape[1] + 1)

    @property
    def reached(self) -> int:
        """Number of networks that reached the criterion."""
        return int((self.reached_at != NOT_REACHED).sum())


def error_by_epoch(errors: NDArray[np.intp], counted: NDArray[np.intp]) -> NDArray[np.float64]:
    """Proportion wrong, array like `errors`; NaN where no response counts.

    Examples
    --------
    >>> error_by_epoch(np.array([[5, 0, 0]]), np.array([[10, 10, 0]]))
    array([[0.5, 0. , nan]])
    """
    error = np.full(errors.shape, np.nan)
    np.divide(errors, counted, out=error, where=counted > 0)
    return error


@checked(errors=AXES, counted=AXES, reached_at=AXES[:1])
def learning_curve(
    model: str, errors: NDArray[np.intp], counted: NDArray[np.intp], reached_at: NDArray[np.intp]
) -> LearningCurve:
    """The learning curve of a model from errors and counts, each (network, epoch)."""
    error = error_by_epoch(errors, counted)
    ran = np.where(np.isnan(error), 0, np.arange(error.shape[1]))
    last = np.maximum.accumulate(ran, axis=1)
    held = np.take_along_axis(error, last, axis=1)
    known, median = ~np.isnan(held).all(0), np.full(error.shape[1], np.nan)
    median[known] = np.nanmedian(held[:, known], axis=0)
    return LearningCurve(model=model, error=error, median=median, reached_at=reached_at)


@checked(window=1)
def final_error(errors: NDArray[np.intp], counted: NDArray[np.intp], window: int) -> NDArray[np.float64]:
    """Proportion wrong over the last `window` epochs of each network.

    Parameters
    ----------
    errors, counted : int array (network, epoch, …)
        Wrong responses and all responses that count; 0 in epochs that a network did not run.

    Returns
    -------
    float array (network, …)
        NaN where no response counts.

    Examples
    --------
    >>> final_error(np.array([[5, 4, 0], [5, 2, 1]]), np.array([[10, 10, 0], [10, 10, 10]]), window=2)
    array([0.45, 0.15])
    """
    ran = counted.reshape(*counted.shape[:2], -1).sum(2) > 0
    to_come = np.cumsum(ran[:, ::-1], axis=1)[:, ::-1]
    late = (ran & (to_come <= window)).reshape(*ran.shape, *[1] * (errors.ndim - 2))
    return error_by_epoch((errors * late).sum(1), (counted * late).sum(1))
