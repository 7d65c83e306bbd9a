"""The circuit: nuclei as boxes, excitation with arrows, inhibition with bars, modulation dashed, with dots."""

from collections.abc import Container, Sequence
from math import hypot
from textwrap import wrap
from typing import Any

import networkx as nx
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Polygon

from pbwm.compare.figures.plots.anatomy import BOX, LABELS, PREFRONTAL, Point, Scene, scene, way
from pbwm.compare.figures.style import INFLUENCES, INK, PALE, figure_width, new_axes, shades, signal_color
from pbwm.wiring import Influence
from tasks.base.arguments import checked

__all__ = ["plot_circuit"]

TEXT, SMALLEST, PER_INCH = 8.0, 5.0, 16.5
"""Largest and smallest size of text; points that fit a box, by inches per unit."""
MOST_PER_UNIT, LEGEND = 0.6, 0.8
"""Largest scale, in inches per unit; height of the legend, in units."""
PADDING, NAME = 0.35, 0.55
"""Margins of the frame of prefrontal cortex: at the sides, and below."""
GAP, HEAD, BAR, DOT = 0.08, 0.26, 0.2, 0.1
"""Distance of a line from its box, arrow head, half a bar, and radius of a dot."""
INSIDE = "#F6F6F6"
"""Color of the frame of prefrontal cortex."""
ARROWS = (Influence.EXCITATION, Influence.CONTENT)
DASHES: dict[Influence, Any] = {Influence.MODULATION: (0, (2.5, 1.5)), Influence.CONTENT: (0, (1, 1))}
SEEING = {
    "reward_prediction": "sees",
    "primary_value": "",
    "learned_value": "",
    "slow_learned_value": "PVi, LVe, LVi see",
}
"""The nuclei that predict reward, and the text before their inputs under the box."""
BUNDLE, ASIDE = (-0.3, 0.0, 0.3), 1.85
"""Places of lines between gate and prefrontal cortex: parallel, or from the left."""


@checked()
def plot_circuit(graph: nx.MultiDiGraph, *, ax: Axes | None = None) -> Axes:
    """Draw a graph of `pbwm.graph.circuit_graph`.

    Edges between the gate and prefrontal cortex end at the frame. The inputs of the reward prediction are named under
    its box.
    """
    nodes = {node: (data["layer"], data["stripe"]) for node, data in graph.nodes(data=True)}
    stage = scene(nodes, sum(layer == "pfc_maintenance" for layer, _ in nodes.values()))
    per_unit = min(figure_width() / (stage.width + 0.9), MOST_PER_UNIT)
    ax = ax or new_axes(per_unit * (stage.width + 0.9), per_unit * (stage.height + LEGEND))
    text = min(TEXT, max(SMALLEST, PER_INCH * per_unit))
    for name, framed in stage.frames.items():
        _frame(ax, name, [stage.places[node] for node in framed], text)
    drawn = set()
    for sender, target, edge in graph.edges(data=True):
        ends = tuple(_end(stage, node, other, nodes) for node, other in ((sender, target), (target, sender)))
        if nodes[target][0] in SEEING and nodes[sender][0] != "reward":
            continue
        if (key := (*ends, edge["influence"])) not in drawn:
            drawn.add(key)
            _edge(ax, _corners(stage, sender, target, nodes, edge["influence"]), edge["influence"], edge["sign"])
    for node, (x, y) in stage.places.items():
        _box(ax, graph.nodes[node], x, y, text)
    for node, says in SEEING.items():
        if says and node in graph:
            _seen(ax, graph, node, *stage.places[node], text)
    _finish(ax, stage, text, {influence for *_, influence in drawn})
    return ax


def _loop(layer: str, other: str) -> bool:
    return layer in PREFRONTAL and other in ("thalamus", "gpi_thalamus", "snr_thalamus")


def _end(stage: Scene, node: str, other: str, nodes: dict[str, tuple[str, int]]) -> str:
    framed = (name for name, inside in stage.frames.items() if node in inside)
    return next(framed, node) if _loop(nodes[node][0], nodes[other][0]) else node


def _corners(
    stage: Scene, sender: str, target: str, nodes: dict[str, tuple[str, int]], influence: Influence
) -> tuple[Point, ...]:
    for node, other, turned in ((sender, target, True), (target, sender, False)):
        if _loop(nodes[node][0], nodes[other][0]):
            inside = next(inside for inside in stage.frames.values() if node in inside)
            bottom = min(stage.places[n][1] for n in inside) - BOX[1] / 2 - NAME
            strand = BUNDLE[2 if turned else 1 if influence is Influence.MODULATION else 0]
            x, y = stage.places[other]
            left = min(stage.places[n][0] for n in inside) - BOX[0] / 2
            up: tuple[Point, ...] = (x + strand, y + BOX[1] / 2), (x + strand, bottom)
            if x < left:  # around the side
                up = (x + BOX[0] / 2, y), (left + ASIDE, y), (left + ASIDE, bottom)
            return up[::-1] if turned else up
    corners = way((nodes[sender][0], stage.places[sender]), (nodes[target][0], stage.places[target]))
    if len(corners) > 2 or corners[0] != stage.places[sender]:
        return corners
    return _border(corners[0], corners[1]), _border(corners[1], corners[0])


def _border(center: Point, toward: Point) -> Point:
    dx, dy = toward[0] - center[0], toward[1] - center[1]
    part = min(BOX[0] / 2 / abs(dx) if dx else 9.0, BOX[1] / 2 / abs(dy) if dy else 9.0)
    return center[0] + part * dx, center[1] + part * dy


def _edge(ax: Axes, corners: Sequence[Point], influence: Influence, sign: int) -> None:
    if influence is Influence.PREDICTION:
        influence = Influence.EXCITATION if sign > 0 else Influence.INHIBITION
    color = INFLUENCES[influence]
    (x0, y0), (x, y) = corners[-2:]
    length = hypot(x - x0, y - y0)
    ux, uy = (x - x0) / length, (y - y0) / length
    gap = GAP
    if influence is Influence.INHIBITION:  # an oblique bar keeps clear of the box, too
        at_side = abs(ux) * BOX[1] > abs(uy) * BOX[0]
        along, across = (abs(ux), abs(uy)) if at_side else (abs(uy), abs(ux))
        gap = (GAP + BAR * across) / along
    x, y = x - gap * ux, y - gap * uy
    end = (x - HEAD * ux, y - HEAD * uy) if influence in ARROWS else (x, y)
    line: dict[str, Any] = {"color": color, "linewidth": 0.9, "solid_capstyle": "butt", "solid_joinstyle": "round"}
    ax.plot(*zip(*corners[:-1], end, strict=True), linestyle=DASHES.get(influence, "-"), **line, zorder=2)
    if influence in ARROWS:
        wings = [(end[0] - side * HEAD / 2.5 * uy, end[1] + side * HEAD / 2.5 * ux) for side in (-1, 1)]
        ax.add_patch(Polygon([(x, y), *wings], facecolor=color, edgecolor="none", zorder=5))
    elif influence is Influence.INHIBITION:
        ax.plot([x - BAR * uy, x + BAR * uy], [y + BAR * ux, y - BAR * ux], **(line | {"linewidth": 1.6}), zorder=5)
    else:
        ax.add_patch(Circle((x, y), DOT, facecolor=color, edgecolor="none", zorder=5))


def _box(ax: Axes, data: dict[str, Any], x: float, y: float, text: float) -> None:
    layer = data["layer"]
    color = signal_color(layer.removesuffix("_deep").removesuffix("_age"))
    ax.add_patch(
        FancyBboxPatch(
            (x - BOX[0] / 2, y - BOX[1] / 2), *BOX, boxstyle="round,pad=0,rounding_size=0.2",
            facecolor=shades(color)(0.18), edgecolor=color, linewidth=0.9, zorder=3,
        )
    )  # fmt: skip
    below = data["receptor"] or ("tonic" if data["tonic"] and layer != "thalamus" else "")
    label = f"{LABELS[layer]}\n{below}" if below else LABELS[layer]
    ax.text(x, y, label, ha="center", va="center", fontsize=text, color=INK, zorder=4, linespacing=1.05)


def _seen(ax: Axes, graph: nx.MultiDiGraph, node: str, x: float, y: float, text: float) -> None:
    senders = (graph.nodes[sender]["layer"] for sender in graph.predecessors(node))
    seen = dict.fromkeys(layer for layer in senders if layer != "reward")
    names = ", ".join(LABELS[layer].replace("\n", " ") for layer in seen)
    said = "\n".join(wrap(f"{SEEING[node]} {names}", 22))
    ax.text(x, y - BOX[1] / 2 - 0.08, said, ha="center", va="top", fontsize=text, color=INK, linespacing=1.05)


def _frame(ax: Axes, name: str, places: Sequence[Point], text: float) -> None:
    left, right = min(x for x, _ in places) - BOX[0] / 2 - PADDING, max(x for x, _ in places) + BOX[0] / 2 + PADDING
    low, high = min(y for _, y in places) - BOX[1] / 2 - NAME, max(y for _, y in places) + BOX[1] / 2 + PADDING
    ax.add_patch(
        FancyBboxPatch(
            (left, low), right - left, high - low, boxstyle="round,pad=0,rounding_size=0.3", facecolor=INSIDE,
            edgecolor=PALE, linewidth=0.8, zorder=0,
        )
    )  # fmt: skip
    ax.text(
        (left + right) / 2, low + 0.1, name, ha="center", va="bottom", fontsize=text, color=INK, zorder=4,
        bbox={"facecolor": INSIDE, "edgecolor": "none", "pad": 0.5},
    )  # fmt: skip


def _finish(ax: Axes, stage: Scene, text: float, drawn: Container[Influence]) -> None:
    heads: dict[Influence, tuple[str, dict[str, Any]]] = {
        Influence.EXCITATION: ("excitation", {"marker": ">", "markersize": 3}),
        Influence.INHIBITION: ("inhibition", {"marker": "|", "markersize": 5}),
        Influence.MODULATION: ("modulation", {"marker": "o", "markersize": 2.6, "ls": "--"}),
        Influence.CONTENT: ("content, if gated", {"marker": ">", "markersize": 3, "ls": ":"}),
    }
    handles = [
        Line2D([], [], color=INFLUENCES[influence], linewidth=0.9, label=label, **head)
        for influence, (label, head) in heads.items()
        if influence in drawn
    ]
    ax.legend(
        handles=handles, loc="lower center", ncols=4,
        bbox_to_anchor=(0.5, -0.06), fontsize=text, handlelength=2, columnspacing=1.2, borderpad=0,
    )  # fmt: skip
    ax.set_xlim(-0.9, stage.width)
    ax.set_ylim(0.1, stage.height)
    ax.set_aspect("equal")
    ax.axis("off")
