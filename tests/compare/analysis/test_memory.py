"""What slots hold, decoding, alignment and gate equivalence, on recordings with known answers."""

import numpy as np
import pytest

from pbwm.compare.analysis.alignment import align
from pbwm.compare.analysis.decoding import decode, linear_decoder
from pbwm.compare.analysis.equivalence import EQUIVALENCE_MODELS, equivalence
from pbwm.compare.analysis.holding import SlotAction, open_times, slot_history
from pbwm.compare.analysis.recording import NOTHING
from pbwm.compare.errors import FigureError
from tasks.base.task import GateAction
from tests.compare.analysis.synthetic import perfect, shuffled, with_gates

TASKS = ("12ax", "sir2", "phonological-loop")


@pytest.mark.parametrize("task", TASKS)
def test_contents_of_an_ideal_memory_are_what_was_shown_at_the_last_store(task):
    recording = perfect(task)
    for network in range(2):
        held = [NOTHING] * len(recording.spec.items)
        for step in range(recording.trials.length[network]):
            for item, action in enumerate(recording.trials.ideal_gate[network, step]):
                if action == GateAction.STORE:
                    held[item] = recording.shown[network, step]
                elif action == GateAction.CLEAR:
                    held[item] = NOTHING
            assert recording.contents[network, step].tolist() == held


def test_contents_have_the_names_of_their_symbols():
    recording = perfect("12ax")
    names = {recording.content_name(int(c)) for c in recording.contents[:, :, 0].ravel() if c != NOTHING}
    assert names == {"1", "2"}
    assert recording.content_name(0) == "nothing"


@pytest.mark.parametrize("task", TASKS)
def test_a_perfect_memory_does_and_holds_what_the_task_says(task):
    recording = perfect(task)
    history = slot_history(recording)
    np.testing.assert_array_equal(history.holds, np.where(recording.live[:, :, None], recording.contents, NOTHING))
    own = np.arange(len(recording.spec.items))
    assert np.nanmin(history.fidelity[:, own, own]) == 1
    stores = (recording.trials.ideal_gate == GateAction.STORE).sum(1)
    np.testing.assert_array_equal(history.counts()[:, :, SlotAction.WRITE], stores)
    reads = recording.trials.ideal_gate == GateAction.READ
    full = recording.contents != NOTHING
    np.testing.assert_array_equal(history.action == SlotAction.READ, reads & full)


def test_a_slot_that_forgets_what_is_no_longer_needed_is_faithful():
    recording = perfect("sir2")
    empty = recording.trials.ideal_gate == GateAction.NONE
    forgets = with_gates(recording, forget_gate=np.where(empty, 0.0, recording.record.forget_gate))
    np.testing.assert_array_equal(np.diagonal(slot_history(forgets).fidelity, axis1=1, axis2=2), 1)


def test_steps_beyond_a_stream_are_no_action():
    history, recording = slot_history(perfect("12ax")), perfect("12ax")
    assert not recording.live.all()
    assert (history.action[~recording.live] == SlotAction.NONE).all()
    assert (history.holds[~recording.live] == NOTHING).all()


def test_open_times_are_lengths_of_stretches():
    recording = perfect("12ax", networks=1)
    times = open_times(recording, "input_gate")
    digits = np.flatnonzero(recording.trials.event[0, recording.live[0]] == 0)
    assert set(times.open[0][0].tolist()) == {1}
    assert times.interval[0][0].tolist() == np.diff(digits).tolist()


@pytest.mark.parametrize("source", ["memory", "let out"])
def test_what_a_perfect_memory_holds_is_decoded(source):
    recording = perfect("sir2", networks=2)
    found = decode(recording, source)
    if source == "memory":
        assert np.nanmin(found.accuracy) == 1
        assert (found.count[:, :, 0] > 0).all()
    else:  # nothing is let out where nothing is read
        late = np.nansum(found.accuracy * found.count, 2) / found.count.sum(2)
        assert (late < 0.8).all()
        reads = decode(with_gates(recording, output_gate=np.ones_like(recording.record.output_gate)), source)
        assert np.nanmin(reads.accuracy) == 1
    assert (found.chance < 0.5).all()


@pytest.mark.parametrize("task", TASKS)
def test_only_steps_at_which_an_item_is_held_are_decoded(task):
    recording = perfect(task, epochs=2)
    held = np.isin(recording.trials.ideal_gate, (GateAction.STORE, GateAction.HOLD, GateAction.READ))
    found = decode(recording, most=recording.trials.steps)
    np.testing.assert_array_equal(found.count.sum(2), (held & recording.live[..., None]).sum(1))


def test_a_shuffled_memory_is_decoded_at_chance():
    found = decode(shuffled(perfect("sir2", networks=6), "memory"))
    overall = np.nansum(found.accuracy * found.count) / found.count.sum()
    assert abs(overall - 0.2) < 0.1


def test_an_unknown_source_is_named():
    with pytest.raises(FigureError, match="source = 'dream' is not a source"):
        decode(perfect(), "dream")


def test_slots_are_found_again_in_another_order():
    first = perfect("phonological-loop")
    order = [2, 0, 1]
    arrays = {name: getattr(first.record, name)[:, :, order] for name in ("input_gate", "forget_gate", "output_gate")}
    second = with_gates(first, memory=first.record.memory[:, :, order], **arrays)
    alignment = align(first, second)
    assert {tuple(pair) for pair in alignment.pairs[0]} == {(0, 1), (1, 2), (2, 0)}
    np.testing.assert_allclose(alignment.of_pairs, 1)


def test_recordings_of_different_trials_are_not_aligned():
    with pytest.raises(FigureError, match="different trials"):
        align(perfect(seed=3), perfect(seed=4))


def test_a_memory_that_is_gated_as_an_lstm_is_explained_by_it_alone():
    recording = perfect("sir2", networks=2)
    rng = np.random.default_rng(1)
    shape = recording.record.input_gate.shape
    opened, kept = rng.random(shape), rng.random(shape)
    lets_in = rng.normal(size=(recording.shown.max() + 2, shape[2], 3))
    memory = np.zeros((*shape, 3))
    for step in range(1, shape[1]):
        new = lets_in[recording.shown[:, step]]
        memory[:, step] = kept[:, step, :, None] * memory[:, step - 1] + opened[:, step, :, None] * new
    found = equivalence(with_gates(recording, input_gate=opened, forget_gate=kept, memory=memory))
    assert found.explained["both gates"].min() > 1 - 1e-9
    for name in set(EQUIVALENCE_MODELS) - {"both gates"}:
        assert found.explained[name].max() < 0.9


def test_a_slot_that_never_changes_is_explained_by_nothing():
    recording = perfect("sir2")
    still = with_gates(recording, memory=np.zeros_like(recording.record.memory))
    assert all(np.isnan(found).all() for found in equivalence(still).explained.values())


@pytest.mark.parametrize("value", [0.0, 0.95])
def test_a_memory_that_never_changes_answers_with_the_most_frequent_content(value):
    """Its units are collinear, so that there is nothing to fit."""
    features = np.full((40, 30), value, np.float32)
    weights = linear_decoder(features, np.array([0, 1, 1, 2] * 10))
    assert weights.shape == (3, 31)
    assert (weights @ [*features[0], 1.0]).tolist() == [0.25, 0.5, 0.25]
