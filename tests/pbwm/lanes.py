"""Lane functions on plain arrays: padded to whole rows of sixteen, mapped, and cut again."""

import numpy as np
from numba import njit

from tasks.engine.lanes import LANES, aligned_zeros, load, store


def _mapped(function, arity):
    """A kernel that applies a lane function of `arity` lane values and its constants to every row."""
    if arity == 1:

        @njit(error_model="numpy")
        def one(out, x, rows, constants):
            for i in range(rows):
                store(out, i, function(load(x, i), constants))

        return one
    if arity == 2:

        @njit(error_model="numpy")
        def two(out, x, rows, constants):
            for i in range(rows):
                store(out, i, function(load(x, i), load(x, rows + i), constants))

        return two

    @njit(error_model="numpy")
    def four(out, x, rows, constants):
        for i in range(rows):
            a, b = load(x, i), load(x, rows + i)
            store(out, i, function(a, b, load(x, 2 * rows + i), load(x, 3 * rows + i), constants))

    return four


def over_lanes(function, *values, constants=(), dtype=np.float32):
    """``function(*values, constants)`` of a kernel function, for flat arrays of values."""
    count = len(values[0])
    rows = -(-count // LANES)
    x, out = aligned_zeros(len(values) * rows, dtype), aligned_zeros(rows, dtype)
    for i, column in enumerate(values):
        x[i * rows : (i + 1) * rows].reshape(-1)[:count] = column
    _mapped(function, len(values))(out, x, rows, constants)
    return out.reshape(-1)[:count]
