"""The command: what it prints and writes, and how it takes wrong input."""

import json
import os

import pytest
from typer.testing import CliRunner

from pbwm.compare.cli.app import app
from pbwm.compare.models import MODELS
from tasks.catalog import TASKS

runner = CliRunner()


NO_MODEL = "no model is named; give at least one of: pbwm, pbwm-reference, pbwm-2006, lstm, lstm-2000"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "sri2"], "unknown task 'sri2': did you mean 'sir2'?"),
        (["compare", "sir2", "--learners", "lsmt"], "unknown model 'lsmt': did you mean 'lstm'?"),
        (
            ["compare", "sir2", "--learners", ""],
            NO_MODEL,
        ),
        (
            ["compare", "sir2", "--learners", ","],
            NO_MODEL,
        ),
        (["compare", "sir2", "--learners", "lstm,lstm"], "model 'lstm' is named 2 times; give each model once"),
        (["compare", "sir2", "sir2"], "task 'sir2' is named 2 times; give each task once"),
        (["compare", "sir2", "--out", ""], "--out = '' names no directory; give one, or leave it out for results/sir2"),
        (["compare", "sir2", "--out", " "], "--out = ' ' names no directory"),
        (["compare", "sir2", "--replicas", "0"], "replicas = 0 must be a whole number of at least 1"),
        (["compare", "sir2", "--epochs", "0"], "epochs = 0 must be a whole number of at least 1"),
        (["compare", "sir2", "--seed", "-1"], "seed = -1 must be a whole number of at least 0"),
        (["compare", "sir2", "--threads", "0"], "threads = 0 must be a whole number of at least 1"),
        (["compare", "sir2", "--out", os.devnull], f"{os.devnull}: no directory can be made there"),
    ],
)
def test_wrong_input_is_one_line_on_stderr(arguments, message):
    result = runner.invoke(app, arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"Error: {message}")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["compare"], ["compare", "sir2", "--replicas", "many"], ["compar"], ["compare", "--no-such-option"]]
)
def test_wrong_usage_is_explained(arguments):
    result = runner.invoke(app, arguments)
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert "Traceback" not in result.stderr


def test_a_run_that_fails_says_why(tmp_path, catalogued):
    result = runner.invoke(app, ["compare", "sir2", "--learners", "failing", "--out", str(tmp_path)])
    assert result.exit_code == 1
    said = "sir2 · failing · networks 0–15, epochs 2 to 3: weights of replica 15 are not finite; lower learning_rate"
    assert result.stderr == f"Error: {said}\n"
    assert "Traceback" not in result.output
    assert not list(tmp_path.iterdir())


def test_ctrl_c_ends_cleanly(tmp_path, catalogued, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pbwm.compare.progress.Lines.finished", interrupt)
    arguments = ["compare", "sir2", "--learners", "even", "--replicas", "2", "--epochs", "5", "--out", str(tmp_path)]
    result = runner.invoke(app, arguments)
    assert result.exit_code == 130
    assert result.stderr == "Interrupted; what was done is kept.\n"
    assert not list(tmp_path.iterdir())


def test_compare_one_task(tmp_path, catalogued):
    out = tmp_path / "new" / "place"
    arguments = ["compare", "sir2", "--learners", "even,stuck", "--replicas", "4", "--epochs", "8", "--out", str(out)]
    result = runner.invoke(app, arguments)
    assert result.exit_code == 0, result.output
    summary = json.loads((out / "summary.json").read_text())
    assert summary["learners"]["stuck"]["epochs_to_criterion"] == [6, 6, 6, None]
    assert "sir2 · even · networks 0–3: 4 of 4 reached criterion in 5 epochs" in result.stdout
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    [(even, stuck)] = [lines[i + 1 : i + 3] for i, line in enumerate(lines) if line == "sir2"]
    assert even.startswith("even 8 4/4 2 3 5 0.000 ")
    assert stuck.startswith("stuck 8 3/4 6 6 > 8 0.000 ")
    assert str(out) in result.stdout
    assert "\x1b" not in result.stdout


def test_compare_the_models_themselves(tmp_path):
    arguments = ["compare", "sir2", "12ax", "--replicas", "2", "--epochs", "2", "--out", str(tmp_path)]
    result = runner.invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["12ax", "sir2"]
    for task in ("sir2", "12ax"):
        summary = json.loads((tmp_path / task / "summary.json").read_text())
        assert list(summary["learners"]) == [name for name in MODELS if MODELS[name].by_default]
        assert summary["budget"]["epochs"] == 2
        for name, learner in summary["learners"].items():
            assert (learner["n"], learner["reached"]) == (2, 0)
            assert learner["epochs_to_criterion"] == [None, None]
            assert learner["median"] == {"epochs": None, "text": "> 2"}
            assert [len(errors) for errors in learner["error_by_epoch"]] == [2, 2]
            assert all(0 < error < 1 for errors in learner["error_by_epoch"] for error in errors)
            assert learner["parameters"].keys() == MODELS[name].parameters(TASKS[task].build().spec).keys()
            spent = learner["seconds_to_end_of_first_epoch"] + learner["seconds_of_other_epochs"]
            assert spent == pytest.approx(learner["seconds"], abs=0.002)
        assert {p.name for p in (tmp_path / task).iterdir()} == set(summary["files"])
        # Summary; curves (of all that counts, and of what is rewarded), epochs to criterion, rasters; networks.
        assert len(summary["files"]) == 1 + 3 * (3 + len(summary["learners"])) + len(summary["learners"])
        starts = {".png": b"\x89PNG", ".pdf": b"%PDF"}
        for figure in (tmp_path / task).glob("*.p*"):
            assert figure.read_bytes().startswith(starts[figure.suffix])
            assert figure.stat().st_size > 4000
        for table in (tmp_path / task).glob("*.csv"):
            assert len(table.read_text().splitlines()) > 4


def test_compare_several_tasks(tmp_path, catalogued):
    arguments = ["compare", "sir2", "12ax", "--learners", "even", "--replicas", "2", "--epochs", "5"]
    result = runner.invoke(app, [*arguments, "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["12ax", "sir2"]
    for task in ("sir2", "12ax"):
        assert json.loads((tmp_path / task / "summary.json").read_text())["task"]["name"] == task


@pytest.mark.parametrize(("command", "catalog"), [("tasks", TASKS), ("models", MODELS)])
def test_the_catalogues_are_listed(command, catalog, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    result = runner.invoke(app, [command])
    assert result.exit_code == 0
    assert all(name in result.stdout for name in catalog)


def test_help_and_version():
    assert "compare" in runner.invoke(app, ["--help"]).stdout
    assert runner.invoke(app, ["--version"]).stdout.startswith("pbwm ")
