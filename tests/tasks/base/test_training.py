"""Lessons, and the kernel that closes their epochs, against the slow way, for any responses."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.base.errors import ParameterError
from tasks.base.task import Criterion
from tasks.base.training import Training, draw_lesson, train_by_epochs
from tasks.engine.kernels.epochs import close_epoch, goes_on, someone_goes_on, stop_lane
from tasks.engine.lanes.options import kernel
from tasks.engine.lesson_rows import Course, Rows
from tasks.sir import SIR
from tasks.twelve_ax import TwelveAX

SMALL = TwelveAX(outer_loops_per_epoch=1, max_pairs=3)


@kernel
def run_through(response, faults, course):
    """Close every epoch of every lane at its time; a lane with a fault stops in that epoch (from 1)."""
    row = 0
    while someone_goes_on(course):
        row += 1
        for lane in range(len(course.done)):
            if goes_on(lane, course) and course.stop[course.done[lane], lane] <= row:
                if faults[lane] == course.done[lane] + 1:
                    stop_lane(lane, course)
                else:
                    close_epoch(lane, response, course)


def lesson_of(seed, networks, epochs, needed, streak, counting):
    """A lesson of the small task in which only some responses count."""
    rng = np.random.default_rng(seed)
    lesson = draw_lesson(replace(SMALL, zero_error_epochs=needed), seed, range(networks), range(epochs), streak)
    counts = lesson.trials.counts & (rng.random(lesson.trials.counts.shape) < counting)
    return replace(lesson, trials=replace(lesson.trials, counts=counts)), rng


@given(
    seed=st.integers(0, 10**6),
    networks=st.integers(1, 16),
    epochs=st.integers(1, 8),
    needed=st.integers(1, 4),
    counting=st.sampled_from([0.1, 0.5, 1.0]),
    right=st.floats(0.5, 1.0),
    packed=st.booleans(),
    goal=st.booleans(),
)
@settings(max_examples=80, deadline=None)
def test_the_kernel_closes_epochs_as_the_slow_way_does(seed, networks, epochs, needed, counting, right, packed, goal):
    streak = np.random.default_rng(seed + 1).integers(0, needed + 1, networks)
    lesson, rng = lesson_of(seed, networks, epochs, needed, streak, counting)
    if not goal:
        lesson = replace(lesson, criterion=None)
    response = np.where(rng.random(lesson.trials.target.shape) < right, lesson.trials.target, 7).astype(np.int16)

    def run(block):
        """The responses to the epoch, by the places of its steps in the lesson."""
        epoch = next(calls)
        begins = lesson.ends[:, epoch - 1] if epoch else np.zeros(networks, int)
        correct = np.zeros(block.target.shape, bool)
        for r in range(networks):
            own = slice(begins[r], begins[r] + block.length[r])
            assert (block.symbols[r, : block.length[r]] == lesson.trials.symbols[r, own]).all()
            correct[r, : block.length[r]] = response[r, own] == lesson.trials.target[r, own]
        return correct

    calls = iter(range(epochs))
    expected = train_by_epochs(run, lesson)
    rows = Rows.packed(lesson) if packed else Rows.aligned(lesson)
    course = Course.of(lesson.fitted(SMALL.spec, networks), rows)
    run_through(rows.lay(response, -1).astype(np.float32), np.zeros(16, np.int64), course)
    found = course.training(lesson)
    for name in Training.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)
    np.testing.assert_array_equal(
        rows.unlay(rows.lay(response, -1), response.shape), np.where(lesson.trials.live, response, 0)
    )


def test_reached_tells_a_network_that_learned_in_the_last_epoch_from_one_that_did_not():
    task = SIR(trials_per_epoch=4, zero_error_epochs=2)
    lesson = draw_lesson(task, 1, range(4), range(3), np.array([0, 0, 2, 0]))
    right = iter(np.array([[0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 1, 1]], bool))
    ends = []

    def ended(ran, streak):
        ends.append((ran.tolist(), streak.tolist()))

    training = train_by_epochs(lambda block: np.repeat(next(right)[:, None], block.steps, 1), lesson, ended)
    assert training.done.tolist() == [3, 3, 0, 2]
    assert training.reached.tolist() == [True, False, True, True]
    assert ends == [
        ([True, True, False, True], [0, 1, 2, 1]),
        ([True, True, False, True], [1, 0, 2, 2]),
        ([True, True, False, False], [2, 1, 2, 2]),
    ]


def test_a_network_that_is_stopped_has_not_done_the_epoch():
    lesson = draw_lesson(SIR(trials_per_epoch=4, zero_error_epochs=9), 1, range(3), range(4))
    lengths, gone = [], iter([[False, False, False], [False, True, False], *[[False, True, False]] * 2])

    def run(block):
        lengths.append(block.length.tolist())
        return np.ones(block.target.shape, bool)

    training = train_by_epochs(run, lesson, stopped=lambda: np.array(next(gone)))
    assert lengths == [[4, 4, 4], [4, 4, 4], [4, 0, 4], [4, 0, 4]]
    assert training.done.tolist() == training.streak.tolist() == [4, 1, 4]
    assert training.steps.tolist() == [16, 4, 16]
    assert training.counted.sum(2)[1].tolist() == [4, 0, 0, 0]


def test_a_lane_that_is_stopped_has_the_epochs_before():
    lesson = draw_lesson(SIR(trials_per_epoch=4, zero_error_epochs=9), 1, range(3), range(5, 9))
    rows = Rows.packed(lesson)
    course = Course.of(lesson.fitted(SIR().spec, 3), rows)
    run_through(rows.lay(lesson.trials.target, -1), np.array([0, 3, 1] + [0] * 13), course)
    training = course.training(lesson)
    assert training.done.tolist() == training.streak.tolist() == [4, 2, 0]
    assert training.steps.tolist() == [16, 8, 0]
    assert training.counted.sum(2).tolist() == [[4, 4, 4, 4], [4, 4, 0, 0], [0, 0, 0, 0]]
    assert course.fault[:3].tolist() == [0, 3, 1]
    assert [lesson.number(int(epoch)) for epoch in course.fault[1:3]] == [8, 6]


def test_one_lane_in_all_lanes_comes_to_the_same():
    lesson = draw_lesson(SMALL, 2, range(5), range(6)).fitted(SMALL.spec, 5)
    rows, wrong = Rows.aligned(lesson), np.random.default_rng(0).random(lesson.trials.target.shape) < 0.1
    response = rows.lay(np.where(wrong, np.int16(1), lesson.trials.target), -1)
    together = Course.of(lesson, rows)
    run_through(response, np.zeros(16, np.int64), together)
    apart = Course.of(lesson, rows)
    for lane in range(5):
        alone = apart.lane(lane)
        run_through(np.repeat(response[:, [lane]], 16, 1), np.zeros(16, np.int64), alone)
        apart.take_lane(lane, alone)
    for one, other in zip(together, apart, strict=True):
        np.testing.assert_array_equal(one, other)


def test_rows_are_packed_or_aligned():
    lesson = draw_lesson(SMALL, 0, range(6), range(5))
    length = np.diff(lesson.ends, axis=1, prepend=0)
    packed, aligned = Rows.packed(lesson), Rows.aligned(lesson)
    assert packed.count == lesson.trials.steps
    assert aligned.count == length.max(0).sum() > packed.count
    assert (np.ptp(aligned.start, axis=0) == 0).all()
    for rows in (packed, aligned):
        np.testing.assert_array_equal(rows.stop - rows.start, length)
        numbered = np.arange(lesson.trials.target.size).reshape(lesson.trials.target.shape)
        laid = rows.lay(numbered, -1)
        for r in range(6):
            steps = np.concatenate([laid[a:b, r] for a, b in zip(rows.start[r], rows.stop[r], strict=True)])
            assert steps.tolist() == numbered[r, : lesson.trials.length[r]].tolist()
        assert (laid >= 0).sum() == lesson.trials.live.sum()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ends": np.array([[4, 8]])}, "Lesson.ends = .* does not fit the streams"),
        ({"ends": np.array([[4, 7], [4, 8]])}, "Lesson.ends"),
        ({"ends": np.array([[9, 8], [4, 8]])}, "Lesson.ends"),
        ({"ends": np.array([[8, 8], [4, 8]])}, "Lesson.ends"),
        ({"ends": np.zeros((2, 0), int)}, "Lesson.ends"),
        ({"streak": np.zeros(3, int)}, "Lesson.streak = .0, 0, 0. must be one number for each of the 2 networks"),
    ],
)
def test_lessons_that_cannot_be_are_rejected(change, message):
    lesson = draw_lesson(SIR(trials_per_epoch=4), 0, range(2), range(2))
    with pytest.raises(ParameterError, match=message):
        replace(lesson, **change)


@pytest.mark.parametrize(
    ("networks", "epochs", "streak", "says"),
    [
        (
            3,
            range(1),
            None,
            "draw_epochs: networks = 3 must be numbers of networks from 0 on, or None; give e.g. range",
        ),
        ([-1], range(1), None, "draw_epochs: networks = .-1. must be"),
        ([0.5], range(1), None, "draw_epochs: networks = .0.5. must be"),
        ("01", range(1), None, "draw_epochs: networks = '01' must be"),
        ([0], 3, None, "draw_epochs: epochs = 3 must be numbers from 0"),
        ([0, 1], range(1), np.zeros(1, np.intp), "draw_lesson: streak = .* must have a number for each of the 2 netw"),
    ],
)
def test_addresses_of_lessons_that_cannot_be_are_rejected(networks, epochs, streak, says):
    with pytest.raises(ParameterError, match=says):
        draw_lesson(SIR(trials_per_epoch=3), 0, networks, epochs, streak)


def test_a_lesson_of_one_epoch_ends_nothing():
    lesson = draw_lesson(SIR(trials_per_epoch=4), 0, range(2), range(2))
    one = lesson.of_one_epoch(lesson.trials, events=3)
    assert (one.epochs, one.needed, one.number(1), one.ends.tolist()) == (1, 0, None, [[8], [8]])
    assert one.limit.tolist() == [1, 1]
    assert not one.reached(one.streak).any()
    assert replace(lesson, criterion=Criterion(zero_error_epochs=1), streak=np.array([1, 0])).limit.tolist() == [0, 2]
