"""A recording: behavior of a population on trials, and the content of an ideal memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.errors import FigureError
from tasks.base.arguments import checked
from tasks.base.drawing import draw_epochs
from tasks.base.learner import Learner, Outcome
from tasks.base.record import GateRecord
from tasks.base.rng import Purpose
from tasks.base.task import GateAction, Role, SplitTask, Task, TaskSpec, TrialBlock

__all__ = ["GATE_NAMES", "NOTHING", "Recording", "record_trials"]

GATE_NAMES = ("input_gate", "forget_gate", "output_gate")
"""The gates of a `GateRecord`."""

NOTHING = -1
"""Content of an empty memory."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A population on a block of trials, with its record.

    Attributes
    ----------
    spec, trials
        The task, and a stream of trials per network.
    outcome, record
        Responses of the networks; their gates and memories.
    """

    spec: TaskSpec
    trials: TrialBlock
    outcome: Outcome
    record: GateRecord

    @property
    def networks(self) -> int:
        """Number of networks."""
        return self.trials.networks

    @property
    def live(self) -> NDArray[np.bool_]:
        """Bool array (network, step): whether the step belongs to the stream."""
        return self.trials.live

    @property
    def resets(self) -> NDArray[np.bool_]:
        """Bool array (network, step): whether memory was reset before the step."""
        resets = self.record.resets
        return np.zeros(self.live.shape, np.bool_) if resets is None else resets & self.live

    @property
    def slots(self) -> tuple[str, ...]:
        """Names of the slots."""
        return self.record.slots

    @property
    def gates(self) -> tuple[str, ...]:
        """The gates of the model that are not open throughout."""
        return tuple(name for name in GATE_NAMES if not np.all(getattr(self.record, name)[self.live] == 1))

    @property
    def let_out(self) -> NDArray[np.floating]:
        """Array (network, step, slot, unit): the content that output gates release."""
        out: NDArray[np.floating] = self.record.output_gate[..., None] * self.record.memory
        return out

    @cached_property
    def shown(self) -> NDArray[np.intp]:
        """Int array (network, step): number of the input on channels with content; −1: no input."""
        return shown(self.trials, self.spec)

    @cached_property
    def told(self) -> NDArray[np.intp]:
        """Int array (network, step): number of the input, real values included; −1: no content."""
        analog = _analog_content(self.spec)
        if not analog:
            return self.shown
        rows = np.concatenate([self.shown[..., None], self.trials.values[:, :, analog]], axis=2, dtype=np.float64)
        _, number = np.unique(rows.reshape(-1, rows.shape[2]), axis=0, return_inverse=True)
        return number.reshape(self.shown.shape).astype(np.intp)

    @cached_property
    def stored(self) -> NDArray[np.intp]:
        """Int array (network, step, item): step at which an ideal memory stored its content; −1: empty."""
        return ideal_stores(self.trials, self.trials.starts & self.spec.resets_memory)

    @cached_property
    def contents(self) -> NDArray[np.intp]:
        """Int array (network, step, item): content of an ideal memory after the step, a number of `shown`."""
        return at_steps(self.shown, self.stored)

    def content_name(self, content: int) -> str:
        """The symbols that a number of `shown` represents."""
        names = []
        for channel in reversed([self.spec.channels[i] for i in _content_channels(self.spec)]):
            content, symbol = divmod(content, len(channel.symbols) + 1)
            names += [channel.symbols[symbol - 1]] if symbol else []
        return " ".join(reversed(names)) or "nothing"


def _analog_content(spec: TaskSpec) -> list[int]:
    return [i for i, channel in enumerate(spec.analog) if channel.role is not Role.CONTROL]


def _content_channels(spec: TaskSpec) -> tuple[int, ...]:
    return spec.channels_with(Role.STIMULUS, Role.BOTH)


def shown(trials: TrialBlock, spec: TaskSpec) -> NDArray[np.intp]:
    """Content of all channels with content as one number (network, step); −1: all silent.

    The number has a place for each channel: 0 if it is silent, else 1 + its symbol.
    """
    channels = _content_channels(spec)
    sizes = [len(spec.channels[i].symbols) + 1 for i in channels]
    number = np.zeros(trials.target.shape, np.intp)
    for channel, size in zip(channels, sizes, strict=True):
        number = number * size + trials.symbols[:, :, channel] + 1
    assert prod(sizes) < np.iinfo(np.intp).max
    return np.where(number > 0, number, NOTHING)


def ideal_stores(trials: TrialBlock, resets: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The step at which an ideal memory stored its content: int array (network, step, item); −1: empty."""
    store, clear = (trials.ideal_gate == action for action in (GateAction.STORE, GateAction.CLEAR))
    return last_written(store, clear, resets)


def last_written(written: NDArray[np.bool_], cleared: NDArray[np.bool_], resets: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The step at which the content of each place was written, like `written`; −1: empty.

    Parameters
    ----------
    written, cleared : bool array (network, step, place)
        Where a place stores or loses content.
    resets : bool array (network, step)
        Where all places lose their content first.

    Examples
    --------
    >>> written, cleared = np.array([[1, 0, 0, 1, 0, 0]], bool), np.array([[0, 0, 1, 0, 0, 0]], bool)
    >>> last_written(written[..., None], cleared[..., None], np.array([[0, 0, 0, 0, 0, 1]], bool)).ravel().tolist()
    [0, 0, -1, 3, 3, -1]
    """
    step = np.arange(written.shape[1])[None, :, None]

    def last(where: NDArray[np.bool_]) -> NDArray[np.intp]:
        return np.maximum.accumulate(np.where(where, step, -1), axis=1)

    at = last(written)
    there = (at > last(cleared)) & (at >= last(resets[..., None]))
    return np.where(there, at, -1)


def at_steps(what: NDArray[np.intp], steps: NDArray[np.intp]) -> NDArray[np.intp]:
    """Values of `what` (network, step) at `steps` (network, step, place); `NOTHING` for −1."""
    networks = np.arange(len(what))[:, None, None]
    return np.where(steps >= 0, what[networks, np.maximum(steps, 0)], NOTHING)


@checked(epochs=1)
def record_trials(
    learner: Learner, task: Task, *, seed: int, networks: Sequence[int | None] | None = None, epochs: int = 1
) -> Recording:
    """Record a population with frozen weights on fresh epochs.

    Parameters
    ----------
    learner, task, seed
        The networks, their task (withheld sequences are used), and the root seed.
    networks
        Numbers that address the trials; by default 0, 1, …; None: no trials.

    Raises
    ------
    FigureError
        If the learner gives no record.
    """
    numbers = range(learner.networks) if networks is None else networks
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
