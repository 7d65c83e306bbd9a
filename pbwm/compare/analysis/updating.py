"""Updating of memory against resistance to distraction, the trade-off that dopamine is thought to set."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.holding import SlotAction, slot_history
from pbwm.compare.analysis.recording import Recording
from tasks.base.arguments import checked
from tasks.base.task import GateAction

__all__ = ["Updating", "updating"]


@dataclass(frozen=True, kw_only=True)
class Updating:
    """Response of every network to new input.

    Attributes
    ----------
    updating : float array (network,), in [0, 1]
        Proportion of steps, over all slots, that store the input.
    resistance : float array (network,), in [0, 1]
        Proportion of filled slots that keep their content at a distractor, a step at which an ideal memory has content
        and stores nothing.
    """

    updating: NDArray[np.float64]
    resistance: NDArray[np.float64]


@checked()
def updating(recording: Recording) -> Updating:
    """Count updates, and contents that survive distractors."""
    history = slot_history(recording)
    live, ideal = recording.live[:, 1:, None], recording.trials.ideal_gate[:, 1:]
    distractor = (ideal == GateAction.HOLD).any(2) & (ideal != GateAction.STORE).all(2)
    asked = (history.since[:, :-1] >= 0) & (distractor & ~recording.resets[:, 1:])[:, :, None] & live
    kept = asked & np.isin(history.action[:, 1:], (SlotAction.HOLD, SlotAction.READ))
    wrote = (history.action == SlotAction.WRITE).sum((1, 2))
    steps, there = recording.live.sum(1) * len(history.slots), asked.sum((1, 2))
    return Updating(
        updating=wrote / np.maximum(steps, 1),
        resistance=np.divide(kept.sum((1, 2)), there, out=np.full(there.shape, np.nan), where=there > 0),
    )
