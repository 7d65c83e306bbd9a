"""Reset of memory where the task requires it."""

from typing import Any, NamedTuple

from tasks.engine.lanes import any_of, load, store, where
from tasks.engine.lanes.options import inner

__all__ = ["Resets", "put_to_rest"]


class Resets(NamedTuple):
    """Where memory is reset, and to which values.

    Attributes
    ----------
    on
        Whether it ever is; otherwise the arrays have at most one row.
    starts
        One row per step: 1 if the memory of a network is reset before the step, else 0.
    passing : int64 array
        Rows of the memory block that are reset. Rows of learned values are not reset.
    rest
        Their values at rest.
    """

    on: bool
    starts: Any
    passing: Any
    rest: Any


@inner
def put_to_rest(row, resets, memory):
    """Reset the memory of networks that start at step `row`."""
    if not resets.on:
        return
    reset = load(resets.starts, row) > 0.0
    if any_of(reset):
        for i in range(len(resets.passing)):
            at = resets.passing[i]
            store(memory, at, where(reset, load(resets.rest, i), load(memory, at)))
