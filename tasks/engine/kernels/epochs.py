"""Ends of epochs inside a kernel: errors are counted, and a lane that has reached criterion stops.

The arrays are those of a `tasks.engine.lesson_rows.Course`.
"""

from tasks.engine.lanes.options import inner

__all__ = ["close_epoch", "goes_on", "someone_goes_on", "stop_lane"]


@inner
def goes_on(lane, course):
    """Whether a lane has another epoch."""
    return course.done[lane] < course.limit[lane]


@inner
def someone_goes_on(course):
    """Whether any lane has another epoch."""
    going_on = 0
    for lane in range(len(course.done)):
        going_on += goes_on(lane, course)
    return going_on > 0


@inner
def stop_lane(lane, course):
    """Stop a lane in which a number was not finite."""
    course.fault[lane] = course.done[lane] + 1
    course.limit[lane] = course.done[lane]


@inner
def close_epoch(lane, response, course):
    """Count the errors of a lane's epoch; finish the lane at criterion.

    An epoch is without an error if some response counts and none of these is wrong. ``response`` has a row per step.
    """
    epoch, wrong, counted = course.done[lane], 0, 0
    for row in range(course.start[epoch, lane], course.stop[epoch, lane]):
        event = course.event[row, lane]
        if event >= 0:
            counted += 1
            course.counted[lane, epoch, event] += 1
            if response[row, lane] != course.target[row, lane]:
                wrong += 1
                course.errors[lane, epoch, event] += 1
    course.streak[lane] = course.streak[lane] + 1 if counted > 0 and wrong == 0 else 0
    course.done[lane] = epoch + 1
    if course.needed > 0 and course.streak[lane] >= course.needed:
        course.limit[lane] = epoch + 1
