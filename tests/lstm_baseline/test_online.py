"""Networks that learn step by step: like their twin, from sequences, and until an error."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_baseline import (
    BPTT,
    LSTM,
    SGD,
    Adam,
    Circuit,
    Decay,
    EProp,
    Feedback,
    Learning,
    LSTMNumberError,
    LSTMParameterError,
    LSTMParams,
    LSTMTaskError,
    Output,
    Truncated,
    Update,
)
from lstm_baseline.errors import LSTMWeightsError
from lstm_baseline.kernels.epoch import update
from lstm_baseline.layout import Layout
from lstm_baseline.network_form import Form, Rule
from lstm_baseline.state import State, Stream, Trace
from tasks.base.task import AnalogChannel, Quantity, Role, Several, TrialBlock
from tests.reference import lstm_twin
from tests.reference.lstm_cases import OLDER, SPEC, learning, of_network, one_hot, random_block

SMALL = {"blocks": 2, "cells_per_block": 1, "dtype": "float64"}
LEARNING = {
    "every step": Learning(rule=Truncated(), optimiser=SGD(learning_rate=0.3), clip_norm=None),
    "momentum": Learning(
        rule=Truncated(update=Update.SEQUENCE), optimiser=SGD(learning_rate=0.2, momentum=0.6), clip_norm=0.1
    ),
    "Adam, decay": Learning(rule=Truncated(), optimiser=Adam(learning_rate=0.05), decay=0.8, decay_every=2),
}


def of_form(form, networks=range(3), **changes):
    return LSTM(SPEC, networks=networks, seed=5, params=OLDER[form](**{**SMALL, **changes}))


BY_STEP = {
    "decay by step": Learning(rule=Truncated(), optimiser=SGD(learning_rate=0.5), decay=0.7, decay_by=Decay.STEP)
}


@pytest.mark.parametrize(
    ("form", "how"), [*zip(OLDER, (*LEARNING, "momentum"), strict=True), ("2000", "decay by step")]
)
def test_a_run_learns_what_the_twin_learns(form, how, rng):
    learner = of_form(form, learning=(LEARNING | BY_STEP)[how])
    before, block = learner.weights(), random_block([9, 6, 0], rng, starts=0.3)
    outcome = learner.run(block)
    after = learner.weights()
    for k, length in enumerate(block.length):
        case = (one_hot(block.symbols[k, :length]), np.where(block.counts[k], block.target[k], -1)[:length])
        starts = block.starts[k, :length]
        w, responses = lstm_twin.train_online(learner.circuit, learner.params, of_network(before, k), *case, starts)
        assert outcome.response[k, :length].tolist() == responses
        for name, expected in w.items():
            np.testing.assert_allclose(after[name][k], expected, rtol=1e-8, atol=1e-10, err_msg=name)


@pytest.mark.parametrize("changes", [{"target_margin": 0.1}, {"slope_constant": 0.1}])
def test_logistic_outputs_learn_what_the_twin_learns(changes, rng):
    """Other targets and another slope change learning as defined."""
    learner, plain = (of_form("1997", learning=LEARNING["every step"], **of) for of in (changes, {}))
    first, block = learner.weights(), random_block([9, 6, 8], rng, starts=0.3)
    outcome = learner.run(block)
    plain.run(block)
    after = learner.weights()
    assert (after["readout"] != plain.weights()["readout"]).any()
    for k, length in enumerate(block.length):
        case = (one_hot(block.symbols[k, :length]), np.where(block.counts[k], block.target[k], -1)[:length])
        w = lstm_twin.train_online(
            learner.circuit, learner.params, of_network(first, k), *case, block.starts[k, :length]
        )[0]
        for name, expected in w.items():
            np.testing.assert_allclose(after[name][k], expected, rtol=1e-8, atol=1e-10, err_msg=name)
    most = outcome.measures["error"][np.isfinite(outcome.measures["error"])].max()
    assert most < 1 - learner.params.target_margin


def test_cells_that_see_the_inputs_alone_learn_what_the_twin_learns(rng):
    """Weights between cells start from 0 and stay, those to gates do not."""
    learner = of_form("1997", learning=LEARNING["every step"], cells_recurrent=False)
    first, block = learner.weights(), random_block([9, 6, 8], rng, starts=0.3)
    n_x = learner.circuit.inputs
    assert not first["cell"][:, :, n_x:].any()
    assert first["cell"][:, :, :n_x].all()
    learner.run(block)
    after = learner.weights()
    for k, length in enumerate(block.length):
        case = (one_hot(block.symbols[k, :length]), np.where(block.counts[k], block.target[k], -1)[:length])
        starts = block.starts[k, :length]
        w = lstm_twin.train_online(learner.circuit, learner.params, of_network(first, k), *case, starts)[0]
        for name, expected in w.items():
            np.testing.assert_allclose(after[name][k], expected, rtol=1e-8, atol=1e-10, err_msg=name)
    assert not after["cell"][:, :, n_x:].any()
    assert (after["input_gate"] != first["input_gate"]).any(axis=1)[:, n_x:].all()


def test_recurrent_weights_of_cells_that_see_the_inputs_alone_are_rejected():
    learner = of_form("1997", cells_recurrent=False)
    before, n_x = learner.weights()["cell"], learner.circuit.inputs
    learner.set_weights({"cell": before})
    other = before + 1.0
    other[:, :, n_x:] = 0.0
    other[1, 0, n_x + 1] = 0.5
    said = (
        rf"weights\['cell'\] holds 0.5 for network 1 at row 0, column {n_x + 1}, which must be 0, .*; set columns from"
    )
    with pytest.raises(LSTMWeightsError, match=said):
        learner.set_weights({"cell": other})
    np.testing.assert_array_equal(learner.weights()["cell"], before)


def test_a_stream_in_parts_is_the_same_stream(rng):
    """Partial derivatives persist between calls; a sequence ends with its call."""
    whole, parts = (of_form("2002", learning=LEARNING["every step"]) for _ in range(2))
    block = random_block([12, 12, 12], rng)
    expected = whole.run(block).response
    halves = [network_steps(block, *edges) for edges in ((0, 5), (5, 12))]
    found = np.concatenate([parts.run(half).response for half in halves], axis=1)
    np.testing.assert_array_equal(found, expected)
    for name, values in whole.state().items():
        if name != "gradient":
            np.testing.assert_array_equal(parts.state()[name], values, err_msg=name)


def network_steps(block, first, last):
    names = ("symbols", "target", "counts", "rewarded", "event", "starts", "ideal_gate")
    arrays = {name: getattr(block, name)[:, first:last] for name in names}
    return TrialBlock(length=np.clip(block.length - first, 0, last - first), **arrays)


def test_resets_make_sequences_independent(rng):
    learner = of_form("1997")
    block = random_block([20, 20, 20], rng)
    block.starts[:, [0, 7, 13]] = True
    whole = learner.run(block, learn=False, record=True).record
    alone = learner.run(network_steps(block, 7, 13), learn=False, record=True).record
    np.testing.assert_array_equal(whole.memory[:, 7:13], alone.memory)
    flow = whole.signals["error_flow"]
    assert (flow[:, [0, 7, 13]] == 0).all()
    assert (np.delete(flow, [0, 7, 13], axis=1) == 1).all()  # the carousel of 1997: exactly 1
    assert "net_forget" not in whole.signals


def test_random_feedback_is_drawn_once_for_each_network(rng):
    rule = Learning(rule=EProp(feedback=Feedback.RANDOM), clip_norm=None)
    learner, other = of_form("2000", learning=rule), of_form("2000", range(1, 2), learning=rule)
    feedback = learner.state()["feedback"]
    assert len(np.unique(feedback)) == feedback.size
    np.testing.assert_array_equal(other.state()["feedback"][0], feedback[1])
    learner.run(random_block([20] * 3, rng, starts=0.3))
    np.testing.assert_array_equal(learner.state()["feedback"], feedback)


@pytest.mark.parametrize("learn", [False, True])
def test_until_an_error(learn, rng):
    """A network runs to its first error, rests, and starts from 0 with the next sequence."""
    block = random_block([60] * 3, rng, starts=0.2)
    outcome = of_form("2000").run(block, learn=learn, until_error=True)
    for k in range(3):
        one, t, runs = of_form("2000", range(k, k + 1)), 0, 0
        alone = block.network_slice(k, k + 1)
        while t < 60:
            clean = {**one.state(), "y_c": np.zeros((1, 2)), "s": np.zeros((1, 2)), "waiting": np.zeros((1, 1))}
            one.set_state(clean | {"partials": 0 * clean["partials"]})
            while t < 60:
                step = one.run(network_steps(alone, t, t + 1), learn=learn)
                assert outcome.response[k, t] == step.response[0, 0]
                t += 1
                if step.errors[0]:
                    break
            while t < 60 and not block.starts[k, t]:
                assert outcome.response[k, t] == -1
                t += 1
            runs += 1
        assert runs > 2


@pytest.mark.parametrize("resets", [False, True])
def test_until_an_error_the_rate_decays_with_sequences_that_errors_end(resets, rng):
    block = random_block([60] * 3, rng, starts=0.2)
    block.starts[:, 0] = True
    learner = of_form("2000", learning=replace(LEARNING["every step"], decay=0.9), reset_at_start=resets)
    wrong = (outcome := learner.run(block, until_error=True)).response != block.target
    running = outcome.response >= 0
    for k in range(3):
        begun = [t for t in np.flatnonzero(running[k]) if t == 0 or not running[k, t - 1]]
        # A start right after an error leaves no step without a response between two sequences.
        at_once = [t for t in np.flatnonzero(block.starts[k, 1:]) + 1
                   if running[k, t - 1] and block.counts[k, t - 1] and wrong[k, t - 1]]  # fmt: skip
        assert learner.state()["sequences"][k, 0] == len({*begun, *at_once}) > 2


def test_once_is_one_sequence_of_a_block(rng):
    """Up to its first error, a network does the same; then it rests until a start in the next block."""
    block, further = (random_block([40] * 3, rng, starts=0.3) for _ in range(2))
    block.starts[:, 0] = True
    several, one = of_form("2000"), of_form("2000")
    expected, found = (learner.run(block, until_error=True, once=o) for learner, o in ((several, False), (one, True)))
    for k in range(3):
        error = np.flatnonzero(block.counts[k] & ~expected.correct[k])[0]
        np.testing.assert_array_equal(found.response[k, : error + 1], expected.response[k, : error + 1])
        assert (found.response[k, error + 1 :] == -1).all()
    after = one.run(further, until_error=True, once=True)
    assert [np.flatnonzero(r >= 0)[0] for r in after.response] == [np.flatnonzero(s)[0] for s in further.starts]


def test_who_makes_no_error_goes_on_in_the_next_block(rng):
    block = replace_counts(random_block([10] * 3, rng, starts=0.5), False)
    learner, plain = of_form("2000"), of_form("2000")
    for _ in range(2):
        found, expected = learner.run(block, until_error=True, once=True), plain.run(block)
        np.testing.assert_array_equal(found.response, expected.response)


def replace_counts(block, value):
    return replace(block, counts=np.full_like(block.counts, value))


def test_only_online_rules_run_until_an_error(rng):
    with pytest.raises(LSTMParameterError, match=r"Learning\.rule = BPTT.*learns by windows"):
        of_form("2000", learning=learning()).run(random_block([3] * 3, rng), until_error=True)


def test_a_sick_network_is_stopped_and_can_be_healed(rng):
    well, sick = (of_form("2000", range(16), dtype="float32") for _ in range(2))
    block, others = random_block([30] * 16, rng, starts=0.2), np.delete(np.arange(16), 1)
    weights = sick.weights()
    healthy = {name: values.copy() for name, values in weights.items()}
    weights["readout"][1] = 3e38
    weights["bias"][1] = 50.0
    sick.set_weights(weights)
    expected = well.run(block)
    with pytest.raises(LSTMNumberError, match=r"network 1, steps (\d+) to \1: net input of outputs") as caught:
        sick.run(block)
    np.testing.assert_array_equal(caught.value.outcome.response[others], expected.response[others])
    for name, values in well.state().items():
        np.testing.assert_array_equal(sick.state()[name][others], values[others], err_msg=name)
    assert all(np.isfinite(values).all() for values in sick.state().values())
    sick.set_weights(healthy)
    sick.run(block)


def test_the_window_that_is_the_whole_epoch(rng):
    """One update per epoch, whatever the length of earlier epochs."""
    whole, long = (
        LSTM(SPEC, networks=range(3), params=LSTMParams.modern(learning=x))
        for x in (Learning(rule=BPTT(window=None)), learning(2000))
    )
    for length in (40, 1500, 7):
        block = random_block([length] * 3, rng)
        np.testing.assert_array_equal(whole.run(block).response, long.run(block).response)
    for name, values in whole.weights().items():
        np.testing.assert_array_equal(values, long.weights()[name], err_msg=name)


LEVEL = AnalogChannel(name="level", low=-1.0, high=1.0, role=Role.STIMULUS)


def answering(answer, rng, steps=40, **changes):
    """Networks on a task of values with another answer, their outcome without learning, and the twin's y_k."""
    responses = ("sum",) if isinstance(answer, Quantity) else SPEC.responses
    spec = replace(SPEC, answer=answer, responses=responses, analog=(LEVEL,))
    params = LSTMParams.modern(**{**SMALL, "initial_weight": 1.0, **changes})
    learner = LSTM(spec, networks=range(2), seed=5, params=params)
    block = random_block([steps] * 2, rng)
    values = rng.uniform(-1, 1, (2, steps, 1)).astype(np.float32)
    allowed = rng.random((2, steps, 3)) < 0.5
    target, asked = np.maximum(block.target, 0), block.target >= 0
    if isinstance(answer, Quantity):
        target, allowed = 0 * target, np.zeros((2, steps, 0), bool)
    else:
        allowed = (allowed | (np.arange(3) == target[..., None])) & asked[..., None]
    quantity = np.where(asked & isinstance(answer, Quantity), rng.random((2, steps)), 0).astype(np.float32)
    noise = np.where(quantity > 0, 0.1, 0).astype(np.float32)
    block = replace(
        block,
        target=np.where(asked, target, -1).astype(np.int16),
        counts=asked,
        values=values,
        allowed=allowed,
        quantity=quantity,
        noise=noise,
    )
    resolved = replace(params, output=Output.LOGISTIC if isinstance(answer, Quantity) else params.output)
    x = [np.concatenate([one_hot(block.symbols[k]), values[k]], axis=1) for k in range(2)]
    twin = [lstm_twin.run(learner.circuit, resolved, of_network(learner.weights(), k), x[k]) for k in range(2)]
    return learner, block, learner.run(block, learn=False), np.array([[did["y_k"] for did in steps] for steps in twin])


def test_several_outputs_are_right_within_a_tolerance(rng):
    learner, block, outcome, y = answering(Several(tolerance=0.6), rng, output=Output.LOGISTIC)
    asked = block.target >= 0
    right = (np.abs(y - block.allowed) < 0.6).all(2)
    np.testing.assert_array_equal(outcome.correct[asked], right[asked])
    assert 0 < outcome.errors.sum() < asked.sum()
    learner.run(block)


def test_all_that_may_follow_are_taught(rng):
    """A step moves the biases of outputs by α (d − y) y (1 − y); d is 1 for all allowed responses."""
    descent = Learning(rule=Truncated(), optimiser=SGD(learning_rate=0.5), clip_norm=None)
    learner, block, outcome, y = answering(Several(all_taught=True), rng, output=Output.LOGISTIC, learning=descent)
    asked = block.target >= 0
    error = np.abs(y - block.allowed).max(2)
    np.testing.assert_allclose(outcome.measures["error"][asked], error[asked], rtol=1e-10)
    untaught, t = LSTM(learner.spec, networks=range(2), seed=5, params=learner.params), int(np.argmax(asked[0]))
    before = untaught.weights()["readout_bias"][0, :, 0]
    untaught.run(replace(block, counts=block.counts & (np.arange(block.steps) == t)))
    change = 0.5 * (block.allowed[0, t] - y[0, t]) * y[0, t] * (1 - y[0, t])
    np.testing.assert_allclose(untaught.weights()["readout_bias"][0, :, 0] - before, change, rtol=1e-6)


def test_a_softmax_cannot_be_close_to_all_that_may_follow(rng):
    for answer in (Several(tolerance=0.4), Several(all_taught=True)):
        with pytest.raises(LSTMTaskError, match=r"softmax outputs cannot be; set output=Output\.LOGISTIC"):
            answering(answer, rng)


@pytest.mark.parametrize("output", [None, Output.LOGISTIC])
def test_several_responses_are_right_if_they_are_the_most_active(output, rng):
    learner, block, outcome, y = answering(Several(), rng, output=output)
    asked = block.target >= 0
    for k, t in zip(*np.nonzero(asked), strict=True):
        order, n = np.argsort(-y[k, t]), int(block.allowed[k, t].sum())
        right = block.allowed[k, t, order[:n]].all()
        others = [r for r in order if not block.allowed[k, t, r]]
        assert outcome.response[k, t] == (block.target[k, t] if right else others[0])
    np.testing.assert_array_equal(outcome.response[~asked], y.argmax(2)[~asked])
    assert 0 < outcome.errors.sum() < asked.sum()
    learner.run(block)


def test_a_quantity_is_right_within_its_tolerance(rng):
    learner, block, outcome, y = answering(Quantity(tolerance=0.2), rng)
    asked, miss = block.target >= 0, np.abs(y[..., 0] - block.quantity)
    np.testing.assert_array_equal(outcome.response, np.where(asked, np.where(miss < 0.2, 0, -1), 0))
    np.testing.assert_allclose(outcome.measures["error"][asked], miss[asked], rtol=1e-10)
    assert np.isnan(outcome.measures["error"][~asked]).all()
    assert 0 < outcome.errors.sum() < asked.sum()
    taught = [learner.run(block).measures["error"][asked] for _ in range(60)][-1]
    assert taught.mean() < miss[asked].mean()


def test_a_softmax_gives_no_quantity(rng):
    with pytest.raises(LSTMTaskError, match="requires a quantity"):
        answering(Quantity(tolerance=0.2), rng, output=Output.SOFTMAX)


def test_an_online_rule_learns_a_task():
    """All 16 networks of 2000, on a delayed match, make fewer errors after some epochs."""
    from tasks.base.training import draw_lesson
    from tasks.catalog import TASKS

    task = TASKS["sir2"].build()
    learner = LSTM(task.spec, seed=1000, params=LSTMParams.gers_2000())
    training = learner.train(draw_lesson(task, 1000, range(16), range(30)))
    errors = training.errors.sum(2) / training.counted.sum(2)
    assert errors[:, -3:].mean() < 0.8 * errors[:, :3].mean()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_rate_decays_after_each_declared_number_of_sequences(dtype):
    """For all numbers up to 200: 49 times 1 / 49 is less than 1 in float64, as 41 times 1 / 41 is in float32."""
    for every in range(1, 201):
        how = Learning(rule=Truncated(), optimiser=SGD(learning_rate=1.0), clip_norm=None, decay=0.5, decay_every=every)
        params = LSTMParams.gers_2000(blocks=1, cells_per_block=1, dtype=dtype, learning=how)
        layout, form = Layout.networks(Circuit.sized(1, 1, params)), Form.of(params)
        state, stream = State.of(layout, dtype), Stream.of(layout, 1, dtype, plain=False)
        state.carry.sequences[0] = [every, every + 1, 2 * every, 2 * every + 1] * 4
        state.gradient[:], stream.counted[:] = 1.0, 1.0
        update(layout, form, Rule.of(params), state, stream, Trace.of(layout, 1, dtype, plain=False))
        np.testing.assert_allclose(-state.weights[0, :4], [1.0, 0.5, 0.5, 0.25], rtol=1e-6, err_msg=str(every))
