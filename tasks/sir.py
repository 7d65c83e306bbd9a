"""Store-ignore-recall (SIR): store some symbols, ignore others, and recall the stored ones on request.

Every trial shows a control symbol and, except on recall, a stimulus. Store 1, Store 2, … put the stimulus into a store,
and Ignore does not; the response to all of these is the stimulus. Recall 1, Recall 2, … show no stimulus; the response
is the content of that store, which is then empty.

Source: O'Reilly & Frank (2006), Neural Computation 18:283-328.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.automata import Move, build_automaton
from tasks.base.errors import require_choice, require_integer, require_truth
from tasks.base.task import SILENCE, Channel, Criterion, GateAction, Role, TaskSpec
from tasks.engine.compiled import CompiledTask, Pages
from tasks.engine.kernels.counter import below
from tasks.engine.lanes.options import kernel

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["SIR", "Event", "Inputs"]

MOST_STORES = 62
EMPTY = -1
"""Content of an empty store."""


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    STORE = 0
    IGNORE = 1
    RECALL = 2


class Inputs(StrEnum):
    """One unit per symbol, or one for each symbol under each control."""

    SHARED = "shared"
    DEDICATED = "dedicated"


STORE, IGNORE, RECALL = int(Event.STORE), int(Event.IGNORE), int(Event.RECALL)
NONE, FILL, HOLD, READ = (int(a) for a in (GateAction.NONE, GateAction.STORE, GateAction.HOLD, GateAction.READ))
"""Events and actions in the kernel."""


class Trade(NamedTuple):
    """Parameters for the kernel, and buffers for the stores."""

    stimuli: int
    dedicated: bool
    store_when_full: bool
    stores: NDArray[np.int64]


@kernel
def write_trials(trade: Trade, words: Any, ends: Any, pages: Pages) -> None:
    """Write trials; the two words of each select the allowed control (S1, S2, …, I, R1, R2, …), and the symbol."""
    stores = trade.stores
    count = len(stores)
    for r in range(words.shape[0]):
        step = 0
        for e in range(words.shape[1]):
            for i in range(count):
                stores[i] = EMPTY
            for s in range(words.shape[2]):
                may_store, may_recall = 0, 0
                for i in range(count):
                    may_store += trade.store_when_full or stores[i] == EMPTY
                    may_recall += stores[i] != EMPTY
                chosen = below(words[r, e, s, 0], may_store + 1 + may_recall)
                control, event = count, IGNORE
                if chosen != may_store:
                    event = STORE if chosen < may_store else RECALL
                    left = chosen if event == STORE else chosen - may_store - 1
                    for i in range(count):
                        may = stores[i] != EMPTY if event == RECALL else trade.store_when_full or stores[i] == EMPTY
                        if may and left == 0:
                            control = i if event == STORE else count + 1 + i
                        left -= may
                symbol = below(words[r, e, s, 1], trade.stimuli)
                target = symbol if event != RECALL else stores[control - count - 1]
                shown = symbol + trade.stimuli * control if trade.dedicated else symbol
                for i in range(count):
                    action = NONE if stores[i] == EMPTY else HOLD
                    if control == i:
                        action = FILL
                        stores[i] = symbol
                    elif control == count + 1 + i:
                        action = READ
                        stores[i] = EMPTY
                    pages.ideal_gate[r, step, i] = action
                pages.symbols[r, step, 0] = SILENCE if event == RECALL else shown
                pages.symbols[r, step, 1] = control
                pages.target[r, step] = target
                pages.counts[r, step] = True
                pages.rewarded[r, step] = event == RECALL
                pages.event[r, step] = event
                pages.starts[r, step] = s == 0
                step += 1
            ends[r, e] = step


@dataclass(frozen=True, kw_only=True)
class SIR(CompiledTask):
    """The store-ignore-recall task.

    The channel "control" shows S1, S2, …, I, R1, R2, …; the channel "stimulus" shows the symbol, and is silent on
    recall. Controls are equally likely, but a Recall occurs only if its store is occupied. Every response counts;
    responses to Recall are rewarded.

    A trial is one step. A stream starts with empty stores, and `Trials.starts` marks only its first step.

    Attributes
    ----------
    name
        Name in the catalog.
    stimuli
        Number of symbols A, B, C, …: 2 to 26. Published: 5 (in the text; a figure has 2).
    stores
        Number of stores: 1 to 62. Published: 2.
    inputs
        ``"shared"``: one unit per symbol. ``"dedicated"``: a unit for each symbol under each control, in the order "A
        under S1", "B under S1", …, "A under I", …; published: 15 units.
    store_when_full
        Whether Store may replace the content of an occupied store. Published: True.
    trials_per_epoch, zero_error_epochs
        Published: 100 and 2; a stricter criterion is 4.

    Raises
    ------
    ParameterError
        If a value is invalid.

    Examples
    --------
    >>> task = SIR()
    >>> stream = task.trials(8, np.random.default_rng(1))
    >>> control = task.spec.channels[1].symbols
    >>> " ".join(control[c] + "-" + task.spec.responses[r] for c, r in zip(stream.symbols[:, 1], stream.target))
    'S2-C R2-C S1-A R1-A S1-B R1-B S1-E S2-C'
    """

    name: str = "sir2"
    stimuli: int = 5
    stores: int = 2
    inputs: Inputs = Inputs.SHARED
    store_when_full: bool = True
    trials_per_epoch: int = 100
    zero_error_epochs: int = 2

    def __post_init__(self) -> None:
        require_integer("SIR.stimuli", self.stimuli, least=2, most=len(ascii_uppercase))
        require_integer("SIR.stores", self.stores, least=1, most=MOST_STORES)
        object.__setattr__(self, "inputs", require_choice("SIR.inputs", self.inputs, Inputs))
        require_truth("SIR.store_when_full", self.store_when_full)
        require_integer("SIR.trials_per_epoch", self.trials_per_epoch, least=1)
        require_integer("SIR.zero_error_epochs", self.zero_error_epochs, least=1)

    @classmethod
    def oreilly_frank_2006_shared(cls, **changes: Any) -> Self:
        """SIR-2 of O'Reilly & Frank (2006) with shared units."""
        return cls(**changes)

    @classmethod
    def with_stores(cls, stores: int, **changes: Any) -> Self:
        """SIR-n with any number of stores, named after it.

        Examples
        --------
        >>> SIR.with_stores(3).spec.channels[1].symbols
        ('S1', 'S2', 'S3', 'I', 'R1', 'R2', 'R3')
        """
        return cls(**{"name": f"sir{stores}", "stores": stores, **changes})

    @classmethod
    def empty_stores_only(cls, **changes: Any) -> Self:
        """SIR-2 without Store for an occupied store."""
        return cls(**{"name": "sir2-empty-only", "store_when_full": False, **changes})

    @classmethod
    def oreilly_frank_2006_dedicated(cls, **changes: Any) -> Self:
        """SIR-2 of O'Reilly & Frank (2006) with dedicated units."""
        return cls(**{"name": "sir2-dedicated", "inputs": Inputs.DEDICATED, **changes})

    @classmethod
    def reference_simulation(cls, **changes: Any) -> Self:
        """SIR-2 of the emergent project's simulation (emer/leabra, examples/sir2).

        It has four symbols, stores only into an empty store, and stops after five epochs without an error. There,
        stores keep their contents across epochs; here, every stream starts with empty stores.
        """
        return cls(
            **{"name": "sir2-reference", "stimuli": 4, "store_when_full": False, "zero_error_epochs": 5, **changes}
        )

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        letters = tuple(ascii_uppercase[: self.stimuli])
        numbers = [str(i + 1) for i in range(self.stores)]
        showing = [*(f"S{i}" for i in numbers), "I"]
        controls = (*showing, *(f"R{i}" for i in numbers))
        dedicated = tuple(f"{letter} under {control}" for control in showing for letter in letters)
        symbols = letters if self.inputs is Inputs.SHARED else dedicated
        return TaskSpec(
            name=self.name,
            source="O'Reilly & Frank (2006), Neural Computation 18:283-328",
            channels=(
                Channel(name="stimulus", symbols=symbols, role=Role.STIMULUS),
                Channel(name="control", symbols=controls, role=Role.CONTROL),
            ),
            responses=letters,
            events=("store", "ignore", "recall"),
            items=tuple(f"store {i}" for i in numbers),
            sequence="trial",
            sequences_per_epoch=self.trials_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    def automaton(self) -> "nx.MultiDiGraph":
        """States are named by the stores, as in "A -"."""
        letters, numbers = ascii_uppercase[: self.stimuli], range(self.stores)

        def shown(letter: str, control: str) -> str:
            return f"{letter}{f' under {control}' * (self.inputs is Inputs.DEDICATED)} {control}"

        def moves(content: str) -> Iterator[Move]:
            store = [i for i in numbers if self.store_when_full or content[i] == "-"]
            recall = [i for i in numbers if content[i] != "-"]
            each = 1 / (len(store) + 1 + len(recall))
            for letter in letters:
                yield Move(shown(letter, "I"), each / len(letters), letter, content)
                for i in store:
                    after = content[:i] + letter + content[i + 1 :]
                    yield Move(shown(letter, f"S{i + 1}"), each / len(letters), letter, after)
            for i in recall:
                yield Move(f"R{i + 1}", each, content[i], content[:i] + "-" + content[i + 1 :])

        return build_automaton(self.name, "-" * self.stores, moves, " ".join)

    @property
    def words(self) -> int:
        """See `CompiledTask`."""
        return 2

    def room(self, words: NDArray[np.uint32]) -> int:
        """See `CompiledTask.room`."""
        return int(words.shape[1] * words.shape[2])

    def write(self, words: NDArray[np.uint32], ends: NDArray[np.intp], pages: Pages) -> None:
        """See `CompiledTask.write`."""
        stores = np.zeros(self.stores, np.int64)
        write_trials(
            Trade(self.stimuli, self.inputs is Inputs.DEDICATED, self.store_when_full, stores), words, ends, pages
        )
