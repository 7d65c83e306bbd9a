"""The faster door of a task: trials that a kernel writes, made of random words."""

from typing import NamedTuple, Protocol, Self, TypeGuard, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tasks.base.errors import require_integer
from tasks.base.lanes.references import by_reference
from tasks.base.task import SILENCE, Several, Task, TaskSpec, TrialBlock, Trials

__all__ = ["CompiledTask", "Pages", "is_compiled", "written"]


@by_reference
class Pages(NamedTuple):
    """The arrays of a `TrialBlock`, empty, for a kernel to write trials into: (replica, step, …)."""

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
    def blank(cls, spec: TaskSpec, replicas: int, steps: int) -> Self:
        """Pages on which nothing is written: silence, and nothing that counts."""
        shape = (replicas, steps)
        several = len(spec.responses) if isinstance(spec.answer, Several) else 0
        return cls(
            symbols=np.full((*shape, len(spec.channels)), SILENCE, np.int16),
            target=np.full(shape, SILENCE, np.int16),
            counts=np.zeros(shape, np.bool_),
            rewarded=np.zeros(shape, np.bool_),
            event=np.zeros(shape, np.int16),
            starts=np.zeros(shape, np.bool_),
            ideal_gate=np.zeros((*shape, len(spec.items)), np.int8),
            values=np.zeros((*shape, len(spec.analog)), np.float32),
            allowed=np.zeros((*shape, several), np.bool_),
            quantity=np.zeros(shape, np.float32),
            noise=np.zeros(shape, np.float32),
        )

    def block(self, length: NDArray[np.intp]) -> TrialBlock:
        """The pages as a block of trials: `length` steps of each replica."""
        steps = int(length.max(initial=0))
        return TrialBlock(length=length, **{name: array[:, :steps] for name, array in self._asdict().items()})


@runtime_checkable
class CompiledTask(Task, Protocol):
    """A task whose trials a kernel writes, many epochs of many replicas in one call.

    No task needs this beside `trials`. A sequence is made of a fixed number of random words, and of nothing else that
    is random; they are drawn by counter (`tasks.base.drawing`) or from a generator (`trials`). A task whose sequences
    are long, or of no fixed length, takes two words as a key, by which its kernel draws as many further ones as it
    needs (`tasks.base.kernels.counter.draw`).
    """

    def trials(self, n: int, rng: np.random.Generator) -> Trials:
        """A stream of `n` sequences.

        Each sequence uses the same number of draws from `rng`, whatever its length, so that a stream of fewer sequences
        is the beginning of a stream of more.

        Raises
        ------
        ParameterError
            If `n` is not a whole number of at least 1.
        """
        require_integer(f"{type(self).__name__}.trials(n)", n, least=1)
        words = rng.integers(2**32, size=(1, 1, n, self.words), dtype=np.uint32)
        ends, pages = written(self, self.spec, words)
        return Trials(**{name: array[0, : ends[0, 0]] for name, array in pages._asdict().items()})

    @property
    def words(self) -> int:
        """Random words (uint32) that a sequence is made of."""
        ...

    def room(self, words: NDArray[np.uint32]) -> int:
        """Steps for which there must be room when the trials of `words` are written: no stream has more of them."""
        ...

    def write(self, words: NDArray[np.uint32], ends: NDArray[np.intp], pages: Pages) -> None:
        """Write the trials that are made of `words` (replica, epoch, sequence, word).

        Each replica's epochs follow one another from step 0 on. ``ends`` (replica, epoch) is filled: the steps up to
        the end of each epoch. As a stream starts (with empty stores, say), so does every epoch.
        """
        ...


def is_compiled(task: Task) -> TypeGuard[CompiledTask]:
    """Whether the task has the faster door (asked of its type, which takes no time, unlike `isinstance`)."""
    return hasattr(type(task), "write")


def written(task: CompiledTask, spec: TaskSpec, words: NDArray[np.uint32]) -> tuple[NDArray[np.intp], Pages]:
    """What a task writes on blank pages when given `words`: the ends of the epochs, and the pages."""
    replicas, epochs = words.shape[:2]
    ends = np.zeros((replicas, epochs), np.intp)
    pages = Pages.blank(spec, replicas, task.room(words))
    task.write(words, ends, pages)
    return ends, pages
