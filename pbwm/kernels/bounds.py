"""The ends of epochs: what a network was there is kept, if all of it is finite."""

from pbwm.kernels.layout import largest
from tasks.engine.kernels.epochs import close_epoch, goes_on, stop_lane
from tasks.engine.lanes import LANES, fill, load, store, where
from tasks.engine.lanes.options import inner

__all__ = ["end_epochs", "put_back"]


@inner
def mark_ends(row, ending, course):
    """Mark the lanes that have reached the end of an epoch, and say whether there are any."""
    some = False
    for lane in range(LANES):
        ends = goes_on(lane, course) and course.stop[course.done[lane], lane] <= row
        ending[0, lane] = 1.0 if ends else 0.0
        some = some or ends
    return some


@inner
def finite(layout, memory):
    """1 for every network of which all is finite, 0 for the others: x − x is 0, or NaN."""
    doubt = fill(memory, 0.0)
    for i in range(len(memory)):
        x = load(memory, i)
        doubt = doubt + (x - x)
    return 1.0 - largest(layout, where(doubt == 0.0, fill(doubt, 0.0), 1.0))


@inner
def end_epochs(row, layout, memory, kept, ending, response, course):
    """Close the epoch of every lane that has reached its end; stop lanes in which a number is not finite."""
    if not mark_ends(row, ending, course):
        return
    ends, sound = load(ending, 0) > 0.0, finite(layout, memory)
    for i in range(len(memory)):
        store(kept, i, where(ends & (sound > 0.0), load(memory, i), load(kept, i)))
    store(ending, 0, where(ends, 2.0 * sound - 1.0, 0.0))
    for lane in range(LANES):
        if ending[0, lane] > 0.0:
            close_epoch(lane, response, course)
        elif ending[0, lane] < 0.0:
            stop_lane(lane, course)


@inner
def put_back(memory, kept, ending, course):
    """Make every lane what it was at the end of its last epoch, but those that were stopped, for the error to see."""
    for lane in range(LANES):
        ending[0, lane] = 1.0 if course.fault[lane] == 0 else 0.0
    for i in range(len(memory)):
        store(memory, i, where(load(ending, 0) > 0.0, load(kept, i), load(memory, i)))
