"""Bad input gets one clear line; names and paths are shown as given; no closed stream ends a command."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from pbwm.compare.cli.app import app

RUNNER = CliRunner(env={"COLUMNS": "200"})
STUDY = 'name = "own"\ntasks = ["sir2"]\nmodels = ["lstm"]\nnetworks = 1\nepochs = 1\n'
# Python 3.13 parses any number of signs.
OF_MANY_SIGNS = "--set stimuli: the value is nested" if sys.version_info < (3, 13) else "stimuli = '---"


def rejected(*arguments):
    result = RUNNER.invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 2, result.output + repr(result.exception)
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert len(result.stderr) < 2000
    return result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("study", "run", "learning", "--workers", "-1"), "--workers or --threads = '-1' must be at least 1"),
        (("study", "run", "learning", "--networks", "0"), "--networks = '0' must be at least 1"),
        (("study", "run", "learning", "--networks", 10**19), "--networks = '10000000000000000000' must be at most"),
        (("task", "show", "sir2", "--seed", "-1"), "--seed = '-1' must be at least 0"),
        (("task", "show", "sir2", "--seed", 10**30), f"--seed = '{10**30}' must be at most"),
        (("task", "show", "sir2", "--sequences", 10**12), f"--sequences = '{10**12}' must be at most 1000"),
        (("task", "show", "sir2", "--set", "stimuli=" + "-" * 5000 + "1"), OF_MANY_SIGNS),
        (("task", "show", "sir2", "--set", "stimuli=" + "9" * 5000), "stimuli = "),
        (("gate", "--range", "inf"), "--range = inf must be above 0 and finite"),
        (("gate", "--range", "nan"), "--range = nan must be above 0 and finite"),
        (("compare", "sir2", "--networks", 10**19), "networks = 10000000000000000000 must be at most 1,048,576"),
        (("compare", "sir2", "--epochs", 10**19), "must be at most 10,000,000"),
        (("compare", "sir2", "--seed", 2**64), "must be at most 9,223,372,036,854,775,807"),
        (("reproduce", "hochreiter1997", "--networks", "-3", "--show"), "--networks = '-3' must be at least 1"),
        (("reproduce", "gers2000", "--seed", "-1", "--show"), "--seed = '-1' must be at least 0"),
        (("compare", "si\0r2"), "contains a NUL character"),
        (("study", "show", "a/" + "b" * 5000 + ".toml"), "give a TOML file of a study"),
        (("study", "status", "b" * 5000), "File name too long"),
        (("figure", "draw", "sir2", "--out", "x" * 5000), "holds no run"),
        (("circuit", "--out", ""), "--out = '' names no directory; give one, or omit it for results/circuit"),
        (("gate", "--out", " "), "--out = ' ' names no directory; give one, or omit it for results/gate"),
        (("gate", "--epochs", 10**12), "--epochs = 1000000000000 must be at most 10,000,000"),
        (("gate", "--out", os.devnull), "no directory can be made there"),
        (("task", "show", "sir2", "--out", ""), "names no directory; give one, or omit it for results/tasks"),
        (("reproduce", "gers2000", "--show", "--out", ""), "names no directory; give one, or omit it for results/gers"),
        (("figure", "draw", "x", "--out", ""), "names no directory; give one, or omit it for x/figures"),
        (("intervene", "x", "--out", ""), "names no directory; give one, or omit it for x/figures"),
        (("study", "plot", "learning", "--figures", ""), "--figures = '' names no directory; give one, or omit it"),
        (("no-such-command",), "No such command 'no-such-command'"),
        (("compare",), "Missing argument"),
        (("compare", "sir2", "--no-such"), "No such option"),
        (("--no-such",), "No such option"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(arguments, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert says in rejected(*arguments)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [[], ["task"]])
def test_a_command_that_is_asked_for_nothing_says_what_it_can_do(arguments):
    result = RUNNER.invoke(app, arguments)
    assert "Usage:" in result.output
    assert result.output.count("\n") > 5
    assert "Error" not in result.output


def test_a_report_of_a_file_is_rejected(tmp_path):
    file = tmp_path / "summary.json"
    file.write_text("{}")
    assert "is a file; give a directory" in rejected("report", file)
    assert "is a file; give a directory" in rejected("figure", "draw", file, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert "results of an earlier version" in rejected("report", tmp_path)
    (tmp_path / "manifest.json").write_text("[" * 100_000)
    assert "not JSON" in rejected("report", tmp_path)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("epochs = 1979-05-27", "epochs = datetime.date(1979, 5, 27) must be a whole number"),
        ("record = true", "record = True must be a list"),
        ("networks = " + "9" * 5000, "is not valid TOML (Exceeds the limit"),
        ("networks = " + "9" * 400, "must be at most 1,048,576"),
        ("x = " + "[" * 5000 + "]" * 5000, "is nested too deeply"),
        ("question = 3", "question = 3 must be a string"),
        ("search = 3", "search = 3 is not a search"),
        ("purpose = [1]", "must be one of 'report', 'search'"),
        ("conditions = 3", "conditions must be tables"),
        ("[[conditions]]\nname = 3", "condition.name = 3 must be a string of 1 to 120 characters"),
        ('[[conditions]]\nname = "a\\u0007"', "without control characters"),
        (f'[[conditions]]\nname = "{"x" * 200}"', "must be a string of 1 to 120 characters"),
        ("[[conditions]]\nname = 'c'\nparameters = 3", "parameters = 3 must be a table"),
        ("[[conditions]]\nname = 'c'\n[conditions.parameters]\nblocks = 1979-05-27", "is a date"),
        ("[[conditions]]\nname = 'c'\n[conditions.parameters]\nblocks = nan", "blocks = nan"),
        ("[[conditions]]\nname = 'c'\n[conditions.parameters]\nblocks = 9" + "9" * 30, "blocks = "),
        ("[[conditions]]\nname = 'c'\n[conditions.parameters]\ninitial_weight = 9" + "9" * 400, "is too large for a"),
        ("[[conditions]]\nname = 'c'\n[conditions.parameters]\n" + ".".join("a" * 3000) + " = 1", "too deeply"),
    ],
)
def test_what_no_declaration_says_is_rejected_in_one_line(said, says, tmp_path):
    text = "".join(line for line in STUDY.splitlines(True) if line.split()[0] != said.split()[0])
    file = tmp_path / "own.toml"
    file.write_text(text + said)
    assert says in rejected("study", "show", file)


def test_a_byte_order_mark_is_read(tmp_path):
    file = tmp_path / "own.toml"
    file.write_bytes(b"\xef\xbb\xbf" + STUDY.encode())
    assert 'name = "own"' in RUNNER.invoke(app, ["study", "show", str(file)]).stdout


@pytest.mark.parametrize("name", ["[short]", "x[/y]z", "[bold]all[/]", ":smile:", "[/]"])
def test_names_and_paths_are_shown_as_they_are(name, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(f"{STUDY}[[conditions]]\nname = '{name} 1'\n[[conditions]]\nname = '2 {name}'\n")
    out = tmp_path / name.replace("/", "|")
    result = RUNNER.invoke(app, ["study", "table", str(file), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert f"{name} 1" in result.stdout
    assert f"2 {name}" in result.stdout
    missing = RUNNER.invoke(app, ["study", "status", str(file), "--out", str(out)])
    assert f"sir2 · lstm · {name} 1" in missing.stdout
    drawn = RUNNER.invoke(app, ["task", "show", "sir2", "--set", "stimuli=2", "--out", str(out)])
    assert str(out) in drawn.stdout.replace("\n", "")


COMMANDS = ("tasks", "models", "study list", "task show 12ax", "--help")
EACH_COMMAND = """
import sys
from pbwm.compare.cli.app import app
from pbwm.compare.cli.start import main

out, *commands = sys.argv[1:]
for start in (main, app):
    for command in commands:
        sys.stdout.reconfigure(errors="strict")  # as in a new process
        more = ["--out", f"{out}/{start.__class__.__name__}"] if "show" in command else []
        sys.argv = ["pbwm", *command.split(), *more]
        try:
            start()
        except SystemExit as end:
            assert not end.code, command
        print("\\0")
"""


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "ascii"])
def test_a_stream_that_knows_few_letters_ends_no_command(encoding, tmp_path):
    call = [sys.executable, "-c", EACH_COMMAND, str(tmp_path), *COMMANDS]
    done = subprocess.run(call, capture_output=True, env=os.environ | {"PYTHONIOENCODING": encoding}, check=False)
    assert done.returncode == 0, done.stderr
    *printed, last = done.stdout.decode(encoding).split("\0\n")
    assert last == ""
    assert len(printed) == 2 * len(COMMANDS)
    assert all(printed)


STARTED = "from pbwm.compare.cli.start import main; print('here', flush=True); main()"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("delay", [0.0, 0.2, 0.6, 1.2])
def test_a_signal_while_modules_are_imported_is_one_line(delay, number):
    call = [sys.executable, "-c", STARTED, "circuit", "--out", os.devnull]
    process = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline() == b"here\n"
    time.sleep(0.02 + delay)
    process.send_signal(number)
    said = process.communicate()[1].decode()
    if "no directory" in said:  # it was quicker, and the signal came at its end
        assert "Traceback" not in said
    else:
        assert process.returncode == 128 + number, said
        assert said in ("Interrupted.\n",)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no such device")
@pytest.mark.parametrize("argument", ["--version", "--help", "tasks"])
def test_output_that_cannot_be_written_is_one_line(argument):
    call = [sys.executable, "-c", "from pbwm.compare.cli.start import main; main()", argument]
    with open("/dev/full", "w") as full:
        done = subprocess.run(call, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert re.fullmatch(r"Error: the output cannot be written \(.*\); free space, or redirect .*\n", done.stderr)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a directory that is in use")
def test_a_working_directory_that_is_gone_is_named(tmp_path, monkeypatch):
    (gone := tmp_path / "gone").mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert "the working directory is gone (No such file or directory); change to another one" in rejected("tasks")


TWICE = """
import os, signal, time
from pbwm.compare.cli.start import leaving_at_the_second
signal.signal(signal.SIGINT, signal.default_int_handler)
leaving_at_the_second()
try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
except KeyboardInterrupt:
    print("storing", flush=True)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
"""


def test_a_second_ctrl_c_ends_the_process_at_once_with_one_line():
    done = subprocess.run([sys.executable, "-c", TWICE], capture_output=True, timeout=50, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"storing\n", b"Interrupted.\n")


PROCESSES = """
import os, signal, time
from pbwm.compare.experiment.executors import Where, executor
signal.signal(signal.SIGINT, lambda *_: None)
with executor(Where.PROCESSES, 1) as pool:
    job = pool.submit(abs, -3)
    while not job.done():
        os.killpg(0, signal.SIGINT)
        time.sleep(0.05)
    print(job.result())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups")
def test_processes_that_begin_leave_ctrl_c_to_their_parent():
    call = [sys.executable, "-c", PROCESSES]
    done = subprocess.run(call, capture_output=True, start_new_session=True, timeout=100, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"3\n", b"")
