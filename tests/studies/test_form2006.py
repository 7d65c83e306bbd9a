"""PBWM of 2006 learns, with and without its choices, on the seed on which these numbers were chosen."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pbwm.form2006 import PBWM2006, oreilly_frank_2006
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS

SEED, NETWORKS = 5000, range(16)


def learned(task: str, epochs: int, changes: Mapping[str, Any]) -> int:
    """Number of networks that reach the criterion; prints the numbers of epochs and the last errors."""
    built = TASKS[task].build()
    params = oreilly_frank_2006(built.spec)
    for name, value in changes.items():
        concept, field = name.split(".")
        params = replace(params, **{concept: replace(getattr(params, concept), **{field: value})})
    networks = PBWM2006(built.spec, networks=NETWORKS, seed=SEED, params=params)
    training = networks.train(draw_lesson(built, SEED, NETWORKS, range(epochs)))
    reached = training.streak >= built.spec.criterion.zero_error_epochs
    last = [part[~reached, -20:].sum((0, 1)) for part in (training.errors, training.counted)]
    shown = (np.sort(training.done[reached]).tolist(), (last[0] / np.maximum(1, last[1])).round(2).tolist())
    print(f"{task} {dict(changes)}: {reached.sum()} {shown}", file=sys.stderr)
    return int(reached.sum())


CHOICES = {
    "as configured": {},
    "no step of the learning rates": {"success.rate_factor": 1.0},
    "random Go after 50 NoGo": {"random_go.long_patience": 50},
    "no late storage": {"prefrontal.late_storage": False},
}
"""Choices on SIR-2; docs/form2006.md, §10, says how many networks learn."""


@pytest.mark.study
@pytest.mark.parametrize("name", CHOICES)
def test_networks_learn_sir2_under_each_choice(name):
    assert learned("sir2", 100, CHOICES[name]) >= 3
