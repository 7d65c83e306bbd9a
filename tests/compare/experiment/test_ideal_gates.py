"""The criterion with ideal gates: cortex learns although the striatum does not gate."""

from dataclasses import replace
from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest

from pbwm.compare.errors import PlanError
from pbwm.compare.experiment.declaration import Condition, Study
from pbwm.compare.experiment.ideal_gates import CriterionWithIdealGates
from pbwm.compare.experiment.job import Watch
from pbwm.compare.experiment.job_training import run_job

SILENT = {"exploration.sd": 0.0, "striatum.learning_rate": 0.0}
"""Without these, networks do not learn to gate."""


def job(model="pbwm", goal=None, epochs=60, networks=range(2)):
    parameters = SILENT if model == "pbwm" else {}
    condition = Condition(name="ideal gates", models=(model,), epochs=epochs, goal=goal, parameters=parameters)
    return Study(name="s", tasks=("sir2-dedicated",), conditions=(condition,)).rows()[0].job(networks)


@pytest.mark.usefixtures("few_frozen_steps")
def test_cortex_learns_with_ideal_gates_and_not_with_gates_that_do_not_learn():
    result = run_job(job(goal=CriterionWithIdealGates()), Watch(), Event())
    assert (result.trained.reached_at > 0).all()
    assert (result.trained.tested < 0.03).all()
    assert result.learner.manipulations == ()
    assert (result.frozen.error > 0.1).all()  # left to the striatum, gates do not serve the task
    alone = run_job(replace(job(), epochs=int(result.trained.reached_at.max())), Watch(), Event())
    assert (alone.trained.reached_at == 0).all()


@pytest.mark.usefixtures("few_frozen_steps")
def test_networks_that_have_not_reached_it_are_not_tested():
    result = run_job(job(goal=CriterionWithIdealGates(), epochs=1), Watch(), Event())
    assert result.trained.reached_at.tolist() == [0, 0]
    assert np.isnan(result.trained.tested).all()


def test_gates_of_another_model_cannot_be_held():
    with pytest.raises(PlanError, match=r"gates of 'gru' cannot be held at the ideal; give the model 'pbwm'"):
        run_job(job("gru", CriterionWithIdealGates()), Watch(), Event())


def test_a_task_without_items_has_no_ideal_gates():
    whole = job(goal=CriterionWithIdealGates())

    def trials(n, rng):
        drawn = whole.task.trials(n, rng)
        return replace(drawn, ideal_gate=drawn.ideal_gate[:, :0])

    task = SimpleNamespace(spec=replace(whole.task.spec, items=()), trials=trials)
    with pytest.raises(PlanError, match="the task has no items, and so no ideal gates; give a task with items"):
        run_job(replace(whole, task=task), Watch(), Event())
