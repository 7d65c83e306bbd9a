"""Embedded Reber grammar: predict the next letter and, near the end, the letter near the beginning.

A string is B, then T or P, a string of the Reber grammar (Reber, 1967), the same T or P again, and E. At every step,
the network predicts the letters that may come next. Only the T or P near the end requires memory, over the whole inner
string.

Source: Hochreiter & Schmidhuber (1997), Neural Computation 9:1735-1780, experiment 1, after Cleeremans,
Servan-Schreiber & McClelland (1989), Neural Computation 1:372-381. In Gers, Schmidhuber & Cummins (2000), Neural
Computation 12:2451-2471, strings follow one another without marks.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.errors import require_integer, require_truth
from tasks.base.task import Channel, Criterion, GateAction, Role, Several, TaskSpec
from tasks.engine.compiled import CompiledTask, Pages
from tasks.engine.kernels.counter import below, draw
from tasks.engine.lanes.options import inner, kernel

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["EmbeddedReber", "Event"]

LETTERS = "BTPSXVE"
KEYS = "TP"
INSIDE = {
    "0": {"T": "1", "P": "2"},
    "1": {"S": "1", "X": "3"},
    "2": {"T": "2", "V": "4"},
    "3": {"X": "2", "S": "5"},
    "4": {"P": "3", "V": "5"},
    "5": {"E": "end"},
}
"""The Reber grammar: state → letter → next state. The first B leads to state 0."""
ITEMS = ("key", "letter 1", "letter 2")


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    BEGIN = 0
    KEY = 1
    INSIDE = 2
    RECALL = 3
    LAST = 4
    END = 5


EVENTS = ("begin", "key", "inside", "recall", "last", "end")


class State(NamedTuple):
    """Continuations at a place in a string (letter → next state), and the step that leads there."""

    event: Event
    follows: dict[str, str]


def _states() -> dict[str, State]:
    """States of the embedded grammar by name; a stream begins at the end of a string."""
    states = {"end": State(Event.END, {"B": "B"}), "B": State(Event.BEGIN, {key: key for key in KEYS})}
    for key in KEYS:
        states[key] = State(Event.KEY, {"B": f"{key} 0"})
        for state, follows in INSIDE.items():
            states[f"{key} {state}"] = State(Event.INSIDE, {a: f"{key} {b}" for a, b in follows.items()})
        states[f"{key} end"] = State(Event.RECALL, {key: f"{key} again"})
        states[f"{key} again"] = State(Event.LAST, {"E": "end"})
    return states


STATES = _states()


class Table(NamedTuple):
    """The states for the kernel, with one or two continuations each.

    Attributes
    ----------
    letter, next : int arrays (state, choice)
        Letters that may follow (indices into `LETTERS`), and the next states; both columns are equal without a choice.
    choices : int array (state,)
        Number of letters that may follow.
    event : int array (state,)
        Kind of the step that leads to the state.
    continual
        Whether the end of a string predicts the first letter of the next.
    starts_given
        Whether the beginnings of strings are marked.
    """

    letter: NDArray[np.int64]
    next: NDArray[np.int64]
    choices: NDArray[np.int64]
    event: NDArray[np.int64]
    continual: bool
    starts_given: bool

    @classmethod
    def of(cls, continual: bool, starts_given: bool) -> Self:
        """The table of `STATES`."""
        names = list(STATES)
        follows = [list(state.follows.items()) for state in STATES.values()]
        pairs = [(options * 2)[:2] for options in follows]
        return cls(
            letter=np.array([[LETTERS.index(letter) for letter, _ in pair] for pair in pairs]),
            next=np.array([[names.index(state) for _, state in pair] for pair in pairs]),
            choices=np.array([len(options) for options in follows]),
            event=np.array([int(state.event) for state in STATES.values()]),
            continual=continual,
            starts_given=starts_given,
        )


IN, RECALL, END = int(Event.INSIDE), int(Event.RECALL), int(Event.END)
"""Events in the kernels."""
FIRST_IN, SECOND_IN = len(EVENTS), len(EVENTS) + 1
NONE, STORE, HOLD, READ, CLEAR = GateAction
IDEAL_GATE: NDArray[np.int8] = np.array(
    [
        (NONE, NONE, NONE),
        (STORE, NONE, NONE),
        (HOLD, STORE, READ),
        (READ, CLEAR, CLEAR),
        (READ, NONE, NONE),
        (CLEAR, NONE, NONE),
        (HOLD, STORE, NONE),
        (HOLD, READ, STORE),
    ],
    np.int8,
)
"""Ideal gates of `ITEMS` at each `Event` (inside: at every second letter), then inside at the first and the others."""


@inner  # type: ignore[untyped-decorator]
def choose(table: Table, state: int, own: Any, i: int) -> Any:
    """Choice at step `i` of a string: one word at counter i, keyed by the words of the string (2,)."""
    if table.choices[state] == 1:
        return np.int64(0)
    return below(draw(own[0], own[1], i, 0, 0, 0)[0], table.choices[state])


@kernel
def measure_strings(table: Table, words: Any, lengths: Any) -> None:
    """Steps of each string (network, epoch, string)."""
    for r in range(words.shape[0]):
        for e in range(words.shape[1]):
            for s in range(words.shape[2]):
                state, length = 0, 0
                while length == 0 or state != 0:
                    choice = choose(table, state, words[r, e, s], length)
                    state = table.next[state, choice]
                    length += 1
                lengths[r, e, s] = length


@kernel
def write_strings(table: Table, words: Any, lengths: Any, ends: Any, pages: Pages) -> None:
    """Write strings of two words each, the key of their draws (`choose`), with ``lengths`` of `measure_strings`."""
    for r in range(words.shape[0]):
        step = 0
        for e in range(words.shape[1]):
            for s in range(words.shape[2]):
                state, inside = 0, 0
                for i in range(lengths[r, e, s]):
                    choice = choose(table, state, words[r, e, s], i)
                    letter, state = table.letter[state, choice], table.next[state, choice]
                    if i > 0:
                        pages.target[r, step - 1] = letter
                    event = table.event[state]
                    asked = event != END or table.continual
                    gate = event
                    if event == IN:
                        gate = FIRST_IN if inside == 0 else SECOND_IN if inside % 2 == 1 else IN
                        inside += 1
                    pages.symbols[r, step, 0] = letter
                    pages.counts[r, step] = asked
                    pages.rewarded[r, step] = event == RECALL
                    pages.event[r, step] = event
                    pages.starts[r, step] = i == 0 and (table.starts_given or s == 0)
                    for option in range(table.choices[state]):
                        pages.allowed[r, step, table.letter[state, option]] = asked
                    for item in range(IDEAL_GATE.shape[1]):
                        pages.ideal_gate[r, step, item] = IDEAL_GATE[gate, item]
                    step += 1
                if table.continual:  # the first letter of the string that follows
                    pages.target[r, step - 1] = table.letter[0, 0]
            ends[r, e] = step


@dataclass(frozen=True, kw_only=True)
class EmbeddedReber(CompiledTask):
    """The embedded Reber grammar.

    The correct response is the next letter. If two letters may follow, with equal probability, the two most active
    outputs must be these (`Several`). All responses count, except to the last E if no string follows. The response that
    predicts the second T or P is rewarded. A string has 12 letters on average, and at least 9.

    Attributes
    ----------
    name
        Name in the catalog.
    continual
        Whether the first letter of the next string is also predicted.
    starts_given
        Whether `Trials.starts` marks every string. Otherwise, it marks only a stream, and the model must learn to
        reset.
    strings_per_epoch, zero_error_epochs
        256, as in the sets of the paper, and 2.
    tolerance, all_taught
        As in `Several`.

    Raises
    ------
    ParameterError
        If a value is invalid.

    Examples
    --------
    >>> task = EmbeddedReber()
    >>> stream = task.trials(2, np.random.default_rng(2))
    >>> "".join(task.spec.channels[0].symbols[s] for s in stream.symbols[:, 0])
    'BTBTXSETEBTBPTVVETE'
    >>> for letter, may_follow in list(zip(stream.symbols[:, 0], stream.allowed, strict=True))[:9]:
    ...     print(task.spec.responses[letter], "before", *np.array(task.spec.responses)[may_follow])
    B before T P
    T before B
    B before T P
    T before S X
    X before S X
    S before E
    E before T
    T before E
    E before
    """

    name: str = "embedded-reber"
    continual: bool = False
    starts_given: bool = True
    strings_per_epoch: int = 256
    zero_error_epochs: int = 2
    tolerance: float | None = None
    all_taught: bool = False

    def __post_init__(self) -> None:
        require_truth("EmbeddedReber.continual", self.continual)
        require_truth("EmbeddedReber.starts_given", self.starts_given)
        require_integer("EmbeddedReber.strings_per_epoch", self.strings_per_epoch, least=1)
        require_integer("EmbeddedReber.zero_error_epochs", self.zero_error_epochs, least=1)
        Several(tolerance=self.tolerance, all_taught=self.all_taught)

    @classmethod
    def hochreiter_schmidhuber_1997(cls, **changes: Any) -> Self:
        """Experiment 1 of Hochreiter & Schmidhuber (1997)."""
        return cls(**changes)

    @classmethod
    def gers_2000(cls, **changes: Any) -> Self:
        """The continual grammar of Gers, Schmidhuber & Cummins (2000), without marks.

        In the paper, all letters that may come are targets, within .49: ``all_taught=True, tolerance=0.49``.
        """
        return cls(**{"name": "continual-reber", "continual": True, "starts_given": False, **changes})

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        paper = "Gers, Schmidhuber & Cummins (2000), Neural Computation 12:2451-2471"
        return TaskSpec(
            name=self.name,
            source=paper if self.continual else "Hochreiter & Schmidhuber (1997), Neural Computation 9:1735-1780",
            channels=(Channel(name="letter", symbols=tuple(LETTERS), role=Role.BOTH),),
            responses=tuple(LETTERS),
            events=EVENTS,
            items=ITEMS,
            sequence="string",
            sequences_per_epoch=self.strings_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
            answer=Several(tolerance=self.tolerance, all_taught=self.all_taught),
        )

    def automaton(self) -> "nx.MultiDiGraph":
        """A string begins and ends in the state "end"."""
        import networkx as nx

        graph = nx.MultiDiGraph()
        for name in STATES:
            graph.add_node(name, initial=name == "end")
        for name, state in STATES.items():
            for letter, after in state.follows.items():
                asked = after != "end" or self.continual
                target = tuple(a for a in LETTERS if a in STATES[after].follows) if asked else None
                graph.add_edge(name, after, symbol=letter, probability=1 / len(state.follows), target=target)
        return graph

    @property
    def words(self) -> int:
        """See `CompiledTask`."""
        return 2

    def _table_and_lengths(self, words: NDArray[np.uint32]) -> tuple[Table, NDArray[np.int64]]:
        table, lengths = Table.of(self.continual, self.starts_given), np.empty(words.shape[:3], np.int64)
        measure_strings(table, words, lengths)
        return table, lengths

    def room(self, words: NDArray[np.uint32]) -> int:
        """See `CompiledTask.room`."""
        return int(self._table_and_lengths(words)[1].sum((1, 2)).max(initial=0))

    def write(self, words: NDArray[np.uint32], ends: NDArray[np.intp], pages: Pages) -> None:
        """See `CompiledTask.write`."""
        table, lengths = self._table_and_lengths(words)
        write_strings(table, words, lengths, ends, pages)
