"""The faster door of a task: trials that a kernel writes, made of random words."""

from typing import NamedTuple, Protocol, Self, TypeGuard, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tasks.base.task import SILENCE, Task, TaskSpec, TrialBlock, Trials

__all__ = ["CompiledTask", "Pages", "is_compiled", "trials_from", "written"]


class Pages(NamedTuple):
    """The arrays of a `TrialBlock`, empty, for a kernel to write trials into: (replica, step, …)."""

    symbols: NDArray[np.int16]
    target: NDArray[np.int16]
    counts: NDArray[np.bool_]
    rewarded: NDArray[np.bool_]
    event: NDArray[np.int16]
    starts: NDArray[np.bool_]
    ideal_gate: NDArray[np.int8]

    @classmethod
    def blank(cls, spec: TaskSpec, replicas: int, steps: int) -> Self:
        """Pages on which nothing is written: silence, and nothing that counts."""
        shape = (replicas, steps)
        return cls(
            symbols=np.full((*shape, len(spec.channels)), SILENCE, np.int16),
            target=np.full(shape, SILENCE, np.int16),
            counts=np.zeros(shape, np.bool_),
            rewarded=np.zeros(shape, np.bool_),
            event=np.zeros(shape, np.int16),
            starts=np.zeros(shape, np.bool_),
            ideal_gate=np.zeros((*shape, len(spec.items)), np.int8),
        )

    def block(self, length: NDArray[np.intp]) -> TrialBlock:
        """The pages as a block of trials: `length` steps of each replica."""
        steps = int(length.max(initial=0))
        return TrialBlock(length=length, **{name: array[:, :steps] for name, array in self._asdict().items()})


@runtime_checkable
class CompiledTask(Task, Protocol):
    """A task whose trials a kernel writes, many epochs of many replicas in one call.

    No task needs this beside `trials`. A sequence is made of a fixed number of random words, and of nothing else that
    is random; they are drawn by counter (`tasks.base.drawing`) or from a generator (`trials_from`).
    """

    @property
    def words(self) -> int:
        """Random words (uint32) that a sequence is made of."""
        ...

    @property
    def longest(self) -> int:
        """Steps of the longest sequence there can be."""
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
    replicas, epochs, sequences, _ = words.shape
    ends = np.zeros((replicas, epochs), np.intp)
    pages = Pages.blank(spec, replicas, epochs * sequences * task.longest)
    task.write(words, ends, pages)
    return ends, pages


def trials_from(task: CompiledTask, n: int, rng: np.random.Generator) -> Trials:
    """A stream of `n` sequences of a compiled task, its words drawn from `rng`."""
    words = rng.integers(2**32, size=(1, 1, n, task.words), dtype=np.uint32)
    ends, pages = written(task, task.spec, words)
    return Trials(**{name: array[0, : ends[0, 0]] for name, array in pages._asdict().items()})
