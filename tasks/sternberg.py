"""Sternberg's item recognition: report whether a digit was among those just shown.

A trial shows a few different digits in succession and then a *probe*. The response is yes if the probe was among them.

Source: Sternberg (1966), Science 153:652-654, experiment 1.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.errors import require_integer, require_probability, require_truth
from tasks.base.rng import require_draw
from tasks.base.task import SILENCE, Channel, Criterion, GateAction, Role, TaskSpec, Trials

__all__ = ["Event", "Sternberg"]

RESPONSES = ("no", "yes")


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    STUDY = 0
    NEW_PROBE = 1
    OLD_PROBE = 2


@dataclass(frozen=True, kw_only=True)
class Sternberg:
    """The item recognition task.

    The channel "control" numbers the digits and marks the probe. Only responses to probes count and are rewarded.

    Attributes
    ----------
    name
        Name in the catalog.
    digits
        Number of different digits, from 2 to 10. Published: 10.
    max_items
        Most digits to hold, at least 1 and below `digits`; uniform from 1. Published: 6.
    old_probability
        Probability that the probe is one of them. Published: 0.5.
    numbered
        Whether the control numbers the digits; if not, it shows "study". The subjects saw no numbers, but PBWM gates by
        them.
    trials_per_epoch, zero_error_epochs
        100 and 2, as in SIR.

    Raises
    ------
    ParameterError
        If a value is invalid.

    Examples
    --------
    >>> task = Sternberg()
    >>> stream = task.trials(4, np.random.default_rng(1))
    >>> control = task.spec.channels[1].symbols
    >>> "".join({"1": " ", "probe": "?"}.get(control[c], "") + str(s) for s, c in stream.symbols).strip()
    '6194?2 02351?3 7291?7 6?7'
    >>> [task.spec.responses[t] for t in stream.target if t >= 0]
    ['no', 'yes', 'yes', 'no']
    """

    name: str = "sternberg"
    digits: int = 10
    max_items: int = 6
    old_probability: float = 0.5
    numbered: bool = True
    trials_per_epoch: int = 100
    zero_error_epochs: int = 2

    def __post_init__(self) -> None:
        require_integer("Sternberg.digits", self.digits, least=2, most=10)
        require_integer("Sternberg.max_items", self.max_items, least=1, most=self.digits - 1)
        require_probability("Sternberg.old_probability", self.old_probability)
        require_truth("Sternberg.numbered", self.numbered)
        require_integer("Sternberg.trials_per_epoch", self.trials_per_epoch, least=1)
        require_integer("Sternberg.zero_error_epochs", self.zero_error_epochs, least=1)

    @classmethod
    def sternberg_1966(cls, **changes: Any) -> Self:
        """The task of Sternberg (1966) with numbered digits."""
        return cls(**changes)

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        numbers = tuple(str(i + 1) for i in range(self.max_items))
        return TaskSpec(
            name=self.name,
            source="Sternberg (1966), Science 153:652-654",
            channels=(
                Channel(name="digit", symbols=tuple(str(i) for i in range(self.digits)), role=Role.STIMULUS),
                Channel(
                    name="control", symbols=(*(numbers if self.numbered else ("study",)), "probe"), role=Role.CONTROL
                ),
            ),
            responses=RESPONSES,
            events=("study", "new probe", "old probe"),
            items=tuple(f"digit {i}" for i in numbers),
            sequence="trial",
            sequences_per_epoch=self.trials_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` trials of 3 + `digits` draws each (`Task.trials`)."""
        require_draw("Sternberg", n, rng)
        draws = rng.random((n, 3 + self.digits))
        count = 1 + (self.max_items * draws[:, 0]).astype(np.intp)
        old = draws[:, 1] < self.old_probability
        # The first `count` digits of a random order are studied; the others are new.
        order = draws[:, 3:].argsort(1, kind="stable").astype(np.int16)
        among_old, among_new = count * draws[:, 2], count + (self.digits - count) * draws[:, 2]
        probe = order[np.arange(n), np.where(old, among_old, among_new).astype(np.intp)]

        place, last = np.arange(self.max_items + 1), count[:, None]
        probes = place == last
        symbols = np.where(probes, probe[:, None], order[:, : self.max_items + 1])
        event = np.where(probes, np.where(old, Event.OLD_PROBE, Event.NEW_PROBE)[:, None], Event.STUDY)
        control = np.where(probes, self.max_items, place) if self.numbered else probes
        shown = place <= last
        event, probes = event[shown].astype(np.int16), probes[shown]
        return Trials(
            symbols=np.stack([symbols[shown], np.broadcast_to(control, shown.shape)[shown]], 1, dtype=np.int16),
            target=np.where(probes, event == Event.OLD_PROBE, SILENCE).astype(np.int16),
            counts=probes,
            rewarded=probes.copy(),
            event=event,
            starts=np.broadcast_to(place == 0, shown.shape)[shown],
            ideal_gate=self._ideal_gate(np.broadcast_to(place, shown.shape)[shown], probes),
        )

    def _ideal_gate(self, place: NDArray[np.intp], probes: NDArray[np.bool_]) -> NDArray[np.int8]:
        item = np.arange(self.max_items)
        place, probes = place[:, None], probes[:, None]
        before = np.where(probes, GateAction.READ, GateAction.HOLD)
        gate = np.where(item < place, before, GateAction.NONE)
        return np.where((item == place) & ~probes, GateAction.STORE, gate).astype(np.int8)
