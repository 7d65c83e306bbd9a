"""Comparisons and figures of scripts reject an invalid name, scene or directory in one line."""

from pathlib import Path

import pytest

import pbwm.compare as pw
from lstm_baseline import LSTM
from pbwm.compare.errors import CompareError, PlanError
from pbwm.compare.experiment.comparison import default_directory
from tasks.base.errors import TaskError
from tasks.sir import SIR

SMALL = {"networks": 1, "epochs": 1}


@pytest.mark.parametrize(
    ("rejected", "says"),
    [
        (
            lambda: pw.compare(SIR(), **SMALL),
            "task = SIR.* is not a name; give a name, FILE.py:NAME",
        ),
        (lambda: pw.compare(SIR, **SMALL), "task = <class 'tasks.sir.SIR'> is not a name"),
        (lambda: pw.compare("sir2", models=(LSTM,), **SMALL), "model = .*LSTM.* is not a name"),
        (
            lambda: pw.compare("sir2", models="lstm", **SMALL),
            r"models = 'lstm' is not a series of names; give \('lstm",
        ),
        (lambda: pw.draw("gates", "results/sir2"), "draw: scene = 'results/sir2' is not a Scene; give pw.compare"),
        (lambda: pw.compare("sir2", out=3, **SMALL), "compare: out = 3 is not a path; give a directory"),
        (lambda: pw.open_run(None), "open_run: directory = None is not a path; give the directory of a run"),
    ],
)
def test_what_is_none_is_rejected(tmp_path, monkeypatch, rejected, says):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((CompareError, TaskError), match=says):
        rejected()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("given", ["few", "0", "-1", "2.5", "9" * 5000])
def test_sizes_of_notebooks_that_are_no_counts_are_named(monkeypatch, given):
    monkeypatch.setenv("PBWM_NOTEBOOK_EPOCHS", given)
    with pytest.raises(PlanError, match=r"^PBWM_NOTEBOOK_EPOCHS = .* must be a whole number from 1 .*; .* unset the"):
        pw.notebook_size(networks=16, epochs=100)
    monkeypatch.delenv("PBWM_NOTEBOOK_EPOCHS")
    with pytest.raises(PlanError, match=r"notebook_size: networks = 0 must be a whole number from 1"):
        pw.notebook_size(networks=0, epochs=100)


def test_results_of_a_task_in_another_directory_stay_below_results():
    assert default_directory(("sir2", "12ax")) == Path("results/sir2+12ax")
    assert default_directory(("../mine/task.py:Mine",)).parent == Path("results")
