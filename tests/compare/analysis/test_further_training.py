"""Further training: the same trials in every test, other trials in every epoch, and no criterion."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.compare.analysis.frozen import frozen_test
from pbwm.compare.analysis.further_training import FIRST_EPOCH, further_training
from pbwm.compare.errors import FigureError
from pbwm.compare.models import MODELS
from tasks.base.drawing import draw_epochs
from tasks.base.errors import ParameterError
from tasks.base.training import draw_lesson
from tasks.twelve_ax import TwelveAX

TASK = TwelveAX(outer_loops_per_epoch=5, zero_error_epochs=1)
NUMBERS, SEED = range(2, 6), 5004


def networks(model="lstm"):
    learner = MODELS[model].build(TASK.spec, networks=NUMBERS, seed=SEED)
    lesson = draw_lesson(TASK, SEED, NUMBERS, range(20 if model == "pbwm" else 200))
    learner.train(replace(lesson, criterion=None))
    return learner


@pytest.mark.parametrize("model", ["lstm", "pbwm"])
def test_tests_and_epochs_alternate(model):
    learner, twin = networks(model), MODELS[model].build(TASK.spec, networks=NUMBERS, seed=SEED)
    twin.set_state(learner.state())
    found = further_training(learner, TASK, NUMBERS, seed=SEED, epochs=(0, 1, 3), steps=60)
    expected = []
    for epochs in (range(0), range(1), range(1, 3)):
        for epoch in epochs:
            first = FIRST_EPOCH + epoch
            twin.run(draw_epochs(TASK, SEED, NUMBERS, range(first, first + 1))[0])
        expected.append(frozen_test(TASK, twin, NUMBERS, SEED, steps=60).error)
    np.testing.assert_array_equal(found.error, np.array(expected).T)
    assert found.epochs.tolist() == [0, 1, 3]
    np.testing.assert_array_equal(found.mean, found.error.mean(0))
    assert found.faultless.tolist() == [(column == 0).sum() for column in found.error.T]
    for name, values in twin.state().items():
        np.testing.assert_array_equal(learner.state()[name], values, err_msg=name)
    assert (found.error[:, 0] != found.error[:, 2]).any()


@pytest.mark.parametrize("epochs", [(), (1, 2), (0, 2, 2), (0, 3, 1)])
def test_epochs_that_do_not_rise_from_0_are_rejected(epochs):
    learner = MODELS["lstm"].build(TASK.spec, networks=NUMBERS, seed=SEED)
    with pytest.raises((FigureError, ParameterError), match=r"must rise from 0|must not be empty"):
        further_training(learner, TASK, NUMBERS, seed=SEED, epochs=epochs)
