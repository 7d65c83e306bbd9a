"""Every model can be observed within a step without effect on it: the contract of `tasks.base.anatomy`."""

from dataclasses import fields

import numpy as np
import pytest

from pbwm.compare.models import MODELS
from tasks.base.anatomy import Observable
from tasks.base.drawing import draw_epochs
from tasks.base.task import Choice, TrialBlock
from tasks.catalog import TASKS

TASK_NAMES = ("12ax-reset", "sir2")
"""One channel or two, with and without resets of memory."""
STEPS = 5
NETWORKS = range(2, 5)


def _of(model, name):
    return pytest.param(model, name, id=f"{model}-{name}")


CASES = [_of(model, name) for model in MODELS for name in TASK_NAMES]


def build(model, name):
    task = TASKS[name].build()
    learner = MODELS[model].build(task.spec, networks=NETWORKS, seed=3)
    return learner, draw_epochs(task, 3, list(NETWORKS), range(1))[0]


def one(block, step):
    arrays = {f.name: getattr(block, f.name)[:, step : step + 1] for f in fields(block) if f.name != "length"}
    return TrialBlock(length=np.ones(block.networks, np.intp), **arrays)


@pytest.mark.parametrize(("model", "name"), CASES)
def test_a_step_that_is_watched_is_the_step_that_is_run(model, name):
    (watched, block), (run, _) = build(model, name), build(model, name)
    assert isinstance(watched, Observable)
    for step in range(STEPS):
        learn = step % 2 == 0
        seen = watched.observe_step(one(block, step), learn=learn)
        outcome = run.run(one(block, step), learn=learn, record=True)
        np.testing.assert_array_equal(seen.outcome.response, outcome.response)
        for field in ("input_gate", "forget_gate", "output_gate", "memory"):
            np.testing.assert_array_equal(getattr(seen.outcome.record, field), getattr(outcome.record, field))
    for what, values in run.state().items():
        np.testing.assert_array_equal(watched.state()[what], values, err_msg=what)


@pytest.mark.parametrize(("model", "name"), CASES)
def test_activity_is_that_of_the_declared_layers(model, name):
    learner, block = build(model, name)
    anatomy, spec = learner.anatomy(), learner.spec
    ends = np.cumsum([layer.units for layer in anatomy.layers])
    starts = {layer.name: end - layer.units for layer, end in zip(anatomy.layers, ends, strict=True)}
    for step in range(STEPS):
        seen = learner.observe_step(one(block, step), learn=False)
        assert seen.activity.shape == (len(NETWORKS), anatomy.frames, anatomy.units)
        shown = one(block, step).symbols[:, 0]
        at_end = seen.activity[:, -1]
        for layer in anatomy.layers:
            own = at_end[:, starts[layer.name] : starts[layer.name] + layer.units]
            assert np.isfinite(own).all(), layer.name
            if layer.name in ("input", "stimulus_input", "control_input"):
                active = {(r, layer.labels[u]) for r, u in np.argwhere(own > 0.5)}
                for network, symbols in enumerate(shown):
                    for channel, symbol in zip(spec.channels, symbols, strict=True):
                        if symbol >= 0 and channel.symbols[symbol] in layer.labels:
                            assert (network, channel.symbols[symbol]) in active
        output = slice(starts["output"], starts["output"] + len(spec.responses))
        before_target = sum(phase.frames for phase in anatomy.phases if phase.name not in ("plus", "update"))
        answer = seen.activity[:, before_target - 1, output].argmax(1)
        if isinstance(spec.answer, Choice):
            np.testing.assert_array_equal(answer, seen.outcome.response[:, 0])


@pytest.mark.parametrize(("model", "name"), CASES)
def test_contents_have_the_names_of_the_symbols_that_were_shown(model, name):
    learner, block = build(model, name)
    names, before, stored = learner.anatomy().contents, 0.0, 0
    for step in range(STEPS if names else 0):
        shown, record = one(block, step).symbols[:, 0], learner.observe_step(one(block, step)).outcome.record
        now = record.memory[:, 0]
        assert now.shape[-1] == len(names)
        for network, _, unit in np.argwhere((now > 0.5) & (before <= 0.5)):
            spoken = {c.symbols[s] for c, s in zip(learner.spec.channels, shown[network], strict=True) if s >= 0}
            assert names[unit] in spoken
            stored += 1
        before = now
    assert bool(stored) == bool(names) == model.startswith("pbwm")


@pytest.mark.parametrize(("model", "name"), CASES)
def test_every_projection_with_weights_is_declared(model, name):
    learner, _ = build(model, name)
    anatomy, weights = learner.anatomy(), learner.path_weights()
    declared = {path.name: path for path in anatomy.paths}
    assert weights.keys() <= declared.keys()
    for path, values in weights.items():
        assert values.shape == (len(NETWORKS), *declared[path].senders.shape)


@pytest.mark.parametrize("model", MODELS)
def test_a_block_of_more_steps_is_rejected(model):
    learner, block = build(model, "sir2")
    with pytest.raises(ValueError, match=r"observe_step: steps = .* must be 1; cut the block into steps"):
        learner.observe_step(block)
