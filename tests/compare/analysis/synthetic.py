"""Recordings with known answers: a memory that follows the task's ideal gate, and others made from it."""

from dataclasses import replace

import numpy as np

from pbwm.compare.analysis.recording import NOTHING, Recording
from tasks.base.drawing import draw_epochs
from tasks.base.learner import Outcome
from tasks.base.record import GateRecord
from tasks.base.rng import Purpose
from tasks.base.task import GateAction, TrialBlock
from tasks.catalog import TASKS

MOST = 3000
"""Longest stream in steps; longer ones are cut."""


def fresh(task, numbers, seed, epochs=1):
    """Epochs of fresh trials, of at most `MOST` steps."""
    block, _ = draw_epochs(task, seed, numbers, range(epochs), Purpose.TEST_TRIALS)
    arrays = {name: of if name == "length" else of[:, :MOST] for name, of in vars(block).items()}
    return TrialBlock(**{**arrays, "length": np.minimum(block.length, MOST)})


def perfect(task="12ax", networks=2, seed=3, epochs=1, **changes):
    """Slot i serves item i: its gates are the ideal ones, its memory has a unit for each content, or is the value.

    A task without items has one slot, which never opens. `changes` are parameters of the task.
    """
    built = TASKS[task].build(**changes)
    block = fresh(built, range(networks), seed, epochs)
    action = block.ideal_gate if block.ideal_gate.shape[2] else np.zeros((*block.target.shape, 1), np.int8)
    live = block.live[:, :, None]

    def gate(*kinds):
        return np.where(live, np.isin(action, kinds).astype(float), np.nan)

    slots = tuple(f"slot {i + 1}" for i in range(action.shape[2]))
    record = GateRecord(
        model="perfect",
        slots=slots,
        input_gate=gate(GateAction.STORE),
        forget_gate=1 - gate(GateAction.STORE, GateAction.CLEAR),
        output_gate=gate(GateAction.READ),
        memory=np.zeros((*action.shape, 1)),
        resets=block.starts & block.live if built.spec.resets_memory else None,
    )
    recording = Recording(spec=built.spec, trials=block, outcome=Outcome.of(block, block.target), record=record)
    return with_gates(recording, memory=np.where(live[..., None], _held(recording, len(slots)), np.nan))


def _held(recording, slots):
    """Content of each item, as activity (network, step, slot, unit)."""
    if not recording.spec.items:
        return np.zeros((*recording.live.shape, slots, 1))
    if recording.spec.channels:
        names = np.unique(recording.contents[recording.contents != NOTHING])
        return (recording.contents[..., None] == names).astype(float)
    networks = np.arange(recording.networks)[:, None, None]
    values = recording.trials.values[networks, np.maximum(recording.stored, 0), :1]
    return np.where(recording.stored[..., None] >= 0, values, 0.0).astype(float)


def with_gates(recording, **arrays):
    return replace(recording, record=replace(recording.record, **arrays))


def shuffled(recording, name, seed=11):
    """The recording with one array shuffled over the steps of each network."""
    rng, values = np.random.default_rng(seed), np.array(getattr(recording.record, name))
    for network in range(recording.networks):
        own = np.flatnonzero(recording.live[network])
        values[network, own] = values[network, rng.permutation(own)]
    return with_gates(recording, **{name: values})
