"""PBWM of 2006 learns: most networks SIR-2 with shared symbols, and some 1-2-AX, on a seed that chose its numbers."""

from functools import partial

import numpy as np
import pytest

from pbwm.form2006 import PBWM2006, oreilly_frank_2006
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS

SEED, NETWORKS = 5000, range(16)


@pytest.mark.study
@pytest.mark.parametrize(("task", "epochs", "least"), [("sir2", 150, 9), ("12ax", 120, 1)])
def test_networks_learn(task, epochs, least, record_property):
    built = TASKS[task].build()
    spec = built.spec
    networks = PBWM2006(spec, networks=NETWORKS, seed=SEED, params=oreilly_frank_2006(spec))
    lesson = partial(draw_lesson, built, SEED, NETWORKS)
    training = networks.train(lesson(range(epochs)))
    learned = training.streak >= spec.criterion.zero_error_epochs
    record_property("epochs", np.sort(training.done[learned]).tolist())
    record_property("error", (training.errors.sum((0, 1)) / training.counted.sum((0, 1))).tolist())
    print(task, learned.sum(), sorted(training.done[learned].tolist()))
    print(training.errors[:, -20:].sum((0, 1)) / np.maximum(1, training.counted[:, -20:].sum((0, 1))))
    assert learned.sum() >= least
