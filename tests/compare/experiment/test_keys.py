"""No result is used that was made with another value of any declared field."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import numpy as np
import pytest

from pbwm.compare.errors import PlanError, ResultsError
from pbwm.compare.experiment import Condition, Existing, Study, read_study, run_study
from pbwm.compare.experiment.store import Store
from tests.compare.experiment import rig

SMALL = {"trials_per_epoch": 5}
STUDY = Study(
    name="s",
    question="Is it so?",
    tasks=("sir2",),
    models=("even",),
    networks=4,
    epochs=9,
    criterion=2,
    record=("curves",),
    conditions=(Condition(name="a", task_parameters=SMALL),),
)
A = STUDY.conditions[0]
GOAL = replace(A, criterion=None, epochs=45, goal=rig.OneFaultlessEpoch(tolerance=0.1))


def condition(**changes):
    return replace(STUDY, criterion=None, conditions=(replace(A, **changes),))


CHANGED = {
    "seed": replace(STUDY, seed=1),
    "epochs": replace(STUDY, epochs=4),
    "criterion": replace(STUDY, criterion=3),
    "consolidation": replace(STUDY, consolidation=2),
    "tasks": replace(STUDY, tasks=("sir2-dedicated",)),
    "models": replace(STUDY, models=("stuck",)),
    "networks": replace(STUDY, networks=7),
    "record": replace(STUDY, record=("curves", "gates")),
    "conditions": replace(STUDY, conditions=(replace(A, name="b", task_parameters={"trials_per_epoch": 6}),)),
    "condition.epochs": condition(epochs=5),
    "condition.criterion": condition(criterion=3),
    "condition.consolidation": condition(consolidation=3),
    "condition.goal": condition(goal=GOAL.goal, epochs=45),
    "condition.tasks": condition(tasks=("sir2-dedicated",)),
    "condition.models": condition(models=("stuck",)),
    "condition.task_parameters": condition(task_parameters={"trials_per_epoch": 6}),
}
CHANGE_NO_RESULT = {
    *("name", "question", "purpose", "search", "against"),
    *("condition.name", "condition.against", "condition.parameters"),  # parameters: below, with a model that has some
}
"""Names, comparisons, and labels of a study."""


def test_every_field_of_a_declaration_is_changed_in_turn():
    every = {f.name for f in fields(Study)} | {f"condition.{f.name}" for f in fields(Condition)}
    assert CHANGED.keys() | CHANGE_NO_RESULT == every


def run(study, directory, **how):
    with ThreadPoolExecutor(1) as pool:
        run_study(study, directory, pool, **how)
    return read_study(study, Store(directory))


def assert_same(mine, others):
    assert len(mine) == len(others) > 0
    for one, other in zip(mine, others, strict=True):
        assert one.networks.tolist() == other.networks.tolist()
        assert one.times.epochs.tolist() == other.times.epochs.tolist()
        assert one.times.budget == other.times.budget
        np.testing.assert_array_equal(one.final_error, other.final_error)
        np.testing.assert_array_equal(one.tested, other.tested)
        learned = one.times.reached
        np.testing.assert_array_equal(one.frozen.counted[learned], other.frozen.counted[learned])


@pytest.mark.usefixtures("clock_models")
@pytest.mark.parametrize("name", CHANGED)
def test_results_of_another_value_are_not_used(tmp_path, name):
    """Whatever is in the directory, the changed study reads the results that it has alone."""
    run(STUDY, tmp_path / "both")
    changed = CHANGED[name]
    before = read_study(changed, Store(tmp_path / "both"))
    alone = run(changed, tmp_path / "alone")
    for one, other in zip(before, alone, strict=True):  # read without running: of this value, or absent
        at = {int(n): int(e) for n, e in zip(other.networks, other.times.epochs, strict=True)}
        assert all(at[int(n)] == int(e) for n, e in zip(one.networks, one.times.epochs, strict=True))
    assert_same(run(changed, tmp_path / "both", existing=Existing.RESUME), alone)


@pytest.mark.usefixtures("ticking")
def test_results_of_other_parameters_are_not_used(tmp_path):
    def study(ticks):
        changed = Condition(name="a", models=("ticking",), parameters={"clock.ticks": ticks}, task_parameters=SMALL)
        return replace(STUDY, criterion=None, conditions=(changed,))

    run(study(3), tmp_path / "both")
    assert read_study(study(5), Store(tmp_path / "both"))[0].times.networks == 0
    with pytest.raises(ResultsError, match=r"other settings: sir2 · ticking · a: parameters\.clock\.ticks = 3, not 5;"):
        run(study(5), tmp_path / "both")
    [result] = run(study(5), tmp_path / "both", existing=Existing.RESUME)
    assert result.times.epochs.tolist() == [7] * 4


@pytest.mark.usefixtures("clock_models")
def test_a_goal_and_its_budget_are_part_of_the_key(tmp_path):
    """A published experiment never shows results of another rate, goal or budget."""
    goal = replace(STUDY, criterion=None, conditions=(GOAL,))
    [result] = run(goal, tmp_path)
    assert result.times.epochs.tolist() == [5, 10, 15, 20]
    for changed in (replace(GOAL, epochs=15), replace(GOAL, goal=rig.OneFaultlessEpoch(tolerance=0.2))):
        other = replace(goal, conditions=(changed,))
        assert read_study(other, Store(tmp_path))[0].times.networks == 0
        with pytest.raises(ResultsError, match="holds other settings"):
            run(other, tmp_path)


@pytest.mark.usefixtures("clock_models")
def test_two_ways_at_once_are_rejected(tmp_path):
    for other in ({"criterion": 2}, {"consolidation": 2}):
        with pytest.raises(PlanError, match="cannot be combined with a goal"):
            replace(A, **other, goal=rig.OneFaultlessEpoch())
