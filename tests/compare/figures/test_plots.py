"""Figures draw the given data on the given axes."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from pbwm.compare.analysis.criterion import epochs_to_criterion
from pbwm.compare.analysis.errors_by_epoch import learning_curve
from pbwm.compare.analysis.raster import Raster, fresh_trials
from pbwm.compare.figures import style
from pbwm.compare.figures.learning import raster_table
from pbwm.compare.figures.plots.epochs_to_criterion import ABOVE, plot_epochs_to_criterion
from pbwm.compare.figures.plots.learning_curves import plot_learning_curve
from pbwm.compare.figures.plots.raster import (
    plot_channel,
    plot_gate,
    plot_memory,
    plot_quantities,
    plot_raster,
    plot_responses,
    plot_signal,
    plot_slot_signal,
    plot_values,
)
from pbwm.compare.models import MODELS, OTHER_COLORS
from tasks.adding import Adding
from tasks.catalog import TASKS
from tasks.reber import EmbeddedReber


@pytest.fixture
def curve():
    errors = np.array([[50, 20, 0, 0, 0], [60, 50, 40, 30, 20]])
    counted = np.array([[100, 100, 100, 100, 0], [100] * 5])
    return learning_curve("pbwm", errors, counted, np.array([4, 0]))


@pytest.fixture
def shown():
    task = TASKS["sir2"].build()
    trials = fresh_trials(task, 0, 12)
    draw = np.random.default_rng(0)
    response = trials.target.copy()
    response[[2, 5]] = (response[[2, 5]] + 1) % 5
    gates = {name: draw.random((12, 2)) for name in ("input_gate", "forget_gate", "output_gate")}
    return Raster(
        title="a network",
        spec=task.spec,
        trials=trials,
        response=response,
        correct=response == trials.target,
        slots=("stripe 1", "stripe 2"),
        memory=draw.random((12, 2, 4)),
        signals={"dopamine": draw.normal(size=12)},
        **gates,
    )


def test_a_learning_curve_shows_every_network_and_the_median(curve):
    ax = plot_learning_curve(curve)
    networks = [line for line in ax.lines if line.get_linewidth() == 0.5]
    np.testing.assert_array_equal([line.get_ydata() for line in networks], curve.error)
    [median] = [line for line in ax.lines if line.get_linewidth() == 2]
    np.testing.assert_array_equal(median.get_ydata(), curve.median)
    [dot] = [line for line in ax.lines if line.get_marker() == "o"]
    assert dot.get_xdata()[0] == 4
    assert ax.get_title(loc="left") == "PBWM: 1 of 2 reached criterion"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["network", "median", "criterion reached"]
    assert ax.get_ylim() == (0, 1)


def test_censored_networks_stand_above_the_broken_line_of_their_budget():
    models = [
        epochs_to_criterion("pbwm", np.array([40, 0, 60, 0]), budget=500),
        epochs_to_criterion("lstm", np.array([200, 300, 300]), budget=500),
        epochs_to_criterion("another", np.array([0, 50, 0]), budget=500),
    ]
    ax = plot_epochs_to_criterion(models, ax=style.new_axes())
    dots = [line.get_ydata().tolist() for line in ax.lines if line.get_marker() == "o" and len(line.get_ydata())]
    assert dots == [[40, 60], [200, 300, 300], [50]]
    triangles = [line.get_ydata() for line in ax.lines if line.get_marker() == "^" and len(line.get_ydata())]
    assert [t.tolist() if hasattr(t, "tolist") else t for t in triangles] == [[500 * ABOVE] * 2] * 2
    lines = [c.get_segments()[0][0, 1] for c in ax.collections]
    # Half of PBWM's networks had reached it by epoch 60; fewer than half of the last ever did: no bar.
    assert lines == [60, 500, 300, 500, 500]
    labels = [t.get_text() for t in ax.get_xticklabels()]
    assert labels == ["PBWM\n2 of 4", "LSTM\n3 of 3", "another\n1 of 3"]
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == [
        "network", "criterion not reached", "median of all networks\n(no bar: above the budget)", "budget: 500 epochs"
    ]  # fmt: skip
    low, high = ax.get_ylim()
    assert low < 40
    assert high > ABOVE * 500


def test_networks_that_err_with_frozen_weights_are_hollow():
    times = epochs_to_criterion("pbwm", np.array([40, 0, 60, 50]), budget=500)
    faultless = np.array([True, False, False, True])
    ax = plot_epochs_to_criterion([times], faultless=[faultless], unit="sequences")
    dots = [line for line in ax.lines if line.get_marker() == "o" and len(line.get_ydata())]
    assert [line.get_ydata().tolist() for line in dots] == [[40, 50], [60]]
    assert [line.get_markerfacecolor() == "none" for line in dots] == [False, True]
    assert ax.get_ylabel() == "sequences to criterion (log scale)"
    assert "network that makes errors\nwith frozen weights" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_the_legend_lists_only_marks_that_are_there():
    times = epochs_to_criterion("pbwm", np.array([40, 60]), budget=500)
    ax = plot_epochs_to_criterion([times], faultless=[np.ones(2, bool)])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "network that makes no\nerror with frozen weights", "median of all networks", "budget: 500 epochs"
    ]  # fmt: skip


def test_epochs_to_criterion_can_be_drawn_when_nobody_reached_it():
    ax = plot_epochs_to_criterion([epochs_to_criterion("pbwm", np.zeros(3, int), budget=10)])
    assert ax.get_ylim()[0] < 10 < ABOVE * 10 < ax.get_ylim()[1]


def cells(ax, color):
    """(step, row) of the cells filled with `color`."""
    filled = [c for c in ax.collections if len(c.get_facecolor()) and to_hex(c.get_facecolor()[0]) == color]
    return sorted(tuple(path.vertices[:4].mean(0)) for c in filled for path in c.get_paths())


def test_the_channel_shows_its_symbols(shown):
    ax = plot_channel(shown, 1)
    expected = [(step, control) for step, control in enumerate(shown.trials.symbols[:, 1])]
    assert cells(ax, style.PALE.lower()) == expected
    assert [t.get_text() for t in ax.get_yticklabels()] == ["S1", "S2", "I", "R1", "R2"]
    silent = (shown.trials.symbols[:, 0] < 0).sum()
    assert len(cells(plot_channel(shown, 0), style.PALE.lower())) == 12 - silent


def test_wrong_responses_are_marked(shown):
    ax = plot_responses(shown)
    assert cells(ax, style.WRONG.lower()) == [(2, shown.response[2]), (5, shown.response[5])]
    assert len(cells(ax, style.PALE.lower())) == 10
    assert ax.get_title(loc="left") == "target and response (2 wrong)"


@pytest.mark.parametrize("gate", ["input_gate", "forget_gate", "output_gate"])
def test_a_gate_is_a_heat_map_from_0_to_1(shown, gate):
    [image] = plot_gate(shown, gate).images
    np.testing.assert_array_equal(image.get_array(), getattr(shown, gate).T)
    assert image.get_clim() == (0, 1)
    assert to_hex(image.cmap(1.0)) == style.GATES[gate].lower()


def test_memory_shows_every_unit_of_every_slot(shown):
    ax = plot_memory(shown)
    [image] = ax.images
    np.testing.assert_array_equal(image.get_array(), shown.memory.reshape(12, 8).T)
    assert image.get_clim() == (0, shown.memory.max())
    assert [t.get_text() for t in ax.get_yticklabels()] == ["stripe 1", "stripe 2"]


def test_a_signal_is_drawn_in_its_color(shown):
    ax = plot_signal(shown, "dopamine")
    np.testing.assert_array_equal(ax.lines[-1].get_ydata(), shown.signals["dopamine"])
    assert ax.lines[-1].get_color() == style.SIGNALS["dopamine"]
    assert style.signal_color("no such signal") == style.GRAY


def test_of_two_groups_of_slots_one_that_is_silent_is_left_out(shown):
    active = np.ones((12, 2))

    def drawn(*groups):
        ax = plot_slot_signal(replace(shown, slot_signals={"stripe_dopamine_nogo": np.hstack(groups)}), name)
        ticks = [label.get_text() for label in ax.get_yticklabels()]
        return ax.images[0].get_array().shape[0], ticks, ax.get_title(loc="left").partition(" NoGo")[2]

    name = "stripe_dopamine_nogo"
    assert drawn(active, active) == (4, ["stripe 1, in", "stripe 1, out"], "")
    assert drawn(active, 0 * active) == (2, ["stripe 1, in"], " (“out”: 0)")
    assert drawn(0 * active, active) == (2, ["stripe 1, out"], " (“in”: 0)")
    assert drawn(0 * active, 0 * active)[::2] == (4, "")
    assert drawn(active) == (2, ["stripe 1"], "")


def test_all_panels_of_a_raster_share_one_time_axis(shown):
    figure = plot_raster(shown, figure=Figure(layout="constrained"))
    panels = [ax for ax in figure.axes if ax.get_title(loc="left")]
    assert [ax.get_title(loc="left") for ax in panels] == [
        "input: stimulus",
        "input: control",
        "target and response (2 wrong)",
        "input gate (1 = lets all in)",
        "forget gate (1 = keeps all)",
        "output gate (1 = lets all out)",
        "memory content (4 units per slot)",
        "dopamine",
    ]
    assert {ax.get_xlim() for ax in panels} == {(-0.5, 11.5)}
    assert figure.get_suptitle() == "a network"


def test_a_compact_raster_keeps_dopamine_and_drops_other_signals(shown):
    wide = np.zeros((12, 2))
    full = replace(
        shown,
        signals={**shown.signals, "reward_prediction": np.zeros(12)},
        slot_signals={"stripe_dopamine_go": wide, "gpi": wide},
    )
    compact = full.compact()
    assert list(compact.signals) == ["dopamine"]
    assert list(compact.slot_signals) == ["stripe_dopamine_go"]
    assert compact.memory is full.memory


def raster_of(task, wrong_at):
    """A raster of a network that is wrong at some counted steps."""
    trials = task.trials(2, np.random.default_rng(3))
    counted = np.flatnonzero(trials.counts)
    response, correct = trials.target.copy(), trials.target >= 0
    response[counted[wrong_at]], correct[counted[wrong_at]] = -1, False
    gate = np.zeros((len(trials), 1))
    return Raster(
        title="a network", spec=task.spec, trials=trials, response=response, correct=correct, slots=("cell 1",),
        input_gate=gate, forget_gate=gate, output_gate=gate, memory=gate[..., None], signals={},
    )  # fmt: skip


def test_values_and_the_quantities_that_are_wanted_are_drawn():
    shown = raster_of(Adding(min_length=11), [1])
    [_, line] = plot_values(shown, 0).lines
    np.testing.assert_array_equal(line.get_ydata(), shown.trials.values[:, 0])
    met, missed = plot_quantities(shown).lines
    counted = np.flatnonzero(shown.trials.counts)
    assert [line.get_xdata().tolist() for line in (met, missed)] == [[counted[0]], [counted[1]]]
    assert missed.get_ydata().tolist() == [shown.trials.quantity[counted[1]]]
    assert to_hex(missed.get_color()) == style.WRONG.lower()
    titles = [ax.get_title(loc="left") for ax in plot_raster(shown, figure=Figure(layout="constrained")).axes]
    assert titles[:3] == ["input: number", "input: marker", "target: sum (1 wrong)"]
    names, rows = raster_table(shown)
    table = dict(zip(names, zip(*rows, strict=True), strict=True))
    assert list(table["marker"]) == shown.trials.values[:, 1].tolist()
    assert [q for q in table["quantity"] if q is not None] == shown.trials.quantity[counted].tolist()


def test_every_response_that_is_right_has_a_frame():
    shown = raster_of(EmbeddedReber(), [])
    ax = plot_responses(shown)
    frames = sum(len(collection.get_paths()) for collection in ax.collections if collection.get_linewidth()[0] == 0.8)
    assert frames == shown.trials.allowed.sum()
    names, rows = raster_table(shown)
    assert rows[0][names.index("allowed")] == "T P"


def test_colors_are_told_apart():
    models = {name: style.model_color(name) for name in MODELS}
    for palette in (style.GATES, style.SIGNALS, models):
        assert len(set(palette.values())) == len(palette)
    assert models == {name: MODELS[name].color for name in MODELS}


def test_a_model_outside_the_catalog_has_a_color_that_none_in_it_has():
    others = {style.model_color(f"another model {i}") for i in range(10)}
    assert others <= set(OTHER_COLORS)
    assert len(others) > 1
    assert others.isdisjoint(MODELS[name].color for name in MODELS)
