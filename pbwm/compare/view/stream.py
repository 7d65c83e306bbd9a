"""The trials of a session, step by step: those of the task at their addresses, or inputs chosen by hand."""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from pbwm.compare.errors import ViewError
from tasks.base.drawing import draw_epochs
from tasks.base.errors import require
from tasks.base.rng import Purpose
from tasks.base.task import SILENCE, GateAction, Task, TaskSpec, TrialBlock, Trials

__all__ = ["TaskStream", "chosen_step", "one_step"]


class TaskStream:
    """An endless stream of trials that no network was trained on.

    Parameters
    ----------
    seed, network
        Address of the stream, whose epochs follow one another.
    """

    def __init__(self, task: Task, seed: int, network: int = 0) -> None:
        self.task, self.seed, self.network = task, seed, network
        self._epochs: list[TrialBlock] = []
        self._ends: list[int] = [0]

    def step(self, number: int) -> Trials:
        """Step `number` of the stream, counted from 0, as trials of one step."""
        while number >= self._ends[-1]:
            epochs = range(len(self._epochs), len(self._epochs) + 1)
            block, ends = draw_epochs(self.task, self.seed, [self.network], epochs, Purpose.TEST_TRIALS)
            self._epochs.append(block)
            self._ends.append(self._ends[-1] + int(ends[0, -1]))
        epoch = int(np.searchsorted(self._ends, number, side="right")) - 1
        at = number - self._ends[epoch]
        block = self._epochs[epoch]
        return Trials(**{f.name: getattr(block, f.name)[0, at : at + 1].copy() for f in fields(Trials)})


def chosen_step(spec: TaskSpec, symbols: Sequence[int], target: int) -> Trials:
    """One step with chosen `symbols`, one per channel, and a correct response (−1: none).

    With a correct response, the step counts and is rewarded. Analog channels show the value nearest to 0.

    Raises
    ------
    ViewError
        If the task has no such symbols or response.
    """
    fits = len(symbols) == len(spec.channels)
    rule = f"must be one number for each of the {len(spec.channels)} channels"
    require(fits, "symbols", symbols, rule, "give −1 for a silent channel", error=ViewError)
    for symbol, channel in zip(symbols, spec.channels, strict=True):
        rule = f"must be −1 or a symbol of channel {channel.name!r}, 0 to {len(channel.symbols) - 1}"
        known = SILENCE <= symbol < len(channel.symbols)
        require(known, "symbols", symbol, rule, "give −1 for silence", error=ViewError)
    rule = f"must be −1 or a response, 0 to {len(spec.responses) - 1}"
    known = SILENCE <= target < len(spec.responses)
    require(known, "target", target, rule, "give −1 for none", error=ViewError)
    judged = np.array([target != SILENCE])
    values = [min(max(0.0, channel.low), channel.high) for channel in spec.analog]
    return Trials(
        symbols=np.array([list(symbols)], np.int16).reshape(1, len(spec.channels)),
        target=np.array([target], np.int16),
        counts=judged,
        rewarded=judged.copy(),
        event=np.zeros(1, np.int16),
        starts=np.zeros(1, np.bool_),
        ideal_gate=np.full((1, len(spec.items)), GateAction.NONE, np.int8),
        values=np.array([values], np.float32).reshape(1, len(spec.analog)),
    )


def one_step(trials: Trials) -> TrialBlock:
    """Trials of one step as the block of one network."""
    return TrialBlock.stack([trials])
