"""``pbwm view``: the page, the recording, and the errors for input that it cannot use."""

import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pbwm.compare.cli.app import app

ROOT = Path(__file__).parents[3]
SMALL = ("--networks", "2", "--seed", "5000", "--models", "lstm")


def run(*arguments):
    return CliRunner().invoke(app, ["view", *arguments])


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A short comparison, with its networks."""
    out = tmp_path_factory.mktemp("run") / "sir2"
    how = ("--models", "lstm", "--networks", "3", "--epochs", "3", "--seed", "7", "--out", str(out))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pbwm.compare.cli.compare.OVERVIEW", ("epochs-to-criterion",))
        assert CliRunner().invoke(app, ["compare", "sir2", *how]).exit_code == 0
    return out


def test_a_recording_is_written(tmp_path):
    path = tmp_path / "lesson.html"
    done = run("sir2", *SMALL, "--html", str(path), "--steps", "3", "--train", "2")
    assert done.exit_code == 0, done.output
    assert f"3 steps in {path}" in done.output
    assert run("sir2", *SMALL, "--html", str(path), "--steps", "3").exit_code == 0  # replaces a recording
    assert "startFromRecording" in path.read_text(encoding="utf-8")


def test_the_networks_of_a_run_are_shown(results, tmp_path):
    path = tmp_path / "lesson.html"
    done = run(str(results), "--network", "2", "--html", str(path), "--steps", "2")
    assert done.exit_code == 0, done.output


def test_a_task_in_a_file_of_another_directory_is_shown(tmp_path):
    (tmp_path / "mytask.py").write_text((ROOT / "docs" / "examples" / "mytask.py").read_text())
    done = run(f"{tmp_path}/mytask.py:MyTask", *SMALL, "--html", str(tmp_path / "lesson.html"), "--steps", "2")
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sir",), "unknown task 'sir': did you mean 'sir"),
        (("nowhere",), "target = 'nowhere' is not a directory; give a directory that `pbwm compare` has written (with"),
        (("nowhere",), "unknown task 'nowhere'. Known: "),
        (("results/nowhere",), "target = 'results/nowhere' is not a directory; give a directory that `pbwm compare`"),
        (("sir2", "--models", "lstn"), "did you mean 'lstm'?"),
        (("sir2", "--models", ","), "--models = ',' names no model"),
        (("sir2", *SMALL, "--network", "2"), "network = 2 must be one of the 2 networks; count them from 0"),
        (("sir2", *SMALL, "--steps", "0"), "--steps = 0 must be at least 1"),
        (("sir2", *SMALL, "--port", "99999"), "port = 99999 must be from 0 to 65535; give another, or 0 for any"),
        (("sir2", *SMALL, "--port", "-1"), "port = -1 must be from 0 to 65535"),
        (("sir2", *SMALL, "--train", "-1"), "--train = -1 must be at least 0"),
        (("sir2", *SMALL, "--train", str(10**12)), "--train = 1000000000000 must be at most 10,000,000"),
        (("sir2", *SMALL, "--steps", str(10**12)), "--steps = 1000000000000 must be at most 10,000"),
        (("sir2", *SMALL, "--condition", "x"), "--condition = 'x' selects from a run, and 'sir2' is not the directory"),
        (("sir2", *SMALL, "--task", "12ax"), "--task = '12ax' selects from a run"),
        (("sir2", *SMALL, "--html", " "), "--html = ' ' names no file"),
        (("adding", "--models", "pbwm"), "PBWM"),
    ],
)
def test_input_that_cannot_be_used_is_named(arguments, said):
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in done.output


def test_a_place_that_cannot_be_written_is_named_before_networks_are_trained(tmp_path, monkeypatch):
    monkeypatch.setattr("pbwm.compare.view.session.Session.train", None)
    mine = tmp_path / "mine.html"
    mine.write_text("my own page")
    for path, said in ((tmp_path, "is a directory"), (mine, "exists and is not a recording of pbwm")):
        done = run("sir2", *SMALL, "--html", str(path), "--train", "5")
        assert done.exit_code == 2
        assert said in done.output
    assert mine.read_text() == "my own page"
    with socket.create_server(("127.0.0.1", 0)) as other:
        done = run("sir2", *SMALL, "--no-browser", "--port", str(other.getsockname()[1]), "--train", "5")
    assert done.exit_code == 2
    assert "is not available" in done.output


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "f.txt",
            "is a file, not a run or a task; give a directory that `pbwm compare` has written (with manifest.json)",
        ),
        ("noext", "is a file, not a run or a task; give a directory"),
        ("mine.py", "is a Python file without the name of a task; give FILE.py:NAME"),
        ("lesson.html", "is a page, not a run or a task; open it in a browser"),
        ("noise.toml", "is a TOML file, not a run or a task; run the study (`pbwm study run`)"),
    ],
)
def test_a_file_is_named_as_such(name, said, tmp_path, monkeypatch):
    (tmp_path / name).write_text("x = 1\n")
    monkeypatch.chdir(tmp_path)
    for target in (name, str(tmp_path / name)):
        done = run(target)
        assert done.exit_code == 2
        assert f"target = {target!r} {said}" in done.output


def test_a_task_is_a_task_even_if_a_file_has_its_name(tmp_path, monkeypatch):
    (tmp_path / "sir2").write_text("x")
    monkeypatch.chdir(tmp_path)
    done = run("sir2", *SMALL, "--html", "lesson.html", "--steps", "2")
    assert done.exit_code == 0, done.output


def test_a_model_that_was_not_run_is_named(results):
    done = run(str(results), "--models", "pbwm")
    assert done.exit_code == 2
    assert "'pbwm' was not run in" in done.output


def test_a_directory_without_a_run_is_named(tmp_path):
    done = run(str(tmp_path))
    assert done.exit_code == 2
    assert "holds no run (no manifest.json); give a directory that" in done.output


def test_it_serves_the_page_until_it_is_interrupted():
    command = [
        sys.executable,
        "-c",
        "from pbwm.compare.cli.app import app; app()",
        "view",
        "sir2",
        *SMALL,
        "--no-browser",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            first = process.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", first).group()
            for _ in range(100):
                try:
                    with urllib.request.urlopen(address, timeout=10) as answer:
                        text = answer.read().decode()
                    break
                except OSError:  # not yet
                    time.sleep(0.1)
            assert "view.js" in text or "start.js" in text
        finally:
            process.terminate()
        process.wait(20)


def test_without_the_extra_it_says_how_to_get_it(monkeypatch):
    for name in ("uvicorn", "starlette.applications"):
        monkeypatch.setitem(sys.modules, name, None)
    done = run("sir2", *SMALL)
    assert done.exit_code == 2
    assert "pip install 'pbwm[view]'" in done.output
