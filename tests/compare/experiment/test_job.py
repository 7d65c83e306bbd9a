"""A job: criterion, freezing, pairing of trials, tests with frozen weights, and continuation from fewer epochs."""

from dataclasses import replace
from itertools import pairwise
from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest

from pbwm.compare.analysis.criterion import NOT_REACHED, CriterionTracker
from pbwm.compare.errors import RunFailedError, RunStoppedError
from pbwm.compare.experiment import Condition, Study
from pbwm.compare.experiment.job import Watch
from pbwm.compare.experiment.job_training import MOST_EPOCHS, lessons, run_job
from pbwm.compare.models import MODELS
from tasks.base.errors import BrokenTaskError
from tasks.base.task import Criterion
from tasks.base.training import Training, draw_lesson
from tests.compare.conftest import begun_with, jobs, ran

pytestmark = pytest.mark.usefixtures("cataloged")


def naive_epochs_to_criterion(errors, needed):
    """Epoch (from 1) that ends the first `needed` faultless epochs in a row."""
    for end in range(needed, len(errors) + 1):
        if not any(errors[end - needed : end]):
            return end
    return NOT_REACHED


@pytest.mark.parametrize("needed", [1, 2, 5])
def test_tracker_agrees_with_its_naive_twin(needed):
    """Networks that err at random, in lessons of any number of epochs."""
    rng = np.random.default_rng(needed)
    errors = rng.integers(0, 2, size=(200, 25))
    expected = [naive_epochs_to_criterion(row.tolist(), needed) for row in errors]
    tracker = CriterionTracker(Criterion(zero_error_epochs=needed), 200)
    for first, last in pairwise([0, *np.sort(rng.choice(np.arange(1, 25), 6, replace=False)).tolist(), 25]):
        done = np.array([max(0, min(last, end or last) - first) for end in expected])
        streak = [
            next((k for k in range(end) if row[end - 1 - k]), end)
            for end, row in zip(first + done, errors, strict=True)
        ]
        streak = np.where(tracker.finished, tracker.streak, streak)
        part = errors[:, first:last, None]
        reached = streak >= needed
        tracker.add(Training(errors=part, counted=part + 1, done=done, streak=streak, reached=reached, steps=done))
    assert tracker.reached_at.tolist() == expected


@pytest.mark.parametrize(("first", "budget"), [(0, 1), (0, 2), (0, 3), (0, 7), (5, 20), (0, 100)])
def test_lessons_are_the_epochs_of_the_budget_in_order(first, budget):
    epochs = list(lessons(first, budget))
    assert [epoch for lesson in epochs for epoch in lesson] == list(range(first, budget))
    assert len(epochs[0]) == 1
    assert max(map(len, epochs)) <= MOST_EPOCHS


def test_epochs_to_criterion_is_the_last_of_the_zero_error_epochs():
    result = ran(networks=8)
    # Network r errs in r epochs; the second faultless one after them is number r + 2.
    assert result.trained.reached_at.tolist() == [r + 2 for r in range(8)]
    assert result.trained.errors.shape[1] == 9


def test_a_finished_network_gets_no_more_trials():
    result = ran(networks=5)
    assert result.learner.epochs_run.tolist() == result.trained.reached_at.tolist() == [2, 3, 4, 5, 6]
    epochs = result.trained.counted.sum(2) > 0
    assert (epochs.sum(1) == result.trained.reached_at).all()
    assert result.trained.steps == 100 * (2 + 3 + 4 + 5 + 6)


def test_networks_that_never_reach_criterion_use_up_the_budget():
    result = ran("stuck", networks=5, epochs=9)
    assert result.trained.reached_at.tolist() == [6, 6, 6, NOT_REACHED, NOT_REACHED]
    assert result.trained.errors.shape[1] == 9


@pytest.mark.parametrize("task", ["sir2", "12ax"])
def test_all_models_see_the_same_trials(task):
    for one, other in zip(*(jobs(m, task, networks=18, epochs=5) for m in ("stuck", "never")), strict=True):
        stuck, never = (run_job(job, Watch(), Event()).learner for job in (one, other))
        assert stuck.log == never.log
        assert len({trials for epochs in never.log.values() for trials in epochs}) == 5 * never.networks


def test_trials_depend_on_seed_network_and_epoch_only():
    [job], [other] = jobs(networks=3), jobs("never", networks=3, seed=1)

    def symbols(job, streak=(0, 0, 0)):
        return draw_lesson(job.task, job.seed, job.networks, range(4, 6), np.array(streak)).trials.symbols

    lengths = draw_lesson(job.task, 0, job.networks, range(4, 6), np.array([2, 0, 1])).trials.length
    assert lengths.tolist() == [0, 200, 200]
    assert (symbols(job, (2, 0, 1))[1:] == symbols(job)[1:]).all()
    assert (symbols(other) != symbols(job)).any()


def test_novel_sequences_are_tried_after_training_and_nothing_is_learned_of_them():
    result = ran(tasks="phonological-loop", networks=16, epochs=3)
    # Network r is fluent after r epochs, and guesses before.
    assert result.trained.reached_at.tolist() == [1, 2, 3] + [NOT_REACHED] * 13
    assert result.novel_error[:4].tolist() == [0] * 4
    assert (abs(result.novel_error[4:] - 0.9) < 4 * np.sqrt(0.09 / 900)).all()
    for network, trials in result.learner.log.items():
        assert len(trials) == result.learner.epochs_run[network] <= 3
    assert ran(networks=2, epochs=2).novel_error is None


def test_a_task_that_cannot_be_tested_is_rejected_before_training(monkeypatch):
    [job] = jobs(networks=2)

    def trials(n, rng):
        drawn = job.task.trials(n, rng)
        return replace(drawn, counts=drawn.counts & False)

    task = SimpleNamespace(spec=job.task.spec, trials=trials)
    monkeypatch.setattr(type(job), "build", lambda _: pytest.fail("networks were built"))
    with pytest.raises(BrokenTaskError, match=r"steps that count = 0 of \d+, so that nothing is scored"):
        run_job(replace(job, task=task), Watch(), Event())


def test_networks_are_kept_as_training_left_them_and_tested_with_frozen_weights():
    result = ran("stuck", networks=5, epochs=9)
    assert result.frozen.faultless.tolist() == [True, True, True, False, False]
    assert (result.frozen.error[3:] > 0.2).all()
    assert result.snapshot.state["epochs run"].tolist() == [6, 6, 6, 9, 9]


def test_a_failing_job_says_which_it_was_and_when():
    message = r"sir2 · failing · networks 0–1, epochs 2 to 3: weights of network 1 are not finite"
    with pytest.raises(RunFailedError, match=message):
        ran("failing", networks=2, epochs=10**6)


def test_a_job_stops_when_told():
    stop = Event()
    stop.set()
    with pytest.raises(RunStoppedError, match="sir2 · even · networks 0–15: stopped after 0 epochs"):
        run_job(jobs()[0], Watch(), stop)


def test_networks_go_on_from_fewer_epochs_bit_for_bit(monkeypatch):
    """Some have reached the criterion before, one does so at the seam, and the others continue."""
    monkeypatch.setattr("pbwm.compare.models.MODELS", MODELS)
    easy = {"stores": 1, "trials_per_epoch": 20}
    [row] = Study(
        name="s",
        conditions=(Condition(name="easy", tasks=("sir2",), models=("lstm",), epochs=50, task_parameters=easy),),
    ).rows()
    whole = run_job(row.job(range(4)), Watch(), Event())
    assert 0 < (whole.trained.reached_at > 0).sum() < 4
    for fewer in (7, int(whole.trained.reached_at.max())):
        part = run_job(replace(row, epochs=fewer).job(range(4)), Watch(), Event())
        more = run_job(row.job(range(4)), Watch(), Event(), begun_with(part))
        for name in ("reached_at", "errors", "counted", "steps"):
            np.testing.assert_array_equal(getattr(more.trained, name), getattr(whole.trained, name))
        for name, values in whole.snapshot.state.items():
            np.testing.assert_array_equal(more.snapshot.state[name], values)
        np.testing.assert_array_equal(more.frozen.errors, whole.frozen.errors)
