"""A model of one's own: its base class does the rest, and names its faults."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.compare.models import MODELS
from tasks.base.abilities import TaskRefusedError
from tasks.base.errors import SavedFileError
from tasks.base.learner import Learner, Population
from tasks.base.own import OwnLearner, OwnModelError
from tasks.base.rng import Purpose, stream
from tasks.base.task import TrialBlock
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS
from tests.docs.examples import example

SIR = TASKS["sir2"].build()


def counts(networks=range(2), spec=SIR.spec, **given):
    return MODELS[example("counts.py:Counts")].build(spec, networks=networks, **given)


def block(networks=2, sequences=20):
    return TrialBlock.stack([SIR.trials(sequences, stream(3, Purpose.TRIALS, n)) for n in range(networks)])


def test_it_is_a_learner_that_learns():
    learner = counts()
    assert isinstance(learner, Learner)
    before = learner.run(block(), learn=False).errors.sum()
    training = learner.train(draw_lesson(SIR, 1, range(2), range(6)))
    assert training.errors.shape == (2, 6, 3)
    assert learner.run(block(), learn=False).errors.sum() < before


def test_networks_saved_and_loaded_go_on_the_same(tmp_path):
    learner = counts(range(3, 5), seed=7)
    learner.run(block())
    learner.save(tmp_path / "n.safetensors")
    other = type(learner).load(tmp_path / "n.safetensors")
    assert other.numbers == range(3, 5)
    assert other.params == learner.params
    for each in (learner, other):
        each.run(block())
    for name, values in learner.state().items():
        np.testing.assert_array_equal(values, other.state()[name])
    with pytest.raises(SavedFileError, match="arrays missing"):
        other.set_state({"counts": learner.state()["counts"]})


def test_a_record_has_its_memory_and_no_gates():
    class Remembering(type(counts())):
        def memory(self):
            return self.before.astype(float)

    learner = Remembering(SIR.spec, networks=range(2))
    outcome = learner.run(block(), learn=False, record=True)
    assert (outcome.record.input_gate == 1).all()
    assert outcome.record.memory.shape == (2, 20, 1, 1)
    assert len(np.unique(outcome.record.memory)) > 5
    again = Remembering(SIR.spec, networks=range(2)).run(block(), learn=False)
    np.testing.assert_array_equal(outcome.response, again.response)
    learning = learner.run(block(), record=True)
    assert np.isnan(learning.record.memory).all()


def test_memory_and_state_may_be_the_arrays_that_the_model_changes_in_place():
    class Adding(OwnLearner):
        def begin(self):
            self.steps = np.zeros((self.networks, 1))

        def answer(self, block, learn):
            self.steps += 1
            return np.zeros(block.target.shape, int)

        def memory(self):
            return self.steps

        def kept(self):
            return {"steps": self.steps}

        def keep(self, state):
            self.steps = state["steps"]

    learner = Adding(SIR.spec, networks=range(2))
    start = learner.state()
    memory = learner.run(block(), learn=False, record=True).record.memory
    np.testing.assert_array_equal(memory[0, :, 0, 0], np.arange(1.0, 21.0))
    learner.set_state(start)
    learner.run(block())
    assert (start["steps"] == 0).all()


@pytest.mark.parametrize("record", [False, True])
def test_what_a_model_does_to_its_block_does_not_change_the_trials(record):
    class Cheats(Nameless):
        def answer(self, block, learn):
            block.target[:], block.symbols[:] = 0, 0
            return np.zeros(block.target.shape, int)

    given = block()
    before = {name: values.copy() for name, values in vars(given).items()}
    outcome = Cheats(SIR.spec, networks=range(2)).run(given, learn=False, record=record)
    assert (outcome.errors == (given.counts & (before["target"] != 0)).sum(1)).all()
    for name, values in before.items():
        np.testing.assert_array_equal(getattr(given, name), values, err_msg=name)


def test_it_joins_a_population():
    networks = Population(lambda numbers: counts(numbers), 20)
    outcome = networks.run(block(20))
    assert outcome.response.shape == (20, 20)
    np.testing.assert_array_equal(outcome.response[:2], counts().run(block()).response)


class Nameless(OwnLearner):
    """Answers 0."""

    def begin(self):
        self.asked = np.zeros((self.networks, 1))

    def answer(self, block, learn):
        return np.zeros(block.target.shape, np.int64)

    def kept(self):
        return {"asked": self.asked}

    def keep(self, state):
        self.asked = state["asked"]


class Wrong(Nameless):
    def answer(self, block, learn):
        return np.zeros(3)


def test_its_name_is_that_of_its_class():
    assert (Nameless.name, Wrong.name) == ("Nameless", "Wrong")


def with_method(name, value):
    return type("Odd", (Nameless,), {name: lambda *_: value})(SIR.spec, networks=range(2))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.full((2, 20), 5), r"Odd.answer = \[5\] must be −1 or one of the 5 responses of the task, from 0 on"),
        (np.full((2, 20), 70000), r"= \[70000\] must be"),
        (np.full((2, 20), -2), r"= \[-2\] must be"),
        ([[0], [0, 1]], "must be whole numbers of shape"),
        (None, "must be whole numbers of shape"),
    ],
)
def test_answers_that_are_no_responses_are_rejected(values, says):
    with pytest.raises(OwnModelError, match=says):
        with_method("answer", values).run(block())


def test_answers_beyond_the_end_of_a_stream_do_not_matter():
    trials = replace(block(), length=np.array([20, 7]))
    values = np.where(trials.live, 1, 99)
    assert (with_method("answer", values).run(trials).response == np.where(trials.live, 1, -1)).all()


@pytest.mark.parametrize("values", [None, 3, np.zeros(2), np.zeros((3, 1)), np.zeros((2, 1, 1)), [["a"], ["b"]]])
def test_memory_that_is_no_row_for_every_network_is_rejected(values):
    with pytest.raises(OwnModelError, match=r"Odd.memory = .* must be numbers of shape \(2, units\)"):
        with_method("memory", values).run(block(), learn=False, record=True)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (None, "Odd.kept = None must be a dictionary of arrays"),
        ({3: np.zeros(2)}, "must be a dictionary of arrays"),
        ({"w": 3}, r"Odd.kept\['w'\] = .* must be numbers of shape \(2, …\)"),
        ({"w": np.zeros(7)}, "give a row for every network"),
        ({"w": np.array([object(), 1])}, "must be numbers"),
        ({"w": np.zeros(2, complex)}, "must be numbers"),
    ],
)
def test_what_lasts_is_an_array_for_every_network(values, says):
    with pytest.raises(OwnModelError, match=says):
        with_method("kept", values).snapshot()


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: Nameless("sir2"), OwnModelError, "Nameless.spec = 'sir2' is not a TaskSpec"),
        (lambda: Nameless(SIR.spec, networks=range(17)), OwnModelError, "Nameless.networks"),
        (lambda: Nameless(SIR.spec, seed=-1), OwnModelError, "Nameless.seed"),
        (lambda: Nameless(SIR.spec, params=3), OwnModelError, "Nameless.params = 3 is not of type NoParams"),
        (lambda: Nameless(TASKS["adding"].build().spec), TaskRefusedError, "and Nameless accepts symbols only"),
        (lambda: Wrong(SIR.spec, networks=range(2)).run(block()), OwnModelError, r"Wrong.answer = .* whole numbers of"),
    ],
)
def test_what_cannot_be_is_rejected_by_name(make, error, says):
    with pytest.raises(error, match=says):
        make()
