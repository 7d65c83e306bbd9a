"""Conveniences of all learners: length, indexing, texts, steps, progress, manipulations, named traces."""

import numpy as np
import pytest

from lstm_baseline import LSTM
from pbwm import PBWM
from pbwm.compare.models import MODELS
from pbwm.errors import PBWMParameterError
from pbwm.manipulations import Lesion
from tasks.base.errors import ParameterError, UnknownNameError
from tasks.base.learner import Population
from tasks.base.rng import Purpose, stream
from tasks.base.step_trace import trace_step
from tasks.base.task import TrialBlock
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS

SIR, AX = TASKS["sir2"].build(), TASKS["12ax"].build()


def population(kind, count, task=SIR):
    return Population(lambda numbers: kind(task.spec, networks=numbers, seed=3), count)


def block(count, sequences=10, task=SIR):
    return TrialBlock.stack([task.trials(sequences, stream(3, Purpose.TRIALS, n)) for n in range(count)])


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)


@pytest.mark.parametrize(("which", "places"), [(3, [3]), (-1, [19]), (slice(10, 18), range(10, 18))])
def test_an_index_gives_copies_of_networks(which, places):
    networks, trials = population(LSTM, 20), block(20)
    networks.run(trials)
    before = networks.state()
    part = networks[which]
    assert len(part) == len(places)
    own = list(places)
    assert_same(part.state(), {name: values[own] for name, values in before.items()})
    part.run(TrialBlock(**{name: values[own] for name, values in vars(trials).items()}))
    assert_same(networks.state(), before)
    assert [n for n, _ in enumerate(networks[2:5])] == [0, 1, 2]


def test_a_block_of_any_model_has_the_same():
    networks = PBWM(SIR.spec, networks=range(4, 7), seed=3)
    assert len(networks) == 3
    assert_same(networks[1:].state(), {name: values[1:] for name, values in networks.state().items()})
    assert networks[2].snapshot().networks == range(6, 7)


@pytest.mark.parametrize("which", [20, -21, slice(20, 30), slice(3, 3), slice(1, 20, 7), slice(5, 2, -1)])
def test_an_index_beyond_the_networks_is_rejected(which):
    with pytest.raises(IndexError, match=r"20 networks|skips networks"):
        population(LSTM, 20)[which]


@pytest.mark.parametrize("which", ["a", 1.0, None, [0, 1], slice("a"), slice(None, None, 0)])
@pytest.mark.parametrize("indexed", [LSTM(SIR.spec, networks=range(2)), block(2)], ids=["networks", "trials"])
def test_what_is_no_index_is_rejected_with_what_is_one(indexed, which):
    with pytest.raises(TypeError, match=r"is not an index of networks; give an index \[3\] or a slice \[10:20\]"):
        indexed[which]


def test_trials_are_indexed_by_network():
    trials = block(20, task=AX)
    assert len(trials) == 20
    part = trials[10:13]
    assert part.networks == 3
    assert part.steps == part.length.max()
    np.testing.assert_array_equal(part.symbols[1, : part.length[1]], trials.symbols[11, : part.length[1]])
    np.testing.assert_array_equal(trials[3].target[0], trials.target[3, : trials.length[3]])
    assert repr(part) == f"<TrialBlock: streams of 3 networks, at most {part.steps} steps>"
    with pytest.raises(IndexError, match="20 is not one of the 20 networks; count from 0 to 19"):
        trials[20]
    np.testing.assert_array_equal(trials[4::5].length, trials.length[[4, 9, 14, 19]])


def test_texts_say_task_size_and_training():
    networks = population(LSTM, 17)
    assert repr(networks) == "<Population of LSTM on sir2: 17 networks, not trained here>"
    networks.train(draw_lesson(SIR, 1, range(17), range(2)))
    assert repr(networks) == "<Population of LSTM on sir2: 17 networks, trained 2 epochs, 0 reached the criterion>"
    assert repr(networks.blocks[1]) == "<LSTM on sir2: 1 network, trained 2 epochs, 0 reached the criterion>"
    assert "trained 2 epochs" in repr(networks[3:5])
    ended = networks.reached.copy()
    ended[:5] = True
    networks.epochs_trained, networks.reached = networks.epochs_trained + np.arange(17), ended
    assert "trained 2 to 18 epochs, 5 reached" in repr(networks)


def test_training_with_progress_is_the_same_and_says_how_far_it_is(capsys):
    lesson = draw_lesson(SIR, 1, [*range(16), None], range(11))
    plain, shown = population(LSTM, 17), population(LSTM, 17)
    one, other = plain.train(lesson), shown.train(lesson, progress=True)
    assert_same(vars(one), vars(other))
    assert_same(plain.state(), shown.state())
    said = capsys.readouterr().err
    assert "11 of 11 epochs, 0 of 17 networks reached the criterion" in said
    assert said.count("\r") == 4
    np.testing.assert_array_equal(plain.epochs_trained, shown.epochs_trained)


def test_progress_ends_when_all_have_reached_the_criterion(capsys):
    task = TASKS["1-back"].build()
    lesson = draw_lesson(task, 1, range(2), range(120))
    plain, shown = (LSTM(task.spec, networks=range(2), seed=1) for _ in range(2))
    one, other = plain.train(lesson), shown.train(lesson, progress=True)
    assert one.reached.all()
    assert_same(vars(one), vars(other))
    assert_same(plain.state(), shown.state())
    assert "2 of 2 networks reached the criterion" in capsys.readouterr().err


@pytest.mark.parametrize("model", MODELS)
def test_every_learner_steps(model):
    learner, other = (MODELS[model].build(AX.spec, networks=range(2), seed=1) for _ in range(2))
    trials = block(2, 3, AX)
    names = AX.spec.channels[0].symbols
    for step in range(8):
        response = learner.step([names[s] for s in trials.symbols[:, step, 0]])
        one = TrialBlock.blank(AX.spec, 2, 1)
        one.symbols[:] = trials.symbols[:, step : step + 1]
        np.testing.assert_array_equal(response, other.run(one, learn=False).response[:, 0])


def test_a_step_can_teach():
    learner = LSTM(SIR.spec, networks=range(2), seed=1)
    stimulus, control = (channel.symbols[0] for channel in SIR.spec.channels)
    for _ in range(200):
        learner.step({"stimulus": stimulus, "control": control}, SIR.spec.responses[2], learn=True)
    assert (learner.step({"stimulus": stimulus, "control": control}) == 2).all()


@pytest.mark.parametrize(
    ("shown", "target", "error", "says"),
    [
        ({"stimulsu": "A"}, None, UnknownNameError, "did you mean 'stimulus'"),
        ({"stimulus": "?"}, None, UnknownNameError, "unknown symbol"),
        ({"stimulus": ["A"]}, None, ParameterError, "must have an entry for each of the 2 networks"),
        ("A", None, ParameterError, "must name some of the 2 channels"),
        ({}, "nothing", UnknownNameError, "unknown response"),
        ({}, object(), UnknownNameError, "unknown response"),
        ({"stimulus": 3}, None, UnknownNameError, "unknown symbol '3'"),
        ({"stimulus": np.array("?")}, None, UnknownNameError, "unknown symbol"),
    ],
)
def test_a_step_that_cannot_be_is_rejected(shown, target, error, says):
    with pytest.raises(error, match=says):
        LSTM(SIR.spec, networks=range(2)).step(shown, target)


@pytest.mark.parametrize("value", ["a", ["a", "b"], 10**400, 1j, float("nan"), object(), True])
def test_a_real_value_that_is_none_is_rejected(value):
    adding = TASKS["adding"].build().spec
    with pytest.raises(ParameterError, match=r"shown\['number'\] = .* must be a finite number; give a value"):
        LSTM(adding, networks=range(2)).step({"number": value})


def test_a_real_value_is_of_any_kind():
    adding = TASKS["adding"].build().spec
    one, other = (LSTM(adding, networks=range(2)) for _ in range(2))
    for value in (0.5, np.float32(0.5), np.array(0.5), [0.5, np.float64(0.5)], np.array([0.5, 0.5])):
        one.step({"number": value})
        other.step({"number": 0.5})
    assert_same(one.state(), other.state())


def test_populations_of_any_size_are_manipulated_for_a_while():
    networks, free = population(PBWM, 17), population(PBWM, 17)
    trials = block(17, 4)
    with networks.manipulated(Lesion(layer="matrix_go")) as lesioned:
        outcome = lesioned.run(trials, learn=False, record=True)
    assert outcome.manipulations == (Lesion(layer="matrix_go"),)
    assert outcome.record.input_gate.shape[0] == 17
    assert not networks.blocks[1].manipulations
    assert (outcome.record.signals["matrix_go"][16] == 0).all()
    assert (free.run(trials, learn=False, record=True).record.signals["matrix_go"][16] > 0).any()


def test_models_without_manipulations_say_so():
    for networks in (population(LSTM, 2), LSTM(SIR.spec, networks=range(2))):
        says = "model = 'LSTM' has no manipulations; use a model whose anatomy lists manipulations"
        with pytest.raises(ParameterError, match=says), networks.manipulated(Lesion(layer="stn")):
            pass


@pytest.mark.parametrize("thing", [3, None, Lesion])
def test_populations_reject_what_is_no_manipulation(thing):
    rejected = pytest.raises(PBWMParameterError, match=r"manipulation = .* is not a")
    with rejected, population(PBWM, 17).manipulated(thing):
        pass


@pytest.mark.parametrize("model", ["pbwm", "lstm", "gru"])
def test_a_step_is_traced_by_layer_and_unit(model):
    learner, other = (MODELS[model].build(SIR.spec, networks=range(2), seed=1) for _ in range(2))
    first = block(2, 1)
    trace, seen = trace_step(learner, first), other.observe_step(first, learn=False)
    np.testing.assert_array_equal(np.concatenate([trace[name] for name in trace.layers], axis=2), seen.activity)
    assert len(trace.phases) == seen.activity.shape[1]
    for name in trace.layers:
        assert len(set(trace.units(name))) == trace[name].shape[2]
    with pytest.raises(UnknownNameError, match="unknown layer 'no such layer'"):
        trace["no such layer"]


def test_a_trace_of_pbwm_has_names_that_a_dataset_keeps():
    xarray = pytest.importorskip("xarray")
    trace = trace_step(PBWM(SIR.spec, networks=range(2), seed=1), block(2, 1))
    assert trace["matrix_go"].shape[:2] == (2, 100)
    data = trace.to_xarray()
    assert isinstance(data, xarray.Dataset)
    np.testing.assert_array_equal(data["matrix_go"].values, trace["matrix_go"])
    assert data["matrix_go"].dims == ("network", "frame", "matrix_go unit")
