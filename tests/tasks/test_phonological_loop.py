"""The phonological loop: its sequences, their order, and rejections."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, hypergeom

from tasks.base.errors import ParameterError
from tasks.base.task import SplitTask
from tasks.phonological_loop import Control, PhonologicalLoop, Split, dealt
from tests.reference import oracles, streams

SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""
SMALL = {"phonemes": 3, "length": 2, "trained_sequences": 4, "novel_sequences": 3}


def words_of(task, n, seed=3):
    """The sequences of a stream, as words; encoding and recall must agree."""
    stream = task.trials(n, np.random.default_rng(seed))
    shown, answers, length = streams.shown(task.spec, stream), streams.answers(task.spec, stream), task.length
    words = []
    for start in range(0, len(shown), 2 * length):
        heard = [step["phoneme"] for step in shown[start : start + length]]
        assert answers[start : start + 2 * length] == [None] * length + heard
        words.append("".join(heard))
    assert len(words) == n
    return words


def test_published_configuration():
    task = PhonologicalLoop.oreilly_frank_2006()
    assert (task.phonemes, task.length, task.trained_sequences, task.novel_sequences) == (10, 3, 300, 300)
    assert task.spec.criterion.zero_error_epochs == 1
    assert len(set(words_of(task, 300))) == 300
    assert task.spec.channels[1].symbols == ("E1", "E2", "E3", "R1", "R2", "R3")
    separate = PhonologicalLoop.oreilly_frank_2006_separate().spec
    assert [c.symbols for c in separate.channels[1:]] == [("E", "R"), ("1", "2", "3")]


@pytest.mark.parametrize("task", [PhonologicalLoop(), PhonologicalLoop(**SMALL), PhonologicalLoop(selection=5)])
def test_novel_sequences_are_never_trained(task):
    novel = task.novel()
    assert isinstance(task, SplitTask)
    assert (novel.split, novel.spec.sequences_per_epoch) == (Split.NOVEL, task.novel_sequences)
    trained, kept_back = set(words_of(task, 1000)), set(words_of(novel, 1000))
    assert len(trained) == task.trained_sequences
    assert len(kept_back) == task.novel_sequences
    assert not trained & kept_back
    for other in ("channels", "responses", "events", "items"):
        assert getattr(novel.spec, other) == getattr(task.spec, other)


def test_every_sequence_has_its_turn_before_any_comes_again():
    words = words_of(PhonologicalLoop(**SMALL), 40)
    for start in range(0, 40, 4):
        assert len(set(words[start : start + 4])) == 4
    assert len({tuple(words[start : start + 4]) for start in range(0, 40, 4)}) > 5


def test_every_order_is_equally_likely():
    task = PhonologicalLoop(**{**SMALL, "trained_sequences": 3})
    orders = [tuple(words_of(task, 3, seed)) for seed in range(1200)]
    counts = [orders.count(order) for order in set(orders)]
    assert len(counts) == 6
    assert chisquare(counts).pvalue > SURPRISING


def test_every_sequence_is_as_likely_to_be_selected():
    names = ["".join(word) for word in product("ABC", repeat=2)]
    tasks = [PhonologicalLoop(**SMALL, selection=i) for i in range(600)]
    for split, share in ((lambda t: t, 4 / 9), (lambda t: t.novel(), 3 / 9)):
        selected = [w for t in tasks for w in words_of(split(t), len(split(t).sequences))]
        counts = np.array([selected.count(name) for name in names])
        # The count of a sequence over the selections has the variance of n draws of probability `share`, and the counts
        # sum to a constant, which leaves eight degrees of freedom.
        z = (counts - 600 * share) ** 2 / (600 * share * (1 - share)) * 8 / 9
        assert z.sum() < 32  # chance 1e-4


def test_phonemes_are_as_frequent_at_each_time_as_a_selection_from_all_makes_them():
    sequences = PhonologicalLoop().sequences
    for time in range(3):
        counts = np.bincount(sequences[:, time], minlength=10)
        chance = hypergeom(1000, 100, 300)
        assert (chance.cdf(counts) > SURPRISING).all()
        assert (chance.sf(counts - 1) > SURPRISING).all()


def test_the_selection_is_the_same_on_every_day():
    # A change would give every study other sequences.
    assert words_of(PhonologicalLoop(), 5) == ["CAA", "JFD", "IFE", "HEC", "DJF"]
    assert sorted(words_of(PhonologicalLoop().novel(), 300))[:5] == ["AAC", "AAI", "ABF", "ABJ", "ACB"]


@given(words=st.lists(st.integers(0, 2**32 - 1), max_size=30), count=st.integers(1, 9))
def test_dealing_is_drawing_from_what_is_left(words, count):
    left, cards = [], []
    for _ in words:
        left = left or list(range(count))
        drawn = dealt(np.array(words[: len(cards) + 1], np.uint32), count)[-1]
        assert drawn in left
        left.remove(drawn)
        cards.append(drawn)
    assert cards == dealt(np.array(words, np.uint32), count)


@given(
    phonemes=st.integers(2, 26),
    length=st.integers(2, 4),
    control=st.sampled_from(list(Control)),
    selection=st.integers(0, 2**31 - 1),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=40, deadline=None)
def test_any_parameters_give_the_oracles_answers(phonemes, length, control, selection, seed):
    share = min(150, phonemes**length // 2)
    sizes = {"trained_sequences": share, "novel_sequences": share}
    task = PhonologicalLoop(phonemes=phonemes, length=length, control=control, selection=selection, **sizes)
    for half in (task, task.novel()):
        stream = half.trials(40, np.random.default_rng(seed))
        shown = streams.shown(half.spec, stream)
        if control is Control.SEPARATE:
            shown = [{"phoneme": s["phoneme"], "control": s["phase"] + s["time"]} for s in shown]
        assert streams.answers(half.spec, stream) == oracles.phonological_loop_answers(shown)
        gates, policy = streams.gates(half.spec, stream), oracles.phonological_loop_policy
        assert streams.answers(half.spec, stream) == oracles.answers_from_memory(shown, gates, "phoneme", policy)


def test_events_and_gates_tell_the_story_of_a_stream():
    task = PhonologicalLoop(length=4)
    stream = task.trials(50, np.random.default_rng(4))
    held = set()
    for step, event, gate, counts, rewarded, starts in zip(
        streams.shown(task.spec, stream),
        streams.events(task.spec, stream),
        streams.gates(task.spec, stream),
        stream.counts,
        stream.rewarded,
        stream.starts,
        strict=True,
    ):
        phase, time = step["control"]
        expected = {f"phoneme {t}": "HOLD" if t in held else "NONE" for t in "1234"}
        if phase == "E":
            expected[f"phoneme {time}"] = "STORE"
            held.add(time)
        else:
            expected[f"phoneme {time}"] = "READ"
            held.remove(time)
        assert gate == expected
        assert event == {"E": "encode", "R": "recall"}[phase]
        assert bool(counts) == bool(rewarded) == (phase == "R")
        assert starts == (step["control"] == "E1")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"phonemes": 1}, "PhonologicalLoop.phonemes = 1 must be a whole number from 2 to 26"),
        ({"phonemes": 27}, "PhonologicalLoop.phonemes = 27"),
        ({"length": 1}, "PhonologicalLoop.length = 1 must be a whole number from 2 to 19"),
        ({"length": 10**6}, "PhonologicalLoop.length = 1000000 must be a whole number from 2 to 19"),
        ({"length": 19, "phonemes": 3}, "PhonologicalLoop.length = 19 gives 1162261467 sequences of 3 phonemes"),
        ({"length": 7}, "PhonologicalLoop.length = 7 gives 10000000 sequences of 10 phonemes"),
        ({"control": "join"}, "PhonologicalLoop.control = 'join' .* did you mean 'joint'"),
        ({"split": "trainee"}, "PhonologicalLoop.split = 'trainee' .* did you mean 'trained'"),
        ({"trained_sequences": 0}, "PhonologicalLoop.trained_sequences = 0 must be a whole number from 1 to 999"),
        ({"novel_sequences": 0}, "PhonologicalLoop.novel_sequences = 0"),
        ({"novel_sequences": 701}, "PhonologicalLoop.novel_sequences = 701 must be a whole number from 1 to 700"),
        ({"trained_sequences": 1000}, "PhonologicalLoop.trained_sequences = 1000 must be a whole number from 1 to 999"),
        ({"selection": -1}, "PhonologicalLoop.selection = -1"),
        ({"sequences_per_epoch": 0}, "PhonologicalLoop.sequences_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "PhonologicalLoop.zero_error_epochs = 0"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        PhonologicalLoop(**change)
