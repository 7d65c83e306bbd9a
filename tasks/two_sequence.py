"""Two sequences: classify a long sequence of numbers by its first few elements.

The first few numbers are 1 for one class and −1 for the other; noise follows. The response at the end is a value for
the class. In experiment 3b, the first numbers are noisy, too. In 3c, the target is noisy.

Source: Hochreiter & Schmidhuber (1997), Neural Computation 9:1735-1780, experiments 3a, 3b and 3c; after Bengio, Simard
& Frasconi (1994), IEEE Transactions on Neural Networks 5:157-166.
"""

from dataclasses import dataclass
from enum import IntEnum
from math import inf, sqrt
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from tasks.base.errors import require, require_integer, require_real
from tasks.base.task import AnalogChannel, Criterion, GateAction, Quantity, Role, TaskSpec
from tasks.engine.compiled import CompiledTask, Pages
from tasks.engine.kernels.counter import below, draw, normal
from tasks.engine.lanes.options import kernel

__all__ = ["Event", "TwoSequence"]


class Event(IntEnum):
    """Kinds of step (`TaskSpec.events`)."""

    SIGNAL = 0
    NOISE = 1
    END = 2


SIGNAL, NOISE, END = (int(event) for event in Event)
NONE, STORE, HOLD, READ = (int(a) for a in (GateAction.NONE, GateAction.STORE, GateAction.HOLD, GateAction.READ))
"""Events and actions in the kernel."""


class Mix(NamedTuple):
    """Parameters for the kernel: sizes, both targets, and standard deviations."""

    min_length: int
    informative: int
    first_target: float
    second_target: float
    on_signal: float
    as_noise: float
    on_target: float


@kernel
def write_sequences(mix: Mix, words: Any, ends: Any, pages: Pages) -> None:
    """Write sequences; the two words of each are the key of its draws by counter.

    Words of draw 0: length, class, noise on the target. The noise of number i is word i mod 4 of draw 1 + ⌊i/4⌋.
    """
    for r in range(words.shape[0]):
        step = 0
        for e in range(words.shape[1]):
            for s in range(words.shape[2]):
                own = words[r, e, s]
                head = draw(own[0], own[1], 0, 0, 0, 0)
                length = mix.min_length + below(head[0], mix.min_length // 10 + 1)
                second = below(head[1], 2) == 1
                four = head
                for i in range(length):
                    if i % 4 == 0:
                        four = draw(own[0], own[1], 1 + i // 4, 0, 0, 0)
                    event = SIGNAL if i < mix.informative else END if i == length - 1 else NOISE
                    number = mix.as_noise * normal(four[i % 4])
                    if event == SIGNAL:
                        number = -1.0 if second else 1.0
                        if mix.on_signal > 0:
                            number += mix.on_signal * normal(four[i % 4])
                    pages.values[r, step, 0] = number
                    pages.counts[r, step] = event == END
                    pages.rewarded[r, step] = event == END
                    pages.event[r, step] = event
                    pages.starts[r, step] = i == 0
                    for item in range(pages.ideal_gate.shape[2]):
                        action = STORE if item == i else NONE if i < item else READ if event == END else HOLD
                        pages.ideal_gate[r, step, item] = action
                    step += 1
                pages.target[r, step - 1] = 0
                pages.quantity[r, step - 1] = mix.second_target if second else mix.first_target
                pages.noise[r, step - 1] = mix.on_target * normal(head[2])
            ends[r, e] = step


@dataclass(frozen=True, kw_only=True)
class TwoSequence(CompiledTask):
    """The two-sequence problem.

    One analog channel shows the numbers. Only the last response, the target of the class, counts and is rewarded. Both
    classes are equally likely.

    Attributes
    ----------
    name
        Name in the catalog.
    min_length
        T, the minimal length in steps. Lengths are uniform from T to T + T/10. Published: 100 and 1000.
    informative
        N, the number of elements that show the class. Published: 3 and 1.
    targets
        The targets of both classes. Published: 1 and 0 (3a, 3b); 0.2 and 0.8 (3c).
    signal_variance
        Variance of the noise on these elements. The paper has 0, and 0.2 in 3b. With 0.2, the best guess is wrong in a
        proportion Φ(−√(N/0.2)): 0.00005 for N = 3 and 0.013 for N = 1.
    noise_variance
        Variance of all other elements, whose mean is 0. Published: 0.2.
    target_variance
        Variance of the noise on the target (`Trials.noise`). Published: 0, and 0.1 in 3c.
    tolerance
        Largest error of a correct response. Published: 0.2; in 3c 0.1.
    sequences_per_epoch, zero_error_epochs
        256 and 1: the paper requires 256 sequences without an error (3b: fewer than 6; 3c: also a mean error below
        0.015).

    Raises
    ------
    ParameterError
        If a number is invalid.

    Examples
    --------
    >>> stream = TwoSequence(min_length=6).trials(2, np.random.default_rng(3))
    >>> print(*(f"{number:.2f}" for number in stream.values[:, 0]))
    -1.00 -1.00 -1.00 -0.45 0.19 0.12 -1.00 -1.00 -1.00 0.66 -0.68 0.31
    >>> stream.quantity[stream.counts].tolist()
    [0.0, 0.0]
    """

    name: str = "two-sequence-3a"
    min_length: int = 100
    informative: int = 3
    targets: tuple[float, float] = (1.0, 0.0)
    signal_variance: float = 0.0
    noise_variance: float = 0.2
    target_variance: float = 0.0
    tolerance: float = 0.2
    sequences_per_epoch: int = 256
    zero_error_epochs: int = 1

    def __post_init__(self) -> None:
        require_integer("TwoSequence.informative", self.informative, least=1)
        require_integer("TwoSequence.min_length", self.min_length, least=self.informative + 1)
        two = isinstance(self.targets, tuple) and len(self.targets) == 2
        require(two, "TwoSequence.targets", self.targets, "must be a pair of numbers", "give one for each class")
        for target in self.targets:
            require_real("TwoSequence.targets", target)
        apart = abs(self.targets[0] - self.targets[1]) > 0
        require(apart, "TwoSequence.targets", self.targets, "must differ", "give each class a different value")
        for field in ("signal_variance", "noise_variance", "target_variance"):
            variance = getattr(self, field)
            require_real(f"TwoSequence.{field}", variance)
            rule = "must be at least 0 and finite"
            require(0 <= variance < inf, f"TwoSequence.{field}", variance, rule, "give a variance")
        Quantity(tolerance=self.tolerance)
        require_integer("TwoSequence.sequences_per_epoch", self.sequences_per_epoch, least=1)
        require_integer("TwoSequence.zero_error_epochs", self.zero_error_epochs, least=1)

    @classmethod
    def experiment_3a(cls, **changes: Any) -> Self:
        """Experiment 3a, that of Bengio, Simard & Frasconi (1994)."""
        return cls(**changes)

    @classmethod
    def experiment_3b(cls, **changes: Any) -> Self:
        """Experiment 3b, with noise on the informative elements."""
        return cls(**{"name": "two-sequence-3b", "signal_variance": 0.2, **changes})

    @classmethod
    def experiment_3c(cls, **changes: Any) -> Self:
        """Experiment 3c, with noise on the target."""
        own = {"targets": (0.2, 0.8), "target_variance": 0.1, "tolerance": 0.1}
        return cls(**{"name": "two-sequence-3c", **own, **changes})

    @property
    def spec(self) -> TaskSpec:
        """Specification of the task."""
        noisy = self.signal_variance > 0
        return TaskSpec(
            name=self.name,
            source="Hochreiter & Schmidhuber (1997), Neural Computation 9:1735-1780",
            channels=(),
            analog=(AnalogChannel(name="number", low=-inf, high=inf, role=Role.BOTH),),
            responses=("class",),
            answer=Quantity(tolerance=self.tolerance),
            events=("signal", "noise", "end"),
            items=tuple(f"number {i + 1}" for i in range(self.informative if noisy else 1)),
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
        variances = (self.signal_variance, self.noise_variance, self.target_variance)
        targets = (float(target) for target in self.targets)
        mix = Mix(self.min_length, self.informative, *targets, *(sqrt(variance) for variance in variances))
        write_sequences(mix, words, ends, pages)
