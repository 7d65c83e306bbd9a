"""Measuring spike delays: intervals, marks, and rejections."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from tasks.base.errors import ParameterError
from tasks.timing import SpikeDelays
from tests.reference import recurrent_oracles, streams

SPIKES = 4000
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""


@pytest.mark.parametrize("delays", [(0, 1), (0, 7), (0, 1, 2, 3)])
def test_all_delays_are_equally_likely_and_independent(delays):
    task = SpikeDelays(delays=delays)
    stream = task.trials(SPIKES, np.random.default_rng(3))
    places = np.flatnonzero(stream.values[:, 0])
    assert len(places) == SPIKES
    assert places[-1] == len(stream) - 1
    late = np.diff(places, prepend=-1) - task.interval
    assert set(late) == set(delays)
    pairs = late[0::2] * 100 + late[1::2]
    counts = np.unique(pairs, return_counts=True)[1]
    assert len(counts) == len(delays) ** 2
    assert chisquare(counts).pvalue > SURPRISING


def test_starts_are_given_or_not():
    given, not_given = (SpikeDelays(starts_given=mark).trials(9, np.random.default_rng(1)) for mark in (True, False))
    np.testing.assert_array_equal(given.starts[1:], given.values[:-1, 0] == 1)
    assert given.starts[0]
    assert np.flatnonzero(not_given.starts).tolist() == [0]
    np.testing.assert_array_equal(given.values, not_given.values)


@given(
    interval=st.integers(1, 12),
    delays=st.lists(st.integers(0, 12), min_size=2, max_size=5, unique=True),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=40, deadline=None)
def test_any_parameters_give_the_oracles_answers(interval, delays, seed):
    task = SpikeDelays(interval=interval, delays=tuple(delays))
    stream = task.trials(10, np.random.default_rng(seed))
    answers = recurrent_oracles.spike_delays_answers(streams.shown(task.spec, stream), interval)
    assert streams.answers(task.spec, stream) == answers


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"interval": 0}, "SpikeDelays.interval = 0"),
        ({"delays": [0, 1]}, r"SpikeDelays.delays = \[0, 1\] must be numbers of steps"),
        ({"delays": (0, -1)}, "SpikeDelays.delays = -1 must be a whole number of at least 0"),
        ({"delays": (1, 1)}, r"SpikeDelays.delays = \(1, 1\) must be at least two different"),
        ({"delays": (1,)}, r"SpikeDelays.delays = \(1,\) must be at least two different"),
        ({"starts_given": 1}, "SpikeDelays.starts_given = 1 must be True or False"),
        ({"tolerance": -1.0}, "Quantity.tolerance = -1.0"),
        ({"spikes_per_epoch": 0}, "SpikeDelays.spikes_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "SpikeDelays.zero_error_epochs = 0"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        SpikeDelays(**change)
