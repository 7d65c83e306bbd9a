"""Counting: strings of aⁿbⁿ and related languages, in which letters must be counted up and then down.

Every string begins with S. At every step, the network predicts the letters that may come next, and T at the end, which
is not shown. The same letter or the first of the next kind may follow until the count determines the letter.

Source: Gers & Schmidhuber (2001), IEEE Transactions on Neural Networks 12:1333-1340. aⁿbⁿ and aⁿbᵐBᵐAⁿ are
context-free; aⁿbⁿcⁿ is not.
"""

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.errors import ParameterError, require, require_choice, require_integer, require_truth
from tasks.base.fitting import MOST_STEPS
from tasks.base.rng import require_draw
from tasks.base.task import Channel, Choice, Criterion, Role, Several, TaskSpec, Trials

__all__ = ["Counting", "Event", "Language"]


class Language(StrEnum):
    """The languages, each named by one of its strings."""

    AB = "aabb"
    ABBA = "aabBAA"
    ABC = "aabbcc"


LETTERS = {Language.AB: "ab", Language.ABBA: "abBA", Language.ABC: "abc"}
FREE = {Language.AB: 1, Language.ABBA: 2, Language.ABC: 1}
"""Number of kinds of letters, from the first, whose numbers are independent."""
COUNT_OF = {Language.AB: (0, 0), Language.ABBA: (0, 1, 1, 0), Language.ABC: (0, 0, 0)}
"""Index of the number that each kind of letters has."""


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    START = 0
    FREE = 1
    COUNTED = 2
    END = 3


@dataclass(frozen=True, kw_only=True)
class Counting:
    """The counting languages.

    The correct response is the next letter, or T. If two letters may follow, the two most active outputs must be these
    (`Several`). All responses count; the response that predicts the end is rewarded. The task has no ideal gate,
    because no gate action expresses counting.

    Attributes
    ----------
    name
        Name in the catalog.
    language
        ``"aabb"`` for aⁿbⁿ, ``"aabBAA"`` for aⁿbᵐBᵐAⁿ, ``"aabbcc"`` for aⁿbⁿcⁿ.
    counts
        Range of n (and m), at least 1; uniform. Published, among others: 1 to 10.
    novel_counts
        The same for withheld strings (`novel`), without overlap.
    tolerance, all_taught
        As in `Several`.
    certain_only
        Whether only responses with one correct letter count: those to S and to letters that are counted down.
    strings_per_epoch, zero_error_epochs
        40 and 2.

    Raises
    ------
    ParameterError
        If a value is invalid.

    Examples
    --------
    >>> for task in (Counting.a_b(), Counting.a_b_b_a(), Counting.a_b_c()):
    ...     stream, spec = task.trials(1, np.random.default_rng(44)), task.spec
    ...     print(*(spec.channels[0].symbols[s] for s in stream.symbols[:, 0]))
    ...     print(*("/".join(np.array(spec.responses)[may_follow]) for may_follow in stream.allowed))
    S a a b b
    a a/b a/b b T
    S a a b b b B B B A A
    a a/b a/b b/B b/B b/B B B A A T
    S a a b b c c
    a a/b a/b b c c T
    """

    name: str = "counting-ab"
    language: Language = Language.AB
    counts: tuple[int, int] = (1, 10)
    novel_counts: tuple[int, int] = (11, 20)
    tolerance: float | None = None
    all_taught: bool = False
    certain_only: bool = False
    strings_per_epoch: int = 40
    zero_error_epochs: int = 2

    def __post_init__(self) -> None:
        object.__setattr__(self, "language", require_choice("Counting.language", self.language, Language))
        for field in ("counts", "novel_counts"):
            self._check_range(f"Counting.{field}", getattr(self, field))
        apart = self.counts[1] < self.novel_counts[0] or self.novel_counts[1] < self.counts[0]
        rule = f"overlaps with counts = {self.counts!r}"
        require(apart, "Counting.novel_counts", self.novel_counts, rule, "give larger numbers")
        several = Several(tolerance=self.tolerance, all_taught=self.all_taught)
        require_truth("Counting.certain_only", self.certain_only)
        rule, remedy = "asks for one response, but tolerance and all_taught require several", "omit these"
        fits = not self.certain_only or several == Several()
        require(fits, "Counting.certain_only", self.certain_only, rule, remedy)
        require_integer("Counting.strings_per_epoch", self.strings_per_epoch, least=1)
        require_integer("Counting.zero_error_epochs", self.zero_error_epochs, least=1)

    @staticmethod
    def _check_range(field: str, given: object) -> None:
        if not (isinstance(given, tuple) and len(given) == 2):
            raise ParameterError(f"{field} = {given!r} must be a pair of numbers; give the least and the greatest")
        require_integer(f"{field}[0]", given[0], least=1)
        require_integer(f"{field}[1]", given[1], least=given[0])

    @classmethod
    def a_b(cls, **changes: Any) -> Self:
        """The language aⁿbⁿ."""
        return cls(**changes)

    @classmethod
    def a_b_b_a(cls, **changes: Any) -> Self:
        """The language aⁿbᵐBᵐAⁿ."""
        return cls(**{"name": "counting-abba", "language": Language.ABBA, **changes})

    @classmethod
    def a_b_c(cls, **changes: Any) -> Self:
        """The language aⁿbⁿcⁿ."""
        return cls(**{"name": "counting-abc", "language": Language.ABC, **changes})

    @property
    def _answer(self) -> Choice | Several:
        return Choice() if self.certain_only else Several(tolerance=self.tolerance, all_taught=self.all_taught)

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        letters = tuple(LETTERS[self.language])
        return TaskSpec(
            name=self.name,
            source="Gers & Schmidhuber (2001), IEEE Transactions on Neural Networks 12:1333-1340",
            channels=(Channel(name="letter", symbols=("S", *letters), role=Role.BOTH),),
            responses=(*letters, "T"),
            answer=self._answer,
            events=("start", "free", "counted", "end"),
            items=(),
            sequence="string",
            sequences_per_epoch=self.strings_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def novel(self) -> "Counting":
        """The task with the withheld numbers."""
        return replace(self, counts=self.novel_counts, novel_counts=self.counts)

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` strings of two draws each (`Task.trials`)."""
        require_draw("Counting", n, rng)
        least, most = self.counts
        return self.strings(least + ((most - least + 1) * rng.random((n, 2))).astype(np.intp))

    @property
    def numbers(self) -> int:
        """Independent numbers of a string."""
        return FREE[self.language]

    @property
    def letters_per_number(self) -> int:
        """Letters of a string, without S, per n if all numbers equal n."""
        return len(LETTERS[self.language])

    def strings(self, numbers: NDArray[np.intp]) -> Trials:
        """A stream of the strings with given numbers.

        Parameters
        ----------
        numbers : int array (string, 2), at least 1
            n and m of every string; a language with one number uses n.

        Raises
        ------
        ParameterError
            If there is no string, or a number is below 1.
        """
        numbers = np.asarray(numbers)
        n, pairs = len(numbers) if numbers.ndim else 0, numbers.ndim == 2 and numbers.shape[1:] == (2,)
        whole = pairs and n > 0 and numbers.dtype.kind in "iu" and 1 <= numbers.min() <= numbers.max() <= MOST_STEPS
        rule = f"must be (string, 2), of whole numbers from 1 to {MOST_STEPS:,}"
        require(bool(whole), "Counting.strings(numbers)", numbers.tolist(), rule, "give n and m of every string")
        numbers = numbers.astype(np.intp)
        kinds, free = len(LETTERS[self.language]), FREE[self.language]
        counts = np.concatenate([np.ones((n, 1), np.intp), numbers[:, COUNT_OF[self.language]]], axis=1).ravel()

        symbols = np.repeat(np.tile(np.arange(kinds + 1), n), counts)
        last = np.zeros(len(symbols), np.bool_)
        last[counts.cumsum() - 1] = True
        # The response to letter k, counted from S = 0, is itself as k − 1, and the kind that comes after it as k.
        step, ends = np.arange(len(symbols)), last & (symbols == kinds)
        may_stay, may_go = ~last | (symbols <= free), last | (symbols <= free)
        starts = symbols == 0
        may_stay[starts] = False
        allowed = np.zeros((len(symbols), kinds + 1), np.bool_)
        allowed[step[may_stay], symbols[may_stay] - 1] = True
        allowed[step[may_go], symbols[may_go]] = True

        event = np.where(symbols <= free, Event.FREE, Event.COUNTED)
        event[starts], event[ends] = Event.START, Event.END
        return Trials(
            symbols=symbols[:, None].astype(np.int16),
            target=np.where(last, symbols, symbols - 1).astype(np.int16),
            counts=allowed.sum(1) == 1 if self.certain_only else np.ones(len(symbols), np.bool_),
            rewarded=ends,
            event=event.astype(np.int16),
            starts=starts,
            ideal_gate=np.zeros((len(symbols), 0), np.int8),
            allowed=allowed[:, :0] if self.certain_only else allowed,
        )
