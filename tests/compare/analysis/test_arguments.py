"""Analyses and plots reject what they cannot use, by name, before they compute anything."""

import inspect
import pkgutil
from importlib import import_module

import numpy as np
import pytest

from lstm_baseline.errors import LSTMParameterError
from lstm_baseline.planes import lstm_planes
from lstm_baseline.recommended import taught_by_reward
from pbwm import recommended
from pbwm.circuit import build_circuit
from pbwm.compare import analysis
from pbwm.compare.analysis.alignment import align
from pbwm.compare.analysis.criterion import epochs_to_criterion
from pbwm.compare.analysis.decoding import decode
from pbwm.compare.analysis.frozen import frozen_trials
from pbwm.compare.analysis.holding import open_times, slot_history
from pbwm.compare.analysis.ideal import gate_agreement
from pbwm.compare.analysis.intervention import gates_by_intervention
from pbwm.compare.analysis.lags import error_by_lag
from pbwm.compare.analysis.raster import fresh_trials, raster_of
from pbwm.compare.analysis.serving import serving
from pbwm.compare.analysis.trials import network_trials
from pbwm.compare.errors import FigureError
from pbwm.compare.figures import plots
from pbwm.compare.figures.plots.gates import plot_agreement
from pbwm.compare.figures.plots.memory import plot_actions
from pbwm.compare.figures.plots.raster import plot_channel, plot_gate, plot_signal, plot_slot_signal
from pbwm.errors import PBWMParameterError
from pbwm.recommended import with_merged_gate
from tasks.base.drawing import draw_epochs
from tasks.base.errors import ParameterError
from tasks.base.rng import Purpose, key, stream
from tasks.base.soundness import require_sound
from tasks.base.training import draw_lesson
from tasks.catalog import TASKS
from tests.compare.analysis.synthetic import perfect

TASK = TASKS["12ax"].build()


def functions():
    """All functions of analyses and plots by name."""
    for package in (analysis, plots):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for name, function in vars(import_module(module.name)).items():
                if inspect.isfunction(function) and function.__module__ == module.name:
                    yield f"{module.name.rpartition('.')[2]}.{name}", function


DECORATED = {name: function for name, function in functions() if hasattr(function, "__wrapped__")}


def test_there_are_many_such_functions():
    assert len(DECORATED) > 90


@pytest.mark.parametrize("function", DECORATED.values(), ids=DECORATED)
@pytest.mark.parametrize("value", [None, 3, object()])
def test_nothing_takes_a_thing_of_another_kind(function, value):
    needed = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
    given = {p.name: object() for p in needed} | {needed[0].name: value}
    with pytest.raises(ParameterError, match=rf"^{function.__name__}: ") as raised:
        function(**given)
    assert "; " in str(raised.value)


@pytest.fixture(scope="module")
def recording():
    return perfect()


@pytest.fixture(scope="module")
def raster(recording):
    return raster_of("a network", recording, 0, 20)


@pytest.mark.parametrize("seed", [None, -1, 1.0, True, "1", [1], 2**63])
def test_every_draw_has_a_root_seed(seed):
    """NumPy would draw one from the system for None, and results would not repeat."""
    for draw in (
        lambda: stream(seed, Purpose.TRIALS, 0),
        lambda: frozen_trials(TASK, 0, seed),
        lambda: fresh_trials(TASK, seed, 10),
    ):
        with pytest.raises(ParameterError, match=r"seed = .* must be a whole number from 0 to 2\*\*63 - 1"):
            draw()


def test_a_key_has_a_root_seed():
    with pytest.raises(ParameterError, match=r"key: seed = None must be a whole number from 0 to 2\*\*63 - 1"):
        key(None, 0)


def test_a_large_seed_is_accepted():
    assert stream(2**63 - 1, Purpose.TRIALS, 0).integers(10) in range(10)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda r, _: align(r, r, ()), r"align: gates = \(\) must not be empty"),
        (lambda r, _: align(r, r, "input_gate"), "align: gates = 'input_gate' must be a sequence"),
        (lambda r, _: decode(r, most=0), "decode: most = 0 must be a whole number of at least 1"),
        (lambda r, _: draw_lesson(None, 0, range(2), range(1)), "draw_lesson: task = None must be a task"),
        (lambda r, _: draw_lesson(TASK, None, range(2), range(1)), "draw_lesson: seed = None must be a whole"),
        (lambda r, _: draw_epochs("12ax", 0, [0], range(1)), "draw_epochs: task = '12ax' must be a task"),
        (lambda r, _: require_sound(None, 0), "require_sound: task = None must be a task"),
        (lambda r, _: gates_by_intervention(None, r.trials), "gates_by_intervention: learner = None must be a learner"),
        (lambda r, _: lstm_planes(None), "lstm_planes: params = None must be an LSTMParams; see lstm_baseline.params"),
        (lambda r, _: build_circuit(None, None), "build_circuit: spec = None must be a TaskSpec; see tasks.base.spec"),
        (lambda r, _: error_by_lag(r, 0), "error_by_lag: most = 0 must be"),
        (lambda r, _: raster_of("t", r, 2, 10), "raster_of: place = 2 must be a whole number from 0 to 1"),
        (lambda r, _: raster_of("t", r, -1, 10), "raster_of: place = -1 must be"),
        (lambda r, _: network_trials(r.trials, 2), "network_trials: place = 2 must be a whole number from 0 to 1"),
        (lambda r, _: plot_actions(slot_history(r), 2), "plot_actions: network = 2 must be a whole number from 0 to 1"),
        (
            lambda r, _: plot_agreement([serving(r)], "gate"),
            "plot_agreement: gate = 'gate' must be one of 'input_gate'",
        ),
        (lambda r, _: plot_agreement([], "input_gate"), r"plot_agreement: models = \[\] must not be empty"),
        (lambda r, _: plot_actions(slot_history(r), 0, ax=[1]), r"plot_actions: ax = \[1\] must be an Axes"),
        (lambda _, s: plot_channel(s, 1), "plot_channel: channel = 1 must be a whole number from 0 to 0"),
        (lambda _, s: plot_gate(s, "gate"), "plot_gate: gate = 'gate' must be one of"),
        (lambda _, s: plot_signal(s, "dopamine"), "plot_signal: signal = 'dopamine' must be one of"),
        (lambda _, s: plot_slot_signal(s, "x"), "plot_slot_signal: signal = 'x' must be one of"),
        (lambda r, _: epochs_to_criterion("x", np.array([1]), 0), "epochs_to_criterion: budget = 0 must be"),
        (lambda r, _: epochs_to_criterion("x", np.array([1.0]), 5), "epochs: dtype = 'float64' must hold whole"),
    ],
)
def test_values_out_of_range_are_rejected_by_name(call, says, recording, raster):
    with pytest.raises(ParameterError, match=says):
        call(recording, raster)


@pytest.mark.parametrize(
    ("change", "name", "error"),
    [
        (with_merged_gate, "with_merged_gate", PBWMParameterError),
        (recommended.taught_by_reward, "taught_by_reward", PBWMParameterError),
        (lambda params: recommended.with_ages(params, TASK.spec), "with_ages", PBWMParameterError),
        (taught_by_reward, "taught_by_reward", LSTMParameterError),
    ],
)
def test_a_change_of_parameters_needs_parameters(change, name, error):
    with pytest.raises(error, match=f"{name}: params = 3 must be .*; give a configuration such as recommended"):
        change(3)


@pytest.mark.parametrize("analysis", [gate_agreement, open_times])
def test_an_unknown_gate_is_named(analysis, recording):
    with pytest.raises(FigureError, match="gate = 'gate' is not a gate; give one of"):
        analysis(recording, "gate")
