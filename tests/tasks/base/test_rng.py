"""A stream depends on its whole address, and on nothing else."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.base.rng import Purpose, key, stream

SEEDS, NUMBERS = st.integers(0, 2**63 - 1), st.integers(0, 999)
ADDRESSES = st.tuples(SEEDS, st.sampled_from(list(Purpose)), NUMBERS, NUMBERS)


def _numbers(*address):
    return tuple(stream(*address).integers(2**63, size=4).tolist())


@settings(deadline=None, max_examples=50)
@given(ADDRESSES, ADDRESSES)
def test_equal_addresses_and_only_they_give_equal_streams(one, other):
    assert _numbers(*one) == _numbers(*one)
    assert (_numbers(*one) == _numbers(*other)) == (one == other)


def test_neighboring_addresses_give_different_streams():
    addresses = list(product(range(3), Purpose, range(6), range(6)))
    assert len({_numbers(*a) for a in addresses}) == len(addresses)


def test_a_stream_does_not_depend_on_what_was_drawn_before():
    alone = _numbers(7, Purpose.WEIGHTS, 5)
    for network in range(5):
        stream(7, Purpose.WEIGHTS, network).random(1000)
    assert _numbers(7, Purpose.WEIGHTS, 5) == alone


def test_addresses_of_purposes_stay_as_they_are():
    # Renumbering a purpose would give every study new trials and weights.
    numbers = {"TRIALS": 0, "WEIGHTS": 1, "TEST_TRIALS": 2, "GATING_NOISE": 3, "LESION": 4, "UNIT_NOISE": 5}
    numbers |= {
        "REJECTED_CONTENT": 6,
        "RANDOM_GO": 12,
        "RESPONSE": 20,
        "DESIGN": 30,
        "BOOTSTRAP": 31,
        "FROZEN_TEST": 32,
        "CONSOLIDATION": 33,
        "VALIDATION": 34,
    }
    assert {p.name: int(p) for p in Purpose} == numbers


@pytest.mark.parametrize(
    ("address", "first"),
    [((1, Purpose.TRIALS, 0), 109852682421521980), ((2006, Purpose.WEIGHTS, 3, 40), 13324628904329637678)],
)
def test_golden_numbers(address, first):
    # Drawn with NumPy 2.4; Philox and SeedSequence keep their streams from version to version (NEP 19).
    assert int(stream(*address).bit_generator.random_raw()) == first


def test_every_network_has_a_key_of_its_own():
    keys = {key(seed, network) for seed in range(40) for network in range(100)}
    assert len(keys) == 4000
    assert {len({k[word] for k in keys}) for word in range(2)} == {4000}
    assert all(0 <= word < 2**32 for k in keys for word in k)
