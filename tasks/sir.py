"""Store-ignore-recall (SIR): which of the symbols that come by must be kept, and when one is wanted back.

Every trial shows a control and, but on recall, a symbol. Store 1, Store 2, … put the symbol into a store; Ignore lets
it pass; the answer to all of these is the symbol shown. Recall 1, Recall 2, … show no symbol; the answer is the symbol
in that store, which is empty afterwards. A symbol therefore has to be kept over any number of others.

The task is from O'Reilly & Frank (2006), Neural Computation 18:283-328.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache
from string import ascii_uppercase
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.errors import require_choice, require_integer, require_truth
from tasks.base.task import SILENCE, Channel, Criterion, GateAction, Role, TaskSpec, Trials

__all__ = ["SIR", "Event", "Inputs"]

MOST_STORES = 62
"""Which stores are occupied is kept in the bits of a 64-bit integer."""


class Event(IntEnum):
    """The kinds of step: indices into `TaskSpec.events`."""

    STORE = 0
    IGNORE = 1
    RECALL = 2


class Inputs(StrEnum):
    """Whether a symbol looks the same under every control, or has a unit of its own under each."""

    SHARED = "shared"
    DEDICATED = "dedicated"


@lru_cache(maxsize=4096)
def _allowed(occupied: int, stores: int, store_when_full: bool) -> tuple[tuple[int, int], ...]:
    """The controls that may come, each with what is occupied after it; bit i of `occupied` stands for store i."""
    free = [i for i in range(stores) if store_when_full or not occupied >> i & 1]
    full = [i for i in range(stores) if occupied >> i & 1]
    store = [(i, occupied | 1 << i) for i in free]
    recall = [(stores + 1 + i, occupied & ~(1 << i)) for i in full]
    return (*store, (stores, occupied), *recall)


@dataclass(frozen=True, kw_only=True)
class SIR:
    """The store-ignore-recall task.

    The channel "control" shows S1, S2, …, I, R1, R2, …, in this order; the channel "stimulus" shows the symbol, and is
    silent on recall. The control is drawn uniformly from those allowed: a Recall only while its store is occupied.
    Every response counts; the environment rewards the responses to Recall.

    A trial is one step. Trials of one stream depend on each other, and a stream starts with empty stores, so
    `Trials.starts` marks its first step only. A learner that keeps its memory from one stream to the next finds
    in it what was never recalled in the last.

    Attributes
    ----------
    name
        Name in the catalogue.
    stimuli
        Symbols A, B, C, …: 2 to 26. Published: 5 (in the text; a figure has 2).
    stores
        Symbols to be held at once: 1 to 62. Published: 2.
    inputs
        ``"shared"``: one unit per symbol, whatever the control. ``"dedicated"``: a unit for each symbol under each
        control that shows one, in the order "A under S1", "B under S1", …, "A under I", …; 15 units as published.
    store_when_full
        Whether Store may come while its store is occupied; the new symbol then takes the place of the old one.
        Published: True.
    trials_per_epoch
        Published: 100.
    zero_error_epochs
        Successive epochs without an error that the criterion asks for. Published: 2, and a stricter criterion of 4.

    Raises
    ------
    ParameterError
        If a number, a truth value or the kind of inputs is not possible.

    Examples
    --------
    >>> task = SIR()
    >>> stream = task.trials(8, np.random.default_rng(1))
    >>> control = task.spec.channels[1].symbols
    >>> " ".join(control[c] + "-" + task.spec.responses[r] for c, r in zip(stream.symbols[:, 1], stream.target))
    'S2-E S1-E S2-C R2-C I-A R1-E S1-D S2-C'
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
        """SIR-2 of O'Reilly & Frank (2006) with units shared between the controls; and any `changes`."""
        return cls(**changes)

    @classmethod
    def oreilly_frank_2006_dedicated(cls, **changes: Any) -> Self:
        """SIR-2 of O'Reilly & Frank (2006) with units dedicated to the controls; and any `changes`."""
        return cls(**{"name": "sir2-dedicated", "inputs": Inputs.DEDICATED, **changes})

    @classmethod
    def reference_simulation(cls, **changes: Any) -> Self:
        """SIR-2 of the emergent project's simulation (emer/leabra, examples/sir2); and any `changes`.

        It has four symbols, stores only into an empty store, and stops after five epochs without an error. Its stores
        stay as they are from epoch to epoch, while here every stream starts with empty ones.
        """
        return cls(
            **{"name": "sir2-reference", "stimuli": 4, "store_when_full": False, "zero_error_epochs": 5, **changes}
        )

    @property
    def spec(self) -> TaskSpec:
        """What a learner must know to be built for this task."""
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

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` trials that starts with empty stores.

        Each trial uses two draws from `rng`, so that a stream of fewer trials is the beginning of a stream of more.

        Raises
        ------
        ParameterError
            If `n` is not a whole number of at least 1.
        """
        require_integer("SIR.trials(n)", n, least=1)
        draws = rng.random((n, 2))
        control, occupied = self._controls(draws[:, 0])
        shown = (self.stimuli * draws[:, 1]).astype(np.int16)
        recalled = control - (self.stores + 1)
        recalls = recalled >= 0

        stored_at = self._last_stored(control)
        target = shown.copy()
        target[recalls] = shown[stored_at[recalls, recalled[recalls]]]
        stimulus = shown if self.inputs is Inputs.SHARED else shown + self.stimuli * control
        return Trials(
            symbols=np.stack([np.where(recalls, SILENCE, stimulus), control], 1, dtype=np.int16),
            target=target,
            counts=np.ones(n, np.bool_),
            rewarded=recalls,
            event=(Event.RECALL * recalls + Event.IGNORE * (control == self.stores)).astype(np.int16),
            starts=np.arange(n) == 0,
            ideal_gate=self._ideal_gate(control, occupied),
        )

    def _controls(self, draws: NDArray[np.float64]) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
        """The control of each trial from a uniform draw, and, as bits, the stores that are occupied before it."""
        controls, occupied, before = [], 0, []
        for draw in draws.tolist():
            before.append(occupied)
            allowed = _allowed(occupied, self.stores, self.store_when_full)
            control, occupied = allowed[int(draw * len(allowed))]
            controls.append(control)
        return np.array(controls, np.int16), np.array(before, np.int64)

    def _last_stored(self, control: NDArray[np.int16]) -> NDArray[np.intp]:
        """The last step, up to each step, at which each store was filled: array (step, store); -1 where never."""
        steps = np.arange(len(control))[:, None]
        filled = control[:, None] == np.arange(self.stores)
        latest: NDArray[np.intp] = np.maximum.accumulate(np.where(filled, steps, -1), axis=0)
        return latest

    def _ideal_gate(self, control: NDArray[np.int16], occupied: NDArray[np.int64]) -> NDArray[np.int8]:
        """A store is filled, held while it is occupied, read when it is recalled, and left alone while it is empty."""
        item = np.arange(self.stores)
        gate = np.where(occupied[:, None] >> item & 1, GateAction.HOLD, GateAction.NONE).astype(np.int8)
        gate[control[:, None] == item] = GateAction.STORE
        gate[control[:, None] == item + self.stores + 1] = GateAction.READ
        return gate
