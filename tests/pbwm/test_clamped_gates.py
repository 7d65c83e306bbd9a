"""Clamped gates: a shut one keeps content, an open one replaces it."""

import numpy as np
import pytest

from pbwm.layout import Layout
from pbwm.manipulations import ClampGate
from tests.pbwm.manipulated import FORMS, SMALL, STEPS, block_of, trained, units_of


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("layout", Layout)
def test_a_shut_gate_keeps_content_and_an_open_one_replaces_it(layout, form):
    learner = trained(layout, form)
    learner.apply(*(ClampGate(stripe=s, open=True, steps=(0, 4)) for s in range(3)))
    learner.apply(*(ClampGate(stripe=s, open=False, steps=(5, STEPS - 1)) for s in range(3)))
    learner.apply(ClampGate(stripe=1, open=True, steps=(20, 20)))  # the later clamp holds
    record = learner.run(block_of(9), record=True).record
    gate, memory = record.input_gate, record.memory
    np.testing.assert_array_equal(gate[:, :5], 1)
    for stripe in (0, 2):
        np.testing.assert_array_equal(gate[:, 5:, stripe], 0)
        np.testing.assert_array_equal(memory[:, 5:, stripe], memory[:, 4:-1, stripe])
        assert (memory[:, 4, stripe] != 0).any()
    np.testing.assert_array_equal(memory[:, 5:20, 1], memory[:, 4:19, 1])
    assert (gate[:, 20, 1] == 1).all()
    assert (memory[:, 20, 1] != memory[:, 19, 1]).any()
    np.testing.assert_array_equal(memory[:, 21:, 1], memory[:, 20:-1, 1])
    np.testing.assert_array_equal(record.forget_gate, 1 - gate)
    assert (memory[:, 1:5] != memory[:, :4]).any((0, 2, 3)).all()


def test_content_that_comes_in_is_what_superficial_cortex_holds():
    learner = trained()
    with learner.manipulated(*(ClampGate(stripe=s, open=True) for s in range(3))):
        record = learner.run(block_of(9), learn=False, record=True).record
        state = learner.state()
    superficial = state["units act"][:, units_of(learner, "pfc_maintenance")].reshape(record.memory[:, -1].shape)
    np.testing.assert_allclose(record.memory[:, -1], SMALL.gating.maintenance_gain * superficial, rtol=1e-6)


def test_an_output_gate_lets_out_what_is_held():
    learner = trained()
    state, out = learner.state(), {}
    for is_open in (False, True):
        learner.set_state(state)
        clamps = [ClampGate(stripe=s, open=is_open, gate="output") for s in range(3)]
        with learner.manipulated(*clamps, *(ClampGate(stripe=s, open=True) for s in range(3))):
            record = learner.run(block_of(9), learn=False, record=True).record
        np.testing.assert_array_equal(record.output_gate, float(is_open))
        i = units_of(learner, "pfc_output_deep")
        out[is_open] = learner.state()["units maintained"][:, i]
    assert (out[False] == 0).all()
    assert (out[True] > 0).any()
