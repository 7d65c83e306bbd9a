"""Trials at an address are those of the slow twin, compiled or not."""

import os
import subprocess
import sys
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.base.drawing import draw_epochs, draws_epochs
from tasks.base.errors import BrokenTaskError, ParameterError
from tasks.base.outside import OutsideError
from tasks.base.rng import Purpose, stream
from tasks.base.task import Task, Trials
from tasks.catalog import TASKS
from tasks.engine.compiled import CompiledTask
from tasks.sir import SIR
from tasks.twelve_ax import TwelveAX
from tests.reference import streams, writers
from tests.reference.philox import epoch_words

ROOT = Path(__file__).parents[3]
PUBLISHED = ["12ax", "12ax-current-task", "sir2", "sir2-dedicated", "sir2-reference"]
COMPILED = [name for name in TASKS if draws_epochs(TASKS[name].build())]
ARRAYS = [field.name for field in fields(Trials)]
SCRIPT = """
import hashlib, sys
from tasks.base.drawing import draw_epochs
from tasks.catalog import TASKS
from tasks.sir import SIR

few = {"adding": {"min_length": 12}, "multiplication": {"min_length": 20}, "embedded-reber": {}, "continual-reber": {}}
few |= {f"two-sequence-3{part}": {"min_length": 12} for part in "abc"}
sizes = [{f"{what}_per_epoch": 6} for what in ("strings", "sequences")]
tasks = [TASKS[name].build(**sizes["reber" not in name], **changes) for name, changes in few.items()]
for task in (*(TASKS[name].build() for name in sys.argv[1:]), SIR(stores=5), *tasks):
    block, ends = draw_epochs(task, 3, range(2), range(2))
    digest = hashlib.sha256(ends.tobytes())
    for name in ("symbols", "target", "counts", "rewarded", "event", "starts", "ideal_gate"):
        digest.update(getattr(block, name).tobytes())
    for name in ("values", "allowed", "quantity", "noise"):
        if getattr(block, name).any():
            digest.update(getattr(block, name).tobytes())
    print(digest.hexdigest())
"""


class Plain:
    """A task with a NumPy generator only."""

    def __init__(self, task):
        self.task, self.spec = task, task.spec

    def trials(self, n, rng):
        return self.task.trials(n, rng)


def in_words(spec, trials):
    """Steps in the form of `tests.reference.writers`."""
    rows = zip(
        streams.shown(spec, trials),
        streams.answers(spec, trials),
        streams.events(spec, trials),
        streams.gates(spec, trials),
        trials.starts.tolist(),
        strict=True,
    )
    return list(rows)


def cut(block, ends, network, epoch):
    start = ends[network, epoch - 1] if epoch else 0
    return Trials(**{name: getattr(block, name)[network, start : ends[network, epoch]] for name in ARRAYS})


def assert_same(one, other):
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
        assert getattr(one, name).dtype == getattr(other, name).dtype


def assert_those_of_the_twin(task, twin, seed, networks, epochs):
    block, ends = draw_epochs(task, seed, networks, epochs)
    for i, network in enumerate(networks):
        for k, epoch in enumerate(epochs):
            words = epoch_words(seed, Purpose.TRIALS, network, epoch, task.spec.sequences_per_epoch, task.words)
            trials = cut(block, ends, i, k)
            assert in_words(task.spec, trials) == twin(task, words)
            rewarded = [event == "recall" or event.endswith("probe") for event in streams.events(task.spec, trials)]
            assert trials.rewarded.tolist() == rewarded
            assert trials.counts.all()


@given(
    least=st.integers(1, 4),
    more=st.integers(0, 3),
    p=st.sampled_from([0.0, 0.3, 0.5, 1.0]),
    reading=st.sampled_from(["independent", "current task"]),
    loops=st.integers(1, 9),
    seed=st.integers(0, 2**63 - 1),
    network=st.integers(0, 10**6),
    epoch=st.integers(0, 10**6),
)
@settings(max_examples=60, deadline=None)
def test_loops_of_1_2_ax_are_those_of_the_twin(least, more, p, reading, loops, seed, network, epoch):
    sizes = {"min_pairs": least, "max_pairs": least + more, "outer_loops_per_epoch": loops}
    task = TwelveAX(target_probability=p, reading=reading, **sizes)
    assert_those_of_the_twin(task, writers.twelve_ax_epoch, seed, [network, network + 3], range(epoch, epoch + 2))


@given(
    stimuli=st.integers(2, 26),
    stores=st.integers(1, 5),
    inputs=st.sampled_from(["shared", "dedicated"]),
    store_when_full=st.booleans(),
    trials=st.integers(1, 60),
    seed=st.integers(0, 2**63 - 1),
    network=st.integers(0, 10**6),
    epoch=st.integers(0, 10**6),
)
@settings(max_examples=60, deadline=None)
def test_trials_of_sir_are_those_of_the_twin(stimuli, stores, inputs, store_when_full, trials, seed, network, epoch):
    how = {"inputs": inputs, "store_when_full": store_when_full, "trials_per_epoch": trials}
    task = SIR(stimuli=stimuli, stores=stores, **how)
    assert_those_of_the_twin(task, writers.sir_epoch, seed, [network, network + 3], range(epoch, epoch + 2))


@pytest.mark.parametrize("kind", [lambda task: task, Plain], ids=["compiled", "plain"])
@pytest.mark.parametrize("name", TASKS)
def test_an_epoch_is_the_same_alone_and_among_others(name, kind):
    task = kind(TASKS[name].build())
    many, ends = draw_epochs(task, 5, [0, None, 7, 2], range(3, 9))
    assert many.length.tolist() == ends[:, -1].tolist()
    assert ends[1].tolist() == [0] * 6
    for row, network in ((0, 0), (2, 7), (3, 2)):
        for column, epoch in ((0, 3), (4, 7)):
            alone, end = draw_epochs(task, 5, [network], range(epoch, epoch + 1))
            assert_same(cut(alone, end, 0, 0), cut(many, ends, row, column))
    dead = ~many.live
    assert (many.symbols[dead] == -1).all()
    assert (many.target[dead] == -1).all()
    for array in (many.counts, many.rewarded, many.event, many.starts, many.ideal_gate):
        assert not array[dead].any()


@pytest.mark.parametrize("kind", [lambda task: task, Plain], ids=["compiled", "plain"])
def test_all_of_an_address_counts(kind):
    task = kind(SIR())
    addresses = [(s, r, e, p) for s in range(2) for r in range(2) for e in range(2) for p in Purpose]
    drawn = {draw_epochs(task, s, [r], range(e, e + 1), p)[0].symbols.tobytes() for s, r, e, p in addresses}
    assert len(drawn) == len(addresses)


def test_nobody_and_nothing_to_draw():
    block, ends = draw_epochs(SIR(), 0, [None, None], range(3))
    assert (block.networks, block.steps) == (2, 0)
    assert ends.tolist() == [[0, 0, 0]] * 2
    block, ends = draw_epochs(Plain(SIR()), 0, [None, None], range(3))
    assert (block.networks, block.steps) == (2, 0)


def test_a_plain_task_is_drawn_from_the_generator_of_its_address():
    task = SIR(trials_per_epoch=20)
    block, ends = draw_epochs(Plain(task), 4, [6], range(2, 4))
    for k, epoch in enumerate((2, 3)):
        assert_same(cut(block, ends, 0, k), task.trials(20, stream(4, Purpose.TRIALS, 6, epoch)))


@pytest.mark.parametrize("name", COMPILED)
def test_both_doors_of_a_compiled_task_are_one_algorithm(name):
    """The same words give the same trials, whether they were drawn by counter or from a generator."""
    task = TASKS[name].build()

    class Counted(np.random.Generator):
        """A generator that gives the words of an address."""

        def integers(self, high, size, dtype):
            assert (high, dtype) == (2**32, np.uint32)
            words = epoch_words(9, Purpose.TRIALS, 1, 2, size[2], task.words)
            return np.array(words, np.uint32).reshape(size)

    block, ends = draw_epochs(task, 9, [1], range(2, 3))
    assert_same(task.trials(task.spec.sequences_per_epoch, Counted(np.random.PCG64(0))), cut(block, ends, 0, 0))


def test_which_tasks_are_compiled():
    assert set(PUBLISHED) <= set(COMPILED)
    for name in COMPILED:
        assert isinstance(TASKS[name].build(), CompiledTask)
    assert isinstance(Plain(SIR()), Task)
    assert not draws_epochs(Plain(SIR()))


@cache
def digests(**environment):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, *PUBLISHED],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


GOLDEN = [
    "1d61c650b111c2c5",
    "a9e6bc1236099901",
    "b27acba0d52c4d57",
    "40d09784107a0b6c",
    "31e5550799f6c163",
    "7966f49f36c00413",
    "840dff5cfed68059",
    "a92ecd2ce61dfc85",
    "7ce4490b53d1006d",
    "7601dd2885ec1a49",
    "603f30afa68d43cc",
    "8ff02645c0cf8d60",
    "fd5e027fb7523ac7",
]


def test_golden_trials():
    # A change of any of them would give every study new trials.
    assert [digest[:16] for digest in digests()] == GOLDEN


def test_the_same_source_without_the_compiler_gives_the_same_trials():
    assert digests(NUMBA_DISABLE_JIT="1") == digests()


@pytest.mark.parametrize(
    ("name", "spoil", "message"),
    [
        ("symbols", lambda a: a[:, :1], r"sir2: Trials.symbols: columns = \(1,\) must be \(2,\), as its spec says"),
        ("event", lambda a: a + np.int64(65536), r"sir2: Trials.event = 655\d\d must be from -32768 to 32767"),
        ("ideal_gate", lambda a: a - np.int64(256), r"sir2: Trials.ideal_gate = -25\d must be from -128 to 127"),
    ],
)
def test_trials_that_would_become_others_in_a_block_are_rejected(name, spoil, message):
    """A column would be repeated, and a number too large for its array would change."""
    whole = SIR(trials_per_epoch=4)

    class Spoiled(Plain):
        def trials(self, n, rng):
            trials = super().trials(n, rng)
            return replace(trials, **{name: spoil(getattr(trials, name))})

    with pytest.raises(BrokenTaskError, match=message):
        draw_epochs(Spoiled(whole), 0, range(2), range(2))


@pytest.mark.parametrize(
    ("drawn", "error", "says"),
    [
        (
            lambda whole, n, rng: [][0],
            OutsideError,
            r"trials\(4\) cannot be drawn \(IndexError: .*, test_drawing.py line \d+\); correct",
        ),
        (lambda whole, n, rng: None, BrokenTaskError, r"trials\(4\) = 'NoneType' is not a Trials object; correct"),
        (
            lambda whole, n, rng: of_steps(whole.trials(n, rng), 0),
            BrokenTaskError,
            r"trials\(4\) = 0 has no step; correct",
        ),
    ],
)
def test_trials_that_are_no_stream_are_rejected(drawn, error, says):
    class Spoiled(Plain):
        def trials(self, n, rng):
            return drawn(self.task, n, rng)

    with pytest.raises(error, match=f"task 'sir2': {says}"):
        draw_epochs(Spoiled(SIR(trials_per_epoch=4)), 0, range(2), range(2))


def of_steps(trials, steps):
    return Trials(**{name: getattr(trials, name)[:steps] for name in ARRAYS})


@pytest.mark.parametrize("name", ["12ax", "2-back"])
@pytest.mark.parametrize("epochs", [range(0), range(-1, 2), range(2**32, 2**32 + 1)])
def test_epochs_without_an_address_are_rejected(name, epochs):
    with pytest.raises(ParameterError, match=r"draw_epochs: epochs = range.* must be numbers from 0 to 4294967295"):
        draw_epochs(TASKS[name].build(), 0, [0], epochs)


@pytest.mark.parametrize("name", ["12ax", "2-back"])
@pytest.mark.parametrize("networks", [[], [None, None]])
def test_without_networks_there_are_no_trials(name, networks):
    block, ends = draw_epochs(TASKS[name].build(), 0, networks, range(2))
    assert (block.networks, block.steps) == (len(networks), 0)
    assert ends.shape == (len(networks), 2)
