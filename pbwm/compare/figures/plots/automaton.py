"""A task drawn as a finite automaton: states in layers, arrows with the input and the right response."""

from collections.abc import Mapping, Sequence
from typing import Any

import networkx as nx
from matplotlib.axes import Axes

from pbwm.compare.figures.style import GREY, INK, PALE, new_axes

__all__ = ["plot_automaton"]

MOST_LABELLED = 36
"""Of automata with more arrows none is labelled: labels would cover each other. The table has them."""
MOST_NAMED = 60
"""States of larger automata are dots."""
FEW = 3
"""So many symbols are written out on an arrow; of more, the first and the last."""
ROW, COLUMN = (0.35, 0.65), (1.15, 1.9)
"""Inches from state to state in a layer, and from layer to layer, without and with labels."""
BEND = 0.2
"""How far arrows bend that do not lead ahead: half of it, times their length, is the room they need."""
TEXT = 5.5

Places = Mapping[str, tuple[float, float]]
Arrow = tuple[str, str]
Steps = Sequence[Mapping[str, Any]]


def plot_automaton(graph: nx.MultiDiGraph, *, ax: Axes | None = None) -> Axes:
    """Draw the automaton of a task (`tasks.base.task.FiniteStateTask`).

    States stand in layers, by the fewest steps that lead to them from a state in which a stream may start, which is
    dark. All steps from one state to another are one arrow, as thick as they are probable together: "A, B/L" shows A or
    B, and L is the right response; "A" alone asks for none. Arrows are black where some response is right, else grey.
    """
    starts = [state for state, initial in graph.nodes(data="initial") if initial]
    layers = list(nx.bfs_layers(graph, starts))
    places = {state: (x, (len(own) - 1) / 2 - i) for x, own in enumerate(layers) for i, state in enumerate(own)}
    steps = {(a, b): [graph.edges[a, b, key] for key in graph[a][b]] for a, b in sorted(set(graph.edges()))}
    named, labelled = len(graph) <= MOST_NAMED, len(steps) <= MOST_LABELLED
    column, row = COLUMN[labelled], ROW[labelled]
    across, down = column * len(layers), row * max(map(len, layers))
    width, height = across + BEND * down, down + BEND * across
    ax = ax or new_axes(width, height)
    middle = (len(layers) - 1) / 2
    ax.set_xlim(middle - width / 2 / column, middle + width / 2 / column)
    ax.set_ylim(-height / 2 / row, height / 2 / row)
    _states(ax, graph, places, named)
    # Arrows to a later layer are straight, the others bend aside.
    ahead = {(a, b): of for (a, b), of in steps.items() if places[b][0] > places[a][0]}
    back = {arrow: of for arrow, of in steps.items() if arrow not in ahead}
    for bend, some in ((0.0, ahead), (BEND, back)):
        if some:
            _arrows(ax, places, some, bend, 330 if named else 12, GREY if labelled else PALE)
            if labelled:
                _labels(ax, places, {arrow: _label(of) for arrow, of in some.items()}, bend)
    ax.axis("off")
    return ax


def _states(ax: Axes, graph: nx.MultiDiGraph, places: Places, named: bool) -> None:
    """States by name in boxes, or as dots."""
    for state, (x, y) in places.items():
        initial = graph.nodes[state]["initial"]
        if not named:
            ax.plot(x, y, "o", color=INK if initial else GREY, markersize=3, zorder=3)
            continue
        box = {
            "boxstyle": "round,pad=0.3",
            "facecolor": INK if initial else "white",
            "edgecolor": INK,
            "linewidth": 0.7,
        }
        ax.text(
            x, y, state, ha="center", va="center", fontsize=TEXT, color="white" if initial else INK, bbox=box, zorder=4
        )


def _arrows(ax: Axes, places: Places, steps: Mapping[Arrow, Steps], bend: float, size: int, idle: str) -> None:
    """Arrows of one bend, those that ask for no response in the `idle` colour."""
    arrows = nx.draw_networkx_edges(
        nx.DiGraph(steps.keys()), places, ax=ax, edgelist=list(steps), node_size=size, arrowsize=6,
        edge_color=[INK if any(step["target"] is not None for step in of) else idle for of in steps.values()],
        width=[0.3 + 1.2 * sum(step["probability"] for step in of) for of in steps.values()],
        connectionstyle=f"arc3,rad={bend}",
    )  # fmt: skip
    for arrow in arrows:
        arrow.set_clip_on(False)


def _labels(ax: Axes, places: Places, labels: Mapping[Arrow, str], bend: float) -> None:
    """Labels on arrows of one bend."""
    nx.draw_networkx_edge_labels(
        nx.DiGraph(labels.keys()), places, labels, ax=ax, font_size=TEXT, font_color=INK, rotate=False,
        label_pos=0.4, clip_on=False, bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
        connectionstyle=f"arc3,rad={bend}",
    )  # fmt: skip


def _label(steps: Steps) -> str:
    """Labels of an arrow, a line for every right response."""
    shown: dict[Any, list[str]] = {}
    for step in steps:
        shown.setdefault(step["target"], []).append(step["symbol"])
    lines = []
    for target, symbols in shown.items():
        text = ", ".join(symbols) if len(symbols) <= FEW else f"{symbols[0]} … {symbols[-1]}"
        right = "/".join(target) if isinstance(target, tuple) else target
        lines.append(text if target is None else f"{text}/{right}")
    return "\n".join(lines)
