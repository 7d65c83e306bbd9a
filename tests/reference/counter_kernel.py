"""Random numbers by counter in arrays, jitted and, with NUMBA_DISABLE_JIT=1, by the same source in Python.

As a script, it writes them to the given .npz file.
"""

import sys

import numpy as np

from tasks.engine.kernels.counter import below, draw, normal, uniform
from tasks.engine.lanes.options import kernel

DRAWS = 300
EDGES = (0, 1, 2, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1)
"""Words that are the smallest or largest, or change the sign."""


@kernel
def words(key_0, key_1, purpose, epoch, out):
    """Word j of step s to ``out[s, j]``."""
    for step in range(out.shape[0]):
        for index in range(out.shape[1] // 4):
            four = draw(key_0, key_1, index, step, purpose, epoch)
            for i in range(4):
                out[step, 4 * index + i] = four[i]


@kernel
def numbers(words, counts, whole, flat, bell):
    """Each word as a whole number below its count, as a uniform number, and as a normal one."""
    for i in range(len(words)):
        whole[i] = below(words[i], counts[i])
        flat[i] = uniform(words[i])
        bell[i] = normal(words[i])


def drawn(key_0, key_1, purpose, epoch, steps, count):
    """Array (step, word) of random words at an address."""
    out = np.zeros((steps, count), np.uint32)
    words(key_0, key_1, purpose, epoch, out)
    return out


def made_of(source, counts):
    """Whole, uniform and normal numbers of the words `source`."""
    source = np.ascontiguousarray(source, np.uint32)
    whole, flat, bell = np.zeros(len(source), np.int64), np.zeros(len(source)), np.zeros(len(source))
    numbers(source, np.ascontiguousarray(np.broadcast_to(counts, source.shape), np.int64), whole, flat, bell)
    return whole, flat, bell


def results():
    out = drawn(2006, 0xFFFFFFFF, 3, 7, DRAWS, 4).ravel()
    out[: len(EDGES)] = EDGES
    return {"words": out, **dict(zip(("whole", "flat", "bell"), made_of(out, 1 + out % 1000), strict=True))}


if __name__ == "__main__":
    np.savez(sys.argv[1], **results())
