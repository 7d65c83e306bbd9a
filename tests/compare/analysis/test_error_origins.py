"""Where errors come from, on memories whose gates fail in known ways."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.compare.analysis.error_origins import ErrorOrigin, error_origins
from tasks.base.learner import Outcome
from tasks.base.task import GateAction
from tests.compare.analysis.synthetic import perfect, with_gates

TASKS = ["12ax", "sir2", "ax-cpt", "phonological-loop", "12ax-reset", "reference-back-2"]


def answering_wrongly(recording, where=True):
    """The recording with wrong responses at the steps `where`, a bool array (network, step), or everywhere."""
    trials = recording.trials
    response = np.where(where & trials.live, (trials.target + 1) % len(recording.spec.responses), trials.target)
    return replace(recording, outcome=Outcome.of(trials, response))


def naive_origins(recording, threshold):
    """The same, slot by slot and step by step."""
    trials, record = recording.trials, recording.record
    found = np.zeros(trials.target.shape, int)
    for n in range(trials.networks):
        slots, ideal = [None] * len(record.slots), [None] * len(recording.spec.items)
        for s in range(trials.length[n]):
            if recording.spec.resets_memory and trials.starts[n, s]:
                slots, ideal = [None] * len(slots), [None] * len(ideal)
            shown = int(recording.told[n, s])
            shown = None if shown < 0 else shown
            before = list(slots)
            for i in range(len(slots)):
                if record.input_gate[n, s, i] > threshold:
                    slots[i] = shown
                elif 1 - record.forget_gate[n, s, i] > threshold:
                    slots[i] = None
            for k, action in enumerate(trials.ideal_gate[n, s]):
                ideal[k] = shown if action == GateAction.STORE else None if action == GateAction.CLEAR else ideal[k]
            if not trials.counts[n, s] or recording.outcome.correct[n, s]:
                continue
            reads = trials.ideal_gate[n, s] == GateAction.READ
            asked = [ideal[k] for k in np.flatnonzero(reads) if ideal[k] is not None]
            there = [[i for i in range(len(slots)) if before[i] == item] for item in asked]
            still = [[i for i in slots_of if slots[i] == item] for slots_of, item in zip(there, asked, strict=True)]
            out = [[i for i in slots_of if record.output_gate[n, s, i] > threshold] for slots_of in still]
            if not asked:
                found[n, s] = ErrorOrigin.NOTHING_ASKED
            elif not all(there):
                found[n, s] = ErrorOrigin.LOST
            elif not all(still):
                found[n, s] = ErrorOrigin.REPLACED
            else:
                found[n, s] = ErrorOrigin.READOUT if all(out) else ErrorOrigin.SHUT
    return found


@pytest.mark.parametrize("task", TASKS)
def test_origins_are_those_that_are_found_step_by_step(task):
    whole = answering_wrongly(perfect(task))
    rng, gates = np.random.default_rng(2), {}
    for name in ("input_gate", "forget_gate", "output_gate"):
        values = np.array(getattr(whole.record, name))
        fails = rng.random(values.shape) < 0.15
        gates[name] = np.where(fails, rng.random(values.shape), values)
    failing = with_gates(whole, **gates, open_above=0.4)
    found = error_origins(failing)
    np.testing.assert_array_equal(found.origin, naive_origins(failing, 0.4))
    kinds = set(np.unique(found.origin).tolist())
    assert {ErrorOrigin.LOST, ErrorOrigin.READOUT} <= kinds
    assert found.counts.sum() == (whole.trials.counts & whole.live).sum() == found.counted.sum()


def test_a_memory_that_holds_and_lets_out_all_is_read_wrongly():
    recording = perfect("sir2")
    reads = (recording.trials.ideal_gate == GateAction.READ).any(2)
    found = error_origins(answering_wrongly(recording, reads))
    assert found.counts.sum(0).tolist() == [0, 0, 0, 0, reads.sum()]
    assert error_origins(recording).counts.sum() == 0
    elsewhere = error_origins(answering_wrongly(recording, ~reads))
    assert elsewhere.counts.sum(0).tolist() == [(~reads & recording.live).sum(), 0, 0, 0, 0]


def test_one_gate_that_fails_at_one_step_makes_the_errors_of_one_kind():
    recording = perfect("sir2", networks=1)
    action, live = recording.trials.ideal_gate[0], recording.live
    slot = 0
    store, read = (int(np.flatnonzero(action[:, slot] == kind)[-1]) for kind in (GateAction.STORE, GateAction.READ))
    assert read > 0
    last_store = int(np.flatnonzero(action[:read, slot] == GateAction.STORE)[-1])
    at_read = np.zeros(live.shape, bool)
    at_read[0, read] = True
    wrong = answering_wrongly(recording, at_read)

    def changed(name, step, value):
        values = np.array(getattr(recording.record, name))
        values[0, step, slot] = value
        return error_origins(with_gates(wrong, **{name: values})).origin[0, read]

    assert changed("input_gate", last_store, 0.0) == ErrorOrigin.LOST
    assert changed("input_gate", read, 1.0) == ErrorOrigin.REPLACED
    assert changed("output_gate", read, 0.0) == ErrorOrigin.SHUT
    assert changed("output_gate", store, 1.0) == ErrorOrigin.READOUT
