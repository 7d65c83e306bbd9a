"""Ends of epochs: finite lanes are stored, others are stopped.

`memory` holds the state of the networks as rows of lanes, `kept` their state at the end of their last epoch. `ending`
is a row that marks lanes.
"""

from tasks.engine.kernels.epochs import close_epoch, goes_on, stop_lane
from tasks.engine.lanes import LANES, fill, load, store, where
from tasks.engine.lanes.options import inner

__all__ = ["close_ended", "mark_ends", "not_finite", "put_back"]


@inner
def mark_ends(row, ending, course):
    """Mark the lanes at the end of an epoch; return whether there are any."""
    some = False
    for lane in range(LANES):
        ends = goes_on(lane, course) and course.stop[course.done[lane], lane] <= row
        ending[0, lane] = 1.0 if ends else 0.0
        some = some or ends
    return some


@inner
def not_finite(memory):
    """Σ x − x for every lane: 0, or NaN."""
    total = fill(memory, 0.0)
    for i in range(len(memory)):
        x = load(memory, i)
        total = total + (x - x)
    return total


@inner
def close_ended(doubted, memory, kept, ending, response, course):
    """Store the lanes in `ending` and close their epochs; stop those with `doubted` ≠ 0."""
    ends, sound = load(ending, 0) > 0.0, doubted == 0.0
    for i in range(len(memory)):
        store(kept, i, where(ends & sound, load(memory, i), load(kept, i)))
    store(ending, 0, where(ends, where(sound, fill(doubted, 1.0), -1.0), 0.0))
    for lane in range(LANES):
        if ending[0, lane] > 0.0:
            close_epoch(lane, response, course)
        elif ending[0, lane] < 0.0:
            stop_lane(lane, course)


@inner
def put_back(memory, kept, ending, course):
    """Restore every lane to the end of its last epoch, except stopped ones."""
    for lane in range(LANES):
        ending[0, lane] = 1.0 if course.fault[lane] == 0 else 0.0
    for i in range(len(memory)):
        store(memory, i, where(load(ending, 0) > 0.0, load(kept, i), load(memory, i)))
