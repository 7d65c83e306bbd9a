"""What declared gates carry: everything without recurrent weights, and nothing with closed forget gates."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_baseline import GRU, LSTM, GRUParams, LSTMParams
from lstm_baseline.params import GateBias
from pbwm.compare.analysis.carried import carried
from pbwm.compare.analysis.intervention import gates_by_intervention
from pbwm.compare.analysis.recording import GATE_NAMES, record_trials
from pbwm.compare.models import MODELS
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS

TASK = TASKS["sir2"].build()


def trained(params, networks=4, epochs=100, kind=LSTM):
    """Networks, their recording, and their gates by intervention; in double precision, so that no outputs tie."""
    learner = kind(TASK.spec, networks=range(networks), seed=5, params=replace(params, dtype="float64"))
    learner.train(draw_lesson(TASK, 5, range(networks), range(epochs)))
    declared = record_trials(learner, TASK, seed=5)
    return learner, declared, gates_by_intervention(learner, declared.trials, steps=60)


@pytest.mark.parametrize("subtracts", [False, True])
def test_without_recurrent_weights_gates_carry_all_that_answers_depend_on(subtracts):
    params = LSTMParams.costa_2017(recurrent=False) if subtracts else LSTMParams.modern(recurrent=False)
    learner, declared, found = trained(params)
    before = learner.state()
    parts = carried(learner, declared, found)
    for gate in GATE_NAMES:
        known = ~np.isnan(parts.by_gates[gate])
        assert known.any(), gate
        np.testing.assert_array_equal(parts.by_gates[gate][known], 1.0, err_msg=gate)
        np.testing.assert_array_equal(parts.by_rest[gate][known], 0.0, err_msg=gate)
        agreement = parts.agreement[gate][~np.isnan(parts.agreement[gate])]
        assert len(agreement)
        np.testing.assert_array_equal(agreement, 1.0, err_msg=gate)
    for name, values in learner.state().items():
        np.testing.assert_array_equal(values, before[name], err_msg=name)


def test_closed_forget_gates_carry_nothing_and_recurrent_weights_carry_the_rest():
    params = LSTMParams.modern(forget_gate_bias=GateBias(first=-40.0))
    learner, declared, found = trained(params, epochs=150)
    assert np.nanmax(declared.record.forget_gate) < 1e-6
    parts = carried(learner, declared, found)
    known = ~np.isnan(parts.by_gates["forget_gate"])
    assert known.any()
    np.testing.assert_array_equal(parts.by_gates["forget_gate"][known], 0.0)
    assert parts.by_rest["forget_gate"][known].mean() > 0.5


@pytest.mark.parametrize("model", ["lstm", "sublstm", "gru"])
def test_the_contents_of_a_run_put_into_its_state_are_that_state(model):
    learner = MODELS[model].build(TASK.spec, networks=range(3), seed=5)
    record = record_trials(learner, TASK, seed=5).record
    outlet = record.signals.get("output_inhibition", record.output_gate)
    state = learner.state()
    put = learner.with_memory(state, record.memory[:, -1, :, 0], outlet[:, -1])
    assert put.keys() == state.keys()
    for name, values in state.items():
        np.testing.assert_allclose(put[name], values, atol=1e-6, err_msg=name)
        assert put[name].dtype == values.dtype
    held = learner.with_memory(state, record.memory[:, 0, :, 0], outlet[:, 0])
    assert sum((held[name] != values).any() for name, values in state.items()) == (1 if model == "gru" else 2)


def test_a_gru_carries_some_answers_and_a_model_without_gates_is_passed_over():
    parts = carried(*trained(GRUParams.modern(), kind=GRU))
    found = np.concatenate([parts.by_gates[gate].ravel() for gate in GATE_NAMES])
    assert 0 < np.nanmean(found) <= 1
    learner = MODELS["srn"].build(TASK.spec, networks=range(2), seed=5)
    declared = record_trials(learner, TASK, seed=5)
    assert carried(learner, declared, gates_by_intervention(learner, declared.trials, steps=20)) is None
