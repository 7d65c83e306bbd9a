"""Lesions, forced gates and gains of dopamine in the 2006 form, against the twin, and what remains afterwards."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from pbwm.errors import PBWMParameterError
from pbwm.form2006.interventions import require_stable_gains
from pbwm.form2006.learner import PBWM2006
from pbwm.form2006.params import PBWM2006Params, oreilly_frank_2006
from pbwm.manipulations import ClampGate, DopamineGain, Lesion, Noise
from tasks.base.errors import UnknownNameError
from tasks.catalog import TASKS
from tests.form2006.test_twin import GO, TOLERANCE, block_of, chances
from tests.reference.form2006_twin import Twin

SMALL = PBWM2006Params(stripes=3, hidden=12, random_go=replace(GO, baseline=0.3))
GAIN = DopamineGain(burst=0.5, dip=2.0, d1=0.7, d2=1.5, tonic=0.2)
CLAMPS = (ClampGate(stripe=0, open=True, steps=(1, 5)), ClampGate(stripe=1, open=False))
SOME = (Lesion(layer="hidden", fraction=0.4), Lesion(layer="pfc", stripe=2, fraction=0.5), GAIN, *CLAMPS)


def networks(task="sir2", steps=8, **given):
    spec, block = block_of(task, steps)
    return PBWM2006(spec, networks=range(2), seed=4, params=SMALL, **given), block


def lost(learner, lesion, network):
    """Places of the lesioned units within the layer."""
    i = learner.circuit.layer(lesion.layer)
    layer = learner.circuit.layers[i]
    units = np.arange(layer.units) if lesion.stripe is None else lesion.stripe * layer.size + np.arange(layer.size)
    return lesion.lost(units, network)


@pytest.mark.parametrize(
    "done",
    [
        SOME,
        (Lesion(layer="matrix_nogo", fraction=0.5), Lesion(layer="output", fraction=0.3)),
        (Lesion(layer="input", fraction=0.2), Lesion(layer="learned_value", fraction=0.3), GAIN),
        (Lesion(layer="snr_thalamus", stripe=1),),
    ],
)
def test_the_kernels_compute_what_the_twin_does_under_manipulations(done):
    learner, block = networks(dtype=np.float64)
    weights = learner.weights()
    learner.apply(*done)
    outcome = learner.run(block, record=True)
    assert outcome.manipulations == outcome.record.manipulations == done
    for r in range(2):
        twin = Twin(learner.spec, SMALL, {n: w[r] for n, w in weights.items()}, partial(chances, 4, r))
        for lesion in (m for m in done if isinstance(m, Lesion)):
            twin.areas[lesion.layer].silent.reshape(-1)[lost(learner, lesion, r)] = True
        if GAIN in done:
            twin.gain = GAIN
            twin.areas["matrix_go"].excitability = 1 + GAIN.d1 * GAIN.tonic
            twin.areas["matrix_nogo"].excitability = 1 - GAIN.d2 * GAIN.tonic
        for step in range(int(block.length[r])):
            forced = [1.0 if 1 <= step <= 5 else -1.0, 0.0, -1.0] if CLAMPS[0] in done else None
            given = block.symbols[r, step], int(block.target[r, step]), bool(block.rewarded[r, step])
            assert twin.event(*given, forced=forced) == outcome.response[r, step], (r, step)
            for name, value in {
                "dopamine": twin.dopamine,
                "snr_thalamus": twin.areas["snr_thalamus"].plus[:, 0],
                "matrix_go": twin.areas["matrix_go"].plus.sum(1),
            }.items():
                found = outcome.record.signals[name][r, step]
                np.testing.assert_allclose(found, value, atol=TOLERANCE, err_msg=f"{r} {step} {name}")
        for name, w in learner.weights().items():
            np.testing.assert_allclose(w[r], twin.weight[name], atol=TOLERANCE, err_msg=name)


def test_reverted_manipulations_leave_no_bit_behind():
    kept, block = networks()
    tried, _ = networks()
    state = tried.state()
    with tried.manipulated(*SOME):
        tried.run(block)
        assert any((tried.state()[name] != values).any() for name, values in state.items())
    tried.set_state(state)
    for learner in (kept, tried):
        learner.run(block)
    for name, values in kept.state().items():
        np.testing.assert_array_equal(tried.state()[name], values, err_msg=name)


def test_a_gate_that_is_held_open_renews_its_content_and_one_that_is_shut_keeps_it():
    learner, block = networks()
    learner.apply(ClampGate(stripe=0, open=True), ClampGate(stripe=1, open=False))
    record = learner.run(block, record=True).record
    live = block.live
    assert (record.input_gate[live][:, 0] == 1).all()
    assert (record.input_gate[live][:, 1] == 0).all()
    assert (record.memory[live][:, 1] == 0).all()
    assert not record.signals["random_go"][live][:, :2].any()
    shown = record.memory[:, 1:, 0] != record.memory[:, :-1, 0]
    assert shown.any(-1)[live[:, 1:]].mean() > 0.5


def test_a_clamp_that_begins_after_the_run_is_rejected():
    learner, block = networks()
    learner.apply(ClampGate(stripe=0, open=True, steps=(block.steps, 99)))
    with pytest.raises(PBWMParameterError, match=r"ClampGate\.steps = .* begins after the last step"):
        learner.run(block)


def test_all_layers_can_be_lesioned_and_are_silent():
    learner, block = networks(steps=1)
    layers = [layer.name for layer in learner.circuit.layers]
    shown = {layer.name: layer.units for layer in learner.anatomy().layers}
    first = dict(zip(shown, np.cumsum([0, *shown.values()]), strict=False))
    for name in layers:
        with learner.manipulated(Lesion(layer=name)):
            activity = learner.observe_step(block, learn=False).activity
        assert not activity[:, :, first[name] : first[name] + shown[name]].any(), name


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (Noise(layer="hidden", sd=0.1), PBWMParameterError, "does not apply to PBWM2006 networks; give one of Lesion"),
        (ClampGate(stripe=3, open=True), PBWMParameterError, "must be one of the 3 stripes"),
        (ClampGate(stripe=0, open=True, gate="output"), PBWMParameterError, "does not exist"),
        (Lesion(layer="stn"), UnknownNameError, "unknown layer 'stn'"),
        (Lesion(layer="hidden", stripe=0), PBWMParameterError, "0 stripes of layer 'hidden'"),
        (DopamineGain(burst=1e9), PBWMParameterError, "times as strong as the limit.*; reduce burst, dip"),
        (DopamineGain(d2=1e6), PBWMParameterError, "times as strong as the limit"),
        (DopamineGain(dip=1e6), PBWMParameterError, "times as strong as the limit"),
        (
            DopamineGain(tonic=5.0),
            PBWMParameterError,
            r"DopamineGain\.tonic = 5\.0 multiplies .* matrix_go by 6, .* 5;",
        ),
        (DopamineGain(tonic=-5.0), PBWMParameterError, "excitation of matrix_nogo by 6, .*; give a tonic level nearer"),
        (DopamineGain(tonic=1e30), PBWMParameterError, r"DopamineGain\.tonic = 1e\+30"),
    ],
)
def test_what_does_not_fit_is_rejected(wrong, error, message):
    learner, _ = networks()
    with pytest.raises(error, match=message):
        learner.apply(SOME[0], wrong)
    assert learner.manipulations == ()


def test_gains_are_bounded_together():
    learner, _ = networks()
    most = 1 / learner.params.dopamine_step()
    each = DopamineGain(burst=0.9 * most**0.5, dip=0.9 * most**0.5)
    learner.apply(each, each)
    with pytest.raises(PBWMParameterError, match="DopamineGain"):
        learner.apply(each)
    assert learner.manipulations == (each, each)


def test_the_dopamine_of_a_random_go_counts_in_full_where_the_gain_is_small():
    """On the phonological loop, a gain of .2 does not apply to the dopamine of 10 of a random Go."""
    params = oreilly_frank_2006(TASKS["phonological-loop"].build().spec)
    require_stable_gains(params, [DopamineGain(burst=16.0)])
    with pytest.raises(PBWMParameterError, match="times as strong as the limit"):
        require_stable_gains(params, [DopamineGain(burst=17.0)])


def test_tonic_levels_are_bounded_together_by_what_a_potential_can_take():
    """Two factors of 2 are allowed, three are not: a potential moves by a fifth of its excitation in a cycle."""
    learner, block = networks()
    twice = DopamineGain(tonic=1.0)
    learner.apply(twice, twice)
    with pytest.raises(PBWMParameterError, match=r"tonic = 1\.0 multiplies the excitation of matrix_go by 8"):
        learner.apply(twice)
    assert learner.manipulations == (twice, twice)
    learner.run(block)
    assert all(np.isfinite(values).all() for values in learner.state().values())


def test_manipulated_networks_are_not_saved(tmp_path):
    learner, _ = networks()
    with learner.manipulated(SOME[0]), pytest.raises(PBWMParameterError, match="revert them before"):
        learner.save(tmp_path / "networks.safetensors")
    learner.save(tmp_path / "networks.safetensors")
