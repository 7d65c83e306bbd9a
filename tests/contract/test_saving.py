"""Every model, saved and loaded, continues bit for bit."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from pbwm.compare.experiment import load_networks
from pbwm.compare.models import KINDS, MODELS
from tasks.base.errors import SavedFileError
from tasks.base.learner import Population
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.catalog import TASKS

TASK = TASKS["12ax"].build()
NETWORKS = 18


@pytest.fixture(params=MODELS)
def build(request):
    return MODELS[request.param].build


def lesson(learner, epoch, networks):
    """Results of an epoch, and the networks' state after it."""
    streams = [TASK.trials(2 + r % 3, stream(7, Purpose.TRIALS, r, epoch)) for r in networks]
    outcome = learner.run(TrialBlock.stack(streams), record=True)
    record = outcome.record
    return {"response": outcome.response, "memory": record.memory, "gate": record.input_gate} | learner.snapshot().state


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_array_equal(other[name], values, err_msg=name)
        assert other[name].dtype == values.dtype


def population_of(build):
    return Population(lambda networks: build(TASK.spec, networks=networks, seed=3), NETWORKS, threads=2)


def test_a_population_goes_on_as_if_it_had_never_been_saved(build, tmp_path):
    path, kept = tmp_path / "networks.safetensors", population_of(build)
    untrained = kept.snapshot()
    for epoch in range(2):
        lesson(kept, epoch, range(NETWORKS))
    kept.save(path)
    loaded = load_networks(path)
    assert_same(kept.snapshot().state, loaded.snapshot().state)
    assert any((loaded.snapshot().state[name] != values).any() for name, values in untrained.state.items())
    for epoch in range(2, 4):
        assert_same(*(lesson(learner, epoch, range(NETWORKS)) for learner in (kept, loaded)))
    assert loaded.spec == TASK.spec
    assert [type(block) for block in loaded.blocks] == [KINDS[kept.name]] * 2


def test_a_population_is_put_back_into_a_state():
    kept, moved = (population_of(MODELS["lstm"].build) for _ in range(2))
    state = kept.state()
    assert_same(kept.snapshot().state, state)
    lesson(moved, 0, range(NETWORKS))
    assert any((moved.state()[name] != values).any() for name, values in state.items())
    moved.set_state(state)
    assert_same(state, moved.state())
    assert_same(*(lesson(learner, 1, range(NETWORKS)) for learner in (kept, moved)))


def test_a_block_of_other_networks_goes_on(build, tmp_path):
    path, networks = tmp_path / "networks.safetensors", range(37, 39)
    kept = build(TASK.spec, networks=networks, seed=3)
    lesson(kept, 0, networks)
    kept.save(path)
    loaded = type(kept).load(path)
    assert (loaded.params, loaded.seed, loaded.networks) == (kept.params, 3, 2)
    for epoch in range(1, 3):
        assert_same(*(lesson(learner, epoch, networks) for learner in (kept, loaded)))


def test_a_snapshot_is_a_copy(build):
    learner = build(TASK.spec, networks=range(2), seed=3)
    snapshot = learner.snapshot()
    before = {name: values.copy() for name, values in snapshot.state.items()}
    lesson(learner, 0, range(2))
    assert_same(before, snapshot.state)
    again = type(learner).from_snapshot(snapshot)
    assert_same(*(lesson(other, 0, range(2)) for other in (again, build(TASK.spec, networks=range(2), seed=3))))


def test_a_block_holds_no_more_than_16(build, tmp_path):
    path = tmp_path / "networks.safetensors"
    population = population_of(build)
    population.save(path)
    with pytest.raises(ValueError, match="1 to 16"):
        type(population.blocks[0]).load(path)


def test_another_model_is_rejected(build, tmp_path):
    path = tmp_path / "networks.safetensors"
    learner = build(TASK.spec, networks=range(2))
    learner.save(path)
    other = next(kind for kind in KINDS.values() if kind.name != learner.name)
    for load in (other.load, partial(Population.load, model=other)):
        with pytest.raises(SavedFileError, match=f"holds networks of '{learner.name}', not of '{other.name}'"):
            load(path)


def test_a_state_that_does_not_fit_is_rejected(build):
    learner = build(TASK.spec, networks=range(2))
    state = learner.state()
    name = next(iter(state))
    for wrong, message in (
        ({**state, "charm": state[name]}, r"arrays not known = \['charm'\]"),
        ({other: values for other, values in state.items() if other != name}, rf"arrays missing = \['{name}'\]"),
        ({**state, name: state[name][:1]}, rf"state '{name}' = .* must be .*\(shape, precision\)"),
        ({**state, name: state[name].astype(np.float64)}, rf"state '{name}' = .*float64"),
    ):
        with pytest.raises(SavedFileError, match=message):
            learner.set_state(wrong)
    assert_same(state, learner.state())


@pytest.mark.parametrize("precision", ["float64", "single", "bogus", ""])
def test_another_precision_than_that_of_the_networks_is_rejected(build, precision):
    snapshot = build(TASK.spec, networks=range(2), seed=3).snapshot()
    kind = KINDS[snapshot.model]
    with pytest.raises(ValueError, match=r"dtype = '.*' must be|float64.* \(shape, precision\)"):
        kind.from_snapshot(replace(snapshot, dtype=precision))


def test_networks_of_no_known_model(build, tmp_path, monkeypatch):
    path = tmp_path / "networks.safetensors"
    learner = build(TASK.spec, networks=range(2))
    monkeypatch.setattr(type(learner), "name", "hopfield")
    learner.save(path)
    with pytest.raises(
        SavedFileError, match="holds networks of 'hopfield', which is not one of 'pbwm', 'pbwm-2006', 'lstm'"
    ):
        load_networks(path)
