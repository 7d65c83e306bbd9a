"""The frozen test: nothing learns, nothing is left behind, and the trials are the network's own, fresh and whole."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from pbwm.compare.analysis.frozen import FROZEN_STEPS, FrozenTest, frozen_test, frozen_trials
from pbwm.compare.experiment.job_training import error_on_novel
from pbwm.compare.models import MODELS
from pbwm.errors import PBWMNumberError
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.recommended import recommended
from tasks.base.drawing import draw_epochs
from tasks.base.errors import BrokenTaskError, ParameterError
from tasks.base.learner import Population
from tasks.base.rng import Purpose
from tasks.base.task import TrialBlock
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS
from tasks.phonological_loop import PhonologicalLoop
from tasks.twelve_ax import TwelveAX

SEED = 5003
TASK = TwelveAX(outer_loops_per_epoch=4)


def built(model, numbers, task=TASK):
    def build(part):
        return MODELS[model].build(task.spec, networks=part, seed=SEED)

    return Population(build, len(numbers)) if len(numbers) > 16 else build(numbers)


def assert_same(state, other):
    assert state.keys() == other.keys()
    for name, values in state.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)


@pytest.mark.parametrize("model", MODELS)
def test_networks_are_left_bit_for_bit_as_they_were(model):
    numbers = range(2, 5)
    tested, other = built(model, numbers), built(model, numbers)
    for learner in (tested, other):
        learner.train(draw_lesson(TASK, SEED, numbers, range(2)))
    before = tested.state()
    first = frozen_test(TASK, tested, numbers, SEED, steps=40)
    assert_same(before, tested.state())
    again = frozen_test(TASK, tested, numbers, SEED, steps=40)
    np.testing.assert_array_equal(first.errors, again.errors)
    assert first.errors.sum() > 0
    for learner in (tested, other):
        learner.train(draw_lesson(TASK, SEED, numbers, range(2, 3)))
    assert_same(other.state(), tested.state())


@pytest.mark.parametrize("model", ["pbwm", "lstm"])
def test_a_network_does_the_same_alone_and_among_others(model):
    many = range(18)
    population = built(model, many)
    before = population.state()
    whole = frozen_test(TASK, population, many, SEED, steps=40)
    assert_same(before, population.state())
    for number in (0, 9, 17):
        alone = frozen_test(TASK, built(model, range(number, number + 1)), range(number, number + 1), SEED, steps=40)
        np.testing.assert_array_equal(alone.errors[0], whole.errors[number])
        np.testing.assert_array_equal(alone.counted[0], whole.counted[number])
    assert len(set(whole.counted.sum(1).tolist())) > 1


def test_errors_are_counted_by_kind_of_step_and_nothing_is_learned():
    numbers = range(3)
    learner, twin = built("lstm", numbers), built("lstm", numbers)
    found = frozen_test(TASK, learner, numbers, SEED, steps=100)
    errors, counted = np.zeros_like(found.errors), np.zeros_like(found.counted)
    for number in numbers:
        trials = frozen_trials(TASK, number, SEED, steps=100)
        streams = [trials if n == number else None for n in numbers]
        answers = twin.run(TrialBlock.stack(streams), learn=False).response[number]
        for step in range(len(trials)):
            if trials.counts[step]:
                counted[number, trials.event[step]] += 1
                errors[number, trials.event[step]] += answers[step] != trials.target[step]
    np.testing.assert_array_equal(found.errors, errors)
    np.testing.assert_array_equal(found.counted, counted)
    np.testing.assert_allclose(found.error, errors.sum(1) / counted.sum(1))


@pytest.mark.parametrize("name", TASKS)
def test_streams_are_of_whole_sequences_with_at_least_so_many_steps(name):
    task = TASKS[name].build()
    trials = frozen_trials(task, 3, SEED)
    epoch = len(task.trials(task.spec.sequences_per_epoch, np.random.default_rng(1)))
    mean = epoch / task.spec.sequences_per_epoch
    assert FROZEN_STEPS <= len(trials) < 1.1 * FROZEN_STEPS + 20 * mean
    assert trials.counts.any()
    assert trials.starts[0]
    again = frozen_trials(task, 3, SEED)
    np.testing.assert_array_equal(trials.symbols, again.symbols)
    np.testing.assert_array_equal(trials.values, again.values)


def test_a_sequence_longer_than_the_test_is_given_whole():
    task = TASKS["copying"].build()
    trials = frozen_trials(task, 0, SEED, steps=10)
    assert len(trials) == len(task.trials(1, np.random.default_rng(1))) == 120
    assert trials.starts.sum() == 1


def test_trials_are_those_of_no_other_purpose():
    numbers = range(4)
    own = [frozen_trials(TASK, number, SEED) for number in numbers]
    assert len({trials.symbols[:200].tobytes() for trials in own}) == len(numbers)
    for purpose in (Purpose.TRIALS, Purpose.TEST_TRIALS):
        block, _ = draw_epochs(TASK, SEED, numbers, range(2), purpose)
        for row, trials in enumerate(own):
            steps = min(block.length[row], len(trials))
            assert (block.symbols[row, :steps] != trials.symbols[:steps]).any()
    other = frozen_trials(TASK, 0, SEED + 1)
    assert (other.symbols[:200] != own[0].symbols[:200]).any()


@pytest.mark.parametrize("name", ["phonological-loop", "continual-reber", "adding", "spike-delays", "12ax-reset"])
def test_kept_back_sequences_several_answers_quantities_and_resets(name):
    task = TASKS[name].build()
    learner = MODELS["lstm"].build(task.spec, networks=range(2), seed=SEED)
    before = learner.state()
    found = frozen_test(task, learner, range(2), SEED, steps=250)
    trials = [frozen_trials(task, number, SEED, steps=250) for number in range(2)]
    assert found.counted.sum(1).tolist() == [t.counts.sum() for t in trials]
    assert (found.error > 0).all()
    assert_same(before, learner.state())


def test_streams_of_a_task_that_keeps_sequences_back_are_of_those_that_are_trained():
    task = TASKS["phonological-loop"].build()
    trials = frozen_trials(task, 0, SEED)
    shown = trials.symbols[:, 0].reshape(-1, 2 * task.length)[:, : task.length]
    assert {tuple(s) for s in shown.tolist()} <= {tuple(s) for s in task.sequences.tolist()}


def test_a_network_that_is_not_finite_is_not_counted_and_does_not_disturb_the_others():
    numbers = range(3)
    learner = PBWM(TASK.spec, networks=numbers, seed=SEED, params=recommended(TASK.spec), layout=Layout.NETWORKS)
    whole = frozen_test(TASK, learner, numbers, SEED, steps=40)
    learner.blocks[0].arrays.units["ge"][:, 1] = np.nan
    found = frozen_test(TASK, learner, numbers, SEED, steps=40)
    assert found.counted[1].sum() == found.errors[1].sum() == 0
    assert np.isnan(found.error[1])
    assert not found.faultless[1]
    np.testing.assert_array_equal(found.errors[[0, 2]], whole.errors[[0, 2]])
    assert np.isnan(learner.blocks[0].arrays.units["ge"][:, 1]).all()
    with pytest.raises(PBWMNumberError):
        learner.run(TrialBlock.stack([frozen_trials(TASK, n, SEED, steps=40) for n in numbers]), learn=False)


def test_the_novel_error_of_a_network_that_is_not_finite_is_nan_and_that_of_the_others_is_as_before():
    numbers, task = range(3), PhonologicalLoop(trained_sequences=4, novel_sequences=4)
    job = SimpleNamespace(task=task, seed=SEED, networks=numbers)
    learner = PBWM(task.spec, networks=numbers, seed=SEED, params=recommended(task.spec), layout=Layout.NETWORKS)
    start = learner.state()
    whole = error_on_novel(job, learner)
    learner.set_state(start)
    learner.blocks[0].arrays.units["ge"][:, 1] = np.nan
    found = error_on_novel(job, learner)
    assert np.isnan(found[1])
    np.testing.assert_array_equal(found[[0, 2]], whole[[0, 2]])


def test_error_and_summary():
    test = FrozenTest(
        errors=np.array([[0, 0], [1, 1], [0, 6], [0, 0]]), counted=np.array([[5, 5], [4, 6], [6, 6], [0, 0]])
    )
    np.testing.assert_array_equal(test.error, [0.0, 0.2, 0.5, np.nan])
    assert test.faultless.tolist() == [True, False, False, False]
    reached = np.array([True, True, True, False])
    summary = test.summary(reached)
    assert (summary.networks, summary.faultless, summary.median, summary.worst) == (3, 1, 0.2, 0.5)
    assert str(summary) == "median 0.2000, worst 0.5000, 1 of 3 without an error"
    assert str(test.summary()) == f"{summary}, 1 without a result"
    empty = test.summary(~reached)
    assert np.isnan((empty.median, empty.worst)).all()
    assert str(empty) == "0 of 0 without an error, 1 without a result"
    assert str(test.summary(np.zeros(4, bool))) == "0 of 0 without an error"
    joined = FrozenTest.joined([test, replace(test, errors=test.counted)])
    np.testing.assert_array_equal(joined.error, [0.0, 0.2, 0.5, np.nan, 1.0, 1.0, 1.0, np.nan])


@pytest.mark.parametrize(
    ("numbers", "steps", "message"),
    [
        (range(3), 40, r"frozen_test: networks = range\(0, 3\) must be 2 numbers, one for each network"),
        (range(2), 0, r"frozen_test: steps = 0 must be a whole number of at least 1"),
        (range(2), 2.5, r"frozen_test: steps = 2.5"),
    ],
)
def test_what_cannot_be_is_rejected(numbers, steps, message):
    learner = built("lstm", range(2))
    with pytest.raises(ParameterError, match=message):
        frozen_test(TASK, learner, numbers, SEED, steps=steps)


@pytest.mark.parametrize(
    ("drawn", "says"),
    [
        (lambda n, rng: TASK.trials(2, rng), "has no more steps than a stream of fewer sequences"),
        (
            lambda n, rng: with_counts(TASK.trials(n, rng), False),
            "steps that count = 0 of .*, so that nothing is scored",
        ),
        (
            lambda n, rng: with_counts(TASK.trials(n, rng), True),
            r"steps without a target = \[0\] count, and no response",
        ),
    ],
)
def test_tasks_that_cannot_be_tested_are_rejected(drawn, says):
    broken = SimpleNamespace(spec=TASK.spec, trials=drawn)
    with pytest.raises(BrokenTaskError, match=f"task '12ax': .*{says}.*; correct `trials` of the task"):
        frozen_trials(broken, 0, SEED)


def with_counts(trials, counts):
    target = np.where(np.arange(len(trials)) < 1, -1, trials.target).astype(np.int16)
    return replace(trials, counts=np.full(len(trials), counts), target=target)
