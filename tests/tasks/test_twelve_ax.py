"""1-2-AX: the statistics of its generator, and rejections."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from tasks.base.errors import ParameterError
from tasks.twelve_ax import Event, Reading, TwelveAX
from tests.reference import oracles, streams

LOOPS = 4000
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""


def _pairs(task, seed=11):
    """Digit, cue and probe of every pair, as letters, and the number of pairs of each outer loop."""
    stream = task.trials(LOOPS, np.random.default_rng(seed))
    text = "".join(s["symbol"] for s in streams.shown(task.spec, stream))
    loops = re.sub(r"(\d)", r" \1", text).split()
    pairs = [(loop[0], loop[i : i + 2]) for loop in loops for i in range(1, len(loop), 2)]
    return pairs, np.array([(len(loop) - 1) // 2 for loop in loops])


@pytest.mark.parametrize(("reading", "rate"), [("independent", 11 / 36), ("current task", 5 / 9)])
def test_published_rate_of_target_pairs(reading, rate):
    stream = TwelveAX(reading=reading).trials(LOOPS, np.random.default_rng(1))
    probes = stream.event >= Event.TARGET_PROBE
    share = stream.target[probes].mean()
    assert share == pytest.approx(rate, abs=4 * np.sqrt(rate * (1 - rate) / probes.sum()))


@pytest.mark.parametrize("p", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("digit", ["1", "2"])
@pytest.mark.parametrize("reading", list(Reading))
def test_every_pair_has_its_probability_in_each_task(p, digit, reading):
    pairs, _ = _pairs(TwelveAX(target_probability=p, reading=reading))
    current = {"1": "AX", "2": "BY"}[digit]
    expected, observed = [], []
    seen = [pair for d, pair in pairs if d == digit]
    for pair in (c + x for c in "ABC" for x in "XYZ"):
        if reading is Reading.INDEPENDENT:
            as_target = 0.5 if pair in ("AX", "BY") else 0.0
        else:
            as_target = 1.0 if pair == current else 0.0
        expected.append(len(seen) * (p * as_target + (1 - p) / 9))
        observed.append(seen.count(pair))
    expected, observed = np.array(expected), np.array(observed)
    possible = expected > 0
    assert observed[possible].sum() == len(seen)
    assert possible.sum() == 1 or chisquare(observed[possible], expected[possible]).pvalue > SURPRISING


@pytest.mark.parametrize(("least", "most"), [(1, 4), (2, 5), (3, 3)])
def test_numbers_of_pairs_are_equally_likely(least, most):
    _, counts = _pairs(TwelveAX(min_pairs=least, max_pairs=most))
    observed = [(counts == k).sum() for k in range(least, most + 1)]
    assert sum(observed) == LOOPS
    assert most == least or chisquare(observed).pvalue > SURPRISING


def test_tasks_are_equally_likely_and_do_not_foretell_the_next():
    stream = TwelveAX().trials(LOOPS, np.random.default_rng(2))
    digits = stream.symbols[stream.starts, 0]
    assert chisquare(np.bincount(2 * digits[:-1] + digits[1:])).pvalue > SURPRISING


@pytest.mark.parametrize("reading", list(Reading))
def test_a_distractor_task_has_lures_and_no_target(reading):
    task = TwelveAX.with_distractor_task(reading=reading)
    pairs, _ = _pairs(task)
    stream = task.trials(LOOPS, np.random.default_rng(11))
    probes = stream.event >= Event.TARGET_PROBE
    digit = np.array([int(d) for d, _ in pairs])
    kinds = np.array([stream.event[probes][digit == d] for d in (1, 2, 3)], dtype=object)
    assert not (kinds[2] == Event.TARGET_PROBE).any()
    # Possible targets are half of the pairs, and two ninths of the others are such, too.
    lures, possible = (kinds[2] == Event.LURE_PROBE).mean(), 1 / 2 + 1 / 2 * 2 / 9
    assert lures == pytest.approx(possible, abs=4 * np.sqrt(possible * (1 - possible) / len(kinds[2])))
    assert chisquare(np.bincount(stream.symbols[stream.starts, 0], minlength=3)).pvalue > SURPRISING


ADJUSTED = [
    {"targets": ("1AX", "1BX", "2CZ")},
    {"targets": ("1AX", "2AX")},
    {"tasks": "1", "targets": ("1CY",)},
    {"tasks": "0123", "cues": "ABCD", "probes": "WXYZ", "targets": ("0AW", "1BX", "2CY", "3DZ", "3AW")},
    {"tasks": "123", "min_pairs": 6, "max_pairs": 9},
]


@pytest.mark.parametrize("changes", ADJUSTED)
@pytest.mark.parametrize("reading", list(Reading))
def test_adjusted_targets_and_lengths_have_the_oracles_answers(changes, reading):
    task = TwelveAX(reading=reading, **changes)
    stream = task.trials(400, np.random.default_rng(3))
    shown = streams.shown(task.spec, stream)
    answers = oracles.twelve_ax_answers(shown, task.targets, task.tasks, task.cues)
    assert streams.answers(task.spec, stream) == answers
    assert set(np.unique(stream.symbols)) == set(range(len(task.spec.channels[0].symbols)))
    pairs = np.diff([*np.flatnonzero(stream.starts), len(stream)]) // 2
    assert (pairs.min(), pairs.max()) == (task.min_pairs, task.max_pairs)


def test_possible_targets_of_the_current_task_are_its_own():
    task = TwelveAX(targets=("1AX", "1BX", "2CZ"), reading=Reading.CURRENT_TASK, target_probability=1.0)
    pairs, _ = _pairs(task)
    assert {pair for digit, pair in pairs if digit == "1"} == {"AX", "BX"}
    assert {pair for digit, pair in pairs if digit == "2"} == {"CZ"}


@given(
    least=st.integers(1, 4),
    more=st.integers(0, 3),
    p=st.floats(0, 1),
    reading=st.sampled_from(list(Reading)),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=40, deadline=None)
def test_any_parameters_give_loops_of_pairs_with_the_oracles_answers(least, more, p, reading, seed):
    task = TwelveAX(min_pairs=least, max_pairs=least + more, target_probability=p, reading=reading)
    stream = task.trials(20, np.random.default_rng(seed))
    lengths = np.diff([*np.flatnonzero(stream.starts), len(stream)])
    assert len(lengths) == 20
    assert set(lengths.tolist()) <= {1 + 2 * k for k in range(least, least + more + 1)}
    shown = streams.shown(task.spec, stream)
    assert streams.answers(task.spec, stream) == oracles.twelve_ax_answers(shown)


def test_events_and_gates_tell_the_story_of_a_stream():
    task = TwelveAX()
    stream = task.trials(500, np.random.default_rng(4))
    digit, last = None, None
    for seen, event, gate, rewarded in zip(
        (s["symbol"] for s in streams.shown(task.spec, stream)),
        streams.events(task.spec, stream),
        streams.gates(task.spec, stream),
        stream.rewarded,
        strict=True,
    ):
        if seen in "12":
            digit = seen
            expected = "task", {"task": "STORE", "cue": "CLEAR"}
        elif seen in "ABC":
            expected = "cue", {"task": "HOLD", "cue": "STORE"}
        else:
            named = {"1AX": "target", "2BY": "target", "2AX": "lure", "1BY": "lure"}.get(digit + last + seen, "other")
            expected = f"{named} probe", {"task": "READ", "cue": "READ"}
        assert (event, gate) == expected
        assert rewarded == (seen in "XYZ")
        last = seen


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"min_pairs": 0}, "TwelveAX.min_pairs = 0 must be a whole number of at least 1"),
        ({"min_pairs": 1.0}, "TwelveAX.min_pairs = 1.0 must be a whole number"),
        ({"max_pairs": "4"}, "TwelveAX.max_pairs = '4' must be a whole number"),
        ({"min_pairs": 3, "max_pairs": 2}, "TwelveAX.max_pairs = 2 is below min_pairs = 3"),
        ({"target_probability": 1.5}, r"TwelveAX.target_probability = 1.5 must lie in \[0, 1\]"),
        ({"target_probability": float("nan")}, "TwelveAX.target_probability = nan"),
        ({"target_probability": None}, "TwelveAX.target_probability = None"),
        ({"reading": "curent task"}, "TwelveAX.reading = 'curent task' .* did you mean 'current task'"),
        ({"tasks": ""}, "TwelveAX.tasks = '' must have at least 1 symbols"),
        ({"cues": "A"}, "TwelveAX.cues = 'A' must have at least 2 symbols"),
        ({"probes": 3}, "TwelveAX.probes = 3 must have at least 2 symbols"),
        ({"tasks": "1A"}, "TwelveAX symbols = '1AABCXYZ' contain 'A' more than once"),
        ({"targets": ()}, r"TwelveAX.targets = \(\) must name targets, each once"),
        ({"targets": (1, 2)}, "TwelveAX.targets = 1 must be a task of '12', a cue of 'ABC', and a probe of 'XYZ'"),
        ({"targets": (["1", "A", "X"],)}, r"TwelveAX.targets = \['1', 'A', 'X'\] must be a task of '12', a cue"),
        ({"targets": ("1AX", "1AX")}, "TwelveAX.targets = .* each once"),
        ({"targets": "1AX"}, "TwelveAX.targets = '1AX' must name targets"),
        ({"targets": ("3AX",)}, "TwelveAX.targets = '3AX' must be a task of '12', a cue of 'ABC', and"),
        ({"targets": ("1A",)}, "TwelveAX.targets = '1A' must be a task of"),
        ({"outer_loops_per_epoch": 0}, "TwelveAX.outer_loops_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "TwelveAX.zero_error_epochs = 0"),
        ({"zero_error_epochs": True}, "TwelveAX.zero_error_epochs = True"),
        ({"resets_memory": 1}, "TwelveAX.resets_memory = 1 must be True or False"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        TwelveAX(**change)


def test_published_configurations():
    published = TwelveAX.oreilly_frank_2006()
    assert (published.min_pairs, published.max_pairs, published.target_probability) == (1, 4, 0.5)
    assert published.reading is Reading.INDEPENDENT
    assert published.spec.sequences_per_epoch == 25
    assert published.spec.criterion.zero_error_epochs == 2
    assert TwelveAX.current_task().reading is Reading.CURRENT_TASK
    assert TwelveAX.with_distractor_task().tasks == "123"
    assert TwelveAX.current_task(max_pairs=2).max_pairs == 2
    reset = TwelveAX.martinolli_2018()
    assert reset.spec.resets_memory
    assert not published.spec.resets_memory
    assert TwelveAX.martinolli_2018(resets_memory=False, max_pairs=2).max_pairs == 2
    assert TwelveAX(reading="current task").reading is Reading.CURRENT_TASK


def test_half_the_pairs_of_2018_are_possible_targets_and_the_others_equally_likely():
    task = TwelveAX.martinolli_2018()
    stream = task.trials(20_000, np.random.default_rng(11))
    symbols = stream.symbols[:, 0] - 2
    cues = np.flatnonzero(stream.event == Event.CUE)
    pairs = np.bincount(3 * symbols[cues] + symbols[cues + 1] - 3, minlength=9) / len(cues)
    expected = np.full(9, 1 / 14)
    expected[[0, 4]] = 1 / 4  # A-X and B-Y
    np.testing.assert_allclose(pairs, expected, atol=4 * np.sqrt(0.25 * 0.75 / len(cues)))
    per_epoch = len(stream) / 20_000 * task.outer_loops_per_epoch
    assert per_epoch * task.zero_error_epochs == pytest.approx(1050, rel=0.02)
