"""The counting languages: their numbers, withheld ones, and rejections."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from tasks.base.errors import ParameterError
from tasks.base.task import Choice, SplitTask
from tasks.counting import Counting, Language
from tests.reference import recurrent_oracles, streams

STRINGS = 3000
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""
PATTERN = {"aabb": "(a+)(b+)", "aabBAA": "(a+)(b+)(B+)(A+)", "aabbcc": "(a+)(b+)(c+)"}


def numbers_of(task, n=STRINGS):
    """Number of letters of each kind in every string."""
    stream = task.trials(n, np.random.default_rng(6))
    letters = "".join(step["letter"] for step in streams.shown(task.spec, stream))
    strings = letters.split("S")[1:]
    assert len(strings) == n == stream.starts.sum()
    return [tuple(map(len, re.fullmatch(PATTERN[task.language], string).groups())) for string in strings]


@pytest.mark.parametrize("build", [Counting.a_b, Counting.a_b_b_a, Counting.a_b_c])
def test_all_numbers_are_equally_likely(build):
    task = build(counts=(2, 5))
    numbers = Counter(numbers_of(task))
    two = task.language == "aabBAA"
    assert len(numbers) == (16 if two else 4)
    assert all(number == number[::-1] if two else len(set(number)) == 1 for number in numbers)
    assert chisquare(list(numbers.values())).pvalue > SURPRISING


@pytest.mark.parametrize("build", [Counting.a_b, Counting.a_b_b_a, Counting.a_b_c])
def test_novel_strings_have_numbers_that_no_other_has(build):
    task = build()
    assert isinstance(task, SplitTask)
    trained, novel = ({n for number in numbers_of(t) for n in number} for t in (task, task.novel()))
    assert trained == set(range(1, 11))
    assert novel == set(range(11, 21))
    assert task.novel().novel() == task
    assert task.novel().spec == task.spec


def test_the_target_is_the_letter_that_comes():
    for task in (Counting.a_b(), Counting.a_b_b_a(), Counting.a_b_c()):
        stream = task.trials(200, np.random.default_rng(2))
        following = np.append(stream.symbols[1:, 0], 0)
        end = len(task.spec.responses) - 1
        np.testing.assert_array_equal(stream.target, np.where(following == 0, end, following - 1))
        np.testing.assert_array_equal(stream.event == 3, stream.target == end)


@given(
    language=st.sampled_from(list(Language)),
    least=st.integers(1, 6),
    more=st.integers(0, 6),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=40, deadline=None)
def test_any_parameters_give_the_oracles_answers(language, least, more, seed):
    task = Counting(language=language, counts=(least, least + more), novel_counts=(20, 20))
    stream = task.trials(10, np.random.default_rng(seed))
    answers = recurrent_oracles.counting_answers(streams.shown(task.spec, stream), language)
    assert streams.answers(task.spec, stream) == answers


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"language": "aabbc"}, "Counting.language = 'aabbc' .* did you mean 'aabbcc'"),
        ({"counts": 4}, "Counting.counts = 4 must be a pair of numbers"),
        ({"counts": (0, 4)}, r"Counting.counts\[0\] = 0 must be a whole number of at least 1"),
        ({"counts": (4, 3)}, r"Counting.counts\[1\] = 3 must be a whole number of at least 4"),
        ({"novel_counts": (8, 12)}, r"Counting.novel_counts = \(8, 12\) overlaps with counts = \(1, 10\)"),
        ({"strings_per_epoch": 0}, "Counting.strings_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "Counting.zero_error_epochs = 0"),
        ({"tolerance": 1.0}, "Several.tolerance = 1.0 must lie in"),
        ({"all_taught": 1}, "Several.all_taught = 1"),
        ({"certain_only": 2}, "Counting.certain_only = 2"),
        ({"certain_only": True, "tolerance": 0.4}, "Counting.certain_only = True asks for one response"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        Counting(**change)


@pytest.mark.parametrize("build", [Counting.a_b, Counting.a_b_b_a, Counting.a_b_c])
def test_only_certain_letters_are_asked_for_where_a_choice_is(build):
    whole, certain = (build(certain_only=only) for only in (False, True))
    one, other = (task.trials(30, np.random.default_rng(3)) for task in (whole, certain))
    np.testing.assert_array_equal(one.symbols, other.symbols)
    answers = recurrent_oracles.counting_answers(streams.shown(whole.spec, one), whole.language)
    assert other.counts.tolist() == [len(answer) == 1 for answer in streams.answers(whole.spec, one)]
    assert len(answers) == len(other.counts)
    assert isinstance(certain.spec.answer, Choice)


def test_strings_have_the_numbers_that_are_asked_for():
    task = Counting.a_b_b_a()
    stream = task.strings(np.array([[2, 1], [1, 3]]))
    letters = "".join(step["letter"] for step in streams.shown(task.spec, stream))
    assert letters == "SaabBAASabbbBBBA"
    for wrong in ([[0, 1]], np.zeros((0, 2), np.intp), [1, 2], 3, [[1.5, 2]], [[2**40, 1]]):
        with pytest.raises(ParameterError, match=r"Counting.strings\(numbers\) = .* must be \(string, 2\)"):
            task.strings(wrong)
