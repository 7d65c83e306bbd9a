"""Match units: inputs, projections, activity, and the credit of a stripe through them."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.circuit import build_circuit
from pbwm.dopamine import RescorlaWagner
from pbwm.errors import PBWMParameterError
from pbwm.exploration import Exploration
from pbwm.gate import Disinhibition, MergedGate
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.manipulations import Lesion, Noise
from pbwm.match_units import MatchUnits
from pbwm.params import GatingParams, NeuronParams, PathParams, PBWMParams
from pbwm.recommended import recommended
from pbwm.striatum import FeedbackRule, StriatumLearning
from pbwm.wiring import Influence
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS

SMALL = PBWMParams(
    stripes=3,
    hidden=9,
    gate=Disinhibition(),
    gating=GatingParams(checks=1, maintenance_gain=1.0),
    dopamine=RescorlaWagner(senders=("control_input",)),
    exploration=Exploration(sd=0.3),
    striatum=StriatumLearning(rule=FeedbackRule(hidden_feedback=0.7), learning_rate=0.3, soft_bounds=False),
    match_units=MatchUnits(),
)
WITHOUT = replace(SMALL, match_units=None)
FORMS = {
    "disinhibition": SMALL,
    "merged": replace(SMALL, gate=MergedGate(nogo_gain=1.0, direct_nogo=True)),
    "no output gating": replace(SMALL, output_gating=False),
}
SEND_THRESHOLD = NeuronParams().send_threshold


def circuit_of(params, task="sir2"):
    return build_circuit(TASKS[task].build().spec, params)


def units_of(learner, layer):
    i = learner.circuit.layer(layer)
    return slice(*learner.circuit.starts()[i : i + 2])


def block_of(task, steps, networks=range(3)):
    whole = TrialBlock.stack([TASKS[task].build().trials(steps, stream(3, Purpose.TRIALS, r)) for r in networks])
    arrays = {name: getattr(whole, name)[:, :steps] for name in whole.__dataclass_fields__ if name != "length"}
    return TrialBlock(length=np.minimum(whole.length, steps), **arrays)


def step_of(block, step):
    arrays = {name: getattr(block, name) for name in block.__dataclass_fields__ if name != "length"}
    now = {name: values[:, step : step + 1] for name, values in arrays.items()}
    return TrialBlock(length=np.ones(block.networks, np.intp), **now)


def network(params, task="sir2", layout=Layout.NETWORKS, networks=range(3)):
    return PBWM(TASKS[task].build().spec, networks=networks, seed=6, params=params, layout=layout)


@pytest.mark.parametrize("output_gating", [True, False])
def test_each_unit_receives_its_stimulus_and_the_content_that_drives_cortex(output_gating):
    circuit = circuit_of(replace(SMALL, output_gating=output_gating))
    memory = "pfc_output_deep" if output_gating else "pfc_maintenance_deep"
    senders = {path.sender: circuit.senders(path)[:, 0] for path in circuit.paths if path.target == "pfc_match"}
    symbols = len(TASKS["sir2"].build().spec.channels[0].symbols)
    assert senders.keys() == {"stimulus_input", memory}
    np.testing.assert_array_equal(senders["stimulus_input"], np.tile(np.arange(symbols), 3))
    np.testing.assert_array_equal(senders[memory], np.arange(3 * symbols))


def test_the_other_paths_are_those_of_a_network_without_match_units():
    """Strength and share of every other path, and its initial weights up to the order of draws, stay the same."""
    plain, circuit = circuit_of(WITHOUT), circuit_of(SMALL)
    others = [path for path in circuit.paths if "pfc_match" not in (path.sender, path.target)]
    assert others == list(plain.paths)
    assert [circuit.share(path) for path in others] == [plain.share(path) for path in others]
    assert [layer for layer in circuit.layers if layer.name != "pfc_match"] == list(plain.layers)


def test_a_strength_of_zero_is_no_path():
    def driven(**strengths):
        circuit = circuit_of(replace(SMALL, match_units=MatchUnits(**strengths)))
        return {path.target: path.absolute for path in circuit.paths if path.sender == "pfc_match"}

    assert driven() == {"output": 0.5, "hidden": 0.3}
    assert driven(to_output=0.0) == {"hidden": 0.3}
    assert driven(to_hidden=0.0, to_output=2.0) == {"output": 2.0}


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("form", FORMS)
def test_a_unit_is_the_product_of_stimulus_and_content(form, layout):
    """Shortly before every response, so that its finite difference by the content is the factor of the credit."""
    learner, block = network(FORMS[form], "1-back", layout), block_of("1-back", 40)
    memory = "pfc_output_deep" if FORMS[form].output_gating else "pfc_maintenance_deep"
    seen = []
    for step in range(40):
        _, cycles = learner.trace_step(step_of(block, step))
        layers = ("stimulus_input", memory, "pfc_match")
        stimulus, content, match = (cycles[70:75, units_of(learner, layer)] for layer in layers)
        seen.append((np.tile(stimulus, (1, 3, 1)), content, match))
    stimulus, content, match = (np.array(values) for values in zip(*seen, strict=True))
    there = content > 0.2
    assert (content[there] > 0.5).all()
    np.testing.assert_allclose(match, stimulus * there, atol=0.06)
    both, only_stimulus, only_content = (stimulus > 0) & there, (stimulus > 0) & ~there, (stimulus == 0) & there
    assert both.any()
    assert only_stimulus.any()
    assert only_content.any()
    assert match[only_stimulus].max() < SEND_THRESHOLD
    assert match[only_content].max() < SEND_THRESHOLD
    assert match[both].min() > 0.85


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("teacher", ["target", "response"])
@pytest.mark.parametrize("units", [MatchUnits(), MatchUnits(to_output=0.0), MatchUnits(to_hidden=0.0)])
def test_credit_is_the_naive_sum(units, teacher, layout):
    """f_i = Σ_o w_oi e_o + h Σ_h w_hi e_h + s_i (the same for the match unit), with the weights of each path."""
    rule = FeedbackRule(teacher=teacher, hidden_feedback=0.7)
    params = replace(SMALL, match_units=units, striatum=replace(SMALL.striatum, rule=rule))
    learner = network(params, layout=layout)
    learner.run(block_of("sir2", 20))
    learner.run(block_of("sir2", 1), learn=False)
    state, weights = learner.state(), learner.weights()
    errors = {name: state["errors"][:, units_of(learner, name)] for name in ("output", "hidden")}
    stimulus = np.tile(state["units act"][:, units_of(learner, "stimulus_input")], 3)

    def fed_back(sender):
        driven = {name: weights[f"{sender}->{name}"] for name in errors if f"{sender}->{name}" in weights}
        parts = {name: np.einsum("nji,nj->ni", w, errors[name]) for name, w in driven.items()}
        return sum((0.7 if name == "hidden" else 1.0) * part for name, part in parts.items())

    through_match = stimulus * fed_back("pfc_match")
    expected = fed_back("pfc_output_deep") + through_match
    np.testing.assert_allclose(state["contents fed_back"], expected, rtol=1e-4, atol=1e-6)
    assert np.abs(through_match).max() > 1e-3


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("form", FORMS)
def test_the_record_has_the_strongest_match_unit_of_each_stripe(form, layout):
    learner, block = network(FORMS[form], "1-back", layout), block_of("1-back", 30)
    seen = []
    for step in range(30):
        outcome, cycles = learner.trace_step(step_of(block, step))
        strongest = cycles[-1, units_of(learner, "pfc_match")].reshape(3, -1, 3).max(1).T
        np.testing.assert_allclose(outcome.record.signals["pfc_match"][:, 0], strongest, rtol=1e-6)
        seen.append(strongest)
    assert np.max(seen) > 0.9
    plain = network(WITHOUT, "1-back", layout).run(block, record=True)
    assert "pfc_match" not in plain.record.signals


@pytest.mark.parametrize("layout", list(Layout))
def test_a_lesion_leaves_the_network_without_match_units(layout):
    """Silent match units drive nothing: without learning, cortex responds as one without them."""
    learner, plain = (network(params, "1-back", layout) for params in (SMALL, WITHOUT))
    kept = {name: values for name, values in learner.weights().items() if name in plain.weights()}
    plain.set_weights(kept)
    learner.apply(Lesion(layer="pfc_match"))
    ours, theirs = (one.run(block_of("1-back", 30), learn=False) for one in (learner, plain))
    np.testing.assert_array_equal(ours.response, theirs.response)
    assert not learner.state()["units act"][:, units_of(learner, "pfc_match")].any()


def test_noise_reaches_match_units():
    quiet, noisy = (network(SMALL, "1-back") for _ in range(2))
    noisy.apply(Noise(layer="pfc_match", sd=0.3))
    for one in (quiet, noisy):
        one.run(block_of("1-back", 3), learn=False)
    i = units_of(quiet, "pfc_match")
    assert (quiet.state()["units ge"][:, i] != noisy.state()["units ge"][:, i]).mean() > 0.9


def test_credit_through_match_units_is_in_the_graph_and_proposed_here():
    fed_back, plain = circuit_of(SMALL).graph(), circuit_of(replace(SMALL, striatum=StriatumLearning())).graph()
    for sender, target in (("output", "pfc_match"), ("hidden", "pfc_match"), ("pfc_match", "pfc_maintenance_deep")):
        (edge,) = fed_back.get_edge_data(sender, target).values()
        assert (edge["influence"], edge["sign"]) == (Influence.MODULATION, 1)
        assert "proposed here" in edge["source"]
        assert not plain.has_edge(sender, target)
    only_hidden = circuit_of(replace(SMALL, match_units=MatchUnits(to_output=0.0))).graph()
    assert not only_hidden.has_edge("output", "pfc_match")
    for sender in ("stimulus_input", "pfc_output_deep"):
        (edge,) = plain.get_edge_data(sender, "pfc_match").values()
        assert (edge["influence"], edge["strength"]) == (Influence.EXCITATION, 0.5)
        assert "proposed here" in edge["source"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MatchUnits(to_output=-0.1), "MatchUnits.to_output = -0.1 must be at least 0"),
        (lambda: MatchUnits(to_hidden=float("nan")), "MatchUnits.to_hidden = nan must be a finite number"),
        (lambda: MatchUnits(drive=0.0), "MatchUnits.drive = 0.0 must be above 0"),
        (lambda: MatchUnits(inhibition="strong"), "MatchUnits.inhibition = 'strong' must be a finite number"),
        (
            lambda: MatchUnits(to_output=0.0, to_hidden=0.0),
            r"MatchUnits.to_output, to_hidden = \(0.0, 0.0\) must not both be 0; set one above 0",
        ),
        (
            lambda: replace(SMALL, match_units=0.5),
            "PBWMParams.match_units = 0.5 must be a MatchUnits or None",
        ),
        (
            lambda: replace(SMALL, path=PathParams(learned_inputs=True)),
            r"PBWMParams.match_units = MatchUnits\(.*\) must be None where path.learned_inputs.*learned_inputs=False",
        ),
        (
            lambda: replace(SMALL, match_units=MatchUnits(inhibition=0.9)),
            r"MatchUnits.inhibition = 0.9 must put the threshold \(0.49\) between one input \(0.5\) and two \(1\); "
            "give a value between 0.92 and 1.92, or another drive",
        ),
        (
            lambda: replace(SMALL, match_units=MatchUnits(inhibition=2.0)),
            r"MatchUnits.inhibition = 2.0 must put the threshold \(1.04\) between",
        ),
        (
            lambda: replace(SMALL, match_units=MatchUnits(drive=0.01, inhibition=0.0)),
            r"threshold \(0.04\) between one input \(0.01\) and two \(0.02\); give a drive above 0.02",
        ),
    ],
)
def test_impossible_match_units_are_refused(make, message):
    with pytest.raises(PBWMParameterError, match=message):
        make()


def test_delayed_match_is_learned_with_match_units_and_not_without():
    """The recommended network on a search seed: the criterion in 16 epochs, which no network without them reaches."""
    task, networks = TASKS["delayed-match"].build(), range(4)
    plain = recommended(task.spec)
    reached = []
    for params in (plain, replace(plain, match_units=None)):
        learner = PBWM(task.spec, networks=networks, seed=5031, params=params)
        training = learner.train(draw_lesson(task, 5031, list(networks), range(16), np.zeros(4, int)))
        reached.append(int((training.streak >= task.spec.criterion.zero_error_epochs).sum()))
    assert reached == [4, 0]
