"""Inputs of each step as columns, to fit an unknown function of them by least squares.

Each combination of symbols has its own column, and its own cubic splines (de Boor, 1978) of each analog channel. A
channel with few values counts as symbols.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline

from tasks.base.arguments import checked

__all__ = ["Columns", "input_columns"]

FEW = 8
"""Analog channels with at most this many values count as symbols."""
PIECES = 16
"""Most pieces of a spline, each with at least `PER_PIECE` values."""
PER_PIECE = 10


class Columns(NamedTuple):
    """The inputs at each step.

    Attributes
    ----------
    design : float array (step, column)
        Values of the basis functions of the fit.
    covered : bool array (step,)
        Whether steps of the fit had the same symbols, and values on both sides; elsewhere, the fit is undefined.
    """

    design: NDArray[np.float64]
    covered: NDArray[np.bool_]


@checked(symbols=("step", "channel"), values=("step", "analog channel"), fitted=("step",))
def input_columns(symbols: NDArray[np.integer], values: NDArray[np.floating], fitted: NDArray[np.bool_]) -> Columns:
    """Columns for all inputs.

    Parameters
    ----------
    symbols, values : array (step, channel)
        As in `Trials`.
    fitted : bool array (step,)
        Steps that the function is fitted to.

    Examples
    --------
    >>> shown = np.array([[0, -1], [1, 3], [0, -1], [0, 3]])
    >>> found = input_columns(shown, np.zeros((4, 0)), np.array([True, True, False, False]))
    >>> found.design.astype(int).tolist(), found.covered.tolist()
    ([[1, 0], [0, 1], [1, 0], [0, 0]], [True, True, True, False])
    """
    few = np.array([len(np.unique(of[fitted])) <= FEW for of in values.T], np.bool_)
    told = np.concatenate([symbols, values[:, few]], axis=1, dtype=np.float64)
    _, combination = np.unique(told, axis=0, return_inverse=True)
    combination = combination.reshape(-1)
    parts, covered = [], np.zeros(len(told), np.bool_)
    for which in np.unique(combination[fitted]):
        here = np.flatnonzero(combination == which)
        columns = [np.ones((len(here), 1))]
        within = np.ones(len(here), np.bool_)
        for of in values[:, ~few].T:
            basis, inside = _of_value(of[here].astype(np.float64), fitted[here])
            columns.append(basis)
            within &= inside
        part = np.zeros((len(told), sum(c.shape[1] for c in columns)))
        part[here] = np.concatenate(columns, axis=1)
        parts.append(part)
        covered[here] = within
    return Columns(np.concatenate(parts, axis=1) if parts else np.zeros((len(told), 0)), covered)


def _of_value(x: NDArray[np.float64], fitted: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    seen = np.unique(x[fitted])
    if len(seen) <= FEW:
        basis = (x[:, None] == seen).astype(np.float64)
        return basis, basis.any(1)
    pieces = int(np.clip(len(seen) // PER_PIECE, 1, PIECES))
    inner = np.unique(np.quantile(x[fitted], np.linspace(0, 1, pieces + 1)))
    knots = np.concatenate([[seen[0]] * 3, inner, [seen[-1]] * 3])
    basis = BSpline.design_matrix(np.clip(x, seen[0], seen[-1]), knots, 3).toarray()
    return basis, (x >= seen[0]) & (x <= seen[-1])
