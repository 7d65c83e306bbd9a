"""Signals over training, errors by lag, forced gates and lesions."""

from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from lstm_baseline import LSTM
from pbwm.compare.analysis.forced import forced_gates
from pbwm.compare.analysis.lags import error_by_lag
from pbwm.compare.analysis.over_training import signal_over_training, signals_over_training
from pbwm.compare.analysis.sweeps import lesion_sweep
from pbwm.compare.errors import FigureError
from pbwm.form2006 import PBWM2006
from pbwm.manipulations import ClampGate, Lesion
from tasks.base.drawing import draw_epochs
from tasks.base.learner import Outcome, Population
from tasks.base.task import GateAction
from tasks.catalog import TASKS
from tests.compare.analysis.synthetic import perfect
from tests.compare.conftest import ClockLearner

TASK = TASKS["sir2"].build(trials_per_epoch=30)


class Manipulable(ClockLearner):
    """Wrong at the first step with a gate held open, everywhere with it shut, and on a part as large as a lesion."""

    manipulations, ran = (), 0

    def state(self):
        return {"ran": np.array([self.ran])}

    def set_state(self, state):
        self.ran = int(state["ran"][0])

    def apply(self, *manipulations):
        self.manipulations = manipulations

    @contextmanager
    def manipulated(self, *manipulations):
        self.apply(*manipulations)
        yield self
        self.manipulations = ()

    def run(self, block, *, learn=True, record=False):
        self.ran += 1
        assert self.ran == 1, "a condition went on from where another had left the networks"
        response = block.target.copy()
        for manipulation in self.manipulations:
            if isinstance(manipulation, Lesion):
                wrong = slice(0, round(manipulation.fraction * block.steps))
            else:
                assert isinstance(manipulation, ClampGate)
                assert manipulation.stripe == 0
                wrong = slice(0, 1) if manipulation.open else slice(None)
            response[:, wrong] = (block.target[:, wrong] + 1) % len(self.spec.responses)
        return Outcome.of(block, response)


def learner(kind=ClockLearner, **how):
    return kind(spec=TASK.spec, numbers=range(3), seed=0, name="clock", fluent_after=lambda r: 2, **how)


def test_a_signal_over_training_is_its_mean_by_event_on_the_trials_of_training():
    found = signal_over_training(learner(), TASK, seed=4, epochs=3, signal="dopamine")
    assert found.mean.shape == (3, 3, len(TASK.spec.events))
    assert (found.error[:, :2] > 0).all()
    assert (found.error[:, 2] == 0).all()
    block, _ = draw_epochs(TASK, 4, range(3), range(1, 2))
    dopamine = learner().record(block).signals["dopamine"]
    for event in range(len(TASK.spec.events)):
        at = block.event[1] == event
        expected = dopamine[1, at].mean() if at.any() else np.nan
        np.testing.assert_allclose(found.mean[1, 1, event], expected)


def test_signals_of_stripes_are_means_by_stripe():
    found = signals_over_training(
        learner(), TASK, seed=4, epochs=2, networks=range(3), signals=("dopamine", "matrix_go")
    )
    again = signal_over_training(learner(), TASK, seed=4, epochs=2, signal="dopamine")
    np.testing.assert_array_equal(found[0].mean, again.mean)
    block, _ = draw_epochs(TASK, 4, range(3), range(1, 2))
    go, kinds = learner().record(block).signals["matrix_go"], range(len(TASK.spec.events))
    means = [go[1, block.event[1] == kind].mean(0) for kind in kinds if (block.event[1] == kind).any()]
    np.testing.assert_allclose(found[1].stripes(1)[:, 1], np.mean(means, axis=0))


def test_a_signal_that_is_not_there_is_named():
    with pytest.raises(FigureError, match=r"signal = 'serotonin' is not in the record of clock; give one of dopamine"):
        signal_over_training(learner(), TASK, seed=4, epochs=1, signal="serotonin")


def test_errors_by_lag_are_counted_where_an_item_is_read():
    recording = perfect("sir2", networks=2)
    outcome = Outcome.of(recording.trials, (recording.trials.target + 1) % 5)
    wrong = error_by_lag(replace(recording, outcome=outcome))
    right = error_by_lag(recording)
    assert np.nanmin(wrong.error) == 1
    assert np.nanmax(right.error) == 0
    assert right.count.sum() == (recording.trials.counts & recording.live).sum()
    np.testing.assert_array_equal(right.by_event, np.where(right.count.sum(2) > 0, 0.0, np.nan))
    # By hand: the lag of a recall is how long ago its item was stored.
    expected, stored = {}, {}
    for step in range(recording.trials.length[0]):
        for item, action in enumerate(recording.trials.ideal_gate[0, step]):
            if action == GateAction.STORE:
                stored[item] = step
            if action == GateAction.READ and item in stored and recording.trials.counts[0, step]:
                lag = min(step - stored[item], 20)
                key = (int(recording.trials.event[0, step]), lag)
                expected[key] = expected.get(key, 0) + 1
    for (event, lag), count in expected.items():
        if lag:
            assert right.count[0, event, lag] == count


def test_forced_gates_are_held_and_let_go():
    block, _ = draw_epochs(TASK, 0, range(3), range(1))
    networks = learner(Manipulable)
    found = forced_gates(networks, block, slots=1)
    assert found.conditions == ("free", "slot 1 input gate open", "slot 1 input gate shut")
    assert np.nanmax(found.error[0]) == 0
    assert np.nanmin(found.error[2]) == 1
    assert 0 < np.nanmax(found.effect[1]) <= 1
    assert np.nanmin(found.effect[1]) == 0
    assert networks.manipulations == ()
    assert networks.ran == 0


@pytest.mark.parametrize("analysis", ["forced", "swept"])
def test_an_interrupted_analysis_leaves_the_networks_as_they_were(analysis, monkeypatch):
    block, _ = draw_epochs(TASK, 0, range(3), range(1))
    networks = learner(Manipulable)
    run = networks.run

    def interrupted(block, **how):
        run(block, **how)
        if networks.manipulations:
            raise KeyboardInterrupt
        return run.__func__(learner(Manipulable), block, **how)

    monkeypatch.setattr(networks, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        forced_gates(networks, block, slots=1) if analysis == "forced" else lesion_sweep(networks, block, ["stn"])
    assert networks.ran == 0


def test_lesions_are_swept_in_doses(monkeypatch):
    block, _ = draw_epochs(TASK, 0, range(3), range(1))
    networks, runs = learner(Manipulable), []
    run = networks.run

    def counted(block, **how):
        runs.append(networks.manipulations)
        return run(block, **how)

    monkeypatch.setattr(networks, "run", counted)
    found = lesion_sweep(networks, block, ["matrix_go", "stn"], (0, 0.5, 1))
    assert len(runs) == 5
    assert runs.count(()) == 1
    assert found.error.shape == (2, 3, 3)
    counts = block.counts[:, :15].sum(1) / block.counts.sum(1)
    np.testing.assert_allclose(found.error[1], [[0] * 3, counts, [1] * 3])


def test_populations_give_the_results_of_their_blocks():
    task = TASKS["sir2"].build()

    def build(numbers):
        return PBWM2006(task.spec, networks=numbers, seed=2)

    block, _ = draw_epochs(replace(task, trials_per_epoch=12), 2, range(17), range(1))
    whole, parts = Population(build, 17), [build(range(16)), build(range(16, 17))]
    blocks = [block.network_slice(0, 16), block.network_slice(16, 17)]
    for analysis in (partial(forced_gates, slots=2), partial(lesion_sweep, layers=["pfc", "hidden"])):
        own = [analysis(learner, part).error for learner, part in zip(parts, blocks, strict=True)]
        networks = 2 if analysis.func is lesion_sweep else 1
        np.testing.assert_array_equal(analysis(whole, block).error, np.concatenate(own, axis=networks))


def test_networks_that_cannot_be_manipulated_are_named():
    block, _ = draw_epochs(TASK, 0, range(3), range(1))
    with pytest.raises(FigureError, match="clock: its gates cannot be forced"):
        forced_gates(learner(), block, slots=1)
    with pytest.raises(FigureError, match="clock: cannot be manipulated"):
        lesion_sweep(learner(), block, ["stn"])
    rejects = LSTM(TASK.spec, networks=range(3))  # has `manipulated` as every learner does
    with pytest.raises(FigureError, match="lstm: its gates cannot be forced"):
        forced_gates(rejects, block, slots=1)
    population = Population(lambda numbers: LSTM(TASK.spec, networks=numbers), 3)
    with pytest.raises(FigureError, match="lstm: its gates cannot be forced"):
        forced_gates(population, block, slots=1)
