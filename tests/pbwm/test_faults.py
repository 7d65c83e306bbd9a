"""A network in which a number is not finite is stopped and named, without effect on the others."""

import numpy as np
import pytest

from pbwm.errors import PBWMNumberError
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.params import PBWMParams
from tasks import sir
from tasks.base.learner import Population
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS

SIR = TASKS["sir2"].build()
NUMBERS = range(5, 8)


def network(layout, numbers=NUMBERS):
    return PBWM(SIR.spec, networks=numbers, seed=1, params=PBWMParams(stripes=2, hidden=6), layout=layout)


def poison(learner, network):
    """Make a number of a hidden unit of one network infinite."""
    together = learner.layout.networks
    hidden = learner.places.units[learner.circuit.starts()[learner.circuit.layer("hidden")] + 2]
    place = learner.blocks[network // together].arrays.units["vm"]
    learner.layout.write(place, np.array([hidden]), network % together, np.array([np.nan]))


@pytest.mark.parametrize("layout", Layout)
def test_one_of_three_is_stopped(layout):
    block = TrialBlock.stack([SIR.trials(6, stream(1, Purpose.TRIALS, r)) for r in NUMBERS])
    sound, poisoned = network(layout), network(layout)
    expected = sound.run(block, record=True)
    poison(poisoned, 1)
    before = poisoned.state()
    with pytest.raises(PBWMNumberError, match="network 6") as caught:
        poisoned.run(block, record=True)
    assert [(s.network, s.epoch) for s in caught.value.stopped] == [(6, None)]
    outcome = caught.value.outcome
    assert (outcome.response[1] == -1).all()
    assert outcome.counted[1] == 0
    after = poisoned.state()
    for name, values in sound.state().items():
        np.testing.assert_array_equal(after[name][[0, 2]], values[[0, 2]], err_msg=name)
        np.testing.assert_array_equal(after[name][1], before[name][1], err_msg=name)
    np.testing.assert_array_equal(outcome.response[[0, 2]], expected.response[[0, 2]])
    np.testing.assert_array_equal(outcome.record.memory[[0, 2]], expected.record.memory[[0, 2]])


@pytest.mark.parametrize("layout", Layout)
def test_training_stops_one_of_three_in_its_epoch(layout):
    task = sir.SIR(trials_per_epoch=3)
    lesson = draw_lesson(task, 1, NUMBERS, range(4, 7))
    sound, poisoned = network(layout), network(layout)
    expected = sound.train(lesson)
    poison(poisoned, 1)
    before = poisoned.state()
    with pytest.raises(PBWMNumberError, match=r"network 6, epoch 5: units .* keep their earlier state") as caught:
        poisoned.train(lesson)
    outcome, after = caught.value.outcome, poisoned.state()
    assert outcome.done.tolist() == [3, 0, 3]
    np.testing.assert_array_equal(outcome.errors[[0, 2]], expected.errors[[0, 2]])
    assert outcome.counted[1].sum() == outcome.steps[1] == 0
    for name, values in sound.state().items():
        np.testing.assert_array_equal(after[name][[0, 2]], values[[0, 2]], err_msg=name)
        np.testing.assert_array_equal(after[name][1], before[name][1], err_msg=name)


def test_a_population_names_those_that_were_stopped_in_any_block():
    population = Population(lambda part: network(Layout.NETWORKS, part), 36, threads=2)
    lesson = draw_lesson(sir.SIR(trials_per_epoch=2), 1, range(36), range(2))
    poison(population.blocks[0], 3)
    poison(population.blocks[2], 1)
    with pytest.raises(PBWMNumberError, match=r"network 3, epoch 1: .*; network 33, epoch 1: ") as caught:
        population.train(lesson)
    assert [s.network for s in caught.value.stopped] == [3, 33]
    assert np.flatnonzero(caught.value.outcome.done == 0).tolist() == [3, 33]
