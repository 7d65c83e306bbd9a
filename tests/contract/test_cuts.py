"""A stream cut into calls teaches the same where the contract of learners says so."""

from functools import partial

import numpy as np
import pytest

from lstm_baseline import GRU, LSTM, GRUParams, LSTMParams
from lstm_baseline.rules import EProp, Feedback, Learning, Reward, Truncated, Update
from pbwm.compare.models import MODELS
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

TASK = TASKS["12ax"].build()
STEPS = 47
WINDOW = 20
"""Windows of the models of the catalog in steps, except the one that learns from reward."""


def online(rule):
    return partial(LSTM, params=LSTMParams.modern(learning=Learning(rule=rule)))


BY_STEP = {name: MODELS[name].build for name in ("pbwm", "pbwm-reference", "pbwm-2006", "srn")} | {
    "lstm-truncated": online(Truncated()),
    "lstm-e-prop": online(EProp(feedback=Feedback.RANDOM, update=Update.STEP)),
}
BY_SEQUENCE = {
    "lstm-truncated": online(Truncated(update=Update.SEQUENCE)),
    "lstm-e-prop": online(EProp(update=Update.SEQUENCE)),
    "sublstm-e-prop": partial(LSTM, params=LSTMParams.costa_2017(learning=Learning(rule=EProp()))),
    "gru-e-prop": partial(GRU, params=GRUParams(learning=Learning(rule=EProp()))),
}
BY_REWARD = Learning(rule=Reward(window=WINDOW))
BY_WINDOW = {name: MODELS[name].build for name in ("lstm", "lstm-2000", "lstm-1997", "gru", "sublstm")} | {
    "lstm-reward": partial(LSTM, params=LSTMParams.reward_only(learning=BY_REWARD)),
    "sublstm-reward": partial(LSTM, params=LSTMParams.costa_2017(learning=BY_REWARD)),
    "gru-reward": partial(GRU, params=GRUParams.reward_only(learning=BY_REWARD)),
}
SLIDING = {"rbp": MODELS["rbp"].build}


def test_every_model_is_one_of_these():
    assert {*BY_STEP, *BY_WINDOW, *SLIDING} >= set(MODELS)


def whole():
    block = TrialBlock.stack([TASK.trials(12, stream(7, Purpose.TRIALS, 0))] * 2)
    assert (block.length > STEPS).all()
    return block.cut(np.full(2, STEPS))


def piece(block, first, stop):
    arrays = {name: values[:, first:stop] for name, values in vars(block).items() if name != "length"}
    return TrialBlock(length=np.full(2, stop - first), **arrays)


def after(build, ends):
    """Responses and states of networks after a stream that was cut at these steps."""
    learner, block, first, responses = build(TASK.spec, networks=range(2), seed=3), whole(), 0, []
    for end in ends:
        responses.append(learner.run(piece(block, first, end)).response)
        first = end
    return learner.state() | {"response": np.concatenate(responses, 1)}


def assert_same(one, other):
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)


@pytest.mark.parametrize("model", BY_STEP)
def test_who_learns_step_by_step_learns_the_same_from_single_steps(model):
    once = after(BY_STEP[model], [STEPS])
    assert_same(once, after(BY_STEP[model], range(1, STEPS + 1)))
    assert_same(once, after(BY_STEP[model], [13, 14, STEPS]))


@pytest.mark.parametrize("model", BY_SEQUENCE)
def test_who_learns_at_the_ends_of_sequences_learns_the_same_from_whole_sequences_and_not_from_parts(model):
    first, second = np.flatnonzero(whole().starts[0])[1:3]
    once = after(BY_SEQUENCE[model], [STEPS])
    assert_same(once, after(BY_SEQUENCE[model], [first, second, STEPS]))
    assert (once["weights"] != after(BY_SEQUENCE[model], [first - 1, STEPS])["weights"]).any()


@pytest.mark.parametrize("model", BY_WINDOW)
def test_who_learns_by_windows_learns_the_same_from_whole_windows_and_not_from_parts(model):
    once = after(BY_WINDOW[model], [STEPS])
    assert_same(once, after(BY_WINDOW[model], [WINDOW, 2 * WINDOW, STEPS]))
    assert (once["weights"] != after(BY_WINDOW[model], [WINDOW - 1, STEPS])["weights"]).any()


@pytest.mark.parametrize("model", SLIDING)
def test_every_cut_shortens_a_window_that_slides(model):
    once, cut = (after(SLIDING[model], ends) for ends in ([STEPS], [WINDOW, STEPS]))
    assert (once["weights"] != cut["weights"]).any()
