"""Training until a validation with frozen weights shows no error."""

from dataclasses import replace
from threading import Event

import numpy as np
import pytest

from lstm_baseline.errors import LSTMNumberError
from pbwm.compare.analysis.frozen import frozen_trials
from pbwm.compare.errors import PlanError, RunFailedError
from pbwm.compare.experiment import Condition, Study
from pbwm.compare.experiment.job import Watch
from pbwm.compare.experiment.job_training import run_job
from pbwm.compare.experiment.validation import FaultlessValidation
from tasks.base.drawing import draw_epochs
from tasks.base.learner import Stopped
from tasks.base.rng import Purpose
from tasks.base.task import TrialBlock
from tasks.base.training import draw_lesson

STEPS = 700
"""More than one part of a validation."""

pytestmark = pytest.mark.usefixtures("few_frozen_steps")


def job(model, epochs):
    """A job on AX-CPT with so few trials in an epoch that networks meet the criterion early."""
    few = {"trials_per_epoch": 8}
    goal = FaultlessValidation(steps=STEPS)
    condition = Condition(name="validated", models=(model,), epochs=epochs, goal=goal, task_parameters=few)
    return Study(name="s", tasks=("ax-cpt",), conditions=(condition,)).rows()[0].job(range(2))


def alone(whole, network):
    """Epochs until a network passes, or 0, and its failed validations and weights, one obvious step at a time."""
    own, streak, failed = replace(whole, networks=range(network, network + 1)), 0, 0
    learner, tested = own.build(), own.build()
    trials = frozen_trials(own.task, network, own.seed, steps=STEPS, purpose=Purpose.VALIDATION)
    for epoch in range(own.epochs):
        training = learner.train(draw_lesson(own.task, own.seed, own.networks, range(epoch, epoch + 1)))
        streak = 0 if training.errors.any() else streak + 1
        if streak >= own.task.spec.criterion.zero_error_epochs:
            tested.set_state(learner.state())
            if tested.run(TrialBlock.stack([trials]), learn=False).errors[0] == 0:
                return epoch + 1, failed, learner.weights()
            failed += 1
    return 0, failed, learner.weights()


@pytest.mark.parametrize(("model", "epochs"), [("lstm", 150), ("pbwm", 60)])
def test_networks_train_until_they_pass(model, epochs):
    whole = job(model, epochs)
    result = run_job(whole, Watch(), Event())
    failed = 0
    for row, network in enumerate(whole.networks):
        reached_at, own_failed, weights = alone(whole, network)
        assert result.trained.reached_at[row] == reached_at
        for name, values in weights.items():
            np.testing.assert_array_equal(result.learner.weights()[name][row], values[0], err_msg=name)
        failed += own_failed
    assert failed > 0
    assert (result.trained.reached_at > 0).all()


def test_the_budget_ends_the_training_of_networks_that_have_not_passed():
    few = job("lstm", 3)
    result = run_job(few, Watch(), Event())
    assert result.trained.reached_at.tolist() == [0, 0]
    assert result.trained.errors.shape[:2] == (2, 3)
    block, _ = draw_epochs(few.task, few.seed, few.networks, range(3))
    assert result.trained.steps == block.length.sum()


def test_a_network_that_is_not_finite_in_validation_ends_the_job_by_name(monkeypatch):
    whole = job("lstm", 60)
    run = type(whole.build()).run

    def broken(self, block, **how):
        outcome = run(self, block, **how)
        if not how.get("learn", True):
            raise LSTMNumberError((Stopped(1, "cell state", None, 3, 3, "LSTM"),), outcome)
        return outcome

    monkeypatch.setattr(type(whole.build()), "run", broken)
    with pytest.raises(RunFailedError, match="validation: "):
        run_job(whole, Watch(), Event())


@pytest.mark.parametrize("steps", [0, -1, 2.5, True, "many", None])
def test_steps_are_a_whole_number_above_0(steps):
    with pytest.raises(PlanError, match=r"FaultlessValidation\.steps = .* must be a whole number above 0"):
        FaultlessValidation(steps=steps)
