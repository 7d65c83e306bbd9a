"""Gates against the ideal gate, by kind of step, by stimulus: on ideal gates, and on shuffled ones."""

from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbwm.compare.analysis.ideal import gate_agreement, gate_by_event, gate_values
from pbwm.compare.analysis.selectivity import mutual_information, selectivity
from pbwm.compare.errors import FigureError
from tasks.base.task import GateAction
from tests.compare.analysis.synthetic import perfect, shuffled, with_gates

GATES = ("input_gate", "forget_gate", "output_gate")


@pytest.mark.parametrize("task", ["12ax", "sir2", "phonological-loop"])
@pytest.mark.parametrize("gate", GATES)
def test_a_gate_that_is_the_ideal_one_scores_one(task, gate):
    agreement = gate_agreement(perfect(task), gate)
    assert agreement.slot_of.tolist() == [list(range(len(agreement.items)))] * 2
    np.testing.assert_array_equal(agreement.best, 1.0)
    own = np.arange(len(agreement.items))
    assert (agreement.d_prime[:, own, own] == np.inf).all()


@pytest.mark.parametrize("level", [0.1, 0.3, 0.7])
def test_a_constant_gate_does_not_separate_the_steps(level):
    recording = perfect(networks=1)
    agreement = gate_agreement(with_gates(recording, input_gate=np.full_like(recording.record.input_gate, level)))
    np.testing.assert_array_equal(agreement.d_prime, 0)
    np.testing.assert_array_equal(agreement.auc, 0.5)


@pytest.mark.parametrize("gate", GATES)
def test_a_shuffled_gate_scores_a_half(gate):
    agreement = gate_agreement(shuffled(perfect(networks=8), gate), gate)
    # The standard error of one area is below .06 here.
    assert abs(agreement.auc.mean() - 0.5) < 0.05
    assert abs(agreement.auc - 0.5).max() < 0.3


def test_the_area_is_that_of_every_pair_of_steps():
    recording = perfect(networks=1)
    rng = np.random.default_rng(0)
    noisy = np.round(recording.record.input_gate * 0.4 + rng.random(recording.record.input_gate.shape), 1)
    agreement = gate_agreement(with_gates(recording, input_gate=noisy), "input_gate")
    for item in range(2):
        opens = recording.trials.ideal_gate[0, :, item] == GateAction.STORE
        for slot in range(2):
            yes, no = noisy[0, opens, slot], noisy[0, ~opens, slot]
            pairs = [1.0 if y > n else 0.5 if y == n else 0.0 for y in yes for n in no]
            assert agreement.auc[0, slot, item] == pytest.approx(np.mean(pairs), abs=1e-12)
        assert agreement.should[0, item] == opens.sum()
        assert agreement.should_not[0, item] == (~opens).sum()


def test_an_item_beyond_the_slots_is_served_by_none():
    recording = perfect()
    one = {name: getattr(recording.record, name)[:, :, :1] for name in (*GATES, "memory")}
    agreement = gate_agreement(with_gates(recording, slots=("slot 1",), **one), "input_gate")
    assert agreement.slot_of.tolist() == [[0, -1]] * 2
    assert np.isnan(agreement.best[:, 1]).all()


def test_gates_by_event_are_means_over_its_steps():
    recording = perfect(networks=3)
    by_event = gate_by_event(recording, "forget_gate")
    for network in range(3):
        for event in range(5):
            at = recording.live[network] & (recording.trials.event[network] == event)
            values = recording.record.forget_gate[network, at]
            np.testing.assert_allclose(by_event.mean[network, :, event], values.mean(0))
            np.testing.assert_allclose(by_event.spread[network, :, event], values.std(0), atol=1e-12)
            assert by_event.count[network, event] == at.sum()
    # The digit is where the task is stored, and the cue where the cue is.
    opened = gate_by_event(recording, "input_gate")
    assert opened.open[:, 0, 0].tolist() == [1, 1, 1]
    assert opened.open[:, 0, 1:].max() == 0
    assert opened.open[:, 1, 1].tolist() == [1, 1, 1]


def test_an_unknown_gate_is_named():
    with pytest.raises(FigureError, match=r"gate = 'door' is not a gate; give one of input_gate"):
        gate_values(perfect(), "door")


def test_the_ideal_gate_of_the_task_listens_to_digits():
    found = selectivity(perfect(networks=2), "input_gate")
    digits = [found.stimuli.index(d) for d in "12"]
    others = [i for i in range(len(found.stimuli)) if i not in digits]
    assert (found.mean[:, 0, digits, 0] == 1).all()
    assert np.nanmax(found.mean[:, 0, others]) == 0
    np.testing.assert_allclose(found.by_stimulus, 1)
    np.testing.assert_allclose(found.by_context, 1)
    np.testing.assert_allclose(found.by_both, 1)
    assert found.count.sum((1, 2)).tolist() == perfect(networks=2).live.sum(1).tolist()
    # The information of a gate that opens at one of five kinds: the entropy of that one against the rest.
    share = found.count[:, :, 0].sum(1) / found.count.sum((1, 2))
    np.testing.assert_allclose(found.information[:, 0], [-p * log2(p) - (1 - p) * log2(1 - p) for p in share])
    assert (found.information < found.available[:, None]).all()


def test_a_gate_that_never_moves_listens_to_nothing():
    recording = perfect()
    found = selectivity(with_gates(recording, input_gate=np.full_like(recording.record.input_gate, 0.5)), "input_gate")
    assert np.isnan(found.by_both).all()
    assert (found.information == 0).all()


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 4)), min_size=1, max_size=60))
def test_mutual_information_by_its_definition(pairs):
    classes, labels = np.array(pairs).T
    n = len(pairs)
    expected = sum(
        (both := sum(p == (c, k) for p in pairs) / n) * log2(both / (np.mean(classes == c) * np.mean(labels == k)))
        for c, k in set(pairs)
    )
    assert mutual_information((classes + 0.5) / 8, labels) == pytest.approx(expected, abs=1e-9)
