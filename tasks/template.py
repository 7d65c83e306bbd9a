"""A template for your own task: copy this file, and change it from top to bottom.

This small task works: it shows a letter, then blanks, and then a question mark, at which the letter must be reported.
docs/adding_a_task.md explains it step by step. State here inputs, correct response, and the information to remember,
and end with the paper:

The task is delayed recall, after Hunter (1913), Behavior Monographs 2:1-86.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Self

import numpy as np

from tasks.base.errors import require_integer
from tasks.base.rng import require_draw
from tasks.base.task import SILENCE, Channel, Criterion, GateAction, Role, TaskSpec, Trials

__all__ = ["DelayedRecall", "Event"]

LETTERS, BLANK, QUESTION = "ABCD", "-", "?"


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`), by which errors are reported."""

    SHOW = 0
    WAIT = 1
    RECALL = 2


IDEAL_GATE = np.array([[GateAction.STORE], [GateAction.HOLD], [GateAction.READ]], np.int8)
"""Action of a perfect memory on each item at each `Event`; here the only item is the letter."""


@dataclass(frozen=True, kw_only=True)
class DelayedRecall:
    """Delayed recall.

    Only the response to the question mark has a target, counts, and is rewarded.

    Attributes
    ----------
    name
        Name in the catalog.
    letters
        Number of different letters: 2 to 4. State the published values of every parameter.
    min_delay, max_delay
        Range of the number of blanks, at least 1; all numbers are equally likely.
    sequences_per_epoch, zero_error_epochs
        Sequences in an epoch, and successive epochs without an error in the criterion.

    Raises
    ------
    ParameterError
        If a number is invalid.

    Examples
    --------
    >>> task = DelayedRecall()
    >>> stream = task.trials(2, np.random.default_rng(1))
    >>> "".join(task.spec.channels[0].symbols[s] for s in stream.symbols[:, 0])
    'C-----?A-----?'
    >>> "".join(task.spec.responses[t] if t >= 0 else "." for t in stream.target)
    '......C......A'
    """

    name: str = "delayed-recall"
    letters: int = 4
    min_delay: int = 2
    max_delay: int = 5
    sequences_per_epoch: int = 25
    zero_error_epochs: int = 2

    def __post_init__(self) -> None:
        """Reject invalid values by name (`tasks.base.errors`)."""
        require_integer("DelayedRecall.letters", self.letters, least=2, most=len(LETTERS))
        require_integer("DelayedRecall.min_delay", self.min_delay, least=1)
        require_integer("DelayedRecall.max_delay", self.max_delay, least=self.min_delay)
        require_integer("DelayedRecall.sequences_per_epoch", self.sequences_per_epoch, least=1)
        require_integer("DelayedRecall.zero_error_epochs", self.zero_error_epochs, least=1)

    @classmethod
    def hunter_1913(cls, **changes: Any) -> Self:
        """A published configuration is named after its paper, and accepts any `changes`."""
        return cls(**changes)

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        letters = tuple(LETTERS[: self.letters])
        return TaskSpec(
            name=self.name,
            source="Hunter (1913), Behavior Monographs 2:1-86",
            channels=(Channel(name="symbol", symbols=(*letters, BLANK, QUESTION), role=Role.BOTH),),
            responses=letters,
            events=("show", "wait", "recall"),
            items=("letter",),
            sequence="sequence",
            sequences_per_epoch=self.sequences_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` sequences, each of two draws from `rng` and nothing else (`Task.trials`)."""
        require_draw("DelayedRecall", n, rng)
        draws = rng.random((n, 2))
        letter = (self.letters * draws[:, 0]).astype(np.intp)
        delay = self.min_delay + ((self.max_delay - self.min_delay + 1) * draws[:, 1]).astype(np.intp)

        ends = (delay + 2).cumsum() - 1
        starts = ends - delay - 1
        event = np.full(ends[-1] + 1, Event.WAIT, np.int16)
        event[starts], event[ends] = Event.SHOW, Event.RECALL
        symbols = np.full(len(event), self.letters, np.int16)
        symbols[starts], symbols[ends] = letter, self.letters + 1
        target = np.full(len(event), SILENCE, np.int16)
        target[ends] = letter
        recall = event == Event.RECALL
        return Trials(
            symbols=symbols[:, None],
            target=target,
            counts=recall,
            rewarded=recall.copy(),
            event=event,
            starts=event == Event.SHOW,
            ideal_gate=IDEAL_GATE[event],
        )
