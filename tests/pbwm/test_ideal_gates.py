"""Ideal gates are open only where a perfect memory would store and read, step by step."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.errors import PBWMParameterError
from pbwm.ideal_gates import IdealGates
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.manipulations import Manipulation
from pbwm.restart import Restart
from tasks.base.learner import Population
from tasks.base.task import GateAction
from tasks.base.training import draw_lesson
from tests.pbwm.manipulated import FORMS, NETWORKS, SMALL, STEPS, TASK, assert_same, block_of, first_step, network


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("layout", Layout)
def test_gates_follow_the_task(layout, form):
    learner, block = network(layout, form=form), block_of(0)
    with learner.manipulated(IdealGates(actions=block.ideal_gate)):
        record = learner.run(block, record=True).record
    items = block.ideal_gate.shape[2]
    assert items < SMALL.stripes
    for stripe in range(SMALL.stripes):
        actions = block.ideal_gate[:, :, stripe % items]
        np.testing.assert_array_equal(record.input_gate[:, :, stripe], actions == GateAction.STORE)
        np.testing.assert_array_equal(record.output_gate[:, :, stripe], actions == GateAction.READ)
    assert (record.input_gate.mean(1) != record.input_gate[0].mean(0)).any()  # each network has its own trials


def test_layouts_agree_bit_for_bit_and_the_gates_are_free_afterwards():
    ours, theirs, free = network(Layout.NETWORKS), network(Layout.UNITS), network()
    for learner in (ours, theirs):
        with learner.manipulated(IdealGates(actions=block_of(0).ideal_gate)):
            learner.run(block_of(0))
    assert_same(ours.state(), theirs.state())
    free.set_state(ours.state())
    assert_same(*(learner.run(block_of(1), record=True).record.signals for learner in (ours, free)))


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        (np.zeros((len(NETWORKS), STEPS), int), "must be an array"),
        (np.full((len(NETWORKS), STEPS, 1), 9), "must be an array"),
        (np.zeros((len(NETWORKS), STEPS, 4), int), "4 items' are more than the 3 stripes"),
        (np.zeros((1, STEPS, 2), int), "'1 networks' must have a row for each of the 3 networks"),
        (np.zeros((16, STEPS, 2), int), "'16 networks' must have a row for each of the 3 networks"),
    ],
)
def test_what_is_no_ideal_of_these_networks_is_rejected(actions, message):
    with pytest.raises(PBWMParameterError, match=message):
        network().apply(IdealGates(actions=actions))


def test_the_networks_of_a_population_have_each_its_own_gates():
    many = Population(lambda networks: network(networks=networks), 18)
    block = block_of(0, range(18))
    with many.manipulated(IdealGates(actions=block.ideal_gate)):
        record = many.run(block, record=True).record
    np.testing.assert_array_equal(record.input_gate[:, :, 0], block.ideal_gate[:, :, 0] == GateAction.STORE)
    says = "'19 networks' must have a row for each of the 18 networks"
    others = IdealGates(actions=block_of(0, range(19)).ideal_gate)
    with pytest.raises(PBWMParameterError, match=says), many.manipulated(others):
        pass


@pytest.mark.parametrize("layout", Layout)
def test_a_run_of_more_steps_than_gates_is_rejected_before_it_begins(layout):
    learner = network(layout)
    before = learner.state()
    with learner.manipulated(IdealGates(actions=block_of(0).ideal_gate)):
        with pytest.raises(PBWMParameterError, match=f"'{STEPS} steps' are fewer than the {STEPS + 1} of the run"):
            learner.run(block_of(0, steps=STEPS + 1))
        assert_same(before, learner.state())
        learner.run(first_step(block_of(0)))


@pytest.mark.parametrize("progress", [True, False])
def test_training_by_several_runs_is_rejected(progress):
    params = SMALL if progress else replace(SMALL, restart=Restart())
    learner = PBWM(TASK.spec, networks=NETWORKS, params=params)
    lesson = draw_lesson(TASK, 1, NETWORKS, range(2))
    learner.apply(IdealGates(actions=lesson.trials.ideal_gate))
    with pytest.raises(PBWMParameterError, match="'IdealGates' sets gates step by step for one run"):
        learner.train(lesson, progress=progress)


def test_what_fails_when_it_is_applied_is_not_in_force():
    class Failing(Manipulation):
        def compile(self, net, circuit):
            raise RuntimeError("no")

    learner = network()
    with pytest.raises(RuntimeError, match="no"):
        learner.apply(Failing())
    assert learner.manipulations == ()
    learner.run(block_of(0))
