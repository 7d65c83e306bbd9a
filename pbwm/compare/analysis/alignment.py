"""Correspondence of slots in two populations on the same trials, by their gates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from pbwm.compare.analysis.ideal import gate_values
from pbwm.compare.analysis.recording import GATE_NAMES, Recording
from pbwm.compare.errors import FigureError
from tasks.base.arguments import checked
from tasks.base.task import TrialBlock

__all__ = ["Alignment", "align"]


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """Slots of one population paired with those of another, network by network.

    Attributes
    ----------
    models, slots
        Names of the two models, and of the slots of each.
    similarity : float array (network, slot, slot), in [-1, 1]
        Correlation over steps, averaged over gates that vary in both; 0 if none does.
    pairs : int array (network, pair, 2)
        Slots paired one to one, so that the sum of similarities is largest; best pair first.
    """

    models: tuple[str, str]
    slots: tuple[tuple[str, ...], tuple[str, ...]]
    similarity: NDArray[np.float64]
    pairs: NDArray[np.intp]

    @property
    def of_pairs(self) -> NDArray[np.float64]:
        """Float array (network, pair): similarity of each pair."""
        network = np.arange(len(self.pairs))[:, None]
        found: NDArray[np.float64] = self.similarity[network, self.pairs[:, :, 0], self.pairs[:, :, 1]]
        return found


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pearson's r of columns of a (step, i) and b (step, j): (i, j); NaN if constant."""
    a, b = a - a.mean(0), b - b.mean(0)
    size = np.sqrt(np.outer((a**2).sum(0), (b**2).sum(0)))
    found: NDArray[np.float64] = np.divide(a.T @ b, size, out=np.full(size.shape, np.nan), where=size > 1e-12)
    return found


def _same_trials(first: TrialBlock, second: TrialBlock) -> bool:
    if not np.array_equal(first.length, second.length):
        return False
    live, other = first.live, second.live
    return all(
        np.array_equal(getattr(first, name)[live], getattr(second, name)[other])
        for name in ("symbols", "values", "event", "starts")
    )


@checked()
def align(first: Recording, second: Recording, gates: tuple[str, ...] = GATE_NAMES) -> Alignment:
    """Pair the slots of two recordings by the correlation of their `gates`.

    Raises
    ------
    FigureError
        If the recordings are of different trials.
    """
    if not _same_trials(first.trials, second.trials):
        raise FigureError("align: the recordings are of different trials; record both on the same block")
    similarity = np.zeros((first.networks, len(first.slots), len(second.slots)))
    pairs = []
    for network in range(first.networks):
        own = first.live[network]
        each = np.stack(
            [_correlation(gate_values(first, g)[network, own], gate_values(second, g)[network, own]) for g in gates]
        )
        moving = ~np.isnan(each)
        total = np.where(moving, each, 0.0).sum(0)
        similarity[network] = total / np.maximum(moving.sum(0), 1)
        rows, columns = linear_sum_assignment(similarity[network], maximize=True)
        order = np.argsort(-similarity[network, rows, columns], kind="stable")
        pairs.append(np.stack([rows[order], columns[order]], axis=1))
    return Alignment(
        models=(first.record.model, second.record.model),
        slots=(first.slots, second.slots),
        similarity=similarity,
        pairs=np.array(pairs, np.intp),
    )
