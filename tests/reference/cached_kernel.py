"""Kernels as both models declare them, small enough to be compiled in a moment."""

from tasks.engine.lanes.options import kernel

__all__ = ["double", "treble"]


@kernel
def double(values):
    for i in range(len(values)):
        values[i] = 2.0 * values[i]


@kernel
def treble(values):
    for i in range(len(values)):
        values[i] = 3.0 * values[i]
