"""Signals by kind of step over training, such as the move of dopamine to predictive cues (2006, figure 13)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.recording import recording_of
from pbwm.compare.errors import FigureError
from tasks.base.drawing import draw_epochs
from tasks.base.learner import Learner
from tasks.base.task import Task

__all__ = ["SignalOverTraining", "signal_over_training"]


@dataclass(frozen=True, kw_only=True)
class SignalOverTraining:
    """Mean of a recorded signal at each kind of step, by epoch.

    Attributes
    ----------
    model, signal, events
        Names.
    epochs : int array (epoch,)
        Numbers of the epochs, from 1.
    mean : float array (network, epoch, event)
        NaN without steps of a kind.
    error : float array (network, epoch), in [0, 1]
        Proportion wrong of the responses that count.
    """

    model: str
    signal: str
    events: tuple[str, ...]
    epochs: NDArray[np.intp]
    mean: NDArray[np.float64]
    error: NDArray[np.float64]


def signal_over_training(
    learner: Learner, task: Task, *, seed: int, epochs: int, networks: Sequence[int] | None = None, signal: str
) -> SignalOverTraining:
    """Train a population, and keep the mean of a signal at each kind of step.

    No network stops at the criterion.

    Raises
    ------
    FigureError
        If the record has no such signal with one number per step.
    """
    numbers = range(learner.networks) if networks is None else networks
    kinds = len(task.spec.events)
    mean = np.full((learner.networks, epochs, kinds), np.nan)
    error = np.full((learner.networks, epochs), np.nan)
    for epoch in range(epochs):
        block, _ = draw_epochs(task, seed, numbers, range(epoch, epoch + 1))
        recording = recording_of(learner, block, learn=True)
        signals = {name: of for name, of in recording.record.signals.items() if of.ndim == 2}
        if signal not in signals:
            known = ", ".join(signals) or "none"
            raise FigureError(f"signal = {signal!r} is not in the record of {learner.name}; give one of {known}")
        for kind in range(kinds):
            at = recording.live & (block.event == kind)
            total = np.where(at, signals[signal], 0.0).sum(1)
            mean[:, epoch, kind] = np.divide(total, at.sum(1), out=np.full(len(at), np.nan), where=at.any(1))
        counted = recording.outcome.counted
        error[:, epoch] = np.divide(
            recording.outcome.errors, counted, out=np.full(len(counted), np.nan), where=counted > 0
        )
    return SignalOverTraining(
        model=learner.name,
        signal=signal,
        events=task.spec.events,
        epochs=np.arange(1, epochs + 1),
        mean=mean,
        error=error,
    )
