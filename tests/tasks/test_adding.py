"""Adding and multiplication: places of the marks, answers, and rejections."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest

from tasks.adding import Adding
from tasks.base.errors import ParameterError
from tests.reference import oracles, recurrent_oracles, streams

SEQUENCES = 10_000
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""
T = 40
M = T // 2 - 1


@pytest.fixture(scope="module", params=[Adding.experiment_4, Adding.experiment_5])
def drawn(request):
    task = request.param(min_length=T)
    stream = task.trials(SEQUENCES, np.random.default_rng(6))
    starts = np.flatnonzero(stream.starts)
    return task, stream, starts, np.diff([*starts, len(stream)])


def test_lengths_are_equally_likely(drawn):
    _, _, starts, lengths = drawn
    assert len(starts) == SEQUENCES
    assert set(lengths) == set(range(T, T + T // 10 + 1))
    assert chisquare(np.bincount(lengths)[T:]).pvalue > SURPRISING


def test_marks_are_where_the_paper_puts_them(drawn):
    """A mark at step i: one of the first ten with probability 1/10, the other's, without the first, 1 in M."""
    _, stream, starts, _ = drawn
    place = np.arange(len(stream)) - np.repeat(starts, np.diff([*starts, len(stream)]))
    counts = np.bincount(place[stream.values[:, 1] == 1], minlength=M + 1)
    expected = SEQUENCES * np.array([*[0.1 + 0.9 / M] * 10, *[1 / M] * (M - 9)])
    assert counts.sum() == counts[: M + 1].sum() == 2 * SEQUENCES
    assert (abs(counts - expected) < 4 * np.sqrt(expected * (1 - expected / SEQUENCES))).all()


def test_a_first_pair_that_is_marked_shows_what_makes_no_difference(drawn):
    task, stream, starts, _ = drawn
    first = stream.values[starts]
    assert set(first[:, 1]) == {-1, 1}
    assert set(first[first[:, 1] == 1, 0]) == {0 if task.operation == "sum" else 1}


def test_answers_have_the_mean_and_the_variance_of_two_or_one_number(drawn):
    """p: the first step is marked, and its number makes no difference."""
    task, stream, _, _ = drawn
    p = 0.1 + 0.9 / M
    right = stream.quantity[stream.counts].astype(float)
    if task.operation == "sum":
        mean, variance = 0.5, (2 - p) / 48
    else:
        mean = (1 - p) / 4 + p / 2
        variance = (1 - p) / 9 + p / 3 - mean**2
    assert abs(right.mean() - mean) < 4 * np.sqrt(variance / SEQUENCES)
    fourth = ((right - right.mean()) ** 4).mean()
    assert abs(right.var() - variance) < 4 * np.sqrt((fourth - variance**2) / SEQUENCES)


def test_numbers_are_uniform_and_owe_nothing_to_the_marks(drawn):
    task, stream, _, _ = drawn
    low = -1 if task.operation == "sum" else 0
    marker, later = stream.values[:, 1], ~stream.starts
    for which in ((marker == 1) & later, marker == -1, marker == 0):
        assert kstest(stream.values[which, 0], "uniform", (low, 1 - low)).pvalue > SURPRISING
    number = stream.values[later, 0]
    assert abs(np.corrcoef(number[:-1], number[1:])[0, 1]) < 4 / np.sqrt(len(number))


@given(
    operation=st.sampled_from(["sum", "product"]),
    least=st.integers(11, 60),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=40, deadline=None)
def test_any_parameters_give_the_oracles_answers(operation, least, seed):
    task = Adding(operation=operation, min_length=least)
    stream = task.trials(20, np.random.default_rng(seed))
    shown, answers, gates = (f(task.spec, stream) for f in (streams.shown, streams.answers, streams.gates))
    name = "adding" if operation == "sum" else "multiplication"
    assert answers == getattr(recurrent_oracles, f"{name}_answers")(shown, stream.starts)
    policy = getattr(recurrent_oracles, f"{name}_policy")
    assert oracles.answers_from_memory(shown, gates, "number", policy) == answers


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"operation": "summ"}, "Adding.operation = 'summ' .* did you mean 'sum'"),
        ({"min_length": 10}, "Adding.min_length = 10 must be a whole number of at least 11"),
        ({"tolerance": 0.0}, "Quantity.tolerance = 0.0 must be above 0"),
        ({"sequences_per_epoch": 0}, "Adding.sequences_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "Adding.zero_error_epochs = 0"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        Adding(**change)
