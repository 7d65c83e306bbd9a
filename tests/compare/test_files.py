"""Results on disk: whole or not at all, and read back as they were written."""

import csv
import json
import math

import numpy as np
import pytest

from pbwm.compare.errors import ResultsError
from pbwm.compare.figures.comparison import draw_comparison, figure_files
from pbwm.compare.files import json_text, make_directory, write_csv, written_whole
from pbwm.compare.plan import Plan
from pbwm.compare.reports.summary import read_summary, summary, write_summary
from pbwm.compare.results import comparison_of
from pbwm.compare.run import run_jobs
from pbwm.compare.store import write_results


@pytest.fixture
def comparison(models):
    plan = Plan(tasks=("sir2",), models=("even", "stuck"), model_catalog=models, replicas=5, epochs=8, seed=3)
    return comparison_of(run_jobs(plan.jobs()))


def test_summary_round_trip(tmp_path, comparison):
    path = write_summary(tmp_path, comparison)
    found = read_summary(path)
    assert found == json.loads(json.dumps(summary(comparison, ["summary.json"])))
    assert [p.name for p in tmp_path.iterdir()] == ["summary.json"]


def test_summary_holds_what_was_asked_and_what_came_of_it(comparison):
    found = summary(comparison)
    assert found["task"]["name"] == "sir2"
    assert found["task"]["parameters"]["stores"] == 2
    assert found["task"]["parameters"]["inputs"] == "shared"
    assert found["criterion"] == {"zero_error_epochs": 2, "text": "2 successive epochs without an error"}
    assert found["seed"] == 3
    assert found["versions"]["numpy"] == np.__version__
    even, stuck = found["learners"]["even"], found["learners"]["stuck"]
    assert (even["n"], even["reached"], even["epochs_to_criterion"]) == (5, 5, [2, 3, 4, 5, 6])
    of_even = [even[which]["epochs"] for which in ("first", "median", "last")]
    assert of_even == [2, 4, 6]
    assert stuck["epochs_to_criterion"] == [6, 6, 6, None, None]
    assert stuck["median"] == {"epochs": 6, "text": "6"}
    assert stuck["last"] == {"epochs": None, "text": "> 8"}
    assert found["budget"] == {"epochs": 8, "reason": "asked for"}
    assert [error is None for error in even["error_by_epoch"][0]] == [False] * 2 + [True] * 4
    assert set(stuck["final_error_by_event"]) == {"store", "ignore", "recall"}
    assert even["parameters"] == {
        "clock": {"ticks": 7},
        "pace": "steady",
        "hours": [1, 2],
        "limit": "inf",
        "rate": 0.5,
        "label": None,
    }
    assert even["seconds"] >= even["seconds_to_end_of_first_epoch"] > 0
    assert even["steps"] == 100 * (2 + 3 + 4 + 5 + 6)


def test_json_is_json_and_has_no_nan():
    value = {"a": [1, None, 0.5], "b": [[1, 2], []], "c": {}, "d": "µ", "e": [{"f": [1]}]}
    assert json.loads(json_text(value)) == value
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text({"a": [math.nan]})


def test_a_file_whose_writing_fails_leaves_the_old_one(tmp_path):
    path = tmp_path / "table.csv"
    write_csv(path, ["a"], [[1], [None], [math.nan]])
    assert path.read_text() == 'a\n1\n""\n""\n'

    def write_half():
        with written_whole(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert path.read_text().startswith("a\n1\n")
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]


def test_places_that_cannot_be_written_are_named(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ResultsError, match="file: no directory can be made there"):
        make_directory(file)
    with pytest.raises(ResultsError, match="cannot be written"), written_whole(file / "x.csv"):
        pass


@pytest.mark.parametrize(("text", "what"), [(None, "no such file"), ("{", "is not JSON"), ("[]", "not a summary")])
def test_what_is_not_a_summary_is_named(tmp_path, text, what):
    path = tmp_path / "summary.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ResultsError, match=what):
        read_summary(path)


def compare(models, *names):
    plan = Plan(tasks=("sir2",), models=names, model_catalog=models, replicas=2, epochs=4)
    return comparison_of(run_jobs(plan.jobs()))


def names(directory):
    return {p.name for p in directory.iterdir()}


def test_files_of_an_earlier_comparison_are_removed_and_no_others(tmp_path, models):
    for other in ("notes.txt", "raster-mine.png"):
        (tmp_path / other).touch()
    write_results(tmp_path, compare(models, "even"))
    assert {"raster-even.png", "raster-even.csv"} < names(tmp_path)
    write_results(tmp_path, compare(models, "never"))
    listed = read_summary(tmp_path / "summary.json")["files"]
    assert names(tmp_path) == {*listed, "notes.txt", "raster-mine.png"}
    assert "raster-even.png" not in listed


@pytest.mark.parametrize("listed", [["../precious", "/etc/hostname", "directory", 3, ".."], "precious", None])
def test_an_edited_summary_removes_nothing_elsewhere(tmp_path, models, listed):
    (tmp_path / "precious").touch()
    place = tmp_path / "results"
    place.mkdir()
    (place / "summary.json").write_text(json.dumps({"learners": {}, "files": listed}))
    write_results(place, compare(models, "even"))
    assert names(tmp_path) == {"precious", "results"}


def test_a_file_that_cannot_be_removed_is_named(tmp_path, models):
    (tmp_path / "raster-old.png").mkdir()
    (tmp_path / "summary.json").write_text(json.dumps({"learners": {}, "files": ["raster-old.png"]}))
    with pytest.raises(ResultsError, match=r"raster-old.png: is of an earlier comparison and cannot be removed"):
        write_results(tmp_path, compare(models, "even"))


def test_a_file_of_that_name_that_is_no_summary_is_replaced(tmp_path, models):
    (tmp_path / "summary.json").write_text("{")
    write_results(tmp_path, compare(models, "even"))
    assert read_summary(tmp_path / "summary.json")["learners"].keys() == {"even"}


def test_every_figure_comes_with_its_table(tmp_path, comparison):
    draw_comparison(tmp_path, comparison)
    figures = {"learning-curves", "learning-curves-rewarded", "epochs-to-criterion", "raster-even", "raster-stuck"}
    expected = {n + s for n in figures for s in (".png", ".pdf", ".csv")}
    assert names(tmp_path) == expected == set(figure_files(comparison))
    with (tmp_path / "epochs-to-criterion.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epochs_to_criterion"] for row in rows] == ["2", "3", "4", "5", "6", "6", "6", "6", "", ""]
    with (tmp_path / "learning-curves.csv").open() as file:
        curve = [r["error"] for r in csv.DictReader(file) if r["model"] == "even" and r["network"] == "0"]
    assert curve[1:] == ["0.0", "", "", "", ""]
    with (tmp_path / "learning-curves-rewarded.csv").open() as file:
        rewarded = [r["error"] for r in csv.DictReader(file) if r["model"] == "stuck" and r["network"] == "0"]
    recall = comparison.task.spec.events.index("recall")
    stuck = next(result for result in comparison.models if result.model == "stuck")
    counted = stuck.counted[0, :, recall]
    of_recall = np.divide(stuck.errors[0, :, recall], counted, where=counted > 0, out=np.full(len(counted), np.nan))
    np.testing.assert_allclose([float(error or "nan") for error in rewarded], of_recall)
    with (tmp_path / "raster-stuck.csv").open() as file:
        raster = list(csv.DictReader(file))
    assert len(raster) == 40
    assert {"step", "event", "stimulus", "control", "target", "response", "wrong"} <= set(raster[0])
    assert {"input_gate slot 1", "memory slot 3 3", "dopamine"} <= set(raster[0])
