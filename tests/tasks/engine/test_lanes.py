"""Lanes: exact as documented, independent, and the same to the bit with and without the compiler."""

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numba import config

from tasks.engine.lanes import LANES, aligned_zeros, allocate, denormals
from tests.reference import lanes_kernel as kernel

ROOT = Path(__file__).parents[3]
PRECISIONS = ("float32", "float64")
BOUNDS = {"exp": 1.0, "expm1": 2.0, "sigmoid": 2.5, "tanh": 2.5, "fused exp": 1.0, "fused expm1(2x)": 2.0}
"""Units in the last place, as in the docstrings."""
EXACT = {
    "exp": np.exp,
    "expm1": np.expm1,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "fused exp": np.exp,
    "fused expm1(2x)": lambda x: np.expm1(2 * np.clip(x, -20, 20)),
}


@pytest.fixture(scope="module")
def jitted():
    return {dtype: kernel.results(dtype) for dtype in PRECISIONS}


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("name", kernel.FUNCTIONS)
def test_functions_are_as_exact_as_they_say(jitted, dtype, name):
    wide = np.longdouble
    if np.finfo(wide).nmant < np.finfo(dtype).nmant + 8:
        pytest.skip("this platform has no wider float to measure against")
    exact = EXACT[name](kernel.arguments(dtype).astype(wide))
    unit = np.spacing(np.abs(exact).astype(dtype)).astype(wide)
    ours = jitted[dtype][0][kernel.FUNCTIONS.index(name)]
    assert (np.abs(ours - exact) / unit).max() <= BOUNDS[name]


def _rounded(exact, dtype):
    """The number of a precision that is nearest to a fraction; of two, the one whose last bit is 0."""
    largest = np.finfo(dtype).max
    if abs(exact) >= Fraction(float(largest)) + Fraction(float(largest - np.nextafter(largest, 0, dtype=dtype))) / 2:
        return np.dtype(dtype).type(np.inf if exact > 0 else -np.inf)
    near = np.dtype(dtype).type(float(exact)) if abs(exact) < largest else np.copysign(largest, float(exact))
    around = [near, np.nextafter(near, near - 1), np.nextafter(near, near + 1)]
    bits = f"u{near.itemsize}"
    finite = [x for x in around if np.isfinite(x)]
    return min(finite, key=lambda x: (abs(Fraction(float(x)) - exact), int(x.view(bits)) & 1))


def _fused(a, b, c):
    """``a * b + c`` of three arrays, rounded once; a zero as with separate roundings."""
    out = np.empty_like(a)
    for i in np.ndindex(a.shape):
        x, y, z = a[i], b[i], c[i]
        if not np.isfinite([x, y, z]).all():
            out[i] = z if np.isfinite([x, y]).all() else x * y + z
            continue
        exact = Fraction(float(x)) * Fraction(float(y)) + Fraction(float(z))
        out[i] = np.copysign(_rounded(exact, a.dtype), 1 if exact > 0 else -1) if exact else x * y + z
    return out


def _expected(a, b):
    """Results of each operation on NumPy arrays, in the order of `OPERATIONS`."""
    kind = a.dtype.type
    chain = (((a + b) - kind(0.3)) * b) / kind(0.7)
    masks = (a < b, a <= b, a > b, a >= b, a == b, a < 0, a < 0.5, (a > 0) & (b > 0), (a > 0) | (b > 0), ~(a > 0))
    rest = (
        np.where(a > b, a, kind(0.1)),
        np.where(a > b, kind(2), b),
        np.minimum(a, b),
        np.maximum(a, kind(0.2)),
        np.abs(a),
        np.floor(a),
        a * kind(2) ** np.floor(b),
        np.full(LANES, 0.1, a.dtype),
        np.full(LANES, 0.3, a.dtype),
        np.ones(LANES),
        np.zeros(LANES),
        *(_fused(x, y, z) for x, y, z in ((a, b, kind(0.1) + 0 * a), (kind(0.1) + 0 * a, a, b), (a, 3 + 0 * a, -b))),
    )
    arithmetic = (a + b, a - b, a * b, a / b, -a, chain, 2 * a + kind(0.1), 1 - a / 3, kind(1.5) / b - 2)
    return (*arithmetic, *(m.astype(a.dtype) for m in masks), *rest)


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize(("row", "name"), list(enumerate(kernel.OPERATIONS)))
def test_operations_are_numpys(jitted, dtype, row, name):
    a, b = (x[1] for x in kernel.operands(dtype))
    np.testing.assert_array_equal(jitted[dtype][1][row], _expected(a, b)[row])


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_fields_of_a_record(dtype):
    before, after = kernel.records(dtype), kernel.records(dtype)
    kernel.exchange(after, 1)
    np.testing.assert_array_equal(after["a"][1], before["b"][1] + np.dtype(dtype).type(0.1))
    np.testing.assert_array_equal(after["b"][1], before["a"][1])
    assert (after["c"][1] == np.dtype(dtype).type(0.3)).all()
    for other in (0, 2):
        assert after[other] == before[other]


@pytest.mark.skipif(config.DISABLE_JIT or not (denormals.X86 or denormals.ARM), reason="nothing is flushed here")
@pytest.mark.parametrize("dtype", PRECISIONS)
def test_denormals_are_flushed_until_the_control_word_is_put_back(dtype):
    tiny = np.finfo(dtype).tiny
    x, out = aligned_zeros(1, dtype), aligned_zeros(1, dtype)
    x[:] = tiny
    x[0, 3] = 4 * tiny
    kernel.halved_without_denormals(out, x)
    assert out[0, 3] == 2 * tiny
    assert (np.delete(out[0], 3) == 0).all()
    kernel.halved(out, x)
    assert (np.delete(out[0], 3) == tiny / 2).all()


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_a_product_and_a_sum_are_rounded_once(jitted, dtype):
    a, b, c = kernel.factors_and_addends(dtype)
    with np.errstate(all="ignore"):
        expected, apart = _fused(a, b, c), a * b + c
    found = jitted[dtype][3]
    np.testing.assert_array_equal(found, expected)
    number = ~np.isnan(expected)
    np.testing.assert_array_equal(np.signbit(found[number]), np.signbit(expected[number]))
    assert (expected[10:30] != apart[10:30]).mean() > 0.2


def test_two_roundings_of_a_sum_in_float64_go_wrong():
    """The error that rows without a compiler must avoid, and that the operands would reveal."""
    a, b, c = (x.astype(np.float64) for x in kernel.factors_and_addends("float32"))
    with np.errstate(all="ignore"):
        twice = (a * b + c).astype(np.float32)
        assert (twice[10:20] != _fused(*kernel.factors_and_addends("float32"))[10:20]).any()


def test_operands_tell_the_operations_apart():
    a, b = (x[1] for x in kernel.operands("float64"))
    assert {0, 1, -1} <= set(np.sign(a - b).tolist())
    assert (a == 0).any()
    assert (a == np.floor(a)).any()
    assert ((a > 0) != (b > 0)).any()


OTHERS = {
    "the compiler's opposite": {"NUMBA_DISABLE_JIT": "0" if config.DISABLE_JIT else "1"},
    "AVX2": {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx2,+fma"},
    "SSE2": {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": ""},
}
"""With and without the compiler, and for processors without AVX-512, or without a fused multiply-add."""


@pytest.mark.parametrize("other", OTHERS)
def test_the_same_bits_whatever_computes_them(jitted, tmp_path, other):
    if "NUMBA_CPU_NAME" in OTHERS[other] and (config.DISABLE_JIT or not denormals.X86):
        pytest.skip("names x86 processors for the compiler")
    path = tmp_path / "other.npz"
    command = [sys.executable, "-W", "error", "-m", "tests.reference.lanes_kernel", str(path)]
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | OTHERS[other])
    results = np.load(path)
    for dtype in PRECISIONS:
        for name, ours in zip(kernel.RESULTS, jitted[dtype], strict=True):
            theirs, bits = results[name + dtype[-2:]], dtype.replace("float", "uint")
            assert theirs.dtype == ours.dtype == np.dtype(dtype)
            number = ~np.isnan(ours)
            np.testing.assert_array_equal(np.isnan(theirs), ~number)
            np.testing.assert_array_equal(theirs[number].view(bits), ours[number].view(bits))


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_functions_hold_the_infinite_and_show_what_is_not_a_number(dtype):
    x, out = aligned_zeros(1, dtype), aligned_zeros(len(kernel.FUNCTIONS), dtype)
    x[0, :3] = np.inf, -np.inf, np.nan
    kernel.functions(out, x, 1)
    limit = np.longdouble(87 if dtype == "float32" else 708)
    for exponential in (0, 4):
        np.testing.assert_allclose(out[exponential, :2], np.exp([limit, -limit]).astype(dtype), rtol=1e-6)
    assert out[[1, 2, 3, 5], 1].tolist() == pytest.approx([-1, 0, -1, -1])
    assert out[2:4, 0].tolist() == [1, 1]
    assert np.isnan(out[:, 2]).all()
    assert np.isfinite(np.delete(out, 2, 1)).all()


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_a_lane_does_not_see_its_neighbors(dtype):
    x, rows = kernel.arguments(dtype, rows=3), 3 * len(kernel.FUNCTIONS)
    together, alone = aligned_zeros(rows, dtype), aligned_zeros(rows, dtype)
    kernel.functions(together, x, 3)
    for lane in (0, 7, 15):
        only = aligned_zeros(3, dtype)
        only[:, lane] = x[:, lane]
        kernel.functions(alone, only, 3)
        np.testing.assert_array_equal(alone[:, lane], together[:, lane])


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_memory_is_aligned_and_its_views_do_not_overlap(dtype):
    memory, views = allocate({"a": 3, "none": 0, "b": 2}, dtype)
    assert memory.shape == (6, LANES)
    assert {name: view.shape for name, view in views.items()} == {"a": (3, 16), "none": (1, 16), "b": (2, 16)}
    for number, view in enumerate(views.values(), 1):
        assert view.ctypes.data % 64 == 0
        view += number
    assert memory[:, 0].tolist() == [1, 1, 1, 2, 3, 3]
