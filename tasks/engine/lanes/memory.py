"""Memory for lanes: rows of 16, aligned to 64 bytes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from tasks.engine.lanes.primitives import ALIGNMENT, LANES

__all__ = ["aligned_zeros", "allocate"]


def aligned_zeros(rows: int, dtype: DTypeLike = np.float32) -> NDArray[Any]:
    """Zeros of shape (`rows`, 16), aligned to 64 bytes.

    Examples
    --------
    >>> a = aligned_zeros(3)
    >>> a.shape, a.ctypes.data % 64
    ((3, 16), 0)
    """
    kind = np.dtype(dtype)
    size = rows * LANES * kind.itemsize
    raw = np.zeros(size + ALIGNMENT, np.uint8)
    start = -raw.ctypes.data % ALIGNMENT
    return raw[start : start + size].view(kind).reshape(rows, LANES)


def allocate(rows: Mapping[str, int], dtype: DTypeLike = np.float32) -> tuple[NDArray[Any], dict[str, NDArray[Any]]]:
    """One block of memory, and views of it by name, aligned to 64 bytes.

    Parameters
    ----------
    rows
        Rows of 16 under each name, at least one so that kernels can always load it.

    Returns
    -------
    memory : array of shape (sum of rows, 16)
    views : dict of arrays of shape (rows[name], 16)
    """
    sizes = {name: max(1, count) for name, count in rows.items()}
    memory = aligned_zeros(sum(sizes.values()), dtype)
    views, start = {}, 0
    for name, count in sizes.items():
        views[name] = memory[start : start + count]
        start += count
    return memory, views
