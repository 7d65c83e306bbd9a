"""Analysis: learning curves, final errors, places in the figure, and the choice of what a raster shows."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.compare.analysis.criterion import epochs_to_criterion
from pbwm.compare.analysis.errors_by_epoch import final_error, learning_curve
from pbwm.compare.analysis.raster import fresh_trials, raster
from pbwm.compare.errors import FigureError
from tasks.base.drawing import draw_epochs
from tasks.base.rng import Purpose
from tasks.catalog import TASKS
from tests.compare.conftest import ran

pytestmark = pytest.mark.usefixtures("cataloged")


def one_model(model="even", **how):
    return ran(model, "12ax", **{"networks": 6, "epochs": 12, **how})


def test_the_curve_of_a_finished_network_ends_and_counts_as_zero_in_the_median():
    trained = one_model().trained
    curve = learning_curve("even", trained.errors.sum(2), trained.counted.sum(2), trained.reached_at)
    for row, reached_at in zip(curve.error, trained.reached_at, strict=True):
        assert not np.isnan(row[:reached_at]).any()
        assert np.isnan(row[reached_at:]).all()
        assert (row[reached_at - 2 : reached_at] == 0).all()
    held = np.where(np.isnan(curve.error), 0, curve.error)
    np.testing.assert_array_equal(curve.median, np.median(held, axis=0))


def test_a_censored_network_counts_with_its_error_in_the_median():
    errors, counted = np.array([[5, 0, 0, 0], [5, 5, 5, 4], [6, 5, 5, 5]]), np.full((3, 4), 10)
    counted[0, 2:] = 0
    curve = learning_curve("m", errors, counted, np.array([2, 0, 0]))
    assert curve.median.tolist() == [0.5, 0.5, 0.5, 0.4]
    assert curve.reached == 1


def test_a_network_without_a_response_that_counts_leaves_the_median_to_the_others():
    errors, counted = np.array([[0, 0, 4], [0, 2, 1], [0, 3, 0]]), np.array([[0, 0, 10], [0, 10, 10], [0, 10, 0]])
    curve = learning_curve("m", errors, counted, np.zeros(3, np.intp))
    np.testing.assert_array_equal(curve.median, [np.nan, 0.25, 0.3])


def test_final_error_is_zero_where_criterion_was_reached():
    trained = one_model("stuck", epochs=8).trained
    reached = trained.reached_at > 0
    error = final_error(trained.errors.sum(2), trained.counted.sum(2), 2)
    assert (error[reached] == 0).all()
    assert (error[~reached] > 0.2).all()
    by_event = final_error(trained.errors, trained.counted, 2)
    assert by_event.shape == (6, 5)
    weights = trained.counted[3, -2:].sum(0)
    np.testing.assert_allclose((by_event[3] * weights).sum() / weights.sum(), error[3])


def test_final_error_looks_at_the_epochs_that_a_network_ran():
    errors = np.array([[9, 1, 0, 0], [9, 9, 9, 3]])
    counted = np.array([[10, 10, 10, 0], [10, 10, 10, 10]])
    np.testing.assert_allclose(final_error(errors, counted, window=2), [0.05, 0.6])


def test_points_of_a_column_do_not_hide_each_other():
    epochs = np.array([50] * 16 + [0] * 16)
    times = epochs_to_criterion("m", epochs, budget=100)
    for group in (times.offset[:16], times.offset[16:]):
        assert len(np.unique(group)) == 16
        assert abs(group).max() <= 1
        assert abs(group.sum()) <= 1


@pytest.mark.parametrize(
    ("epochs", "first", "median", "last"),
    [
        ([30, 10, 20], 10, 20, 30),
        ([30, 10, 20, 40], 10, 20, 40),
        ([84] + [0] * 15, 84, None, None),
        ([10] * 7 + [0] * 9, 10, None, None),
        ([10] * 7 + [90] + [0] * 8, 10, 90, None),
        ([0, 0, 0], None, None, None),
        ([5], 5, 5, 5),
    ],
)
def test_networks_that_never_reached_criterion_count_in_the_median(epochs, first, median, last):
    times = epochs_to_criterion("m", np.array(epochs), budget=100)
    assert (times.first, times.median, times.last) == (first, median, last)
    # Another way: networks that never reached it take for ever; half the networks had reached it by the lower median.
    for_ever = sorted(at or np.inf for at in epochs)
    assert (median or np.inf) == for_ever[(len(epochs) - 1) // 2]
    assert times.text(times.median) == ("> 100" if median is None else str(median))


def test_fresh_trials_are_whole_sequences_and_not_those_of_training():
    task = TASKS["12ax"].build()
    trials = fresh_trials(task, seed=3, steps=40)
    assert 30 < len(trials) <= 40
    assert trials.starts[0]
    assert trials.event[-1] >= 2  # a probe: the outer loop is complete
    assert len(fresh_trials(TASKS["sir2"].build(), seed=3, steps=40)) == 40
    assert len(fresh_trials(task, seed=3, steps=1)) == 1


def test_fresh_trials_of_a_task_that_keeps_sequences_back_are_those():
    task = TASKS["phonological-loop"].build()
    trials = fresh_trials(task, seed=3, steps=40)
    assert len(trials) == 36
    assert {tuple(s) for s in trials.target.reshape(6, 6)[:, 3:]} <= {tuple(s) for s in task.novel().sequences}


def test_fresh_trials_are_those_of_network_0_at_their_address():
    for name in ("12ax", "sir2", "adding"):
        task = TASKS[name].build()
        trials = fresh_trials(task, 3, 40)
        whole, _ = draw_epochs(task, 3, [0], range(1), Purpose.TEST_TRIALS)
        for field in ("symbols", "values", "target"):
            np.testing.assert_array_equal(getattr(trials, field), getattr(whole, field)[0, : len(trials)])


def test_a_raster_holds_what_the_record_holds():
    learner = one_model("stuck", networks=16, epochs=7).learner
    trials = fresh_trials(TASKS["12ax"].build(), 0, 40)
    before = learner.epochs_run.copy()
    shown = raster("title", learner, 15, trials)
    assert shown.memory.shape == (len(trials), 3, 4)
    assert list(shown.signals) == ["dopamine"]
    assert shown.memory_limits[0] == -shown.memory_limits[1]
    assert replace(shown, memory=np.array([[[np.nan, 0.5, np.inf]]])).memory_limits == (0.0, 0.5)
    assert replace(shown, memory=np.full((1, 1, 3), np.nan)).memory_limits == (0.0, 1.0)
    assert (learner.epochs_run == before).all()
    assert (shown.wrong == (shown.response != trials.target)).all()


def test_a_learner_without_a_record_is_named():
    learner = one_model().learner
    learner.record = lambda block: None
    with pytest.raises(FigureError, match=r"even.run\(record=True\) gave no record"):
        raster("title", learner, 0, fresh_trials(TASKS["12ax"].build(), 0, 40))
