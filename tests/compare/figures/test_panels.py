"""Figures of several models: what is left out, and which panels have labels, legends, and ticks."""

from dataclasses import replace
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest

from pbwm.compare.analysis.criterion import NOT_REACHED
from pbwm.compare.analysis.errors_by_epoch import LearningCurve
from pbwm.compare.analysis.further_training import FurtherTraining
from pbwm.compare.analysis.lags import error_by_lag
from pbwm.compare.analysis.raster import fresh_trials, raster_of
from pbwm.compare.analysis.sweeps import Sweep
from pbwm.compare.experiment.row import AS_IT_IS
from pbwm.compare.figures import frozen_errors, learning, memory_and_gates
from pbwm.compare.figures.plots.errors import plot_error_by_event, plot_error_by_lag, plot_sweep
from pbwm.compare.figures.plots.learning_curves import plot_learning_curve
from pbwm.compare.figures.plots.raster import plot_raster
from pbwm.compare.figures.style import Width, print_style
from tasks.base.learner import Outcome
from tasks.catalog import TASKS
from tests.compare.analysis.synthetic import perfect, with_gates


def scene(task="sir2", models=("pbwm", "gru", "srn"), always_open=("", "output_gate", "all")):
    """A perfect memory under several names, some of whose gates are always open."""
    recordings = {}
    for model, gates in zip(models, always_open, strict=True):
        names = ("input_gate", "forget_gate", "output_gate") if gates == "all" else tuple(filter(None, [gates]))
        recording = perfect(task, epochs=2)
        opened = {name: np.ones_like(recording.record.input_gate) for name in names}
        recordings[model] = with_gates(recording, model=model, **opened)
    return SimpleNamespace(
        task=SimpleNamespace(spec=recording.spec),
        recordings=recordings,
        recording=recordings.get,
        models=tuple(recordings),
        best_network=lambda model: 0,
        shared_network=lambda: 0,
        task_name=task,
        condition=AS_IT_IS,
        seed=0,
        count=lambda model: 2,
        why=lambda model, network: "not trained",
        row=lambda model: SimpleNamespace(goal=None),
    )


@pytest.mark.parametrize(("figure", "expected"), [("selectivities", 2), ("holding", 2), ("alignment", 1)])
def test_figures_of_gates_leave_out_models_without_gates(figure, expected):
    drawn = list(getattr(memory_and_gates, figure)(scene()))
    assert [each.name for each in drawn if "srn" in each.name] == []
    assert len(drawn) == expected


def test_a_caption_names_only_the_models_that_are_drawn():
    [drawn] = memory_and_gates.agreement(scene())
    assert "2 networks each of PBWM and GRU on SIR-2" in drawn.caption


@pytest.mark.parametrize("width", Width)
def test_every_column_of_agreement_has_a_name(width):
    with print_style(width):
        [drawn] = memory_and_gates.agreement(scene())
        drawn.figure.draw_without_rendering()
    for ax in drawn.figure.axes:
        shown = [label.get_text() for label in ax.get_xticklabels() if label.get_visible()]
        assert len(shown) == len(ax.get_xticks()) > 0


def test_what_is_released_is_decoded_only_if_output_gates_can_shut():
    drawn = {each.name: each for each in memory_and_gates.decoding(scene())}
    assert len(drawn["decoding-pbwm"].figure.axes) == 2
    assert len(drawn["decoding-gru"].figure.axes) == 1
    assert "from memory, by the number of steps" in drawn["decoding-gru"].caption


def test_the_table_of_decoding_has_the_number_of_steps():
    drawn = next(memory_and_gates.decoding(scene()))
    place = drawn.header.index("steps")
    assert all(row[place] > 0 for row in drawn.rows)


def curve(model, reached):
    error = np.linspace(0.5, 0, 5)[None].repeat(2, 0)
    return LearningCurve(
        model=model, error=error, median=error[0], reached_at=np.full(2, 5 if reached else NOT_REACHED)
    )


def test_lowest_panels_of_learning_curves_have_ticks_and_one_legend_serves_all(monkeypatch):
    monkeypatch.setattr(learning, "stopping_rule", lambda scene: "")
    models = ("pbwm", "lstm", "gru", "srn")
    drawn = learning._drawn_curves(
        scene(models=models, always_open=("",) * 4), "curves", [curve(m, m == "pbwm") for m in models], "Errors"
    )
    drawn.figure.draw_without_rendering()
    named = [ax.get_xlabel() != "" and any(t.get_text() for t in ax.get_xticklabels()) for ax in drawn.figure.axes]
    assert named == [False, True, True, True]
    assert all(ax.get_legend() is None for ax in drawn.figure.axes)
    [legend] = drawn.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["network", "median", "criterion reached"]


def test_a_legend_says_that_the_criterion_was_reached_only_if_it_was():
    legend = plot_learning_curve(curve("pbwm", False)).get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["network", "median"]


def test_epochs_of_short_runs_are_plain_numbers():
    ax = plot_learning_curve(curve("pbwm", True))
    ax.figure.draw_without_rendering()
    shown = [text.get_text() for text in ax.get_xticklabels(minor=True)]
    assert "3" in shown
    assert not any("10" in text for text in shown)


def all_wrong(task="delayed-match"):
    recording = perfect(task)
    outcome = Outcome.of(recording.trials, np.full_like(recording.trials.target, 9))
    return replace(recording, outcome=outcome)


def test_the_axis_of_a_proportion_ends_at_1():
    found = error_by_lag(all_wrong())
    for ax in (plot_error_by_event([found]), plot_error_by_lag(found)):
        ax.figure.draw_without_rendering()
        assert max(ax.get_yticks()) == pytest.approx(1)


def test_kinds_of_step_that_never_count_have_no_column():
    ax = plot_error_by_event([error_by_lag(all_wrong())])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["distractor", "match"]


def test_lines_of_a_sweep_have_different_colors():
    names = ("matrix_go", "matrix_nogo", "gpi_thalamus", "pfc_maintenance_deep", "hidden")
    found = Sweep(model="pbwm", dose="d", conditions=names, doses=np.arange(3.0), error=np.ones((5, 3, 2)))
    ax = plot_sweep(found)
    assert len({container.lines[0].get_color() for container in ax.containers}) == len(names)


@pytest.mark.parametrize("width", Width)
def test_the_legend_of_responses_covers_no_title_and_fits(width):
    with print_style(width):
        figure = plot_raster(raster_of("PBWM", perfect("delayed-match"), 0, 16).compact())
        figure.draw_without_rendering()
    [ax] = [ax for ax in figure.axes if ax.get_legend()]
    legend, title = ax.get_legend().get_window_extent(), ax._left_title.get_window_extent()
    assert not legend.overlaps(title)
    assert legend.x0 >= 0
    assert legend.x1 <= figure.bbox.x1


@pytest.mark.parametrize("width", Width)
@pytest.mark.parametrize("task", ["sir2", "12ax", "ax-cpt"])
def test_letters_of_a_raster_have_room(task, width):
    recording = perfect(task)
    with print_style(width):
        steps = learning.raster_steps(recording.spec, narrow=width is Width.COLUMN)
        figure = plot_raster(raster_of("PBWM", recording, 0, steps).compact())
        figure.draw_without_rendering()
    points = figure.dpi / 72
    for ax in figure.axes:
        boxes = [text.get_window_extent() for text in ax.texts]
        for one, other in combinations(boxes, 2):
            assert abs(one.y0 - other.y0) > points or max(one.x0, other.x0) - min(one.x1, other.x1) > points


@pytest.mark.parametrize("narrow", [False, True])
def test_a_raster_of_a_task_without_symbols_shows_a_target(narrow):
    task = TASKS["adding"].build()
    steps = learning.raster_steps(task.spec, narrow=narrow)
    assert (fresh_trials(task, 0, steps).target >= 0).any()


@pytest.mark.parametrize(("task", "there"), [("sir2", False), ("delayed-match", True)])
def test_lines_at_starts_are_announced_only_if_there_are_any(task, there):
    recording = perfect(task)
    figure = plot_raster(raster_of("PBWM", recording, 0, 16).compact())
    assert ("vertical line" in figure.axes[-1].get_xlabel()) == there
    caption = learning.raster_caption(scene(task), ["pbwm"], 0, 16)
    assert ("Vertical lines" in caption) == there


def test_origins_leave_out_models_without_gates(monkeypatch):
    of = scene()
    of.networks = lambda model: SimpleNamespace(networks=2, model=model)
    monkeypatch.setattr(frozen_errors, "frozen_trials", lambda *_: None)
    monkeypatch.setattr(frozen_errors, "TrialBlock", SimpleNamespace(stack=lambda streams: None))
    monkeypatch.setattr(frozen_errors, "recording_of", lambda networks, block: of.recording(networks.model))
    [drawn] = frozen_errors.origins(of)
    assert {row[0] for row in drawn.rows} == {"pbwm", "gru"}
    assert "SRN" not in drawn.caption


@pytest.mark.parametrize("reached", [True, False])
def test_further_training_says_when_it_begins_in_networks_below_the_criterion(monkeypatch, reached):
    of = scene(models=("pbwm",), always_open=("",))
    of.networks = lambda model: SimpleNamespace(networks=2)
    of.result = lambda model: SimpleNamespace(times=SimpleNamespace(reached=np.array([True, reached])))
    found = FurtherTraining(model="pbwm", epochs=np.arange(3), error=np.zeros((2, 3)))
    monkeypatch.setattr(frozen_errors, "further_training", lambda *_, **__: found)
    [drawn] = frozen_errors.further(of)
    assert ("in networks that did not reach it, after the budget" in drawn.caption) == (not reached)
