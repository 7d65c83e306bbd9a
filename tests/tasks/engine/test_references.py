"""Tuples that kernels get by reference: fields are as in Python, and elements can be set."""

import sys
from typing import Any, NamedTuple

import numpy as np
import pytest
from numba import config, njit, typeof
from numba.core.errors import TypingError

from tasks.engine.lanes import LANES, aligned_zeros, load, store
from tasks.engine.lanes.interface import private
from tasks.engine.lanes.options import OPTIONS, inner
from tasks.engine.lanes.references import by_reference

RECORD = np.dtype((np.record, [("a", np.int64), ("b", np.bool_), ("c", np.float32, LANES)]))


class Constants(NamedTuple):
    first: float
    on: bool
    last: int


class Empty(NamedTuple):
    pass


@by_reference
class Bundle(NamedTuple):
    rows: Any
    nothing: None
    constants: Constants
    empty: Empty
    pair: tuple[int, float]
    keys: Any
    cube: Any
    flags: Any
    records: Any
    count: int


@inner
def inside(bundle, i):
    constants = bundle.constants
    store(bundle.rows, i, load(bundle.rows, i) * constants.first + 1.0 * bundle.count)
    bundle.keys[i] += constants.last
    return bundle.records[i].a + bundle.keys[i]


@njit(**OPTIONS)
def look(bundle, out):
    total = 0
    for i in range(len(bundle.rows)):
        total += inside(bundle, i)
    out[0], out[1], out[2] = total, bundle.pair[0], bundle.pair[1]
    out[3], out[4] = bundle.cube[1, 2, 3], bundle.cube.size
    out[5], out[6] = bundle.flags[1], bundle.constants.on
    out[7], out[8] = bundle.nothing is None, len(bundle.empty)
    return bundle.records[1].c[5]


def bundle():
    rows, records = aligned_zeros(2, np.float32), np.zeros(2, RECORD)
    rows[:] = np.arange(2 * LANES).reshape(2, LANES)
    records["a"], records["c"][1, 5] = (7, 8), 2.5
    return Bundle(
        rows=rows, nothing=None, constants=Constants(0.5, True, 40), empty=Empty(), pair=(3, 0.25),
        keys=np.array([1, 2**31], np.uint32), cube=np.arange(24.0).reshape(2, 3, 4),
        flags=np.array([False, True]), records=records.view(np.recarray), count=10,
    )  # fmt: skip


def test_fields_are_read_and_elements_set_as_in_python():
    compiled, plain, seen, wanted = bundle(), bundle(), np.zeros(9), np.zeros(9)
    assert look(compiled, seen) == 2.5
    for i in range(2):
        plain.rows[i] = plain.rows[i] * np.float32(0.5) + np.float32(10.0)
        plain.keys[i] += 40
    total = sum(int(plain.records[i].a) + int(plain.keys[i]) for i in range(2))
    wanted[:] = total, 3, 0.25, plain.cube[1, 2, 3], plain.cube.size, 1, 1, 1, 0
    np.testing.assert_array_equal(seen, wanted)
    np.testing.assert_array_equal(compiled.rows, plain.rows)
    np.testing.assert_array_equal(compiled.keys, plain.keys)


@njit
def set_count(bundle):
    bundle.count = 3


@njit
def misspelled(bundle):
    return bundle.cuont


@pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")
@pytest.mark.parametrize("wrong", [set_count, misspelled])
def test_fields_cannot_be_set_or_misspelled(wrong):
    with pytest.raises((TypingError, NotImplementedError)):
        wrong(bundle())


@pytest.mark.skipif(not private, reason="the public interface of numba has no references")
def test_it_is_one_argument_and_two_kinds_of_the_same_fields_differ():
    kind = typeof(bundle())
    assert isinstance(kind, private.references.Reference)
    assert kind == typeof(bundle())
    other = typeof(bundle()._replace(keys=np.zeros(2, np.int64)))
    assert kind != other
    assert kind.mangling_args != other.mangling_args


@by_reference
class Pair(NamedTuple):
    row: Any
    cube: Any


@njit
def first_sum(pair):
    return pair.row[0] + pair.cube[0, 0, 0]


@pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")
def test_a_function_that_counts_references_gives_back_what_it_held():
    pair = Pair(np.ones(3), np.full((2, 2, 2), 2.0))
    before = [sys.getrefcount(array) for array in pair]
    assert [first_sum(pair) for _ in range(5)] == [3.0] * 5
    assert [sys.getrefcount(array) for array in pair] == before


@pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")
@pytest.mark.parametrize("cube", [np.ones((2, 4, 2))[:, ::2], np.asfortranarray(np.ones((2, 3, 2)))])
def test_arrays_in_another_order_are_rejected(cube):
    """A kernel would read their elements at wrong places."""
    with pytest.raises(TypeError, match=r"Pair\.cube is not in C order"):
        first_sum(Pair(np.ones(3), cube))
