"""Compiled tasks, whose trials a kernel writes from random words."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tasks.base.errors import BrokenTaskError, require, require_integer
from tasks.base.rng import Purpose, key, require_draw
from tasks.base.task import SILENCE, EpochTask, TaskSpec, TrialBlock, Trials
from tasks.engine.kernels.words import draw_words
from tasks.engine.lanes.references import by_reference

__all__ = ["CompiledTask", "Pages"]

MARGIN = 64
"""Minimum number of steps before and after the room of a kernel."""


@by_reference
class Pages(NamedTuple):
    """The arrays (network, step, …) of a blank `TrialBlock` for a kernel."""

    symbols: NDArray[np.int16]
    target: NDArray[np.int16]
    counts: NDArray[np.bool_]
    rewarded: NDArray[np.bool_]
    event: NDArray[np.int16]
    starts: NDArray[np.bool_]
    ideal_gate: NDArray[np.int8]
    values: NDArray[np.float32]
    allowed: NDArray[np.bool_]
    quantity: NDArray[np.float32]
    noise: NDArray[np.float32]

    @classmethod
    def of(cls, block: TrialBlock) -> Self:
        """The arrays of a block."""
        return cls(**{name: getattr(block, name) for name in cls._fields})


class Sheet:
    """Blank pages with margins, which reveal writing beyond the pages.

    Attributes
    ----------
    block, pages
        Streams of `networks` networks with `room` steps, and their arrays.
    """

    def __init__(self, spec: TaskSpec, networks: int, room: int) -> None:
        margin = 1 + MARGIN // max(1, room)
        inner, self._margin = slice(margin, margin + networks), margin
        self._whole = Pages.of(TrialBlock.blank(spec, networks + 2 * margin, room))
        self.pages = Pages(**{name: array[inner] for name, array in self._whole._asdict().items()})
        self.block = TrialBlock(length=np.full(networks, room, np.intp), **self.pages._asdict())

    def overwritten(self) -> list[str]:
        """Names of the arrays whose margins are not blank."""
        first, last = slice(None, self._margin), slice(-self._margin, None)
        blank = {name: SILENCE if name in ("symbols", "target") else 0 for name in Pages._fields}
        written = self._whole._asdict().items()
        return [name for name, a in written if any((a[edge] != blank[name]).any() for edge in (first, last))]


@runtime_checkable
class CompiledTask(EpochTask, Protocol):
    """A task whose trials a kernel writes, many epochs and networks in one call.

    A sequence is made of a fixed number of random words, drawn by counter (`tasks.base.drawing`) or from a generator
    (`trials`). If it needs more, two words are the key for further draws (`tasks.engine.kernels.counter.draw`).
    """

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` sequences of equal numbers of draws; errors as in `Task.trials`."""
        require_draw(type(self).__name__, n, rng)
        words = rng.integers(2**32, size=(1, 1, n, self.words), dtype=np.uint32)
        block, _ = self._written(words)
        return Trials(**{name: getattr(block, name)[0] for name in Pages._fields})

    def draw_epochs(
        self, seed: int, networks: Sequence[int], epochs: range, purpose: Purpose
    ) -> tuple[TrialBlock, NDArray[np.intp]]:
        """Epochs of trials at their addresses (`tasks.base.drawing.draw_epochs`)."""
        per_epoch = self.spec.sequences_per_epoch
        keys = np.array([key(seed, network) for network in networks], np.uint32).reshape(-1, 2)
        words = np.empty((len(networks), len(epochs), per_epoch * self.words), np.uint32)
        draw_words(keys, int(purpose), np.array(epochs, np.uint32), words)
        return self._written(words.reshape(*words.shape[:2], per_epoch, self.words))

    def _written(self, words: NDArray[np.uint32]) -> tuple[TrialBlock, NDArray[np.intp]]:
        """Trials made of `words`, and the ends of epochs.

        Raises
        ------
        BrokenTaskError
            If the task's kernel wrote beyond its room, or the ends of epochs are invalid.
        """
        kind, room = type(self).__name__, self.room(words)
        require_integer(f"{kind}.room", room, least=0)
        ends = np.zeros(words.shape[:2], np.intp)
        sheet = Sheet(self.spec, len(words), int(room))
        self.write(words, ends, sheet.pages)
        rising = (np.diff(ends, axis=1, prepend=0) > 0).all() and ends.max(initial=0) <= room
        rule = f"must increase from epoch to epoch, up to room = {room}"
        remedy = "correct the step count of `write`, or increase `room`"
        require(bool(rising), f"{kind}.write: ends", ends.tolist(), rule, remedy, error=BrokenTaskError)
        for name in sheet.overwritten():
            remedy = "write only to steps below `room` and to columns of the spec"
            require(False, f"{kind}.write", name, "was written outside its array", remedy, error=BrokenTaskError)
        return sheet.block.cut(ends[:, -1]), ends

    @property
    def words(self) -> int:
        """Random words (uint32) of a sequence."""
        ...

    def room(self, words: NDArray[np.uint32]) -> int:
        """Most steps of any stream made of `words` (network, epoch, sequence, word)."""
        ...

    def write(self, words: NDArray[np.uint32], ends: NDArray[np.intp], pages: Pages) -> None:
        """Write the trials made of `words` (network, epoch, sequence, word).

        Each network's epochs follow one another from step 0, and each epoch starts as a stream does. ``ends`` (network,
        epoch) receives the steps up to the end of each epoch.
        """
        ...
