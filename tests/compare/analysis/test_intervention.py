"""Gates by intervention: the ideal gate of a perfect memory, 0 without memory; networks stay as they were."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_baseline import LSTM, LSTMParams
from pbwm.compare.analysis.ideal import OPENS_AT
from pbwm.compare.analysis.ideal_answers import IdealAnswers
from pbwm.compare.analysis.intervention import gates_by_intervention
from pbwm.compare.analysis.probed_gates import (
    declared_agreement,
    ideal_agreement,
    open_and_shut,
    probed_gates,
    together,
)
from pbwm.compare.analysis.recording import GATE_NAMES
from pbwm.compare.errors import FigureError
from pbwm.compare.models import MODELS
from tasks.base.errors import ParameterError
from tasks.base.task import Quantity, TrialBlock
from tasks.catalog import TASKS
from tests.compare.analysis.synthetic import with_gates
from tests.contract.test_tasks import CHECKED, ORACLES
from tests.reference.perfect_memory import Reader, first_steps

STEPS = 150
UNTOLD = {
    ("hierarchical-rules", "colour"): "another colour asks for another item, and a colour alone changes no answer",
}
"""Items of which no answer tells, and why."""


def _of_symbols(spec):
    return bool(spec.items) and not spec.analog and not isinstance(spec.answer, Quantity)


PROBED = [name for name in CHECKED if _of_symbols(CHECKED[name].build().spec)]


def found(name, *, keeps):
    task = CHECKED[name].build()
    block = first_steps(task, 2, 3, 1500)
    return gates_by_intervention(Reader(task.spec, ORACLES[name][1], 2, keeps=keeps), block, steps=STEPS)


def ideal(recording, gate):
    opens = np.isin(recording.trials.ideal_gate, OPENS_AT[gate])
    return np.where(opens, 0.0, 1.0) if gate == "forget_gate" else opens.astype(float)


@pytest.mark.parametrize("name", PROBED)
def test_of_a_perfect_memory_they_are_exactly_the_ideal_gate(name):
    recording = found(name, keeps=True)
    for gate in GATE_NAMES:
        values = getattr(recording.record, gate)
        known = ~np.isnan(values)
        np.testing.assert_array_equal(values[known], ideal(recording, gate)[known], err_msg=gate)
        for i, item in enumerate(recording.spec.items):
            assert known[..., i].any() != ((name, item) in UNTOLD), (gate, item)
    opened = np.nansum(recording.record.input_gate, axis=(0, 1))
    assert ((opened > 0) == [(name, item) not in UNTOLD for item in recording.spec.items]).all()


@pytest.mark.parametrize("name", PROBED)
def test_of_a_network_without_memory_they_are_0(name):
    recording = found(name, keeps=False)
    for gate in GATE_NAMES:
        values = getattr(recording.record, gate)
        assert (~np.isnan(values)).any()
        assert np.nanmax(values) == 0


class Forgetful(Reader):
    """Loses an item at the step after it was stored, unless it is read there."""

    def _step(self, network, now, own, step):
        answer = super()._step(network, now, own, step)
        stored = own.ideal_gate[step] == 1
        self.held[network, ~stored] = -1
        return answer


class Talkative(Reader):
    """Answers by what it holds of the first item at every step."""

    def _step(self, network, now, own, step):
        answer = super()._step(network, now, own, step)
        held = self.held[network, 0]
        return answer if held < 0 else (answer + held) % len(self.spec.responses)


class Greedy(Reader):
    """Stores whatever is shown in the first item."""

    def _step(self, network, now, own, step):
        if now[self.content] is not None:
            self.held[network, 0] = self.symbols.index(now[self.content])
        return super()._step(network, now, own, step)


def probed(kind, name="sir2"):
    task = TASKS[name].build()
    return gates_by_intervention(kind(task.spec, ORACLES[name][1], 2), first_steps(task, 2, 5, 400), steps=STEPS)


def test_each_gate_tells_its_own_fault():
    forgets, talks, takes = (probed(kind).record for kind in (Forgetful, Talkative, Greedy))
    assert np.nanmean(forgets.forget_gate) < 0.2
    _, should_not, count = open_and_shut(probed(Talkative), "output_gate")
    assert (should_not[:, 0] > 0.9).all()
    assert (should_not[:, 1] == 0).all()
    assert (count > 0).all()
    _, also, _ = open_and_shut(probed(Greedy), "input_gate")
    assert (also[:, 0] > 0.1).all()  # the others are overwritten before the item is read
    assert (also[:, 1] == 0).all()
    assert np.nanmin(takes.input_gate[..., 1]) == 0 < np.nanmean(talks.input_gate)


@pytest.mark.parametrize("model", ["pbwm", "lstm", "srn"])
def test_networks_are_left_bit_for_bit_as_they_were(model):
    task = TASKS["12ax"].build()
    learner, other = (MODELS[model].build(task.spec, networks=range(2), seed=5) for _ in range(2))
    block = first_steps(task, 2, 1, 60)
    for each in (learner, other):
        each.run(block)
    before = learner.state()
    recording = gates_by_intervention(learner, block, steps=30)
    for name, values in learner.state().items():
        np.testing.assert_array_equal(values, before[name], err_msg=name)
    np.testing.assert_array_equal(recording.outcome.response, other.run(block, learn=False).response)


def test_they_do_not_depend_on_how_many_networks_are_probed_together():
    task = TASKS["sir2"].build()
    block = first_steps(task, 3, 1, 120)
    gates = [
        gates_by_intervention(LSTM(task.spec, networks=range(n), seed=1), _first(block, n), steps=40).record
        for n in (1, 3)
    ]
    for gate in GATE_NAMES:
        known = [~np.isnan(getattr(record, gate)[0]) for record in gates]
        both = known[0] & known[1]
        assert both.any()
        np.testing.assert_array_equal(*(getattr(record, gate)[0][both] for record in gates))


def _first(block, n):
    return TrialBlock(**{name: values[:n] for name, values in vars(block).items()})


def test_agreement_with_declared_gates_is_that_of_the_slot_that_serves_the_item():
    recording = probed(Reader)
    gates = {gate: np.nan_to_num(getattr(recording.record, gate)) for gate in GATE_NAMES}
    noise = np.random.default_rng(0).random((*gates["input_gate"].shape[:2], 1))
    for gate in GATE_NAMES:
        declared = {name: np.concatenate([noise, values[..., ::-1]], axis=2) for name, values in gates.items()}
        slots = with_gates(recording, **declared)
        slots = replace(slots, record=replace(slots.record, slots=("a", "b", "c")))
        agreement = declared_agreement(slots, recording, gate)
        np.testing.assert_array_equal(agreement.best, 1.0)
        np.testing.assert_array_equal(agreement.slot_of, [[2, 1]] * 2)
        np.testing.assert_array_equal(ideal_agreement(recording, gate), 1.0)
        assert (abs(agreement.auc[:, 0] - 0.5) < 0.2).all()


@pytest.mark.parametrize(
    ("name", "rule"),
    [("adding", "shows real values"), ("counting-ab", "has no items"), ("spike-delays", "has no items")],
)
def test_tasks_without_items_that_are_symbols_are_refused_by_name(name, rule):
    spec = TASKS[name].build().spec
    with pytest.raises(FigureError, match=f"task '{name}' {rule}.*; choose a task of symbols"):
        gates_by_intervention(LSTM(spec, params=LSTMParams.modern()), TrialBlock.blank(spec, 16, 5))


def test_steps_must_be_a_number():
    spec = TASKS["sir2"].build().spec
    with pytest.raises(ParameterError, match="steps = 0 must be a whole number of at least 1"):
        gates_by_intervention(LSTM(spec), TrialBlock.blank(spec, 16, 5), steps=0)


def test_ideal_answers_know_what_another_content_would_change():
    """In item recognition the answer is another only if the probe is the other digit: by patterns, not by examples."""
    task = TASKS["sternberg"].build()
    block = first_steps(task, 2, 3, 1500)
    ideal_answers = IdealAnswers(block, task.spec)
    new = task.spec.events.index("new probe")
    network, step = (int(i) for i in np.argwhere((block.event == new) & (block.target >= 0))[20])
    item = int(np.flatnonzero(ideal_answers.reads[network, step])[0])
    probe = int(ideal_answers.content[network, step])
    assert ideal_answers.differs(network, step, item, probe)
    assert ideal_answers.sensitive(network, step, item)
    held = set(ideal_answers.content[network, :step][-8:].tolist())
    other = next(c for c in ideal_answers.contents[item].tolist() if c not in held | {probe})
    assert not ideal_answers.differs(network, step, item, other)


def test_numbers_of_a_model_put_three_gates_side_by_side():
    """A perfect memory whose record is the ideal gate agrees with itself; a record that never moves is no gate."""
    task = TASKS["sir2"].build()
    reader = Reader(task.spec, ORACLES["sir2"][1], 2)
    recording = probed(Reader)
    gates = {gate: np.where(recording.live[..., None], ideal(recording, gate), np.nan) for gate in GATE_NAMES}
    moving = probed_gates(reader, with_gates(recording, **gates), steps=STEPS)
    still = probed_gates(reader, with_gates(recording, **{g: np.ones_like(v) for g, v in gates.items()}), steps=STEPS)
    assert moving.items == task.spec.items
    for gate in GATE_NAMES:
        for values in (moving.should, moving.ideal, moving.declared, moving.together):
            np.testing.assert_array_equal(values[gate], 1.0, err_msg=gate)
        np.testing.assert_array_equal(moving.should_not[gate], 0.0)
        assert np.isnan(still.declared[gate]).all()
        assert np.isnan(still.together[gate]).all()
        np.testing.assert_array_equal(still.ideal[gate], moving.ideal[gate])


def test_slots_together_tell_what_no_slot_tells_alone():
    """Two slots whose gates carry the same noise: their difference is the gate, and each alone is mostly noise."""
    recording = probed(Reader)
    gates = {gate: np.nan_to_num(getattr(recording.record, gate)) for gate in GATE_NAMES}
    noise = 5 * np.random.default_rng(0).random((*recording.live.shape, 1))
    mixed = {gate: np.concatenate([values + noise, noise], axis=2) for gate, values in gates.items()}
    shuffled = {gate: np.random.default_rng(1).permuted(values, axis=1) for gate, values in mixed.items()}
    for gate in GATE_NAMES:
        alone = declared_agreement(with_slots(recording, mixed), recording, gate).best
        assert (together(with_slots(recording, mixed), recording, gate) > 0.99).all()
        assert (alone < 0.8).all()
        assert (abs(together(with_slots(recording, shuffled), recording, gate) - 0.5) < 0.25).all()


def with_slots(recording, gates):
    """The recording with other gates, of as many slots as these have."""
    other = with_gates(recording, **gates)
    names = tuple(f"slot {i}" for i in range(gates["input_gate"].shape[2]))
    return replace(other, record=replace(other.record, slots=names))
