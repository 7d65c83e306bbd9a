"""Lesioned units are silent, and their paths, too."""

from copy import deepcopy
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.manipulations import Lesion, Noise
from pbwm.match_units import MatchUnits
from pbwm.striatum import CovarianceRule, FeedbackRule, TagRule, TraceRule
from tests.pbwm.manipulated import FORMS, LAYERS, NETWORKS, TASK, assert_same, block_of, first_step, trained, units_of
from tests.pbwm.pair import NAMES, Pair
from tests.pbwm.twin_cases import FEEDBACK, SMALL, STRIATUM


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
    if layer not in ("gpi_thalamus", "pfc_output", "pfc_output_deep"):  # these may be silent without a lesion
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
    """The lesioned network and one whose NoGo units project nowhere do the same, except for NoGo itself."""
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


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("layout", Layout)
def test_a_lesion_of_go_or_nogo_includes_the_units_that_see_ages(layout, form):
    params = replace(FORMS[form], gating=replace(FORMS[form].gating, age_units=4))
    learner = PBWM(TASK.spec, networks=NETWORKS, seed=4, params=params, layout=layout)
    seen = [units_of(learner, name) for name in ("matrix_go", "matrix_go_age", "matrix_nogo", "matrix_nogo_age")]
    both = [np.r_[seen[0], seen[1]], np.r_[seen[2], seen[3]]]

    def active(*lesions):
        """Which units fired in the third step, (unit, network)."""
        state = learner.state()
        with learner.manipulated(*lesions):
            learner.run(first_step(block_of(4)), learn=False)
            learner.run(first_step(block_of(5)), learn=False)
            _, cycles = learner.trace_step(first_step(block_of(6)), learn=False)
        learner.set_state(state)
        return (cycles > 0).any(0)

    usual = active()
    assert all(usual[part].any(0).all() for part in seen)
    for name, own, other in (("matrix_go", both[0], both[1]), ("matrix_nogo", both[1], both[0])):
        without = active(Lesion(layer=name))
        assert not without[own].any()
        assert without[other].any()
    ages = active(Lesion(layer="matrix_go_age"))
    assert not ages[seen[1]].any()
    assert ages[seen[0]].any()
    stripe = active(Lesion(layer="matrix_go", stripe=2))
    for part in seen[:2]:
        of_stripes = stripe[part].reshape(6, -1)
        assert not of_stripes[2].any()
        assert of_stripes[[0, 1, 3, 4, 5]].any()
    few = Lesion(layer="matrix_go", fraction=0.5)
    half = active(few)
    for place, number in enumerate(NETWORKS):
        lost = few.lost(both[0], number)
        assert len(lost) == len(both[0]) // 2
        assert np.isin(lost, np.r_[seen[1]]).any()
        assert not half[lost, place].any()


def test_noise_in_go_includes_the_units_that_see_ages():
    params = replace(FORMS["merged"], gating=replace(FORMS["merged"].gating, age_units=4))
    learner = PBWM(TASK.spec, networks=NETWORKS, params=params)
    learner.apply(Noise(layer="matrix_go", sd=0.1))
    noisy = {layer.name for layer, row in zip(learner.circuit.layers, learner.net.layers, strict=True) if row.noisy}
    assert noisy == {"matrix_go", "matrix_go_age"}


LEARNS = replace(STRIATUM, learning_rate=0.3, soft_bounds=False)
FED_BACK = replace(FEEDBACK, match_units=MatchUnits(), striatum=replace(LEARNS, rule=FeedbackRule(hidden_feedback=0.7)))
BY_RESPONSE = replace(FED_BACK, striatum=replace(LEARNS, rule=FeedbackRule(teacher="response", hidden_feedback=0.7)))
CARRIERS = ("pfc_maintenance_deep", "pfc_output", "pfc_output_deep")
"""Layers through which the content of a stripe reaches cortex."""
IN_CORTEX = ("output", "hidden", "pfc_maintenance", "pfc_match", *CARRIERS)
IN_STRIATUM = {
    "trace": replace(SMALL, striatum=replace(LEARNS, rule=TraceRule(factor="1/2"))),
    "tag": replace(SMALL, striatum=replace(LEARNS, rule=TagRule())),
    "covariance": replace(SMALL, striatum=replace(LEARNS, rule=CovarianceRule(factor="a"))),
    "feedback": FED_BACK,
}
WITHOUT_OUTPUT_GATES = replace(FED_BACK, output_gating=False)
LESIONED = [("target", FED_BACK, layer) for layer in IN_CORTEX]
LESIONED += [("response", BY_RESPONSE, layer) for layer in ("output", "hidden")]
LESIONED += [("no output gates", WITHOUT_OUTPUT_GATES, layer) for layer in ("pfc_maintenance_deep", "pfc_match")]


@cache
def before_the_lesion(params):
    """The state of a network after five steps, and its twin, which had the same activity in every cycle."""
    pair = Pair("sir2", params, 16, number=1)
    for now in range(5):
        pair.step(now)
    return pair.network.state(), pair.twin


def held_against_the_twin(params, layer):
    """Steps of a network and its twin before, during, and after a lesion of half of a layer."""
    pair, (state, twin) = Pair("sir2", params, 16, number=1), before_the_lesion(params)
    pair.network.set_state(state)
    pair.twin = twin = deepcopy(twin)
    units = np.arange(twin.layers[NAMES[layer]].n)
    lesion = Lesion(layer=layer, fraction=0.5)
    pair.network.apply(lesion)
    twin.layers[NAMES[layer]].lesion(np.where(np.isin(units, lesion.lost(units, 1)), 0.0, 1.0))
    for now in range(5, 12):
        pair.step(now)
    pair.compare_learned()
    pair.network.revert(lesion)
    twin.layers[NAMES[layer]].lesion(np.ones(len(units)))
    for now in range(12, 16):
        pair.step(now)
    pair.compare_learned()


@pytest.mark.parametrize(("params", "layer"), [pytest.param(p, layer, id=f"{f}, {layer}") for f, p, layer in LESIONED])
def test_credit_with_a_lesion_in_cortex_is_that_of_the_twin(params, layer):
    held_against_the_twin(params, layer)


@pytest.mark.parametrize("layer", ["matrix_go", "matrix_nogo"])
@pytest.mark.parametrize("rule", IN_STRIATUM)
def test_learning_with_a_lesion_in_the_striatum_is_that_of_the_twin(rule, layer):
    held_against_the_twin(IN_STRIATUM[rule], layer)


def taught(layout, rule="feedback"):
    learner = PBWM(TASK.spec, networks=NETWORKS, seed=4, params=IN_STRIATUM[rule], layout=layout)
    for epoch in range(3):
        learner.run(block_of(epoch))
    return learner


@pytest.mark.parametrize("layout", Layout)
def test_lesioned_match_units_give_no_credit(layout):
    """The feedback to a stripe is that through deep PFC alone; a lesion of all layers on its way removes it."""
    learner = taught(layout)
    learner.apply(Lesion(layer="pfc_match"))
    learner.run(block_of(5), learn=False)
    state, weights = learner.state(), learner.weights()
    told = {name: state["errors"][:, units_of(learner, name)] for name in ("output", "hidden")}
    rates = {"output": 1.0, "hidden": 0.7}
    direct = sum(
        rates[name] * np.einsum("nji,nj->ni", weights[f"pfc_output_deep->{name}"], told[name]) for name in told
    )
    np.testing.assert_allclose(state["contents fed_back"], direct, rtol=1e-4, atol=1e-6)
    assert np.abs(direct).max() > 1e-3


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("layer", CARRIERS)
def test_a_stripe_that_is_cut_off_from_cortex_earns_no_credit(layer, layout):
    learner = taught(layout)
    learner.apply(Lesion(layer=layer, stripe=1))
    before = learner.weights()["control_input->matrix_go"].copy()
    signals = learner.run(block_of(5), record=True).record.signals
    for name in ("held_worth", "displaced_worth", "rejected_worth"):
        assert (signals[name][:, :, 1] == 0).all()
        assert signals[name][:, :, [0, 2]].any()
    change = (learner.weights()["control_input->matrix_go"] - before).reshape(len(NETWORKS), 2 * 3, -1)
    assert (change[:, 1] == 0).all()
    assert (change[:, [0, 2]] != 0).any()


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("rule", IN_STRIATUM)
def test_lesioned_striatal_units_do_not_learn(rule, layout):
    learner = taught(layout, rule)
    units, lesion = units_of(learner, "matrix_go"), Lesion(layer="matrix_go", fraction=0.5)
    before = learner.weights()["control_input->matrix_go"].copy()
    learner.apply(lesion)
    learner.run(block_of(5))
    after = learner.weights()["control_input->matrix_go"]
    numbers = np.arange(units.stop - units.start)
    lost = np.array([np.isin(numbers, lesion.lost(numbers, number)) for number in NETWORKS])
    assert (after == before)[lost].all()
    assert (after != before)[~lost].any()
