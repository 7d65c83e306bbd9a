"""Updating and resistance to distraction, counted by hand, and the effect of bursts and dips on both."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import wilcoxon

from pbwm.compare.analysis.recording import record_trials
from pbwm.compare.analysis.updating import updating
from pbwm.compare.studies.changes import family_for
from pbwm.learner import PBWM
from pbwm.manipulations import DopamineGain
from pbwm.recommended import with_merged_gate
from tasks.base.task import GateAction
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS
from tests.compare.analysis.synthetic import perfect, with_gates


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


def after_training(params, seed, networks=16, epochs=10, **gains):
    """Updating and resistance after learning with these gains of dopamine: array (measure, network)."""
    task, found = TASKS["sir2-reference"].build(), []
    for start in range(0, networks, 16):
        numbers = range(start, start + 16)
        learner = PBWM(task.spec, networks=numbers, seed=seed, params=params)
        learner.apply(DopamineGain(**gains))
        for first in range(0, epochs, 5):
            learner.train(draw_lesson(task, seed, numbers, range(first, first + 5)))
        counted = updating(record_trials(learner, task, seed=seed, networks=numbers))
        found.append([counted.updating, counted.resistance])
    return np.concatenate(found, axis=1)


def test_weak_bursts_keep_memory_shut_and_weak_dips_open_it():
    """The trade-off of Parkinson's disease off and on medication (Frank, 2005, J. Cogn. Neurosci. 17:51).

    At least 12 of 16 networks: by chance that has a probability of .04.
    """
    params = replace(family_for("sir2-reference"), hidden=16)
    usual = after_training(params, 5001)
    bursts, dips = after_training(params, 5001, burst=0.5), after_training(params, 5001, dip=0.5)
    assert (bursts[0] < usual[0]).sum() >= 12
    assert (bursts[1] > usual[1]).sum() >= 12
    assert (dips[0] > usual[0]).sum() >= 12
    assert (dips[1] < usual[1]).sum() >= 12


@pytest.mark.study
@pytest.mark.parametrize("merged", [False, True])
def test_bursts_and_dips_set_the_balance_of_networks(merged):
    """Paired over 64 networks, one-sided (Wilcoxon)."""
    params = family_for("sir2-reference")
    params = with_merged_gate(params) if merged else params
    usual = after_training(params, 0, 64)
    bursts, dips = after_training(params, 0, 64, burst=0.5), after_training(params, 0, 64, dip=0.5)
    for name, values in (("usual", usual), ("weak bursts", bursts), ("weak dips", dips)):
        print(f"merged {merged}, {name}: updating, resistance", np.nanmean(values, axis=1).round(3))
    for measure, sign in ((0, 1), (1, -1)):
        for more, less in ((usual, bursts), (dips, usual)):
            difference = sign * (more - less)[measure]
            assert wilcoxon(difference, alternative="greater", nan_policy="omit").pvalue < 0.05
