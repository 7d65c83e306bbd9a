"""From a run on disk to every figure of the gallery, and to the report in a browser."""

import json
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from pbwm.compare.analysis.frozen import frozen_trials
from pbwm.compare.analysis.further_training import further_training
from pbwm.compare.analysis.raster import fresh_trials
from pbwm.compare.analysis.recording import recording_of
from pbwm.compare.analysis.striatum import matrix_weights, trial_by_cycle
from pbwm.compare.cli.app import app
from pbwm.compare.cli.compare import comparison
from pbwm.compare.errors import FigureError
from pbwm.compare.experiment import open_run, run_study
from pbwm.compare.experiment.row import AS_IT_IS
from pbwm.compare.figures import causes, frozen_errors, interventions, memory_and_gates
from pbwm.compare.figures.gallery import GALLERY, draw, drawn_or_why
from pbwm.compare.figures.saving import Drawn
from pbwm.compare.figures.style import WIDTHS, Width, print_style
from tasks.adding import Adding
from tasks.base.errors import UnknownNameError
from tasks.base.task import TrialBlock
from tasks.counting import Counting
from tasks.reber import EmbeddedReber
from tasks.timing import SpikeDelays
from tests.compare.conftest import ClockLearner, frozen_over_few_steps
from tests.compare.figures.drawn import are_saved, fits, stands_alone


def run(directory, models, networks, *, save=True, seed=9):
    study = comparison(("sir2",), models, networks=networks, epochs=1, seed=seed, save=save)
    with ThreadPoolExecutor(2) as pool, pytest.MonkeyPatch.context() as patch:
        frozen_over_few_steps(patch)
        run_study(study, directory, pool)
    return directory


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Three networks of each model after an epoch of SIR-2."""
    return run(tmp_path_factory.mktemp("run"), ("pbwm", "lstm"), 3)


@pytest.fixture(scope="module")
def scene(finished):
    """The run, opened once."""
    return open_run(finished).scene()


@pytest.fixture(autouse=True)
def short(monkeypatch):
    shorten(monkeypatch)


def shorten(monkeypatch, *, steps=100, steps_of_causes=50, steps_probed=20, further_epochs=(0, 1, 3)):
    """Few steps of frozen tests and under manipulations, and few epochs."""
    monkeypatch.setattr(causes, "EPOCHS_OF_DOPAMINE", 2)
    monkeypatch.setattr(causes, "EPOCHS_OF_GAINS", 1)
    by_block = causes._by_block

    def of_first_steps(networks, block, of):
        return by_block(networks, block.cut(np.minimum(block.length, steps_of_causes)), of)

    monkeypatch.setattr(causes, "_by_block", of_first_steps)
    monkeypatch.setattr(frozen_errors, "FURTHER_EPOCHS", further_epochs)
    monkeypatch.setattr(frozen_errors, "further_training", partial(further_training, steps=steps))
    monkeypatch.setattr(frozen_errors, "frozen_trials", partial(frozen_trials, steps=steps))
    monkeypatch.setattr(interventions, "STEPS_OF_FIGURE", steps_probed)


class Report(NamedTuple):
    """The file of a report, and its figures by their names in the gallery."""

    file: Path
    figures: dict[str, list[Drawn] | str]


@pytest.fixture(scope="module")
def report(finished):
    figures = {}

    def kept(name, scene):
        figures[name] = drawn_or_why(name, scene)
        return figures[name]

    with pytest.MonkeyPatch.context() as patch:
        shorten(patch)
        patch.setattr("pbwm.compare.reports.html.drawn_or_why", kept)
        result = CliRunner().invoke(app, ["report", str(finished)])
    assert result.exit_code == 0
    assert f"sir2: cycles ({len(GALLERY)} of {len(GALLERY)})" in result.stdout
    return Report(finished / "report.html", figures)


@pytest.mark.parametrize("width", Width)
@pytest.mark.parametrize("name", GALLERY)
def test_every_figure_of_the_gallery_is_drawn_to_fit_its_width_with_its_caption_and_table(
    scene, report, tmp_path, name, width
):
    """Figures as wide as a page are those of the report."""
    with print_style(width):
        found = report.figures[name] if width is Width.PAGE else draw(name, scene)
        assert not isinstance(found, str), found
        for drawn in found:
            fits(drawn.figure, WIDTHS[width])
            drawn.figure.set_layout_engine("none")  # everything has its place
        if width is Width.PAGE:  # `test_figures_by_command` saves figures of one column
            are_saved(found, tmp_path)
    assert len({drawn.name for drawn in found}) == len(found)
    for drawn in found:
        assert len(drawn.rows) > 0
        stands_alone(drawn, scene)


ONE_MODEL = {"alignment"}
NO_PBWM = {"forced", "lesions", "gains", "dopamine", "weights", "cycles"}


@pytest.mark.parametrize(
    ("models", "networks", "missing"),
    [
        (("pbwm",), 17, ONE_MODEL),
        (("lstm",), 1, ONE_MODEL | NO_PBWM),
        (("lstm", "gru", "srn", "rbp", "lstm-2000"), 2, NO_PBWM),
        (("lstm",), 64, ONE_MODEL | NO_PBWM),
        (("pbwm-2006",), 2, ONE_MODEL),
    ],
)
def test_figures_of_any_number_of_models_and_networks(tmp_path, models, networks, missing, monkeypatch):
    shorten(monkeypatch, steps=40, steps_of_causes=15, steps_probed=8, further_epochs=(0, 1))
    monkeypatch.setattr(causes, "NUCLEI", ("gpi", "hidden"))
    monkeypatch.setattr(causes, "GAINS", (0.2, 1.0))
    scene = open_run(run(tmp_path, models, networks)).scene()
    found = {name: drawn_or_why(name, scene) for name in GALLERY}
    assert {name for name, drawn in found.items() if isinstance(drawn, str)} == missing
    for name, drawn in found.items():
        if name in missing:
            assert drawn.startswith(f"figure {name!r}: none of {', '.join(models)} supports it on this task")
            continue
        for each in drawn:
            each.figure.draw_without_rendering()
            if "network" in each.header and name not in ("raster", "rasters"):
                at = list(each.header).index("network")
                numbers = {row[at] for row in each.rows if isinstance(row[at], int | np.integer)}
                assert max(numbers) <= networks - 1
                if name in NO_PBWM | {"errors", "agreement", "epochs-to-criterion"}:
                    assert numbers == set(range(networks))


def test_recordings_are_read_as_they_were_written(scene, tmp_path):
    for model in scene.models:
        read, now = scene.recording(model), recording_of(scene.networks(model), scene.test_block(3))
        assert read.slots == now.slots
        for name in ("input_gate", "forget_gate", "output_gate", "memory"):
            np.testing.assert_array_equal(getattr(read.record, name), getattr(now.record, name))
        assert read.record.signals.keys() == now.record.signals.keys()
        for name, signal in now.record.signals.items():
            np.testing.assert_array_equal(read.record.signals[name], signal)
        for field in ("symbols", "target", "event", "ideal_gate", "length", "rewarded"):
            np.testing.assert_array_equal(getattr(read.trials, field), getattr(now.trials, field))
        for field in ("response", "correct", "errors", "counted"):
            np.testing.assert_array_equal(getattr(read.outcome, field), getattr(now.outcome, field))


def test_a_run_that_kept_nothing_says_so_and_shows_what_it_can(tmp_path):
    scene = open_run(run(tmp_path, ("lstm",), 2, save=False)).scene()
    assert len(draw("learning-curves", scene)) == len(draw("epochs-to-criterion", scene)) == 1
    with pytest.raises(
        FigureError, match=r"lstm: its networks were not stored, or are damaged; repeat the run with --save"
    ):
        draw("gates", scene)


def test_an_unknown_figure_suggests_the_nearest(scene):
    with pytest.raises(UnknownNameError, match="did you mean 'gates'"):
        draw("gate", scene)


def test_weights_by_symbol_are_those_of_the_networks(finished):
    block = open_run(finished).scene().networks("pbwm").blocks[0]
    found = matrix_weights(block)
    weights = block.weights()["control_input->matrix_nogo"]
    kinds = [stripe.split()[0] for stripe in found.stripes]
    assert kinds == ["maintenance"] * (len(kinds) // 2) + ["output"] * (len(kinds) // 2)
    assert found.nogo[1, 2, 3] == weights[1, 2 * len(found.symbols) + 3, 0]


def test_a_trial_by_cycle_is_that_of_the_whole_run(finished):
    run = open_run(finished).scene()
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
    with pytest.raises(FigureError, match="step = 12 is not one of the 12 steps"):
        trial_by_cycle(run.networks("pbwm").blocks[0], 1, trials, 12)
    with pytest.raises(FigureError, match="lstm: has no striatum"):
        trial_by_cycle(run.networks("lstm").blocks[0], 1, trials, 5)


def test_a_trial_of_the_2006_form_by_cycle_and_its_weights_by_symbol(tmp_path):
    scene = open_run(run(tmp_path, ("pbwm-2006",), 2)).scene()
    block, trials = scene.networks("pbwm-2006").blocks[0], fresh_trials(scene.task, 0, 12)
    shown = trial_by_cycle(block, 1, trials, 5)
    assert shown.phase_ends == (40, 70, 105)
    assert {"matrix_go", "matrix_nogo", "snr_thalamus", "PFC"} == set(shown.activity)
    whole = block.run(TrialBlock.stack([None, trials]), learn=False, record=True).record
    at_end = shown.activity["snr_thalamus"][shown.phase_ends[1] - 1]
    np.testing.assert_allclose(at_end, whole.signals["snr_thalamus"][1, 5], atol=1e-6)
    assert (shown.opened == (whole.signals["gate"][1, 5] > 0)).all()
    found = matrix_weights(block)
    weights = block.weights()["input->matrix_go"]
    assert found.symbols == tuple(s for channel in scene.task.spec.channels for s in channel.symbols)
    np.testing.assert_allclose(found.go[1, 2, 3], weights[1, 2 * 14 : 3 * 14, 3].mean(), rtol=1e-6)


def test_the_caption_of_rasters_says_once_what_all_models_share(scene):
    [drawn] = draw("rasters", scene)
    assert drawn.caption.count("From top to bottom") == 1
    assert re.search(r"PBWM and LSTM on SIR-2: network \d of each \(seed 9; PBWM .*; LSTM .*\), step", drawn.caption)
    assert "content of memory; dopamine of PBWM (“in”" in drawn.caption


def test_figures_by_command(finished, tmp_path):
    result = CliRunner().invoke(app, ["figure", "draw", str(finished), "agreement", "--out", str(tmp_path)])
    assert result.exit_code == 0
    assert (tmp_path / "agreement.png").exists()
    assert "area under the ROC curve" in result.stdout
    narrow = ["figure", "draw", str(finished), "gates", "raster", "--width", "column", "--out", str(tmp_path)]
    assert CliRunner().invoke(app, narrow).exit_code == 0
    with Image.open(tmp_path / "raster-lstm.png") as picture:
        assert picture.width == pytest.approx(WIDTHS[Width.COLUMN] * 200, abs=1)
    captions = (tmp_path / "captions.md").read_text(encoding="utf-8")
    numbered = re.findall(r"^\*\*Figure (\d)\*\* \(`([\w-]+)\.png`, `\.pdf`, `\.csv`\)\. \w", captions, re.MULTILINE)
    assert numbered == list(
        zip("12345", ["raster-lstm", "raster-pbwm", "gates-lstm", "gates-pbwm", "agreement"], strict=True)
    )
    assert "content of memory; dopamine (“in”" in captions
    assert "content of memory.\n" in captions  # of the LSTM, which has no dopamine
    (tmp_path / "captions.md").write_text("My own captions\n")
    again = CliRunner().invoke(app, ["figure", "draw", str(finished), "agreement", "--out", str(tmp_path)])
    assert again.exit_code == 2
    assert "captions.md: exists and was not written by pbwm; give another directory (--out)" in again.stderr
    assert (tmp_path / "captions.md").read_text() == "My own captions\n"
    listed = CliRunner().invoke(app, ["figure", "list"])
    assert all(name in listed.stdout for name in GALLERY)


def test_a_figure_that_cannot_be_drawn_says_why_and_the_others_are_drawn(tmp_path):
    directory = run(tmp_path / "run", ("lstm",), 2)
    arguments = ["figure", "draw", str(directory), "alignment", "agreement"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "(1 of 2) not drawn: figure 'alignment': none of lstm supports it on this task" in result.stdout
    assert (directory / "figures" / "agreement.png").exists()
    alone = CliRunner().invoke(app, arguments[:-1])
    assert alone.exit_code == 2
    assert "none of lstm supports it on this task" in alone.stderr


@pytest.fixture(scope="module")
def page(report):
    return report.file


def test_the_report_has_every_figure_and_network_and_how_to_run_it_again(page):
    text = page.read_text(encoding="utf-8")
    figures = re.findall(r'<figure id="([^"]+)">', text)
    assert {"learning-curves", "raster-pbwm", "raster-lstm", "gates-pbwm", "equivalence", "cycles-pbwm"} <= set(figures)
    assert "pbwm compare sir2 --models pbwm,lstm --networks 3 --epochs 1 --seed 9" in text
    rows = re.findall(r"<tr><td>(\d)</td>", text)
    assert rows == ["0", "1", "2"]
    assert "not reached" in text
    assert "frozen error" in text


@pytest.mark.parametrize("width", Width)
def test_figures_of_a_report_have_the_width_that_is_asked_for(finished, tmp_path, monkeypatch, width):
    monkeypatch.setattr("pbwm.compare.reports.html.GALLERY", ["raster"])
    page = tmp_path / "report.html"
    result = CliRunner().invoke(app, ["report", str(finished), "--width", width.value, "--out", str(page)])
    assert result.exit_code == 0, result.output
    shown = re.findall(r'<img alt="[^"]+" style="width: ([\d.]+)in"', page.read_text(encoding="utf-8"))
    assert [float(inches) for inches in shown] == pytest.approx([WIDTHS[width]] * 2, abs=0.01)


def test_a_report_that_cannot_be_written_is_rejected_before_anything_is_drawn(finished, tmp_path, monkeypatch):
    monkeypatch.setattr("pbwm.compare.reports.html.drawn_or_why", None)
    result = CliRunner().invoke(app, ["report", str(finished), "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert "is a directory; give a file" in result.stderr


def test_the_report_asks_nothing_of_the_network(page):
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", text)
    assert "http" not in re.sub(r'base64,[^"]+', "", text).replace("http-equiv", "")


BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def browse(page, directory):
    """Open a page in headless Chromium: its content, messages of the console, and requested hosts."""
    directory.mkdir()
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    quiet = ["--disable-background-networking", "--disable-component-update", "--enable-logging=stderr"]
    quiet.append("--disable-features=OptimizationHints,OptimizationGuideModelDownloading,OptimizationHintsFetching")
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
        (Adding(min_length=11), {"selectivities", "decoding"}),
        (Counting(), {"gates", "agreement", "selectivities", "decoding"}),
        (SpikeDelays(interval=3), {"gates", "agreement", "selectivities", "decoding"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_figures_of_tasks_with_values_or_without_items_are_drawn_or_left_out(task, nothing_in):
    trials = [task.trials(8, np.random.default_rng(r)) for r in range(2)]
    learners = {model: ClockLearner(task.spec, range(2), 0, model, lambda network: 0) for model in ("one", "other")}
    recordings = {model: recording_of(learner, TrialBlock.stack(trials)) for model, learner in learners.items()}
    scene = SimpleNamespace(
        task=task,
        recordings=recordings,
        recording=recordings.get,
        models=tuple(recordings),
        best_network=lambda model: 0,
        shared_network=lambda: 0,
        task_name=task.name,
        condition=AS_IT_IS,
        seed=0,
        count=lambda model: 2,
        why=lambda model, network: "not trained",
    )
    for name in memory_and_gates.__all__:
        drawn = list(getattr(memory_and_gates, name)(scene))
        assert (drawn == []) == (name in nothing_in), name
        for each in drawn:
            each.figure.draw_without_rendering()
