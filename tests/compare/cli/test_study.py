"""The commands run a study, continue it, and show it."""

import io
import os
import shutil
from threading import Thread

import pytest
from rich.console import Console
from typer.testing import CliRunner

from pbwm.compare.cli import running
from pbwm.compare.cli.app import app
from pbwm.compare.experiment import Condition, Purpose, Range, Search, Shard, Store, read_study, to_toml
from pbwm.compare.experiment.block import Block
from pbwm.compare.reports.study import status_table
from pbwm.compare.studies import STUDIES
from tests.compare.experiment.heard import run as run_clocks
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
    assert "even · even" in shown
    assert "20/20" in shown
    assert "13/20" in shown
    names = {path.name for path in out.iterdir()}
    assert {"study.toml", "manifest.json", "cells", "results.csv", "results.parquet", "table.csv"} <= names
    assert call("plot", out).splitlines() == [str(out / "survival-sir2.png"), str(out / "reached.png")]
    assert (out / "survival-sir2.csv").read_text().startswith("row,epochs,proportion,low,high\n")
    assert (out / "reached.csv").read_text().startswith("row,networks,reached,proportion,low,high\n")
    assert call("table", file, "--out", out) == call("table", out)


@pytest.mark.parametrize("option", ["--resume", "--overwrite"])
def test_a_run_of_other_settings_is_resumed_as_its_message_says(tmp_path, file, option):
    out = tmp_path / "out"
    call("run", file, "--out", out, "--on", "threads")
    assert f"{option} to " in call("resume", out, "--networks", 3, "--on", "threads", status=2)
    assert "3/3" in call("resume", out, "--networks", 3, "--on", "threads", option)


def test_the_figure_of_a_task_in_a_file_is_where_the_command_says(tmp_path, clock_models):
    source = tmp_path / "tasks of mine.py"
    source.write_text("from tasks.sir import SIR\n\n\ndef small():\n    return SIR(trials_per_epoch=5)\n")
    file = tmp_path / "own.toml"
    file.write_text(to_toml(clocks(2, tasks=(f"{source}:small",), models=("even",), conditions=(), record=())))
    call("run", file, "--out", tmp_path / "out", "--on", "threads")
    drawn = call("plot", tmp_path / "out").splitlines()
    assert len(drawn) == 2
    assert all(os.path.isfile(path) for path in drawn)


def test_errors_on_novel_sequences_have_a_column_where_a_task_keeps_some_back(tmp_path, file):
    conditions = (Condition(name="even", tasks=("phonological-loop",), models=("even",)),)
    novel = tmp_path / "novel.toml"
    novel.write_text(to_toml(clocks(2, conditions=conditions, tasks=(), record=())))
    shown = call("run", novel, "--out", tmp_path / "novel", "--on", "threads")
    assert "novel" in shown
    heads, line = (text.split(",") for text in (tmp_path / "novel" / "table.csv").read_text().splitlines())
    assert line[heads.index("novel error")] == "0.000"
    assert "novel" not in call("run", file, "--out", tmp_path / "out", "--on", "threads")


def test_a_table_is_shown_from_a_directory_that_cannot_be_written_to(tmp_path, file, monkeypatch):
    out = tmp_path / "out"
    call("run", file, "--out", out, "--on", "threads")
    shown = call("table", out)
    monkeypatch.setattr(os, "access", lambda *_: False)
    result = runner.invoke(app, ["study", "table", str(out)])
    assert (result.exit_code, result.stdout) == (0, shown)
    assert result.stderr.startswith(f"Tables are not written: {out / 'working'}: the directory cannot be written to")
    assert result.stderr.endswith("; make it writable, or use a copy of the run\n")


def test_a_table_of_fewer_networks_is_shown_and_not_written(tmp_path, file):
    out = tmp_path / "out"
    call("run", file, "--out", out, "--on", "threads")
    before = {name: (out / name).read_bytes() for name in ("results.csv", "table.csv")}
    assert "2/2" in call("table", out, "--networks", "2")
    assert {name: (out / name).read_bytes() for name in before} == before


@pytest.mark.usefixtures("clock_models")
def test_later_results_are_not_replaced_by_earlier_ones(tmp_path, monkeypatch):
    """Another process writes its tables after this one has read its results, and before it writes."""
    study, shared, other = clocks(32), tmp_path / "shared", []

    def read(*of):
        results = read_study(*of)
        if not other:
            shutil.copytree(tmp_path / "whole" / "cells", shared / "cells", dirs_exist_ok=True)
            other.append(Thread(target=running.tabulated, args=(study, shared)))
            other[0].start()
            other[0].join(1)
        return results

    run_clocks(tmp_path / "whole", study)
    run_clocks(shared, study, shard=Shard(1, 2))
    monkeypatch.setattr(running, "read_study", read)
    running.tabulated(study, shared)
    other[0].join()
    assert len((shared / "results.csv").read_text().splitlines()) == 1 + 64


def test_figures_of_a_directory_that_cannot_be_written_to_have_another(tmp_path, file, monkeypatch):
    out, figures = tmp_path / "out", tmp_path / "figures" / "mine"
    call("run", file, "--out", out, "--on", "threads")
    before = sorted(out.iterdir())
    monkeypatch.setattr(os, "access", lambda path, _: out not in (path, *path.parents))
    said = call("plot", out, status=2)
    assert said == f"Error: {out}: the directory cannot be written to; give a directory for the figures by --figures\n"
    drawn = call("plot", out, "--figures", figures).splitlines()
    assert drawn == [str(figures / "survival-sir2.png"), str(figures / "reached.png")]
    assert sorted(out.iterdir()) == before


def test_networks_are_added_from_the_directory_alone(tmp_path, file):
    out = tmp_path / "out"
    call("run", file, "--out", out, "--on", "threads")
    shown = call("resume", out, "--networks", "32", "--on", "threads")
    assert "networks 0–15" not in shown
    assert Store(out).declared().networks == 32
    assert "Note: --replicas is now called --networks." in call("resume", out, "--replicas", "33", "--on", "threads")
    assert Store(out).declared().networks == 33
    assert "give only --networks" in call("resume", out, "--replicas", "33", "--networks", "34", status=2)


def test_a_declaration_of_an_earlier_version_is_read_with_a_note(tmp_path, file):
    file.write_text(file.read_text().replace("networks", "replicas").replace("models", "learners"))
    shown = call("run", file, "--out", tmp_path / "out", "--on", "threads")
    assert "'replicas' is now 'networks'" in shown
    assert "'learners' is now 'models'" in shown
    assert "20/20" in shown


def test_other_settings_need_a_word_of_the_user(tmp_path, file):
    out = tmp_path / "out"
    call("run", file, "--out", out, "--on", "threads")
    file.write_text(file.read_text().replace("epochs = 10", "epochs = 6"))
    assert "--resume to keep matching cells" in call("run", file, "--out", out, "--on", "threads", status=2)
    assert "mutually exclusive" in call("run", file, "--out", out, "--resume", "--overwrite", status=2)
    assert "networks 0–15" not in call("run", file, "--out", out, "--on", "threads", "--resume")
    file.write_text(file.read_text().replace('name = "even"', 'name = "[even] x[/y]z"'))
    shown = call("run", file, "--out", out, "--on", "threads", "--overwrite")
    assert "even · [even] x[/y]z" in shown
    assert (out / "set-aside" / "cells").is_dir()


def test_the_directory_of_the_file_itself_is_not_written_to(tmp_path, clock_models):
    (tmp_path / "study.toml").write_text("# mine\n" + to_toml(clocks(16)))
    before = (tmp_path / "study.toml").read_text()
    assert "holds no run" in call("run", tmp_path / "study.toml", "--out", tmp_path, "--on", "threads", status=2)
    assert [path.read_text() for path in tmp_path.iterdir()] == [before]


def test_a_search_is_shown_by_rank(tmp_path, ticking):
    search = Search(space={"clock.ticks": Range(low=1, high=8)}, points=4)
    study = clocks(4, purpose=Purpose.SEARCH, seed=5000, search=search, conditions=(), models=("ticking",))
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
    assert "Omitted" in " ".join(call("table", out).split())
    assert "is not a cell of a study" in " ".join(call("status", out).split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "learnin"), "did you mean 'learning'"),
        (("run", "learning", "--shard", "3"), "i/n"),
        (("run", "learning", "--scheduler", "tcp://127.0.0.1:1"), "--on dask"),
        (("run", "learning", "--out", " "), "names no directory"),
        (("run", "none.toml"), "none.toml: cannot be read (No such file or directory); give a TOML file"),
        (("status", "results/none"), "results/none: there is no such directory; give the directory of a run, the name"),
        (("resume", "."), "holds no run"),
    ],
)
def test_what_cannot_be_is_said(arguments, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert says in call(*arguments, status=2)


def test_a_criterion_beyond_the_budget_is_rejected(tmp_path, file):
    file.write_text(file.read_text().replace("epochs = 10", "epochs = 10\ncriterion = 11"))
    said = call("run", file, "--out", tmp_path / "out", "--on", "threads", status=2)
    assert "criterion = 11 exceeds the budget of 10 epochs; give a smaller criterion, or more epochs" in said
    assert not (tmp_path / "out").exists()


def test_a_file_with_any_ending_is_read_as_a_declaration(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("hello")
    result = CliRunner().invoke(app, ["study", "run", "notes.txt"])
    assert result.exit_code == 2
    assert "notes.txt: is not valid TOML (Expected '='" in result.stderr
    assert "); correct it, or start from a study that `pbwm study show NAME` prints" in result.stderr


def test_a_study_that_has_not_been_run_says_so(tmp_path):
    assert "not run" in call("table", "learning", "--out", tmp_path)
    assert not list(tmp_path.iterdir())
    assert "no results yet" in call("plot", "learning", "--out", tmp_path, status=2)


def test_studies_are_listed_and_shown_as_toml():
    assert "learning" in call("list")
    assert call("show", "learning") == to_toml(STUDIES["learning"])
    assert "oreilly2006-figure-10" in call("list")


@pytest.mark.parametrize("name", STUDIES)
def test_declared_studies_can_be_run(name):
    """Their rows differ in what they build, or in training."""
    jobs = [row.job(range(1)) for row in STUDIES[name].rows()]
    built = [(repr(job.task), repr(job.entry.params(job.task.spec)), job.consolidation) for job in jobs]
    assert len(set(built)) == len(built)


def test_status_shows_what_runs(tmp_path, clock_models):
    study, store = clocks(16), Store(tmp_path)
    name = Block(tmp_path, study.rows()[0], range(16), ()).name
    with store.claims.claimed(name):
        (tmp_path / "working" / f"{name}.progress").write_text("3 2 16")
        out = io.StringIO()
        Console(file=out, width=140).print(status_table(study, store))
    assert "0–15: 3 of 10 epochs, 2/16 reached" in out.getvalue()
