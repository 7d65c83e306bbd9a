"""Philox4x32-10 by its paper, and the random words of an address."""

from tasks.base.rng import key


def naive_philox(counter, key):
    """Salmon et al. (2011), section 3.3, with Python's whole numbers."""
    counter, key = list(counter), list(key)
    for _ in range(10):
        high_0, low_0 = divmod(0xD2511F53 * counter[0], 2**32)
        high_1, low_1 = divmod(0xCD9E8D57 * counter[2], 2**32)
        counter = [high_1 ^ counter[1] ^ key[0], low_1, high_0 ^ counter[3] ^ key[1], low_0]
        key = [(key[0] + 0x9E3779B9) % 2**32, (key[1] + 0xBB67AE85) % 2**32]
    return counter


def epoch_words(seed, purpose, network, epoch, sequences, count):
    """The words of the sequences of an epoch of a compiled task, `count` each."""
    words = []
    for index in range(-(-sequences * count // 4)):
        words += naive_philox((index, 0, int(purpose), epoch), key(seed, network))
    return [words[s * count : (s + 1) * count] for s in range(sequences)]
