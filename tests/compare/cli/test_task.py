"""`pbwm task show`: what it prints of a task, and the drawing of its automaton."""

import csv
import re
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.text import Text
from rich.console import Console
from typer.testing import CliRunner

from pbwm.compare.cli.app import app
from pbwm.compare.cli.task import _example, automaton_drawn, example_tables
from pbwm.compare.figures.plots.automaton import plot_automaton
from pbwm.compare.figures.saving import save_drawn
from pbwm.compare.figures.style import WIDTHS, Width, print_style
from tasks.base.drawing import draw_epochs
from tasks.base.rng import Purpose
from tasks.base.task import FiniteStateTask
from tasks.catalog import TASKS

RUNNER = CliRunner(env={"COLUMNS": "200"})


def printed(*tables, width=240):
    console = Console(width=width)
    with console.capture() as capture:
        for table in tables:
            console.print(table)
    return capture.get()


@pytest.mark.parametrize("name", TASKS)
def test_the_example_says_what_every_step_shows_and_asks(name):
    task = TASKS[name].build()
    spec, trials = task.spec, task.trials(1, np.random.default_rng(0))
    lines = [line for line in printed(*example_tables(spec, trials, 240)).splitlines() if re.match(r"│\d", line)]
    assert len(lines) == len(trials)
    for step, line in enumerate(lines):
        cells = [cell.strip() for cell in line.strip("│").split("│")]
        assert cells[0] == str(step + 1)
        shown = ["" if s < 0 else c.symbols[s] for c, s in zip(spec.channels, trials.symbols[step], strict=True)]
        assert cells[1 : 1 + len(shown)] == shown
        assert spec.events[trials.event[step]] in cells
        assert cells.count("read") >= (trials.ideal_gate[step] == 3).sum()


@pytest.mark.parametrize("name", TASKS)
def test_the_example_breaks_no_word_in_a_terminal_of_80_columns(name):
    task = TASKS[name].build()
    spec, trials = task.spec, _example(task, None, 0)
    tables = example_tables(spec, trials, 80)
    seen = set(re.findall(r"[^\s│┃]+", printed(*tables, width=80)))
    names = [c.name for c in (*spec.channels, *spec.analog)]
    events = [spec.events[event] for event in trials.event]
    for text in (*names, *spec.items, *events, "counts", "rewarded", "gate:" if spec.items else "step"):
        assert seen.issuperset(text.split()), text
    assert sum(len(table.columns) for table in tables) == 4 + len(names) + len(spec.items) + len(tables)
    assert all(len(table.rows) == len(trials) for table in tables)


def test_a_task_is_shown_with_figure_and_table(tmp_path):
    result = RUNNER.invoke(app, ["task", "show", "sir2", "--set", "stimuli=2", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "O'Reilly & Frank (2006), Neural Computation 18:283-328" in result.output
    assert "SIR-2 as a finite automaton of 9 states and 66 steps" in result.output
    assert {p.name for p in tmp_path.iterdir()} == {f"automaton-sir2.{kind}" for kind in ("png", "pdf", "csv", "txt")}
    with (tmp_path / "automaton-sir2.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 66
    assert {row["symbol"] for row in rows} >= {"A S1", "B I", "R2"}
    assert sum(float(row["probability"]) for row in rows if row["state"] == "- -") == pytest.approx(1)
    again = RUNNER.invoke(app, ["task", "show", "sir2", "--set", "stimuli=2", "--seed", "1", "--out", str(tmp_path)])
    assert again.output != result.output


@pytest.mark.parametrize(("name", "sequences", "steps"), [("12ax", 30, None), ("sir2", 130, 130), ("sir2", None, 20)])
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
        (["12ax", "--sequences", "0"], "--sequences = '0' must be at least 1"),
    ],
)
def test_what_cannot_be_shown_is_rejected_by_name(options, said, tmp_path, monkeypatch):
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


@pytest.mark.parametrize("name", ["12ax-distractor", "sir3"])
def test_an_automaton_whose_letters_would_overlap_in_a_column_asks_for_a_page(name, tmp_path):
    out = tmp_path / "out"
    result = RUNNER.invoke(app, ["task", "show", name, "--width", "column", "--out", str(out)])
    assert result.exit_code != 0
    assert "give --width page" in " ".join(result.output.split())
    assert not out.exists()
    narrow = RUNNER.invoke(app, ["task", "show", "12ax", "--width", "column", "--out", str(out)])
    assert narrow.exit_code == 0, narrow.exception
    assert out.exists()


def test_a_drawing_names_states_and_labels_arrows_with_symbols_and_responses():
    graph = TASKS["ax-cpt"].build().automaton()
    ax = plot_automaton(graph)
    texts = [text.get_text() for text in ax.findobj(Text) if text.get_text()]
    assert set(texts) >= set(graph)
    assert {"A/nontarget", "X/target\nY/nontarget", "X, Y/nontarget", "-"} <= set(texts)
    places = {text.get_text(): text.get_position() for text in ax.texts if text.get_text() in graph}
    assert places["end"][1] > places["A 0"][1] > places["A 3"][1]
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == len(set(graph.edges()))


FINITE = [name for name in TASKS if isinstance(TASKS[name].build(), FiniteStateTask) and name != "3-back-lures"]


@pytest.mark.parametrize("name", FINITE)
def test_every_automaton_fits_a_page_and_no_text_covers_another(name):
    graph = TASKS[name].build().automaton()
    with print_style("page"):
        drawn = automaton_drawn(name, graph)
        drawn.figure.draw_without_rendering()
    width, height = drawn.figure.get_size_inches()
    assert width <= WIDTHS[Width.PAGE]
    assert height < 10
    assert len(drawn.rows) == graph.number_of_edges()
    [ax] = drawn.figure.axes
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    boxes = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    texts = [text for text in ax.texts if text.get_text()]
    assert len(texts) == len(arrows) + len(boxes), "a state has no name, or an arrow no letters"
    places = [text.get_window_extent().padded(-2) for text in texts]
    for one, other in combinations(places, 2):
        assert not one.overlaps(other)
    for text, place in zip(texts, places, strict=True):
        assert min(place.x0, place.y0) >= 0, text
        assert place.x1 <= drawn.figure.bbox.x1, text
        assert place.y1 <= drawn.figure.bbox.y1, text


@pytest.mark.parametrize("width", Width)
def test_an_automaton_is_as_wide_as_asked_for(width):
    with print_style(width):
        drawn = automaton_drawn("12ax", TASKS["12ax"].build().automaton())
    assert drawn.figure.get_figwidth() == WIDTHS[width]


def test_states_that_are_alike_share_a_box_and_the_caption_says_so():
    drawn = automaton_drawn("3-back", TASKS["3-back"].build().automaton())
    [ax] = drawn.figure.axes
    texts = [text.get_text() for text in ax.texts]
    assert {"start", "A\nand 4 more", "AA\nand 24 more", "AAA\nand 124 more", "A/yes\nB … E/no"} <= set(texts)
    assert "156 states and 780 steps. States that differ only in the names of symbols" in drawn.caption
    small = automaton_drawn("ax-cpt", TASKS["ax-cpt"].build().automaton())
    assert "differ only" not in small.caption


def test_an_automaton_of_many_unlike_states_is_drawn_without_names(tmp_path):
    graph = nx.MultiDiGraph()
    graph.add_node("start", initial=True)
    for i in range(30):
        graph.add_node(f"state {i}", initial=False)
        graph.add_edge("start", f"state {i}", symbol=f"{i}", target="L", probability=1 / 30)
        graph.add_edge(f"state {i}", "start", symbol="X", target="R", probability=1 / (i + 1))
        graph.add_edge(f"state {i}", f"state {i}", symbol="Y", target="L", probability=1 - 1 / (i + 1))
    drawn = automaton_drawn("mine", graph)
    save_drawn(tmp_path, drawn)
    [ax] = drawn.figure.axes
    assert not any(text.get_text() for text in ax.texts)
    assert len(drawn.rows) == 90


def test_several_tasks_are_finite_automata():
    finite = {name for name in TASKS if isinstance(TASKS[name].build(), FiniteStateTask)}
    assert finite >= {"12ax", "sir2", "ax-cpt", "2-back", "delayed-match", "reference-back-2", "stroop", "long-lag-2a"}
