"""Manipulations do what they say, as the theory has it, and leave no trace when they are reverted."""

from dataclasses import fields, replace

import numpy as np
import pytest

from pbwm.circuit import build_circuit
from pbwm.errors import PBWMParameterError
from pbwm.gate import Disinhibition
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.manipulations import ClampGate, DopamineGain, Lesion, Noise
from pbwm.params import PBWMParams
from tasks.base.errors import UnknownNameError
from tasks.base.learner import Population
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

TASK = TASKS["sir2"].build()
SMALL = PBWMParams(stripes=3, hidden=9)
STEPS = 30
REPLICAS = range(4, 7)
FORMS = {"merged": SMALL, "disinhibition": replace(SMALL, gate=Disinhibition())}
LAYERS = [(form, layer.name) for form, params in FORMS.items() for layer in build_circuit(TASK.spec, params).layers]
SOME = (
    Lesion(layer="hidden", fraction=0.3),
    ClampGate(stripe=1, open=True),
    DopamineGain(burst=0.3, d2=2.0, tonic=0.2),
    Noise(layer="hidden", sd=0.1),
)


def network(layout=None, replicas=REPLICAS, dtype="float32", form="merged"):
    return PBWM(TASK.spec, replicas=replicas, seed=4, params=FORMS[form], layout=layout, dtype=dtype)


def block_of(epoch, replicas=REPLICAS, steps=STEPS):
    return TrialBlock.stack([TASK.trials(steps, stream(2, Purpose.TRIALS, r, epoch)) for r in replicas])


def trained(layout=None, form="merged"):
    learner = network(layout, form=form)
    for epoch in range(3):
        learner.run(block_of(epoch))
    return learner


def assert_same(one, other, but=()):
    for name, values in one.items():
        if name not in but:
            np.testing.assert_array_equal(other[name], values, err_msg=name)


def first_step(block):
    arrays = {f.name: getattr(block, f.name)[:, :1] for f in fields(block) if f.name != "length"}
    return TrialBlock(length=np.ones(block.replicas, np.intp), **arrays)


def units_of(learner, layer):
    i = learner.circuit.layer(layer)
    return slice(*learner.circuit.starts()[i : i + 2])


@pytest.mark.parametrize("layout", Layout)
def test_reverted_manipulations_leave_no_bit_behind(layout):
    kept, tried = trained(layout), trained(layout)
    state = tried.state()
    for manipulation in SOME:
        tried.apply(manipulation)
    assert_same(state, tried.state())
    tried.revert()
    assert_same(kept.run(block_of(9), record=True).record.signals, tried.run(block_of(9), record=True).record.signals)
    assert_same(kept.state(), tried.state())


def test_whatever_happens_meanwhile_the_network_is_as_before_once_its_state_is():
    kept, tried = trained(), trained()
    state = tried.state()
    with tried.manipulated(*SOME):
        tried.run(block_of(9))
    assert any((tried.state()[name] != values).any() for name, values in state.items())
    tried.set_state(state)
    kept.run(block_of(10))
    tried.run(block_of(10))
    assert_same(kept.state(), tried.state())


@pytest.mark.parametrize(
    ("form", "dtype"), [("merged", "float32"), ("merged", "float64"), ("disinhibition", "float32")]
)
def test_layouts_agree_bit_for_bit(form, dtype):
    ours, theirs = (network(layout, dtype=dtype, form=form) for layout in Layout)
    for learner in (ours, theirs):
        learner.apply(*SOME, Lesion(layer="pfc_maintenance_deep", stripe=2, fraction=0.5), Lesion(layer="gpe"))
        learner.apply(ClampGate(stripe=0, open=False, gate="output", steps=(3, 9)))
        learner.apply(Noise(layer="output", sd=0.1, on="vm"), Noise(layer="gpe", sd=0.1))
    for epoch in range(2):
        records = [learner.run(block_of(epoch), record=True).record for learner in (ours, theirs)]
        assert_same(records[0].signals, records[1].signals)
    assert_same(ours.state(), theirs.state())


def test_a_replica_loses_the_same_units_alone_and_among_others():
    lesion = Lesion(layer="hidden", fraction=0.5, seed=8)
    alone = network(replicas=range(20, 21))
    many = Population(lambda replicas: network(replicas=replicas), 21)
    for learner in (alone, *many.blocks):
        learner.apply(lesion)
    outcome = many.run(block_of(0, range(21)))
    assert outcome.manipulations == (lesion,)
    alone.run(block_of(0, range(20, 21)))
    assert_same(alone.state(), {name: values[4:] for name, values in many.blocks[1].state().items()})
    silent = [block.state()["units act"][:, units_of(block, "hidden")] == 0 for block in many.blocks]
    assert len(np.unique(np.concatenate(silent), axis=0)) > 10


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
    pool = int(learner.net.layers[i].pool) if layout is Layout.REPLICAS else None
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
    act = cycles[:, matrix].reshape(len(cycles), -1, size, len(REPLICAS))
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
    """Without bursts a positive prediction error teaches nothing; where there are none, the gain is nothing."""
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
    """A factor on the parameters' gain is the parameters with that gain."""
    params = replace(SMALL, striatum=replace(SMALL.striatum, burst_gain=0.25, dip_gain=0.5))
    ours = network()
    ours.apply(DopamineGain(burst=0.5), DopamineGain(burst=0.5, dip=0.5))
    theirs = PBWM(TASK.spec, replicas=REPLICAS, seed=4, params=params)
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
    """Ge of a layer at the end of a run without learning: (replica, unit)."""
    with learner.manipulated(*manipulations):
        learner.run(block_of(9, steps=4), learn=False)
    return learner.state()["units ge"][:, units_of(learner, layer)]


def test_noise_is_the_input_it_says():
    """A unit that nobody sends to has the noise as its Ge: N(0, sd), new in every trial, each replica's own."""
    params = replace(SMALL, stripes=200)
    learner = PBWM(TASK.spec, replicas=REPLICAS, seed=4, params=params)
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


def test_what_was_done_is_in_outcome_and_record():
    learner = network()
    assert learner.run(block_of(0), record=True).manipulations == ()
    one, two, three = SOME[:3]
    learner.apply(one, two)
    with learner.manipulated(three) as same:
        assert same is learner
        outcome = learner.run(block_of(1), record=True)
    assert outcome.manipulations == outcome.record.manipulations == (*learner.manipulations, three) == SOME[:3]
    with learner.manipulated():
        pass
    assert learner.manipulations == (one, two)
    learner.revert(one)
    assert learner.run(block_of(2)).manipulations == (two,)
    learner.revert()
    assert learner.run(block_of(2), record=True).record.manipulations == ()
    with pytest.raises(RuntimeError), learner.manipulated(one):
        raise RuntimeError
    assert learner.manipulations == ()


def test_manipulated_networks_are_not_saved(tmp_path):
    learner = network()
    with learner.manipulated(SOME[0]), pytest.raises(PBWMParameterError, match="revert them before"):
        learner.save(tmp_path / "networks.safetensors")
    learner.save(tmp_path / "networks.safetensors")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Lesion(layer="hidden", fraction=0.0), r"Lesion.fraction = 0.0 must lie in \(0, 1\]"),
        (lambda: Lesion(layer="hidden", fraction=True), r"Lesion.fraction = True must be a finite number"),
        (lambda: Lesion(layer="gpe", stripe=-1), r"Lesion.stripe = -1 is no stripe; count stripes from 0"),
        (lambda: Lesion(layer="gpe", seed=-1), r"Lesion.seed = -1 must be at least 0"),
        (lambda: ClampGate(stripe=0, open=1), r"ClampGate.open = 1 must be True or False"),
        (lambda: ClampGate(stripe=None, open=True), r"ClampGate.stripe = None is no stripe"),
        (lambda: ClampGate(stripe=0, open=True, steps=(3, 2)), r"ClampGate.steps = \(3, 2\) must be the first and"),
        (lambda: ClampGate(stripe=0, open=True, steps=5), r"ClampGate.steps = 5 must be the first and the last"),
        (lambda: ClampGate(stripe=0, open=True, gate="ouput"), r"ClampGate.gate = 'ouput' .* did you mean 'output'"),
        (lambda: Noise(layer="hidden", sd=-0.1), r"Noise.sd = -0.1 must be a finite number of at least 0"),
        (lambda: Noise(layer="hidden", sd=np.inf), r"Noise.sd = inf must be a finite number"),
        (lambda: Noise(layer="hidden", sd=0.1, on="act"), r"Noise.on = 'act' must be one of 'ge', 'vm'"),
        (lambda: DopamineGain(dip=-1.0), r"DopamineGain.dip = -1.0 must be at least 0"),
        (lambda: DopamineGain(tonic="high"), r"DopamineGain.tonic = 'high' must be a finite number"),
    ],
)
def test_impossible_manipulations_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Lesion(layer="matrix_no_go"), "unknown layer 'matrix_no_go': did you mean 'matrix_nogo'"),
        (Lesion(layer="gpe", stripe=6), "Lesion.stripe = 6 must be one of the 6 stripes of layer 'gpe'"),
        (Lesion(layer="hidden", stripe=0), "Lesion.stripe = 0 must be one of the 0 stripes of layer 'hidden'"),
        (Lesion(layer="hidden", fraction=0.05), "takes none of 9 units of layer 'hidden'; give 0.11 or more"),
        (ClampGate(stripe=3, open=True), "ClampGate.stripe = 3 must be one of the 3 stripes of the network"),
        (Noise(layer="stimulus_input", sd=0.1), "Noise.layer = 'stimulus_input' has the activity of an input"),
        ("lesion", "manipulation = 'lesion' is none; give e.g."),
    ],
)
def test_what_does_not_fit_the_network_is_refused(wrong, message):
    learner = network()
    with pytest.raises((PBWMParameterError, UnknownNameError), match=message):
        learner.apply(SOME[0], wrong)
    assert learner.manipulations == ()
    with pytest.raises(PBWMParameterError, match="is not in force"):
        learner.revert(SOME[0])


def test_a_gate_that_is_not_there_cannot_be_clamped():
    senders = ("control_input", "pfc_maintenance_deep")
    params = replace(SMALL, output_gating=False, dopamine=replace(SMALL.dopamine, senders=senders))
    learner = PBWM(TASK.spec, replicas=range(1), params=params)
    with pytest.raises(PBWMParameterError, match=r"ClampGate.gate = 'output' is not there"):
        learner.apply(ClampGate(stripe=0, open=True, gate="output"))
    with learner.manipulated(ClampGate(stripe=2, open=False)):
        record = learner.run(block_of(0, range(1)), record=True).record
    np.testing.assert_array_equal(record.input_gate[:, :, 2], 0)
