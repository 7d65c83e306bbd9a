"""Gains of dopamine, its tonic part, and noise."""

from dataclasses import replace

import numpy as np

from pbwm.learner import PBWM
from pbwm.manipulations import DopamineGain, Lesion, Noise
from tests.pbwm.manipulated import NETWORKS, SMALL, TASK, assert_same, block_of, first_step, network, trained, units_of


def learned(*manipulations):
    """Changes of the striatal weights in one run, from the same state: Go, NoGo."""
    learner = trained()
    before = learner.weights()
    with learner.manipulated(*manipulations):
        record = learner.run(block_of(9, steps=10), record=True).record
    after = learner.weights()
    changes = [after[f"control_input->matrix_{m}"] - before[f"control_input->matrix_{m}"] for m in ("go", "nogo")]
    return (*changes, record)


def test_receptor_gains_act_on_their_own_pathway_only():
    go, nogo, _ = learned()
    for gains, still, other, moved in (({"d1": 0.0}, 0, 1, nogo), ({"d2": 0.0}, 1, 0, go)):
        changed = learned(DopamineGain(**gains))
        assert (changed[still] == 0).all()
        assert (changed[other] != 0).any()
        assert (moved != 0).any()
    assert not np.array_equal(learned(DopamineGain(d1=2.0))[0], go)


def test_bursts_and_dips_have_gains_of_their_own():
    """Without bursts, a positive prediction error teaches nothing."""
    zero = learned(DopamineGain(burst=0.0, dip=0.0))
    assert (zero[0] == 0).all()
    assert (zero[1] == 0).all()
    assert (zero[2].signals["dopamine"] != 0).any()
    go, nogo, _ = learned()
    for one in (learned(DopamineGain(burst=0.0)), learned(DopamineGain(dip=0.0))):
        assert (one[0] != 0).any()
        assert (one[1] != 0).any()
        assert not np.array_equal(one[0], go)
        assert not np.array_equal(one[1], nogo)


def test_gains_are_those_of_the_parameters():
    """A factor on the parameters' gain equals parameters with that gain."""
    params = replace(SMALL, striatum=replace(SMALL.striatum, burst_gain=0.25, dip_gain=0.5))
    ours = network()
    ours.apply(DopamineGain(burst=0.5), DopamineGain(burst=0.5, dip=0.5))
    theirs = PBWM(TASK.spec, networks=NETWORKS, seed=4, params=params)
    for learner in (ours, theirs):
        learner.run(block_of(0))
    assert_same(ours.state(), theirs.state())


def test_tonic_dopamine_excites_go_and_calms_nogo():
    def act(tonic, **gains):
        learner = trained()
        learner.apply(DopamineGain(tonic=tonic, **gains))
        signals = learner.run(block_of(9), learn=False, record=True).record.signals
        return np.array([np.nanmean(signals[f"matrix_{name}"]) for name in ("go", "nogo")])

    low, usual, high, full = act(-0.2), act(0.0), act(0.2), act(1.0)
    assert low[0] < usual[0] < high[0]
    assert low[1] > usual[1] > high[1] > full[1]
    assert full[1] < 1e-3
    np.testing.assert_allclose(act(0.2, d1=0.0), [usual[0], high[1]], rtol=0.01)
    np.testing.assert_allclose(act(0.2, d2=0.0), [high[0], usual[1]], rtol=0.01)


def ge_of(learner, layer, *manipulations):
    """Ge of a layer at the end of a run without learning: (network, unit)."""
    with learner.manipulated(*manipulations):
        learner.run(block_of(9, steps=4), learn=False)
    return learner.state()["units ge"][:, units_of(learner, layer)]


def test_noise_is_the_input_it_says():
    """A unit without senders has the noise as its Ge: N(0, sd), new in every trial and for each network."""
    params = replace(SMALL, stripes=200)
    learner = PBWM(TASK.spec, networks=NETWORKS, seed=4, params=params)
    learner.apply(Lesion(layer="matrix_nogo"))
    quiet = ge_of(learner, "gpe")
    assert np.abs(quiet).max() < 1e-6
    first = ge_of(learner, "gpe", Noise(layer="gpe", sd=0.3), Noise(layer="gpe", sd=0.4))
    again = ge_of(learner, "gpe", Noise(layer="gpe", sd=0.5))
    for values in (first, again):
        np.testing.assert_allclose([values.mean(), values.std()], [0, 0.5], atol=0.05)
    assert abs(np.corrcoef(first.ravel(), again.ravel())[0, 1]) < 0.1
    assert np.abs(np.corrcoef(first) - np.eye(3)).max() < 0.15


def test_noise_in_the_membrane_moves_silent_units():
    learner = network()
    learner.apply(Lesion(layer="matrix_nogo"))
    learner.run(first_step(block_of(8)), learn=False)
    quiet = learner.state()["units vm"][:, units_of(learner, "gpe")]
    with learner.manipulated(Noise(layer="gpe", sd=0.02, on="vm")):
        learner.run(first_step(block_of(9)), learn=False)
    moved = learner.state()["units vm"][:, units_of(learner, "gpe")]
    assert np.ptp(quiet) < 1e-6
    assert len(np.unique(moved)) == moved.size
    np.testing.assert_allclose(moved.mean(), quiet.mean(), atol=0.1)


def test_little_noise_is_little_and_none_is_none():
    runs = {}
    for sd in (0.0, 1e-6, 0.3):
        learner = trained()
        learner.apply(Noise(layer="hidden", sd=sd))
        learner.run(block_of(9, steps=3), learn=False)
        runs[sd] = learner.state()["units ge"]
    kept = trained()
    kept.run(block_of(9, steps=3), learn=False)
    np.testing.assert_array_equal(runs[0.0], kept.state()["units ge"])
    assert 0 < np.abs(runs[1e-6] - runs[0.0]).max() < 1e-3 < np.abs(runs[0.3] - runs[0.0]).max()
