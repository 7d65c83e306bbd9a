"""The command: what it prints and writes, and how it takes wrong input."""

import json
import os

import pytest
from typer.testing import CliRunner

from pbwm.compare.cli import app
from pbwm.compare.models import MODELS
from tasks.catalog import TASKS

runner = CliRunner()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "sir3"], "unknown task 'sir3': did you mean 'sir2'?"),
        (["compare", "sir2", "--learners", "lsmt"], "unknown model 'lsmt': did you mean 'lstm'?"),
        (["compare", "sir2", "--learners", ","], "models = () names nothing; give at least one name"),
        (["compare", "sir2", "--learners", "lstm,lstm"], "models = 'lstm,lstm' names one twice"),
        (["compare", "sir2", "sir2"], "tasks = 'sir2,sir2' names one twice"),
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
    assert result.exit_code == 2
    assert result.stderr == "Error: weights are not finite; lower the learning rate\n"
    assert not list(tmp_path.iterdir())


def test_ctrl_c_ends_cleanly(tmp_path, catalogued, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pbwm.compare.progress.Lines.finished", interrupt)
    arguments = ["compare", "sir2", "--learners", "even", "--replicas", "2", "--epochs", "5", "--out", str(tmp_path)]
    result = runner.invoke(app, arguments)
    assert result.exit_code == 130
    assert result.stderr == "Interrupted; only tasks that were done have results.\n"
    assert not list(tmp_path.iterdir())


def test_compare_one_task(tmp_path, catalogued):
    out = tmp_path / "new" / "place"
    arguments = ["compare", "sir2", "--learners", "even,stuck", "--replicas", "4", "--epochs", "8", "--out", str(out)]
    result = runner.invoke(app, arguments)
    assert result.exit_code == 0, result.output
    summary = json.loads((out / "summary.json").read_text())
    assert summary["learners"]["stuck"]["epochs_to_criterion"] == [6, 6, 6, None]
    assert "sir2 · even · networks 0–3: 4 of 4 reached criterion in 5 epochs" in result.stdout
    [line] = [line for line in result.stdout.splitlines() if line.split()[:1] == ["stuck"]]
    assert line.split()[:6] == ["stuck", "4", "3", "8", "6", "6–6"]
    assert str(out) in result.stdout
    assert "\x1b" not in result.stdout


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
