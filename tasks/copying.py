"""Copying: symbols are shown and, after a long delay, must be reproduced in order.

*Blanks* and a *go* symbol follow the symbols, and then one blank per symbol. The responses to these last blanks are the
symbols in order; before, the response is "blank".

Source: the copying memory problem of Arjovsky, Shah & Bengio (2016), Proceedings of Machine Learning Research
48:1120-1128, after Hochreiter & Schmidhuber (1997), Neural Computation 9:1735-1780.
"""

from dataclasses import dataclass
from enum import IntEnum
from string import ascii_uppercase
from typing import Any, Self

import numpy as np

from tasks.base.errors import require_integer
from tasks.base.rng import require_draw
from tasks.base.task import Channel, Criterion, GateAction, Role, TaskSpec, Trials

__all__ = ["Copying", "Event"]

BLANK, GO = "-", ">"


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    SHOW = 0
    WAIT = 1
    REPEAT = 2


@dataclass(frozen=True, kw_only=True)
class Copying:
    """The copying task.

    All responses count; those in the repetition are rewarded.

    Attributes
    ----------
    name
        Name in the catalog.
    symbols
        Number of symbols A, B, C, …: 2 to 26. Published: 8.
    length
        Number of symbols to copy, at least 1. Published: 10.
    delay
        Steps from the last symbol to the repetition, at least 1. Published: 100, 200, 300, and 500.
    sequences_per_epoch, zero_error_epochs
        25 and 2, as in 1-2-AX. The paper reports the loss instead.

    Raises
    ------
    ParameterError
        If a number is invalid.

    Examples
    --------
    >>> task = Copying(length=4, delay=3)
    >>> stream = task.trials(1, np.random.default_rng(1))
    >>> "".join(task.spec.channels[0].symbols[s] for s in stream.symbols[:, 0])
    'EHBH-->----'
    >>> "".join(task.spec.responses[t] for t in stream.target)
    '-------EHBH'
    """

    name: str = "copying"
    symbols: int = 8
    length: int = 10
    delay: int = 100
    sequences_per_epoch: int = 25
    zero_error_epochs: int = 2

    def __post_init__(self) -> None:
        require_integer("Copying.symbols", self.symbols, least=2, most=len(ascii_uppercase))
        for field in ("length", "delay", "sequences_per_epoch", "zero_error_epochs"):
            require_integer(f"Copying.{field}", getattr(self, field), least=1)

    @classmethod
    def arjovsky_2016(cls, **changes: Any) -> Self:
        """The task of Arjovsky, Shah & Bengio (2016) with the shortest delay."""
        return cls(**changes)

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        letters = tuple(ascii_uppercase[: self.symbols])
        return TaskSpec(
            name=self.name,
            source="Arjovsky, Shah & Bengio (2016), Proceedings of Machine Learning Research 48:1120-1128",
            channels=(Channel(name="symbol", symbols=(*letters, BLANK, GO), role=Role.BOTH),),
            responses=(*letters, BLANK),
            events=("show", "wait", "repeat"),
            items=tuple(f"symbol {i + 1}" for i in range(self.length)),
            sequence="sequence",
            sequences_per_epoch=self.sequences_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` sequences, one draw per symbol (`Task.trials`)."""
        require_draw("Copying", n, rng)
        blank, go = self.symbols, self.symbols + 1
        first, again = self.length, self.length + self.delay
        steps = again + self.length
        copied = (self.symbols * rng.random((n, self.length))).astype(np.int16)
        shown, target = (np.full((n, steps), blank, np.int16) for _ in range(2))
        shown[:, :first] = copied
        shown[:, again - 1] = go
        target[:, again:] = copied

        step = np.arange(steps)
        event = np.where(step < first, Event.SHOW, np.where(step < again, Event.WAIT, Event.REPEAT))
        item, place = np.arange(self.length), step[:, None]
        gate = np.where((item < place) & (place < again + item), GateAction.HOLD, GateAction.NONE)
        gate[item, item], gate[again + item, item] = GateAction.STORE, GateAction.READ
        return Trials(
            symbols=shown.reshape(-1, 1),
            target=target.ravel(),
            counts=np.ones(n * steps, np.bool_),
            rewarded=np.tile(event == Event.REPEAT, n),
            event=np.tile(event, n).astype(np.int16),
            starts=np.tile(step == 0, n),
            ideal_gate=np.tile(gate, (n, 1)).astype(np.int8),
        )
