"""Whole epochs in one call: every model gets the results of single epochs, in lessons of any length."""

from functools import partial

import numpy as np
import pytest

from pbwm.compare.models import DEFAULT_MODELS, MODELS
from tasks.base.learner import Population
from tasks.base.task import TrialBlock
from tasks.base.training import Training, draw_lesson, train_by_epochs
from tasks.twelve_ax import TwelveAX

TASK = TwelveAX(max_pairs=2, outer_loops_per_epoch=1, zero_error_epochs=2)
"""Epochs of three or five steps: by chance, some networks are without an error twice in a row, and others are not."""
EPOCHS = 10
SEED = 3
RESULTS = ("errors", "counted", "steps")


@pytest.fixture(params=DEFAULT_MODELS)
def build(request):
    return partial(MODELS[request.param].build, TASK.spec, seed=SEED)


def together(build, networks, threads=1):
    """Networks with the numbers `networks`; from 0 if they are more than one block."""
    if len(networks) > 16:
        return Population(lambda part: build(networks=part), len(networks), threads)
    return build(networks=networks)


def taught(learner, networks, lessons, by_epochs=False):
    """Results of lessons of these numbers of epochs: over all epochs, epochs done, and the last streak."""
    streak, first, parts = np.zeros(len(networks), int), 0, []
    for epochs in lessons:
        lesson = draw_lesson(TASK, SEED, networks, range(first, first + epochs), streak)
        train = partial(train_by_epochs, lambda block: learner.run(block).correct) if by_epochs else learner.train
        parts.append(train(lesson))
        streak, first = np.where(parts[-1].done > 0, parts[-1].streak, streak), first + epochs
    return Training(
        errors=np.concatenate([p.errors for p in parts], 1),
        counted=np.concatenate([p.counted for p in parts], 1),
        done=sum(p.done for p in parts),
        streak=streak,
        reached=parts[-1].reached,
        steps=sum(p.steps for p in parts),
    )


def assert_same(one, other, rows=slice(None)):
    for name in (*RESULTS, "done", "streak", "reached"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name)[rows], err_msg=name)


def seen(learner, networks):
    trials = TASK.trials(4, np.random.default_rng(1))
    outcome = learner.run(TrialBlock.stack([trials] * len(networks)), record=True)
    return [outcome.response, outcome.record.memory, outcome.record.input_gate, *outcome.record.signals.values()]


def assert_alike(one, other, rows=slice(None)):
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b[rows])


@pytest.mark.parametrize("networks", [range(1), range(5, 8), range(16)], ids=len)
def test_lessons_of_any_length_come_to_what_epochs_come_to(build, networks):
    slow = together(build, networks)
    expected = taught(slow, networks, [EPOCHS], by_epochs=True)
    as_seen = seen(slow, networks)
    if len(networks) == 16:
        assert {True, False} == set((expected.done < EPOCHS).tolist())
        assert len(set(expected.done.tolist())) > 2
        assert len(set(expected.steps.tolist())) > 2
    for lessons in ([EPOCHS], [3, 1, EPOCHS - 4], [1] * EPOCHS):
        learner = together(build, networks)
        assert_same(taught(learner, networks, lessons), expected)
        assert_alike(seen(learner, networks), as_seen)


def test_blocks_threads_and_company_make_no_difference(build):
    many = range(18)
    results, networks = [], []
    for threads in (1, 2):
        learner = together(build, many, threads)
        results.append(taught(learner, many, [4, 6]))
        networks.append(seen(learner, many))
    assert_same(*results)
    assert_alike(*networks)
    for network in (0, 7, 17):
        learner = together(build, range(network, network + 1))
        own = taught(learner, range(network, network + 1), [EPOCHS])
        assert_same(own, results[0], slice(network, network + 1))
        assert_alike(seen(learner, [network]), networks[0], slice(network, network + 1))


def test_who_has_learned_learns_no_more(build):
    networks = range(4)
    busy, idle = together(build, networks), together(build, networks)
    lesson = draw_lesson(TASK, SEED, networks, range(3), np.array([2, 0, 5, 2]))
    training = busy.train(lesson)
    assert training.done[[0, 2, 3]].tolist() == training.steps[[0, 2, 3]].tolist() == [0, 0, 0]
    assert training.streak[[0, 2, 3]].tolist() == [2, 5, 2]
    assert training.reached[[0, 2, 3]].all()
    assert training.done[1] > 0
    assert training.counted[[0, 2, 3]].sum() == 0
    assert_alike([a[[0, 2, 3]] for a in seen(idle, networks)], seen(busy, networks), [0, 2, 3])
    everyone = draw_lesson(TASK, SEED, networks, range(3), np.full(4, 2))
    assert everyone.trials.steps == 0
    assert busy.train(everyone).done.tolist() == [0] * 4
