"""What the figures of the gallery draw: data, labels, limits."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex

from pbwm.compare.analysis.alignment import align
from pbwm.compare.analysis.decoding import decode
from pbwm.compare.analysis.equivalence import EQUIVALENCE_MODELS, equivalence
from pbwm.compare.analysis.error_origins import ErrorOrigin, ErrorOrigins
from pbwm.compare.analysis.forced import Forced
from pbwm.compare.analysis.holding import SlotAction, open_times, slot_history
from pbwm.compare.analysis.lags import error_by_lag
from pbwm.compare.analysis.over_training import SignalOverTraining
from pbwm.compare.analysis.raster import Raster, fresh_trials
from pbwm.compare.analysis.recording import GATE_NAMES
from pbwm.compare.analysis.selectivity import selectivity
from pbwm.compare.analysis.serving import serving
from pbwm.compare.analysis.striatum import Cycles, MatrixWeights
from pbwm.compare.analysis.sweeps import Sweep
from pbwm.compare.errors import FigureError
from pbwm.compare.figures.names import GATE_TITLES
from pbwm.compare.figures.plots.errors import plot_error_by_event, plot_error_by_lag, plot_forced, plot_sweep
from pbwm.compare.figures.plots.frozen import plot_error_origins
from pbwm.compare.figures.plots.gates import plot_agreement, plot_gate_by_event, plot_selectivity
from pbwm.compare.figures.plots.memory import (
    ACTIONS,
    EQUATIONS,
    plot_actions,
    plot_alignment,
    plot_decoding,
    plot_equivalence,
    plot_open_times,
)
from pbwm.compare.figures.plots.raster import plot_raster, plot_rasters
from pbwm.compare.figures.plots.striatum import (
    plot_cycles,
    plot_matrix_weights,
    plot_signal_over_training,
    plot_stripes_over_training,
)
from pbwm.compare.figures.style import GRAY, ITEMS, WIDTHS, Width, new_axes, print_style
from tasks.catalog import TASKS
from tests.compare.analysis.synthetic import perfect, with_gates


def dots(ax, color=None):
    """Heights of all dots of a color, sorted."""
    lines = [line for line in ax.lines if line.get_marker() == "o" and len(line.get_xdata())]
    chosen = [line for line in lines if color is None or to_hex(line.get_color()) == color.lower()]
    return np.sort(np.concatenate([line.get_ydata() for line in chosen]))


def labels(ax):
    return [text.get_text() for text in ax.get_xticklabels()], [text.get_text() for text in ax.get_yticklabels()]


@pytest.fixture
def noisy():
    recording, draw = perfect("12ax", networks=3), np.random.default_rng(0)
    shape = recording.record.input_gate.shape
    return with_gates(recording, input_gate=0.5 * recording.record.input_gate + 0.5 * draw.random(shape))


def test_gates_by_event_show_every_network_of_every_item(noisy):
    found = serving(noisy)
    ax = plot_gate_by_event(found, "input_gate")
    for i in range(2):
        np.testing.assert_allclose(dots(ax, ITEMS[i]), np.sort(found.mean["input_gate"][:, i].ravel()))
    medians = [segment[0, 1] for collection in ax.collections for segment in collection.get_segments()]
    assert sorted(medians) == pytest.approx(sorted(np.median(found.mean["input_gate"], 0).ravel()))
    assert labels(ax)[0] == ["task", "cue", "target\nprobe", "lure\nprobe", "other\nprobe"]
    assert ax.get_ylim() == (-0.03, 1.03)
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["network: slot of “task”", "network: slot of “cue”", "median"]
    panel = new_axes()
    assert plot_gate_by_event(found, "input_gate", ax=panel).get_legend() is None  # the figure has one for all panels


def test_agreement_stands_model_beside_model(noisy):
    found = [serving(noisy), serving(perfect("12ax", networks=3))]
    ax = plot_agreement(found, "input_gate")
    expected = np.concatenate([f.auc["input_gate"].ravel() for f in found])
    np.testing.assert_allclose(dots(ax), np.sort(expected))
    assert labels(ax)[0] == ["perfect: task", "perfect: cue"] * 2
    assert ax.get_ylim() == (0, 1.02)


def test_selectivity_is_a_map_of_what_is_shown_by_kind_of_step(noisy):
    found = selectivity(noisy)
    ax = plot_selectivity(found, 1, 0)
    np.testing.assert_array_equal(ax.images[0].get_array().filled(np.nan), found.mean[1, 0].T)
    assert labels(ax) == (list(found.stimuli), list(found.contexts))
    assert ax.images[0].get_clim() == (0, 1)
    assert len(ax.lines[0].get_xdata()) == (found.count[1] == 0).sum()


def test_decoding_shows_medians_by_lag_and_chance():
    found = decode(perfect("sir2", networks=3))
    ax = plot_decoding(found)
    curves = [line for line in ax.lines if line.get_marker() == "o"]
    assert len(curves) == len(found.items)
    np.testing.assert_allclose(curves[0].get_ydata(), 1)
    dotted = [line.get_ydata()[0] for line in ax.lines if line.get_marker() != "o"]
    np.testing.assert_allclose(dotted, np.median(found.chance, 0))


def test_equivalence_shows_every_slot_on_the_line_of_its_update(noisy):
    found = equivalence(noisy)
    ax = plot_equivalence(found)
    values = np.concatenate([found.explained[name].ravel() for name in EQUIVALENCE_MODELS])
    shown = np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() == "o"])
    np.testing.assert_allclose(np.sort(shown), np.sort(np.maximum(values[~np.isnan(values)], 0)))
    assert labels(ax)[1][0] == "both gates\n" + EQUATIONS["both gates"]
    assert EQUATIONS.keys() == EQUIVALENCE_MODELS.keys()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["slot of a network", "median"]


def test_alignment_frames_the_pairs(noisy):
    found = align(noisy, perfect("12ax", networks=3))
    ax = plot_alignment(found, 2)
    np.testing.assert_array_equal(ax.images[0].get_array(), found.similarity[2])
    assert {(line.get_ydata()[0], line.get_xdata()[0]) for line in ax.lines} == {(0, 0), (1, 1)}


def test_errors_by_event_and_by_lag():
    found = error_by_lag(perfect("sir2", networks=2))
    ax = plot_error_by_event([found, found])
    shown = dots(ax)
    assert len(shown) == 2 * found.by_event.size
    assert np.nanmax(shown) == 0
    by_lag = plot_error_by_lag(found)
    reads = [e for e, _ in enumerate(found.events) if found.count[:, e, 1:].sum()]
    assert [text.get_text() for text in by_lag.get_legend().get_texts()] == [found.events[e] for e in reads]


def test_forced_gates_show_every_network_in_every_condition():
    error = np.array([[[0.1, np.nan], [0.2, 0.4]], [[0.5, np.nan], [0.5, 0.7]]])
    ax = plot_forced(Forced(model="pbwm", conditions=("free", "open"), events=("a", "b"), error=error))
    shown = [np.sort(line.get_xdata()) for line in ax.lines if line.get_marker() == "o"]
    np.testing.assert_allclose(shown, [[0.1, 0.3], [0.5, 0.6]])
    assert labels(ax)[1] == ["free", "open"]


def test_a_sweep_shows_means_and_their_standard_errors():
    error = np.random.default_rng(0).random((2, 3, 5))
    found = Sweep(model="pbwm", dose="fraction", conditions=("stn", "gpe"), doses=np.arange(3.0), error=error)
    ax = plot_sweep(found)
    for container, values in zip(ax.containers, error, strict=True):
        np.testing.assert_allclose(container.lines[0].get_ydata(), values.mean(1))
        heights = [np.ptp(segment[:, 1]) / 2 for segment in container.lines[2][0].get_segments()]
        np.testing.assert_allclose(heights, values.std(1, ddof=1) / np.sqrt(5))
    assert ax.get_xlabel() == "fraction"


def test_a_signal_over_training_has_a_line_for_each_event_that_comes():
    mean = np.random.default_rng(0).random((4, 6, 3))
    mean[:, :, 1] = np.nan
    found = SignalOverTraining(
        model="pbwm", signal="dopamine", events=("a", "b", "c"), epochs=np.arange(1, 7), mean=mean, error=mean[:, :, 0]
    )
    ax = plot_signal_over_training(found)
    curves = [line for line in ax.lines if len(line.get_xdata()) == 6]
    np.testing.assert_allclose([line.get_ydata() for line in curves], [mean[:, :, 0].mean(0), mean[:, :, 2].mean(0)])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "c"]


def test_a_signal_of_stripes_has_a_row_for_each_stripe():
    mean = np.random.default_rng(0).normal(size=(4, 6, 3, 5))
    mean[:, :, 1] = np.nan
    found = SignalOverTraining(
        model="pbwm", signal="go", events=("a", "b", "c"), epochs=np.arange(1, 7), mean=mean, error=mean[:, :, 0, 0]
    )
    image = plot_stripes_over_training(found, 2, title="Go").images[0]
    assert image.colorbar.ax.get_ylabel() == "mean go"
    values = mean[2][:, [0, 2]].mean(1).T
    np.testing.assert_allclose(image.get_array(), values)
    np.testing.assert_allclose(image.get_clim(), [-np.abs(values).max(), np.abs(values).max()])
    assert plot_stripes_over_training(found, 2, most=9.0).images[0].get_clim() == (-9.0, 9.0)
    with pytest.raises(FigureError, match="signal 'go' has a number for each stripe; use plot_stripes_over_training"):
        plot_signal_over_training(found)


def test_weights_into_the_striatum_are_go_minus_nogo():
    draw = np.random.default_rng(0)
    go, nogo = draw.random((2, 3, 4)), draw.random((2, 3, 4))
    found = MatrixWeights(stripes=("1", "2", "3"), symbols=tuple("abcd"), go=go, nogo=nogo)
    ax = plot_matrix_weights(found, 1)
    np.testing.assert_array_equal(ax.images[0].get_array(), go[1] - nogo[1])
    assert labels(ax) == (list("abcd"), ["1", "2", "3"])
    low, high = ax.images[0].get_clim()
    assert low == -high == -np.abs(go[1] - nogo[1]).max()
    assert ax.get_title(loc="left") == "network 1"
    titled = plot_matrix_weights(found, 1, title="PBWM, network 1")
    assert titled.get_title(loc="left") == "PBWM, network 1"


@pytest.mark.parametrize(("stripes", "named"), [(4, 4), (32, 11)])
def test_labels_of_stripes_do_not_overlap(stripes, named):
    shape, names = (1, stripes, 2), tuple(f"maintenance {i + 1}" for i in range(stripes))
    found = MatrixWeights(stripes=names, symbols=("S", "R"), go=np.ones(shape), nogo=np.zeros(shape))
    with print_style():
        ax = plot_matrix_weights(found, 0)
        ax.figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert len(boxes) == named
    assert all(below.y1 <= above.y0 for above, below in pairwise(boxes))


def test_origins_of_errors_that_do_not_occur_are_left_out():
    def origins(model, *kinds):
        return ErrorOrigins(model=model, origin=np.array([kinds], np.int8), counted=np.array([10]))

    none, lost, readout = ErrorOrigin.NONE, ErrorOrigin.LOST, ErrorOrigin.READOUT
    ax = plot_error_origins([origins("pbwm", lost, readout, lost), origins("lstm", none, none, readout)])
    assert labels(ax)[0] == ["lost", "readout"]
    assert [[bar.get_height() for bar in bars] for bars in ax.containers] == [[0.2, 0.1], [0.0, 0.1]]
    faultless = plot_error_origins([origins("pbwm", none)])
    assert labels(faultless)[0] == ["nothing\nasked", "lost", "replaced", "shut", "readout"]


def test_cycles_have_a_panel_for_each_nucleus_and_a_line_for_each_stripe_gray_if_shut():
    draw = np.random.default_rng(0)
    activity = {name: draw.random((100, 2)) for name in ("gpi", "thalamus", "deep PFC")}
    opened = np.array([True, False])
    found = Cycles(title="cue: A", stripes=("s1", "s2"), activity=activity, opened=opened, phase_ends=(25, 50, 75, 100))
    figure = plot_cycles(found)
    for ax, name, title in zip(figure.axes, activity, ("GPi", "thalamus", "deep PFC"), strict=True):
        shut, opens = ax.lines[:2]
        np.testing.assert_array_equal(opens.get_ydata(), activity[name][:, 0])
        np.testing.assert_array_equal(shut.get_ydata(), activity[name][:, 1])
        assert shut.get_color() == GRAY
        assert opens.get_color() != GRAY
        assert ax.get_ylabel() == title
        assert [line.get_xdata()[0] for line in ax.lines[2:]] == [25, 50, 75]
    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert legend == ["gate opens: 1", "stays shut: 1"]


def test_actions_are_proportions_of_steps_by_slot():
    found = slot_history(perfect("sir2", networks=2))
    ax = plot_actions(found, 1)
    widths = np.array([[bar.get_width() for bar in bars] for bars in ax.containers])  # action by slot
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    steps = found.counts()[1]
    occur = [action for action in ACTIONS if steps[:, action].any()]
    assert SlotAction.CLEAR not in occur  # a perfect memory for SIR-2 never clears
    assert names == ["stores", "holds", "reads", "is empty"] == [ACTIONS[action][0] for action in occur]
    for action, of_slots in zip(occur, widths, strict=True):
        np.testing.assert_allclose(of_slots, steps[:, action] / steps.sum(1))
    np.testing.assert_allclose(widths.sum(0), 1)


def test_open_times_are_cumulative(noisy):
    found = open_times(noisy, "input_gate")
    ax = plot_open_times(found)
    shown = {line.get_label(): line for line in ax.lines}
    lengths = np.sort(np.concatenate([length for slots in found.open for length in slots]))
    np.testing.assert_array_equal(shown["open"].get_xdata(), lengths)
    assert shown["open"].get_ydata()[-1] == shown["between openings"].get_ydata()[-1] == 1


def test_rasters_of_two_models_are_side_by_side_on_the_same_steps_or_stacked_in_one_column():
    task = TASKS["sir2"].build()
    trials = fresh_trials(task, 0, 12)
    gates = {name: np.full((12, 2), 0.5) for name in GATE_NAMES}
    shown = [
        Raster(
            title=title, spec=task.spec, trials=trials, response=trials.target, correct=trials.target >= 0,
            slots=("1", "2"), memory=np.ones((12, 2, 1)), signals={}, **gates,
        )
        for title in ("a", "b")
    ]  # fmt: skip
    for width, size in (("page", 2 * WIDTHS[Width.COLUMN]), ("column", WIDTHS[Width.COLUMN])):
        with print_style(width):
            figure = plot_rasters(shown)
        assert figure.get_figwidth() == size
        assert [part._suptitle.get_text() for part in figure.subfigs] == ["a", "b"]
        ends = {ax.get_xlim() for part in figure.subfigs for ax in part.axes if ax.get_xlim()[1] > 2}
        assert ends == {(-0.5, 11.5)}


@pytest.mark.parametrize("gates", [GATE_NAMES, ("input_gate", "forget_gate"), ()])
def test_a_raster_has_panels_for_the_gates_that_the_model_has(gates):
    task = TASKS["sir2"].build()
    trials = fresh_trials(task, 0, 12)
    raster = Raster(
        title="a", spec=task.spec, trials=trials, response=trials.target, correct=trials.target >= 0, slots=("1", "2"),
        memory=np.ones((12, 2, 1)), signals={}, **{name: np.full((12, 2), 0.5) for name in GATE_NAMES}, gates=gates,
    )  # fmt: skip
    titles = [ax.get_title(loc="left") for ax in plot_raster(raster).axes]
    assert [title for title in titles if " gate " in title] == [GATE_TITLES[gate] for gate in gates]


def test_a_gate_that_is_always_open_is_no_gate_of_the_model(noisy):
    assert noisy.gates == GATE_NAMES
    always = with_gates(noisy, output_gate=np.ones(noisy.record.output_gate.shape))
    assert always.gates == ("input_gate", "forget_gate")
    once = np.ones(noisy.record.output_gate.shape)
    once[1, 2] = 0.5
    assert with_gates(noisy, output_gate=once).gates == GATE_NAMES
