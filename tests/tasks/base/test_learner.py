"""Outcomes score responses; a population gives the same results with any blocks and threads."""

from dataclasses import fields
from threading import get_ident

import numpy as np
import pytest

from tasks.base.errors import ParameterError, SavedFileError
from tasks.base.learner import BLOCK, Learner, NumberError, Outcome, Population
from tasks.base.record import GateRecord
from tasks.base.task import TrialBlock
from tasks.base.training import draw_lesson, train_by_epochs
from tasks.sir import SIR

TASK = SIR()
NETWORKS = 2 * BLOCK + 5


class Counting:
    """A learner whose numbers encode network, step and call."""

    name = "counting"
    spec = TASK.spec

    def __init__(self, numbers):
        self.numbers, self.networks, self.calls, self.threads = numbers, len(numbers), [], set()

    def run(self, block, *, learn=True, record=False):
        self.calls.append((learn, record))
        self.threads.add(get_ident())
        shape = (self.networks, block.steps)
        network = np.broadcast_to(np.array(self.numbers)[:, None], shape)
        step = np.broadcast_to(np.arange(block.steps), shape)
        response = np.where((network + step) % 3 == 0, block.target, 0).astype(np.int16)
        value = np.where(block.live, network + step / 1000, np.nan)
        slot = np.repeat(value[..., None], 2, -1)
        gates = GateRecord(
            model=self.name,
            slots=("a", "b"),
            input_gate=slot,
            forget_gate=slot + 1,
            output_gate=slot + 2,
            memory=np.repeat(slot[..., None], 3, -1),
            signals={"dopamine": value + 3},
            resets=block.starts & block.live,
        )
        return Outcome.of(block, response, measures={"value": value}, record=gates if record else None)

    def train(self, lesson):
        return train_by_epochs(lambda block: self.run(block).correct, lesson)


def _block(networks=NETWORKS):
    """Streams of different lengths, the longest in the first block; every seventh network has none."""
    return TrialBlock.stack(
        [None if r % 7 == 3 else TASK.trials(60 - r, np.random.default_rng(r)) for r in range(networks)]
    )


def _assert_same(one, other):
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, GateRecord):
            _assert_same(a, b)
        elif isinstance(a, dict):
            assert a.keys() == b.keys()
            for key in a:
                np.testing.assert_array_equal(a[key], b[key])
                assert a[key].dtype == b[key].dtype
        else:
            np.testing.assert_array_equal(a, b)
            assert np.asarray(a).dtype == np.asarray(b).dtype


def test_an_outcome_counts_errors_where_they_count_and_steps_are_live():
    block = TrialBlock.stack([TASK.trials(6, np.random.default_rng(r)) for r in range(2)] + [None])
    counts = block.counts.copy()
    counts[0, :2] = False
    block = TrialBlock(**{f.name: getattr(block, f.name) for f in fields(block)} | {"counts": counts})
    response = block.target.copy()
    response[0, 1] += 1  # does not count
    response[0, 4] += 1
    response[1, [0, 5]] += 1
    response[2] = 3  # beyond the stream
    outcome = Outcome.of(block, response)
    assert outcome.errors.tolist() == [1, 2, 0]
    assert outcome.counted.tolist() == [4, 6, 0]
    assert outcome.response[2].tolist() == [-1] * 6
    assert outcome.correct.sum(1).tolist() == [4, 4, 0]
    assert outcome.response.dtype == np.int16


def test_a_population_is_a_learner_of_blocks_of_sixteen():
    population = Population(Counting, NETWORKS)
    assert isinstance(population, Learner)
    assert population.networks == NETWORKS
    assert [list(b.numbers)[:: BLOCK - 1] for b in population.blocks] == [[0, 15], [16, 31], [32]]
    assert population.name == "counting"
    assert population.spec == TASK.spec


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_joined_results_are_those_of_one_big_block(threads):
    block = _block()
    joined = Population(Counting, NETWORKS, threads).run(block, record=True)
    _assert_same(joined, Counting(range(NETWORKS)).run(block, record=True))


def test_shorter_blocks_are_padded():
    block = _block()
    outcome = Population(Counting, NETWORKS).run(block, record=True)
    dead = ~block.live
    assert (outcome.response[dead] == -1).all()
    assert not outcome.correct[dead].any()
    assert np.isnan(outcome.measures["value"][dead]).all()
    assert np.isnan(outcome.record.memory[dead]).all()
    assert np.isfinite(outcome.record.memory[block.live]).all()


def test_learning_and_recording_reach_every_block():
    population = Population(Counting, NETWORKS, threads=2)
    assert population.run(_block(), learn=False).record is None
    population.run(_block(), learn=True, record=True)
    assert [b.calls for b in population.blocks] == [[(False, False), (True, True)]] * 3


def test_blocks_run_on_other_threads():
    population = Population(Counting, NETWORKS, threads=3)
    population.run(_block())
    assert all(get_ident() not in b.threads for b in population.blocks)


def test_an_error_in_a_block_is_the_populations_error():
    class Breaking(Counting):
        def run(self, block, *, learn=True, record=False):
            if 20 in self.numbers:
                raise ZeroDivisionError("network 20")
            return super().run(block, learn=learn, record=record)

    with pytest.raises(ZeroDivisionError, match="network 20"):
        Population(Breaking, NETWORKS, threads=2).run(_block())


def test_stopped_networks_of_all_blocks_are_named_and_the_others_results_kept():
    class Stopping(Counting):
        def run(self, block, *, learn=True, record=False):
            outcome = super().run(block, learn=learn, record=record)
            stopped = tuple(r for r in self.numbers if r in (3, 5, 34))
            if stopped:
                raise NumberError(stopped, outcome)
            return outcome

    block = _block()
    with pytest.raises(NumberError) as caught:
        Population(Stopping, NETWORKS, threads=2).run(block, record=True)
    assert caught.value.stopped == (3, 5, 34)
    _assert_same(caught.value.outcome, Counting(range(NETWORKS)).run(block, record=True))


@pytest.mark.parametrize("threads", [1, 3])
def test_training_is_joined_too(threads):
    lesson = draw_lesson(TASK, 1, range(NETWORKS), range(3))
    _assert_same(Population(Counting, NETWORKS, threads).train(lesson), Counting(range(NETWORKS)).train(lesson))


@pytest.mark.parametrize("networks", [1, BLOCK, NETWORKS - 1, NETWORKS + 1])
def test_a_block_of_another_size_is_rejected(networks):
    with pytest.raises(ParameterError, match=f"TrialBlock.networks = {networks} differs from the population's 37"):
        Population(Counting, NETWORKS).run(_block(networks))


@pytest.mark.parametrize(("networks", "threads", "field"), [(0, 1, "networks"), (1, 0, "threads")])
def test_a_population_needs_networks_and_threads(networks, threads, field):
    with pytest.raises(ParameterError, match=f"{field} = 0 must be a whole number (from 1|of at least 1)"):
        Population(Counting, networks, threads)


class Held(Counting):
    """A learner whose state is the numbers of its networks."""

    def state(self):
        return {"number": np.array(self.numbers)}

    def set_state(self, state):
        self.numbers = state["number"].tolist()


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (
            {"number": np.arange(NETWORKS + 1)},
            rf"state 'number' = \({NETWORKS + 1},\) must be an array of {NETWORKS} net",
        ),
        (
            {"number": np.arange(NETWORKS - 1)},
            rf"state 'number' = \({NETWORKS - 1},\) must be an array of {NETWORKS} net",
        ),
        ({"number": np.array(0)}, rf"state 'number' = \(\) must be an array of {NETWORKS} networks; give the state of"),
        ({"number": 5}, rf"state 'number' = 'int' must be an array of {NETWORKS} networks; give the state of"),
        (None, r"state = 'NoneType' must be a dictionary of arrays"),
    ],
)
def test_the_state_of_another_number_of_networks_is_rejected_and_changes_nothing(state, says):
    population = Population(Held, NETWORKS)
    with pytest.raises(SavedFileError, match=says):
        population.set_state(state)
    assert population.state()["number"].tolist() == list(range(NETWORKS))
    population.set_state({"number": np.arange(NETWORKS)[::-1]})
    assert population.state()["number"].tolist() == list(range(NETWORKS))[::-1]
