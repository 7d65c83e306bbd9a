"""Updating and resistance to distraction, counted by hand; and what bursts and dips do to both, over networks."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.compare.analysis.recording import record_trials
from pbwm.compare.analysis.updating import updating
from pbwm.compare.studies.changes import recommended_for
from pbwm.learner import PBWM
from pbwm.manipulations import DopamineGain
from pbwm.recommended import with_merged_gate
from tasks.base.task import GateAction
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS
from tests.compare.analysis.synthetic import perfect, with_gates

SEED = 5001


def test_an_ideal_memory_takes_in_what_is_to_be_stored_and_keeps_it():
    recording = perfect("sir2-reference")
    counted = updating(recording)
    stores = (recording.trials.ideal_gate == GateAction.STORE).sum((1, 2))
    np.testing.assert_allclose(counted.updating, stores / (recording.live.sum(1) * len(recording.slots)))
    np.testing.assert_array_equal(counted.resistance, 1.0)


def test_a_memory_that_takes_in_everything_keeps_nothing():
    ideal = perfect("sir2-reference")
    live = np.where(np.isnan(ideal.record.input_gate), np.nan, 1.0)
    counted = updating(with_gates(ideal, input_gate=live, forget_gate=1 - live))
    np.testing.assert_array_equal(counted.updating, 1.0)
    np.testing.assert_array_equal(counted.resistance, 0.0)


def test_a_memory_that_never_holds_anything_cannot_resist():
    ideal = perfect("sir2-reference")
    live = np.where(np.isnan(ideal.record.input_gate), np.nan, 0.0)
    counted = updating(with_gates(ideal, input_gate=live))
    np.testing.assert_array_equal(counted.updating, 0.0)
    assert np.isnan(counted.resistance).all()


def after_training(params, epochs, **gains):
    """Updating and resistance of sixteen networks that learned with these gains of dopamine."""
    task = TASKS["sir2-reference"].build()
    learner = PBWM(task.spec, seed=SEED, params=params)
    learner.apply(DopamineGain(**gains))
    for first in range(0, epochs, 5):
        learner.train(draw_lesson(task, SEED, range(16), range(first, first + 5)))
    return updating(record_trials(learner, task, seed=SEED))


def assert_direction(params, epochs):
    """Networks in which weak bursts and weak dips do what they should: at least 12 of 16 (one-sided sign test, .04)."""
    usual = after_training(params, epochs)
    weak_bursts, weak_dips = after_training(params, epochs, burst=0.5), after_training(params, epochs, dip=0.5)
    assert (weak_bursts.updating < usual.updating).sum() >= 12
    assert (weak_bursts.resistance > usual.resistance).sum() >= 12
    assert (weak_dips.updating > usual.updating).sum() >= 12
    assert (weak_dips.resistance < usual.resistance).sum() >= 12


def test_weak_bursts_keep_memory_shut_and_weak_dips_open_it():
    """The trade-off of Parkinson's disease off and on medication (Frank, 2005, J. Cogn. Neurosci. 17:51)."""
    assert_direction(replace(recommended_for("sir2-reference"), hidden=16), epochs=10)


@pytest.mark.study
@pytest.mark.parametrize("merged", [False, True])
def test_bursts_and_dips_set_the_balance_of_recommended_networks(merged):
    params = recommended_for("sir2-reference")
    assert_direction(with_merged_gate(params) if merged else params, epochs=10)
