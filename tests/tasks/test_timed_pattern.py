"""Timed patterns: shapes, starts, lengths, and rejections."""

import math

import numpy as np
import pytest
from scipy.stats import chisquare

from tasks.base.errors import ParameterError
from tasks.timed_pattern import Shape, TimedPattern
from tests.reference import recurrent_oracles, streams

SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""
VALUES = {
    Shape.SPIKES: lambda time: float(time % 7 == 6),
    Shape.COSINE: lambda time: 0.5 + 0.5 * math.cos(math.tau * time / 7),
    Shape.TRIANGLE: lambda time: abs(1 - 2 * (time % 7) / 7),
    Shape.RECTANGLE: lambda time: float(time % 7 < 3.5),
}
"""Shape → its value at a time, for a period of 7."""


@pytest.mark.parametrize("shape", Shape)
def test_every_shape_is_that_of_its_equation(shape):
    task = TimedPattern(shape=shape, period=7)
    stream = task.trials(20, np.random.default_rng(2))
    answers = recurrent_oracles.timed_pattern_answers(streams.shown(task.spec, stream), VALUES[shape])
    assert streams.answers(task.spec, stream) == answers
    np.testing.assert_array_equal(stream.starts, stream.values[:, 0] == 1)


def test_all_lengths_are_equally_likely():
    task = TimedPattern(period=3, least=2, most=4)
    stream = task.trials(4000, np.random.default_rng(5))
    lengths = np.diff(np.append(np.flatnonzero(stream.starts), len(stream)))
    found, counts = np.unique(lengths, return_counts=True)
    assert found.tolist() == list(range(6, 13))
    assert chisquare(counts).pvalue > SURPRISING


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"shape": "spikes"}, "TimedPattern.shape = 'spikes' must be one of spikes, cosine, triangle, rectangle"),
        ({"period": 1}, "TimedPattern.period = 1"),
        ({"least": 0}, "TimedPattern.least = 0"),
        ({"least": 4, "most": 4}, "TimedPattern.most = 4"),
        ({"tolerance": 0.0}, "Quantity.tolerance = 0.0"),
        ({"patterns_per_epoch": 0}, "TimedPattern.patterns_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "TimedPattern.zero_error_epochs = 0"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        TimedPattern(**change)
