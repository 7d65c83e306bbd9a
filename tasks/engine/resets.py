"""Values to which memory is reset (`tasks.engine.kernels.resets`)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from tasks.engine.kernels.resets import Resets
from tasks.engine.lanes import aligned_zeros

__all__ = ["never", "resets_to"]


def resets_to(arrays: Any, memory: NDArray[Any], passing: Mapping[str, Sequence[str]]) -> Resets:
    """Resets to the state of networks at rest; steps are entered later.

    `arrays` and `memory` are a new block at rest: views, and their memory, which is overwritten. `passing` maps arrays
    to their fields to reset, with one empty text for an array without fields.
    """
    rest = memory.copy()
    memory[:] = 0
    for name, fields in passing.items():
        for field in fields:
            rows = getattr(arrays, name)
            (rows[field] if field else rows)[...] = 1
    places = np.flatnonzero(memory.any(1))
    values = aligned_zeros(len(places), memory.dtype)
    values[:] = rest[places]
    return never(memory.dtype)._replace(on=True, passing=places, rest=values)


def never(dtype: DTypeLike) -> Resets:
    """Memory is never reset."""
    row = aligned_zeros(1, dtype)
    return Resets(on=False, starts=row, passing=np.zeros(0, np.int64), rest=row)
