"""Stroop: respond to the ink or to the word of a stimulus, as a remembered instruction requires.

A *block* begins with an instruction, to name the ink or to read the word, and then shows a few color words in colored
ink. Ink and word require different responses in a *conflict* stimulus, and the same in a *congruent* one; a *control*
has only one of the two. Words are read much more often, so naming the ink requires the instruction in memory.

Source: Stroop (1935), Journal of Experimental Psychology 18:643-662, with the conditions and frequencies of the model
of Cohen, Dunbar & McClelland (1990), Psychological Review 97:332-361. There, every stimulus shows the instruction;
here, it must be held, as in Cohen & Servan-Schreiber (1992), Psychological Review 99:45-77.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.automata import Move, build_automaton, ending_now
from tasks.base.errors import require, require_integer, require_probability
from tasks.base.rng import require_draw
from tasks.base.task import SILENCE, Channel, Criterion, GateAction, Role, TaskSpec, Trials

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Event", "Stroop"]

COLORS = ("red", "green", "blue", "yellow", "brown", "purple")
INSTRUCTIONS = ("name the ink", "read the word")
"""On the screen, in white, followed by the color words and `NO_WORD`."""
NO_WORD = "XXX"
WHITE, BLACK = "white", "black"
"""Ink of instructions, and of control words."""


class Event(IntEnum):
    """The kinds of step; stimuli are named by instruction and condition."""

    INSTRUCTION = 0
    INK_CONTROL = 1
    INK_CONGRUENT = 2
    INK_CONFLICT = 3
    WORD_CONTROL = 4
    WORD_CONGRUENT = 5
    WORD_CONFLICT = 6


@dataclass(frozen=True, kw_only=True)
class Stroop:
    """The Stroop task with an instruction to be held.

    The channel "screen" shows instructions, words, and "XXX" as a control for naming. The channel "ink" shows colors,
    white for instructions, and black as a control for reading. Only responses to stimuli count and are rewarded.

    Attributes
    ----------
    name
        Name in the catalog.
    colours
        Number of colors: 2 to 6. Published in the model: 2.
    word_probability
        Probability of the instruction to read. Published: words are ten times as frequent.
    conflict_probability, congruent_probability
        Probabilities of these conditions; a control has the rest. Published: one third each in experiments; 0 and 0 in
        the training of 1990.
    max_stimuli
        Most stimuli in a block, at least 1; uniform from 1. 3 is our choice.
    blocks_per_epoch, zero_error_epochs
        100 and 2, as in SIR.

    Raises
    ------
    ParameterError
        If a value is invalid, or probabilities sum to more than 1.

    Examples
    --------
    >>> task = Stroop(word_probability=0.5)
    >>> stream = task.trials(2, np.random.default_rng(11))
    >>> screen, ink = (channel.symbols for channel in task.spec.channels)
    >>> for (s, i), t in zip(stream.symbols, stream.target):
    ...     print(screen[s], "in", ink[i], "->", task.spec.responses[t] if t >= 0 else "-")
    read the word in white -> -
    RED in red -> red
    RED in black -> red
    name the ink in white -> -
    GREEN in red -> red
    XXX in green -> green
    """

    name: str = "stroop"
    colours: int = 2
    word_probability: float = 10 / 11
    conflict_probability: float = 1 / 3
    congruent_probability: float = 1 / 3
    max_stimuli: int = 3
    blocks_per_epoch: int = 100
    zero_error_epochs: int = 2

    def __post_init__(self) -> None:
        require_integer("Stroop.colours", self.colours, least=2, most=len(COLORS))
        for field in ("word_probability", "conflict_probability", "congruent_probability"):
            require_probability(f"Stroop.{field}", getattr(self, field))
        together = self.conflict_probability + self.congruent_probability
        require(
            together <= 1 + 1e-9,
            "Stroop.congruent_probability",
            self.congruent_probability,
            f"and conflict_probability sum to {together:g}",
            "give probabilities that sum to 1 at most",
        )
        require_integer("Stroop.max_stimuli", self.max_stimuli, least=1)
        require_integer("Stroop.blocks_per_epoch", self.blocks_per_epoch, least=1)
        require_integer("Stroop.zero_error_epochs", self.zero_error_epochs, least=1)

    @classmethod
    def cohen_1990(cls, **changes: Any) -> Self:
        """The colors, conditions, and frequencies of Cohen, Dunbar & McClelland (1990)."""
        return cls(**changes)

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        colors = COLORS[: self.colours]
        screen = (*INSTRUCTIONS, *(color.upper() for color in colors), NO_WORD)
        conditions = ("control", "congruent", "conflict")
        return TaskSpec(
            name=self.name,
            source="Cohen, Dunbar & McClelland (1990), Psychological Review 97:332-361",
            channels=(
                Channel(name="screen", symbols=screen, role=Role.STIMULUS),
                Channel(name="ink", symbols=(WHITE, *colors, BLACK), role=Role.CONTROL),
            ),
            responses=colors,
            events=("instruction", *(f"{side}, {kind}" for side in ("ink", "word") for kind in conditions)),
            items=("instruction",),
            sequence="block",
            sequences_per_epoch=self.blocks_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def automaton(self) -> "nx.MultiDiGraph":
        """States are named by the instruction and the number of stimuli since, as in "ink 2"."""
        colors, p, q = COLORS[: self.colours], self.conflict_probability, self.congruent_probability

        def moves(state: tuple[str, int]) -> Iterator[Move]:
            side, done = state
            ends = ending_now(done, 1, self.max_stimuli) if side else 1.0
            for instruction, asks, chance in (
                (INSTRUCTIONS[0], "ink", 1 - self.word_probability),
                (INSTRUCTIONS[1], "word", self.word_probability),
            ):
                yield Move(f"{instruction} {WHITE}", ends * chance, None, (asks, 0))
            for ink in (*colors, BLACK) if ends < 1 else ():
                for word in (*colors, NO_WORD):
                    given, other, neutral = (ink, word, NO_WORD) if side == "ink" else (word, ink, BLACK)
                    if given in colors and other in (*colors, neutral):
                        rest = round(1 - p - q, 9)
                        of_others = p / (len(colors) - 1)
                        chance = rest if other == neutral else q if other == given else of_others
                        shown = f"{word if word == NO_WORD else word.upper()} {ink}"
                        yield Move(shown, (1 - ends) * chance / len(colors), given, (side, done + 1))

        return build_automaton(self.name, ("", 0), moves, lambda s: f"{s[0]} {s[1]}" if s[0] else "start")

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` blocks of 2 + 3 · `max_stimuli` draws each (`Task.trials`)."""
        require_draw("Stroop", n, rng)
        draws = rng.random((n, 2 + 3 * self.max_stimuli))
        reads = draws[:, :1] < self.word_probability
        count = 1 + (self.max_stimuli * draws[:, 1:2]).astype(np.intp)
        kind, first, second = (draws[:, 2 + i :: 3] for i in range(3))
        conflict = kind < self.conflict_probability
        control = kind >= self.conflict_probability + self.congruent_probability
        answer = (self.colours * first).astype(np.intp)
        # The other side is 1 to colors - 1 on from the answer, in a circle.
        other = (answer + np.where(conflict, 1 + ((self.colours - 1) * second).astype(np.intp), 0)) % self.colours
        other = np.where(control, self.colours, other)

        stimuli = {
            "screen": len(INSTRUCTIONS) + np.where(reads, answer, other),
            "ink": 1 + np.where(reads, other, answer),
            "target": answer,
            "event": 1 + 3 * reads + np.where(control, 0, 1 + conflict),
        }
        instruction = {"screen": 1 * reads, "ink": 0 * reads, "target": 0 * reads + SILENCE, "event": 0 * reads}
        shown = np.arange(1 + self.max_stimuli) <= count
        steps = {name: np.hstack([instruction[name], of])[shown].astype(np.int16) for name, of in stimuli.items()}
        answers: NDArray[np.bool_] = steps["target"] != SILENCE
        return Trials(
            symbols=np.stack([steps["screen"], steps["ink"]], 1),
            target=steps["target"],
            counts=answers,
            rewarded=answers.copy(),
            event=steps["event"],
            starts=~answers,
            ideal_gate=np.where(answers, GateAction.READ, GateAction.STORE).astype(np.int8)[:, None],
        )
