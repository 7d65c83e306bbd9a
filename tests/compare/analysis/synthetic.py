"""Recordings with known answers: a memory that follows the task's ideal gate, and others made from it."""

from dataclasses import replace

import numpy as np

from pbwm.compare.analysis.recording import NOTHING, Recording, ideal_contents, shown
from tasks.base.drawing import draw_epochs
from tasks.base.learner import Outcome
from tasks.base.record import GateRecord
from tasks.base.rng import Purpose
from tasks.base.task import GateAction
from tasks.catalog import TASKS


def perfect(task="12ax", networks=2, seed=3):
    """Slot i serves item i: its gates are exactly the ideal ones, its memory is a unit for each content."""
    built = TASKS[task].build()
    block, _ = draw_epochs(built, seed, range(networks), range(1), Purpose.TEST_TRIALS)
    action = block.ideal_gate
    what = shown(block, built.spec)
    contents = ideal_contents(block, what)
    names = np.unique(contents[contents != NOTHING])
    memory = (contents[..., None] == names).astype(float)
    live = block.live[:, :, None]

    def gate(*kinds):
        return np.where(live, np.isin(action, kinds).astype(float), np.nan)

    forget = 1 - gate(GateAction.STORE, GateAction.CLEAR)
    record = GateRecord(
        model="perfect",
        slots=tuple(f"slot {i + 1}" for i in range(action.shape[2])),
        input_gate=gate(GateAction.STORE),
        forget_gate=forget,
        output_gate=gate(GateAction.READ),
        memory=np.where(live[..., None], memory, np.nan),
    )
    return Recording(spec=built.spec, trials=block, outcome=Outcome.of(block, block.target), record=record)


def with_gates(recording, **arrays):
    """The recording with other arrays in its record."""
    return replace(recording, record=replace(recording.record, **arrays))


def shuffled(recording, name, seed=11):
    """The recording with one array of its record shuffled over the steps of each network."""
    rng, values = np.random.default_rng(seed), np.array(getattr(recording.record, name))
    for network in range(recording.networks):
        own = np.flatnonzero(recording.live[network])
        values[network, own] = values[network, rng.permutation(own)]
    return with_gates(recording, **{name: values})
