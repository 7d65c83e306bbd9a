"""The commands run a study, go on with it, and show it."""

import io

import pytest
from rich.console import Console
from typer.testing import CliRunner

from pbwm.compare.cli.app import app
from pbwm.compare.experiment import Condition, Purpose, Range, Search, Store, to_toml
from pbwm.compare.experiment.claims import Progress
from pbwm.compare.experiment.monitor import StudyBars, StudyLines, study_monitor_for
from pbwm.compare.experiment.runner import Block
from pbwm.compare.reports.study import status_table
from pbwm.compare.studies import STUDIES
from tests.compare.experiment.rig import clocks

runner = CliRunner()


def call(*arguments, status=0):
    result = runner.invoke(app, ["study", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return result.output if status == 0 else result.stderr


@pytest.fixture
def file(tmp_path, clock_models):
    path = tmp_path / "clocks.toml"
    path.write_text(to_toml(clocks(20)))
    return path


def test_a_study_from_file_to_figure(tmp_path, file):
    out = tmp_path / "out"
    shown = call("run", file, "--out", out, "--on", "threads", "--workers", "2", "--shard", "1/2")
    assert "sir2 · even · even · networks 0–15: 16 of 16 reached criterion in 8 epochs (1 of 1 blocks; " in shown
    assert "networks 16" not in shown
    shown = call("status", out)
    assert "sir2 · stuck · stuck: some never" in shown
    shown = call("resume", out, "--on", "threads")
    assert "sir2 · even · 10 epochs" in shown
    assert "20/20" in shown
    assert "13/20" in shown
    names = {path.name for path in out.iterdir()}
    assert {"study.toml", "manifest.json", "cells", "results.csv", "results.parquet", "table.csv"} <= names
    assert call("plot", out).splitlines() == [str(out / "survival-sir2.png")]
    assert (out / "survival-sir2.csv").read_text().startswith("row,epochs,proportion,low,high\n")
    assert call("table", file, "--out", out) == call("table", out)


def test_errors_on_novel_sequences_have_a_column_where_a_task_keeps_some_back(tmp_path, file):
    conditions = (Condition(name="even", tasks=("phonological-loop",), learners=("even",)),)
    novel = tmp_path / "novel.toml"
    novel.write_text(to_toml(clocks(2, conditions=conditions, tasks=(), record=())))
    shown = call("run", novel, "--out", tmp_path / "novel", "--on", "threads")
    assert "novel" in shown
    heads, line = (text.split(",") for text in (tmp_path / "novel" / "table.csv").read_text().splitlines())
    assert line[heads.index("novel error")] == "0.000"
    assert "novel" not in call("run", file, "--out", tmp_path / "out", "--on", "threads")


def test_networks_are_added_from_the_directory_alone(tmp_path, file):
    out = tmp_path / "out"
    call("run", file, "--out", out, "--on", "threads")
    shown = call("resume", out, "--replicas", "32", "--on", "threads")
    assert "networks 0–15" not in shown
    assert Store(out).declared().replicas == 32


def test_a_search_is_shown_by_rank(tmp_path, ticking):
    search = Search(space={"clock.ticks": Range(low=1, high=8)}, points=4)
    study = clocks(4, purpose=Purpose.SEARCH, seed=5000, search=search, conditions=(), learners=("ticking",))
    path = tmp_path / "find.toml"
    path.write_text(to_toml(study))
    shown = call("run", path, "--out", tmp_path / "out", "--on", "threads")
    ticks = [line.split()[-3] for line in shown.splitlines() if " 4/4 " in line and "point" in line]
    assert ticks == sorted(ticks)
    assert len(ticks) == 4
    assert shown.endswith(call("table", tmp_path / "out"))
    path.write_text(to_toml(study).replace("clock.ticks", "clock.tikcs"))
    assert "did you mean 'ticks'" in call("show", path, status=2)


def test_the_table_tells_what_is_damaged(tmp_path, file):
    out = tmp_path / "out"
    call("run", file, "--out", out, "--on", "threads")
    Store(out).cell_path(clocks().rows()[0], range(16)).write_text("{}")
    assert "Left out" in call("table", out)
    assert "is no cell of a study" in " ".join(call("status", out).split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "learnin"), "did you mean 'learning'"),
        (("run", "learning", "--shard", "3"), "i/n"),
        (("run", "learning", "--scheduler", "tcp://127.0.0.1:1"), "--on dask"),
        (("run", "learning", "--out", " "), "names no directory"),
        (("run", "none.toml"), "cannot be read"),
        (("resume", "."), "holds no study"),
    ],
)
def test_what_cannot_be_is_said(arguments, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert says in call(*arguments, status=2)


def test_a_study_that_has_not_been_run_says_so(tmp_path):
    assert "not run" in call("table", "learning", "--out", tmp_path)
    assert (tmp_path / "table.csv").read_text().count("not run") == len(STUDIES["learning"].rows())
    assert "nothing has been run yet" in call("plot", "learning", "--out", tmp_path, status=2)


def test_studies_are_listed_and_shown_as_toml():
    assert "learning" in call("list")
    assert call("show", "learning") == to_toml(STUDIES["learning"])


@pytest.mark.parametrize("name", STUDIES)
def test_declared_studies_can_be_run(name):
    """Their rows differ in what they build."""
    jobs = [row.job(range(1)) for row in STUDIES[name].rows()]
    built = [(job.task_name, repr(job.task), repr(job.entry.params(job.task.spec))) for job in jobs]
    assert len(set(built)) == len(built)


def blocks():
    row = clocks().rows()[0]
    return [Block(None, row, networks, ()) for networks in (range(16), range(16, 32))]


def test_a_terminal_gets_a_bar_for_each_row():
    out = io.StringIO()
    monitor = study_monitor_for(Console(file=out, force_terminal=True, width=120))
    assert isinstance(monitor, StudyBars)
    first, second = blocks()
    with monitor:
        monitor.expect([first, second])
        monitor.progress({first: Progress(4, 3, 16), second: None})
        (bar,) = monitor.bars
        assert (bar.completed, bar.total, bar.fields["reached"]) == (4, 20, "3/32 reached")
        monitor.finished(first, 6, 16, mine=True)
        assert (bar.completed, bar.total, bar.fields["reached"]) == (6, 16, "16/32 reached")
        monitor.finished(second, 10, 9, mine=False)
        assert bar.finished
    assert "run by another process" in out.getvalue()


def test_a_pipe_gets_a_line_for_each_block():
    out = io.StringIO()
    monitor = study_monitor_for(Console(file=out))
    assert isinstance(monitor, StudyLines)
    first, second = blocks()
    monitor.expect([first, second])
    monitor.finished(first, 6, 16, mine=True)
    monitor.failed(second)
    assert "16 of 16 reached criterion in 6 epochs (1 of 2 blocks; " in out.getvalue()
    assert "networks 16–31: failed" in out.getvalue()


def test_status_shows_what_runs(tmp_path, clock_models):
    study, store = clocks(16), Store(tmp_path)
    name = Block(tmp_path, study.rows()[0], range(16), ()).name
    with store.claims.claimed(name):
        (tmp_path / "working" / f"{name}.progress").write_text("3 2 16")
        out = io.StringIO()
        Console(file=out, width=140).print(status_table(study, store))
    assert "0–15: epoch 3 of 10, 2/16 reached" in out.getvalue()
