"""Trained networks with forced gates lose memory; answers that need none stay."""

import numpy as np
import pytest

from pbwm.compare.studies.changes import family_for
from pbwm.learner import PBWM
from pbwm.manipulations import ClampGate, Gate
from tasks.base.drawing import draw_epochs
from tasks.base.rng import Purpose
from tasks.base.training import count_by_event, draw_lesson
from tasks.catalog import TASKS
from tasks.sir import Event

TASK, SEED, NETWORKS = TASKS["sir2-reference"].build(), 0, range(16)


def trained(epochs=80):
    learner = PBWM(TASK.spec, networks=NETWORKS, seed=SEED, params=family_for("sir2-reference"))
    streak = np.zeros(len(NETWORKS), np.intp)
    for first in range(0, epochs, 8):
        streak = learner.train(draw_lesson(TASK, SEED, NETWORKS, range(first, first + 8), streak)).streak
    return learner, streak >= TASK.spec.criterion.zero_error_epochs


def errors(learner, *clamps):
    """Proportion wrong, without learning: array (network, kind of step)."""
    block, _ = draw_epochs(TASK, SEED, NETWORKS, range(1), Purpose.TEST_TRIALS)
    state = learner.state()
    with learner.manipulated(*clamps):
        outcome = learner.run(block, learn=False)
    learner.set_state(state)
    wrong, counted = count_by_event(block, outcome.correct, len(TASK.spec.events))
    return wrong / counted


@pytest.mark.study
def test_forced_gates_take_memory_and_leave_the_rest():
    learner, learned = trained()
    assert learned.sum() >= 8
    stripes = range(learner.params.stripes)

    def forced(is_open, gate):
        clamps = [ClampGate(stripe=s, open=is_open, gate=gate) for s in stripes]
        return errors(learner, *clamps)[learned]

    usual = errors(learner)[learned]
    nothing_in, all_in = forced(False, Gate.INPUT), forced(True, Gate.INPUT)
    nothing_out, all_out = forced(False, Gate.OUTPUT), forced(True, Gate.OUTPUT)
    assert usual[:, Event.RECALL].mean() < 0.02
    for blind in (nothing_in, nothing_out):  # guesses; what is left of the trial before makes them better than chance
        assert blind[:, Event.RECALL].mean() > 0.4
        assert blind[:, [Event.STORE, Event.IGNORE]].mean() < 0.05
    assert all_in[:, Event.RECALL].mean() > 0.3  # whatever comes by replaces what is held
    assert all_out[:, Event.RECALL].mean() > 0.1  # the other store speaks too
