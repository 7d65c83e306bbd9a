"""Weights by name, and as rows of 16: a row per weight, a column per network."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstm_baseline.checks import as_array
from lstm_baseline.errors import LSTMWeightsError
from tasks.base.errors import nearest, require
from tasks.engine.lanes import LANES, aligned_zeros

__all__ = ["Group", "Groups", "pack_into", "packed", "unpacked"]


class Group(NamedTuple):
    """Weights of one name: `rows` receiving units by `columns` sources, in C order from `start`.

    Weights from `absent_from` on do not exist in the network and must be 0; None: all exist.
    """

    start: int
    rows: int
    columns: int
    absent_from: int | None = None

    @property
    def size(self) -> int:
        """Number of weights."""
        return self.rows * self.columns


Groups = Mapping[str, Group]


def unpacked(groups: Groups, rows: NDArray[Any], networks: int) -> dict[str, NDArray[Any]]:
    """Weights or gradients by name: (network, row, column) copies of `rows` (weights, 16)."""
    return {
        name: rows[g.start : g.start + g.size, :networks].T.reshape(networks, g.rows, g.columns).copy()
        for name, g in groups.items()
    }


def packed(groups: Groups, weights: Mapping[str, NDArray[Any]], dtype: DTypeLike) -> NDArray[Any]:
    """Weights by name as rows of 16: the inverse of `unpacked`, with all names.

    Raises
    ------
    UnknownNameError, LSTMWeightsError
        As in `pack_into`, and if names are missing, or there are not 1 to 16 networks.
    """
    missing = groups.keys() - weights.keys()
    if missing:
        raise LSTMWeightsError(f"weights lack {', '.join(sorted(missing))}; give every group of the circuit")
    networks, remedy = len(np.atleast_1d(weights[next(iter(groups))])), "call the function once per block of networks"
    rule = f"must be from 1 to {LANES}"
    require(1 <= networks <= LANES, "weights.networks", networks, rule, remedy, error=LSTMWeightsError)
    rows = aligned_zeros(max(group.start + group.size for group in groups.values()), dtype)
    pack_into(groups, rows, weights, range(networks))
    return rows


def pack_into(groups: Groups, rows: NDArray[Any], weights: Mapping[str, NDArray[Any]], numbers: range) -> None:
    """Write weights by name, each (network, row, column), into `rows`; other weights do not change.

    Raises
    ------
    UnknownNameError
        If there are no weights of a name.
    LSTMWeightsError
        If an array has the wrong shape, holds NaN or infinity, or has a weight other than 0 where the network has none.
        Nothing is then written.
    """
    networks, given = len(numbers), weights
    weights = {}
    for name, of_name in given.items():
        if name not in groups:
            raise nearest("weights", name, groups)
        with np.errstate(over="ignore"):
            values = as_array(f"weights[{name!r}]", of_name, LSTMWeightsError).astype(rows.dtype)
        weights[name] = values
        g = groups[name]
        want = (networks, g.rows, g.columns)
        if values.shape != want:
            raise LSTMWeightsError(
                f"weights[{name!r}] has shape {values.shape}, which must be {want} (network, row, column);"
                " take the shape from what `weights` returns"
            )
        broken = np.argwhere(~np.isfinite(values))
        if len(broken):
            k, row, column = (int(i) for i in broken[0])
            raise LSTMWeightsError(
                f"weights[{name!r}] holds {np.asarray(of_name)[k, row, column]} for network {numbers[k]} at row {row},"
                f" column {column}, which must be finite in {rows.dtype}; correct or omit this network"
            )
        absent = np.argwhere(values[:, :, g.columns if g.absent_from is None else g.absent_from :])
        if len(absent):
            k, row, column = (int(i) for i in absent[0] + (0, 0, g.absent_from))
            raise LSTMWeightsError(
                f"weights[{name!r}] holds {np.asarray(of_name)[k, row, column]} for network {numbers[k]} at row {row},"
                f" column {column}, which must be 0, because this circuit has no recurrent weights of {name!r};"
                f" set columns from {g.absent_from} on to 0"
            )
    for name, values in weights.items():
        g = groups[name]
        rows[g.start : g.start + g.size, :networks] = values.reshape(networks, g.size).T
