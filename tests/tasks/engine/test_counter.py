"""Random numbers by counter: those of the paper, the same everywhere, and with the right distributions."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest, norm

from tests.reference import counter_kernel as kernel
from tests.reference.philox import naive_philox

ROOT = Path(__file__).parents[3]
SURPRISING = 1e-4
ONES = 0xFFFFFFFF
WORDS = st.integers(0, ONES)
KNOWN = [
    ((0,) * 4, (0,) * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((ONES,) * 4, (ONES,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]
"""Counter, key and words of philox4x32-10: the known-answer vectors of the authors' library Random123."""


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_the_naive_twin_gives_the_known_answers(counter, key, answer):
    assert " ".join(f"{word:08x}" for word in naive_philox(counter, key)) == answer


@settings(deadline=None, max_examples=50)
@given(WORDS, WORDS, WORDS, WORDS)
def test_words_are_those_of_the_naive_twin(key_0, key_1, purpose, epoch):
    drawn = kernel.drawn(key_0, key_1, purpose, epoch, steps=3, count=8)
    for step in range(3):
        four = [naive_philox((index, step, purpose, epoch), (key_0, key_1)) for index in range(2)]
        assert drawn[step].tolist() == four[0] + four[1]


@settings(deadline=None)
@given(WORDS, st.integers(1, ONES))
def test_numbers_are_what_their_docstrings_say(word, count):
    [whole], [flat], [bell] = kernel.made_of([word], count)
    assert whole == word * count // 2**32
    assert flat == (word // 256) / 2**24 == np.float32(flat)
    quantile = norm.ppf((word + 0.5) / 2**32) if word < 2**31 else -norm.ppf((ONES - word + 0.5) / 2**32)
    assert bell == pytest.approx(quantile, rel=1e-13, abs=1e-15)
    assert bell == -kernel.made_of([ONES - word], count)[2][0]


@pytest.mark.parametrize("word", kernel.EDGES)
def test_numbers_stay_in_their_range_to_the_edge(word):
    [whole], [flat], [bell] = kernel.made_of([word], 3)
    assert whole in range(3)
    assert 0 <= flat < 1
    assert 0 < abs(bell) < 6.34


def test_numbers_are_distributed_as_they_should_be():
    words = kernel.drawn(1, 2, 3, 4, steps=20_000, count=8).ravel()
    whole, flat, bell = kernel.made_of(words, 10)
    assert chisquare(np.bincount(whole, minlength=10)).pvalue > SURPRISING
    assert kstest(flat, "uniform").pvalue > SURPRISING
    assert kstest(bell, "norm").pvalue > SURPRISING
    # Successive words, within and between steps, are uncorrelated.
    for apart in (1, 4, 8):
        assert abs(np.corrcoef(bell[:-apart], bell[apart:])[0, 1]) < 4 / np.sqrt(len(bell))


def test_the_same_source_without_the_compiler_gives_the_same_bits(tmp_path):
    file = tmp_path / "plain.npz"
    command = [sys.executable, "-W", "error", "-m", "tests.reference.counter_kernel", str(file)]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, check=True)
    with np.load(file) as plain:
        for name, values in kernel.results().items():
            np.testing.assert_array_equal(plain[name], values, err_msg=name)
            assert plain[name].dtype == values.dtype
