"""Origins of errors: an item was not held, not released, or released and read wrongly."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.holding import slot_history
from pbwm.compare.analysis.ideal import is_open
from pbwm.compare.analysis.recording import NOTHING, Recording, at_steps
from tasks.base.arguments import checked
from tasks.base.task import GateAction

__all__ = ["ErrorOrigin", "ErrorOrigins", "error_origins"]


class ErrorOrigin(IntEnum):
    """Origin of the error of a step."""

    NONE = 0
    """No error, or the response does not count."""
    NOTHING_ASKED = 1
    """The step requires no item, or an ideal memory does not hold it."""
    LOST = 2
    """No slot held a required item at the start of the step."""
    REPLACED = 3
    """Every item was held at the start of the step, but one was not at its end.

    In the form of 2006, gates act after the response, which therefore had the item.
    """
    SHUT = 4
    """Every item was held, but one was not released by a slot that held it."""
    READOUT = 5
    """Every item was held and released, but the response was wrong."""


@dataclass(frozen=True, kw_only=True)
class ErrorOrigins:
    """Origins of the errors of networks.

    Attributes
    ----------
    model
        Name.
    origin : int8 array (network, step)
        `ErrorOrigin` of each step.
    counted : int array (network,)
        Responses that count.
    """

    model: str
    origin: NDArray[np.int8]
    counted: NDArray[np.intp]

    @property
    def counts(self) -> NDArray[np.intp]:
        """Int array (network, origin): errors by origin, without `ErrorOrigin.NONE`."""
        return np.stack([(self.origin == kind).sum(1) for kind in ErrorOrigin if kind], axis=1)


@checked()
def error_origins(recording: Recording) -> ErrorOrigins:
    """Origin of each wrong response. `GateAction.READ` marks the required items."""
    trials, history = recording.trials, slot_history(recording)
    asked = (trials.ideal_gate == GateAction.READ) & (at_steps(recording.told, recording.stored) != NOTHING)
    content = at_steps(recording.told, history.since)
    before = np.concatenate([np.full_like(content[:, :1], NOTHING), content[:, :-1]], axis=1)
    before = np.where(recording.resets[..., None], NOTHING, before)
    wanted = at_steps(recording.told, recording.stored)[:, :, None, :]
    there, still = (held[..., None] == wanted for held in (before, content))
    out = is_open(recording, "output_gate")[..., None]

    def all_items(slots: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether some of the `slots` have every required item: bool array (network, step)."""
        return np.asarray((slots.any(2) | ~asked).all(2), np.bool_)

    wrong = recording.live & trials.counts & ~recording.outcome.correct
    origin = np.select(
        [~wrong, ~asked.any(2), ~all_items(there), ~all_items(there & still), ~all_items(there & still & out)],
        [
            ErrorOrigin.NONE,
            ErrorOrigin.NOTHING_ASKED,
            ErrorOrigin.LOST,
            ErrorOrigin.REPLACED,
            ErrorOrigin.SHUT,
        ],
        ErrorOrigin.READOUT,
    )
    return ErrorOrigins(
        model=recording.record.model, origin=origin.astype(np.int8), counted=(recording.live & trials.counts).sum(1)
    )
