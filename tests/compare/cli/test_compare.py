"""The command: what it prints and writes, and how it takes wrong input."""

import os
import re
import signal
import time

import pytest
from PIL import Image
from typer.testing import CliRunner

from pbwm.compare.cli.app import app
from pbwm.compare.cli.compare import comparison
from pbwm.compare.experiment import Store, open_run, read_study
from pbwm.compare.experiment.monitor import Lines
from pbwm.compare.figures.style import WIDTHS, Width
from pbwm.compare.models import MODELS
from tasks.catalog import TASKS

runner = CliRunner()


NO_MODEL = "no model is named; give at least one of: pbwm, pbwm-reference, pbwm-2006, lstm, lstm-2000"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "sri2"], "unknown task 'sri2': did you mean 'sir2'?"),
        (["compare", "sir2", "--models", "lsmt"], "unknown model 'lsmt': did you mean 'lstm'?"),
        (
            ["compare", "sir2", "--models", ""],
            NO_MODEL,
        ),
        (
            ["compare", "sir2", "--models", ","],
            NO_MODEL,
        ),
        (["compare", "sir2", "--models", "lstm,lstm"], "model 'lstm' is named 2 times; give each model once"),
        (["compare", "sir2", "sir2"], "task 'sir2' is named 2 times; give each task once"),
        (["compare", "sir2", "--out", ""], "--out = '' names no directory; give one, or omit it for results/sir2"),
        (["compare", "sir2", "--out", " "], "--out = ' ' names no directory"),
        (
            ["compare", "sir2", "--networks", "0"],
            "study 'comparison': networks = 0 must be a whole number of at least 1",
        ),
        (["compare", "sir2", "--epochs", "0"], "study 'comparison': epochs = 0 must be a whole number of at least 1"),
        (["compare", "sir2", "--seed", "-1"], "study 'comparison': seed = -1 must be a whole number of at least 0"),
        (["compare", "sir2", "--threads", "0"], "--workers or --threads = '0' must be at least 1; see `pbwm compare"),
        (["compare", "sir2", "--epochs", "1e3"], "--epochs = '1e3' must be a whole number; see `pbwm compare --help`"),
        (["compare", "sir2", "--width", "wide"], "--width = 'wide' must be one of 'column', 'page'; see"),
        (["gate", "--range", "x"], "--range = 'x' must be a number; see `pbwm gate --help`"),
        (["task", "show", "sir2", "--sequences", "5000"], "--sequences = '5000' must be at most 1000; see"),
        (["compare", "sir2", "--out", os.devnull], f"{os.devnull}: is a file; give a directory"),
    ],
)
def test_wrong_input_is_one_line_on_stderr(arguments, message):
    result = runner.invoke(app, arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"Error: {message}")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["compare"], ["compare", "sir2", "--networks", "many"], ["compar"], ["compare", "--no-such-option"]]
)
def test_wrong_usage_is_explained(arguments):
    result = runner.invoke(app, arguments)
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert "Traceback" not in result.stderr


def call(*arguments, status=0):
    result = runner.invoke(app, ["compare", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return result


@pytest.mark.usefixtures("one_figure")
def test_a_run_that_fails_says_why_and_keeps_the_others(tmp_path, cataloged):
    result = call("sir2", "--models", "failing,even", "--networks", 2, "--out", tmp_path, status=1)
    said = "sir2 · failing · networks 0–1, epochs 2 to 3: weights of network 1 are not finite; lower learning_rate"
    assert result.stderr == f"Error: 1 of 2 blocks failed: {said}\n"
    even = read_study(Store(tmp_path).declared(), Store(tmp_path))[1]
    assert even.times.epochs.tolist() == [2, 3]
    assert ",even,0,0," in (tmp_path / "results.csv").read_text()


class Stops(Lines):
    signal = signal.SIGINT

    def finished(self, *args, **how):
        super().finished(*args, **how)
        os.kill(os.getpid(), self.signal)
        time.sleep(10)


@pytest.fixture
def interruptible():
    """Ctrl-C interrupts, also if the tests were started in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible", "one_figure")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_keeps_what_is_done_and_says_how_to_go_on(tmp_path, cataloged, monkeypatch, number):
    arguments = ["sir2", "--models", "even,stuck", "--networks", 2, "--epochs", 5, "--workers", 1, "--out", tmp_path]
    with monkeypatch.context() as patched:
        patched.setattr(Stops, "signal", number)
        patched.setattr("pbwm.compare.cli.running.monitor_for", Stops)
        result = call(*arguments, status=128 + number)
    # The signal may come when the second block is done, too.
    said = re.fullmatch(
        rf"Interrupted. (2|4) of 4 networks are finished and stored in {re.escape(str(tmp_path))}. "
        r"Run the same command again to resume.\n",
        result.stderr,
    )
    assert said, result.stderr
    again = call(*arguments)
    assert "even · networks" not in again.stdout
    going_on = "sir2 · stuck · networks 0–1: 0 of 2 reached criterion in 5 epochs" in again.stdout
    assert going_on == (said[1] == "2")


@pytest.mark.usefixtures("one_figure")
def test_a_criterion_that_the_budget_puts_out_of_reach_is_noted_once(tmp_path, cataloged):
    small = ["sir2", "--models", "even,stuck", "--networks", 2, "--out", tmp_path]
    said = call(*small, "--epochs", 1).stdout
    note = "note: sir2 requires 2 successive epochs without an error, and the budget is 1: no network can reach"
    assert said.count(note) == 1
    assert "note:" not in call(*small, "--epochs", 2).stdout


def test_compare_one_task(tmp_path, cataloged):
    out = tmp_path / "new" / "place"
    result = call("sir2", "--models", "even,stuck", "--networks", 4, "--epochs", 8, "--out", out)
    assert "sir2 · even · networks 0–3: 4 of 4 reached criterion in 5 epochs" in result.stdout
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    [(even, stuck)] = [lines[i + 1 : i + 3] for i, line in enumerate(lines) if line == "sir2"]
    assert even.startswith("even 8 4/4 51–100 3 0.0000 0.0000 4/4")
    assert stuck.startswith("stuck 8 3/4 30–95 6 0.0000 0.0000 3/3")
    assert str(out) in result.stdout
    assert "\x1b" not in result.stdout
    figures = {path.name for path in (out / "figures").iterdir()}
    names = ("learning-curves", "learning-curves-rewarded", "epochs-to-criterion", "raster-even", "raster-stuck")
    files = {f"{name}{suffix}" for name in names for suffix in (".png", ".pdf", ".csv", ".txt")}
    assert figures == {*files, "captions.md"}
    [scene] = open_run(out).scenes()
    assert scene.result("stuck").times.epochs.tolist() == [6, 6, 6, 0]
    assert scene.result("stuck").frozen.faultless.tolist() == [True] * 3 + [False]


@pytest.mark.parametrize("width", Width)
def test_figures_of_a_comparison_have_the_width_that_is_asked_for(tmp_path, cataloged, width, monkeypatch):
    monkeypatch.setattr("pbwm.compare.cli.compare.OVERVIEW", ("learning-curves", "raster"))
    call("sir2", "--models", "even,stuck", "--networks", 2, "--epochs", 5, "--width", width.value, "--out", tmp_path)
    for name in ("learning-curves", "raster-even"):
        with Image.open(tmp_path / "figures" / f"{name}.png") as picture:
            assert picture.width == pytest.approx(WIDTHS[width] * 200, abs=1)


@pytest.mark.usefixtures("few_frozen_steps")
def test_compare_the_models_themselves(tmp_path):
    call("sir2", "12ax", "--networks", 2, "--epochs", 2, "--out", tmp_path)
    scenes = open_run(tmp_path).scenes()
    assert [scene.title for scene in scenes] == ["sir2", "12ax"]
    for scene in scenes:
        assert scene.models == tuple(name for name in MODELS if MODELS[name].by_default)
        for model in scene.models:
            result = scene.result(model)
            assert result.times.epochs.tolist() == [0, 0]
            assert scene.curves(model).errors.shape[:2] == (2, 2)
            assert ((result.frozen.error > 0) & (result.frozen.error <= 1)).all()
            assert scene.networks(model).networks == scene.recording(model).networks == 2
        place = tmp_path / "figures" / scene.directory_name
        starts = {".png": b"\x89PNG", ".pdf": b"%PDF"}
        for figure in place.glob("*.p*"):
            assert figure.read_bytes().startswith(starts[figure.suffix])
            assert figure.stat().st_size > 4000
        assert len(list(place.glob("*.csv"))) == 3 + len(scene.models)


def test_what_is_not_kept_is_not_drawn_and_does_no_harm(tmp_path, cataloged):
    result = call("sir2", "--models", "even", "--networks", 2, "--epochs", 5, "--no-save", "--out", tmp_path)
    assert not list(tmp_path.rglob("*.safetensors"))
    assert {path.stem for path in (tmp_path / "figures").iterdir()} == {
        *("learning-curves", "learning-curves-rewarded", "epochs-to-criterion", "captions")
    }
    assert "Figures in" in result.stdout


@pytest.mark.usefixtures("one_figure")
def test_options_of_earlier_versions_are_taken_with_a_note(tmp_path, cataloged):
    arguments = ["sir2", "--learners", "even", "--replicas", 2, "--epochs", 5, "--threads", 1, "--out", tmp_path]
    result = call(*arguments)
    assert "Note: --learners is now called --models." in result.stderr
    assert "Note: --replicas is now called --networks." in result.stderr
    assert Store(tmp_path).declared() == comparison(("sir2",), ("even",), networks=2, epochs=5, seed=0)


@pytest.mark.usefixtures("one_figure")
def test_another_comparison_into_the_same_directory_is_rejected(tmp_path, cataloged):
    arguments = ["sir2", "--models", "even", "--networks", 2, "--epochs", 5, "--out", tmp_path]
    call(*arguments)
    (tmp_path / "report.html").write_text("old")
    cells = {path: path.read_bytes() for path in tmp_path.rglob("*.json")}
    result = call(*arguments, "--seed", 1, status=2)
    assert "holds other settings: sir2 · even: seed = 0, not 1" in result.stderr
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.json")} == cells
    call(*arguments, "--seed", 1, "--overwrite")
    assert not (tmp_path / "report.html").exists()
    assert (tmp_path / "set-aside" / "report.html").read_text() == "old"
    assert Store(tmp_path).declared().seed == 1


@pytest.mark.parametrize(("command", "catalog"), [("tasks", TASKS), ("models", MODELS)])
def test_the_catalogs_are_listed(command, catalog, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    result = runner.invoke(app, [command])
    assert result.exit_code == 0
    assert all(name in result.stdout for name in catalog)


def test_help_and_version():
    assert "compare" in runner.invoke(app, ["--help"]).stdout
    assert runner.invoke(app, ["--version"]).stdout.startswith("pbwm ")
