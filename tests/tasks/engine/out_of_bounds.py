"""Kernels that go out of bounds, for another process: with ``NUMBA_BOUNDSCHECK=1``, each must raise."""

import numpy as np

from tasks.engine.lanes import LANES, aligned_zeros, at, collect, load, spread, store
from tasks.engine.lanes.options import inner, kernel


@inner
def copied(rows, i, j):
    store(rows, i, load(rows, j))


@kernel
def copy(rows, flat, i, j):
    copied(rows, i, j)


@kernel
def share(rows, flat, i, j):
    store(rows, i, load(flat, j))


@kernel
def sum_up(rows, flat, i, j):
    collect(flat, i, load(rows, j))


@kernel
def repeat(rows, flat, i, j):
    store(rows, 0, spread(rows, i, j))


@kernel
def element(rows, flat, i, j):
    flat[i] = flat[j]


@kernel
def pick(rows, flat, i, j):
    flat[i] = at(flat, j)


ROWS, FLAT = 3, 5
LIMITS = {copy: (ROWS, ROWS), share: (ROWS, FLAT), sum_up: (FLAT, ROWS), repeat: (ROWS, LANES)}
LIMITS |= {element: (FLAT, FLAT), pick: (FLAT, FLAT)}
"""Numbers of rows and elements, by kernel: smaller indices run, these do not."""


def main():
    """Run every kernel at its last place and beyond it; print those that did not raise beyond it."""
    rows, flat = aligned_zeros(ROWS, np.float32), np.zeros(FLAT, np.float32)
    for function, (first, second) in LIMITS.items():
        function(rows, flat, first - 1, second - 1)
        beyond = [(first, 0), (0, second)]
        beyond += {element: [], pick: [(0, -1)]}.get(function, [(-1, 0), (0, -1)])
        for place in beyond:
            try:
                function(rows, flat, *place)
                print(function.__name__, place)
            except IndexError:
                continue


if __name__ == "__main__":
    main()
