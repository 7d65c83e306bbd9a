"""Gates by intervention: the ideal gate of a perfect memory, 0 without memory; networks do not change."""

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
    let_through,
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
    ("hierarchical-rules", "color"): "another color asks for another item, and a color alone changes no answer",
}
"""Items on which no answer depends, and why."""


def _of_symbols(spec):
    return bool(spec.items) and not spec.analog and not isinstance(spec.answer, Quantity)


PROBED = [name for name in CHECKED if _of_symbols(CHECKED[name].build().spec)]


def found(name, *, keeps, steps):
    task = CHECKED[name].build()
    block = first_steps(task, 2, 3, 1500)
    return gates_by_intervention(Reader(task.spec, ORACLES[name][1], 2, keeps=keeps), block, steps=steps)


def ideal(recording, gate):
    opens = np.isin(recording.trials.ideal_gate, OPENS_AT[gate])
    return np.where(opens, 0.0, 1.0) if gate == "forget_gate" else opens.astype(float)


@pytest.mark.parametrize("name", PROBED)
def test_of_a_perfect_memory_they_are_exactly_the_ideal_gate(name):
    recording = found(name, keeps=True, steps=STEPS)
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
    steps = STEPS if "temporal-order" in name else STEPS // 5  # there, items are read only at the end of a sequence
    recording = found(name, keeps=False, steps=steps)
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
    """Answers by its content of the first item at every step."""

    def _step(self, network, now, own, step):
        answer = super()._step(network, now, own, step)
        held = self.held[network, 0]
        return answer if held < 0 else (answer + held) % len(self.spec.responses)


class Greedy(Reader):
    """Stores every symbol in the first item."""

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


def declared_as_ideal(recording):
    return {gate: np.where(recording.live[..., None], ideal(recording, gate), 1.0) for gate in GATE_NAMES}


def test_agreement_with_declared_gates_is_that_of_the_slot_that_serves_the_item():
    recording = probed(Reader)
    gates = declared_as_ideal(recording)
    noise = np.random.default_rng(0).random((*recording.live.shape, 1))
    declared = {name: np.concatenate([noise, values[..., ::-1]], axis=2) for name, values in gates.items()}
    slots = with_slots(recording, declared)
    for gate in GATE_NAMES:
        agreement = declared_agreement(slots, recording, gate)
        np.testing.assert_array_equal(agreement.best, 1.0)
        np.testing.assert_array_equal(agreement.slot_of, [[2, 1]] * 2)
        np.testing.assert_array_equal(ideal_agreement(recording, gate), 1.0)
        assert (agreement.auc[:, 0] < 0.96).all()


def test_an_open_gate_whose_content_is_lost_before_it_is_read_lets_nothing_through():
    """The slot takes in everything and loses it at the next step."""
    recording = probed(Forgetful)
    takes, keeps = np.ones_like(recording.record.input_gate), ideal(recording, "forget_gate") * 0.0
    eager = with_gates(recording, input_gate=takes, forget_gate=keeps, output_gate=takes)
    passed = let_through(eager, recording, "input_gate")
    source, told = recording.replaced_at["input_gate"], recording.answered_at["input_gate"]
    for item in range(len(recording.spec.items)):
        known = told[..., item] >= 0
        expected = (told - source)[known][:, item] == 1
        assert 0 < expected.sum() < len(expected)
        np.testing.assert_array_equal(passed[known][:, item, item], expected)
        assert np.isnan(passed[~known][:, :, item]).all()


def test_what_is_let_through_ends_where_memory_is_reset():
    recording = probed(Reader)
    ones = np.ones_like(recording.record.input_gate)
    open_all = with_gates(recording, input_gate=ones, forget_gate=ones, output_gate=ones)
    at_every_step = np.ones_like(recording.live)
    reset = replace(open_all, record=replace(open_all.record, resets=at_every_step))
    known = recording.answered_at["input_gate"] >= 0
    far = (recording.answered_at["input_gate"] - recording.replaced_at["input_gate"])[known] > 1
    for declared, through in ((open_all, np.ones_like(far)), (reset, ~far)):
        passed = let_through(declared, recording, "input_gate")
        np.testing.assert_array_equal(np.diagonal(passed, axis1=2, axis2=3)[known], through)


def test_each_value_names_the_replacement_and_the_answer_that_told():
    recording = probed(Reader)
    for gate in GATE_NAMES:
        known = ~np.isnan(getattr(recording.record, gate))
        replaced, told = recording.replaced_at[gate], recording.answered_at[gate]
        np.testing.assert_array_equal(replaced >= 0, known)
        np.testing.assert_array_equal(told >= 0, known)
        assert (replaced[known] < told[known]).all()
    network, step, item = np.argwhere(recording.answered_at["output_gate"] >= 0)[0]
    assert recording.answered_at["output_gate"][network, step, item] == step


@pytest.mark.parametrize(
    ("name", "rule"),
    [("adding", "shows real values"), ("counting-ab", "has no items"), ("spike-delays", "has no items")],
)
def test_tasks_without_items_that_are_symbols_are_rejected_by_name(name, rule):
    spec = TASKS[name].build().spec
    with pytest.raises(FigureError, match=f"task '{name}' {rule}.*; choose a task of symbols"):
        gates_by_intervention(LSTM(spec, params=LSTMParams.modern()), TrialBlock.blank(spec, 16, 5))


def test_steps_must_be_a_number():
    spec = TASKS["sir2"].build().spec
    with pytest.raises(ParameterError, match="steps = 0 must be a whole number of at least 1"):
        gates_by_intervention(LSTM(spec), TrialBlock.blank(spec, 16, 5), steps=0)


def test_ideal_answers_know_what_another_content_would_change():
    """In item recognition, the answer changes only if the probe is the other digit."""
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
    """A perfect memory whose record is the ideal gate agrees with itself; a constant record is no gate."""
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
    """Two output gates carry the same noise: their difference is the gate, and each alone is mostly noise."""
    recording = probed(Reader)
    ones = np.ones((*recording.live.shape, 2 * len(recording.spec.items)))
    noise = 5 * np.random.default_rng(0).random((*recording.live.shape, 1))
    opened = np.nan_to_num(recording.record.output_gate)
    mixed = np.concatenate([opened + noise, np.broadcast_to(noise, opened.shape)], axis=2)
    shuffled = np.random.default_rng(1).permuted(mixed, axis=1)
    values = {
        name: {"input_gate": ones, "forget_gate": ones, "output_gate": v}
        for name, v in (("mixed", mixed), ("shuffled", shuffled))
    }
    declared = {name: with_slots(recording, gates) for name, gates in values.items()}
    assert (declared_agreement(declared["mixed"], recording, "output_gate").best < 0.8).all()
    assert (together(declared["mixed"], recording, "output_gate") > 0.99).all()
    assert (abs(together(declared["shuffled"], recording, "output_gate") - 0.5) < 0.25).all()


def test_too_few_steps_of_a_kind_are_no_agreement():
    recording = probed(Reader)
    for gate in GATE_NAMES:
        opened = getattr(recording.record, gate)
        kept = np.isnan(opened) | (opened == (gate == "forget_gate"))
        scarce = replace(recording, record=replace(recording.record, **{gate: np.where(kept, opened, np.nan)}))
        declared = with_gates(recording, **declared_as_ideal(recording))
        assert not np.isnan(together(declared, recording, gate)).any()
        assert np.isnan(together(declared, scarce, gate)).all()
        assert np.isnan(declared_agreement(declared, scarce, gate).auc).all()


def with_slots(recording, gates):
    """The recording with other gates, of as many slots."""
    other = with_gates(recording, **gates)
    names = tuple(f"slot {i}" for i in range(gates["input_gate"].shape[2]))
    return replace(other, record=replace(other.record, slots=names))


def test_trials_of_another_task_are_rejected():
    learner, other = LSTM(TASKS["sir2"].build().spec, networks=range(2)), TASKS["12ax"].build()
    trials = TrialBlock.blank(other.spec, 2, 5)
    with pytest.raises(ParameterError, match="1 channels do not match the 2 of task 'sir2'"):
        gates_by_intervention(learner, trials)
