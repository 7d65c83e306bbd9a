"""Gates, maintenance and dopamine of a whole network."""

from dataclasses import replace

import numpy as np
import pytest

from pbwm.params import GatingParams
from tasks.base.task import TrialBlock
from tests.pbwm.small import SMALL, block_of, network


def drive_gates(learner, open_stripes):
    """Set weights into the striatum that always open the given stripes and no other."""
    shape = learner.weights()["control_input->matrix_go"].shape
    pool = np.arange(shape[1]) // (shape[1] // (2 * learner.params.stripes))
    opened = np.isin(pool, open_stripes)[None, :, None]
    go = np.broadcast_to(np.where(opened, 0.95, 0.01), shape)
    learner.set_weights({"control_input->matrix_go": go, "control_input->matrix_nogo": np.broadcast_to(1 - go, shape)})


def test_a_closed_stripe_holds_and_a_gate_replaces():
    """Stripe 1 is filled once and then closed, while stripe 2 takes each new symbol."""
    learner = network(range(1))
    block = block_of([0])
    shown = np.flatnonzero(block.symbols[0, :, 0] >= 0)[:4]
    cut = {n: getattr(block, n)[:, shown] for n in block.__dataclass_fields__ if n != "length"}
    block = TrialBlock(length=np.array([4]), **cut)
    drive_gates(learner, [0, 1])
    first = TrialBlock(length=np.array([1]), **{n: a[:, :1] for n, a in cut.items()})
    start = learner.run(first, learn=False, record=True).record
    assert (start.input_gate[0, 0] > 0).all()
    drive_gates(learner, [1])
    record = learner.run(block, learn=False, record=True).record
    held, taken = record.memory[0, :, 0], record.memory[0, :, 1]
    assert (record.input_gate[0, :, 0] == 0).all()
    assert (record.input_gate[0, :, 1] > 0).all()
    assert held.max() > 0.5
    np.testing.assert_array_equal(held, np.broadcast_to(start.memory[0, 0, 0], held.shape))
    np.testing.assert_array_equal(taken.argmax(1), block.symbols[0, :, 0])
    np.testing.assert_allclose(taken.max(1), 0.8 * 0.9, atol=0.1)


def striatal_change(right, striatum=SMALL.striatum, trace=0.5):
    """(dopamine, changes in Go, changes in NoGo) of a rewarded trial, over synapses whose sender is silent.

    Before it, all traces are equal; those of silent senders stay.
    """
    learner = network(range(1), replace(SMALL, striatum=striatum))
    block = block_of([0])
    first = {n: getattr(block, n)[:, :1] for n in block.__dataclass_fields__ if n != "length"}
    told = first | {"rewarded": np.array([[True]])}
    answer = answer_of(learner, told)
    told["target"] = np.array([[answer if right else (answer + 1) % 5]], np.int16)
    learner.blocks[0].arrays.traces["trace"] = trace
    before = learner.weights()
    learner.run(TrialBlock(length=np.array([1]), **told))
    after = learner.weights()
    silent = np.arange(5) != told["symbols"][0, 0, 1]
    changes = []
    for name in ("control_input->matrix_go", "control_input->matrix_nogo"):
        change = (after[name] - before[name])[0, :, 0].reshape(-1, 5)[:, silent]
        changes.append(change)
    return learner.state()["network dopamine"][0, 0], *changes


def answer_of(learner, told):
    """The next answer of the network, which is then restored."""
    saved = learner.blocks[0].memory.copy()
    answer = learner.run(TrialBlock(length=np.array([1]), **told)).response[0, 0]
    learner.blocks[0].memory[...] = saved
    return int(answer)


@pytest.mark.parametrize("trace", [0.5, -0.5])
@pytest.mark.parametrize("right", [True, False])
def test_d1_and_d2_learn_with_opposite_signs(right, trace):
    dopamine, go, nogo = striatal_change(right, trace=trace)
    assert (dopamine > 0) == right
    assert dopamine != 0
    assert (np.sign(go) == np.sign(dopamine * trace)).all()
    assert (np.sign(nogo) == -np.sign(dopamine * trace)).all()


def test_gains_of_bursts_and_dips():
    weak = {"burst_gain": 0.5, "dip_gain": 0.25}
    for right, factor in ((True, 0.5), (False, 0.25)):
        _, go, nogo = striatal_change(right)
        _, weak_go, weak_nogo = striatal_change(right, replace(SMALL.striatum, **weak))
        np.testing.assert_allclose(weak_go, factor * go, rtol=0.02, atol=1e-7)
        np.testing.assert_allclose(weak_nogo, factor * nogo, rtol=0.02, atol=1e-7)


@pytest.mark.parametrize("right", [True, False])
def test_gains_of_d1_and_d2(right):
    _, go, nogo = striatal_change(right)
    _, weak_go, weak_nogo = striatal_change(right, replace(SMALL.striatum, d1_gain=0.5, d2_gain=0.25))
    np.testing.assert_allclose(weak_go, 0.5 * go, rtol=0.02, atol=1e-7)
    np.testing.assert_allclose(weak_nogo, 0.25 * nogo, rtol=0.02, atol=1e-7)


def test_tonic_dopamine_fills_dips():
    _, go, nogo = striatal_change(False)
    _, filled_go, filled_nogo = striatal_change(False, replace(SMALL.striatum, dopamine_offset=0.5))
    assert (go < 0).all()
    assert (nogo > 0).all()
    assert (filled_go > 0).all()
    assert (filled_nogo < 0).all()


def test_nogo_learns_less_from_a_burst_where_it_did_not_gate():
    less = replace(SMALL.striatum, nogo_positive=0.1)
    for right, trace, factor in ((True, -0.5, 0.1), (True, 0.5, 1.0), (False, -0.5, 1.0), (False, 0.5, 1.0)):
        _, go, nogo = striatal_change(right, trace=trace)
        _, same_go, less_nogo = striatal_change(right, less, trace)
        np.testing.assert_array_equal(same_go, go)
        np.testing.assert_allclose(less_nogo, factor * nogo, rtol=1e-3, atol=1e-7)


def test_the_forget_gate_shows_content_that_is_let_go_without_a_new_gate():
    learner = network(params=replace(SMALL, gating=GatingParams(maintenance_max=2)))
    record = learner.run(block_of(range(2)), record=True).record
    held = record.memory.max(3) > 0
    vanished = held[:, :-1] & ~held[:, 1:] & ~(record.input_gate[:, 1:] > 0)
    assert vanished.any()
    assert (record.forget_gate[:, 1:][vanished] == 0).all()
