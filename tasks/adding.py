"""Adding and multiplication: respond with the sum or product of two marked numbers of a long sequence.

Every step shows a number and a marker: 1 at two steps, −1 at the first and last step (unless marked), 0 elsewhere.

Source: Hochreiter & Schmidhuber (1997), Neural Computation 9:1735-1780, experiments 4 and 5.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.errors import require_choice, require_integer
from tasks.base.task import AnalogChannel, Criterion, GateAction, Quantity, Role, TaskSpec
from tasks.engine.compiled import CompiledTask, Pages
from tasks.engine.kernels.counter import below, draw, uniform
from tasks.engine.lanes.options import kernel

__all__ = ["Adding", "Event", "Operation"]

EARLY = 10
"""One marked step is among this many first steps."""


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    FIRST = 0
    UNMARKED = 1
    MARKED = 2
    LAST = 3


class Operation(StrEnum):
    """Combination of the marked numbers."""

    SUM = "sum"
    PRODUCT = "product"


FIRST, UNMARKED, MARKED, LAST = (int(event) for event in Event)
NONE, STORE, HOLD, READ = (int(a) for a in (GateAction.NONE, GateAction.STORE, GateAction.HOLD, GateAction.READ))
"""Events and actions in the kernel."""


class Pairs(NamedTuple):
    """Parameters of the sequences for the kernel."""

    min_length: int
    product: bool


@kernel
def write_sequences(pairs: Pairs, words: Any, ends: Any, pages: Pages) -> None:
    """Write sequences; the two words of each are the key of its draws by counter.

    Words of draw 0: length, early marked step, other marked step. Number i is word i mod 4 of draw 1 + ⌊i/4⌋.
    """
    low, none = (0.0, 1.0) if pairs.product else (-1.0, 0.0)
    for r in range(words.shape[0]):
        step = 0
        for e in range(words.shape[1]):
            for s in range(words.shape[2]):
                own = words[r, e, s]
                head = draw(own[0], own[1], 0, 0, 0, 0)
                length = pairs.min_length + below(head[0], pairs.min_length // 10 + 1)
                one = below(head[1], EARLY)
                other = below(head[2], pairs.min_length // 2 - 1)
                other += other >= one
                four = head
                result, stored = none, 0
                for i in range(length):
                    if i % 4 == 0:
                        four = draw(own[0], own[1], 1 + i // 4, 0, 0, 0)
                    number = low + (1.0 - low) * uniform(four[i % 4])
                    event = FIRST if i == 0 else LAST if i == length - 1 else UNMARKED
                    if i in (one, other):
                        event = MARKED
                        number = number if i > 0 else none
                        result = result * number if pairs.product else result + number
                        stored += 1
                    pages.values[r, step, 0] = number
                    pages.values[r, step, 1] = 1.0 if event == MARKED else 0.0 if event == UNMARKED else -1.0
                    pages.counts[r, step] = event == LAST
                    pages.rewarded[r, step] = event == LAST
                    pages.event[r, step] = event
                    pages.starts[r, step] = i == 0
                    for item in range(2):
                        action = NONE
                        if item < stored:
                            new = event == MARKED and item == stored - 1
                            action = STORE if new else READ if event == LAST else HOLD
                        pages.ideal_gate[r, step, item] = action
                    step += 1
                pages.target[r, step - 1] = 0
                pages.quantity[r, step - 1] = result if pairs.product else 0.5 + result / 4.0
            ends[r, e] = step


@dataclass(frozen=True, kw_only=True)
class Adding(CompiledTask):
    """The adding problem and the multiplication problem.

    Two analog channels show the number, uniform in [−1, 1] (in [0, 1] for products), and the marker. Only the last
    response counts and is rewarded: ``0.5 + (X₁ + X₂) / 4`` or ``X₁ X₂``. If the first step is marked, its number is 0
    (1 for products).

    Attributes
    ----------
    name
        Name in the catalog.
    operation
        ``"sum"`` (experiment 4) or ``"product"`` (experiment 5).
    min_length
        T, the minimal length in steps, at least 11; lengths are uniform from T to T + T/10. One marked step is among
        the first 10, the other among the first T/2 − 1 unmarked ones. Published: 100, 500, and 1000.
    tolerance
        Largest error of a correct response. Published: 0.04.
    sequences_per_epoch, zero_error_epochs
        100 and 20: the paper requires that the last 2000 sequences are correct, with a mean error below 0.01
        (experiment 5: fewer than 140 or 13 wrong).

    Raises
    ------
    ParameterError
        If a value is invalid.

    Examples
    --------
    >>> task = Adding(min_length=12)
    >>> stream = task.trials(1, np.random.default_rng(4))
    >>> print(*(f"{number:.2f}" for number in stream.values[:, 0]))
    0.37 0.11 0.12 0.45 -0.75 -0.94 -0.04 0.85 -0.01 0.20 -0.24 0.94
    >>> print(*(f"{marker:.0f}" for marker in stream.values[:, 1]))
    -1 0 1 0 0 1 0 0 0 0 0 -1
    >>> print(f"{stream.quantity[-1]:.3f}")
    0.296
    """

    name: str = "adding"
    operation: Operation = Operation.SUM
    min_length: int = 100
    tolerance: float = 0.04
    sequences_per_epoch: int = 100
    zero_error_epochs: int = 20

    def __post_init__(self) -> None:
        object.__setattr__(self, "operation", require_choice("Adding.operation", self.operation, Operation))
        require_integer("Adding.min_length", self.min_length, least=EARLY + 1)
        Quantity(tolerance=self.tolerance)
        require_integer("Adding.sequences_per_epoch", self.sequences_per_epoch, least=1)
        require_integer("Adding.zero_error_epochs", self.zero_error_epochs, least=1)

    @classmethod
    def experiment_4(cls, **changes: Any) -> Self:
        """The adding problem."""
        return cls(**changes)

    @classmethod
    def experiment_5(cls, **changes: Any) -> Self:
        """The multiplication problem."""
        return cls(**{"name": "multiplication", "operation": Operation.PRODUCT, **changes})

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        low = -1.0 if self.operation is Operation.SUM else 0.0
        return TaskSpec(
            name=self.name,
            source="Hochreiter & Schmidhuber (1997), Neural Computation 9:1735-1780",
            channels=(),
            analog=(
                AnalogChannel(name="number", low=low, high=1.0, role=Role.STIMULUS),
                AnalogChannel(name="marker", low=-1.0, high=1.0, role=Role.CONTROL),
            ),
            responses=(str(self.operation),),
            answer=Quantity(tolerance=self.tolerance),
            events=("first", "unmarked", "marked", "last"),
            items=("first number", "second number"),
            sequence="sequence",
            sequences_per_epoch=self.sequences_per_epoch,
            criterion=Criterion(zero_error_epochs=self.zero_error_epochs),
        )

    @property
    def words(self) -> int:
        """See `CompiledTask`."""
        return 2

    def room(self, words: NDArray[np.uint32]) -> int:
        """See `CompiledTask.room`."""
        return int(words.shape[1] * words.shape[2] * (self.min_length + self.min_length // 10))

    def write(self, words: NDArray[np.uint32], ends: NDArray[np.intp], pages: Pages) -> None:
        """See `CompiledTask.write`."""
        write_sequences(Pairs(self.min_length, self.operation is Operation.PRODUCT), words, ends, pages)
