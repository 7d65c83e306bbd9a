"""Ideal gates are open where a perfect memory would store and read, step by step, and nowhere else."""

import numpy as np
import pytest

from pbwm.errors import PBWMParameterError
from pbwm.ideal_gates import IdealGates
from pbwm.layout import Layout
from tasks.base.task import GateAction
from tests.pbwm.manipulated import FORMS, NETWORKS, SMALL, STEPS, assert_same, block_of, network


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
    ],
)
def test_what_is_no_ideal_of_these_networks_is_refused(actions, message):
    with pytest.raises(PBWMParameterError, match=message):
        network().apply(IdealGates(actions=actions))
