"""A recording: what a population did on trials, and what an ideal memory would have held while it did.

Analyses take recordings and ask nothing of the model that made one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.errors import FigureError
from tasks.base.drawing import draw_epochs
from tasks.base.learner import Learner, Outcome
from tasks.base.record import GateRecord
from tasks.base.rng import Purpose
from tasks.base.task import GateAction, Role, SplitTask, Task, TaskSpec, TrialBlock

__all__ = ["GATE_NAMES", "NOTHING", "Recording", "record_trials"]

GATE_NAMES = ("input_gate", "forget_gate", "output_gate")
"""The gates of a `GateRecord`."""

NOTHING = -1
"""Stands for the content of a memory that holds nothing."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A population on a block of trials, with all that was recorded.

    Attributes
    ----------
    spec
        The task.
    trials
        The trials, a stream per network.
    outcome
        What the networks answered.
    record
        Their gates and memories.
    """

    spec: TaskSpec
    trials: TrialBlock
    outcome: Outcome
    record: GateRecord

    @property
    def networks(self) -> int:
        """Number of networks."""
        return self.trials.replicas

    @property
    def live(self) -> NDArray[np.bool_]:
        """Bool array (network, step): whether the step belongs to the network's stream."""
        return self.trials.live

    @property
    def slots(self) -> tuple[str, ...]:
        """Name of each place in memory."""
        return self.record.slots

    @property
    def let_out(self) -> NDArray[np.floating]:
        """Array (network, step, slot, unit): what each slot holds, as far as its output gate lets it out."""
        out: NDArray[np.floating] = self.record.output_gate[..., None] * self.record.memory
        return out

    @cached_property
    def shown(self) -> NDArray[np.intp]:
        """Int array (network, step): number of what was shown on the channels that have content; −1 if nothing was."""
        return shown(self.trials, self.spec)

    @cached_property
    def contents(self) -> NDArray[np.intp]:
        """Int array (network, step, item): what an ideal memory holds at the end of the step, a number of `shown`."""
        return ideal_contents(self.trials, self.shown)

    def content_name(self, content: int) -> str:
        """What was shown, in symbols: the name of a number of `shown`."""
        names = []
        for channel in reversed([self.spec.channels[i] for i in _content_channels(self.spec)]):
            content, symbol = divmod(content, len(channel.symbols) + 1)
            names += [channel.symbols[symbol - 1]] if symbol else []
        return " ".join(reversed(names)) or "nothing"


def _content_channels(spec: TaskSpec) -> tuple[int, ...]:
    return spec.channels_with(Role.STIMULUS, Role.BOTH)


def shown(trials: TrialBlock, spec: TaskSpec) -> NDArray[np.intp]:
    """What the channels that have content show at each step, as one number; −1 where all are silent.

    Array (network, step). The number has a place for each channel: 0 if it is silent, else 1 + its symbol.
    """
    channels = _content_channels(spec)
    sizes = [len(spec.channels[i].symbols) + 1 for i in channels]
    number = np.zeros(trials.target.shape, np.intp)
    for channel, size in zip(channels, sizes, strict=True):
        number = number * size + trials.symbols[:, :, channel] + 1
    assert prod(sizes) < np.iinfo(np.intp).max
    return np.where(number > 0, number, NOTHING)


def ideal_contents(trials: TrialBlock, what: NDArray[np.intp]) -> NDArray[np.intp]:
    """What an ideal memory holds of each item at the end of each step, array (network, step, item).

    It takes in `what` is shown where the task says STORE, holds nothing after CLEAR, and changes nowhere else.
    """
    action = trials.ideal_gate
    steps = np.arange(trials.steps)[None, :, None]
    changes = (action == GateAction.STORE) | (action == GateAction.CLEAR)
    last = np.maximum.accumulate(np.where(changes, steps, -1), axis=1)
    at = np.maximum(last, 0)
    rows, items = np.arange(trials.replicas)[:, None, None], np.arange(action.shape[2])[None, None, :]
    stored = (last >= 0) & (action[rows, at, items] == GateAction.STORE)
    taken: NDArray[np.intp] = what[rows, at]
    return np.where(stored, taken, NOTHING)


def record_trials(
    learner: Learner, task: Task, *, seed: int, replicas: Sequence[int | None] | None = None, epochs: int = 1
) -> Recording:
    """Record a population on epochs that it was not trained on, without learning.

    Parameters
    ----------
    learner
        The networks.
    task
        What they are asked. Of a task that keeps sequences back, they get novel ones.
    seed
        Root seed of the trials.
    replicas
        Numbers of the networks, which address the trials; 0, 1, … if not given. None: the network has none.
    epochs
        Epochs of trials.

    Raises
    ------
    FigureError
        If the learner gives no record.
    """
    numbers = range(learner.replicas) if replicas is None else replicas
    asked = task.novel() if isinstance(task, SplitTask) else task
    block, _ = draw_epochs(asked, seed, numbers, range(epochs), Purpose.TEST_TRIALS)
    return recording_of(learner, block)


def recording_of(learner: Learner, block: TrialBlock, *, learn: bool = False) -> Recording:
    """Record a population on a block of trials.

    Raises
    ------
    FigureError
        If the learner gives no record.
    """
    outcome = learner.run(block, learn=learn, record=True)
    if outcome.record is None:
        rule = "gave no record; a learner must fill a GateRecord when asked"
        raise FigureError(f"{learner.name}.run(record=True) {rule}")
    return Recording(spec=learner.spec, trials=block, outcome=outcome, record=outcome.record)
