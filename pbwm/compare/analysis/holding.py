"""Actions of a slot (write, hold, read, clear), its content, and how long its gates are open."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.ideal import is_open
from pbwm.compare.analysis.recording import GATE_NAMES, NOTHING, Recording, at_steps, last_written
from tasks.base.arguments import checked
from tasks.base.task import GateAction

__all__ = ["OpenTimes", "SlotAction", "SlotHistory", "open_times", "runs", "slot_history"]


class SlotAction(IntEnum):
    """Action of a slot at a step."""

    NONE = 0
    """It is empty and stores nothing."""
    WRITE = 1
    """Its input gate is open: it stores the input."""
    HOLD = 2
    """It holds its content and does not release it."""
    READ = 3
    """It holds its content, with an open output gate."""
    CLEAR = 4
    """Forget gate and input gate are shut: it loses its content."""


@dataclass(frozen=True, kw_only=True)
class SlotHistory:
    """Action and content of every slot, by its gates.

    Attributes
    ----------
    slots, items
        Names.
    action : int8 array (network, step, slot)
        `SlotAction`; `NONE` beyond a network's stream.
    since : int array (network, step, slot)
        The step that stored the content at the end of the step; −1: empty.
    holds : int array (network, step, slot)
        That content, a number of `Recording.shown`; −1 if the slot is empty or holds a value.
    fidelity : float array (network, slot, item), in [0, 1]
        Of the steps at which an ideal memory holds an item, the proportion with the same content in the slot.
    """

    slots: tuple[str, ...]
    items: tuple[str, ...]
    action: NDArray[np.int8]
    since: NDArray[np.intp]
    holds: NDArray[np.intp]
    fidelity: NDArray[np.float64]

    def counts(self) -> NDArray[np.intp]:
        """Steps of each action: int array (network, slot, action)."""
        return np.stack([(self.action == kind).sum(1) for kind in SlotAction], axis=2)


@checked()
def slot_history(recording: Recording) -> SlotHistory:
    """Follow every slot by its gates (`is_open`). An open input gate replaces the content."""
    wrote, lost, out = (is_open(recording, gate) for gate in GATE_NAMES)
    live, resets = recording.live[:, :, None], recording.resets
    written = last_written(wrote & live, lost & ~wrote & live, resets)
    full = written >= 0
    before = np.concatenate([np.zeros_like(full[:, :1]), full[:, :-1]], axis=1) & ~resets[..., None]
    conditions = [~live, wrote, lost & before, full & out, full]
    actions = (SlotAction.NONE, SlotAction.WRITE, SlotAction.CLEAR, SlotAction.READ, SlotAction.HOLD)
    action = np.select(conditions, actions, SlotAction.NONE).astype(np.int8)
    written = np.where(live, written, -1)
    content, ideal = at_steps(recording.told, written), at_steps(recording.told, recording.stored)
    there = (ideal != NOTHING) & live & (recording.trials.ideal_gate != GateAction.NONE)
    same = (content[:, :, :, None] == ideal[:, :, None, :]) & there[:, :, None, :]
    asked = there.sum(1)[:, None, :]
    fidelity = np.divide(same.sum(1), asked, out=np.full(same.sum(1).shape, np.nan), where=asked > 0)
    return SlotHistory(
        slots=recording.slots,
        items=recording.spec.items,
        action=action,
        since=np.where(content != NOTHING, written, -1),
        holds=at_steps(recording.shown, written),
        fidelity=fidelity,
    )


@dataclass(frozen=True, kw_only=True)
class OpenTimes:
    """How long a gate stays open, and the time until it reopens.

    Attributes
    ----------
    gate, slots
        Names.
    open, interval : nested tuples network → slot → int array
        Steps of each stretch with an open gate; steps from each opening to the next.
    """

    gate: str
    slots: tuple[str, ...]
    open: tuple[tuple[NDArray[np.intp], ...], ...]
    interval: tuple[tuple[NDArray[np.intp], ...], ...]


@checked(on=("step",))
def runs(on: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First steps of the stretches of True, and their lengths.

    Examples
    --------
    >>> [part.tolist() for part in runs(np.array([0, 1, 1, 0, 1], bool))]
    [[1, 4], [2, 1]]
    """
    edges = np.diff(np.concatenate([[0], on.astype(np.int8), [0]]))
    first = np.flatnonzero(edges > 0)
    return first, np.flatnonzero(edges < 0) - first


@checked()
def open_times(recording: Recording, gate: str = "input_gate") -> OpenTimes:
    """Durations of an open gate, and times between openings; the forget gate is open where it forgets.

    A gate that is open at the end of the record counts with its duration up to there.
    """
    opened = is_open(recording, gate)
    found = [
        [runs(opened[network, recording.live[network], slot]) for slot in range(opened.shape[2])]
        for network in range(recording.networks)
    ]
    return OpenTimes(
        gate=gate,
        slots=recording.slots,
        open=tuple(tuple(length for _, length in of_slots) for of_slots in found),
        interval=tuple(tuple(np.diff(first) for first, _ in of_slots) for of_slots in found),
    )
