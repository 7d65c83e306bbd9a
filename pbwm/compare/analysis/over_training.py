"""Signals by kind of step over training, such as the move of dopamine to predictive cues (2006, figure 13)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.errors_by_epoch import error_by_epoch
from pbwm.compare.analysis.recording import recording_of
from pbwm.compare.errors import FigureError
from tasks.base.arguments import checked
from tasks.base.drawing import draw_epochs
from tasks.base.learner import Learner
from tasks.base.task import Task

__all__ = ["SignalOverTraining", "signal_over_training", "signals_over_training"]


@dataclass(frozen=True, kw_only=True)
class SignalOverTraining:
    """Mean of a recorded signal at each kind of step, by epoch.

    Attributes
    ----------
    model, signal, events
        Names.
    epochs : int array (epoch,)
        Numbers of the epochs, from 1.
    mean : float array (network, epoch, event) or (network, epoch, event, place)
        NaN without steps of a kind. Signals of stripes have a place for each stripe.
    error : float array (network, epoch), in [0, 1]
        Proportion wrong of the responses that count.
    """

    model: str
    signal: str
    events: tuple[str, ...]
    epochs: NDArray[np.intp]
    mean: NDArray[np.float64]
    error: NDArray[np.float64]

    def stripes(self, network: int) -> NDArray[np.float64]:
        """Float array (place, epoch): the signal of each stripe of a network, as the mean over kinds of step."""
        mean = self.mean[network]
        there = ~np.isnan(mean).all((0, 2))
        by_epoch: NDArray[np.float64] = np.nanmean(mean[:, there], axis=1)
        return by_epoch.T


@checked(epochs=1)
def signal_over_training(
    learner: Learner, task: Task, *, seed: int, epochs: int, networks: Sequence[int] | None = None, signal: str
) -> SignalOverTraining:
    """Train a population, and keep the mean of a signal at each kind of step.

    No network stops at the criterion.

    Raises
    ------
    FigureError
        If the record has no such signal with one number per step, or per step and stripe.
    """
    numbers = range(learner.networks) if networks is None else networks
    return signals_over_training(learner, task, seed=seed, epochs=epochs, networks=numbers, signals=(signal,))[0]


@checked(epochs=1)
def signals_over_training(
    learner: Learner, task: Task, *, seed: int, epochs: int, networks: Sequence[int], signals: Sequence[str]
) -> tuple[SignalOverTraining, ...]:
    """Several signals in one training; errors as `signal_over_training`."""
    kinds, found, errors = range(len(task.spec.events)), [], []
    for epoch in range(epochs):
        block, _ = draw_epochs(task, seed, networks, range(epoch, epoch + 1))
        recording = recording_of(learner, block, learn=True)
        recorded = {name: of for name, of in recording.record.signals.items() if of.ndim in (2, 3)}
        for signal in signals:
            if signal not in recorded:
                known = ", ".join(recorded) or "none"
                raise FigureError(f"signal = {signal!r} is not in the record of {learner.name}; give one of {known}")
        at = [recording.live & (block.event == kind) for kind in kinds]
        found.append([np.stack([_mean_at(of, recorded[signal]) for of in at], axis=1) for signal in signals])
        errors.append(error_by_epoch(recording.outcome.errors, recording.outcome.counted))
    return tuple(
        SignalOverTraining(
            model=learner.name,
            signal=signal,
            events=task.spec.events,
            epochs=np.arange(1, epochs + 1),
            mean=np.stack([of[i] for of in found], axis=1),
            error=np.stack(errors, axis=1),
        )
        for i, signal in enumerate(signals)
    )


def _mean_at(at: NDArray[np.bool_], signal: NDArray[np.floating]) -> NDArray[np.float64]:
    """Mean of a signal (network, step, …) over the steps `at` (network, step); NaN: none."""
    marked = at.reshape(*at.shape, *[1] * (signal.ndim - 2))
    total, count = np.where(marked, signal, 0.0).sum(1), marked.sum(1)
    mean: NDArray[np.float64] = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean
