"""The check before kernels: rejections and their messages, and conversions, for all models."""

from dataclasses import replace

import numpy as np
import pytest

from tasks.adding import Adding
from tasks.base.errors import ParameterError
from tasks.base.fitting import MOST_STEPS, fitted
from tasks.base.task import TrialBlock, Trials
from tasks.base.training import FittedLesson, Lesson, draw_lesson
from tasks.engine.lesson_rows import Course, Rows
from tasks.reber import EmbeddedReber
from tasks.sir import SIR
from tests.contract.misfits import MISFITS, forced

TASK = SIR(trials_per_epoch=5)
REAL = Adding(min_length=11)
"""A task with real values and a quantity as answer."""


def lesson_of(task=TASK):
    return draw_lesson(task, 1, range(3), range(2))


@pytest.mark.parametrize("name", MISFITS)
def test_what_does_not_fit_is_rejected_by_its_name(name):
    misfit = MISFITS[name]
    with pytest.raises(ParameterError, match=misfit.message):
        misfit.of(lesson_of()).fitted(TASK.spec, 3)


@pytest.mark.parametrize("name", [name for name in MISFITS if MISFITS[name].seen_at_once])
def test_what_can_be_seen_at_once_is_rejected_where_a_block_is_made(name):
    trials = MISFITS[name].of(lesson_of()).trials
    with pytest.raises(ParameterError, match=MISFITS[name].message):
        TrialBlock(**vars(trials))


@pytest.mark.parametrize(
    ("field", "value"), [("values", np.nan), ("values", 1.5), ("quantity", np.inf), ("noise", np.nan)]
)
def test_real_values_are_finite_and_within_their_limits(field, value):
    lesson = lesson_of(REAL)
    array = getattr(lesson.trials, field).copy()
    array[(1, 3, 0)[: array.ndim]] = value
    name = REAL.spec.analog[0].name if field == "values" else field
    with pytest.raises(ParameterError, match=rf"TrialBlock\.{name} = .* \(network 1, step 3\); "):
        replace(lesson, trials=replace(lesson.trials, **{field: array})).fitted(REAL.spec, 3)
    array[(1, 3, 0)[: array.ndim]] = 0
    array[1, lesson.trials.length[1] :] = value  # padding
    replace(lesson, trials=replace(lesson.trials, **{field: array})).fitted(REAL.spec, 3)


def test_a_value_that_float32_cannot_hold_is_rejected():
    lesson = lesson_of(REAL)
    quantity = lesson.trials.quantity.astype(np.float64)
    quantity[2, 0] = 1e39
    with pytest.raises(ParameterError, match=r"TrialBlock\.quantity = inf must be finite \(network 2, step 0\)"):
        replace(lesson, trials=replace(lesson.trials, quantity=quantity)).fitted(REAL.spec, 3)


def test_what_several_are_allowed_has_a_column_for_each():
    task = EmbeddedReber()
    lesson = lesson_of(task)
    lesson.fitted(task.spec, 3)
    narrow = replace(lesson.trials, allowed=lesson.trials.allowed[:, :, 1:])
    with pytest.raises(ParameterError, match="responses that may be right do not match the 7"):
        replace(lesson, trials=narrow).fitted(task.spec, 3)


def test_other_precisions_are_converted_and_other_orders_are_right():
    lesson = lesson_of()
    kinds = {"i": ">i8", "b": "?", "f": ">f8"}
    arrays = {
        name: np.asfortranarray(array.astype(kinds[array.dtype.kind]))[:, ::-1][:, ::-1]
        for name, array in vars(lesson.trials).items()
        if name != "length"
    }
    block = fitted(TrialBlock(length=lesson.trials.length.astype(">u4"), **arrays), TASK.spec, 3)
    for name, expected in vars(lesson.trials).items():
        found = getattr(block, name)
        assert found.dtype == expected.dtype, name
        assert found.dtype.isnative, name
        np.testing.assert_array_equal(found, expected, err_msg=name)


def test_lengths_of_another_precision_are_converted_too():
    """Differences of unsigned numbers are never below 0, and mixed with signed ones they are floats."""
    block = lesson_of().trials
    for dtype in (np.uint64, np.uint8, ">i4"):
        lesson = FittedLesson.of_block(forced(block, length=block.length.astype(dtype)), TASK.spec, 3)
        assert lesson.trials.length.dtype == lesson.ends.dtype == np.intp
        assert Rows.packed(lesson).count == block.steps


def test_what_fits_is_not_copied():
    lesson = lesson_of()
    assert lesson.fitted(TASK.spec, 3).trials is lesson.trials


def test_a_stream_has_no_more_steps_than_kernels_can_count():
    steps = MOST_STEPS + 1
    nothing = {
        name: np.broadcast_to(values[:1, :1], (1, steps, *values.shape[2:])) for name, values in _pages().items()
    }
    with pytest.raises(ParameterError, match=f"must be at most {MOST_STEPS} steps"):
        TrialBlock(length=np.array([steps]), **nothing)


def _pages():
    return {name: values for name, values in vars(lesson_of().trials).items() if name != "length"}


def test_a_course_is_of_lessons_that_were_checked():
    lesson = lesson_of()
    with pytest.raises(ParameterError, match=r"Course.of: lesson = 'Lesson' was not checked"):
        Course.of(lesson, Rows.packed(lesson))
    checked = lesson.fitted(TASK.spec, 3)
    assert isinstance(checked, FittedLesson)
    assert isinstance(checked.network_slice(0, 2), FittedLesson)
    assert Course.of(checked, Rows.packed(checked)).errors.shape == (16, 2, 3)


def test_arrays_changed_after_the_block_was_made_are_seen():
    lesson = lesson_of()
    lesson.ends[1, 0] = 10**9
    with pytest.raises(ParameterError, match=r"Lesson\.ends"):
        lesson.fitted(TASK.spec, 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ends": np.array([[5, 10]] * 3, np.uint64)[:, ::-1]}, "Lesson.ends = .* does not fit"),
        ({"ends": np.array([[5.0, 10.0]] * 3)}, r"Lesson.ends: dtype = 'float64' must hold whole numbers"),
        ({"ends": np.array([5, 10, 10])}, r"Lesson.ends: shape = \(3,\) must have the axes \(network, epoch\)"),
        ({"streak": np.array([0, -1, 0])}, "Lesson.streak = .* must be one number for each of the 3 networks, from 0"),
        ({"streak": np.array([0, 2**40, 0])}, "Lesson.streak"),
        ({"streak": np.array([0, 2**63, 0], np.uint64)}, "Lesson.streak = 9223372036854775808 must be at most"),
        ({"criterion": 2}, "Lesson.criterion = 2 is not a Criterion"),
        ({"first": "3"}, "Lesson.first = '3' is not the number of an epoch"),
        ({"first": -1}, "Lesson.first = -1 is not the number of an epoch"),
    ],
)
def test_a_lesson_rejects_ends_and_streaks_that_cannot_be(change, message):
    with pytest.raises(ParameterError, match=message):
        replace(lesson_of(), **change)


def test_a_network_without_trials_has_no_epoch_that_ends():
    block = forced(lesson_of().trials, length=np.array([10, 0, 10]))
    with pytest.raises(ParameterError, match=r"Lesson\.ends"):
        Lesson(
            trials=block,
            ends=np.array([[5, 10], [7, 0], [5, 10]]),
            events=3,
            criterion=None,
            streak=np.zeros(3, int),
        )


def streams(**changes):
    whole = TASK.trials(4, np.random.default_rng(0))
    return Trials(**(vars(whole) | changes))


def test_streams_side_by_side_have_the_same_columns():
    wide, narrow = streams(), streams(symbols=np.zeros((4, 1), np.int16))
    with pytest.raises(ParameterError, match=r"TrialBlock.stack: symbols: columns = \(1,\) differ from \(2,\)"):
        TrialBlock.stack([wide, narrow])


def test_streams_of_other_precision_keep_their_numbers():
    large = streams(event=np.array([0, 1, 65536, 2]))
    block = TrialBlock.stack([streams(), large])
    assert block.event[1].tolist() == [0, 1, 65536, 2]
    with pytest.raises(ParameterError, match=r"TrialBlock.event = 65536 must be below 3 \(network 1, step 2\)"):
        fitted(block, TASK.spec, 2)


@pytest.mark.parametrize("name", ["symbols", "counts", "values"])
def test_a_stream_rejects_elements_of_another_kind(name):
    whole = streams()
    with pytest.raises(ParameterError, match=rf"Trials.{name}: dtype = 'complex64' must hold"):
        streams(**{name: getattr(whole, name).astype(np.complex64)})
    with pytest.raises(ParameterError, match=rf"Trials.{name} = 'MaskedArray' must be a NumPy array without a mask"):
        streams(**{name: np.ma.array(getattr(whole, name))})
