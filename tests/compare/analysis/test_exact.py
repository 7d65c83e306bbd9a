"""Every analysis on every task, on models that obey its assumption exactly.

The tasks have resets of memory, control channels, analog inputs, and several right answers. An analysis that ignores
any of these falls short of the exact value.
"""

from functools import cache

import numpy as np
import pytest

from lstm_baseline import LSTM, LSTMParams
from pbwm.compare.analysis.alignment import align
from pbwm.compare.analysis.decoding import decode
from pbwm.compare.analysis.equivalence import equivalence
from pbwm.compare.analysis.holding import SlotAction, open_times, slot_history
from pbwm.compare.analysis.ideal import gate_agreement, gate_by_event
from pbwm.compare.analysis.lags import error_by_lag
from pbwm.compare.analysis.recording import NOTHING, recording_of
from pbwm.compare.analysis.selectivity import selectivity
from pbwm.compare.analysis.serving import serving
from pbwm.compare.analysis.updating import updating
from tasks.base.task import GateAction
from tasks.catalog import TASKS
from tests.compare.analysis.synthetic import fresh, perfect, with_gates

GATES = ("input_gate", "forget_gate", "output_gate")
EVERY = sorted(TASKS)
WITH_ITEMS = [name for name in EVERY if TASKS[name].build().spec.items]
OF_SYMBOLS = [name for name in WITH_ITEMS if TASKS[name].build().spec.channels]
FEWER_ITEMS = {"copying": {"length": 4, "delay": 4}, "sternberg": {"max_items": 4}}
"""Parameters with which every item is stored often enough in a few epochs to be told from the others."""

ideal = cache(perfect)


def recorded(task, **changes):
    """Untrained LSTMs with large weights on an epoch of a task."""
    built = TASKS[task].build()
    params = LSTMParams.modern(blocks=3, initial_weight=1.0, **changes)
    networks = LSTM(built.spec, networks=range(2), seed=5001, params=params)
    return recording_of(networks, fresh(built, range(2), 5001))


@pytest.mark.parametrize("task", EVERY)
def test_a_memory_whose_cells_see_the_inputs_alone_is_explained_wholly(task):
    """Its gates see the past, so that only its own equation is exact."""
    recording = recorded(task, cells_recurrent=False)
    assert recording.resets.any() == recording.spec.resets_memory
    found = equivalence(recording)
    assert found.explained["both gates"].min() > 1 - (1e-4 if recording.spec.analog else 1e-6)
    others = [found.explained[name].max() for name in ("no forget gate", "no input gate", "no gates")]
    assert max(others) < found.explained["both gates"].min()


@pytest.mark.parametrize("task", ["12ax", "adding", "continual-reber", "phonological-loop"])
def test_a_memory_that_the_model_itself_resets_is_explained_wholly(task):
    recording = recorded(task, cells_recurrent=False, reset_at_start=True)
    np.testing.assert_array_equal(recording.resets, recording.trials.starts & recording.live)
    assert equivalence(recording).explained["both gates"].min() > 1 - (1e-4 if recording.spec.analog else 1e-6)


def test_cells_that_see_their_own_past_are_not_explained_wholly():
    assert equivalence(recorded("sir2")).explained["both gates"].max() < 1 - 1e-3


@pytest.mark.parametrize("task", WITH_ITEMS)
def test_a_perfect_memory_does_and_holds_exactly_what_the_task_says(task):
    recording = ideal(task)
    own, history = np.arange(len(recording.spec.items)), slot_history(recording)
    np.testing.assert_array_equal(history.since, np.where(recording.live[..., None], recording.stored, -1))
    fidelity = history.fidelity[:, own, own]
    assert np.isfinite(fidelity).all()
    np.testing.assert_array_equal(fidelity, 1.0)
    stores = ((recording.trials.ideal_gate == GateAction.STORE) & recording.live[..., None]).sum(1)
    np.testing.assert_array_equal(history.counts()[:, :, SlotAction.WRITE], stores)
    holding = recording.stored[:, :-1] >= 0
    distracted = (recording.trials.ideal_gate[:, 1:] == GateAction.HOLD).any(2)
    distracted &= (recording.trials.ideal_gate[:, 1:] != GateAction.STORE).all(2) & recording.live[:, 1:]
    kept = updating(recording)
    np.testing.assert_allclose(kept.updating, stores.sum(1) / (recording.live.sum(1) * len(own)))
    asked = (holding & distracted[..., None]).any((1, 2))
    np.testing.assert_array_equal(np.isnan(kept.resistance), ~asked)
    cleared = recording.trials.ideal_gate == GateAction.CLEAR
    if not cleared.any():
        np.testing.assert_array_equal(kept.resistance[asked], 1.0)


@pytest.mark.parametrize("task", WITH_ITEMS)
@pytest.mark.parametrize("gate", GATES)
def test_ideal_gates_agree_wholly_with_the_ideal_gate(task, gate):
    recording = ideal(task)
    found, own = gate_agreement(recording, gate), np.arange(len(recording.spec.items))
    asked = (found.should > 0) & (found.should_not > 0)
    assert asked.any()
    np.testing.assert_array_equal(found.auc[:, own, own][asked], 1.0)
    np.testing.assert_array_equal(found.best[asked], 1.0)
    served = serving(recording)
    np.testing.assert_array_equal(served.auc[gate][asked & (served.slot >= 0)], 1.0)


@pytest.mark.parametrize("task", EVERY)
@pytest.mark.parametrize("gate", GATES)
def test_a_gate_that_depends_on_what_is_shown_and_the_kind_of_step_is_explained_wholly(task, gate):
    recording = ideal(task)
    rng = np.random.default_rng(7)
    by_both = rng.random((recording.shown.max() + 2, len(recording.spec.events)))
    values = by_both[recording.shown, recording.trials.event][..., None] * np.ones(len(recording.slots))
    found = selectivity(with_gates(recording, **{gate: values}), gate)
    np.testing.assert_allclose(found.by_both, 1.0)
    np.testing.assert_array_equal(found.count.sum((1, 2)), recording.live.sum(1))
    by_kind = rng.random(len(recording.spec.events))
    values = by_kind[recording.trials.event][..., None] * np.ones(len(recording.slots))
    gated = with_gates(recording, **{gate: values})
    np.testing.assert_allclose(selectivity(gated, gate).by_context, 1.0)
    by_event = gate_by_event(gated, gate)
    there = np.broadcast_to(by_event.count[:, None] > 0, by_event.mean.shape)
    np.testing.assert_allclose(by_event.mean[there], np.broadcast_to(by_kind, by_event.mean.shape)[there])
    np.testing.assert_allclose(by_event.spread[there], 0, atol=1e-7)


@pytest.mark.parametrize("task", OF_SYMBOLS)
def test_every_content_is_read_from_a_memory_with_a_unit_for_each(task):
    """Over many sequences: in a few dozen, the decoder confuses items that occur together."""
    recording = perfect(task, epochs=5, **FEWER_ITEMS.get(task, {}))
    shown = with_gates(recording, output_gate=np.ones_like(recording.record.output_gate))
    for source in ("memory", "let out"):
        found = decode(shown, source)
        assert found.count.sum() > 0
        assert np.nanmin(found.accuracy) == 1
        told = found.count.sum(2) > 0
        assert ((found.chance > 0) & (found.chance <= 1))[told].all()


@pytest.mark.parametrize("task", sorted(set(WITH_ITEMS) - set(OF_SYMBOLS)))
def test_values_have_no_classes_to_decode(task):
    found = decode(ideal(task))
    assert np.isnan(found.accuracy).all()
    assert found.count.sum() == 0


@pytest.mark.parametrize("task", EVERY)
def test_right_answers_are_no_errors_at_the_lag_of_what_they_read(task):
    recording = ideal(task)
    found = error_by_lag(recording)
    np.testing.assert_array_equal(found.count.sum((1, 2)), recording.outcome.counted)
    assert recording.outcome.counted.all()
    assert np.nanmax(found.error) == 0
    longest = np.zeros(recording.live.shape, int)
    since = np.arange(recording.live.shape[1])[None, :, None] - np.concatenate(
        [np.full_like(recording.stored[:, :1], NOTHING), recording.stored[:, :-1]], axis=1
    )
    read = (recording.trials.ideal_gate == GateAction.READ) & recording.live[..., None]
    if read.shape[2]:
        longest = np.where(read, since, 0).max(2).clip(0, 20)
    asked = recording.trials.counts & recording.live
    for network in range(recording.networks):
        expected = np.bincount(longest[network, asked[network]], minlength=21)
        np.testing.assert_array_equal(found.count[network].sum(0), expected)


@pytest.mark.parametrize("task", EVERY)
def test_a_recording_is_aligned_with_itself(task):
    recording = ideal(task)
    rng, slots = np.random.default_rng(3), len(recording.slots) + 1
    gates = {gate: rng.random((*recording.live.shape, slots)) for gate in GATES}
    names = tuple(f"slot {i}" for i in range(slots))
    first = with_gates(recording, slots=names, **gates)
    turned = with_gates(recording, slots=names, **{gate: np.roll(of, 1, axis=2) for gate, of in gates.items()})
    found = align(first, turned)
    np.testing.assert_allclose(found.of_pairs, 1)
    assert (found.pairs[..., 1] == (found.pairs[..., 0] + 1) % slots).all()


@pytest.mark.parametrize("task", EVERY)
def test_open_and_shut_times_are_all_the_steps_there_are(task):
    recording = ideal(task)
    for gate in GATES:
        times = open_times(recording, gate)
        values = getattr(recording.record, gate)
        values = 1 - values if gate == "forget_gate" else values
        for network in range(recording.networks):
            opened = (values[network, recording.live[network]] > 0.5).sum(0)
            assert [of.sum() for of in times.open[network]] == opened.tolist()
