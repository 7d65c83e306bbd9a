"""Addressed random streams: every draw depends only on its address.

An address is a root seed, a purpose, a network, and an epoch (0 if there is none). It does not name the model, so
networks of one number see the same trials in all models.

Python draws from a NumPy generator (`stream`). Kernels draw by counter (`tasks.engine.kernels.counter`) from the `key`
of a network.
"""

from enum import IntEnum
from functools import lru_cache

import numpy as np

from tasks.base.addresses import require_seed
from tasks.base.errors import require, require_integer

__all__ = ["Purpose", "key", "require_draw", "stream"]


class Purpose(IntEnum):
    """Purpose of a random stream: never reuse or renumber one."""

    TRIALS = 0
    WEIGHTS = 1
    TEST_TRIALS = 2
    GATING_NOISE = 3
    LESION = 4
    UNIT_NOISE = 5
    REJECTED_CONTENT = 6
    RANDOM_GO = 12
    RESPONSE = 20
    DESIGN = 30
    BOOTSTRAP = 31
    FROZEN_TEST = 32
    CONSOLIDATION = 33
    VALIDATION = 34


def stream(seed: int, purpose: Purpose, network: int, epoch: int = 0) -> np.random.Generator:
    """The random stream at the address (`seed`, `purpose`, `network`, `epoch`).

    Raises
    ------
    ParameterError
        If `seed` is not a whole number from 0 to 2**63 - 1.

    Examples
    --------
    >>> a = stream(1, Purpose.TRIALS, network=3, epoch=7)
    >>> b = stream(1, Purpose.TRIALS, network=3, epoch=7)
    >>> bool((a.integers(100, size=5) == b.integers(100, size=5)).all())
    True
    """
    require_seed("stream: seed", seed)
    sequence = np.random.SeedSequence(seed, spawn_key=(int(purpose), network, epoch))
    return np.random.Generator(np.random.Philox(sequence))


@lru_cache(maxsize=4096)
def key(seed: int, network: int) -> tuple[int, int]:
    """The key of a network for random numbers by counter: two 32-bit words.

    Raises
    ------
    ParameterError
        As `stream`.

    Examples
    --------
    >>> key(1, network=3)
    (3056722145, 2430819912)
    """
    require_seed("key: seed", seed)
    first, second = np.random.SeedSequence(seed, spawn_key=(network,)).generate_state(2, np.uint32)
    return int(first), int(second)


def require_draw(task: str, n: object, rng: object) -> None:
    """Raise `ParameterError` unless ``trials(n, rng)`` of a task has a number of sequences and a generator.

    Examples
    --------
    >>> require_draw("SIR", 2, 0)
    Traceback (most recent call last):
    tasks.base.errors.ParameterError: SIR.trials(rng) = 0 is not a random generator of NumPy; give \
np.random.default_rng(SEED)
    """
    require_integer(f"{task}.trials(n)", n, least=1)
    rule, remedy = "is not a random generator of NumPy", "give np.random.default_rng(SEED)"
    require(isinstance(rng, np.random.Generator), f"{task}.trials(rng)", rng, rule, remedy)
