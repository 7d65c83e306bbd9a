"""Parameters: published values, and rejections with field, value, rule and remedy."""

from dataclasses import FrozenInstanceError, fields

import pytest

from pbwm.cortex_learning import CortexLearning
from pbwm.dopamine import PVLV, RescorlaWagner, TemporalDifference
from pbwm.errors import PBWMError, PBWMParameterError
from pbwm.exploration import Exploration
from pbwm.learner import PBWM
from pbwm.match_units import MatchUnits
from pbwm.params import GatingParams, Inhibition, LayerInhibition, NeuronParams, PathParams, PBWMParams
from pbwm.profiles import DeepProfile
from pbwm.striatum import CovarianceRule, FeedbackRule, StriatumLearning, TagRule, TraceRule
from tasks.base.serialization import from_plain, to_plain
from tasks.catalog import TASKS
from tests.pbwm.golden import read

SPEC = read("sir2_spec.json")
LAYERS = {layer["name"]: layer for layer in SPEC["layers"]}
PATHS = {path["name"]: path for path in SPEC["paths"]}

IMPOSSIBLE = [
    (NeuronParams, "vm_tau", 0.5, "at least 1", "3.3"),
    (NeuronParams, "g_tau", float("inf"), "finite", "1.4"),
    (NeuronParams, "gbar_l", -0.1, "at least 0", "0.1"),
    (NeuronParams, "send_delta", float("nan"), "finite", "0.0"),
    (NeuronParams, "gain", 0.0, "at least", "100.0"),
    (NeuronParams, "noise_variance", 0, "at least", "0.005"),
    (NeuronParams, "clamp_max", 1.1, "[0, 1]", "0.95"),
    (NeuronParams, "theta", 0.2, "between reversal_i = 0.25 and reversal_e = 1.0", "0.5"),
    (NeuronParams, "reversal_l", 1.0, "below reversal_e = 1.0", "0.3"),
    (NeuronParams, "gain", "high", "number", "100.0"),
    (Inhibition, "gi", -1.0, "at least 0", "1.8"),
    (Inhibition, "fb_tau", 0.0, "at least 1", "1.4"),
    (LayerInhibition, "self_gi", -0.4, "at least 0", "0.0"),
    (LayerInhibition, "g_tau", 0.9, "at least 1", "1.4"),
    (PathParams, "weight_range", 0.5, "between 0 and 1", "0.25"),
    (PathParams, "striatal_mean", 0.95, "between 0 and 1", "0.1"),
    (PathParams, "fixed_weight", -0.8, "[0, 1]", "0.8"),
    (PathParams, "weight_gain", 0, "at least 1", "6"),
    (PathParams, "weight_gain", 101, "at most 100", "6"),
    (GatingParams, "cycle", 25, "0 to 24", "18"),
    (GatingParams, "checks", 3, "1 or 2", "2"),
    (GatingParams, "updates", 0, "1 or 2", "2"),
    (NeuronParams, "trial_decay", 1.5, "[0, 1]", "0.0"),
    (GatingParams, "age_units", -1, "at least 0", "0"),
    (GatingParams, "age_stripes", -1, "at least 0", "0"),
    (GatingParams, "clear", 2.0, "[0, 1]", "0.0"),
    (GatingParams, "output_max", 0, "at least 1", "1"),
    (GatingParams, "profiles", (), "at least one DeepProfile", "stable"),
    (GatingParams, "output_profile", None, "must be a DeepProfile", "keywords"),
    (DeepProfile, "initial", 1.5, "[0, 1]", "1.0"),
    (DeepProfile, "rise_tau", -1.0, "at least 0", "0.0"),
    (PathParams, "prefrontal_units", 42, "where inputs are one-to-one", "learned_inputs"),
    (CortexLearning, "learning_rate", -0.01, "at least 0", "0.01"),
    (CortexLearning, "momentum_tau", 0.0, "at least 1", "10.0"),
    (CortexLearning, "reversal", 1.0, "between 0 and 1", "0.1"),
    (CortexLearning, "long_gain", 0.1, "exceed long_min = 0.2", "2.5"),
    (StriatumLearning, "burst_gain", -1.0, "at least 0", "1.0"),
    (StriatumLearning, "d2_gain", -1.0, "at least 0", "1.0"),
    (StriatumLearning, "dopamine_offset", float("inf"), "finite", "0.0"),
    (TraceRule, "not_gated", float("nan"), "finite", "0.7"),
    (TagRule, "displacement", -1.0, "at least 0", "3.0"),
    (TagRule, "factor", "a(1-a)", "'2a(1-a)', 'a', '1/2'", "1/2"),
    (CovarianceRule, "habit_rate", 1.5, "[0, 1]", "0.05"),
    (FeedbackRule, "hidden_feedback", -1.0, "at least 0", "1.0"),
    (FeedbackRule, "output_rate", float("nan"), "finite", "1.0"),
    (FeedbackRule, "output_dip_gain", -0.5, "at least 0", "1.0"),
    (FeedbackRule, "baseline_tau", 0.5, "at least 1", "100.0"),
    (FeedbackRule, "teacher", "reward", "'target', 'response'", "target"),
    (FeedbackRule, "closed_gate_credit", 1.5, "[0, 1]", "0.0"),
    (FeedbackRule, "structural_credit", 1, "True or False", "False"),
    (StriatumLearning, "soft_bounds", 0.0, "True or False", "True"),
    (StriatumLearning, "weight_max", 1.5, "[0, 1]", "1.0"),
    (StriatumLearning, "weight_min", 1.0, "below weight_max = 1", "0.0 and 1.0"),
    (StriatumLearning, "rule", "tag", "TraceRule or TagRule or CovarianceRule or FeedbackRule", "keywords"),
    (Exploration, "sd", -0.1, "at least 0", "0.0"),
    (Exploration, "reward_tau", 0.0, "at least 1", "50.0"),
    (Exploration, "site", "thalamus", "'gpi', 'striatum'", "gpi"),
    (RescorlaWagner, "prediction_min", 0.96, "range within [0, 1]", "0.02"),
    (RescorlaWagner, "learning_rate", -1, "at least 0", "0.02"),
    (RescorlaWagner, "senders", (), "at least one layer", "control_input"),
    (TemporalDifference, "discount", 1.1, "[0, 1]", "0.9"),
    (TemporalDifference, "trace_decay", -0.1, "[0, 1]", "0.9"),
    (TemporalDifference, "senders", "control_input", "at least one layer", "control_input"),
    (PVLV, "lvi_learning_rate", -1.0, "at least 0", "0.001"),
    (PVLV, "depression", 2.0, "[0, 1]", "1.0"),
    (PVLV, "filter_max", 0.4, "either side of 0.5", "0.2 and 0.8"),
    (PVLV, "lv_always", 1, "True or False", "True"),
    (PBWMParams, "dopamine", "pvlv", "RescorlaWagner or TemporalDifference or PVLV", "keywords"),
    (PBWMParams, "stripes", 0, "at least 1", "8"),
    (PBWMParams, "hidden", 4.5, "whole number", "49"),
    (PBWMParams, "pfc_activity", 1.2, "[0, 1]", "0.2"),
]


@pytest.mark.parametrize(("owner", "name", "value", "rule", "remedy"), IMPOSSIBLE)
def test_impossible_values_are_rejected(owner, name, value, rule, remedy):
    with pytest.raises(PBWMParameterError) as caught:
        owner(**{name: value})
    text = str(caught.value)
    for word in (owner.__name__, name, str(value), rule, remedy):
        assert word in text
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, PBWMError)


@pytest.mark.parametrize("networks", [range(0), range(17)])
def test_a_block_holds_one_to_sixteen(networks):
    with pytest.raises(PBWMParameterError, match=r"PBWM.networks = range\(.*must be 1 to 16.*Population"):
        PBWM(TASKS["sir2"].build().spec, networks=networks)


def test_parameters_do_not_change():
    params = PBWMParams()
    with pytest.raises(FrozenInstanceError):
        params.stripes = 3


def test_the_reference_simulation_sends_larger_changes_only():
    default, reference = PBWMParams(), PBWMParams.reference_simulation()
    assert default.neuron.send_delta == 0.0
    assert reference.neuron.send_delta == LAYERS["Hidden"]["Act"]["OptThresh"]["Delta"]
    differing = [f.name for f in fields(PBWMParams) if getattr(default, f.name) != getattr(reference, f.name)]
    assert differing == ["neuron"]


def test_neuron_is_the_published_one():
    act, n = LAYERS["Hidden"]["Act"], NeuronParams()
    pairs = {
        (n.theta, n.gain, n.noise_variance, n.act_threshold): act["XX1"].values(),
        (n.reversal_e, n.reversal_l, n.reversal_i): [act["Erev"][key] for key in "ELI"],
        (1.0, n.gbar_l, 1.0): [act["Gbar"][key] for key in "ELI"],
        (n.vm_tau, n.g_tau): [act["Dt"][key] for key in ("VmTau", "GTau")],
        (n.vm_start, 0.0, n.vm_max): [act["Init"]["Vm"], act["VmRange"]["Min"], act["VmRange"]["Max"]],
        (n.send_threshold,): [act["OptThresh"]["Send"]],
        (n.clamp_max,): [LAYERS["Input"]["Act"]["Clamp"]["Range"]["Max"]],
    }
    for ours, theirs in pairs.items():
        assert list(ours) == pytest.approx(list(theirs))


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("hidden_inhibition", "Hidden"),
        ("output_inhibition", "Output"),
        ("matrix_inhibition", "MatrixGo"),
        ("matrix_inhibition", "MatrixNoGo"),
        ("gpe_inhibition", "GPeNoGo"),
        ("gpi_inhibition", "GPiThal"),
        ("pfc_inhibition", "PFCmnt"),
        ("pfc_inhibition", "PFCmntD"),
        ("pfc_inhibition", "PFCout"),
        ("pfc_inhibition", "PFCoutD"),
    ],
)
def test_inhibition_is_the_published_one(field, name):
    ours, theirs = getattr(PBWMParams(), field), LAYERS[name]["Inhib"]
    for settings, key in ((ours.layer, "Layer"), (ours.pool, "Pool")):
        assert (settings is not None) == theirs[key]["On"], key
        if settings:
            names = ("gi", "ff", "fb", "fb_tau", "max_vs_avg", "ff_threshold")
            published = [theirs[key][k] for k in ("Gi", "FF", "FB", "FBTau", "MaxVsAvg", "FF0")]
            assert [getattr(settings, n) for n in names] == pytest.approx(published), key
    assert ours.self_gi == pytest.approx(theirs["Self"]["Gi"] if theirs["Self"]["On"] else 0.0)
    assert ours.g_tau == pytest.approx(LAYERS[name]["Act"]["Dt"]["GTau"])


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("matrix_activity", "MatrixGo"),
        ("gpe_activity", "GPeNoGo"),
        ("gpi_activity", "GPiThal"),
        ("pfc_activity", "PFCoutD"),
    ],
)
def test_expected_activities_are_published_and_fixed(field, name):
    theirs = LAYERS[name]["Inhib"]["ActAvg"]
    assert getattr(PBWMParams(), field) == pytest.approx(theirs["Init"])
    assert theirs["Fixed"]


def test_learning_is_the_published_one():
    ours, theirs = CortexLearning(), LAYERS["Hidden"]["Learn"]
    averages, long = theirs["ActAvg"], theirs["AvgL"]
    assert [ours.super_short_tau, ours.short_tau, ours.medium_tau, ours.medium_in_short, ours.average_start] == (
        pytest.approx([averages[key] for key in ("SSTau", "STau", "MTau", "LrnM", "Init")])
    )
    assert [ours.long_start, ours.long_gain, ours.long_min, ours.long_tau, ours.long_rate_max, ours.long_rate_min] == (
        pytest.approx([long[key] for key in ("Init", "Gain", "Min", "Tau", "LrnMax", "LrnMin")])
    )
    assert ours.error_modulation_min == pytest.approx(long["ModMin"])
    assert ours.cosine_tau == pytest.approx(theirs["CosDiff"]["Tau"])
    path = PATHS["HiddenToOutput"]["Learn"]
    assert ours.learning_rate == pytest.approx(path["Lrate"])
    assert (ours.norm, ours.momentum) == (path["Norm"]["On"], path["Momentum"]["On"])


def test_fields_that_came_later_are_left_out_at_their_defaults_so_that_older_networks_are_read():
    plain = to_plain(PBWMParams())
    assert not {"soft_bounds", "weight_min", "weight_max"} & plain["striatum"].keys()
    assert not {"age_units", "age_stripes", "age_strength"} & plain["gating"].keys()
    assert not {"match_units", "pfc_activity_fixed"} & plain.keys()
    assert from_plain(plain, PBWMParams) == PBWMParams()
    changed = PBWMParams(
        striatum=StriatumLearning(soft_bounds=False),
        gating=GatingParams(age_units=4, age_stripes=3),
        match_units=MatchUnits(to_hidden=0.0),
        pfc_activity_fixed=False,
    )
    assert from_plain(to_plain(changed), PBWMParams) == changed
