"""Drawing trials at an address.

At an address (seed, purpose, replica, epoch) a task gives the same trials at any time, on any machine, however many are
drawn with them. A task that is compiled (`tasks.base.compiled`) writes whole epochs of all replicas in one call,
without the interpreter's lock, from random words that are drawn by counter; any other is asked for one epoch of one
replica after the other, each from the generator of its address.
"""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from tasks.base.compiled import CompiledTask, Pages, is_compiled, written
from tasks.base.kernels.words import draw_words
from tasks.base.rng import Purpose, key, stream
from tasks.base.task import Task, TaskSpec, TrialBlock, Trials

__all__ = ["draw_epochs"]


def draw_epochs(
    task: Task, seed: int, replicas: Sequence[int | None], epochs: range, purpose: Purpose = Purpose.TRIALS
) -> tuple[TrialBlock, NDArray[np.intp]]:
    """Epochs of trials for several replicas; None stands for one that has nothing to do.

    Returns
    -------
    block : TrialBlock
        Each replica's epochs one after the other.
    ends : int array (replica, epoch)
        Steps of each stream up to the end of each epoch.

    Examples
    --------
    >>> from tasks.sir import SIR
    >>> block, ends = draw_epochs(SIR(trials_per_epoch=3), 7, [0, None, 2], range(4, 6))
    >>> ends.tolist()
    [[3, 6], [0, 0], [3, 6]]
    """
    spec, purpose = task.spec, Purpose(purpose)
    live = [replica for replica in replicas if replica is not None]
    if is_compiled(task):
        some_ends, pages = _draw_compiled(task, spec, seed, live, epochs, purpose)
    else:
        some_ends, pages = _draw_plain(task, spec, seed, live, epochs, purpose)
    if len(live) == len(replicas):
        return pages.block(some_ends[:, -1]), some_ends
    rows = [row for row, replica in enumerate(replicas) if replica is not None]
    ends, some = np.zeros((len(replicas), len(epochs)), np.intp), pages
    ends[rows] = some_ends
    pages = Pages.blank(spec, len(replicas), some.target.shape[1])
    for name, array in some._asdict().items():
        getattr(pages, name)[rows] = array
    return pages.block(ends[:, -1]), ends


def _draw_compiled(
    task: CompiledTask, spec: TaskSpec, seed: int, replicas: Sequence[int], epochs: range, purpose: Purpose
) -> tuple[NDArray[np.intp], Pages]:
    keys = np.array([key(seed, replica) for replica in replicas], np.uint32).reshape(-1, 2)
    words = np.empty((len(replicas), len(epochs), spec.sequences_per_epoch * task.words), np.uint32)
    draw_words(keys, int(purpose), np.array(epochs, np.uint32), words)
    return written(task, spec, words.reshape(*words.shape[:2], spec.sequences_per_epoch, task.words))


def _draw_plain(
    task: Task, spec: TaskSpec, seed: int, replicas: Sequence[int], epochs: range, purpose: Purpose
) -> tuple[NDArray[np.intp], Pages]:
    sequences = spec.sequences_per_epoch
    drawn = [[task.trials(sequences, stream(seed, purpose, r, epoch)) for epoch in epochs] for r in replicas]
    lengths = np.array([[len(trials) for trials in own] for own in drawn], np.intp)
    ends = lengths.reshape(len(replicas), len(epochs)).cumsum(1)
    pages = Pages.blank(spec, len(replicas), int(ends.max(initial=0)))
    for row, own in enumerate(drawn):
        for field in fields(Trials):
            joined = np.concatenate([getattr(trials, field.name) for trials in own])
            getattr(pages, field.name)[row, : len(joined)] = joined
    return ends, pages
