"""Running a comparison: the criterion, freezing, pairing of trials, and independence of threads."""

import time
from itertools import pairwise
from threading import Event

import numpy as np
import pytest

from pbwm.compare.analysis.criterion import NOT_REACHED, CriterionTracker
from pbwm.compare.budgets import BUDGETS
from pbwm.compare.errors import PlanError, RunFailedError, RunStoppedError
from pbwm.compare.models import MODELS, Models
from pbwm.compare.plan import Plan
from pbwm.compare.progress import Monitor
from pbwm.compare.results import comparison_of, completed_comparisons
from pbwm.compare.run import MOST_EPOCHS, completed_jobs, lessons, run_job, run_jobs
from tasks.base.task import Criterion
from tasks.base.training import Training, draw_lesson
from tasks.catalog import TASKS


def plan(catalog, /, **how):
    return Plan(**{"tasks": ("sir2",), "models": ("even",), "model_catalog": catalog, "epochs": 12, **how})


def naive_epochs_to_criterion(errors, needed):
    """Epoch (from 1) that ends the first `needed` faultless epochs in a row."""
    for end in range(needed, len(errors) + 1):
        if not any(errors[end - needed : end]):
            return end
    return NOT_REACHED


@pytest.mark.parametrize("needed", [1, 2, 5])
def test_tracker_agrees_with_its_naive_twin(needed):
    """Networks that err at random, in lessons of any number of epochs; each lesson says where its networks stand."""
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


@pytest.mark.parametrize("budget", [1, 2, 3, 7, 20, 100])
def test_lessons_are_the_epochs_of_the_budget_in_order(budget):
    epochs = list(lessons(budget))
    assert [epoch for lesson in epochs for epoch in lesson] == list(range(budget))
    assert len(epochs[0]) == 1
    assert max(map(len, epochs)) <= MOST_EPOCHS


def test_epochs_to_criterion_is_the_last_of_the_zero_error_epochs(models):
    [result] = run_jobs(plan(models, replicas=8).jobs())
    # Network r errs in r epochs; the second faultless one after them is number r + 2.
    assert result.reached_at.tolist() == [r + 2 for r in range(8)]
    assert result.errors.shape[1] == 9


def test_a_finished_network_gets_no_more_trials(models):
    [result] = run_jobs(plan(models, replicas=5).jobs())
    learner = result.learner
    assert learner.epochs_run.tolist() == result.reached_at.tolist() == [2, 3, 4, 5, 6]
    ran = result.counted.sum(2) > 0
    assert (ran.sum(1) == result.reached_at).all()


def test_networks_that_never_reach_criterion_use_up_the_budget(models):
    [result] = run_jobs(plan(models, models=("stuck",), replicas=5, epochs=9).jobs())
    assert result.reached_at.tolist() == [6, 6, 6, NOT_REACHED, NOT_REACHED]
    assert result.errors.shape[1] == 9


@pytest.mark.parametrize("task", ["sir2", "12ax"])
def test_all_models_see_the_same_trials(models, task):
    run_jobs(plan(models, tasks=(task,), models=("stuck", "never"), replicas=18, epochs=5).jobs(), threads=2)
    trained = [[m for m in models[name].build.built if m.log] for name in ("stuck", "never")]
    by_replica = [sorted(learners, key=lambda m: m.replicas_held.start) for learners in trained]
    assert list(map(len, by_replica)) == [2, 2]
    for stuck, never in zip(*by_replica, strict=True):  # threads may build the blocks in any order
        assert stuck.replicas_held == never.replicas_held
        assert stuck.log == never.log
        assert len({trials for epochs in never.log.values() for trials in epochs}) == 5 * never.replicas


def test_trials_depend_on_seed_replica_and_epoch_only(models):
    [job] = plan(models, replicas=3).jobs()
    [other] = plan(models, replicas=3, seed=1, models=("never",)).jobs()

    def symbols(job, streak=(0, 0, 0)):
        return draw_lesson(job.task, job.seed, job.replicas, range(4, 6), np.array(streak)).trials.symbols

    assert draw_lesson(job.task, 0, job.replicas, range(4, 6), np.array([2, 0, 1])).trials.length.tolist() == [
        0,
        200,
        200,
    ]
    assert (symbols(job, (2, 0, 1))[1:] == symbols(job)[1:]).all()
    assert (symbols(other) != symbols(job)).any()


def test_results_do_not_depend_on_threads(models):
    how = {"tasks": ("sir2", "12ax"), "models": ("even", "stuck"), "replicas": 20, "epochs": 8}
    one, four = (run_jobs(plan(models, **how).jobs(), threads=n) for n in (1, 4))
    for a, b in zip(one, four, strict=True):
        assert (a.job.task_name, a.job.model, a.job.replicas) == (b.job.task_name, b.job.model, b.job.replicas)
        for name in ("errors", "counted", "reached_at"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


def test_blocks_are_put_together_in_order(models):
    comparison = comparison_of(run_jobs(plan(models, replicas=20, epochs=30).jobs(), threads=3))
    [result] = comparison.models
    assert result.reached_at.tolist() == [r + 2 for r in range(20)]
    assert result.block_of(17)[0] == range(16, 20)
    assert result.best_network() == (0, "first to reach criterion, in epoch 2")


def test_a_comparison_is_there_as_soon_as_its_task_is_done(models):
    jobs = plan(models, tasks=("12ax", "sir2"), models=("even", "stuck"), replicas=17, epochs=8).jobs()
    results = run_jobs(jobs)
    # The jobs of 12ax are done last, and in an order of their own.
    order = [i for i, job in enumerate(jobs) if job.task_name == "sir2"]
    order += [i for i in reversed(range(len(jobs))) if i not in order]
    taken = iter([results[i] for i in order])
    early = completed_comparisons(jobs, taken)
    assert next(early).task_name == "sir2"
    assert len(list(taken)) == len(jobs) // 2
    early = [*completed_comparisons(jobs, [results[i] for i in order])][1]
    assert (early.task_name, [m.model for m in early.models]) == ("12ax", ["even", "stuck"])
    assert early.models[0].reached_at.tolist() == comparison_of(results[:2]).models[0].reached_at.tolist()


def test_results_that_nobody_wants_are_not_computed(models):
    jobs = plan(models, models=("even", "never"), replicas=2, epochs=10**6).jobs()
    results = completed_jobs(jobs, threads=2)
    assert next(results).job.model == "even"
    results.close()  # or this test would run for hours


def test_the_first_epoch_is_timed_apart(models):
    class Slow(Monitor):
        def started(self, job):
            time.sleep(0.2)

    plans = plan(models, models=("never",), replicas=20, epochs=3)
    [result] = comparison_of(run_jobs(plans.jobs(), monitor=Slow())).models
    assert 2 * 0.2 <= result.first_seconds < result.seconds
    assert result.seconds - result.first_seconds < 0.2


def test_novel_sequences_are_tried_after_training_and_nothing_is_learned_of_them(models):
    how = {"tasks": ("phonological-loop",), "replicas": 18, "epochs": 3}
    [result] = comparison_of(run_jobs(plan(models, **how).jobs())).models
    # Network r is fluent after r epochs, and guesses before.
    assert result.reached_at.tolist() == [1, 2, 3] + [NOT_REACHED] * 15
    assert result.novel_error[:4].tolist() == [0] * 4
    assert (abs(result.novel_error[4:] - 0.9) < 4 * np.sqrt(0.09 / 900)).all()
    for replicas, learner in result.blocks:
        for i, replica in enumerate(replicas):
            assert len(learner.log[replica]) == learner.epochs_run[i] <= 3


def test_a_task_that_keeps_nothing_back_has_no_error_on_novel_sequences(models):
    [result] = comparison_of(run_jobs(plan(models, replicas=2, epochs=2).jobs())).models
    assert result.novel_error is None


def test_a_model_that_refuses_a_task_stops_the_comparison_before_it_begins():
    message = "'pbwm' refuses 'adding': task 'adding' shows real values .* Models that take it: lstm"
    with pytest.raises(PlanError, match=message):
        Plan(tasks=("sir2", "adding"), models=("pbwm",)).jobs()
    alone = Models({"pbwm": MODELS["pbwm"]})
    with pytest.raises(PlanError, match="Models that take it: none"):
        Plan(tasks=("adding",), models=("pbwm",), model_catalog=alone).jobs()


def test_every_model_of_a_task_has_the_same_budget():
    for task in (*BUDGETS, "ax-cpt"):
        jobs = Plan(tasks=(task,), models=tuple(MODELS), replicas=1).jobs()
        assert len({job.budget for job in jobs}) == 1
    jobs = {job.task_name: job.budget.epochs for job in Plan(tasks=tuple(BUDGETS), replicas=1).jobs()}
    assert {epochs for task, epochs in jobs.items() if task.startswith("sir2")} == {300}
    assert {epochs for task, epochs in jobs.items() if task.startswith("12ax")} == {300}
    assert set(BUDGETS) <= set(TASKS)


def test_models_that_run_by_default_are_those_that_the_catalogue_says():
    assert Plan(tasks=("sir2",)).models == tuple(name for name in MODELS if MODELS[name].by_default) != ()


def test_a_failing_run_is_not_dropped(models):
    with pytest.raises(
        RunFailedError, match=r"sir2 · failing · networks 0–1, epochs 2 to 3: weights of replica 1 are not finite"
    ):
        run_jobs(plan(models, models=("never", "failing"), replicas=2, epochs=10**6).jobs(), threads=2)


def test_a_job_stops_when_told(models):
    [job] = plan(models).jobs()
    stop = Event()
    stop.set()
    with pytest.raises(RunStoppedError, match="sir2 · even · networks 0–15: stopped after 0 epochs"):
        run_job(job, Monitor(), stop)


def test_an_interrupt_stops_all_jobs(models):
    class Interrupting(Monitor):
        def epoch_done(self, job, epochs, reached):
            if epochs >= 3:
                raise KeyboardInterrupt

    jobs = plan(models, models=("never",), replicas=40, epochs=10**6).jobs()
    with pytest.raises(KeyboardInterrupt):
        run_jobs(jobs, threads=3, monitor=Interrupting())
