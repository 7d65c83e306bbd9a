"""Two sequences: classes, noise of every kind, limits of the best guess, and rejections."""

import numpy as np
import pytest
from scipy.stats import binomtest, chisquare, kstest, norm

from tasks.base.errors import ParameterError
from tasks.two_sequence import TwoSequence

SEQUENCES = 4000
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""
EXPERIMENTS = (TwoSequence.experiment_3a, TwoSequence.experiment_3b, TwoSequence.experiment_3c)


@pytest.fixture(params=[(build, n) for build in EXPERIMENTS for n in (1, 3)], ids=str)
def drawn(request):
    build, n = request.param
    task = build(informative=n, min_length=20)
    return task, task.trials(SEQUENCES, np.random.default_rng(6))


def test_classes_and_lengths_are_equally_likely(drawn):
    task, stream = drawn
    starts = np.flatnonzero(stream.starts)
    lengths = np.diff([*starts, len(stream)])
    right = stream.quantity[stream.counts]
    first = np.isclose(right, task.targets[0])
    assert (first | np.isclose(right, task.targets[1])).all()
    table = np.array([[((lengths == length) & (first == is_first)).sum() for length in (20, 21, 22)]
                      for is_first in (True, False)])  # fmt: skip
    assert table.sum() == SEQUENCES
    assert chisquare(table, axis=None).pvalue > SURPRISING


def test_numbers_say_the_class_and_are_noise(drawn):
    task, stream = drawn
    starts = np.flatnonzero(stream.starts)
    says = stream.values[(starts[:, None] + np.arange(task.informative)), 0]
    sign = np.where(np.isclose(stream.quantity[stream.counts], task.targets[0]), 1, -1)[:, None]
    if task.signal_variance == 0:
        np.testing.assert_array_equal(says, np.broadcast_to(sign, says.shape))
    else:
        assert kstest((says - sign).ravel(), norm(0, np.sqrt(task.signal_variance)).cdf).pvalue > SURPRISING
    noise = stream.values[stream.event != 0, 0]
    assert kstest(noise, norm(0, np.sqrt(0.2)).cdf).pvalue > SURPRISING
    assert abs(np.corrcoef(noise[:-1], noise[1:])[0, 1]) < 4 / np.sqrt(len(noise))


def test_only_what_is_taught_is_noisy(drawn):
    task, stream = drawn
    taught = stream.noise[stream.counts]
    if task.target_variance == 0:
        assert not taught.any()
    else:
        assert kstest(taught, norm(0, np.sqrt(0.1)).cdf).pvalue > SURPRISING
        assert abs(np.corrcoef(taught, stream.quantity[stream.counts])[0, 1]) < 4 / np.sqrt(SEQUENCES)
    assert not stream.noise[~stream.counts].any()


def test_the_best_guess_is_wrong_as_often_as_the_docstring_says(drawn):
    task, stream = drawn
    starts = np.flatnonzero(stream.starts)
    says = stream.values[(starts[:, None] + np.arange(task.informative)), 0].sum(1)
    guess = np.where(says > 0, *task.targets)
    wrong = int((abs(guess - stream.quantity[stream.counts]) >= task.tolerance).sum())
    if task.signal_variance == 0:
        assert wrong == 0
    else:
        rate = norm.sf(np.sqrt(task.informative / task.signal_variance))
        assert rate == pytest.approx({1: 0.0127, 3: 0.000054}[task.informative], rel=0.01)
        assert binomtest(wrong, SEQUENCES, rate).pvalue > SURPRISING


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"informative": 0}, "TwoSequence.informative = 0"),
        ({"min_length": 3}, "TwoSequence.min_length = 3 must be a whole number of at least 4"),
        ({"targets": (1.0,)}, r"TwoSequence.targets = \(1.0,\) must be a pair"),
        ({"targets": (1.0, "x")}, "TwoSequence.targets = 'x' must be a real number"),
        ({"targets": (1.0, 1.0)}, "TwoSequence.targets = .* must differ"),
        ({"signal_variance": -0.1}, "TwoSequence.signal_variance = -0.1 must be at least 0"),
        ({"noise_variance": float("nan")}, "TwoSequence.noise_variance = nan must be at least 0"),
        ({"target_variance": "much"}, "TwoSequence.target_variance = 'much' must be a real number"),
        ({"tolerance": 0}, "Quantity.tolerance = 0 must be above 0"),
        ({"sequences_per_epoch": 0}, "TwoSequence.sequences_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "TwoSequence.zero_error_epochs = 0"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        TwoSequence(**change)
