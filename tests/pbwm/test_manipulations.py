"""Manipulations change no bit afterwards, are the same in every layout, and are rejected where impossible."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.errors import PBWMParameterError
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.manipulations import ClampGate, DopamineGain, Lesion, Noise
from pbwm.restart import Restart
from tasks.base.errors import UnknownNameError
from tasks.base.learner import Population
from tasks.base.task import TrialBlock
from tasks.base.training import Lesson
from tests.pbwm.manipulated import SMALL, SOME, TASK, assert_same, block_of, first_step, network, trained, units_of


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


def test_a_network_loses_the_same_units_alone_and_among_others():
    lesion = Lesion(layer="hidden", fraction=0.5, seed=8)
    alone = network(networks=range(20, 21))
    many = Population(lambda networks: network(networks=networks), 21)
    for learner in (alone, *many.blocks):
        learner.apply(lesion)
    outcome = many.run(block_of(0, range(21)))
    assert outcome.manipulations == (lesion,)
    alone.run(block_of(0, range(20, 21)))
    assert_same(alone.state(), {name: values[4:] for name, values in many.blocks[1].state().items()})
    silent = [block.state()["units act"][:, units_of(block, "hidden")] == 0 for block in many.blocks]
    assert len(np.unique(np.concatenate(silent), axis=0)) > 10


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
        (lambda: Lesion(layer="hidden", fraction=float("nan")), r"Lesion.fraction = nan must be a finite number"),
        (lambda: Lesion(layer="hidden", fraction=True), r"Lesion.fraction = True must be a finite number"),
        (lambda: Lesion(layer="gpe", stripe=-1), r"Lesion.stripe = -1 is not a stripe; count stripes from 0"),
        (lambda: Lesion(layer="gpe", seed=-1), r"Lesion.seed = -1 must be at least 0"),
        (lambda: ClampGate(stripe=0, open=1), r"ClampGate.open = 1 must be True or False"),
        (lambda: ClampGate(stripe=None, open=True), r"ClampGate.stripe = None is not a stripe"),
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
def test_impossible_manipulations_are_rejected(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Lesion(layer="matrix_no_go"), "unknown layer 'matrix_no_go': did you mean 'matrix_nogo'"),
        (Lesion(layer="gpe", stripe=6), "Lesion.stripe = 6 must be one of the 6 stripes of layer 'gpe'"),
        (Lesion(layer="hidden", stripe=0), "Lesion.stripe = 0 must be one of the 0 stripes of layer 'hidden'"),
        (Lesion(layer="hidden", fraction=0.05), "includes none of the 9 units of layer 'hidden'; give 0.11 or more"),
        (ClampGate(stripe=3, open=True), "ClampGate.stripe = 3 must be one of the 3 stripes of the network"),
        (Noise(layer="stimulus_input", sd=0.1), "Noise.layer = 'stimulus_input' has the activity of an input"),
        ("lesion", "manipulation = 'lesion' is not a manipulation; give e.g."),
    ],
)
def test_what_does_not_fit_the_network_is_rejected(wrong, message):
    learner = network()
    with pytest.raises((PBWMParameterError, UnknownNameError), match=message):
        learner.apply(SOME[0], wrong)
    assert learner.manipulations == ()
    with pytest.raises(PBWMParameterError, match="is not one of the active ones"):
        learner.revert(SOME[0])


def test_a_gate_that_is_not_there_cannot_be_clamped():
    senders = ("control_input", "pfc_maintenance_deep")
    params = replace(SMALL, output_gating=False, dopamine=replace(SMALL.dopamine, senders=senders))
    learner = PBWM(TASK.spec, networks=range(1), params=params)
    with pytest.raises(PBWMParameterError, match=r"ClampGate.gate = 'output' does not exist"):
        learner.apply(ClampGate(stripe=0, open=True, gate="output"))
    with learner.manipulated(ClampGate(stripe=2, open=False)):
        record = learner.run(block_of(0, range(1)), record=True).record
    np.testing.assert_array_equal(record.input_gate[:, :, 2], 0)


def test_a_clamp_that_begins_after_the_run_is_rejected_and_nothing_runs():
    message = r"ClampGate\.steps = \(30, 40\) begins after the last step of a run or epoch of 30 steps; .* at most 29"
    learner, late = network(), ClampGate(stripe=0, open=True, steps=(30, 40))
    learner.apply(late)
    state, block = learner.state(), block_of(0)
    lesson = Lesson.of_one_epoch(block, len(TASK.spec.events))
    for run in (learner.run, lambda block: learner.train(lesson)):
        with pytest.raises(PBWMParameterError, match=message):
            run(block)
    with pytest.raises(PBWMParameterError, match="of 1 steps"):
        learner.trace_step(first_step(block))
    assert_same(state, learner.state())
    learner.run(TrialBlock.blank(TASK.spec, learner.networks, 0))  # no step, no clamp
    learner.revert()
    with learner.manipulated(replace(late, steps=(29, 40))):  # to the end of the run
        gate = learner.run(block, record=True).record.input_gate
    np.testing.assert_array_equal(gate[:, 29, 0], 1)


def test_a_clamp_must_begin_in_every_epoch_of_training_with_several_runs():
    learner = PBWM(TASK.spec, networks=range(2), params=replace(SMALL, restart=Restart(patience=1)))
    ends, events = np.array([[20, 30], [21, 30]]), len(TASK.spec.events)
    lesson = Lesson.of_one_epoch(block_of(0, range(2)), events)
    lesson = replace(lesson, ends=ends)  # the second epochs have 10 and 9 steps
    with learner.manipulated(ClampGate(stripe=0, open=True, steps=(9, 12))):
        state = learner.state()
        with pytest.raises(PBWMParameterError, match="run or epoch of 9 steps"):
            learner.train(lesson)
        assert_same(state, learner.state())
    with learner.manipulated(ClampGate(stripe=0, open=True, steps=(8, 12))):
        assert learner.train(lesson).done.tolist() == [2, 2]


@pytest.mark.parametrize("name", [float("nan"), None, 3, ("matrix_go",)])
@pytest.mark.parametrize("kind", [lambda name: Lesion(layer=name), lambda name: Noise(layer=name, sd=0.1)])
def test_a_layer_has_a_name(kind, name):
    with pytest.raises(PBWMParameterError, match=r"(Lesion|Noise)\.layer = .* is not the name of a layer"):
        kind(name)
