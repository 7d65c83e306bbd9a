"""Memory that a task resets (`TaskSpec.resets_memory`) depends on nothing before the start."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.compare.models import MODELS
from tasks.base.task import TrialBlock
from tests.contract.test_learners import everything, lesson, pairs, streams, task_of

NETWORKS = range(3)
BEFORE = 8
"""Steps before the start, enough to fill every memory."""
KINDS = ("12ax-reset", "sir2", "embedded-reber", "adding")
"""A task that resets memory, and one of each kind whose memory can be reset, too."""


@pytest.fixture(params=pairs(KINDS))
def pair(request):
    return request.param


@pytest.fixture
def task(pair):
    return task_of(pair[1])


@pytest.fixture
def build(pair):
    return MODELS[pair[0]].build


def histories(task):
    """Two blocks that differ only in what the steps before a start show."""
    one = TrialBlock.stack(streams(task, NETWORKS, epoch=5))
    starts, symbols, values = one.starts.copy(), one.symbols.copy(), one.values.copy()
    starts[:, BEFORE] = True
    for i, channel in enumerate(task.spec.channels):
        shown = symbols[:, :BEFORE, i]
        symbols[:, :BEFORE, i] = np.where(shown < 0, shown, len(channel.symbols) - 1 - shown)
    values[:, :BEFORE] *= 0.5
    one = replace(one, starts=starts)
    return one, replace(one, symbols=symbols, values=values)


def after(task, build, resets, learn=False):
    """Results of trained networks from the start on, after both histories."""
    said = []
    for block in histories(task):
        learner = build(replace(task.spec, resets_memory=resets), networks=NETWORKS, seed=3)
        lesson(learner, task, NETWORKS, epochs=2)
        outcome = learner.run(block, learn=learn, record=True)
        said.append({(n, r): of[BEFORE:] for r in NETWORKS for n, of in everything(outcome, r).items()})
    return said


def test_what_came_before_a_reset_has_no_influence_on_what_comes_after_it(task, build):
    one, other = after(task, build, resets=True)
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)


def test_without_resets_it_has_unless_the_model_resets_on_its_own(task, build):
    on_its_own = getattr(build(task.spec, networks=NETWORKS, seed=3).params, "reset_at_start", False)
    one, other = after(task, build, resets=False)
    assert all(np.array_equal(one[name], other[name], equal_nan=True) for name in one) == on_its_own


def test_a_record_says_where_memory_was_reset(task, build):
    """A slot that takes nothing in holds nothing then, except if gates subtract more than there is."""
    block, _ = histories(task)
    learner = build(replace(task.spec, resets_memory=True), networks=NETWORKS, seed=3)
    record = learner.run(block, record=True).record
    np.testing.assert_array_equal(record.resets, block.starts & block.live)
    shut = record.resets[..., None] & (record.input_gate == 0)
    surplus, said = np.zeros(shut.shape, record.memory.dtype), record.signals
    if "input_inhibition" in said:
        surplus = np.minimum(said["cell_input"] - said["input_inhibition"], 0)
    held = record.memory[shut]
    np.testing.assert_array_equal(held, np.broadcast_to(surplus[shut][:, None], held.shape))


def test_a_record_has_no_resets_where_there_are_none(task, build):
    learner = build(replace(task.spec, resets_memory=False), networks=NETWORKS, seed=3)
    block, _ = histories(task)
    resets = learner.run(block, record=True).record.resets
    if resets is not None and resets.any():
        assert learner.params.reset_at_start
        np.testing.assert_array_equal(resets, block.starts & block.live)
