"""A study compares its rows as it declares, else with the first row of the task."""

import pytest

from pbwm.compare.errors import PlanError
from pbwm.compare.experiment import Condition, Study, from_toml, to_toml
from pbwm.compare.experiment.goals import FaultlessRun
from pbwm.compare.reports.study import HEADINGS, study_contrasts, study_rows, study_table
from pbwm.compare.studies import STUDIES
from tests.compare.conftest import row_result


def study(against=None, *conditions, **more):
    given = {"tasks": ("sir2", "12ax"), "models": ("lstm", "lstm-2000"), "against": against or {}}
    return Study(name="s", conditions=conditions or tuple(Condition(name=n) for n in "abc"), **{**given, **more})


def ran(of, epochs=None):
    """Results of every row, as if its networks had learned in these epochs."""
    return [row_result(row, epochs or [7 + i, 9, 0, 12]) for i, row in enumerate(of.rows())]


def compared(of):
    return {label: contrast.baseline for label, contrast in study_contrasts(of, ran(of)).items()}


def test_without_a_word_it_is_the_first_row_of_the_task():
    of = study()
    assert set(compared(of).values()) == {"sir2 · lstm · a", "12ax · lstm · a"}
    assert len(compared(of)) == 10


def test_a_condition_is_compared_within_each_learner():
    found = compared(study({"condition": "b"}))
    assert len(found) == 8
    assert found["12ax · lstm-2000 · c"] == "12ax · lstm-2000 · b"
    assert found["sir2 · lstm · a"] == "sir2 · lstm · b"
    assert "sir2 · lstm · b" not in found


def test_a_learner_is_compared_within_each_condition():
    found = compared(study({"model": "lstm"}))
    assert len(found) == 6
    assert found["12ax · lstm-2000 · c"] == "12ax · lstm · c"


def test_one_row_of_the_task_can_be_named():
    found = compared(study({"model": "lstm-2000", "condition": "c"}))
    assert set(found.values()) == {"sir2 · lstm-2000 · c", "12ax · lstm-2000 · c"}


def test_a_condition_can_name_its_own():
    own = Condition(name="c", against={"condition": "b"})
    found = compared(study({"condition": "a"}, Condition(name="a"), Condition(name="b"), own, models=("lstm",)))
    assert found == {
        "sir2 · lstm · b": "sir2 · lstm · a",
        "12ax · lstm · b": "12ax · lstm · a",
        "sir2 · lstm · c": "sir2 · lstm · b",
        "12ax · lstm · c": "12ax · lstm · b",
    }


def test_what_has_not_been_run_is_compared_with_nothing():
    of = study({"condition": "b"}, models=("lstm",), tasks=("sir2",))
    assert study_contrasts(of, [result for result in ran(of) if result.row.condition != "b"]) == {}
    first = study(models=("lstm",), tasks=("sir2",))
    later = study_contrasts(first, ran(first)[1:])
    assert {contrast.baseline for contrast in later.values()} == {"sir2 · lstm · b"}


def test_rows_with_times_in_different_units_are_not_compared():
    """Seven epochs are not fewer than nine sequences."""
    goals = tuple(Condition(name=n, goal=FaultlessRun(sequences=9, tolerance=t)) for n, t in (("b", 0.1), ("c", 0.2)))
    of = study({}, Condition(name="a"), *goals, models=("lstm",), tasks=("sir2",))
    assert compared(of) == {}
    named = study({"condition": "b"}, Condition(name="a"), *goals, models=("lstm",), tasks=("sir2",))
    assert compared(named) == {"sir2 · lstm · c": "sir2 · lstm · b"}


def test_it_comes_back_from_toml():
    of = study({"condition": "a"}, Condition(name="a"), Condition(name="b", against={"model": "lstm"}))
    assert from_toml(to_toml(of)) == of


@pytest.mark.parametrize(
    ("against", "error", "says"),
    [
        ({"condition": "d"}, PlanError, "study 's': against: .*unknown condition 'd'"),
        ({"model": "lstm2000"}, PlanError, "did you mean 'lstm-2000'"),
        ({"task": "sir2"}, PlanError, "must name a condition, a model, or both"),
        ({"condition": 3}, PlanError, "must name a condition, a model, or both"),
        ("a", PlanError, "must name a condition, a model, or both"),
    ],
)
def test_what_is_not_there_is_named(against, error, says):
    with pytest.raises(error, match=says):
        study(against)


def test_declared_contrasts_name_rows_that_are_there():
    for of in STUDIES.values():
        for row in of.rows():
            base = of.baseline(row)
            assert base is None or base.task == row.task
    tables = STUDIES["srn-12ax"]
    by_response = next(row for row in tables.rows() if row.condition == "by response, 49 hidden")
    assert tables.baseline(by_response).condition == "by response, 100 hidden"


def test_rows_that_took_as_long_have_a_table():
    """Two networks that both learned in epoch 7 give no 0/0."""
    of = study(models=("lstm",), tasks=("sir2",))
    lines = [dict(zip(HEADINGS, row, strict=True)) for row in study_rows(of, ran(of, [7] * 4))]
    assert [line["log-rank p"] for line in lines] == ["", "1", "1"]
    assert {line["95% interval of mean"] for line in lines} == {"–"}
    assert study_table(of, ran(of)).row_count == 4


def test_lists_are_as_good_as_tuples():
    def declared(of):
        condition = Condition(name="a", tasks=of(["sir2"]), models=of(["gru"]))
        return Study(
            name="s", tasks=of(["12ax"]), models=of(["lstm"]), conditions=of([condition]), record=of(["weights"])
        )

    assert declared(list) == declared(tuple)
    assert from_toml(to_toml(declared(list))) == declared(list)
    for field in ("tasks", "models", "conditions", "record"):
        with pytest.raises(PlanError, match=rf"{field} = 'sir2' must be"):
            Study(**{"name": "s", "tasks": ["12ax"], "models": ["lstm"], field: "sir2"})
