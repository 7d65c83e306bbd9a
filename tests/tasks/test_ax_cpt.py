"""AX-CPT: the statistics of its pairs and delays, and rejections."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from tasks.ax_cpt import AXCPT
from tasks.base.errors import ParameterError
from tests.reference import oracles, streams

TRIALS = 4000
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""


def trials_of(task, n=TRIALS, seed=6):
    """Cue, steps of waiting, and probe of every trial."""
    stream = task.trials(n, np.random.default_rng(seed))
    trials = []
    for step in streams.shown(task.spec, stream):
        symbol = step["symbol"]
        if symbol[0] in "AB":
            trials.append([symbol, 0, None])
        elif symbol == "-":
            trials[-1][1] += 1
        else:
            trials[-1][2] = symbol
    assert len(trials) == n
    return trials


@pytest.mark.parametrize("p", [(0.7, 0.1, 0.1), (0.4, 0.3, 0.2), (0.5, 0.5, 0.0)])
def test_pairs_have_their_probabilities_and_their_letters_are_equally_likely(p):
    task = AXCPT(ax_probability=p[0], ay_probability=p[1], bx_probability=p[2], others=3)
    trials = trials_of(task)
    pairs = [cue[0] + probe[0] for cue, _, probe in trials]
    counts = np.array([pairs.count(pair) for pair in ("AX", "AY", "BX", "BY")])
    expected = TRIALS * np.array([*p, 1 - sum(p)])
    possible = expected > 1e-6
    assert counts[possible].sum() == TRIALS
    assert chisquare(counts[possible], expected[possible]).pvalue > SURPRISING
    for which in (0, 2):
        others = [trial[which] for trial in trials if trial[which][0] in "BY"]
        names = sorted(set(others))
        assert not names or len(names) == 3
        assert not names or chisquare([others.count(name) for name in names]).pvalue > SURPRISING
    both = [(cue, probe) for cue, _, probe in trials if cue[0] + probe[0] == "BY"]
    table = [both.count(pair) for pair in product(("B1", "B2", "B3"), ("Y1", "Y2", "Y3"))]
    assert not both or chisquare(table).pvalue > SURPRISING


@pytest.mark.parametrize(("least", "most"), [(0, 2), (1, 3), (4, 4)])
def test_delays_are_equally_likely_and_do_not_foretell_the_probe(least, most):
    trials = trials_of(AXCPT(min_delay=least, max_delay=most, ax_probability=0.25, ay_probability=0.25))
    delays = np.array([delay for _, delay, _ in trials])
    assert set(delays.tolist()) == set(range(least, most + 1))
    x = np.array([probe == "X" for _, _, probe in trials])
    table = [np.bincount(delays[which], minlength=most + 1)[least:] for which in (x, ~x)]
    assert least == most or all(chisquare(row).pvalue > SURPRISING for row in table)


@given(
    p=st.lists(st.floats(0, 1), min_size=4, max_size=4).filter(lambda p: sum(p) > 0.01),
    others=st.integers(1, 9),
    least=st.integers(0, 3),
    more=st.integers(1, 3),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=40, deadline=None)
def test_any_parameters_give_the_oracles_answers(p, others, least, more, seed):
    ax, ay, bx, _ = (share / sum(p) for share in p)
    pairs = {"ax_probability": ax, "ay_probability": ay, "bx_probability": bx}
    task = AXCPT(**pairs, others=others, min_delay=least, max_delay=least + more)
    stream = task.trials(30, np.random.default_rng(seed))
    shown = streams.shown(task.spec, stream)
    assert streams.answers(task.spec, stream) == oracles.ax_cpt_answers(shown)
    gates, policy = streams.gates(task.spec, stream), oracles.ax_cpt_policy
    assert streams.answers(task.spec, stream) == oracles.answers_from_memory(shown, gates, "symbol", policy)


def test_events_and_gates_tell_the_story_of_a_stream():
    task = AXCPT(others=2)
    stream = task.trials(300, np.random.default_rng(4))
    cue = None
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
        if symbol[0] in "AB":
            cue, expected = symbol, ("cue", "STORE")
        elif symbol == "-":
            expected = "delay", "HOLD"
        else:
            expected = f"{cue[0]}{symbol[0]} probe", "READ"
        assert (event, gate["cue"]) == expected
        assert (bool(counts), bool(rewarded), bool(starts)) == (symbol != "-", symbol[0] in "XY", symbol[0] in "AB")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ax_probability": 1.5}, r"AXCPT.ax_probability = 1.5 must lie in \[0, 1\]"),
        ({"ax_probability": 0.9, "bx_probability": 0.2}, "AXCPT.bx_probability = 0.2 makes the pairs .* sum to 1.2"),
        ({"others": 0}, "AXCPT.others = 0 must be a whole number from 1 to 9"),
        ({"max_delay": 0}, "AXCPT.max_delay = 0 must be a whole number of at least 1"),
        ({"min_delay": 4}, "AXCPT.min_delay = 4 must be a whole number from 0 to 3"),
        ({"trials_per_epoch": 0}, "AXCPT.trials_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "AXCPT.zero_error_epochs = 0"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        AXCPT(**change)


def test_published_configuration():
    task = AXCPT.braver_2001()
    assert (task.ax_probability, task.ay_probability, task.bx_probability) == (0.7, 0.1, 0.1)
