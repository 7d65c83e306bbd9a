"""Studies keep what is done, run only the rest, and refuse what is not theirs."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from pbwm.compare.cli import app
from pbwm.compare.errors import PlanError, ResultsError
from pbwm.compare.report import study_rows
from pbwm.compare.studies import STUDIES
from pbwm.compare.study import Condition, Study, read_study, run_study, study_jobs
from tests.compare.conftest import entry

runner = CliRunner()


@pytest.fixture
def study():
    """A study of two models, and the replicas of every block that is built, in order."""
    built = []

    def counted(model):
        def build(spec, **given):
            built.append(given["replicas"])
            return model.build(spec, **given)

        return replace(model, build=build)

    models = {
        "first": entry(name="a", fluent_after=lambda r: r),
        "2nd: other": entry(name="b", fluent_after=lambda r: 2 * r),
    }
    conditions = tuple(
        Condition(name=name, task="sir2", model=counted(model), epochs=25) for name, model in models.items()
    )
    return Study(name="clocks", question="?", conditions=conditions, replicas=20, seed=3), built


def test_only_what_is_missing_is_run(study, tmp_path):
    declared, built = study
    run_study(declared, tmp_path, replicas=16)
    assert built == [range(16), range(16)]
    run_study(declared, tmp_path)
    assert built[2:] == [range(16, 20), range(16, 20)]
    run_study(declared, tmp_path)
    assert len(built) == 4
    assert sorted(p.name for p in tmp_path.iterdir()) == ["sir2-2nd-other", "sir2-first"]


def test_results_do_not_depend_on_how_often_the_study_was_stopped(study, tmp_path):
    declared, _ = study
    run_study(declared, tmp_path / "whole")
    run_study(declared, tmp_path / "parts", replicas=16)
    run_study(declared, tmp_path / "parts", threads=2)
    whole, parts = (list(study_rows(read_study(declared, tmp_path / name))) for name in ("whole", "parts"))
    assert whole == parts
    assert whole[0][3].endswith("/20")


def test_a_study_that_has_not_been_run_says_so(study, tmp_path):
    declared, _ = study
    assert [row[3] for row in study_rows(read_study(declared, tmp_path))] == ["not run", "not run"]


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda cell: cell["key"].update(seed=4), "other seed"),
        (lambda cell: cell["key"]["parameters"].update(unknown=1), "other parameters"),
        (lambda cell: cell["epochs_to_criterion"].pop(), "is of another version"),
        (lambda cell: cell.pop("key"), "is no cell"),
    ],
)
def test_a_cell_of_another_study_is_refused_by_name(study, tmp_path, harm, says):
    declared, _ = study
    run_study(declared, tmp_path, replicas=16)
    path = tmp_path / "sir2-first" / "networks-0000-0015.json"
    cell = json.loads(path.read_text())
    harm(cell)
    path.write_text(json.dumps(cell))
    with pytest.raises(ResultsError, match=says) as caught:
        run_study(declared, tmp_path)
    assert str(path) in str(caught.value)


def test_a_truncated_cell_is_refused(study, tmp_path):
    declared, _ = study
    run_study(declared, tmp_path, replicas=16)
    path = tmp_path / "sir2-first" / "networks-0000-0015.json"
    path.write_text(path.read_text()[:50])
    with pytest.raises(ResultsError, match="is no cell"):
        run_study(declared, tmp_path)


def test_conditions_need_names_that_differ(study):
    declared, _ = study
    first = declared.conditions[0]
    with pytest.raises(PlanError, match="differ in letters and digits"):
        replace(declared, conditions=(first, replace(first, name="First!")))


@pytest.mark.parametrize("name", STUDIES)
def test_declared_studies_can_be_run(name):
    """Their conditions differ in what they build, and a search has a seed that no other study has."""
    study = STUDIES[name]
    jobs = study_jobs(study, 1)
    built = [(job.task_name, repr(job.entry.params(job.task.spec))) for job in jobs]
    assert len(set(built)) == len(built)
    reported = {other.seed for key, other in STUDIES.items() if not key.startswith("search-")}
    assert name.startswith("search-") == (study.seed not in reported)


def test_the_command_lists_studies_and_suggests_the_nearest():
    result = runner.invoke(app, ["study", "list"])
    assert result.exit_code == 0
    assert "learning" in result.output
    result = runner.invoke(app, ["study", "table", "learnin"])
    assert result.exit_code == 2
    assert "did you mean 'learning'" in result.stderr


def test_the_command_shows_a_study_that_has_not_been_run(tmp_path):
    result = runner.invoke(app, ["study", "table", "learning", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "table.csv").read_text().count("not run") == len(STUDIES["learning"].conditions)
