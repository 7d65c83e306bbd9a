"""Addressed random streams: every draw has an address, and the address is all that it depends on.

A stream is named by the root seed of a study, a purpose, the replica, and, where there is one, the epoch. Streams are
not spawned in sequence, so a replica draws the same numbers whether it runs alone or among a thousand, on any number
of threads, and any epoch of it can be drawn again. Task streams do not name the model: all learners of one replica
number see the same trials.
"""

from enum import IntEnum

import numpy as np

__all__ = ["Purpose", "stream"]


class Purpose(IntEnum):
    """What a stream is used for. Numbers are part of the address: never reuse or renumber one."""

    TRIALS = 0
    WEIGHTS = 1
    TEST_TRIALS = 2


def stream(seed: int, purpose: Purpose, replica: int, epoch: int = 0) -> np.random.Generator:
    """The random stream at the address (`seed`, `purpose`, `replica`, `epoch`).

    Examples
    --------
    >>> a = stream(1, Purpose.TRIALS, replica=3, epoch=7)
    >>> b = stream(1, Purpose.TRIALS, replica=3, epoch=7)
    >>> bool((a.integers(100, size=5) == b.integers(100, size=5)).all())
    True
    """
    sequence = np.random.SeedSequence(seed, spawn_key=(int(purpose), replica, epoch))
    return np.random.Generator(np.random.Philox(sequence))
