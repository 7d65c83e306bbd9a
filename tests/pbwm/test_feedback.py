"""Credit by cortical feedback: what stripes remember, receive, and learn."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.errors import PBWMParameterError
from pbwm.exploration import Exploration
from pbwm.gate import MergedGate
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.manipulations import ClampGate, DopamineGain
from pbwm.neuron import NeuronParams
from pbwm.params import GatingParams, PBWMParams
from pbwm.striatum import FeedbackRule, StriatumLearning
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

TASK = TASKS["sir2"].build()
NETWORKS = range(16)


def params(stripes=3, rate=0.3, output_gating=True, **rule):
    return PBWMParams(
        stripes=stripes,
        hidden=12,
        output_gating=output_gating,
        gate=MergedGate(nogo_gain=1.0, direct_nogo=True),
        gating=GatingParams(checks=1, maintenance_max=1000),
        exploration=Exploration(sd=0.3),
        striatum=StriatumLearning(rule=FeedbackRule(**rule), learning_rate=rate, soft_bounds=False),
    )


def block_of(steps=40, epoch=0, start=0):
    stop = start + steps
    whole = TrialBlock.stack([TASK.trials(stop, stream(3, Purpose.TRIALS, r, epoch)) for r in NETWORKS])
    arrays = {name: getattr(whole, name)[:, start:stop] for name in whole.__dataclass_fields__ if name != "length"}
    return TrialBlock(length=np.minimum(whole.length - start, steps), **arrays)


def network(layout=Layout.NETWORKS, **chosen):
    return PBWM(TASK.spec, networks=NETWORKS, seed=6, params=params(**chosen), layout=layout)


@pytest.mark.parametrize("layout", list(Layout))
def test_the_record_ends_with_what_the_stripes_have(layout):
    learner = network(layout)
    signals = learner.run(block_of(), record=True).record.signals
    state, n = learner.state(), 3
    for signal, name, count in (
        ("held_worth", "credits held", n),
        ("displaced_worth", "credits displaced", n),
        ("rejected_worth", "credits rejected", n),
        ("stripe_dopamine_go", "credits dopamine_go", 2 * n),
        ("stripe_dopamine_nogo", "credits dopamine_nogo", 2 * n),
    ):
        np.testing.assert_array_equal(signals[signal][:, -1], state[name][:, :count], err_msg=signal)
        assert signals[signal].any()
    for name in ("go", "nogo"):
        tags = learner.tags()[name]["control_input->matrix_go"].reshape(16, 2 * n, -1)[:, :n]
        np.testing.assert_array_equal(signals[f"{name}_tag"][:, -1], tags)
        assert signals[f"{name}_tag"].any()


def test_dopamine_acts_on_the_tags_recorded_one_step_before():
    """The record gives the change of weights: Σ_t η (δ_Go(t) tag_Go(t − 1) + δ_NoGo(t) tag_NoGo(t − 1))."""
    learner, n = network(rate=0.001), 3
    name = "control_input->matrix_go"
    before = learner.weights()[name]
    signals = learner.run(block_of(), record=True).record.signals
    change = (learner.weights()[name] - before).reshape(16, 2 * n, -1)[:, :n]
    expected = 0.001 * sum(
        (signals[f"stripe_dopamine_{kind}"][:, 1:, :n, None] * signals[f"{kind}_tag"][:, :-1]).sum(1)
        for kind in ("go", "nogo")
    )
    np.testing.assert_allclose(change, expected, atol=1e-6)
    assert np.abs(change).max() > 1e-4


def test_what_a_gate_overwrites_is_displaced_and_rejections_start_again():
    learner = network()
    for stripe, held in ((0, True), (1, False)):
        learner.apply(ClampGate(stripe=stripe, gate="input", open=held))
    record = learner.run(block_of(), record=True).record
    state = learner.state()
    contents = {name: state[f"contents {name}"].reshape(16, 3, -1) for name in ("displaced", "rejected", "readable")}
    np.testing.assert_array_equal(contents["displaced"][:, 0], contents["readable"][:, 0])
    assert not contents["rejected"][:, 0].any()
    assert (state["credits rejections"][:, 0] == 0).all()
    assert (state["credits rejections"][:, 1] == 40).all()
    assert not contents["displaced"][:, 1].any()
    assert contents["rejected"][:, 1].any()
    assert (record.signals["go_tag"][:, :, 1] == 0).all()
    assert (record.signals["nogo_tag"][:, :, 0] == 0).all()


def test_each_content_that_was_kept_out_is_as_likely_to_be_remembered():
    """Of 40 successive symbols, the mean place of the remembered one is that of a uniform draw."""
    learner = PBWM(TASK.spec, networks=NETWORKS, seed=6, params=params(stripes=64))
    for stripe in range(64):
        learner.apply(ClampGate(stripe=stripe, gate="input", open=False))
    sampled = []
    for epoch in range(40):
        learner.run(block_of(1, epoch))
        sampled.append(learner.state()["credits sampled"][:, :64] > 0)
    last = 40 - np.argmax(np.array(sampled)[::-1], axis=0)
    assert sampled[0].all()
    assert abs(last.mean() - 20.5) < 4 * np.sqrt((40**2 - 1) / 12 / last.size)


def test_a_target_error_of_zero_teaches_nothing():
    """If plus and minus phase are equal, stripes get no feedback."""
    learner, block = network(), block_of()
    untold = replace(block, target=np.full_like(block.target, -1), rewarded=np.zeros_like(block.rewarded))
    before = learner.weights()
    learner.run(untold)
    after = learner.weights()
    for name in ("control_input->matrix_go", "control_input->matrix_nogo"):
        np.testing.assert_array_equal(after[name], before[name], err_msg=name)


def errors_after_a_step(**rule):
    """Errors of output and hidden units, and minus-phase activity of output, after one step."""
    learner = network(**rule)
    learner.run(block_of(steps=1))
    state, starts = learner.state(), learner.circuit.starts()
    output, hidden = (slice(*starts[learner.circuit.layer(name) :][:2]) for name in ("output", "hidden"))
    return state["errors"][:, output], state["errors"][:, hidden], state["units act_minus"][:, output]


def test_a_silent_network_sends_hidden_errors_as_far_as_its_output_is_wrong():
    output, hidden, _ = errors_after_a_step(silent_when_correct=True)
    plain_output, plain_hidden, minus = errors_after_a_step()
    assert minus.max() < 0.95
    np.testing.assert_array_equal(output, plain_output)
    share = np.minimum(1.0, np.abs(output).sum(1, keepdims=True))
    assert ((share > 0) & (share < 1)).any()
    np.testing.assert_allclose(hidden, share * plain_hidden, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("silent", [False, True])
def test_activity_above_that_of_a_clamped_unit_is_no_error_where_a_correct_response_is_silent(silent):
    ceiling, block = 0.3, block_of(steps=1)
    few = replace(params(silent_when_correct=silent), neuron=NeuronParams(clamp_max=ceiling))
    learner = PBWM(TASK.spec, networks=NETWORKS, seed=6, params=few)
    learner.run(block)
    state, output = learner.state(), slice(*learner.circuit.starts()[learner.circuit.layer("output") :][:2])
    minus, told = state["units act_minus"][:, output], block.target[:, 0] >= 0
    assert (minus[told] > ceiling).any()
    plus = ceiling * (np.arange(len(TASK.spec.responses)) == block.target[:, :1])
    errors = plus - (np.minimum(minus, ceiling) if silent else minus)
    expected = errors - errors.mean(1, keepdims=True)
    np.testing.assert_allclose(state["errors"][told][:, output], expected[told], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("teacher", ["target", "response"])
def test_go_and_nogo_learn_the_reverse(teacher):
    learner = network(teacher=teacher, rate=0.01)
    before = learner.weights()
    learner.run(block_of())
    after = learner.weights()
    go, nogo = (after[f"control_input->{m}"] - before[f"control_input->{m}"] for m in ("matrix_go", "matrix_nogo"))
    np.testing.assert_allclose(go, -nogo, atol=1e-6)
    assert (np.abs(go) > 1e-4).any()


@pytest.mark.parametrize("layout", list(Layout))
def test_the_chosen_response_is_fed_back_however_active_it_was(layout):
    learner, first = network(layout, teacher="response"), block_of(steps=1)
    response = learner.run(first).response[:, 0]
    output = slice(*learner.circuit.starts()[learner.circuit.layer("output") :][:2])
    state, count = learner.state(), len(TASK.spec.responses)
    assert np.ptp(state["units act_minus"][:, output].max(1)) > 0.01
    chosen = 0.95 * (np.arange(count) == response[:, None])
    np.testing.assert_allclose(state["errors"][:, output], chosen - 0.95 / count, rtol=1e-6)


def test_reward_alone_needs_dopamine_and_a_teacher_does_not():
    """Gains of 0 also silence the dopamine of the stripes."""
    for teacher in ("target", "response"):
        learner = network(teacher=teacher)
        learner.apply(DopamineGain(burst=0.0, dip=0.0))
        before = learner.weights()
        learner.run(block_of())
        after = learner.weights()
        np.testing.assert_array_equal(after["control_input->matrix_go"], before["control_input->matrix_go"])


def test_a_stripe_that_is_shut_out_learns_nothing_where_credit_is_structural():
    for rule in ({"structural_credit": True}, {"structural_credit": True, "closed_gate_credit": 0.5}, {}):
        learner, still = network(**rule), len(rule) == 1
        learner.apply(*(ClampGate(stripe=stripe, gate="output", open=False) for stripe in range(3)))
        signals = learner.run(block_of(), record=True).record.signals
        assert (signals["stripe_dopamine_go"][:, :, :3] == 0).all() == still
        assert signals["stripe_dopamine_go"][:, :, 3:].any()


@pytest.mark.parametrize("baseline", [0.0, 1.0])
def test_output_gates_learn_nothing_from_a_content_that_never_changes(baseline):
    """Its value is that of the usual content. Without a baseline, they learn from it."""
    learner = network(output_baseline=baseline, baseline_tau=1.0)
    learner.run(block_of())
    learner.apply(*(ClampGate(stripe=stripe, open=False) for stripe in range(3)))
    learner.run(block_of(epoch=1))
    assert learner.state()["contents usual"].any() == (baseline > 0)
    signals = learner.run(block_of(epoch=2), record=True).record.signals
    assert signals["held_worth"].any()
    assert signals["stripe_dopamine_go"][:, :, 3:].any() == (baseline == 0)


def test_the_usual_content_is_the_running_mean_of_what_could_be_read_where_a_reward_was_given():
    learner, usual = network(output_baseline=1.0, baseline_tau=4.0), 0.0
    for start in range(12):
        block = block_of(steps=1, start=start)
        learner.run(block)
        state = learner.state()
        usual = usual + (state["contents readable"] - usual) / 4 * block.rewarded
        np.testing.assert_allclose(state["contents usual"], usual, rtol=1e-6, atol=1e-9)
    assert usual.any()
    learner.run(block_of(epoch=1), learn=False)
    np.testing.assert_array_equal(learner.state()["contents usual"], state["contents usual"])


def test_one_check_a_trial_is_asked_for():
    with pytest.raises(PBWMParameterError, match=r"PBWMParams.gating.checks = 2 must be 1 .*FeedbackRule.*checks=1"):
        replace(params(), gating=GatingParams())
