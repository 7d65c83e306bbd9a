"""Errors by kind of step, and by the time since the required item was stored."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.errors_by_epoch import error_by_epoch
from pbwm.compare.analysis.recording import Recording
from tasks.base.arguments import checked
from tasks.base.task import GateAction

__all__ = ["ErrorByLag", "error_by_lag"]


@dataclass(frozen=True, kw_only=True)
class ErrorByLag:
    """Errors at each kind of step by the required span of memory.

    Attributes
    ----------
    model, events
        Names.
    lags : int array (lag,)
        Steps since the item that is read was stored (the oldest of several); 0 if none is read.
    error : float array (network, event, lag), in [0, 1]
        Proportion wrong of the responses that count; NaN where none does.
    count : int array (network, event, lag)
        Responses that count.
    """

    model: str
    events: tuple[str, ...]
    lags: NDArray[np.intp]
    error: NDArray[np.float64]
    count: NDArray[np.intp]

    @property
    def by_event(self) -> NDArray[np.float64]:
        """Float array (network, event): errors over all lags."""
        wrong = np.nan_to_num(self.error) * self.count
        return error_by_epoch(wrong.sum(2), self.count.sum(2))


@checked(most=1)
def error_by_lag(recording: Recording, most: int = 20) -> ErrorByLag:
    """Errors by kind of step and lag; lags beyond `most` count as `most`."""
    trials, events = recording.trials, len(recording.spec.events)
    # A content that is cleared in the step that reads it was present before that step.
    before = np.concatenate([np.full_like(recording.stored[:, :1], -1), recording.stored[:, :-1]], axis=1)
    stored = np.where(recording.stored >= 0, recording.stored, before)
    read = (trials.ideal_gate == GateAction.READ) & (stored >= 0)
    since = np.where(read, np.arange(trials.steps)[None, :, None] - stored, 0)
    lag = np.minimum(since.max(2, initial=0), most)
    counts = recording.live & trials.counts
    row = np.arange(recording.networks)[:, None]
    place = ((row * events + trials.event) * (most + 1) + lag)[counts]
    shape = (recording.networks, events, most + 1)
    count = np.bincount(place, minlength=int(np.prod(shape))).reshape(shape)
    wrong = np.bincount(place, weights=~recording.outcome.correct[counts], minlength=int(np.prod(shape))).reshape(shape)
    return ErrorByLag(
        model=recording.record.model,
        events=recording.spec.events,
        lags=np.arange(most + 1),
        error=error_by_epoch(wrong.astype(np.intp), count),
        count=count,
    )
