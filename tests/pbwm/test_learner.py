"""PBWM as a learner: a network is the same bit for bit, and what does not fit is rejected."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numba import config

from pbwm.errors import PBWMTaskError, PBWMWeightsError
from pbwm.form2006.learner import PBWM2006
from pbwm.layout import Layout
from pbwm.learner import PBWM
from pbwm.params import PBWMParams
from pbwm.recommended import recommended
from tasks.base.drawing import draw_epochs
from tasks.base.errors import UnknownNameError
from tasks.base.learner import Population
from tasks.base.rng import Purpose, stream
from tasks.base.saving import SavedFileError
from tasks.base.task import Channel, Role, TrialBlock
from tasks.catalog import TASKS
from tests.pbwm.small import EVERYTHING, SIR, SMALL, STEPS, block_of, memory, network, unlike

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("params", [SMALL, EVERYTHING], ids=["default", "norm and momentum"])
def test_alone_among_16_and_among_48(params):
    def run(networks, threads=1):
        population = Population(lambda r: network(r, params), networks, threads)
        outcomes = [population.run(block_of(range(networks))) for _ in range(2)]
        return np.concatenate([o.response for o in outcomes], 1), memory(population)

    many, threaded = run(48), run(48, threads=2)
    for n, (response, state) in ((1, run(1)), (16, run(16)), (48, threaded)):
        np.testing.assert_array_equal(response, many[0][:n])
        np.testing.assert_array_equal(state, many[1][:, :n])
    assert len(np.unique(many[1], axis=1).T) == 48


def test_a_network_number_is_an_address():
    few, one = network(range(5, 8)), network(range(7, 8))
    few.run(block_of(range(5, 8)))
    one.run(block_of(range(7, 8)))
    np.testing.assert_array_equal(memory(few)[:, 2], memory(one)[:, 0])


@pytest.mark.parametrize("params", [SMALL, EVERYTHING], ids=["default", "norm and momentum"])
def test_streams_of_several_lengths(params):
    lengths = [STEPS, 3, 0, 7]
    together = network(range(4), params)
    before = memory(together).copy()
    outcome = together.run(block_of(range(4), lengths), record=True)
    after = memory(together)
    np.testing.assert_array_equal(after[:, 2], before[:, 2])
    for r, n in enumerate(lengths):
        assert (outcome.response[r, :n] >= 0).all()
        assert (outcome.response[r, n:] == -1).all()
        assert np.isnan(outcome.record.memory[r, n:]).all()
        if n:
            alone = network(range(r, r + 1), params)
            alone.run(block_of([r], [n]))
            np.testing.assert_array_equal(after[:, r], memory(alone)[:, 0])


def test_frozen_and_woken_again():
    """An idle network continues as if the others had not run."""
    learner, other = network(range(2)), network(range(2))
    learner.run(block_of(range(2), [STEPS, 0]))
    learner.run(block_of(range(2), [0, STEPS]))
    other.run(block_of(range(2)))
    np.testing.assert_array_equal(memory(learner), memory(other))


def test_a_block_at_once_or_step_by_step():
    at_once, stepwise = network(), network()
    block = block_of(range(2))
    outcome = at_once.run(block)
    arrays = [n for n in block.__dataclass_fields__ if n != "length"]
    responses = []
    for now in range(STEPS):
        step = {n: getattr(block, n)[:, now : now + 1] for n in arrays}
        responses.append(stepwise.run(TrialBlock(length=np.ones(2, np.intp), **step)).response[:, 0])
    np.testing.assert_array_equal(outcome.response, np.stack(responses, 1))
    np.testing.assert_array_equal(memory(at_once), memory(stepwise))


def test_recording_changes_nothing():
    plain, recorded = network(), network()
    outcomes = plain.run(block_of(range(2))), recorded.run(block_of(range(2)), record=True)
    np.testing.assert_array_equal(outcomes[0].response, outcomes[1].response)
    np.testing.assert_array_equal(memory(plain), memory(recorded))
    assert outcomes[0].record is None
    record = outcomes[1].record
    assert np.isin(record.forget_gate, (0, 1)).all()
    assert (record.forget_gate[record.input_gate > 0] == 0).all()
    assert (record.input_gate[record.input_gate > 0] >= SMALL.gating.threshold).all()
    assert record.memory.max() > 0.1


def test_without_learning_nothing_is_learned():
    learner = network(params=EVERYTHING)
    learner.run(block_of(range(2)))
    before, active = learner.state(), memory(learner)
    learner.run(block_of(range(2)), learn=False)
    after = learner.state()
    for name in LEARNED:
        np.testing.assert_array_equal(after[name], before[name], err_msg=name)
    assert unlike(active, memory(learner)).all()


LEARNED = (
    *("weight", "linear", "norm", "momentum", "prediction_weight"),
    *("units avg_l", "units avg_l_rate"),
    *("layers activity", "layers cosine", "layers cosine_rate"),
    *("traces trace", "traces change"),
)
"""State that only learning changes."""


def test_learning_changes_every_kind_of_weight():
    learner = network(range(16))
    before, predicted = learner.weights(), learner.state()["prediction_weight"]
    learner.run(block_of(range(16)))
    after = learner.weights()
    learns = {p.name for p in learner.circuit.paths if p.learns}
    changed = {name for name in before if (before[name] != after[name]).any()}
    assert changed == learns
    assert (learner.state()["prediction_weight"] != predicted).any()


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("hidden->output", lambda w: w[:, :, :-1], ("shape", "(2, 5, 5)", "(2, 5, 6)")),
        ("hidden->output", lambda w: w[0], ("shape", "(5, 6)", "(2, 5, 6)")),
        (
            "hidden->output",
            lambda w: np.where(w == w[1, 2, 3], np.nan, w),
            ("nan", "network 1", "receiver 2", "contact 3"),
        ),
        ("hidden->output", lambda _: [[1.0], [0.5, 0.5]], ("array of numbers", "give the weights of every network")),
        ("hidden->output", lambda w: w + 1, ("[0, 1]", "60 values are not")),
        ("hidden->output", lambda w: w - 1, ("[0, 1]", "60 values are not")),
        ("matrix_go->gpi_thalamus", lambda w: w * np.inf, ("inf", "[0, 1]")),
    ],
)
def test_wrong_weights_are_rejected(name, change, words):
    learner = network()
    before = memory(learner).copy()
    with pytest.raises(PBWMWeightsError) as caught:
        learner.set_weights(
            {"hidden->output": learner.weights()["hidden->output"], name: change(learner.weights()[name])}
        )
    for word in (repr(name), *words):
        assert word in str(caught.value)
    np.testing.assert_array_equal(memory(learner), before)


def test_an_unknown_path_is_rejected_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"unknown path 'hiden->output': did you mean 'hidden->output'\?"):
        network().set_weights({"hiden->output": np.zeros((2, 5, 6))})


def test_weights_that_were_set_come_back():
    learner, other = network(), network(range(2, 4))
    other.set_weights(learner.weights())
    for name, values in learner.weights().items():
        np.testing.assert_array_equal(other.weights()[name], values)
    # Initial linear weights are drawn in float64; these follow from effective weights in float32.
    np.testing.assert_allclose(memory(other), memory(learner), rtol=0, atol=3e-7)


def with_channels(*roles):
    channels = tuple(Channel(name=f"c{i}", symbols=("a", "b"), role=role) for i, role in enumerate(roles))
    return replace(SIR.spec, channels=channels)


@pytest.mark.parametrize(
    "roles",
    [
        (Role.STIMULUS,),
        (Role.CONTROL,),
        (Role.STIMULUS, Role.STIMULUS),
        (Role.STIMULUS, Role.CONTROL, Role.CONTROL),
        (Role.BOTH, Role.STIMULUS),
        (Role.BOTH, Role.BOTH),
    ],
)
def test_a_task_with_other_channels_is_rejected(roles):
    with pytest.raises(PBWMTaskError, match=r"task 'sir2' has the channels 'c0'.*one stimulus channel.*give the task"):
        network(spec=with_channels(*roles))


def test_a_block_of_another_size_or_task_is_rejected():
    learner = network()
    with pytest.raises(PBWMTaskError, match=r"TrialBlock.networks = 3 do not match the 2 networks"):
        learner.run(block_of(range(3)))
    other = TASKS["12ax"].build()
    with pytest.raises(PBWMTaskError, match=r"channels do not match the 2 of task 'sir2'"):
        learner.run(TrialBlock.stack([other.trials(1, np.random.default_rng(1))] * 2))


def tiny_run(layout):
    task = TASKS["sir2-reference"].build(stimuli=2)
    learner = PBWM(task.spec, networks=range(3), params=PBWMParams(stripes=1, hidden=4), layout=layout)
    trials = [task.trials(2, stream(1, Purpose.TRIALS, r)) for r in range(3)]
    outcome = learner.run(TrialBlock.stack(trials), record=True)
    after = np.concatenate([values.ravel() for values in learner.state().values()])
    return {"memory": after, "response": outcome.response, "held": outcome.record.memory}


@pytest.fixture(scope="module")
def without_jit(tmp_path_factory):
    """The file of `tiny_run` in a layout, by kernels as plain Python in other processes."""
    place = tmp_path_factory.mktemp("plain")
    script = f"""
import sys
import numpy as np
from {__name__} import Layout, tiny_run
for layout in Layout:
    np.savez(f"{{sys.argv[1]}}/{{layout}}.npz", **tiny_run(layout))
"""
    command = [sys.executable, "-W", "error", "-c", script, str(place)]
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | {"NUMBA_DISABLE_JIT": "1"})
    return lambda layout: place / f"{layout}.npz"


@pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")
@pytest.mark.parametrize("layout", Layout)
def test_same_without_jit(without_jit, layout):
    """Only the jitted run flushes denormals: an average that fades with τ stops at τ times the smallest number."""
    plain, jitted = np.load(without_jit(layout)), tiny_run(layout)
    np.testing.assert_array_equal(plain["response"], jitted["response"])
    smallest = 10 * np.finfo(np.float32).tiny
    for name in ("memory", "held"):
        np.testing.assert_allclose(plain[name], jitted[name], rtol=0, atol=smallest)
    assert np.ptp(plain["held"]) > 0


def test_a_block_in_which_nobody_has_anything_to_do():
    learner = network()
    before = memory(learner).copy()
    block = block_of(range(2))
    idle = TrialBlock(
        length=np.zeros_like(block.length),
        **{n: getattr(block, n)[:, :0] for n in block.__dataclass_fields__ if n != "length"},
    )
    outcome = learner.run(idle, record=True)
    assert outcome.response.shape == (2, 0)
    assert outcome.record.memory.shape[:2] == (2, 0)
    np.testing.assert_array_equal(memory(learner), before)


@pytest.mark.parametrize("field", ["symbols", "target"])
def test_trials_of_another_task_are_rejected(field):
    block = block_of(range(2))
    with pytest.raises(PBWMTaskError, match="must be below"):
        network().run(replace(block, **{field: getattr(block, field) + 50}))


@pytest.mark.parametrize("model", [PBWM, PBWM2006])
def test_weights_mean_the_same_in_any_precision(model):
    single, double = (model(SIR.spec, networks=range(2), seed=3) for _ in range(2))
    weights = single.weights()
    single.set_weights(weights)
    double.set_weights({name: values.astype(np.float64) for name, values in weights.items()})
    for name, values in double.state().items():
        np.testing.assert_array_equal(single.state()[name], values, err_msg=name)


@pytest.mark.parametrize(("model", "name"), [(PBWM, "trials"), (PBWM, "network restarts"), (PBWM2006, "events")])
@pytest.mark.parametrize("count", [-1, 0.5, 2**24 + 2, 1e30])
def test_a_state_counts_whole_trials(model, name, count):
    learner = model(SIR.spec, networks=range(2), seed=3)
    state = learner.state()
    with pytest.raises(SavedFileError, match=rf"state '{name}' = .* must be a whole number from 0 to 16,777,216"):
        learner.set_state({**state, name: np.full_like(state[name], count)})
    np.testing.assert_array_equal(learner.state()[name], state[name])


@pytest.mark.parametrize("count", [2**24 - 1, 2**24])
def test_noise_goes_on_after_more_trials_than_float32_can_count(count):
    noisy = replace(SMALL, exploration=replace(SMALL.exploration, sd=0.3))
    learner = network(params=noisy)
    state = learner.state()
    learner.set_state({**state, "trials": np.full_like(state["trials"], count)})
    noise = []
    for _ in range(3):
        learner.run(block_of(range(2), [1, 1]))
        noise.append(learner.state()["noise"].copy())
    assert not np.array_equal(noise[0], noise[1])
    assert not np.array_equal(noise[1], noise[2])
    assert (learner.state()["trials"] == count + 3 - 2**24).all()


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize(("task", "see_ages"), [("12ax", 0), ("3-back", 6)])
def test_gates_stay_shut_while_nothing_reaches_the_striatum(task, see_ages, layout):
    task = TASKS[task].build()
    params = recommended(task.spec)
    assert params.gating.age_stripes == see_ages
    params = replace(params, exploration=replace(params.exploration, sd=3.0))
    block, _ = draw_epochs(task, 0, range(2), range(1))
    block = block.cut(np.minimum(block.length, 40))
    block.symbols[:, 1::2] = -1
    learner = PBWM(task.spec, networks=range(2), params=params, layout=layout)
    opened = learner.run(block, record=True).record.signals["gate"].max(2) > 0
    aged = np.arange(opened.shape[2]) % params.stripes < see_ages
    assert not opened[:, 1::2, ~aged].any()
    assert opened[:, 1::2, aged].any() == (see_ages > 0)
    assert opened[:, ::2].mean() > 0.2
