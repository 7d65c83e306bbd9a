"""The phonological loop: repeat a sequence of phonemes in order.

While a sequence is *encoded*, every step shows a serial position and a phoneme. While it is *recalled*, every step
shows the position, and the response is its phoneme. Only some sequences are trained.

Source: O'Reilly & Frank (2006), Neural Computation 18:283-328, section 4.3, after O'Reilly & Soto (2002), Advances in
Neural Information Processing Systems 14:83-90.
"""

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from functools import lru_cache
from string import ascii_uppercase
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.errors import require, require_choice, require_integer
from tasks.base.rng import require_draw
from tasks.base.task import SILENCE, Channel, Criterion, GateAction, Role, TaskSpec, Trials

__all__ = ["Control", "Event", "PhonologicalLoop", "Split"]

MOST_SEQUENCES = 10**6
"""Largest number of different sequences."""
LONGEST = MOST_SEQUENCES.bit_length() - 1
"""Largest length: two phonemes then have fewer sequences than that."""


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    ENCODE = 0
    RECALL = 1


class Control(StrEnum):
    """One unit for each pair of position and phase, or separate units."""

    JOINT = "joint"
    SEPARATE = "separate"


class Split(StrEnum):
    """Whether the trained or the withheld sequences are drawn."""

    TRAINED = "trained"
    NOVEL = "novel"


def dealt(words: NDArray[np.unsignedinteger[Any]], count: int) -> list[int]:
    """Numbers below `count` in random order, one per 32-bit word; none repeats before all have occurred.

    Fisher-Yates: fewer words give the first of the same numbers.

    Examples
    --------
    >>> dealt(np.array([0, 2**31, 2**31, 0, 2**31], np.uint32), 4)
    [0, 2, 3, 1, 3]
    """
    deck, cards = list(range(count)), []
    for i, word in enumerate(words.tolist()):
        top = i % count
        chosen = top + (word * (count - top) >> 32)
        deck[top], deck[chosen] = deck[chosen], deck[top]
        cards.append(deck[top])
    return cards


@lru_cache(maxsize=64)
def _phonemes(phonemes: int, length: int, trained: int, novel: int, selection: int) -> NDArray[np.int16]:
    """Phonemes of the trained, then of the novel sequences: array (sequence, position)."""
    words = np.random.SeedSequence(selection).generate_state(trained + novel)
    numbers = np.array(dealt(words, phonemes**length), np.int64)
    digits = phonemes ** np.arange(length - 1, -1, -1)
    return (numbers[:, None] // digits % phonemes).astype(np.int16)


@dataclass(frozen=True, kw_only=True)
class PhonologicalLoop:
    """The phonological loop task.

    The channel "phoneme" is silent in recall. Only responses in recall count and are rewarded. A stream shows the
    sequences in random order, each once before any repeats.

    Attributes
    ----------
    name
        Name in the catalog.
    phonemes
        Number of phonemes A, B, C, …: 2 to 26. Published: 10.
    length
        Phonemes in a sequence: 2 to 19. Published: 3. At most a million different sequences.
    control
        ``"joint"``: one channel with a unit for each position in each phase, E1, E2, E3, R1, R2, R3. ``"separate"``: a
        channel of two units for the phase, E and R, and one of three for the position, as published. With joint units,
        a stripe of PBWM can gate by one unit.
    trained_sequences, novel_sequences
        Number of trained and of withheld sequences. Published: 300 and 300 of the 1000.
    selection
        Number of the random selection of sequences.
    split
        ``"trained"`` or ``"novel"``: the sequences that a stream shows.
    sequences_per_epoch
        300: every sequence once.
    zero_error_epochs
        Published: 1.

    Raises
    ------
    ParameterError
        If a value is invalid, or there are too few sequences.

    Examples
    --------
    The sequence that the paper prints; here it is a novel one:

    >>> task = PhonologicalLoop().novel()
    >>> stream = task.trials(1, np.random.default_rng(71))
    >>> phoneme, control = (channel.symbols for channel in task.spec.channels)
    >>> " ".join(control[c] + (phoneme[p] if p >= 0 else "") for p, c in stream.symbols)
    'E1B E2A E3G R1 R2 R3'
    >>> "".join(phoneme[t] if t >= 0 else "." for t in stream.target)
    '...BAG'
    """

    name: str = "phonological-loop"
    phonemes: int = 10
    length: int = 3
    control: Control = Control.JOINT
    trained_sequences: int = 300
    novel_sequences: int = 300
    selection: int = 0
    split: Split = Split.TRAINED
    sequences_per_epoch: int = 300
    zero_error_epochs: int = 1

    def __post_init__(self) -> None:
        require_integer("PhonologicalLoop.phonemes", self.phonemes, least=2, most=len(ascii_uppercase))
        require_integer("PhonologicalLoop.length", self.length, least=2, most=LONGEST)
        there_are = self.phonemes**self.length
        rule = f"gives {there_are} sequences of {self.phonemes} phonemes, more than {MOST_SEQUENCES}"
        require(there_are <= MOST_SEQUENCES, "PhonologicalLoop.length", self.length, rule, "shorten the sequences")
        object.__setattr__(self, "control", require_choice("PhonologicalLoop.control", self.control, Control))
        object.__setattr__(self, "split", require_choice("PhonologicalLoop.split", self.split, Split))
        require_integer("PhonologicalLoop.trained_sequences", self.trained_sequences, least=1, most=there_are - 1)
        left = there_are - self.trained_sequences
        require_integer("PhonologicalLoop.novel_sequences", self.novel_sequences, least=1, most=left)
        require_integer("PhonologicalLoop.selection", self.selection, least=0)
        require_integer("PhonologicalLoop.sequences_per_epoch", self.sequences_per_epoch, least=1)
        require_integer("PhonologicalLoop.zero_error_epochs", self.zero_error_epochs, least=1)

    @classmethod
    def oreilly_frank_2006(cls, **changes: Any) -> Self:
        """The task of O'Reilly & Frank (2006) with joint units for position and phase."""
        return cls(**changes)

    @classmethod
    def oreilly_frank_2006_separate(cls, **changes: Any) -> Self:
        """The same with separate units for position and phase."""
        return cls(**{"name": "phonological-loop-separate", "control": Control.SEPARATE, **changes})

    def novel(self) -> Self:
        """The task with the novel sequences, each once in an epoch."""
        return replace(self, split=Split.NOVEL, sequences_per_epoch=self.novel_sequences)

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        letters = tuple(ascii_uppercase[: self.phonemes])
        times = tuple(str(i + 1) for i in range(self.length))
        joint = Channel(name="control", symbols=tuple(p + t for p in "ER" for t in times), role=Role.CONTROL)
        phase = Channel(name="phase", symbols=("E", "R"), role=Role.CONTROL)
        time = Channel(name="time", symbols=times, role=Role.CONTROL)
        controls = (joint,) if self.control is Control.JOINT else (phase, time)
        return TaskSpec(
            name=self.name,
            source="O'Reilly & Frank (2006), Neural Computation 18:283-328",
            channels=(Channel(name="phoneme", symbols=letters, role=Role.STIMULUS), *controls),
            responses=letters,
            events=("encode", "recall"),
            items=tuple(f"phoneme {t}" for t in times),
            sequence="sequence",
            sequences_per_epoch=self.sequences_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    @property
    def sequences(self) -> NDArray[np.int16]:
        """The sequences of a stream, as numbers of phonemes: (sequence, position)."""
        selected = _phonemes(self.phonemes, self.length, self.trained_sequences, self.novel_sequences, self.selection)
        trained = self.split is Split.TRAINED
        return selected[: self.trained_sequences] if trained else selected[self.trained_sequences :]

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` sequences, one draw each (`Task.trials`)."""
        require_draw("PhonologicalLoop", n, rng)
        sequences = self.sequences
        heard = sequences[dealt(rng.integers(2**32, size=n, dtype=np.uint32), len(sequences))]
        nothing = np.full_like(heard, SILENCE)
        event = np.tile(np.repeat([Event.ENCODE, Event.RECALL], self.length), n).astype(np.int16)
        time = np.tile(np.arange(self.length), 2 * n)
        recall = event == Event.RECALL
        controls = (self.length * event + time,) if self.control is Control.JOINT else (event, time)
        return Trials(
            symbols=np.stack([np.hstack([heard, nothing]).ravel(), *controls], 1, dtype=np.int16),
            target=np.hstack([nothing, heard]).ravel(),
            counts=recall,
            rewarded=recall.copy(),
            event=event,
            starts=(event == Event.ENCODE) & (time == 0),
            ideal_gate=self._ideal_gate(recall, time),
        )

    def _ideal_gate(self, recall: NDArray[np.bool_], time: NDArray[np.int64]) -> NDArray[np.int8]:
        item = np.arange(self.length)
        recall, time = recall[:, None], time[:, None]
        held = np.where(recall, item > time, item < time)
        now = np.where(recall, GateAction.READ, GateAction.STORE)
        gate = np.where(held, GateAction.HOLD, GateAction.NONE)
        return np.where(item == time, now, gate).astype(np.int8)
