"""After a reset of memory, a network can gate in the next step."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.exploration import Exploration
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.recommended import family_network, with_merged_gate
from pbwm.striatum import FeedbackRule
from tasks.base.task import TrialBlock
from tasks.twelve_ax import TwelveAX

TASK = TwelveAX.martinolli_2018()
NETWORKS = range(8)


def block_of(loops):
    return TrialBlock.stack([TASK.trials(loops, np.random.default_rng(r)) for r in NETWORKS])


def networks(merged, layout=None, rule=None):
    params = family_network(TASK.spec)
    params = replace(params, striatum=replace(params.striatum, rule=rule or params.striatum.rule))
    return PBWM(TASK.spec, networks=NETWORKS, params=with_merged_gate(params) if merged else params, layout=layout)


@pytest.mark.parametrize("merged", [False, True])
def test_gates_open_in_the_first_step_about_as_far_as_in_others(merged):
    """From initial silence, they hardly would, and no network could store what the first step shows."""
    learner, block = networks(merged), block_of(50)
    learner.run(block)
    gate = learner.run(block, learn=False, record=True).record.input_gate
    first, later = gate[block.starts & block.live].mean(), gate[~block.starts & block.live].mean()
    assert first > 0.5 * later > 0


@pytest.mark.parametrize("rule", [None, FeedbackRule()])
def test_units_and_networks_in_lanes_are_reset_to_the_same_bits(rule):
    block = block_of(4)
    one, other = (networks(False, layout, rule).run(block, record=True).record for layout in Layout)
    np.testing.assert_array_equal(one.memory, other.memory)
    np.testing.assert_array_equal(one.input_gate, other.input_gate)


def test_a_reset_forgets_what_gates_displaced_and_kept_out():
    """The first step of every sequence gets feedback about no earlier content."""
    learner, block = networks(False, rule=FeedbackRule()), block_of(20)
    signals = learner.run(block, record=True).record.signals
    first = block.starts & block.live
    assert not signals["displaced_worth"][first].any()
    assert signals["displaced_worth"][~block.starts & block.live].any()


@pytest.mark.parametrize("layout", Layout)
def test_a_reset_leaves_the_usual_content(layout):
    """It is a mean over trials: only a step with a reward changes it."""
    learner, block = networks(False, layout, FeedbackRule(output_baseline=1.0)), block_of(20)
    learner.run(block)
    before = learner.state()["contents usual"]
    assert before.any()
    silent = {name: values[:, :1].copy() for name, values in vars(block).items() if name != "length"}
    assert silent["starts"].all()
    silent["rewarded"][:] = False
    learner.run(TrialBlock(length=np.ones_like(block.length), **silent))
    after = learner.state()
    assert not after["contents displaced"].any()
    np.testing.assert_array_equal(after["contents usual"], before)


@pytest.mark.parametrize("layout", Layout)
def test_what_follows_a_reset_does_not_depend_on_what_was_shown_before(layout):
    """To the bit, in every nucleus: without noise and learning, each sequence is like the first."""
    params = replace(family_network(TASK.spec), exploration=Exploration())
    learner = PBWM(TASK.spec, networks=range(1), params=params, layout=layout)
    both = TrialBlock.stack([TASK.trials(2, np.random.default_rng(0))])
    [_, start] = np.flatnonzero(both.starts[0])
    arrays = {name: values[:, start:] for name, values in vars(both).items() if name != "length"}
    again = learner.run(both, learn=False, record=True).record.signals
    first = learner.run(TrialBlock(length=both.length - start, **arrays), learn=False, record=True).record.signals
    assert np.ptp(first["stn"]) > 0
    for name, values in first.items():
        np.testing.assert_array_equal(again[name][:, start:], values, err_msg=name)
