"""Epochs to criterion of each network; networks that did not reach it are censored."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.base.arguments import checked
from tasks.base.task import Criterion
from tasks.base.training import Training

__all__ = ["NOT_REACHED", "CriterionTracker", "EpochsToCriterion", "epochs_to_criterion"]

NOT_REACHED = 0
"""Epochs to criterion of a network that has not reached it."""


class CriterionTracker:
    """Tracks when networks reach the criterion, lesson by lesson.

    Epochs to criterion are the number of the last of `zero_error_epochs` successive epochs without an error. An epoch
    in which no response counts does not qualify.

    Attributes
    ----------
    streak : int array (network,)
        Current number of successive epochs without an error.
    reached_at : int array (network,)
        Epochs to criterion, or `NOT_REACHED`.
    """

    def __init__(self, criterion: Criterion, networks: int) -> None:
        self._needed, self._epochs = criterion.zero_error_epochs, 0
        self.streak: NDArray[np.intp] = np.zeros(networks, np.intp)
        self.reached_at: NDArray[np.intp] = np.full(networks, NOT_REACHED, np.intp)

    @property
    def finished(self) -> NDArray[np.bool_]:
        """Bool array (network,): whether a network has reached the criterion."""
        return np.not_equal(self.reached_at, NOT_REACHED)

    def add(self, training: Training) -> None:
        """Add the results of the next lesson."""
        now = ~self.finished & (training.streak >= self._needed)
        self.reached_at[now] = self._epochs + training.done[now]
        self.streak = training.streak
        self._epochs += training.errors.shape[1]


@dataclass(frozen=True, kw_only=True)
class EpochsToCriterion:
    """Epochs to criterion of the networks of one model.

    Attributes
    ----------
    model, budget
        Name of the model; largest number of epochs of a network.
    epochs : int array (network,)
        Epochs to criterion, from 1; `NOT_REACHED` where the budget ended before.
    offset : float array (network,), in [-1, 1]
        Horizontal offset of a network in figures.
    """

    model: str
    epochs: NDArray[np.intp]
    budget: int
    offset: NDArray[np.float64]

    @property
    def networks(self) -> int:
        """Number of networks."""
        return len(self.epochs)

    @property
    def reached(self) -> NDArray[np.bool_]:
        """Bool array (network,): whether it reached the criterion."""
        return np.not_equal(self.epochs, NOT_REACHED)

    @property
    def first(self) -> int | None:
        """The epoch by which the first network reached the criterion; None: beyond the budget."""
        return self._by_then(1)

    @property
    def median(self) -> int | None:
        """The epoch by which half of all networks reached the criterion; None: beyond the budget.

        The median of Kaplan & Meier (1958): censored networks count as the slowest.
        """
        return self.by_fraction(0.5)

    def by_fraction(self, fraction: float) -> int | None:
        """The epoch by which this fraction of networks reached the criterion; None: beyond the budget.

        Examples
        --------
        >>> times = epochs_to_criterion("lstm", np.arange(1, 26), budget=100)
        >>> times.by_fraction(0.28), times.by_fraction(0.281)
        (7, 8)
        """
        shares = np.arange(1, self.networks + 1) / self.networks
        return self._by_then(int(np.searchsorted(shares, fraction)) + 1)

    @property
    def last(self) -> int | None:
        """The epoch by which all networks reached the criterion; None: beyond the budget."""
        return self._by_then(self.networks)

    def _by_then(self, networks: int) -> int | None:
        times = np.sort(self.epochs[self.reached])
        return int(times[networks - 1]) if 0 < networks <= len(times) else None

    def text(self, epochs: int | None) -> str:
        """Epochs in words, such as "> 100" beyond the budget.

        Examples
        --------
        >>> times = epochs_to_criterion("lstm", np.array([40, 80, 0, 0, 0]), budget=100)
        >>> times.text(times.first), times.text(times.median)
        ('40', '> 100')
        """
        return f"> {self.budget}" if epochs is None else str(epochs)


@checked(epochs=("network",), budget=1)
def epochs_to_criterion(model: str, epochs: NDArray[np.intp], budget: int) -> EpochsToCriterion:
    """The `epochs` to criterion of a model's networks, with places in a figure.

    Examples
    --------
    >>> epochs_to_criterion("lstm", np.array([40, 80, 40, 0]), budget=100).offset.round(2)
    array([0.  , 0.  , 0.17, 0.  ])
    """
    height = np.where(epochs == NOT_REACHED, np.log2(budget) + 1, np.log2(np.maximum(epochs, 1)))
    place = np.zeros(len(epochs), int)
    done: list[int] = []
    for network in np.argsort(height, kind="stable"):
        near = {int(place[other]) for other in done if height[network] - height[other] < 1 / 6}
        while place[network] in near:
            # 0, 1, -1, 2, -2, …
            place[network] = -place[network] if place[network] > 0 else 1 - place[network]
        done.append(int(network))
    widest = max(6, int(np.abs(place).max(initial=0)))
    return EpochsToCriterion(model=model, epochs=epochs, budget=budget, offset=place / widest)
