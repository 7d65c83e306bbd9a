"""Every model, and a population of it, rejects lessons that do not fit before a kernel runs."""

from dataclasses import fields, replace

import numpy as np
import pytest

from pbwm.compare.models import MODEL_ERRORS, MODELS
from tasks.base.errors import SavedFileError, TaskError
from tasks.base.learner import Population
from tasks.base.task import TrialBlock, Trials
from tasks.base.training import draw_lesson
from tasks.sir import SIR
from tests.contract.misfits import MISFITS, OF_LESSONS

TASK = SIR(trials_per_epoch=5)


# Another process runs tests/contract/test_learners.py at the same time: from opposite ends, each compiles other models.
@pytest.fixture(scope="module", params=list(MODELS)[::-1])
def model(request):
    return request.param


def alone(model):
    return MODELS[model].build(TASK.spec, networks=range(3), seed=1)


@pytest.fixture(scope="module")
def learner(model):
    return alone(model)


@pytest.fixture(scope="module")
def population(model):
    return Population(lambda part: MODELS[model].build(TASK.spec, networks=part, seed=1), 3)


def lesson():
    return draw_lesson(TASK, 1, range(3), range(2))


@pytest.mark.parametrize("name", MISFITS)
def test_no_learner_runs_what_does_not_fit(learner, population, name):
    misfit = MISFITS[name]
    before = learner.state()
    for networks in (learner, population):
        with pytest.raises((*MODEL_ERRORS, TaskError), match=misfit.message) as caught:
            networks.train(misfit.of(lesson()))
        assert isinstance(caught.value, ValueError)
        if name not in OF_LESSONS:
            with pytest.raises((*MODEL_ERRORS, TaskError), match=misfit.message):
                networks.run(misfit.of(lesson()).trials)
    for name, values in learner.state().items():
        np.testing.assert_array_equal(values, before[name], err_msg=name)


def test_what_is_no_block_no_lesson_or_no_state_is_named(learner, population):
    trials = TASK.trials(1, np.random.default_rng(0))
    for networks in (learner, population):
        for wrong in (None, trials, lesson()):
            with pytest.raises(
                (*MODEL_ERRORS, TaskError), match=r"trials = .* is not a TrialBlock; give one that draw_"
            ):
                networks.run(wrong)
        for wrong in (None, trials, lesson().trials):
            with pytest.raises(
                (*MODEL_ERRORS, TaskError), match=r"lesson = .* is not a Lesson; give one that draw_les"
            ):
                networks.train(wrong)
    with pytest.raises(SavedFileError, match="state = 'NoneType' must be a dictionary of arrays"):
        learner.set_state(None)


def test_order_and_precision_of_arrays_change_no_result(model):
    plain, other = alone(model), alone(model)
    block = lesson().trials
    arrays = {f.name: getattr(block, f.name) for f in fields(Trials)}
    swapped = {name: a if a.dtype == bool else a.astype(f">{a.dtype.kind}8") for name, a in arrays.items()}
    shuffled = {name: np.asfortranarray(a)[::-1, ::-1][::-1, ::-1] for name, a in swapped.items()}
    one, two = (networks.run(b) for networks, b in ((plain, block), (other, replace(block, **shuffled))))
    np.testing.assert_array_equal(one.response, two.response)
    for name, values in plain.state().items():
        np.testing.assert_array_equal(values, other.state()[name], err_msg=name)


def test_a_population_runs_nobody_where_the_trials_of_one_do_not_fit(model):
    networks = Population(lambda part: MODELS[model].build(TASK.spec, networks=part, seed=1), 18)
    block = TrialBlock.stack([TASK.trials(5, np.random.default_rng(r)) for r in range(18)])
    block.event[17, 4] = 3
    before = networks.snapshot().state
    with pytest.raises(TaskError, match=r"event = 3 must be below 3 \(network 17, step 4\)"):
        networks.run(block)
    for name, values in networks.snapshot().state.items():
        np.testing.assert_array_equal(values, before[name], err_msg=name)
