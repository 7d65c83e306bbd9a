"""What the models must learn in time enough: slow, run by ``make study-check``."""

import pytest
from pbwm.compare.plan import Plan
from pbwm.compare.results import comparison_of
from pbwm.compare.run import run_jobs


@pytest.mark.study
@pytest.mark.parametrize(("task", "epochs"), [("sir2", 1000), ("12ax", 150)])
def test_all_lstm_networks_reach_criterion(task, epochs):
    plan = Plan(tasks=(task,), models=("lstm",), replicas=16, epochs=epochs)
    comparison = comparison_of(run_jobs(plan.jobs(), threads=plan.workers))
    [result] = comparison.models
    assert int(result.epochs_to_criterion.reached.sum()) == 16, result.reached_at
