"""Temporal order: places of its signals, and rejections."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from tasks.base.errors import ParameterError
from tasks.temporal_order import TemporalOrder
from tests.reference import oracles, streams

SEQUENCES = 3000
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""


def sequences_of(task, n=SEQUENCES, seed=6):
    """Every sequence as a word."""
    stream = task.trials(n, np.random.default_rng(seed))
    text = "".join(s["symbol"] for s in streams.shown(task.spec, stream))
    words = text.replace("E", " E").split()
    assert len(words) == n
    return words


@pytest.mark.parametrize(
    "task",
    [
        TemporalOrder.hochreiter_schmidhuber_1997_6a(),
        TemporalOrder.hochreiter_schmidhuber_1997_6b(),
        TemporalOrder(windows=((1, 1), (2, 4)), min_length=6, max_length=7),
    ],
)
def test_signals_come_in_their_windows_and_everything_is_equally_likely(task):
    words = sequences_of(task)
    places = np.array([[t for t, symbol in enumerate(word) if symbol in "XY"] for word in words])
    assert places.shape == (SEQUENCES, len(task.windows))
    for place, (first, last) in zip(places.T, task.windows, strict=True):
        counts = np.bincount(place)
        assert counts[:first].sum() == 0
        assert len(counts) == last + 1
        assert first == last or chisquare(counts[first:]).pvalue > SURPRISING
    lengths = np.bincount([len(word) for word in words], minlength=task.max_length + 1)
    assert lengths[: task.min_length].sum() == 0
    assert chisquare(lengths[task.min_length :]).pvalue > SURPRISING
    orders = ["".join(symbol for symbol in word if symbol in "XY") for word in words]
    counts = [orders.count(order) for order in sorted(set(orders))]
    assert len(counts) == 2 ** len(task.windows)
    assert chisquare(counts).pvalue > SURPRISING
    assert all((word[0], word[-1]) == ("E", "B") for word in words)
    text = "".join(words)
    assert chisquare([text.count(symbol) for symbol in "abcd"]).pvalue > SURPRISING


@given(
    gaps=st.lists(st.integers(1, 4), min_size=2, max_size=4),
    widths=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    more=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=40, deadline=None)
def test_any_parameters_give_the_oracles_answers(gaps, widths, more, seed):
    windows, end = [], 0
    for gap, width in zip(gaps, widths, strict=False):
        windows.append((end + gap, end + gap + width))
        end += gap + width
    least = end + 2 + more[0]
    task = TemporalOrder(windows=tuple(windows), min_length=least, max_length=least + more[1])
    stream = task.trials(20, np.random.default_rng(seed))
    shown = streams.shown(task.spec, stream)
    assert streams.answers(task.spec, stream) == oracles.temporal_order_answers(shown)
    gates, policy = streams.gates(task.spec, stream), oracles.temporal_order_policy
    assert streams.answers(task.spec, stream) == oracles.answers_from_memory(shown, gates, "symbol", policy)


def test_events_and_gates_tell_the_story_of_a_stream():
    task = TemporalOrder(windows=((1, 3), (5, 6)), min_length=9, max_length=11)
    stream = task.trials(100, np.random.default_rng(4))
    seen = 0
    for step, event, gate, counts, rewarded, starts in zip(
        streams.shown(task.spec, stream),
        streams.events(task.spec, stream),
        streams.gates(task.spec, stream),
        stream.counts,
        stream.rewarded,
        stream.starts,
        strict=True,
    ):
        symbol = step["symbol"]
        seen = 0 if symbol == "E" else seen
        expected = ["HOLD" if i < seen else "NONE" for i in range(2)]
        if symbol in "XY":
            expected[seen] = "STORE"
            seen += 1
        elif symbol == "B":
            expected = ["READ", "READ"]
        assert list(gate.values()) == expected
        assert event == {"E": "start", "B": "end", "X": "signal", "Y": "signal"}.get(symbol, "distractor")
        assert bool(counts) == bool(rewarded) == (symbol == "B")
        assert starts == (symbol == "E")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"windows": (10, 20)}, r"TemporalOrder.windows = \(10, 20\) must be pairs of steps"),
        ({"windows": None}, "TemporalOrder.windows = None must be pairs of steps"),
        ({"windows": ((10, 20),)}, "TemporalOrder.windows = .* must be 2 to 6"),
        ({"windows": ((10, 20), (20, 30))}, "TemporalOrder.windows = .* must be in order"),
        ({"windows": ((20, 10), (30, 40))}, "TemporalOrder.windows = .* must be in order"),
        ({"windows": ((0, 10), (30, 40))}, "TemporalOrder.windows = .* must be in order, start at step 1"),
        ({"min_length": 61}, "TemporalOrder.min_length = 61 must be a whole number of at least 62"),
        ({"max_length": 99}, "TemporalOrder.max_length = 99 must be a whole number of at least 100"),
        ({"sequences_per_epoch": 0}, "TemporalOrder.sequences_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "TemporalOrder.zero_error_epochs = 0"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        TemporalOrder(**change)


def test_published_configurations():
    two = TemporalOrder.hochreiter_schmidhuber_1997_6a()
    three = TemporalOrder.hochreiter_schmidhuber_1997_6b()
    assert two.windows == ((10, 20), (50, 60))
    assert three.windows == ((10, 20), (33, 43), (66, 76))
    for task in (two, three):
        assert (task.min_length, task.max_length) == (100, 110)
        assert task.spec.sequences_per_epoch * task.spec.criterion.zero_error_epochs == 2000
    assert two.spec.responses == ("X-X", "X-Y", "Y-X", "Y-Y")
    assert len(three.spec.responses) == 8


def test_in_one_stream_the_sequences_are_the_same_and_only_their_starts_are_not_told():
    continual, told = (TemporalOrder.gers_2000(starts_given=told) for told in (False, True))
    one, other = (task.trials(6, np.random.default_rng(2)) for task in (continual, told))
    np.testing.assert_array_equal(one.symbols, other.symbols)
    np.testing.assert_array_equal(one.target, other.target)
    assert other.starts.sum() == 6
    assert np.flatnonzero(one.starts).tolist() == [0]
    assert continual.windows == TemporalOrder.hochreiter_schmidhuber_1997_6b().windows
    with pytest.raises(ParameterError, match=r"TemporalOrder.starts_given = 'no' must be True or False"):
        TemporalOrder(starts_given="no")
