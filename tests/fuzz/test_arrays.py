"""Spoiled arrays: every learner runs them rightly or refuses them, and neither dies nor changes another network."""

import numpy as np
import pytest

from pbwm.compare.models import MODELS
from tests.fuzz import child
from tests.fuzz.campaign import campaign

INPUTS = 40
"""Of each model; `make fuzz` tries 10,000."""


@pytest.mark.parametrize("model", MODELS)
def test_no_array_ends_the_process_or_changes_another_network(model):
    counts, faults = campaign(model, INPUTS)
    assert not faults
    assert sum(counts.values()) == INPUTS
    assert counts["refused"] > 0
    assert counts["ran"] > 0


def test_a_process_that_dies_is_counted_and_the_next_inputs_tried(monkeypatch):
    monkeypatch.setattr("tests.fuzz.campaign.ROOT", child.__file__)  # no directory: the process cannot start
    with pytest.raises(NotADirectoryError):
        campaign("lstm", 1)


def test_a_network_that_changes_another_is_found(monkeypatch):
    """The oracle itself: a learner that lets the sick network leak into its neighbour."""
    [subject, *_] = child.subjects("srn")
    run = type(subject.learner).run

    def leaking(self, block, **given):
        outcome = run(self, block, **given)
        outcome.response[2] += outcome.counted[1] > 0
        return outcome

    monkeypatch.setattr(type(subject.learner), "run", leaking)
    monkeypatch.setattr(type(subject.learner), "train", lambda self, lesson: pytest.fail("not trained here"))
    found = set()
    for number in range(60):
        try:
            found.add(child.try_trials(subject, np.random.default_rng(number)))
        except Exception:
            continue
    assert any("another network differs in response" in outcome for outcome in found)
