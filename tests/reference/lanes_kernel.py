"""A kernel with every lane operation, jitted and, with NUMBA_DISABLE_JIT=1, on NumPy rows.

As a script, it writes the results of both precisions to the given .npz file.
"""

import sys

import numpy as np
from numba import njit

from tasks.engine.lanes import (
    LANES,
    aligned_zeros,
    any_of,
    at,
    exp,
    expm1,
    fill,
    floor,
    flush_denormals,
    fma,
    fused_exp,
    fused_expm1_for_tanh,
    load,
    maximum,
    minimum,
    restore_control_word,
    scale_by_power_of_two,
    sigmoid,
    sqrt,
    store,
    tanh,
    where,
)

RESULTS = ("functions", "operations", "fields", "fused")
FUNCTIONS = ("exp", "expm1", "sigmoid", "tanh", "fused exp", "fused expm1(2x)")
OPERATIONS = (
    "a + b",
    "a - b",
    "a * b",
    "a / b",
    "-a",
    "a += b; a -= 0.3; a *= b; a /= 0.7",
    "2 * a + 0.1",
    "1 - a / 3",
    "1.5 / b - 2",
    "a < b",
    "a <= b",
    "a > b",
    "a >= b",
    "a == b",
    "a < 0",
    "0.5 > a",
    "a > 0 and b > 0",
    "a > 0 or b > 0",
    "not a > 0",
    "where(a > b, a, 0.1)",
    "where(a > b, 2, b)",
    "minimum(a, b)",
    "maximum(0.2, a)",
    "sqrt(a * a)",
    "floor(a)",
    "a * 2**floor(b)",
    "fill(0.1)",
    "store a number",
    "any_of(a > b)",
    "any_of(a > 1000)",
    "fma(a, b, 0.1)",
    "fma(0.1, a, b)",
    "fma(a, 3, -b)",
)


@njit
def functions(out, x, rows):
    """`FUNCTIONS` of every row of `x`; function f of row i goes to row f * rows + i of `out`."""
    for i in range(rows):
        v = load(x, i)
        store(out, i, exp(v))
        store(out, rows + i, expm1(v))
        store(out, 2 * rows + i, sigmoid(v))
        store(out, 3 * rows + i, tanh(v))
        store(out, 4 * rows + i, fused_exp(v))
        store(out, 5 * rows + i, fused_expm1_for_tanh(v))


@njit
def operations(out, x, y, i):
    """`OPERATIONS` on rows `i` of `x` and `y`, one row of `out` each; masks as 1 and 0."""
    a, b = load(x, i), load(y, i)
    store(out, 0, a + b)
    store(out, 1, a - b)
    store(out, 2, a * b)
    store(out, 3, a / b)
    store(out, 4, -a)
    c = load(x, i)
    c += b
    c -= 0.3
    c *= b
    c /= 0.7
    store(out, 5, c)
    store(out, 6, 2 * a + 0.1)
    store(out, 7, 1 - a / 3)
    store(out, 8, 1.5 / b - 2)
    store(out, 9, where(a < b, 1.0, a * 0))
    store(out, 10, where(a <= b, 1.0, a * 0))
    store(out, 11, where(a > b, 1.0, a * 0))
    store(out, 12, where(a >= b, 1.0, a * 0))
    store(out, 13, where(a == b, 1.0, a * 0))
    store(out, 14, where(a < 0, 1.0, a * 0))
    store(out, 15, where(0.5 > a, 1.0, a * 0))  # noqa: SIM300 - a number may stand on the left
    store(out, 16, where((a > 0) & (b > 0), 1.0, a * 0))
    store(out, 17, where((a > 0) | (b > 0), 1.0, a * 0))
    store(out, 18, where(~(a > 0), 1.0, a * 0))
    store(out, 19, where(a > b, a, 0.1))
    store(out, 20, where(a > b, 2, b))
    store(out, 21, minimum(a, b))
    store(out, 22, maximum(0.2, a))
    store(out, 23, sqrt(a * a))
    store(out, 24, floor(a))
    store(out, 25, scale_by_power_of_two(a, floor(b)))
    store(out, 26, fill(x, 0.1))
    store(out, 27, 0.3)
    store(out, 28, 1.0 if any_of(a > b) else 0.0)
    store(out, 29, 1.0 if any_of(a > 1000) else 0.0)
    store(out, 30, fma(a, b, 0.1))
    store(out, 31, fma(0.1, a, b))
    store(out, 32, fma(a, 3, -b))


@njit
def fused(out, a, b, c, rows):
    """``a * b + c``, rounded once, of every row."""
    for i in range(rows):
        store(out, i, fma(load(a, i), load(b, i), load(c, i)))


@njit
def exchange(records, i):
    """Put field "a" of record `i` into "b", "b" plus 0.1 into "a", and a number into "c"."""
    record = at(records, i)
    a = load(record, "a")
    store(record, "a", load(record, "b") + 0.1)
    store(record, "b", a)
    store(record, "c", 0.3)


@njit
def halved(out, x):
    store(out, 0, load(x, 0) * 0.5)


@njit
def halved_without_denormals(out, x):
    """Half of `x`, or zero if that is no normal number."""
    word = flush_denormals()
    store(out, 0, load(x, 0) * 0.5)
    restore_control_word(word)


def arguments(dtype, rows=200):
    """Arguments of the functions: the whole range up to the limits, and the neighborhood of 0."""
    rng = np.random.default_rng(17)
    limit = 87.0 if np.dtype(dtype) == np.float32 else 708.0
    x = aligned_zeros(rows, dtype)
    x[:] = rng.uniform(-limit, limit, x.shape)
    x[::2] = rng.uniform(-3, 3, x[::2].shape)
    x[::5] *= 10.0 ** rng.uniform(-6, 0, x[::5].shape)
    x[0, :4] = 0.0, limit, -limit, 1.0
    return x


def operands(dtype):
    """Two operands with equal values, both signs, and whole numbers among them."""
    rng = np.random.default_rng(18)
    x, y = aligned_zeros(3, dtype), aligned_zeros(3, dtype)
    x[:], y[:] = rng.normal(0, 2, x.shape), rng.normal(0, 2, y.shape)
    y[1, ::3] = x[1, ::3]
    x[1, 1::4] = 3.0, -2.0, 0.0, 1.0
    return x, y


def factors_and_addends(dtype):
    """Three operands of `fused`, (3, row, 16): of any size, and such that rounding twice goes wrong.

    The product of the latter ends half a unit after the last place, to which something tiny is added, or the addend
    cancels all but its last bits. Then infinities, NaN, zeros of both signs, and the smallest numbers.
    """
    rng, kind = np.random.default_rng(20), np.finfo(dtype)
    shape = (3, 40, LANES)
    abc = (rng.normal(size=shape) * 2.0 ** rng.integers(-12, 12, shape)).astype(dtype)
    half = 2.0 ** -((kind.nmant + 1) // 2)
    a, b, c = abc[:, 10:20]
    a[:], b[:] = 1 + half * rng.integers(1, 4, a.shape), 1 + half * rng.integers(1, 4, b.shape)
    c[:] = rng.choice([-1, 1], c.shape) * 2.0 ** rng.integers(-2 * kind.nmant - 40, -kind.nmant, c.shape)
    a, b, c = abc[:, 20:30]
    c[:] = -(a * b)
    odd = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, kind.max, kind.tiny, kind.smallest_subnormal])
    abc[:, 30:] = rng.choice(odd, abc[:, 30:].shape)
    return [_aligned(values) for values in abc]


def _aligned(values):
    memory = aligned_zeros(len(values), values.dtype)
    memory[:] = values
    return memory


def records(dtype):
    """Three records with fields "a", "b" and "c" of 16 numbers."""
    memory = aligned_zeros(9, dtype)
    memory[:] = np.random.default_rng(19).normal(size=memory.shape)
    return memory.reshape(-1).view(np.dtype([(name, dtype, LANES) for name in "abc"]))


def results(dtype):
    """Results of the kernels for one precision, as arrays of rows of 16: by function, operation, field and product."""
    x = arguments(dtype)
    of_functions = aligned_zeros(len(FUNCTIONS) * len(x), dtype)
    functions(of_functions, x, len(x))
    of_operations = aligned_zeros(len(OPERATIONS), dtype)
    operations(of_operations, *operands(dtype), 1)
    exchanged = records(dtype)
    exchange(exchanged, 1)
    fields = np.stack([exchanged[name][1] for name in "abc"])
    abc = factors_and_addends(dtype)
    products = aligned_zeros(len(abc[0]), dtype)
    fused(products, *abc, len(products))
    return of_functions.reshape(len(FUNCTIONS), len(x), LANES), of_operations, fields, products


if __name__ == "__main__":
    by_name = {}
    for bits in ("32", "64"):
        by_name |= {name + bits: array for name, array in zip(RESULTS, results("float" + bits), strict=True)}
    np.savez(sys.argv[1], **by_name)
