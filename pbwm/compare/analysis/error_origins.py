"""Origins of errors: an item was not held, not released, or released and read wrongly.

An error of a gate and an error of what reads the memory look the same in the response. They differ in what the slots
hold when the step is answered, which the gates tell (`pbwm.compare.analysis.holding`).
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.holding import slot_history
from pbwm.compare.analysis.ideal import is_open
from pbwm.compare.analysis.recording import NOTHING, Recording, at_steps
from tasks.base.task import GateAction

__all__ = ["ErrorOrigin", "ErrorOrigins", "error_origins"]


class ErrorOrigin(IntEnum):
    """Where the error of a step comes from."""

    NONE = 0
    """There is no error, or the response does not count."""
    NOTHING_ASKED = 1
    """The step asks for nothing that has to be remembered, or an ideal memory holds nothing of it."""
    LOST = 2
    """Some item that the step asks for was in no slot when the step began."""
    REPLACED = 3
    """Every item was held when the step began, and some item no longer was when it ended."""
    SHUT = 4
    """Every item was held throughout, and some item was let out by no slot that held it."""
    READOUT = 5
    """Every item was held and let out, and the response was wrong nonetheless."""


@dataclass(frozen=True, kw_only=True)
class ErrorOrigins:
    """Where the errors of networks come from.

    Attributes
    ----------
    model
        Name of the model.
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
        """Int array (network, origin): errors of each network by origin, without `ErrorOrigin.NONE`."""
        return np.stack([(self.origin == kind).sum(1) for kind in ErrorOrigin if kind], axis=1)


def error_origins(recording: Recording) -> ErrorOrigins:
    """Find out of each wrong response where it comes from.

    The task says by its ideal gate (`GateAction.READ`) which items a step asks for.
    """
    trials, history = recording.trials, slot_history(recording)
    asked = (trials.ideal_gate == GateAction.READ) & (at_steps(recording.told, recording.stored) != NOTHING)
    content = at_steps(recording.told, history.since)
    before = np.concatenate([np.full_like(content[:, :1], NOTHING), content[:, :-1]], axis=1)
    before = np.where(recording.resets[..., None], NOTHING, before)
    wanted = at_steps(recording.told, recording.stored)[:, :, None, :]
    there, still = (held[..., None] == wanted for held in (before, content))
    out = is_open(recording, "output_gate")[..., None]

    def all_items(slots: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether every item that is asked for is in some of the `slots`: bool array (network, step)."""
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
