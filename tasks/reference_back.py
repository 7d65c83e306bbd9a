"""Reference-back-2: compare a symbol with one of two registers, and store it there only if instructed.

Every trial names a register and shows a symbol. The response is whether the symbol is the *same* as the one in the
register, or *different*. On a *store* trial, the symbol then replaces it; on an *ignore* trial, it does not.

Source: Rac-Lubashevsky & Frank (2021), PLOS Computational Biology 17:e1008971, in the form for networks by Traylor,
Merullo, Frank & Pavlick (2024), arXiv:2402.08211.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.automata import Move, build_automaton
from tasks.base.errors import require_integer, require_probability
from tasks.base.rng import require_draw
from tasks.base.task import SILENCE, Channel, Criterion, GateAction, Role, TaskSpec, Trials

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Event", "ReferenceBack"]

RESPONSES = ("different", "same")


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    FILL = 0
    STORE = 1
    IGNORE = 2


@dataclass(frozen=True, kw_only=True)
class ReferenceBack:
    """The reference-back task with several registers.

    The channel "control" has a unit for each register and instruction: S1, S2, …, I1, I2, …. A trial is one step. A
    stream starts with empty registers, and `Trials.starts` marks only its first step. The first trial of a register is
    a store trial without a target. All other responses count and are rewarded.

    Attributes
    ----------
    name
        Name in the catalog.
    symbols
        Number of symbols A, B, C, …: 2 to 26; 5 is our choice.
    registers
        Number of registers, all equally likely: 1 to 9. Published: 2.
    store_probability
        Probability of a store trial. One half is our choice.
    same_probability
        Probability that the symbol equals that in the register; one half is our choice.
    trials_per_epoch, zero_error_epochs
        100 and 2, as in SIR.

    Raises
    ------
    ParameterError
        If a value is invalid.

    Examples
    --------
    >>> task = ReferenceBack()
    >>> stream = task.trials(9, np.random.default_rng(1))
    >>> symbol, control = (channel.symbols for channel in task.spec.channels)
    >>> " ".join(control[c] + symbol[s] + ".-+"[t + 1] for (s, c), t in zip(stream.symbols, stream.target))
    'S2E. S1C. S2C- I1C+ S1C+ S2C+ I2E- I1D- I2B-'
    """

    name: str = "reference-back-2"
    symbols: int = 5
    registers: int = 2
    store_probability: float = 0.5
    same_probability: float = 0.5
    trials_per_epoch: int = 100
    zero_error_epochs: int = 2

    def __post_init__(self) -> None:
        require_integer("ReferenceBack.symbols", self.symbols, least=2, most=len(ascii_uppercase))
        require_integer("ReferenceBack.registers", self.registers, least=1, most=9)
        require_probability("ReferenceBack.store_probability", self.store_probability)
        require_probability("ReferenceBack.same_probability", self.same_probability)
        require_integer("ReferenceBack.trials_per_epoch", self.trials_per_epoch, least=self.registers + 1)
        require_integer("ReferenceBack.zero_error_epochs", self.zero_error_epochs, least=1)

    @classmethod
    def rac_lubashevsky_frank_2021(cls, **changes: Any) -> Self:
        """Reference-back-2, of two registers."""
        return cls(**changes)

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        numbers = [str(i + 1) for i in range(self.registers)]
        controls = tuple(instruction + i for instruction in "SI" for i in numbers)
        return TaskSpec(
            name=self.name,
            source="Rac-Lubashevsky & Frank (2021), PLOS Computational Biology 17:e1008971",
            channels=(
                Channel(name="symbol", symbols=tuple(ascii_uppercase[: self.symbols]), role=Role.STIMULUS),
                Channel(name="control", symbols=controls, role=Role.CONTROL),
            ),
            responses=RESPONSES,
            events=("fill", "store", "ignore"),
            items=tuple(f"register {i}{place}" for i in numbers for place in "ab"),
            sequence="trial",
            sequences_per_epoch=self.trials_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def automaton(self) -> "nx.MultiDiGraph":
        """States are named by the registers, as in "A -"."""
        letters, each = ascii_uppercase[: self.symbols], 1 / self.registers

        def moves(content: str) -> Iterator[Move]:
            for r, old in enumerate(content):
                for letter in letters:
                    then = content[:r] + letter + content[r + 1 :]
                    if old == "-":
                        yield Move(f"{letter} S{r + 1}", each / len(letters), None, then)
                        continue
                    same = letter == old
                    p = self.same_probability if same else (1 - self.same_probability) / (len(letters) - 1)
                    yield Move(f"{letter} S{r + 1}", each * p * self.store_probability, RESPONSES[same], then)
                    yield Move(f"{letter} I{r + 1}", each * p * (1 - self.store_probability), RESPONSES[same], content)

        return build_automaton(self.name, "-" * self.registers, moves, " ".join)

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` trials of four draws each, from empty registers (`Task.trials`).

        The ideal gate gives a register two places, because one trial can both read and write it.
        """
        require_draw("ReferenceBack", n, rng)
        draws = rng.random((n, 4))
        register = (self.registers * draws[:, 0]).astype(np.intp)
        named = register[:, None] == np.arange(self.registers)
        fills = (named & (named.cumsum(0) == 1)).any(1)
        stores = fills | (draws[:, 1] < self.store_probability)
        same = ~fills & (draws[:, 2] < self.same_probability)
        other = 1 + ((self.symbols - 1) * draws[:, 3]).astype(np.intp)
        first = (self.symbols * draws[:, 3]).astype(np.intp)
        further = np.where(fills, first, np.where(same, 0, other))  # how far from the content, around the alphabet
        content = (named & stores[:, None]) * further[:, None]
        before = (content.cumsum(0) - content)[np.arange(n), register]
        event = np.where(fills, Event.FILL, np.where(stores, Event.STORE, Event.IGNORE))
        target = np.where(fills, SILENCE, same).astype(np.int16)
        symbols = ((before + further) % self.symbols).astype(np.int16)
        answers: NDArray[np.bool_] = target != SILENCE
        return Trials(
            symbols=np.stack([symbols, register + self.registers * (event == Event.IGNORE)], 1, dtype=np.int16),
            target=target,
            counts=answers,
            rewarded=answers.copy(),
            event=event.astype(np.int16),
            starts=np.arange(n) == 0,
            ideal_gate=self._ideal_gate(named, stores).reshape(n, -1),
        )

    @staticmethod
    def _ideal_gate(named: NDArray[np.bool_], stores: NDArray[np.bool_]) -> NDArray[np.int8]:
        """Actions on both places of each register: int8 (trial, register, place).

        A `named` register (trial, register) is read where its last symbol is. A trial that `stores` writes to the other
        place.
        """
        writes = named & stores[:, None]
        written = writes.cumsum(0) - writes
        here = np.arange(2) == (written % 2)[..., None]
        gate = np.where(here & (written > 0)[..., None], GateAction.HOLD, GateAction.NONE)
        gate[here & (named & (written > 0))[..., None]] = GateAction.READ
        gate[~here & writes[..., None]] = GateAction.STORE
        return gate.astype(np.int8)
