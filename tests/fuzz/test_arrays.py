"""Spoiled arrays: every learner runs them correctly or rejects them, without a crash or an effect on others."""

import numpy as np
import pytest

from tasks.base.errors import TaskError
from tests.fuzz import child
from tests.fuzz.campaign import campaign

INPUTS = 40
"""Per model; `make fuzz` tries 10,000."""


def test_no_array_ends_the_process_or_changes_another_network():
    inputs = INPUTS * len(child.BUILDERS)
    counts, faults = campaign(",".join(child.BUILDERS), inputs)
    assert not faults
    assert sum(counts.values()) == inputs
    assert min(counts["rejected"], counts["ran"]) > 0.2 * inputs


def test_processes_that_die_are_counted_and_the_next_inputs_tried():
    counts, faults = campaign("any", 10, child="tests.fuzz.dying")
    assert counts == {"ran": 6, "traceback": 1, "wrong": 1, "dead": 2}
    assert sorted(faults) == [3, 4, 7, 9]
    assert "-11" in faults[4]


def test_a_network_that_changes_another_is_found(monkeypatch):
    """The oracle: trials of one network leak into the responses of another."""
    subject = child.subjects("srn")[0]
    run = type(subject.learner).run

    def leaking(self, block, **given):
        outcome = run(self, block, **given)
        outcome.response[2] += outcome.counted[1] > 0
        return outcome

    monkeypatch.setattr(type(subject.learner), "run", leaking)
    found = set()
    for number in range(40):
        subject.begin()
        try:
            found.add(child.try_trials(subject, np.random.default_rng(number)))
        except (TaskError, ValueError):
            continue
    assert "another network differs in response" in found


@pytest.mark.parametrize("number", range(3))
def test_an_input_is_made_from_its_number(number):
    assert child.outcome("srn", number) == child.outcome("srn", number)
