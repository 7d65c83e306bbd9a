"""Re-initialized networks: when, with what state, and the same in one call or many, alone or not, saved or not."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.errors import PBWMNumberError, PBWMParameterError
from pbwm.exploration import Exploration
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.params import PBWMParams
from pbwm.restart import Restart
from tasks.base.drawing import draw_epochs
from tasks.base.rng import Purpose
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS

TASK = TASKS["sir2"].build(trials_per_epoch=20)
PARAMS = PBWMParams(stripes=3, hidden=9, exploration=Exploration(sd=0.3), restart=Restart(patience=2, reward=0.9))
NETWORKS = range(3, 6)


def network(params=PARAMS, layout=None, networks=NETWORKS):
    return PBWM(TASK.spec, networks=networks, seed=4, params=params, layout=layout)


def train(learner, *epochs, networks=NETWORKS, streak=None):
    for epoch in epochs:
        learner.train(draw_lesson(TASK, 4, networks, range(epoch, epoch + 1), streak))


def restarts(learner):
    return learner.state()["network restarts"][:, 0]


def assert_same(one, other):
    for name, values in one.items():
        np.testing.assert_array_equal(other[name], values, err_msg=name)


def test_a_network_that_is_not_rewarded_often_enough_is_a_new_one_after_its_patience():
    learner = network()
    first = learner.weights()
    train(learner, 0)
    assert (restarts(learner) == 0).all()
    train(learner, 1)
    assert (restarts(learner) == 1).all()
    state, other = learner.state(), network(networks=range(7, 10)).state()
    assert (state["trials"] == 40).all()
    assert (state["network age"] == 0).all()
    new = {"trials", "network restarts", "weight", "linear"}
    assert_same({n: v for n, v in other.items() if n not in new}, state)
    for name, weights in learner.weights().items():
        learns = name in ("hidden->output", "control_input->matrix_go", "pfc_output_deep->hidden")
        assert (weights != first[name]).any() == learns or not learns
    train(learner, 2)
    assert (restarts(learner) == 1).all()
    train(learner, 3)
    assert (restarts(learner) == 2).all()


@pytest.mark.parametrize("restart", [Restart(patience=2, reward=0.0), Restart(patience=4)])
def test_others_go_on(restart):
    learner, kept = network(replace(PARAMS, restart=restart)), network(replace(PARAMS, restart=None))
    for one in (learner, kept):
        train(one, 0, 1, 2)
    ages = learner.state()["network age"]
    assert (ages == 3).all()
    assert_same(kept.state() | {"network age": ages}, learner.state())


def test_a_network_that_reaches_the_criterion_when_its_patience_ends_is_kept():
    """Its mean reward lags behind its learning: five trials are far too few for 0.9."""
    task, numbers, patience = TASKS["sir2"].build(trials_per_epoch=1, zero_error_epochs=1), range(16), 5
    trained = {}
    for restart in (Restart(patience=patience), None):
        learner = network(replace(PARAMS, restart=restart), networks=numbers)
        training = learner.train(draw_lesson(task, 4, numbers, range(patience)))
        trained[restart is None] = learner.state()
    reached = training.reached
    assert (reached & (training.done == patience)).any()
    assert trained[False]["network restarts"][:, 0].tolist() == (~reached).tolist()
    assert trained[False]["network age"][:, 0].tolist() == np.where(reached, training.done, 0).tolist()
    undisturbed = trained[True] | {"network age": trained[False]["network age"]}
    for name, values in undisturbed.items():
        np.testing.assert_array_equal(trained[False][name][reached], values[reached], err_msg=name)


def test_a_network_on_its_way_to_the_criterion_is_kept_until_it_errs():
    task, numbers, patience = TASKS["sir2"].build(trials_per_epoch=1, zero_error_epochs=2), range(16), 5
    learner = network(replace(PARAMS, restart=Restart(patience=patience)), networks=numbers)
    before = learner.train(draw_lesson(task, 4, numbers, range(patience)))
    halfway = before.streak == 1
    assert halfway.any()
    assert not restarts(learner)[halfway].any()
    after = learner.train(draw_lesson(task, 4, numbers, range(patience, patience + 1), before.streak))
    erring = halfway & (after.streak == 0)
    assert erring.any()
    assert (restarts(learner)[erring] == 1).all()


def test_networks_that_are_only_run_go_on():
    """A run is not an epoch: an environment runs its networks step by step."""
    learner, kept = network(), network(replace(PARAMS, restart=None))
    block, _ = draw_epochs(TASK, 4, NETWORKS, range(3), Purpose.TRIALS)
    for one in (learner, kept):
        for _ in range(3):
            one.run(block)
    assert_same(kept.state(), learner.state())


def test_who_has_nothing_to_do_does_not_start_anew():
    learner = network()
    train(learner, 0)
    train(learner, 1, 2, 3, streak=np.array([0, 2, 0]))
    assert restarts(learner).tolist() == [2, 0, 2]


@pytest.mark.parametrize("layout", Layout)
def test_in_one_call_or_many_and_alone_or_among_others(layout):
    several, each = network(layout=layout), network(layout=Layout.NETWORKS)
    alone = network(layout=Layout.UNITS, networks=range(4, 5))
    training = several.train(draw_lesson(TASK, 4, NETWORKS, range(5)))
    parts = [each.train(draw_lesson(TASK, 4, NETWORKS, range(n, n + 1))) for n in range(5)]
    alone.train(draw_lesson(TASK, 4, range(4, 5), range(5)))
    assert (restarts(several) == 2).all()
    assert_same(several.state(), each.state())
    assert_same(alone.state(), {name: values[1:2] for name, values in several.state().items()})
    np.testing.assert_array_equal(training.errors, np.concatenate([part.errors for part in parts], axis=1))
    np.testing.assert_array_equal(training.steps, sum(part.steps for part in parts))


def test_saved_in_a_second_life(tmp_path):
    learner = network()
    learner.train(draw_lesson(TASK, 4, NETWORKS, range(3)))
    learner.save(tmp_path / "networks.safetensors")
    loaded = PBWM.load(tmp_path / "networks.safetensors")
    for one in (learner, loaded):
        one.train(draw_lesson(TASK, 4, NETWORKS, range(3, 5)))
    assert (restarts(loaded) == 2).all()
    assert_same(learner.state(), loaded.state())


def test_a_network_that_is_stopped_gets_no_more_trials():
    learner = network()
    train(learner, 0)
    memory = learner.blocks[0].memory
    lane = 1
    learner.blocks[0].arrays.units["ge"][:, lane] = np.nan
    before = memory[:, lane].copy()
    with pytest.raises(PBWMNumberError, match=r"network 4, epoch 1") as caught:
        learner.train(draw_lesson(TASK, 4, NETWORKS, range(4)))
    training = caught.value.outcome
    assert training.done.tolist() == [4, 0, 4]
    assert (training.steps[1], training.counted[1].sum()) == (0, 0)
    np.testing.assert_array_equal(memory[:, lane], before)
    assert restarts(learner)[[0, 2]].tolist() == [2, 2]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Restart(patience=0), "Restart.patience = 0 must be at least 1"),
        (lambda: Restart(reward=1.5), r"Restart.reward = 1.5 must lie in \[0, 1\]"),
        (lambda: replace(PARAMS, restart=40), "PBWMParams.restart = 40 must be a Restart or None"),
    ],
)
def test_impossible_values_are_rejected(wrong, message):
    with pytest.raises(PBWMParameterError, match=message):
        wrong()
