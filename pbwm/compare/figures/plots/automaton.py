"""A task drawn as a finite automaton: states in layers, arrows with the input and the correct response."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from pbwm.compare.figures.plots.automaton_layout import GAP, LOOP, TEXT, Box, Layout, laid_out
from pbwm.compare.figures.style import GRAY, INK, figure_width, new_axes
from tasks.base.arguments import checked

__all__ = ["plot_automaton"]

FEW = 3
"""Most symbols on an arrow; of more, only first and last are written."""

Steps = Sequence[Mapping[str, Any]]


@checked()
def plot_automaton(graph: nx.MultiDiGraph, *, ax: Axes | None = None) -> Axes:
    """Draw the automaton of a task (`tasks.base.task.FiniteStateTask`) or of `merged_states`.

    States are in layers, by the fewest steps from a dark initial state. The width of an arrow is its total probability.
    "A, B/L" means that the input is A or B, and L the correct response; gray arrows require none.
    """
    steps = {(a, b): [graph.edges[a, b, key] for key in graph[a][b]] for a, b in sorted(set(graph.edges()))}
    layout = laid_out(graph, {arrow: _label(of) for arrow, of in steps.items()}, figure_width())
    ax = ax or new_axes(layout.width, layout.height)
    ax.set_xlim(0, layout.width)
    ax.set_ylim(-layout.height, 0)
    for arrow, of in steps.items():
        route = _route(layout, *arrow)
        ink = INK if any(step["target"] is not None for step in of) else GRAY
        ax.add_patch(
            FancyArrowPatch(
                path=route.path, arrowstyle="-|>", mutation_scale=6, shrinkA=0, shrinkB=0, color=ink, fill=False,
                joinstyle="miter", clip_on=False, linewidth=0.3 + 1.2 * sum(step["probability"] for step in of),
            )
        )  # fmt: skip
        ax.text(
            *route.at, layout.labels.get(arrow, ""), ha=route.across, va=route.down, fontsize=TEXT, color=INK,
            linespacing=1.1, bbox={"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none"}, zorder=3,
        )  # fmt: skip
    for state, box in layout.boxes.items():
        _box(ax, box, bool(graph.nodes[state]["initial"]))
    ax.axis("off")
    return ax


def _box(ax: Axes, box: Box, initial: bool) -> None:
    ax.add_patch(
        FancyBboxPatch(
            (box.x - box.width / 2, box.bottom), box.width, box.height, boxstyle="round,pad=0,rounding_size=0.04",
            facecolor=INK if initial else "white", edgecolor=INK, linewidth=0.7, zorder=4, clip_on=False,
        )
    )  # fmt: skip
    color = "white" if initial else INK
    ax.text(box.x, box.y, box.text, ha="center", va="center", fontsize=TEXT, color=color, linespacing=1.1, zorder=5)


@dataclass(frozen=True)
class _Route:
    path: Path
    at: tuple[float, float]
    across: str = "center"
    down: str = "center"


def _route(layout: Layout, a: str, b: str) -> _Route:
    start, end = layout.boxes[a], layout.boxes[b]
    if a == b:
        return _loop(start)
    if start.layer == end.layer:
        return _within(layout, start, end)
    if end.layer < start.layer:
        return _back(layout, start, b)
    return _ahead(layout, start, end)


def _ahead(layout: Layout, start: Box, end: Box) -> _Route:
    sizes = [sum(box.layer == layer for box in layout.boxes.values()) for layer in (start.layer, end.layer)]
    upper, lower = layout.ahead[start.layer]
    y = (lower + (upper - lower) / 4) if sizes[1] > sizes[0] else (upper + lower) / 2
    part = (start.bottom - y) / (start.bottom - end.top)
    return _Route(Path([(start.x, start.bottom), (end.x, end.top)]), (start.x + part * (end.x - start.x), y))


def _loop(box: Box) -> _Route:
    left, reach = box.x - box.width / 2, 1.25 * LOOP
    corners = [(left, box.y - GAP / 2), (left - reach, box.y - 1.5 * GAP), (left - reach, box.y + 1.5 * GAP)]
    path = Path([*corners, (left, box.y + GAP / 2)], [Path.MOVETO, *[Path.CURVE4] * 3])
    return _Route(path, (left - LOOP, box.y), across="right")


def _within(layout: Layout, start: Box, end: Box) -> _Route:
    if end.x > start.x:
        first, last, height = (start.x + GAP, start.top), (end.x - GAP, end.top), layout.over[start.layer]
    else:
        first, last = (start.x - GAP, start.bottom), (end.x - 2 * GAP, end.bottom)
        height = layout.runs[start.layer, None]
    path = Path([first, (first[0], height), (last[0], height), last])
    return _Route(path, ((first[0] + last[0]) / 2, height + GAP / 4), down="bottom")


def _back(layout: Layout, start: Box, target: str) -> _Route:
    end, lane, run = layout.boxes[target], layout.lanes[target], layout.runs[start.layer, target]
    others = [to for layer, to in layout.runs if layer == start.layer and to is not None]
    x = start.x + GAP * (1 + others.index(target))
    into, entry = end.x + GAP, layout.entries[target]
    corners = [(x, start.bottom), (x, run), (lane, run), (lane, entry), (into, entry), (into, end.top)]
    return _Route(Path(corners), (x + GAP / 2, run + GAP / 4), across="left", down="bottom")


def _label(steps: Steps) -> str:
    shown: dict[Any, list[str]] = {}
    for step in steps:
        shown.setdefault(step["target"], []).append(step["symbol"])
    lines = []
    for target, symbols in shown.items():
        text = ", ".join(symbols) if len(symbols) <= FEW else f"{symbols[0]} … {symbols[-1]}"
        right = "/".join(target) if isinstance(target, tuple) else target
        lines.append(text if target is None else f"{text}/{right}")
    return "\n".join(lines)
