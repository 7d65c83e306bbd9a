"""Random numbers that are a function of their address, for kernels.

Philox4x32-10 (Salmon, Moraes, Dror & Shaw, 2011, SC '11) turns a counter of four 32-bit words and a key of two into
four random words.

The key is that of a seed and a network (`tasks.base.rng.key`); the counter is (index, step, purpose, epoch). `below`,
`uniform` and `normal` give the same bits on any processor, compiled or not.
"""

import math

import numpy as np

from tasks.engine.lanes import where
from tasks.engine.lanes.options import inner

__all__ = ["LARGEST_COUNT", "below", "draw", "next_count", "normal", "uniform"]

LARGEST_COUNT = 2**24
"""Largest whole number that float32 counts without gaps."""

ROUNDS = 10
MULTIPLIER_0, MULTIPLIER_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL_0, WEYL_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
WORD = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


@inner
def draw(key_0, key_1, index, step, purpose, epoch):
    """Four random words (uint32) at the counter (index, step, purpose, epoch), by Philox4x32-10.

    Each argument is a whole number below 2**32.
    """
    c_0, c_1, c_2, c_3 = np.uint64(index), np.uint64(step), np.uint64(purpose), np.uint64(epoch)
    k_0, k_1 = np.uint64(key_0), np.uint64(key_1)
    for _ in range(ROUNDS):
        product_0, product_1 = MULTIPLIER_0 * c_0, MULTIPLIER_1 * c_2
        c_0, c_2 = (product_1 >> HALF) ^ c_1 ^ k_0, (product_0 >> HALF) ^ c_3 ^ k_1
        c_1, c_3 = product_1 & WORD, product_0 & WORD
        k_0, k_1 = (k_0 + WEYL_0) & WORD, (k_1 + WEYL_1) & WORD
    return np.uint32(c_0), np.uint32(c_1), np.uint32(c_2), np.uint32(c_3)


@inner
def next_count(count):
    """The count after `count`, in lanes; 1 follows `LARGEST_COUNT`."""
    return where(count < LARGEST_COUNT, count + 1.0, 1.0)


@inner
def below(word, count):
    """A whole number from 0 to `count` − 1: ⌊word · count / 2³²⌋, uniform up to one part in 2³² / count."""
    return np.int64((np.uint64(word) * np.uint64(count)) >> HALF)


@inner
def uniform(word):
    """A number in [0, 1): one of 2²⁴ equally likely ones, exact in float32."""
    return np.float64(np.uint32(word) >> np.uint32(8)) * (1.0 / (1 << 24))


@inner
def logarithm(x):
    """The natural logarithm of a positive normal number, to 2 units in the last place.

    ``x = m 2ᵉ`` with √½ ≤ m < √2, and ``ln m = 2 artanh(s)``, ``s = (m − 1)/(m + 1)``, by its series to s²¹.
    """
    m, e = math.frexp(x)
    if m < 0.7071067811865476:
        m, e = 2.0 * m, e - 1
    s = (m - 1.0) / (m + 1.0)
    s_2 = s * s
    series = 1.0 / 21.0
    for odd in range(19, 0, -2):
        series = series * s_2 + 1.0 / odd
    return e * 0.6931471805599453 + 2.0 * s * series


@inner
def normal(word):
    """A standard normal number: the quantile at (word + ½) / 2³², within ±6.34.

    Algorithm AS 241 (PPND16) of Wichura (1988), Applied Statistics 37:477-484. Opposite words give opposite numbers.
    """
    q = (np.float64(word) - 2147483647.5) * (1.0 / 4294967296.0)
    distance = abs(q)
    if distance <= 0.425:
        r = 0.180625 - q * q
        above = 2.5090809287301226727e3
        above = above * r + 3.3430575583588128105e4
        above = above * r + 6.7265770927008700853e4
        above = above * r + 4.5921953931549871457e4
        above = above * r + 1.3731693765509461125e4
        above = above * r + 1.9715909503065514427e3
        above = above * r + 1.3314166789178437745e2
        above = above * r + 3.3871328727963666080e0
        under = 5.2264952788528545610e3
        under = under * r + 2.8729085735721942674e4
        under = under * r + 3.9307895800092710610e4
        under = under * r + 2.1213794301586595867e4
        under = under * r + 5.3941960214247511077e3
        under = under * r + 6.8718700749205790830e2
        under = under * r + 4.2313330701600911252e1
        under = under * r + 1.0
        return q * above / under
    # No word lies so far out (r > 5) that the third part of AS 241 would be needed.
    r = math.sqrt(-logarithm(0.5 - distance)) - 1.6
    above = 7.74545014278341407640e-4
    above = above * r + 2.27238449892691845833e-2
    above = above * r + 2.41780725177450611770e-1
    above = above * r + 1.27045825245236838258e0
    above = above * r + 3.64784832476320460504e0
    above = above * r + 5.76949722146069140550e0
    above = above * r + 4.63033784615654529590e0
    above = above * r + 1.42343711074968357734e0
    under = 1.05075007164441684324e-9
    under = under * r + 5.47593808499534494600e-4
    under = under * r + 1.51986665636164571966e-2
    under = under * r + 1.48103976427480074590e-1
    under = under * r + 6.89767334985100004550e-1
    under = under * r + 1.67638483018380384940e0
    under = under * r + 2.05319162663775882187e0
    under = under * r + 1.0
    return math.copysign(above / under, q)
