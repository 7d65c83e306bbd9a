"""Lesions do what they say: what is lesioned is silent, and its paths with it."""

import numpy as np
import pytest

from pbwm.layout import Layout
from pbwm.manipulations import Lesion
from tests.pbwm.manipulated import FORMS, LAYERS, NETWORKS, assert_same, block_of, first_step, trained, units_of


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize(("form", "layer"), LAYERS)
def test_a_lesioned_layer_is_silent_from_the_first_cycle_on(form, layer, layout):
    learner = trained(layout, form)
    i = learner.circuit.layer(layer)
    with learner.manipulated(Lesion(layer=layer)):
        learner.trace_step(first_step(block_of(4)))
        _, cycles = learner.trace_step(first_step(block_of(5)))
        state = learner.state()
    assert (cycles[:, units_of(learner, layer)] == 0).all()
    assert (state["units act"][:, units_of(learner, layer)] == 0).all()
    pool = int(learner.net.layers[i].pool) if layout is Layout.NETWORKS else None
    if pool is not None:
        assert (state["pools act_avg"][:, pool] == 0).all()
    _, cycles = learner.trace_step(first_step(block_of(6)))
    if layer not in ("gpi_thalamus", "pfc_output", "pfc_output_deep"):  # these may well be silent by themselves
        assert (cycles[:, units_of(learner, layer)] > 0).any()


def test_activity_of_an_earlier_trial_is_not_sent_by_lesioned_units():
    learner = trained()
    hidden = units_of(learner, "hidden")
    assert (learner.state()["units act"][:, hidden] > 0.2).any()
    learner.apply(Lesion(layer="hidden"))
    learner.run(first_step(block_of(4)))
    state = learner.state()
    assert (state["units act"][:, hidden] == 0).all()
    for average in ("avg_ss", "avg_s", "avg_m"):
        assert (state[f"units {average}"][:, hidden] < 1e-3).all()


@pytest.mark.parametrize("layout", Layout)
def test_part_of_a_layer_and_a_stripe(layout):
    learner = trained(layout)
    matrix = units_of(learner, "matrix_go")
    size = learner.circuit.layers[learner.circuit.layer("matrix_go")].size
    with learner.manipulated(Lesion(layer="matrix_go", stripe=4), Lesion(layer="hidden", fraction=0.34)):
        _, cycles = learner.trace_step(first_step(block_of(5)))
        state = learner.state()
    act = cycles[:, matrix].reshape(len(cycles), -1, size, len(NETWORKS))
    assert (act[:, 4] == 0).all()
    assert all((act[:, stripe] > 0).any() for stripe in (0, 1, 2, 3, 5))
    hidden = cycles[:, units_of(learner, "hidden")]
    assert ((hidden == 0).all(0).sum(0) >= 3).all()
    assert (hidden.max((0, 1)) > 0).all()
    i = learner.circuit.layer("hidden")
    mean = state["units act"][:, units_of(learner, "hidden")].mean(1)
    np.testing.assert_allclose(state["layers activity_plus"][:, i], mean, rtol=1e-6)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("learn", [False, True])
def test_without_nogo_is_without_the_paths_from_nogo(learn, form):
    """The lesioned network and one whose NoGo units reach nobody do the same, but for NoGo itself."""
    lesioned, cut = trained(form=form), trained(form=form)
    lesioned.apply(Lesion(layer="matrix_nogo"))
    paths = [path.name for path in cut.circuit.paths if path.sender == "matrix_nogo"]
    assert paths
    cut.set_weights({name: np.zeros_like(cut.weights()[name]) for name in paths})
    ours, theirs = (learner.run(block_of(7), learn=learn, record=True).record for learner in (lesioned, cut))
    assert_same(theirs.signals, ours.signals, but=("matrix_nogo",))
    np.testing.assert_array_equal(theirs.memory, ours.memory)
    assert (ours.signals["matrix_nogo"] == 0).all()
    assert (theirs.signals["matrix_nogo"] > 0).any()
    assert_same({name: of for name, of in cut.weights().items() if "matrix_nogo" not in name}, lesioned.weights())


def test_without_go_no_gate_opens():
    learner = trained()
    state = learner.state()
    usual = learner.run(block_of(8), learn=False, record=True).record.signals["gate"]
    learner.set_state(state)
    with learner.manipulated(Lesion(layer="matrix_go")):
        without = learner.run(block_of(8), learn=False, record=True).record.signals["gate"]
    assert (usual > 0).any()
    assert (without == 0).all()
