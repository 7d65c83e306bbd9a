"""The report of any run: a condition of a study, and an experiment of a paper."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from pbwm.compare.cli.app import app
from pbwm.compare.experiment import Condition, Study, run_study
from pbwm.compare.figures import gallery
from pbwm.compare.published import PAPERS

SMALL = {"trials_per_epoch": 5}
STUDY = Study(
    name="two conditions",
    tasks=("sir2",),
    models=("lstm",),
    networks=2,
    epochs=2,
    record=("curves", "weights"),
    conditions=(
        Condition(name="4 cells", parameters={"blocks": 4}, task_parameters=SMALL),
        Condition(name="2 cells", parameters={"blocks": 2}, task_parameters=SMALL),
    ),
)


def run(study, directory):
    with ThreadPoolExecutor(1) as pool:
        run_study(study, directory, pool)


def call(*arguments, status=0):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    return result


@pytest.fixture(autouse=True)
def few_figures(monkeypatch, few_frozen_steps):
    names = ("learning-curves", "epochs-to-criterion", "raster", "errors", "lesions")
    few = {name: gallery.GALLERY[name] for name in names}
    for place in ("pbwm.compare.reports.html.GALLERY", "pbwm.compare.cli.figure.GALLERY"):
        monkeypatch.setattr(place, few)


def test_a_condition_of_a_study_has_a_report(tmp_path):
    run(STUDY, tmp_path)
    rejected = call("report", tmp_path, status=2)
    assert "contains several conditions; select with --condition from: 4 cells; 2 cells" in rejected.stderr
    assert "did you mean '4 cells'" in call("report", tmp_path, "--condition", "4 cell", status=2).stderr
    call("report", tmp_path, "--condition", "2 cells")
    page = (tmp_path / "report.html").read_text()
    assert "LSTM on SIR-2, 2 cells" in page
    assert '<figure id="raster-lstm">' in page
    widths = re.findall(r'style="width: ([0-9.]+)in"', page)
    hints = re.findall(r"@container \(width < ([0-9.]+)in\) { figure:nth-of-type\((\d+)\) .more { display: block", page)
    assert hints == [(width, str(i + 1)) for i, width in enumerate(widths)]
    assert page.count('<p class="more">scroll for the rest') == len(widths) > 2
    assert "&#34;h&#34;: &#34;TANH&#34;" in page
    assert "<li>lesions: figure &#39;lesions&#39;: none of lstm supports it on this task" in page
    call("report", tmp_path, "--condition", "2 cells", "--condition", "4 cells", "--out", tmp_path / "both.html")
    assert {path.name for path in tmp_path.glob("both*")} == {"both-sir2-4-cells.html", "both-sir2-2-cells.html"}
    call("report", tmp_path, "--condition", "2 cells")
    (tmp_path / "notes.html").write_text("<!DOCTYPE html>\n<p>My notes")
    rejected = call("report", tmp_path, "--condition", "2 cells", "--out", tmp_path / "notes.html", status=2)
    assert "notes.html: exists and is not a report of pbwm; give another file (--out)" in rejected.stderr
    assert (tmp_path / "notes.html").read_text() == "<!DOCTYPE html>\n<p>My notes"
    call("figure", "draw", tmp_path, "errors", "--condition", "4 cells")
    assert (tmp_path / "figures" / "errors.png").exists()


def test_a_quick_report_trains_no_networks(tmp_path, monkeypatch):
    few = {name: gallery.GALLERY[name] for name in ("learning-curves", "further-training")}
    monkeypatch.setattr("pbwm.compare.reports.html.GALLERY", few)
    run(replace(STUDY, conditions=STUDY.conditions[:1]), tmp_path)
    assert "further-training (2 of 2): not drawn" in call("report", tmp_path, "--quick").stdout
    page = (tmp_path / "report.html").read_text()
    assert '<figure id="learning-curves">' in page
    assert "<li>further-training: left out of a quick report; `pbwm figure draw` draws it" in page
    assert "not drawn" not in call("report", tmp_path).stdout


def test_an_experiment_of_a_paper_has_a_report_and_figures(tmp_path):
    study = PAPERS["hochreiter1997"].parts["6a"].study
    conditions = (replace(study.conditions[0], epochs=200),)
    run(replace(study, conditions=conditions, networks=2), tmp_path)
    call("report", tmp_path)
    page = (tmp_path / "report.html").read_text()
    assert "Criterion: errors of 2,000 sequences in a row below 0.3, their mean below 0.1" in page
    assert "Budget: 200 sequences" in page
    assert '<figure id="learning-curves">' in page
    shown = call("study", "table", tmp_path)
    assert "0/2" in shown.stdout
    assert "budget of a network in sequences" in " ".join(shown.stdout.split())
