"""Random words from which sequences of trials are made."""

from tasks.engine.kernels.counter import draw
from tasks.engine.lanes.options import kernel

__all__ = ["draw_words"]


@kernel
def draw_words(keys, purpose, epochs, words):
    """Fill `words` (network, epoch, word) for ``keys`` (network, 2) of `tasks.base.rng.key`.

    Word i of an epoch is word i mod 4 of the draw at the counter (⌊i/4⌋, 0, purpose, epoch).
    """
    count = words.shape[2]
    for r in range(words.shape[0]):
        for e in range(words.shape[1]):
            for i in range(0, count - 3, 4):
                a, b, c, d = draw(keys[r, 0], keys[r, 1], i // 4, 0, purpose, epochs[e])
                words[r, e, i], words[r, e, i + 1], words[r, e, i + 2], words[r, e, i + 3] = a, b, c, d
            if count % 4:
                last = draw(keys[r, 0], keys[r, 1], count // 4, 0, purpose, epochs[e])
                for i in range(count % 4):
                    words[r, e, count - count % 4 + i] = last[i]
