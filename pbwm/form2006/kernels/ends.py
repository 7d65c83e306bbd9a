"""The ends of epochs: what a network was there is kept, if all of it is finite."""

from tasks.engine.kernels.epochs import close_epoch, goes_on, stop_lane
from tasks.engine.lanes import LANES, fill, load, store, where
from tasks.engine.lanes.options import inner

__all__ = ["end_epochs", "put_back"]


@inner
def end_epochs(row, memory, kept, ending, response, course):
    """Close the epoch of every lane that has reached its end; stop lanes in which a number is not finite.

    x − x is 0, or NaN where x is not finite.
    """
    some = False
    for lane in range(LANES):
        ends = goes_on(lane, course) and course.stop[course.done[lane], lane] <= row
        ending[0, lane] = 1.0 if ends else 0.0
        some = some or ends
    if not some:
        return
    doubt = fill(memory, 0.0)
    for i in range(len(memory)):
        x = load(memory, i)
        doubt = doubt + (x - x)
    ends = load(ending, 0) > 0.0
    sound = doubt == 0.0
    for i in range(len(memory)):
        store(kept, i, where(ends & sound, load(memory, i), load(kept, i)))
    store(ending, 0, where(ends, where(sound, fill(doubt, 1.0), -1.0), 0.0))
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
