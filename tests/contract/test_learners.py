"""The contract of `tasks.base.learner`, for every model on every task, by results alone."""

from dataclasses import fields, replace
from functools import cache, partial
from math import ceil

import numpy as np
import pytest

from pbwm.compare.models import MODELS
from tasks.base.abilities import TaskRefusedError
from tasks.base.learner import Learner, Population
from tasks.base.rng import Purpose, stream
from tasks.base.task import AnalogChannel, Choice, Criterion, Quantity, Role, Several, TrialBlock, Trials
from tasks.catalog import TASKS

STEPS = 12
"""Approximate steps of a block: enough to store and to recall."""
SHORTER = {
    "adding": {"min_length": 11},
    "multiplication": {"min_length": 11},
    "two-sequence-3a": {"min_length": 6},
    "two-sequence-3b": {"min_length": 6},
    "two-sequence-3c": {"min_length": 6},
    "copying": {"length": 3, "delay": 5},
    "temporal-order-6a": {"windows": ((1, 2), (4, 5)), "min_length": 7, "max_length": 8},
    "noisy-temporal-order": {"windows": ((1, 1), (3, 3), (5, 6)), "min_length": 8, "max_length": 9},
    "spike-delays": {"interval": 2},
    "timed-spikes": {"period": 2, "least": 1, "most": 2},
    "periodic-function": {"period": 2, "least": 1, "most": 2},
    "temporal-order-6b": {"windows": ((1, 1), (3, 3), (5, 6)), "min_length": 8, "max_length": 9},
}
"""Changes that shorten the sequences of tasks."""
BY_REWARD = {"lstm-reward", "sublstm-reward", "gru-reward"}
"""Models that learn only at rewarded steps."""
SHOWINGS = {"srn": 120} | dict.fromkeys(BY_REWARD, 300)
"""Presentations of the same trials to models that learn slowly; others get 30."""
MANY = 35
"""Networks of a population: two blocks of 16, and one of 3."""
GATES = ("input_gate", "forget_gate", "output_gate")


def _shapes():
    """A task for every kind of network: the first of those whose specs a learner cannot distinguish."""
    blank = {"name": "any", "source": "", "events": ("any",), "items": (), "sequence": "", "sequences_per_epoch": 1}
    found = {}
    for name in TASKS:
        spec = replace(TASKS[name].build().spec, criterion=Criterion(zero_error_epochs=1), **blank)
        found.setdefault(spec, name)
    return list(found.values())


EVERY_TASK = _shapes()
ANSWERS = ("12ax", "12ax-reset", "sir2", "embedded-reber", "adding")
"""Tasks that require all abilities: one or two input channels, real values, each kind of answer, and resets."""


def task_of(name):
    return TASKS[name].build(**SHORTER.get(name, {}))


@cache
def rejection(model, spec):
    """Why a model cannot be built for a task; None if it can."""
    try:
        MODELS[model].build(spec, networks=range(1))
    except TaskRefusedError as error:
        return str(error)
    return None


def simple(spec):
    """Whether a task shows symbols and requires choices; every model runs it."""
    return not spec.analog and isinstance(spec.answer, Choice)


def pairs(names):
    every = [(model, name, task_of(name).spec) for model in MODELS for name in names]
    return [
        pytest.param((model, name), id=f"{model}-{name}")
        for model, name, spec in every
        if simple(spec) or not rejection(model, spec)
    ]


@pytest.fixture(params=pairs(ANSWERS))
def pair(request):
    """Every model on a task of each kind."""
    return request.param


@pytest.fixture(params=pairs(EVERY_TASK))
def any_pair(request):
    return request.param


@pytest.fixture
def task(pair):
    return task_of(pair[1])


@pytest.fixture
def build(pair):
    return MODELS[pair[0]].build


@pytest.fixture
def any_task(any_pair):
    return task_of(any_pair[1])


@pytest.fixture
def any_build(any_pair):
    return MODELS[any_pair[0]].build


@cache
def sequences(task):
    """Sequences of a block: three at least, so that their lengths can differ."""
    steps = len(task.trials(100, np.random.default_rng(0))) / 100
    return max(3, ceil(STEPS / steps))


def streams(task, networks, epoch, seed=7):
    n = sequences(task)
    return [task.trials(n, stream(seed, Purpose.TRIALS, r, epoch)) for r in networks]


def lesson(learner, task, networks, epochs=3, record=False):
    blocks = [TrialBlock.stack(streams(task, networks, epoch)) for epoch in range(epochs)]
    return [learner.run(block, record=record) for block in blocks]


def everything(outcome, index):
    """All of an outcome about one network, by name."""
    said = {"response": outcome.response, "correct": outcome.correct, **outcome.measures}
    if outcome.record is not None:
        said |= {name: getattr(outcome.record, name) for name in (*GATES, "memory")} | dict(outcome.record.signals)
    return {name: values[index] for name, values in said.items()}


def assert_same(a, b):
    """The same to the last bit, except for padding."""
    assert a.keys() == b.keys()
    for name in a:
        steps = min(len(a[name]), len(b[name]))
        np.testing.assert_array_equal(a[name][:steps], b[name][:steps], err_msg=name)


def _toy(answer, analog=()):
    """The spec of 1-2-AX with other answers and inputs."""
    responses = ("sum",) if isinstance(answer, Quantity) else ("L", "R")
    return replace(TASKS["12ax"].build().spec, name="toy", answer=answer, analog=analog, responses=responses)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("answer", [Several(), Quantity(tolerance=0.1)], ids=lambda answer: type(answer).__name__)
def test_other_answers_and_values_are_given_and_taken_or_rejected(model, answer):
    level = AnalogChannel(name="level", low=0.0, high=1.0, role=Role.CONTROL)
    for spec in (_toy(answer), _toy(Choice(), (level,)), _toy(answer, (level,))):
        said = rejection(model, spec)
        if said is not None:
            assert "task 'toy'" in said
        else:
            learner = MODELS[model].build(spec, networks=range(2))
            outcome = learner.run(TrialBlock.blank(spec, 2, 3).cut(np.array([3, 0])))
            assert not outcome.correct.any()


@pytest.mark.parametrize("model", MODELS)
def test_a_task_is_run_or_rejected_by_its_name_for_a_reason(model):
    for name in EVERY_TASK:
        spec = task_of(name).spec
        said = rejection(model, spec)
        if said is not None:
            assert f"task {spec.name!r}" in said
            assert "; " in said, "what to do"
            assert not simple(spec), "every model runs symbols and choices"


def test_a_learner_says_what_it_is(build, task):
    learner = build(task.spec, networks=range(3))
    assert isinstance(learner, Learner)
    assert learner.networks == 3
    assert learner.spec == task.spec
    assert learner.name


def test_outcomes_judge_every_step_and_no_other(any_build, any_task):
    build, task = any_build, any_task
    block = TrialBlock.stack([*streams(task, range(2), 0), None])
    outcome = build(task.spec, networks=range(3)).run(block)
    live, responses = block.live, len(task.spec.responses)
    assert outcome.response.shape == outcome.correct.shape == (3, block.steps)
    least = -1 if isinstance(task.spec.answer, Quantity) else 0
    assert ((outcome.response[live] >= least) & (outcome.response[live] < responses)).all()
    assert not outcome.correct[block.target < 0].any()
    assert (outcome.response[~live] == -1).all()
    np.testing.assert_array_equal(outcome.correct, live & (outcome.response == block.target))
    np.testing.assert_array_equal(outcome.errors, (live & block.counts & ~outcome.correct).sum(1))
    np.testing.assert_array_equal(outcome.counted, (live & block.counts).sum(1))
    assert outcome.record is None
    assert all(values.shape[:2] == (3, block.steps) for values in outcome.measures.values())


def test_records_hold_gates_and_memory_of_every_slot(any_build, any_task):
    build, task = any_build, any_task
    block = TrialBlock.stack([*streams(task, range(2), 0), None])
    record = build(task.spec, networks=range(3)).run(block, record=True).record
    shape = (3, block.steps, len(record.slots))
    assert len(set(record.slots)) == len(record.slots) > 0
    for name in GATES:
        gate = getattr(record, name)
        assert gate.shape == shape, name
        assert ((gate[block.live] >= 0) & (gate[block.live] <= 1)).all(), name
    assert record.memory.shape[:3] == shape
    for name, values in [(n, getattr(record, n)) for n in (*GATES, "memory")] + list(record.signals.items()):
        assert values.shape[:2] == shape[:2], name
        assert np.isfinite(values[block.live]).all(), name
        assert np.isnan(values[~block.live]).all(), name


def test_the_same_seed_gives_the_same_networks(build, task):
    a, b = (lesson(build(task.spec, networks=range(2), seed=3), task, range(2), record=True) for _ in range(2))
    for one, other in zip(a, b, strict=True):
        for i in range(2):
            assert_same(everything(one, i), everything(other, i))


def test_seeds_and_networks_are_networks_of_their_own(build, task):
    [trials] = streams(task, [0], 0)
    block = TrialBlock.stack([trials, trials])
    first, second = (build(task.spec, networks=range(2), seed=s).run(block, record=True).record.memory for s in (3, 4))
    assert (first[0] != first[1]).any()
    assert (first != second).any()


def test_a_network_is_the_same_alone_and_among_many_and_on_any_threads(build, task):
    """Among sixteen, and in a population of three blocks, the last of which is not full."""

    def among(networks, threads=None):
        if threads is None:
            learner = build(task.spec, networks=networks, seed=3)
        else:
            learner = Population(partial(_block_of, build, task, 3), len(networks), threads=threads)
        return lesson(learner, task, networks, epochs=2, record=True)

    alone = {r: among(range(r, r + 1)) for r in (0, 5)}
    far = among(range(33, 34))
    sixteen, one_thread, two_threads = among(range(16)), among(range(MANY), 1), among(range(MANY), 2)
    for epoch in range(2):
        for r in (0, 5):
            for company in (sixteen, one_thread, two_threads):
                assert_same(everything(alone[r][epoch], 0), everything(company[epoch], r))
        assert_same(everything(far[epoch], 0), everything(one_thread[epoch], 33))
        for r in range(MANY):
            assert_same(everything(one_thread[epoch], r), everything(two_threads[epoch], r))


def _block_of(build, task, seed, networks):
    return build(task.spec, networks=networks, seed=seed)


def test_a_network_without_trials_is_left_as_it_is(build, task):
    busy, frozen = (build(task.spec, networks=range(3), seed=3) for _ in range(2))
    first, second, third = (streams(task, range(3), epoch) for epoch in range(3))
    for learner in (busy, frozen):
        learner.run(TrialBlock.stack(first))
    busy.run(TrialBlock.stack([second[0], None, second[2]]))
    a, b = (everything(x.run(TrialBlock.stack(third), record=True), 1) for x in (busy, frozen))
    assert_same(a, b)


def test_a_block_in_which_nobody_has_trials_is_left_as_it_is(build, task):
    idle, other = (build(task.spec, networks=range(3), seed=3) for _ in range(2))
    for learner in (idle, other):
        lesson(learner, task, range(3), epochs=1)
    [like] = streams(task, [0], 5)
    outcome = idle.run(TrialBlock.stack([None] * 3, like=like), record=True)
    assert outcome.response.shape == outcome.correct.shape == (3, 0)
    assert outcome.errors.tolist() == outcome.counted.tolist() == [0, 0, 0]
    record = outcome.record
    for name, values in [(n, getattr(record, n)) for n in (*GATES, "memory")] + list(record.signals.items()):
        assert values.shape[:2] == (3, 0), name
    a, b = (learner.run(TrialBlock.stack(streams(task, range(3), 1)), record=True) for learner in (idle, other))
    for i in range(3):
        assert_same(everything(a, i), everything(b, i))


def test_a_population_goes_on_when_a_whole_block_has_finished(build, task):
    population = Population(partial(_block_of, build, task, 3), 18, threads=2)
    block = TrialBlock.stack([*streams(task, range(16), 0), None, None])
    outcome = population.run(block, record=True)
    record = outcome.record
    shape = (18, block.steps, len(record.slots))
    assert outcome.response.shape == shape[:2]
    assert (outcome.response[16:] == -1).all()
    assert outcome.counted[16:].tolist() == [0, 0]
    for name in GATES:
        gate = getattr(record, name)
        assert gate.shape == shape, name
        assert np.isnan(gate[16:]).all(), name
        assert not np.isnan(gate[block.live]).any(), name
    first = build(task.spec, networks=range(16), seed=3).run(TrialBlock.stack(streams(task, range(16), 0)), record=True)
    for i in range(16):
        assert_same(everything(first, i), everything(outcome, i))


def test_recording_changes_nothing(build, task):
    with_record = lesson(build(task.spec, networks=range(2), seed=3), task, range(2), record=True)
    without = lesson(build(task.spec, networks=range(2), seed=3), task, range(2))
    for a, b in zip(with_record, without, strict=True):
        np.testing.assert_array_equal(a.response, b.response)


def test_stepping_is_the_same_run(build, task):
    whole, stepped = (build(task.spec, networks=range(2), seed=3) for _ in range(2))
    for learner in (whole, stepped):
        lesson(learner, task, range(2))
    [trials] = streams(task, [0], 9)
    block = TrialBlock.stack([trials, trials])
    at_once = whole.run(block, learn=False, record=True)
    for step in range(block.steps):
        one = {f.name: getattr(block, f.name)[:, step : step + 1] for f in fields(Trials)}
        outcome = stepped.run(TrialBlock(length=np.ones(2, np.intp), **one), learn=False, record=True)
        for i in range(2):
            expected = {name: values[step : step + 1] for name, values in everything(at_once, i).items()}
            assert_same(everything(outcome, i), expected)


def test_without_learning_nothing_is_learned(build, task, pair):
    """A network that sees the same trials repeatedly stays at its level; one that learns improves."""
    shown = streams(task, range(4), 0)
    block = TrialBlock.stack(shown)
    idle, learning = (build(task.spec, networks=range(4), seed=3) for _ in range(2))
    model = pair[0]
    judged = block.live & block.counts & (block.rewarded if model in BY_REWARD else True)
    assert judged.any()

    def errors(learner, learn, showings):
        outcomes = [learner.run(block, learn=learn) for _ in range(showings)]
        return [(judged & ~outcome.correct).sum(1) for outcome in outcomes]

    idle_errors = errors(idle, False, 10)
    learning_errors = errors(learning, True, SHOWINGS.get(model, 30))
    assert np.mean(learning_errors[-5:]) < np.mean(learning_errors[0])
    assert np.mean(learning_errors[-5:]) < np.mean(idle_errors[-5:])


def test_trials_that_do_not_fit_are_rejected(build, task):
    learner = build(task.spec, networks=range(2))
    others = (TASKS[name].build() for name in TASKS)
    other = next(t for t in others if len(t.spec.channels) != len(task.spec.channels))
    for misfit, trials in (("network", streams(task, range(3), 0)), ("channels", streams(other, range(2), 0))):
        with pytest.raises(ValueError, match=misfit):
            learner.run(TrialBlock.stack(trials))


@pytest.mark.parametrize("networks", [range(0), range(17)])
def test_blocks_hold_1_to_16_networks(build, task, networks):
    with pytest.raises(ValueError, match="1 to 16"):
        build(task.spec, networks=networks)
