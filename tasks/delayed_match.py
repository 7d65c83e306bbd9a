"""Delayed match to sample with distractors: a sample must be held while distractors are ignored.

A trial shows a *sample* and then *tests*. The correct response to a test that differs from the sample (a distractor) is
*hold*. The test that equals the sample ends the trial; the correct response to it is *release*.

Source: Miller, Li & Desimone (1993), Journal of Neuroscience 13:1460-1478; with distractors that repeat ("ABBA"
trials), Miller & Desimone (1994), Science 263:520-522.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.automata import Move, build_automaton, ending_now
from tasks.base.errors import require, require_integer, require_truth
from tasks.base.rng import require_draw
from tasks.base.task import SILENCE, Channel, Criterion, GateAction, Role, TaskSpec, Trials

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["DelayedMatch", "Event"]

RESPONSES = ("hold", "release")
HOLD, RELEASE = 0, 1


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    SAMPLE = 0
    DISTRACTOR = 1
    MATCH = 2


@dataclass(frozen=True, kw_only=True)
class DelayedMatch:
    """The delayed-match-to-sample task with intervening distractors.

    The channel "control" distinguishes samples from tests. Responses to tests count and are rewarded.

    Attributes
    ----------
    name
        Name in the catalog.
    stimuli
        Number of symbols A, B, C, …: 2 to 26. The papers use pictures; 6 is our choice.
    max_distractors
        Most distractors in a trial, at least 1; uniform from 0. 4 is our choice.
    repeats
        Whether distractors may repeat in a trial: True in the task of 1994, False in that of 1993.
    trials_per_epoch, zero_error_epochs
        100 and 2, as in SIR.

    Raises
    ------
    ParameterError
        If a value is invalid, or there are too few symbols for different distractors.

    Examples
    --------
    >>> task = DelayedMatch()
    >>> stream = task.trials(3, np.random.default_rng(4))
    >>> "".join("ABCDEF"[s] if test else " " + "ABCDEF"[s] for s, test in stream.symbols).strip()
    'DFAEBD BFDFDB EFBE'
    >>> "".join(" " if t < 0 else task.spec.responses[t][0] for t in stream.target).strip()
    'hhhhr hhhhr hhr'
    """

    name: str = "delayed-match"
    stimuli: int = 6
    max_distractors: int = 4
    repeats: bool = True
    trials_per_epoch: int = 100
    zero_error_epochs: int = 2

    def __post_init__(self) -> None:
        require_integer("DelayedMatch.stimuli", self.stimuli, least=2, most=len(ascii_uppercase))
        require_integer("DelayedMatch.max_distractors", self.max_distractors, least=1)
        require_truth("DelayedMatch.repeats", self.repeats)
        require(
            self.repeats or self.max_distractors < self.stimuli,
            "DelayedMatch.max_distractors",
            self.max_distractors,
            f"is more than the {self.stimuli - 1} symbols other than the sample, and no distractor may occur twice",
            "give more stimuli, or let distractors repeat",
        )
        require_integer("DelayedMatch.trials_per_epoch", self.trials_per_epoch, least=1)
        require_integer("DelayedMatch.zero_error_epochs", self.zero_error_epochs, least=1)

    @classmethod
    def miller_desimone_1994(cls, **changes: Any) -> Self:
        """The task of Miller & Desimone (1994): distractors may repeat."""
        return cls(**changes)

    @classmethod
    def miller_1993(cls, **changes: Any) -> Self:
        """The task of Miller, Li & Desimone (1993): distractors do not repeat."""
        return cls(**{"name": "delayed-match-no-repeats", "repeats": False, **changes})

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        return TaskSpec(
            name=self.name,
            source="Miller & Desimone (1994), Science 263:520-522"
            if self.repeats
            else "Miller, Li & Desimone (1993), Journal of Neuroscience 13:1460-1478",
            channels=(
                Channel(name="stimulus", symbols=tuple(ascii_uppercase[: self.stimuli]), role=Role.STIMULUS),
                Channel(name="control", symbols=("sample", "test"), role=Role.CONTROL),
            ),
            responses=RESPONSES,
            events=("sample", "distractor", "match"),
            items=("sample",),
            sequence="trial",
            sequences_per_epoch=self.trials_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def automaton(self) -> "nx.MultiDiGraph":
        """States are named by the sample and the number of distractors (or their names, if none repeats)."""
        letters = ascii_uppercase[: self.stimuli]

        def moves(state: tuple[str, str]) -> Iterator[Move]:
            sample, gone = state
            if not sample:
                for letter in letters:
                    yield Move(f"{letter} sample", 1 / len(letters), None, (letter, ""))
                return
            ends = ending_now(len(gone), 0, self.max_distractors)
            yield Move(f"{sample} test", ends, RESPONSES[RELEASE], ("", ""))
            others = [letter for letter in letters if letter not in sample + ("" if self.repeats else gone)]
            for letter in others if ends < 1 else ():
                then = gone + "+" if self.repeats else "".join(sorted(gone + letter))
                yield Move(f"{letter} test", (1 - ends) / len(others), RESPONSES[HOLD], (sample, then))

        return build_automaton(self.name, ("", ""), moves, lambda state: "".join(state) or "end")

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` trials of 2 + `max_distractors` draws each (`Task.trials`)."""
        require_draw("DelayedMatch", n, rng)
        draws = rng.random((n, 2 + self.max_distractors))
        count = ((self.max_distractors + 1) * draws[:, 0]).astype(np.intp)[:, None]
        sample = (self.stimuli * draws[:, 1]).astype(np.int16)[:, None]
        place = np.arange(self.max_distractors + 2)

        symbols = np.hstack([sample, self._distractors(draws[:, 2:], sample), sample])
        symbols = np.where(place == count + 1, sample, symbols)
        event = np.where(place == count + 1, Event.MATCH, Event.DISTRACTOR)
        event[:, 0] = Event.SAMPLE
        shown = place <= count + 1
        symbols, event = symbols[shown], event[shown].astype(np.int16)
        test = event != Event.SAMPLE
        return Trials(
            symbols=np.stack([symbols, test], 1, dtype=np.int16),
            target=np.where(test, np.where(event == Event.MATCH, RELEASE, HOLD), SILENCE).astype(np.int16),
            counts=test,
            rewarded=test.copy(),
            event=event,
            starts=~test,
            ideal_gate=np.where(test, GateAction.READ, GateAction.STORE).astype(np.int8)[:, None],
        )

    def _distractors(self, draws: NDArray[np.float64], sample: NDArray[np.int16]) -> NDArray[np.int16]:
        if self.repeats:
            other = ((self.stimuli - 1) * draws).astype(np.int16)
            return other + (other >= sample)
        gone = np.arange(self.stimuli) == sample
        rows = np.arange(len(draws))
        distractors = np.empty(draws.shape, np.int16)
        for k in range(draws.shape[1]):
            nth = ((self.stimuli - 1 - k) * draws[:, k]).astype(np.intp)[:, None]
            # The symbol that has not come, and has `nth` such before it.
            distractors[:, k] = (~gone & (np.cumsum(~gone, 1) == nth + 1)).argmax(1)
            gone[rows, distractors[:, k]] = True
        return distractors
