"""n-back: report whether the current letter equals the letter n steps ago.

Every letter must be stored, held for n steps while others are stored, read once, and forgotten. This requires n + 1
places, filled in turn.

Sources: Kirchner (1958), Journal of Experimental Psychology 55:352-358; with letters, Braver, Cohen, Nystrom, Jonides,
Smith & Noll (1997), NeuroImage 5:49-62. *Lures*, letters that match one step too early or too late, are from Gray,
Chabris & Braver (2003), Nature Neuroscience 6:316-322. A memory that knows that a letter occurred, but not when,
mistakes them for matches.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.automata import Move, build_automaton
from tasks.base.errors import require, require_integer, require_probability
from tasks.base.rng import require_draw
from tasks.base.task import Channel, Criterion, GateAction, Role, TaskSpec, Trials

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Event", "NBack"]

RESPONSES = ("no", "yes")


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    FIRST = 0
    DIFFERENT = 1
    SAME = 2
    LURE = 3


@dataclass(frozen=True, kw_only=True)
class NBack:
    """The n-back task.

    A trial is one step. Every response counts and is rewarded, except to the first n letters of a stream, which have no
    target. `Trials.starts` marks only the first step of a stream.

    Attributes
    ----------
    name
        Name in the catalog.
    n
        Steps back: 1 to 9. Published: 1, 2, and 3 (and 0, which needs no memory).
    letters
        Number of letters A, B, C, …: 2 to 26. Published: consonants; 5 is our choice.
    same_probability
        Probability of a match; other letters are equally likely. One third, as is usual.
    lure_probability
        Probability of a lure: the letter n − 1 or n + 1 steps ago (equally likely), but not n steps ago. If it is
        above 0, all other letters are neither matches nor lures, which requires at least 4 letters; where no lure is
        possible, another letter is shown. If it is 0, the task has no event for lures. Published for n = 3.
    trials_per_epoch, zero_error_epochs
        100 and 2, as in SIR.

    Raises
    ------
    ParameterError
        If a value is invalid, or the probabilities sum to more than 1.

    Examples
    --------
    >>> task = NBack()
    >>> stream = task.trials(20, np.random.default_rng(1))
    >>> "".join("ABCDE"[s] for s in stream.symbols[:, 0])
    'EEEBAEAEAECDAAABEAEB'
    >>> "".join(".-+"[t + 1] for t in stream.target)
    '..+---++++----+---+-'
    """

    name: str = "2-back"
    n: int = 2
    letters: int = 5
    same_probability: float = 1 / 3
    lure_probability: float = 0.0
    trials_per_epoch: int = 100
    zero_error_epochs: int = 2

    def __post_init__(self) -> None:
        require_integer("NBack.n", self.n, least=1, most=9)
        require_integer("NBack.letters", self.letters, least=2, most=len(ascii_uppercase))
        require_probability("NBack.same_probability", self.same_probability)
        require_probability("NBack.lure_probability", self.lure_probability)
        require(
            self.same_probability + self.lure_probability <= 1 + 1e-9,
            "NBack.lure_probability",
            self.lure_probability,
            f"and same_probability = {self.same_probability:g} sum to more than 1",
            "give probabilities that sum to 1 at most",
        )
        require(
            self.lure_probability == 0 or self.letters >= 4,
            "NBack.letters",
            self.letters,
            "leaves no letter that is neither a repetition nor a lure",
            "give at least 4 letters, or lure_probability = 0",
        )
        require_integer("NBack.trials_per_epoch", self.trials_per_epoch, least=self.n + 1)
        require_integer("NBack.zero_error_epochs", self.zero_error_epochs, least=1)

    @classmethod
    def one_back(cls, **changes: Any) -> Self:
        """1-back."""
        return cls(**{"name": "1-back", "n": 1, **changes})

    @classmethod
    def two_back(cls, **changes: Any) -> Self:
        """2-back."""
        return cls(**changes)

    @classmethod
    def three_back(cls, **changes: Any) -> Self:
        """3-back."""
        return cls(**{"name": "3-back", "n": 3, **changes})

    @classmethod
    def three_back_with_lures(cls, **changes: Any) -> Self:
        """3-back with lures, as in Gray, Chabris & Braver (2003).

        Our choice: eight letters, a fifth of them lures, and a third matches.
        """
        return cls(**{"name": "3-back-lures", "n": 3, "letters": 8, "lure_probability": 0.2, **changes})

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        return TaskSpec(
            name=self.name,
            source="Gray, Chabris & Braver (2003), Nature Neuroscience 6:316-322"
            if self.lure_probability
            else "Braver, Cohen, Nystrom, Jonides, Smith & Noll (1997), NeuroImage 5:49-62",
            channels=(Channel(name="letter", symbols=tuple(ascii_uppercase[: self.letters]), role=Role.BOTH),),
            responses=RESPONSES,
            events=("first", "different", "same", *(("lure",) if self.lure_probability else ())),
            items=tuple(f"place {i + 1}" for i in range(self.n + 1)),
            sequence="trial",
            sequences_per_epoch=self.trials_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` trials of two draws or, with lures, three (`Task.trials`)."""
        require_draw("NBack", n, rng)
        step = np.arange(n)
        first = step < self.n
        if self.lure_probability:
            letter, event = self._letters_with_lures(rng.random((n, 3)))
        else:
            letter, same = self._letters(rng.random((n, 2)), first)
            event = np.where(first, Event.FIRST, np.where(same, Event.SAME, Event.DIFFERENT))
        return Trials(
            symbols=letter.astype(np.int16)[:, None],
            target=np.where(first, -1, event == Event.SAME).astype(np.int16),
            counts=~first,
            rewarded=~first,
            event=event.astype(np.int16),
            starts=step == 0,
            ideal_gate=self._ideal_gate(step),
        )

    def _letters(
        self, draws: NDArray[np.float64], first: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        same = ~first & (draws[:, 0] < self.same_probability)
        # From the n-th before it a letter is 0 letters on, in a circle, if it is the same, and 1 to letters - 1 on if
        # not; the first n start anywhere. So letters that are n apart make a walk, and the sum of its steps is where it
        # is.
        on = np.where(first, self.letters * draws[:, 1], 1 + (self.letters - 1) * draws[:, 1]).astype(np.int64)
        walks = np.zeros((-(-len(draws) // self.n), self.n), np.int64)
        walks.ravel()[: len(draws)] = np.where(same, 0, on)
        return (walks.cumsum(0) % self.letters).ravel()[: len(draws)], same

    def _letters_with_lures(self, draws: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Letters with lures, and the events; if both lures are possible, they are equally likely."""
        letters: list[int] = []
        events: list[int] = []
        for t, (kind, which, where) in enumerate(draws.tolist()):
            then = letters[t - self.n] if t >= self.n else None
            near = [letters[t - age] for age in (self.n - 1, self.n + 1) if 0 < age <= t]
            lures = [letter for letter in near if letter != then]
            if then is None:
                letters.append(int(self.letters * which))
                events.append(Event.FIRST)
            elif kind < self.same_probability:
                letters.append(then)
                events.append(Event.SAME)
            elif lures and kind < self.same_probability + self.lure_probability:
                letters.append(lures[int(len(lures) * where)])
                events.append(Event.LURE)
            else:
                others = [letter for letter in range(self.letters) if letter != then and letter not in near]
                letters.append(others[int(len(others) * which)])
                events.append(Event.DIFFERENT)
        return np.array(letters), np.array(events)

    def automaton(self) -> "nx.MultiDiGraph":
        """States are named by the last letters, the latest last."""
        letters = ascii_uppercase[: self.letters]
        kept = self.n + (1 if self.lure_probability else 0)

        def moves(last: str) -> Iterator[Move]:
            if len(last) < self.n:
                for letter in letters:
                    yield Move(letter, 1 / len(letters), None, last + letter)
                return
            chance = self._chances(last)
            for letter in letters:
                target = RESPONSES[letter == last[-self.n]]
                yield Move(letter, chance[letter], target, (last + letter)[-kept:])

        return build_automaton(self.name, "", moves, lambda last: last or "start")

    def _chances(self, last: str) -> dict[str, float]:
        letters, then = ascii_uppercase[: self.letters], last[-self.n]
        near = [last[-age] for age in (self.n - 1, self.n + 1) if 0 < age <= len(last)] if self.lure_probability else []
        lures = [letter for letter in near if letter != then]
        chance = dict.fromkeys(letters, 0.0)
        chance[then] = self.same_probability
        for lure in lures:
            chance[lure] += self.lure_probability / len(lures)
        others = [letter for letter in letters if letter != then and letter not in near]
        left = 1 - sum(chance.values())
        for letter in others:
            chance[letter] = left / len(others)
        return chance

    def _ideal_gate(self, step: NDArray[np.intp]) -> NDArray[np.int8]:
        """Letters fill the places in turn; the place of the letter n steps ago is read, then filled."""
        places = self.n + 1
        age = (step[:, None] - np.arange(places)) % places
        gate = np.where(age == 0, GateAction.STORE, np.where(age == self.n, GateAction.READ, GateAction.HOLD))
        return np.where(age > step[:, None], GateAction.NONE, gate).astype(np.int8)
