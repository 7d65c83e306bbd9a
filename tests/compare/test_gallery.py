"""From a comparison on disk to every figure of the gallery, and to the report in a browser."""

import csv
import json
import re
import shutil
import subprocess
from types import SimpleNamespace
from urllib.parse import urlsplit

import numpy as np
import pytest
from typer.testing import CliRunner

from pbwm.compare.analysis.raster import fresh_trials
from pbwm.compare.analysis.recording import recording_of
from pbwm.compare.analysis.striatum import matrix_weights, trial_by_cycle
from pbwm.compare.cli.app import app
from pbwm.compare.errors import FigureError, ResultsError
from pbwm.compare.figures import gallery_of_frozen, gallery_of_models, gallery_of_pbwm
from pbwm.compare.figures.drawn import save_drawn
from pbwm.compare.figures.gallery import GALLERY, draw
from pbwm.compare.finished import FinishedRun
from pbwm.compare.plan import Plan
from pbwm.compare.results import comparison_of
from pbwm.compare.run import run_jobs
from pbwm.compare.store import write_results
from tasks.adding import Adding
from tasks.base.errors import UnknownNameError
from tasks.base.task import TrialBlock
from tasks.counting import Counting
from tasks.reber import EmbeddedReber
from tasks.timing import SpikeDelays
from tests.compare.conftest import ClockLearner


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Three networks of each model after an epoch of SIR-2."""
    directory = tmp_path_factory.mktemp("run")
    plan = Plan(tasks=("sir2",), models=("pbwm", "lstm"), replicas=3, epochs=1, seed=9)
    write_results(directory, comparison_of(run_jobs(plan.jobs())))
    return directory


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(gallery_of_pbwm, "EPOCHS_OF_DOPAMINE", 2)
    monkeypatch.setattr(gallery_of_pbwm, "EPOCHS_OF_GAINS", 2)
    monkeypatch.setattr(gallery_of_frozen, "FURTHER_EPOCHS", (0, 1, 3))


@pytest.mark.parametrize("name", GALLERY)
def test_every_figure_of_the_gallery_is_drawn_with_its_table(finished, tmp_path, name):
    found = draw(name, FinishedRun(finished))
    assert len({drawn.name for drawn in found}) == len(found)
    for drawn in found:
        save_drawn(tmp_path, drawn)
        assert len(drawn.rows) > 0
        with (tmp_path / f"{drawn.name}.csv").open(encoding="utf-8") as file:
            table = list(csv.reader(file))
        assert table[0] == list(drawn.header)
        assert len(table) == 1 + len(drawn.rows)
        assert all((tmp_path / f"{drawn.name}{suffix}").stat().st_size > 1000 for suffix in (".png", ".pdf"))


def test_a_finished_run_is_what_was_written(finished):
    run = FinishedRun(finished)
    assert run.models == ("pbwm", "lstm")
    assert (run.seed, run.task.spec.name) == (9, "sir2")
    first, second = run.recordings.values()
    np.testing.assert_array_equal(first.trials.symbols, second.trials.symbols)
    assert first.networks == 3


def test_a_run_without_networks_says_so(finished, tmp_path):
    (tmp_path / "summary.json").write_bytes((finished / "summary.json").read_bytes())
    with pytest.raises(ResultsError, match="the networks were not kept; run the comparison without --no-networks"):
        draw("gates", FinishedRun(tmp_path))


def test_an_unknown_figure_suggests_the_nearest(finished):
    with pytest.raises(UnknownNameError, match="did you mean 'gates'"):
        draw("gate", FinishedRun(finished))


def test_a_figure_that_no_model_has_is_named(finished, monkeypatch):
    monkeypatch.setattr(FinishedRun, "models", ("lstm",))
    with pytest.raises(FigureError, match="figure 'lesions': none of lstm has it"):
        draw("lesions", FinishedRun(finished))


def test_weights_by_symbol_are_those_of_the_networks(finished):
    block = FinishedRun(finished).networks("pbwm").blocks[0]
    found = matrix_weights(block)
    weights = block.weights()["control_input->matrix_nogo"]
    assert found.stripes[:5] == ("maintenance 1", "maintenance 2", "maintenance 3", "maintenance 4", "output 1")
    assert found.nogo[1, 2, 3] == weights[1, 2 * len(found.symbols) + 3, 0]


def test_a_trial_by_cycle_is_that_of_the_whole_run(finished):
    run = FinishedRun(finished)
    trials = fresh_trials(run.task, 0, 12)
    shown = trial_by_cycle(run.networks("pbwm").blocks[0], 1, trials, 5)
    again = trial_by_cycle(run.networks("pbwm").blocks[0], 1, trials, 5)
    for nucleus, activity in shown.activity.items():
        assert activity.shape == (100, len(shown.stripes))
        np.testing.assert_array_equal(activity, again.activity[nucleus])
    block = run.networks("pbwm").blocks[0]
    whole = block.run(TrialBlock.stack([None, trials, None]), learn=False, record=True).record
    for nucleus in ("gpi", "thalamus", "stn"):  # as they are at the gate check
        at_check = whole.signals[nucleus][1, 5, 0, : len(shown.stripes)]
        np.testing.assert_allclose(shown.activity[nucleus][block.params.gating.cycle], at_check)
    with pytest.raises(FigureError, match="step = 12 is none of the 12 steps"):
        trial_by_cycle(run.networks("pbwm").blocks[0], 1, trials, 12)
    with pytest.raises(FigureError, match="lstm: has no striatum"):
        trial_by_cycle(run.networks("lstm").blocks[0], 1, trials, 5)


def test_figures_by_command(finished, tmp_path):
    result = CliRunner().invoke(app, ["figure", "draw", str(finished), "agreement", "--out", str(tmp_path)])
    assert result.exit_code == 0
    assert (tmp_path / "agreement.png").exists()
    assert "area under the ROC curve" in result.stdout
    listed = CliRunner().invoke(app, ["figure", "list"])
    assert all(name in listed.stdout for name in GALLERY)


@pytest.fixture(scope="module")
def page(finished):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gallery_of_pbwm, "EPOCHS_OF_DOPAMINE", 2)
        patch.setattr(gallery_of_pbwm, "EPOCHS_OF_GAINS", 2)
        result = CliRunner().invoke(app, ["report", str(finished)])
    assert result.exit_code == 0
    return finished / "report.html"


def test_the_report_has_every_figure_and_network_and_how_to_run_it_again(page):
    text = page.read_text(encoding="utf-8")
    figures = re.findall(r'<figure id="([^"]+)">', text)
    assert {"learning-curves", "raster-pbwm", "raster-lstm", "gates-pbwm", "equivalence", "cycles-pbwm"} <= set(figures)
    assert "pbwm compare sir2 --learners pbwm,lstm --replicas 3 --epochs 1 --seed 9" in text
    rows = re.findall(r"<tr><td>(\d)</td>", text)
    assert rows == ["0", "1", "2"]
    assert "not reached" in text


def test_the_report_asks_nothing_of_the_network(page):
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", text)
    assert "http" not in re.sub(r'base64,[^"]+', "", text).replace("http-equiv", "")


BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def browse(page, directory):
    """Open a page in headless Chromium: its content, what the console says, and the hosts that were asked."""
    directory.mkdir()
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    quiet = ["--disable-background-networking", "--disable-component-update", "--enable-logging=stderr"]
    log, profile = directory / "net.json", f"--user-data-dir={directory / 'profile'}"
    command = [BROWSER, *flags, *quiet, f"--log-net-log={log}", profile, "--dump-dom", page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    params = [event.get("params", {}) for event in json.loads(log.read_text())["events"]]
    return done.stdout, done.stderr, {urlsplit(param["url"]).hostname for param in params if "url" in param}


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
def test_the_report_opens_in_a_browser_without_an_error_or_a_request(page, tmp_path):
    empty = tmp_path / "empty.html"
    empty.write_text("<!DOCTYPE html><title>empty</title>", encoding="utf-8")
    _, _, browsers_own = browse(empty, tmp_path / "empty")
    content, console, hosts = browse(page, tmp_path / "report")
    assert 'id="equivalence"' in content
    assert "CONSOLE" not in console
    assert hosts <= browsers_own


@pytest.mark.parametrize(
    ("task", "nothing_in"),
    [
        (EmbeddedReber(), set()),
        (Adding(min_length=11), {"decoding"}),
        (Counting(), {"gates", "agreement", "selectivities", "decoding"}),
        (SpikeDelays(interval=3), {"gates", "agreement", "selectivities", "decoding"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_figures_of_tasks_with_values_or_without_items_are_drawn_or_left_out(task, nothing_in):
    trials = [task.trials(8, np.random.default_rng(r)) for r in range(2)]
    learners = {model: ClockLearner(task.spec, range(2), 0, model, lambda replica: 0) for model in ("one", "other")}
    recordings = {model: recording_of(learner, TrialBlock.stack(trials)) for model, learner in learners.items()}
    run = SimpleNamespace(
        task=task,
        seed=0,
        recordings=recordings,
        models=tuple(recordings),
        best_network=lambda model: 0,
        networks=lambda model: SimpleNamespace(blocks=[learners[model]]),
    )
    for name in gallery_of_models.__all__:
        drawn = list(getattr(gallery_of_models, name)(run))
        assert (drawn == []) == (name in nothing_in), name
        for each in drawn:
            each.figure.draw_without_rendering()
