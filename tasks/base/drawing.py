"""Drawing trials at an address: a task gives the same trials for the same seed, purpose, network, and epoch."""

from collections.abc import Sequence
from dataclasses import fields
from functools import partial
from numbers import Integral
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from tasks.base.addresses import require_seed
from tasks.base.errors import BrokenTaskError, require
from tasks.base.fitting import ARRAYS, narrowed
from tasks.base.outside import told
from tasks.base.rng import Purpose, stream
from tasks.base.task import EpochTask, Task, TrialBlock, Trials

__all__ = ["draw_epochs", "draw_frozen_stream", "drawn", "draws_epochs", "require_addresses", "require_source"]

LAST_EPOCH = 2**32 - 1
"""Largest number of an epoch, which has 32 bits."""


def draws_epochs(task: Task) -> TypeGuard[EpochTask]:
    """Whether the task draws whole epochs itself."""
    return hasattr(type(task), "draw_epochs")


def draw_epochs(
    task: Task, seed: int, networks: Sequence[int | None], epochs: range, purpose: Purpose = Purpose.TRIALS
) -> tuple[TrialBlock, NDArray[np.intp]]:
    """Epochs of trials for several networks; None: no trials.

    Returns
    -------
    block : TrialBlock
        Each network's successive epochs.
    ends : int array (network, epoch)
        Steps of each stream up to the end of each epoch.

    Raises
    ------
    ParameterError
        If there is no epoch, if the number of an epoch is not from 0 to 2³² − 1, or if a network is not a whole number
        or None.

    Examples
    --------
    >>> from tasks.sir import SIR
    >>> block, ends = draw_epochs(SIR(trials_per_epoch=3), 7, [0, None, 2], range(4, 6))
    >>> ends.tolist()
    [[3, 6], [0, 0], [3, 6]]
    """
    require_source("draw_epochs", task, seed)
    require_addresses(networks, epochs)
    live = [network for network in networks if network is not None]
    draw = task.draw_epochs if draws_epochs(task) else partial(_draw_one_by_one, task)
    some, some_ends = draw(seed, live, epochs, Purpose(purpose))
    if len(live) == len(networks):
        return some, some_ends
    rows = [row for row, network in enumerate(networks) if network is not None]
    ends = np.zeros((len(networks), len(epochs)), np.intp)
    ends[rows] = some_ends
    block = TrialBlock.blank(task.spec, len(networks), some.steps)
    for field in fields(Trials):
        getattr(block, field.name)[rows] = getattr(some, field.name)
    return block.cut(ends[:, -1]), ends


def require_source(where: str, task: object, seed: object) -> None:
    """Raise `ParameterError` unless `task` is a task, and `seed` a root seed."""
    rule, remedy = "must be a task", "give one such as TASKS['sir2'].build()"
    require(hasattr(task, "trials"), f"{where}: task", task, rule, remedy)
    require_seed(f"{where}: seed", seed)


def require_addresses(networks: Sequence[int | None], epochs: range) -> None:
    """Raise `ParameterError` unless these are numbers of networks and of epochs (`draw_epochs`)."""
    listed = isinstance(networks, Sequence | np.ndarray)
    fits = listed and all(each is None or (isinstance(each, Integral) and each >= 0) for each in networks)
    rule = "must be numbers of networks from 0 on, or None"
    require(fits, "draw_epochs: networks", networks, rule, "give e.g. range(16)")
    fits = isinstance(epochs, range) and len(epochs) > 0 and min(epochs) >= 0 and max(epochs) <= LAST_EPOCH
    require(fits, "draw_epochs: epochs", epochs, f"must be numbers from 0 to {LAST_EPOCH}", "give e.g. range(1)")


def draw_frozen_stream(task: Task, seed: int, network: int, sequences: int, purpose: Purpose) -> Trials:
    """The stream of a network's frozen test or validation."""
    return drawn(task, sequences, stream(seed, purpose, network))


def drawn(task: Task, sequences: int, rng: np.random.Generator) -> Trials:
    """A stream of a task; `OutsideError` or `BrokenTaskError` if `Task.trials` fails or returns anything else."""
    what, remedy = f"task {task.spec.name!r}: trials({sequences})", "correct `trials` of the task"
    with told(f"{what} cannot be drawn", f"{remedy}, or give it other parameters"):
        trials = task.trials(sequences, rng)
    found = type(trials).__name__
    require(isinstance(trials, Trials), what, found, "is not a Trials object", remedy, error=BrokenTaskError)
    require(len(trials) > 0, what, len(trials), "has no step", remedy, error=BrokenTaskError)
    return trials


def _draw_one_by_one(
    task: Task, seed: int, networks: Sequence[int], epochs: range, purpose: Purpose
) -> tuple[TrialBlock, NDArray[np.intp]]:
    spec = task.spec
    sequences = spec.sequences_per_epoch
    streams = [[drawn(task, sequences, stream(seed, purpose, r, epoch)) for epoch in epochs] for r in networks]
    lengths = np.array([[len(trials) for trials in own] for own in streams], np.intp)
    ends = lengths.reshape(len(networks), len(epochs)).cumsum(1)
    block = TrialBlock.blank(spec, len(networks), int(ends.max(initial=0)))
    for row, own in enumerate(streams):
        for name in ARRAYS:
            rows = getattr(block, name)[row]
            joined = [
                narrowed(f"{spec.name}: Trials.{name}", getattr(t, name), ARRAYS[name], rows.shape[1:]) for t in own
            ]
            rows[: ends[row, -1]] = np.concatenate(joined)
    return block.cut(ends[:, -1]), ends
