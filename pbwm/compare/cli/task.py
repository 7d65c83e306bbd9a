"""The command ``pbwm task show``: an example sequence of a task, and its automaton."""

from ast import literal_eval
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import combinations
from math import ceil
from pathlib import Path
from typing import Annotated, Any, cast

import networkx as nx
import numpy as np
import typer
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from pbwm.compare.analysis.automata import merged_states
from pbwm.compare.analysis.trials import network_trials
from pbwm.compare.cli.figure import FigureWidth
from pbwm.compare.cli.terminal import console
from pbwm.compare.errors import PlanError
from pbwm.compare.figures.names import task_name
from pbwm.compare.figures.plots.automaton import plot_automaton
from pbwm.compare.figures.saving import Drawn, save_drawn
from pbwm.compare.figures.style import Width, print_style
from pbwm.compare.files import directory_of, make_directory
from tasks.base.addresses import LARGEST_SEED
from tasks.base.answers import Quantity, Several
from tasks.base.drawing import draw_epochs
from tasks.base.errors import ParameterError, complaint, nearest
from tasks.base.rng import Purpose
from tasks.base.task import FiniteStateTask, GateAction, Task, TaskSpec, Trials
from tasks.catalog import TASKS

__all__ = ["app", "automaton_drawn", "example_tables"]

MOST_SEQUENCES = 1000
"""Largest number of printed sequences."""
MOST_ABREAST, MOST_ARROWS = 4, 36
"""Most states in a layer, and most arrows, that are drawn state by state."""

app = typer.Typer(help="Show a task: an example sequence and its automaton.", no_args_is_help=True)


@app.callback()
def root() -> None:
    """Show a task: an example sequence and its automaton."""


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A task (see `pbwm tasks`), or FILE.py:NAME.", metavar="TASK")],
    sequences: Annotated[
        int | None,
        typer.Option(help="Number of sequences to print.", show_default="about 20 steps", min=1, max=MOST_SEQUENCES),
    ] = None,
    seed: Annotated[int, typer.Option(help="Root seed of all random numbers.", min=0, max=LARGEST_SEED)] = 0,
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="Change a parameter; may be repeated.", metavar="NAME=VALUE")
    ] = None,
    width: FigureWidth = Width.PAGE,
    out: Annotated[
        str | None, typer.Option(help="Directory for the figure.", metavar="DIR", show_default="results/tasks")
    ] = None,
) -> None:
    """Print an example sequence of a task, and draw its automaton."""
    directory = directory_of(out, Path("results/tasks"))
    task = TASKS[name].build(**_changes(name, changes or []))
    screen = console()
    screen.print(f"{TASKS[name].summary}\n{task.spec.source}. Criterion: {task.spec.criterion}.", highlight=False)
    if task.spec.resets_memory:
        screen.print(f"Memory is reset at the start of every {task.spec.sequence}.", highlight=False)
    for table in example_tables(task.spec, _example(task, sequences, seed), screen.width):
        screen.print(table)
    if not isinstance(task, FiniteStateTask):
        screen.print("The task has no automaton.", highlight=False)
        return
    try:
        graph = task.automaton()
    except ParameterError as error:
        screen.print(f"Not drawn: {error}.", highlight=False, soft_wrap=True)
        return
    with print_style(width):
        drawn = automaton_drawn(task.spec.name, graph)
        if width is not Width.PAGE and overlapping(drawn.figure):
            rule = f"must be 'page' for the automaton of {name}, whose boxes or letters overlap in a column"
            raise PlanError(complaint("--width", str(width.value), rule, "give --width page"))
        save_drawn(make_directory(directory), drawn)
    screen.print(f"{drawn.caption} Figure and table in {directory}", highlight=False, soft_wrap=True)


def _changes(name: str, given: list[str]) -> dict[str, Any]:
    task: Any = TASKS[name].build()
    known: list[str] = [f.name for f in fields(task) if f.name != "name"] if is_dataclass(task) else []
    changes: dict[str, Any] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals:
            raise PlanError(f"--set {text!r} has no value; give name=value, e.g. {known[0]}=2")
        if key not in known:
            raise nearest(f"parameter of {name}", key, known)
        try:
            changes[key] = literal_eval(value)
        except (ValueError, SyntaxError, TypeError):
            changes[key] = value
        except (MemoryError, RecursionError):
            raise PlanError(f"--set {key}: the value is nested too deeply; give a number, string, or list") from None
    return changes


def _example(task: Task, sequences: int | None, seed: int) -> Trials:
    epochs = ceil((sequences or 1) / task.spec.sequences_per_epoch)
    block, _ = draw_epochs(task, seed, [0], range(epochs), Purpose.TEST_TRIALS)
    starts, steps = np.flatnonzero(block.starts[0]), int(block.length[0])
    drawn = task.spec.sequences_per_epoch * epochs
    wanted = sequences or min(drawn, max(1, round(20 * drawn / steps)))
    end = [*starts, steps][wanted] if len(starts) == drawn else max(1, round(wanted * steps / drawn))
    return network_trials(block.cut(np.array([end])), 0)


def example_tables(spec: TaskSpec, trials: Trials, width: int) -> list[Table]:
    """Trials in tables of at most `width` columns, with a row per step: inputs, target, and ideal gates.

    All columns are in one table if they fit, at the least without a space between them. If not, ideal gates have
    tables of their own.
    """
    shown = ("step", *(c.name for c in spec.channels), *(c.name for c in spec.analog))
    names = [*shown, "event", "target", "counts", "rewarded", *(f"gate: {item}" for item in spec.items)]
    rows = [[str(step + 1), *_row(spec, trials, step)] for step in range(len(trials))]
    starts = np.flatnonzero(trials.starts)

    def table(columns: list[int], title: str, *, tall: bool = True, space: int = 1) -> Table:
        headings = [names[c].replace(": ", ":\n", 1) if tall else names[c] for c in columns]
        found = Table(*headings, title=f"{spec.name}: {title}", padding=(0, space, 0, 0))
        for step, row in enumerate(rows):
            found.add_row(*(row[c] for c in columns), end_section=step + 1 in starts)
        return found

    gates = range(len(names) - len(spec.items), len(names))
    for tall, space in ((False, 1), (True, 1), (True, 0)):
        whole = table(list(range(len(names))), "an example", tall=tall, space=space)
        if _width(whole) <= width:
            return [whole]
    parts = [list(range(gates.start)), [0]]
    for gate in gates:
        if len(parts[-1]) > 1 and _width(table([*parts[-1], gate], "")) > width:
            parts.append([0])
        parts[-1].append(gate)
    return [
        table(columns, "ideal gates" if part else "an example") for part, columns in enumerate(parts) if columns != [0]
    ]


def _width(table: Table) -> int:
    """Columns of a table on a screen of any width."""
    wide = Console(width=10_000)
    return Measurement.get(wide, wide.options, table).maximum


def _row(spec: TaskSpec, trials: Trials, step: int) -> Iterator[str]:
    for channel, symbol in zip(spec.channels, trials.symbols[step], strict=True):
        yield channel.symbols[symbol] if symbol >= 0 else ""
    yield from (f"{value:.3g}" for value in trials.values[step])
    yield spec.events[trials.event[step]]
    if trials.target[step] < 0:
        yield ""
    elif isinstance(spec.answer, Quantity):
        yield f"{trials.quantity[step]:.3g}"
    elif isinstance(spec.answer, Several):
        yield ", ".join(name for name, right in zip(spec.responses, trials.allowed[step], strict=True) if right)
    else:
        yield spec.responses[trials.target[step]]
    yield "yes" if trials.counts[step] else ""
    yield "yes" if trials.rewarded[step] else ""
    for action in trials.ideal_gate[step]:
        yield "" if action == GateAction.NONE else GateAction(action).name.lower()


def automaton_drawn(name: str, graph: nx.MultiDiGraph) -> Drawn:
    """The figure of an automaton, with its steps as a table."""
    shown, rows = _readable(graph), []
    for state, then, step in graph.edges(data=True):
        target = step["target"]
        right = " ".join(target) if isinstance(target, tuple) else target
        rows.append([state, then, step["symbol"], step["probability"], right])
    return Drawn(
        name=f"automaton-{name}",
        caption=_caption(name, graph, shown),
        figure=cast(Figure, plot_automaton(shown).figure),
        header=["state", "then", "symbol", "probability", "target"],
        rows=rows,
    )


def overlapping(figure: Figure) -> bool:
    """Whether texts or boxes of a figure overlap by more than their margins."""
    figure.draw_without_rendering()
    texts = [text for ax in figure.axes for text in ax.texts if text.get_text()]
    boxes = [patch for ax in figure.axes for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    places = ([each.get_window_extent().padded(-2) for each in kind] for kind in (texts, boxes))
    return any(one.overlaps(other) for of_kind in places for one, other in combinations(of_kind, 2))


def _readable(graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """The automaton, with merged states if it is too large."""
    starts = [state for state, initial in graph.nodes(data="initial") if initial]
    abreast = max(map(len, nx.bfs_layers(graph, starts)))
    arrows = len(set(graph.edges()))
    return graph if abreast <= MOST_ABREAST and arrows <= MOST_ARROWS else merged_states(graph)


def _caption(name: str, graph: nx.MultiDiGraph, shown: nx.MultiDiGraph) -> str:
    said = f"{task_name(name)} as a finite automaton of {len(graph)} states and {graph.number_of_edges()} steps."
    if shown is graph:
        return said
    return (
        f"{said} States that differ only in the names of symbols and responses share a box; the arrows that leave it "
        "are those of the state that is named first. The table has every step."
    )
