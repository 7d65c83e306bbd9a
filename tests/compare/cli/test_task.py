"""`pbwm task show`: what it prints of a task, and the drawing of its automaton."""

import csv
import re

import numpy as np
import pytest
from matplotlib.text import Text
from rich.console import Console
from typer.testing import CliRunner

from pbwm.compare.cli.app import app
from pbwm.compare.cli.task import _example, automaton_drawn, example_table
from pbwm.compare.figures.plots.automaton import MOST_NAMED, plot_automaton
from pbwm.compare.figures.saving import save_drawn
from tasks.base.drawing import draw_epochs
from tasks.base.rng import Purpose
from tasks.base.task import FiniteStateTask
from tasks.catalog import TASKS

RUNNER = CliRunner(env={"COLUMNS": "200"})


def printed(table):
    console = Console(width=240)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


@pytest.mark.parametrize("name", TASKS)
def test_the_example_says_what_every_step_shows_and_asks(name):
    task = TASKS[name].build()
    spec, trials = task.spec, task.trials(1, np.random.default_rng(0))
    lines = [line for line in printed(example_table(spec, trials)).splitlines() if re.match(r"│ \d", line)]
    assert len(lines) == len(trials)
    for step, line in enumerate(lines):
        cells = [cell.strip() for cell in line.strip("│").split("│")]
        assert cells[0] == str(step + 1)
        shown = ["" if s < 0 else c.symbols[s] for c, s in zip(spec.channels, trials.symbols[step], strict=True)]
        assert cells[1 : 1 + len(shown)] == shown
        assert spec.events[trials.event[step]] in cells
        assert cells.count("read") >= (trials.ideal_gate[step] == 3).sum()


def test_a_task_is_shown_with_figure_and_table(tmp_path):
    result = RUNNER.invoke(app, ["task", "show", "sir2", "--set", "stimuli=2", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "O'Reilly & Frank (2006), Neural Computation 18:283-328" in result.output
    assert "sir2 as a finite automaton of 9 states and 66 steps" in result.output
    assert {p.name for p in tmp_path.iterdir()} == {f"automaton-sir2.{kind}" for kind in ("png", "pdf", "csv", "txt")}
    with (tmp_path / "automaton-sir2.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 66
    assert {row["symbol"] for row in rows} >= {"A S1", "B I", "R2"}
    assert sum(float(row["probability"]) for row in rows if row["state"] == "- -") == pytest.approx(1)
    again = RUNNER.invoke(app, ["task", "show", "sir2", "--set", "stimuli=2", "--seed", "1", "--out", str(tmp_path)])
    assert again.output != result.output


@pytest.mark.parametrize(("name", "sequences", "steps"), [("12ax", 30, None), ("sir2", 130, 130), ("sir2", 0, 20)])
def test_the_example_is_what_network_0_is_tested_on(name, sequences, steps):
    task = TASKS[name].build()
    block, _ = draw_epochs(task, 3, [0, 1], range(2), Purpose.TEST_TRIALS)
    steps = steps or int(np.flatnonzero(block.starts[0])[sequences])
    shown = _example(task, sequences, 3)
    assert len(shown) == steps
    np.testing.assert_array_equal(shown.symbols, block.symbols[0, :steps])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["12xa"], "did you mean '12ax'"),
        (["12ax", "--set", "min_pair=2"], "unknown parameter of 12ax 'min_pair': did you mean 'min_pairs'"),
        (["12ax", "--set", "min_pairs"], "--set 'min_pairs' has no value"),
        (["12ax", "--set", "min_pairs=0"], "TwelveAX.min_pairs = 0 must be a whole number of at least 1"),
        (["12ax", "--set", "reading=independant"], "did you mean 'independent'"),
        (["12ax", "--sequences", "-1"], "--sequences = -1 must be at least 1"),
    ],
)
def test_what_cannot_be_shown_is_refused_by_name(options, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = RUNNER.invoke(app, ["task", "show", *options])
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


@pytest.mark.parametrize(("name", "said"), [("copying", "has no automaton"), ("3-back-lures", "more than 1000 states")])
def test_a_task_without_an_automaton_that_can_be_drawn_says_so(name, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = RUNNER.invoke(app, ["task", "show", name, "--sequences", "1"])
    assert result.exit_code == 0
    assert said in " ".join(result.output.split())
    assert not list(tmp_path.iterdir())


def test_a_drawing_names_states_and_labels_arrows_with_symbols_and_responses():
    graph = TASKS["ax-cpt"].build().automaton()
    ax = plot_automaton(graph)
    texts = [text.get_text() for text in ax.findobj(Text) if text.get_text()]
    assert set(texts) >= set(graph)
    assert {"A/nontarget", "X/target\nY/nontarget", "X, Y/nontarget", "-"} <= set(texts)
    places = {text.get_text(): text.get_position() for text in ax.texts if text.get_text() in graph}
    assert places["end"][0] < places["A 0"][0] < places["A 3"][0]
    assert len(ax.patches) == len(set(graph.edges()))


def test_large_automata_are_drawn_without_names():
    drawn = automaton_drawn("3-back", TASKS["3-back"].build().automaton())
    [ax] = drawn.figure.axes
    assert len(ax.texts) == 0
    assert len(ax.lines) == 156 > MOST_NAMED
    assert len(drawn.rows) == 780


def test_an_automaton_with_few_layers_and_many_states_fits_its_figure(tmp_path):
    """Matplotlib warns where arcs take all the room there is, and warnings are errors here."""
    save_drawn(tmp_path, automaton_drawn("3-back", TASKS["3-back"].build().automaton()))


def test_several_tasks_are_finite_automata():
    finite = {name for name in TASKS if isinstance(TASKS[name].build(), FiniteStateTask)}
    assert finite >= {"12ax", "sir2", "ax-cpt", "2-back", "delayed-match", "reference-back-2", "stroop", "long-lag-2a"}
