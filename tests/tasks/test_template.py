"""The template for further tasks works, and its walk-through describes it; rejections."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chisquare

from pbwm.compare.models import DEFAULT_MODELS, MODELS
from tasks.base.errors import ParameterError
from tasks.base.task import TrialBlock
from tasks.template import DelayedRecall
from tests.contract.test_tasks import CHECKED

ROOT = Path(__file__).parents[2]
SURPRISING = 1e-4
"""Probability below which a statistic fails; seeds are fixed."""


def test_the_walk_through_has_the_line_that_is_checked():
    text = (ROOT / "docs" / "adding_a_task.md").read_text(encoding="utf-8")
    assert CHECKED["delayed-recall"].summary in text
    assert f"DelayedRecall.{CHECKED['delayed-recall'].build.__name__}" in text


def test_the_files_that_the_walk_through_names_are_there():
    text = (ROOT / "docs" / "adding_a_task.md").read_text(encoding="utf-8")
    named = {word for word in text.replace("`", " ").split() if word.endswith(".py") and "/" in word}
    assert len(named) > 8
    for path in named:
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("model", DEFAULT_MODELS)
def test_models_run_it(model):
    task = DelayedRecall()
    trials = task.trials(3, np.random.default_rng(0))
    outcome = MODELS[model].build(task.spec, networks=range(2)).run(TrialBlock.stack([trials, trials]))
    assert outcome.counted.tolist() == [3, 3]


def test_letters_and_delays_are_equally_likely():
    task = DelayedRecall(letters=3)
    stream = task.trials(6000, np.random.default_rng(5))
    edges = [*np.flatnonzero(stream.starts).tolist(), len(stream)]
    counts = Counter((int(stream.symbols[a, 0]), b - a - 2) for a, b in pairwise(edges))
    assert set(counts) == {(letter, delay) for letter in range(3) for delay in range(2, 6)}
    assert chisquare(list(counts.values())).pvalue > SURPRISING


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"letters": 1}, "DelayedRecall.letters = 1 must be a whole number from 2 to 4"),
        ({"min_delay": 0}, "DelayedRecall.min_delay = 0"),
        ({"max_delay": 1}, "DelayedRecall.max_delay = 1 must be a whole number of at least 2"),
        ({"sequences_per_epoch": 0}, "DelayedRecall.sequences_per_epoch = 0"),
        ({"zero_error_epochs": 0}, "DelayedRecall.zero_error_epochs = 0"),
    ],
)
def test_impossible_parameters_are_rejected_by_name(change, message):
    with pytest.raises(ParameterError, match=message):
        DelayedRecall(**change)
