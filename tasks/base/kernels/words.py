"""The random words that sequences of trials are made of."""

from tasks.base.kernels.counter import draw
from tasks.base.lanes.options import kernel

__all__ = ["draw_words"]


@kernel
def draw_words(keys, purpose, epochs, words):
    """Fill `words` (replica, epoch, sequence, word): a sequence's words depend on its address alone.

    ``keys`` (replica, 2) are those of `tasks.base.rng.key`, ``epochs`` the numbers of the epochs. Word i of sequence s
    is word i mod 4 of the draw at the counter (⌊i/4⌋, s, purpose, epoch).
    """
    count = words.shape[3]
    for r in range(words.shape[0]):
        for e in range(words.shape[1]):
            for s in range(words.shape[2]):
                for index in range((count + 3) // 4):
                    a, b, c, d = draw(keys[r, 0], keys[r, 1], index, s, purpose, epochs[e])
                    i = 4 * index
                    words[r, e, s, i] = a
                    if i + 1 < count:
                        words[r, e, s, i + 1] = b
                    if i + 2 < count:
                        words[r, e, s, i + 2] = c
                    if i + 3 < count:
                        words[r, e, s, i + 3] = d
