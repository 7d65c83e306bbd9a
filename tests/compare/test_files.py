"""Results on disk: whole or not at all, and read back as they were written."""

import csv
import json
import math

import numpy as np
import pytest

from pbwm.compare.errors import ResultsError
from pbwm.compare.figures import draw_comparison
from pbwm.compare.files import json_text, make_directory, write_csv, written_whole
from pbwm.compare.plan import Plan
from pbwm.compare.results import comparison_of
from pbwm.compare.run import run_jobs
from pbwm.compare.summary import read_summary, summary, write_summary


@pytest.fixture
def comparison(models):
    plan = Plan(tasks=("sir2",), models=("even", "stuck"), model_catalog=models, replicas=5, epochs=8, seed=3)
    return comparison_of(run_jobs(plan.jobs()))


def test_summary_round_trip(tmp_path, comparison):
    path = write_summary(tmp_path, comparison)
    found = read_summary(path)
    assert found == json.loads(json.dumps(summary(comparison)))
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
    assert (even["median_epochs_of_reached"], even["range_of_reached"]) == (4, [2, 6])
    assert stuck["epochs_to_criterion"] == [6, 6, 6, None, None]
    assert stuck["budget"] == {"epochs": 8, "reason": "asked for"}
    assert [error is None for error in even["error_by_epoch"][0]] == [False] * 2 + [True] * 4
    assert set(stuck["final_error_by_event"]) == {"store", "ignore", "recall"}
    assert even["seconds"] > 0
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


def test_every_figure_comes_with_its_table(tmp_path, comparison):
    draw_comparison(tmp_path, comparison)
    names = {"learning-curves", "epochs-to-criterion", "raster-even", "raster-stuck"}
    assert {p.name for p in tmp_path.iterdir()} == {n + s for n in names for s in (".png", ".pdf", ".csv")}
    with (tmp_path / "epochs-to-criterion.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epochs_to_criterion"] for row in rows] == ["2", "3", "4", "5", "6", "6", "6", "6", "", ""]
    with (tmp_path / "learning-curves.csv").open() as file:
        curve = [r["error"] for r in csv.DictReader(file) if r["model"] == "even" and r["network"] == "0"]
    assert curve[1:] == ["0.0", "", "", "", ""]
    with (tmp_path / "raster-stuck.csv").open() as file:
        raster = list(csv.DictReader(file))
    assert len(raster) == 40
    assert {"step", "event", "stimulus", "control", "target", "response", "wrong"} <= set(raster[0])
    assert {"input_gate slot 1", "memory slot 3 3", "dopamine"} <= set(raster[0])
