"""Long lags: the first symbol of a sequence must be recalled at its end, and nothing in between helps.

A sequence shows a *key*, x or y, and then many symbols a1, a2, …; the response to the last is the key. In experiment
2a, the symbols are always the same, and the network predicts each of them. In 2b, they are random. In 2c, their number
is also unlimited, a symbol b begins the sequence, and e ends it.

Source: Hochreiter & Schmidhuber (1997), Neural Computation 9:1735-1780, experiments 2a, 2b and 2c.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.automata import Move, build_automaton
from tasks.base.errors import require, require_choice, require_integer, require_probability
from tasks.base.rng import require_draw
from tasks.base.task import SILENCE, Channel, Criterion, GateAction, Role, TaskSpec, Trials

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Between", "Event", "LongLag"]

KEYS = ("x", "y")
MOST_SYMBOLS = 2**15 - 1 - 4
"""Most symbols a1, a2, … that int16 can number."""


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    KEY = 0
    BETWEEN = 1
    END = 2
    BEGIN = 3


class Between(StrEnum):
    """Symbols between the key and the end."""

    IN_ORDER = "in order"
    RANDOM = "random"
    OPEN_ENDED = "open-ended"


IDEAL_GATE: NDArray[np.int8] = np.array(
    [[GateAction.STORE], [GateAction.HOLD], [GateAction.READ], [GateAction.NONE]], np.int8
)
"""Ideal gate of the key at each `Event`."""


@dataclass(frozen=True, kw_only=True)
class LongLag:
    """The long-lag tasks.

    Responses that have a target count; the response at the end is rewarded.

    Attributes
    ----------
    name
        Name in the catalog.
    between
        ``"in order"``: a1, a2, …; every response predicts the next symbol (2a). ``"random"``: only the end has a target
        (2b). ``"open-ended"``: random, and after the first `lag`, each further symbol is the end e with
        `end_probability` (2c).
    symbols
        Number of different symbols a1, a2, …, at least 2. Published: 99 (2a, 2b), and 50 to 1000 (2c).
    lag
        Symbols from the key to the response, including the last, at least 2. With ``"in order"``, it equals `symbols`;
        with ``"open-ended"``, it is the smallest number before e. Published: as `symbols`.
    end_probability
        Probability of the end in the open-ended task, above 0. Published: 0.1.
    sequences_per_epoch, zero_error_epochs
        100 and 100: the paper tests 10,000 successive sequences.

    Raises
    ------
    ParameterError
        If a value is invalid.

    Examples
    --------
    >>> for task in (LongLag.experiment_2a(p=5), LongLag.experiment_2b(p=5), LongLag.experiment_2c(p=5, q=3)):
    ...     stream = task.trials(1, np.random.default_rng(1))
    ...     answers = [task.spec.responses[t] if t >= 0 else "." for t in stream.target]
    ...     print(*(task.spec.channels[0].symbols[s] for s in stream.symbols[:, 0]), "|", *answers)
    y a1 a2 a3 a4 | a1 a2 a3 a4 y
    y a4 a1 a4 a2 | . . . . y
    b y a4 a3 a2 a4 a2 a3 a1 a3 a2 a2 a4 e | . . . . . . . . . . . . . y
    """

    name: str = "long-lag-2a"
    between: Between = Between.IN_ORDER
    symbols: int = 9
    lag: int = 9
    end_probability: float = 0.1
    sequences_per_epoch: int = 100
    zero_error_epochs: int = 100

    def __post_init__(self) -> None:
        object.__setattr__(self, "between", require_choice("LongLag.between", self.between, Between))
        require_integer("LongLag.symbols", self.symbols, least=2)
        rule = f"must be at most {MOST_SYMBOLS}"
        require(self.symbols <= MOST_SYMBOLS, "LongLag.symbols", self.symbols, rule, "give fewer symbols")
        require_integer("LongLag.lag", self.lag, least=2)
        require(
            self.between is not Between.IN_ORDER or self.lag == self.symbols,
            "LongLag.lag",
            self.lag,
            f"must equal symbols = {self.symbols} if they occur in order, each once",
            "make the two numbers equal",
        )
        require_probability("LongLag.end_probability", self.end_probability)
        rule = "never ends a sequence"
        require(self.end_probability > 0, "LongLag.end_probability", self.end_probability, rule, "give more than 0")
        require_integer("LongLag.sequences_per_epoch", self.sequences_per_epoch, least=1)
        require_integer("LongLag.zero_error_epochs", self.zero_error_epochs, least=1)

    @classmethod
    def experiment_2a(cls, *, p: int = 10, **changes: Any) -> Self:
        """Experiment 2a of lag `p`; published 4, 10 and 100."""
        return cls(**{"symbols": p - 1, "lag": p - 1, **changes})

    @classmethod
    def experiment_2b(cls, *, p: int = 10, **changes: Any) -> Self:
        """Experiment 2b of lag `p`; published 100."""
        return cls(**{"name": "long-lag-2b", "between": Between.RANDOM, "symbols": p - 1, "lag": p - 1, **changes})

    @classmethod
    def experiment_2c(cls, *, p: int = 10, q: int = 10, **changes: Any) -> Self:
        """Experiment 2c with `p` symbols and a lag of at least `q`; published 50 to 1000."""
        return cls(**{"name": "long-lag-2c", "between": Between.OPEN_ENDED, "symbols": p, "lag": q, **changes})

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        letters = tuple(f"a{i + 1}" for i in range(self.symbols))
        open_ended = self.between is Between.OPEN_ENDED
        return TaskSpec(
            name=self.name,
            source="Hochreiter & Schmidhuber (1997), Neural Computation 9:1735-1780",
            channels=(
                Channel(name="symbol", symbols=(*letters, *KEYS, *(("b", "e") if open_ended else ())), role=Role.BOTH),
            ),
            responses=(*letters, *KEYS) if self.between is Between.IN_ORDER else KEYS,
            events=("key", "between", "end", *(("begin",) if open_ended else ())),
            items=("key",),
            sequence="sequence",
            sequences_per_epoch=self.sequences_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def automaton(self) -> "nx.MultiDiGraph":
        """States are named by the key and the number of symbols since, as in "x 3"."""
        letters = [f"a{i + 1}" for i in range(self.symbols)]
        in_order, open_ended = self.between is Between.IN_ORDER, self.between is Between.OPEN_ENDED

        def moves(state: tuple[str, int]) -> Iterator[Move]:
            key, done = state
            if open_ended and key == "end":
                yield Move("b", 1.0, None, ("begun", 0))
            elif key == ("begun" if open_ended else "start"):
                for name in KEYS:
                    yield Move(name, 1 / len(KEYS), letters[0] if in_order else None, (name, 0))
            elif in_order:
                last = done == self.lag - 1
                target = key if last else letters[done + 1]
                yield Move(letters[done], 1.0, target, ("start", 0) if last else (key, done + 1))
            else:
                ends = self.end_probability if open_ended and done == self.lag else 0.0
                last = not open_ended and done == self.lag - 1
                yield Move("e", ends, key, ("end", 0))
                for letter in letters:
                    then = ("start", 0) if last else (key, min(done + 1, self.lag))
                    yield Move(letter, (1 - ends) / len(letters), key if last else None, then)

        start = ("end" if open_ended else "start", 0)
        return build_automaton(self.name, start, moves, lambda s: f"{s[0]} {s[1]}" if s[0] in KEYS else s[0])

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` sequences (`Task.trials`)."""
        require_draw("LongLag", n, rng)
        sequences = [self._sequence(rng) for _ in range(n)]
        symbols, target, event = (np.concatenate(rows) for rows in zip(*sequences, strict=True))
        first = Event.BEGIN if self.between is Between.OPEN_ENDED else Event.KEY
        return Trials(
            symbols=symbols[:, None],
            target=target,
            counts=target != SILENCE,
            rewarded=event == Event.END,
            event=event,
            starts=event == first,
            ideal_gate=IDEAL_GATE[event],
        )

    def _sequence(self, rng: np.random.Generator) -> tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.int16]]:
        which = int(len(KEYS) * rng.random())
        key, begin, end = self.symbols + which, self.symbols + len(KEYS), self.symbols + len(KEYS) + 1
        if self.between is Between.IN_ORDER:
            shown = [key, *range(self.lag)]
            target = [*range(self.lag), key]
        else:
            open_ended = self.between is Between.OPEN_ENDED
            lag = self.lag
            while open_ended and rng.random() >= self.end_probability:
                lag += 1
            noise = (self.symbols * rng.random(lag)).astype(int).tolist()
            shown = [begin, key, *noise, end] if open_ended else [key, *noise]
            target = [*[SILENCE] * (len(shown) - 1), which]
        event = [Event.BETWEEN] * len(shown)
        event[0], event[-1] = Event.KEY, Event.END
        if self.between is Between.OPEN_ENDED:
            event[:2] = Event.BEGIN, Event.KEY
        return np.array(shown, np.int16), np.array(target, np.int16), np.array(event, np.int16)
