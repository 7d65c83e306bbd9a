"""The explicit gate: tonic rates, Go and NoGo, the effective gate, and prefrontal content."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.errors import PBWMParameterError
from pbwm.gate import Disinhibition, GradedRelay, MergedGate, NoiseScaledRelay, PointRelay
from pbwm.learner import PBWM
from pbwm.params import NeuronParams, PBWMParams
from pbwm.relay import relay_response
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

SIR = TASKS["sir2"].build()
PARAMS = PBWMParams(stripes=2, hidden=6, gate=Disinhibition())
STEPS = 8
PATHS = ("control_input->matrix_go", "control_input->matrix_nogo")


def network(params=PARAMS, networks=1):
    return PBWM(SIR.spec, networks=range(networks), seed=3, params=params)


def block_of(networks, steps=STEPS):
    return TrialBlock.stack([SIR.trials(steps, stream(11, Purpose.TRIALS, r)) for r in range(networks)])


def driven(go, nogo, params=PARAMS, steps=STEPS):
    """The record of a network with weights into the striatum of `go` and `nogo` for each stripe."""
    learner = network(params)
    shape = learner.weights()[PATHS[0]].shape
    each = shape[1] // (2 * params.stripes)
    weights = (np.repeat(np.broadcast_to(w, 2 * params.stripes), each)[None, :, None] for w in (go, nogo))
    learner.set_weights({name: np.broadcast_to(w, shape) for name, w in zip(PATHS, weights, strict=True)})
    return learner.run(block_of(1, steps), learn=False, record=True).record


def test_without_striatum_gpi_fires_and_every_gate_is_shut():
    record = driven(0.0, 0.0)
    assert record.signals["matrix_go"].max() == record.signals["matrix_nogo"].max() == 0.0
    gpi = record.signals["gpi"][0]
    assert gpi.min() > 0.7
    assert np.ptp(gpi[1:]) < 0.01
    assert not record.signals["gate"].any()
    assert record.signals["thalamus"].max() < NeuronParams().send_threshold
    assert record.input_gate.max() < 0.2
    assert not record.memory.any()


def test_a_shut_stripe_is_as_if_there_were_no_thalamus():
    """NoGo keeps prefrontal cortex bit-identical to one without thalamic output."""
    shut = driven(0.05, 0.9)
    assert not shut.signals["gate"].any()
    for loop in (0.0, 0.03, 1.0):
        params = replace(PARAMS, gate=replace(PARAMS.gate, thalamus_to_deep=loop))
        learner = network(params)
        shape = learner.weights()[PATHS[0]].shape
        learner.set_weights({PATHS[0]: np.full(shape, 0.05), PATHS[1]: np.full(shape, 0.9)})
        learner.run(block_of(1), learn=False)
        deep = learner.circuit.layer("pfc_maintenance_deep")
        units = learner.state()["units act"][0, learner.circuit.starts()[deep] :]
        if loop == 0.0:
            without = units
        np.testing.assert_array_equal(units, without)


def test_a_closed_stripe_holds_and_a_gate_replaces():
    """Both stripes are filled; then NoGo shuts the first, while Go opens the second to each new symbol."""
    learner = network()
    block = block_of(1, 30)
    shown = np.flatnonzero(block.symbols[0, :, 0] >= 0)[:4]
    cut = {n: getattr(block, n)[:, shown] for n in block.__dataclass_fields__ if n != "length"}

    def drive(opened):
        shape = learner.weights()[PATHS[0]].shape
        pool = np.arange(shape[1]) // (shape[1] // 4)
        go = np.broadcast_to(np.where(np.isin(pool, opened), 0.9, 0.1)[None, :, None], shape)
        learner.set_weights({PATHS[0]: go, PATHS[1]: np.broadcast_to(1 - go, shape)})

    drive([0, 1])
    first = TrialBlock(length=np.array([1]), **{n: a[:, :1] for n, a in cut.items()})
    start = learner.run(first, learn=False, record=True).record
    drive([1])
    rest = TrialBlock(length=np.array([3]), **{n: a[:, 1:] for n, a in cut.items()})
    record = learner.run(rest, learn=False, record=True).record
    assert start.memory[0, 0, 0].max() > 0.5
    np.testing.assert_array_equal(record.memory[0, :, 0], np.broadcast_to(start.memory[0, 0, 0], (3, 5)))
    np.testing.assert_array_equal(record.memory[0, :, 1].argmax(1), rest.symbols[0, :, 0])
    assert (record.input_gate[0, :, 1] > 0.8).all()
    assert (record.input_gate[0, :, 0] < 0.2).all()


def test_untrained_stripes_gate_about_a_third_of_the_time():
    for name in ("sir2-reference", "12ax"):
        task = TASKS[name].build()
        learner = PBWM(task.spec, seed=5, params=PBWMParams(gate=Disinhibition()))
        block = TrialBlock.stack([task.trials(30, stream(6, Purpose.TRIALS, r)) for r in range(16)])
        gate = learner.run(block, learn=False, record=True).record.signals["gate"][:, 1:30, 0]
        assert 0.25 < (gate > 0).mean() < 0.42


def test_a_tenth_more_go_than_nogo_opens_and_a_tenth_less_shuts():
    task = TASKS["sir2-reference"].build()
    learner = PBWM(task.spec, seed=5, params=PBWMParams(gate=Disinhibition()))
    block = TrialBlock.stack([task.trials(30, stream(6, Purpose.TRIALS, r)) for r in range(16)])
    signals = learner.run(block, learn=False, record=True).record.signals
    balance = (signals["matrix_go"] - signals["matrix_nogo"])[:, 1:30, 0]
    opened, effective = (signals[name][:, 1:30, 0] for name in ("gate", "effective_gate"))
    more, less = (balance > 0.1) & (balance < 0.2), (balance > -0.1) & (balance < 0.0)
    assert more.sum() > 100
    assert less.sum() > 100
    assert (opened[more] > 0).mean() > 0.75
    assert (opened[less] > 0).mean() < 0.1
    assert effective[more].mean() > effective[less].mean() + 0.5


def test_the_effective_gate_is_a_fraction_and_rises_with_go_alone():
    gates = [driven(go, 0.5).signals["effective_gate"][0, 2:].mean() for go in (0.3, 0.45, 0.55, 0.7)]
    assert (np.diff(gates) > 0).all()
    nogo = [driven(0.5, w).signals["effective_gate"][0, 2:].mean() for w in (0.3, 0.45, 0.55, 0.7)]
    assert (np.diff(nogo) < 0).all()
    assert min(gates + nogo) >= 0
    assert max(gates + nogo) <= 1


def test_the_brake_shuts_and_its_removal_opens():
    """STN excites GPi diffusely: if it is driven more, every stripe is harder to open."""

    def opened(cortex_to_stn):
        params = PBWMParams(gate=replace(PARAMS.gate, cortex_to_stn=cortex_to_stn))
        learner = PBWM(SIR.spec, seed=5, params=params)
        signals = learner.run(block_of(16, 20), learn=False, record=True).record.signals
        return (signals["gate"][:, 1:20] > 0).mean(), signals["stn"][:, 1:20].mean(), signals["gpi"][:, 1:20].mean()

    removed, usual, strong = opened(0.0), opened(0.03), opened(0.2)
    assert removed[0] > usual[0] > strong[0]
    assert removed[1] < usual[1] < strong[1]
    assert removed[2] < usual[2] < strong[2]


def test_the_merged_form_records_its_gate_as_the_effective_one():
    learner = network(replace(PARAMS, gate=MergedGate()))
    record = learner.run(block_of(1), record=True).record
    np.testing.assert_array_equal(record.input_gate, record.signals["gate"][:, :, :, :2].max(2))
    assert "gpi" not in record.signals


@pytest.mark.parametrize("relay", [GradedRelay(), NoiseScaledRelay(), PointRelay(), PointRelay(gain=5.0)])
def test_relays_fall_with_inhibition_and_rise_with_drive(relay):
    drive, conductance = np.linspace(0, 1, 21), np.linspace(0, 4, 21)
    response = relay_response(relay, drive, conductance)
    assert (np.diff(response, axis=0) >= 0).all()
    assert (np.diff(response[5:], axis=1) <= 1e-12).all()
    assert response[-1, 0] > 0.5
    assert (response >= 0).all()
    assert (response <= 1).all()


def test_a_graded_relay_is_a_depolarization():
    """(Vm∞ − L)/(E − L) of the point neuron, by hand."""
    ge, gi, leak = 0.4, 1.0, 0.3
    steady = (ge * 1.0 + leak * 0.3 + gi * 0.25) / (ge + leak + gi)
    found = relay_response(GradedRelay(leak=leak), np.array([ge]), np.array([gi]))
    assert found[0, 0] == pytest.approx((steady - 0.3) / 0.7)


@pytest.mark.parametrize(
    ("owner", "name", "value", "rule"),
    [
        (Disinhibition, "gain", 0.0, "at least"),
        (Disinhibition, "g_tau", 0.5, "at least 1"),
        (Disinhibition, "gpi_tonic", -0.1, "at least 0"),
        (Disinhibition, "go_to_gpi", float("nan"), "finite"),
        (Disinhibition, "relay", "graded", "must be a PointRelay or GradedRelay or NoiseScaledRelay"),
        (MergedGate, "go_gain", -1.0, "at least 0"),
        (PointRelay, "gain", 0.0, "at least"),
        (GradedRelay, "leak", 0.0, "at least"),
        (NoiseScaledRelay, "balance", 1.5, "[0, 1]"),
        (NoiseScaledRelay, "noise", -1.0, "at least 0"),
        (PBWMParams, "gate", GradedRelay(), "must be a MergedGate or Disinhibition"),
    ],
)
def test_impossible_values_are_rejected(owner, name, value, rule):
    with pytest.raises(PBWMParameterError) as caught:
        owner(**{name: value})
    assert name in str(caught.value)
    assert rule in str(caught.value)
