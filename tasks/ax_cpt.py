"""AX-CPT: the same probe requires different responses, depending on the preceding cue.

A trial shows a *cue*, A or another letter ("B"), and after a delay a *probe*, X or another letter ("Y"). The response
to X after A is *target*; to every other probe, it is *nontarget*. Most trials are A-X. A network that ignores the cue
fails on B-X, and one that responds to the cue alone fails on A-Y.

Source: Servan-Schreiber, Cohen & Steingard (1996), Archives of General Psychiatry 53:1105-1112, in the form of Braver
et al. (2001), Journal of Experimental Psychology: General 130:746-763.
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

__all__ = ["AXCPT", "Event"]

RESPONSES = ("nontarget", "target")
PAIRS = ("AX", "AY", "BX", "BY")


class Event(IntEnum):
    """The kinds of step; probes are named by their pair."""

    CUE = 0
    DELAY = 1
    AX = 2
    AY = 3
    BX = 4
    BY = 5


@dataclass(frozen=True, kw_only=True)
class AXCPT:
    """The AX continuous performance task.

    Responses to cues and probes count; those to probes are rewarded.

    Attributes
    ----------
    name
        Name in the catalog.
    ax_probability, ay_probability, bx_probability
        Probabilities of A-X, A-Y, and B-X; B-Y has the rest. Published: .7, .1, .1, .1.
    others
        Number of letters that serve as "B", and as "Y": 1 to 9. Published: the whole alphabet.
    min_delay, max_delay
        Range of the uniform delay in steps; the maximum is at least 1. In the experiment, it lasts seconds; 1 to 3 is
        our choice.
    trials_per_epoch, zero_error_epochs
        100 and 2, as in SIR.

    Raises
    ------
    ParameterError
        If a value is invalid, or the probabilities sum to more than 1.

    Examples
    --------
    >>> task = AXCPT()
    >>> stream = task.trials(5, np.random.default_rng(1))
    >>> "".join(task.spec.channels[0].symbols[s] for s in stream.symbols[:, 0])
    'A---XA--XA--XA--XA-X'
    >>> "".join(".-+"[t + 1] for t in stream.target)
    '-...+-..+-..+-..+-.+'
    """

    name: str = "ax-cpt"
    ax_probability: float = 0.7
    ay_probability: float = 0.1
    bx_probability: float = 0.1
    others: int = 1
    min_delay: int = 1
    max_delay: int = 3
    trials_per_epoch: int = 100
    zero_error_epochs: int = 2

    def __post_init__(self) -> None:
        named = ("ax_probability", "ay_probability", "bx_probability")
        for field in named:
            require_probability(f"AXCPT.{field}", getattr(self, field))
        together = sum(getattr(self, field) for field in named)
        require(
            together <= 1 + 1e-9,
            "AXCPT.bx_probability",
            self.bx_probability,
            f"makes the pairs A-X, A-Y and B-X sum to {together:g}",
            "give probabilities that sum to 1 at most",
        )
        require_integer("AXCPT.others", self.others, least=1, most=9)
        require_integer("AXCPT.max_delay", self.max_delay, least=1)
        require_integer("AXCPT.min_delay", self.min_delay, least=0, most=self.max_delay)
        require_integer("AXCPT.trials_per_epoch", self.trials_per_epoch, least=1)
        require_integer("AXCPT.zero_error_epochs", self.zero_error_epochs, least=1)

    @classmethod
    def braver_2001(cls, **changes: Any) -> Self:
        """The task with the frequencies of Braver et al. (2001)."""
        return cls(**changes)

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        numbers = [str(i + 1) for i in range(self.others)] if self.others > 1 else [""]
        symbols = ("A", *(f"B{i}" for i in numbers), "X", *(f"Y{i}" for i in numbers), "-")
        return TaskSpec(
            name=self.name,
            source="Braver et al. (2001), Journal of Experimental Psychology: General 130:746-763",
            channels=(Channel(name="symbol", symbols=symbols, role=Role.BOTH),),
            responses=RESPONSES,
            events=("cue", "delay", *(f"{pair} probe" for pair in PAIRS)),
            items=("cue",),
            sequence="trial",
            sequences_per_epoch=self.trials_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` trials of four draws each (`Task.trials`)."""
        require_draw("AXCPT", n, rng)
        draws = rng.random((n, 4))
        up_to = np.cumsum([self.ax_probability, self.ay_probability, self.bx_probability])
        pair = (draws[:, :1] >= up_to).sum(1)
        is_b, is_y = np.divmod(pair, 2)
        which = (self.others * draws[:, 1:3]).astype(np.intp)
        first_probe, wait = 1 + self.others, 2 + 2 * self.others
        cue = is_b * (1 + which[:, 0])
        probe = first_probe + is_y * (1 + which[:, 1])
        delay = self.min_delay + ((self.max_delay - self.min_delay + 1) * draws[:, 3]).astype(np.intp)[:, None]

        place = np.arange(self.max_delay + 2)
        probes = place == delay + 1
        symbols = np.where(probes, probe[:, None], wait)
        symbols[:, 0] = cue
        event = np.where(probes, Event.AX + pair[:, None], Event.DELAY)
        event[:, 0] = Event.CUE
        shown = place <= delay + 1
        event = event[shown].astype(np.int16)
        counts = event != Event.DELAY
        return Trials(
            symbols=symbols[shown].astype(np.int16)[:, None],
            target=np.where(counts, event == Event.AX, SILENCE).astype(np.int16),
            counts=counts,
            rewarded=event >= Event.AX,
            event=event,
            starts=event == Event.CUE,
            ideal_gate=IDEAL_GATE[event],
        )

    def automaton(self) -> "nx.MultiDiGraph":
        """States are named by the cue and the number of steps since, as in "A 2"."""
        names = self.spec.channels[0].symbols
        chance = {"AX": self.ax_probability, "AY": self.ay_probability, "BX": self.bx_probability}
        chance["BY"] = round(1 - sum(chance.values()), 9)

        def letters(kind: str, given: float) -> Iterator[tuple[str, float]]:
            """The letters of a kind that has this probability."""
            some = [name for name in names if name.startswith(kind)]
            return ((name, given / len(some)) for name in some)

        def moves(state: tuple[str, int]) -> Iterator[Move]:
            cue, waited = state
            if not cue:
                for kind in "AB":
                    for name, p in letters(kind, chance[kind + "X"] + chance[kind + "Y"]):
                        yield Move(name, p, RESPONSES[0], (kind, 0))
                return
            ends = ending_now(waited, self.min_delay, self.max_delay)
            yield Move("-", 1 - ends, None, (cue, waited + 1))
            for kind in "XY":
                given = chance[cue + kind] / (chance[cue + "X"] + chance[cue + "Y"])
                for name, p in letters(kind, ends * given):
                    yield Move(name, p, RESPONSES[cue + kind == "AX"], ("", 0))

        return build_automaton(self.name, ("", 0), moves, lambda state: f"{state[0]} {state[1]}" if state[0] else "end")


IDEAL_GATE: NDArray[np.int8] = np.array(
    [[GateAction.STORE], [GateAction.HOLD], *[[GateAction.READ]] * len(PAIRS)], np.int8
)
"""Ideal gate of the cue at each `Event`."""
