"""The embedded Reber grammar: its strings, their statistics, and rejections."""

from itertools import pairwise

import numpy as np
import pytest

from tasks.base.answers import Several
from tasks.base.drawing import draw_epochs
from tasks.base.errors import ParameterError
from tasks.reber import EmbeddedReber
from tests.reference import recurrent_oracles, streams

STRINGS = 20_000


def strings_of(task, n, seed=6):
    stream = task.trials(n, np.random.default_rng(seed))
    letters = "".join(step["letter"] for step in streams.shown(task.spec, stream))
    edges = [*np.flatnonzero(stream.event == 0).tolist(), len(stream)]
    return [letters[a:b] for a, b in pairwise(edges)], stream


def test_strings_have_the_lengths_of_the_grammar():
    """m = 12 letters on average: the inside is B, T or P, then 5 2/3 or 6 1/3, by the equations of its states."""
    strings, _ = strings_of(EmbeddedReber(), STRINGS)
    lengths = np.array([len(string) for string in strings])
    assert lengths.min() == 9
    assert abs(lengths.mean() - 12) < 4 * lengths.std() / np.sqrt(STRINGS)
    shortest = 2 * (1 / 8) * STRINGS  # B T X S E and B P V V E inside, of three choices each
    assert abs((lengths == 9).sum() - shortest) < 4 * np.sqrt(shortest)


def test_the_key_owes_nothing_to_the_inside_and_comes_back():
    strings, _ = strings_of(EmbeddedReber(), STRINGS)
    assert all(string[1] == string[-2] for string in strings)
    table = np.array([[sum((s[1], s[3]) == (a, b) for s in strings) for b in "TP"] for a in "TP"])
    assert (abs(table - STRINGS / 4) < 4 * np.sqrt(STRINGS * 3 / 16)).all()


def test_the_target_is_the_letter_that_comes():
    for task in (EmbeddedReber.hochreiter_schmidhuber_1997(), EmbeddedReber.gers_2000()):
        stream = task.trials(500, np.random.default_rng(2))
        following = np.append(stream.symbols[1:, 0], 0)
        asked = stream.target >= 0
        np.testing.assert_array_equal(stream.target[asked], following[asked])
        np.testing.assert_array_equal(~asked, (stream.event == 5) & (not task.continual))
        np.testing.assert_array_equal(stream.counts, asked)


def test_what_is_right_and_taught_can_be_said():
    spec = EmbeddedReber.gers_2000(tolerance=0.49, all_taught=True).spec
    assert spec.answer == Several(tolerance=0.49, all_taught=True)
    assert EmbeddedReber.gers_2000().spec.answer == Several()


def test_starts_are_given_or_not():
    strings, stream = strings_of(EmbeddedReber.gers_2000(starts_given=True), 50)
    np.testing.assert_array_equal(stream.starts, stream.event == 0)
    _, unmarked = strings_of(EmbeddedReber.gers_2000(), 50)
    assert unmarked.starts.sum() == unmarked.starts[0] == 1
    np.testing.assert_array_equal(stream.symbols, unmarked.symbols)
    assert len(strings) == 50


def test_long_epochs_of_many_networks_are_like_any_other():
    """The length of a stream is known only when it is drawn."""
    task = EmbeddedReber(strings_per_epoch=300)
    block, ends = draw_epochs(task, 1, range(3), range(2))
    assert block.length.tolist() == ends[:, -1].tolist()
    assert block.steps == block.length.max()
    for r in range(3):
        letters = "".join("BTPSXVE"[s] for s in block.symbols[r, : block.length[r], 0])
        edges = [*np.flatnonzero(block.event[r, : block.length[r]] == 0).tolist(), len(letters)]
        strings = [letters[a:b] for a, b in pairwise(edges)]
        assert len(strings) == 600
        assert all(recurrent_oracles.begins_an_embedded_reber_string(string) for string in set(strings))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"continual": 1}, "EmbeddedReber.continual = 1 must be True or False"),
        ({"starts_given": "no"}, "EmbeddedReber.starts_given = 'no' must be True or False"),
        ({"strings_per_epoch": 0}, "EmbeddedReber.strings_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "EmbeddedReber.zero_error_epochs = 0"),
        ({"tolerance": 0.0}, r"Several.tolerance = 0.0 must lie in \(0, 1\)"),
        ({"all_taught": 1}, "Several.all_taught = 1 must be True or False"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        EmbeddedReber(**change)
