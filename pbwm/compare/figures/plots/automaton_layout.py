"""Places of the states of an automaton on a page, and the lines of its arrows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from textwrap import wrap

import networkx as nx

__all__ = ["GAP", "LINE", "LOOP", "TEXT", "Arrow", "Box", "Layout", "laid_out"]

TEXT = 7
"""Size of text, in points; the largest automaton (sir3) fits a page."""
LINE = 1.2 * TEXT / 72
"""Inches from line to line."""
LETTER = 0.62 * TEXT / 72
"""Mean width of a letter in inches."""
GAP = 0.07
"""Inches between a name and its box, and between lines."""
LOOP = 0.15
"""Width of the loop at the left of a state, in inches."""
AHEAD = 0.26
"""Height of an arrow to the next layer without its label, in inches."""
NAMED = 2
"""Largest number of named members of a state."""
MOST_ABREAST = 10
"""With more states in a layer, names and labels are omitted."""
PART = 0.55
"""Largest width of an arrow's label, relative to a state."""
SHORTEST = 8
"""Number of letters that fit on any line."""
MOST_LINES = 6
"""Largest number of lines of a text."""

Arrow = tuple[str, str]


@dataclass(frozen=True)
class Box:
    """A state: center and size in inches, from the upper left corner, and text."""

    x: float
    y: float
    width: float
    height: float
    text: str
    layer: int

    @property
    def top(self) -> float:
        """Height of its upper edge."""
        return self.y + self.height / 2

    @property
    def bottom(self) -> float:
        """Height of its lower edge."""
        return self.y - self.height / 2


@dataclass
class Layout:
    """Places of all elements, in inches, with negative heights from the upper edge.

    Attributes
    ----------
    boxes
        State → its box.
    labels
        Arrow → its label, in lines that fit; none if a layer is too full.
    lanes, entries
        Target of arrows to earlier layers → place of their line at the right, and height of its turn.
    runs
        Layer and earlier target → height at which arrows run right; layer and None → left within the layer.
    over
        Layer → height at which arrows run right within the layer.
    ahead
        Layer → heights between which the labels of its arrows to the next layer are.
    width, height
        Size of the figure.
    """

    boxes: dict[str, Box] = field(default_factory=dict)
    labels: dict[Arrow, str] = field(default_factory=dict)
    lanes: dict[str, float] = field(default_factory=dict)
    runs: dict[tuple[int, str | None], float] = field(default_factory=dict)
    over: dict[int, float] = field(default_factory=dict)
    entries: dict[str, float] = field(default_factory=dict)
    ahead: dict[int, tuple[float, float]] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0


def laid_out(graph: nx.MultiDiGraph, labels: Mapping[Arrow, str], width: float) -> Layout:
    """Lay out an automaton, layer below layer.

    Parameters
    ----------
    graph
        States with `initial`, and optional `members`.
    labels
        Arrow → its label, a line for every correct response.
    width
        Width of the figure in inches.
    """
    layers = _layers(graph)
    layer_of = {state: k for k, own in enumerate(layers) for state in own}
    targets = sorted({b for a, b in labels if layer_of[b] < layer_of[a]}, key=lambda state: -layer_of[state])
    layout = Layout(width=width)
    inner = width - GAP * (len(targets) + 1)
    layout.lanes = {state: inner + GAP * (i + 0.5) for i, state in enumerate(targets)}
    named = max(map(len, layers)) <= MOST_ABREAST
    y = 0.0
    for k, own in enumerate(layers):
        slot = inner / len(own)
        names = {state: _name(graph, state, slot) if named else "" for state in own}
        most = {
            "loop": slot - max(map(_width, names.values())) - LOOP - 3 * GAP,
            "back": slot / 2 - GAP * (2 + len(targets)),
            "ahead": PART * inner / max(map(len, layers[k : k + 2])),
        }
        for (a, b), text in labels.items() if named else ():
            if a in own:
                kind = "loop" if a == b else "back" if layer_of[b] < k else "ahead"
                layout.labels[a, b] = _wrapped(text.split("\n"), most[kind])
        y = _place(layout, k, names, y - GAP, inner)
        y = _run(layout, k, {arrow: layer_of[arrow[1]] for arrow in labels if arrow[0] in own}, y)
    layout.height = GAP - y
    return layout


def _place(layout: Layout, k: int, names: Mapping[str, str], y: float, inner: float) -> float:
    """Place states of a layer, and arrows above, below height `y`; return the height below."""
    own = list(names)
    for state in (state for state in layout.lanes if state in own):
        y -= GAP
        layout.entries[state] = y
    right = [text for (a, b), text in layout.labels.items() if a in own and b in own[own.index(a) + 1 :]]
    y -= GAP + (LINE * max(map(_lines, right)) + 2 * GAP if right else 0)
    layout.over[k] = y + GAP
    loops = {state: layout.labels.get((state, state), "") for state in own}
    left = {state: _width(text) + LOOP if text and len(own) > 1 else 0.0 for state, text in loops.items()}
    needed = {state: left[state] + _width(name) + 2 * GAP for state, name in names.items()}
    spare = (inner - sum(needed.values())) / len(own)
    half = max(LINE * max(map(_lines, [*names.values(), *loops.values()])) + GAP, 3 * GAP) / 2
    x = 0.0
    for state, name in names.items():
        size = _width(name) + 2 * GAP
        middle = x + spare / 2 + left[state] + size / 2
        layout.boxes[state] = Box(middle, y - half, size, _lines(name) * LINE + GAP, name, k)
        x += needed[state] + spare
    return y - 2 * half


def _run(layout: Layout, k: int, leads_to: Mapping[Arrow, int], y: float) -> float:
    """Place arrows that leave a layer, below height `y`; return the height below."""
    lines = {arrow: _lines(layout.labels.get(arrow, "")) for arrow in leads_to}
    left = [n for (a, b), n in lines.items() if leads_to[a, b] == k and layout.boxes[b].x < layout.boxes[a].x]
    if left:
        y -= 2 * GAP + LINE * max(left)
        layout.runs[k, None] = y
    for target in dict.fromkeys(b for (_, b), layer in leads_to.items() if layer < k):
        y -= GAP + LINE * max(n for (_, b), n in lines.items() if b == target)
        layout.runs[k, target] = y
    ahead = [n for arrow, n in lines.items() if leads_to[arrow] == k + 1]
    if ahead:
        layout.ahead[k] = (y - AHEAD / 2, y - AHEAD / 2 - LINE * max(ahead))
        y -= AHEAD + LINE * max(ahead)
    return y


def _layers(graph: nx.MultiDiGraph) -> list[list[str]]:
    """States by the fewest steps from an initial one, ordered by predecessors."""
    layers = [list(own) for own in nx.bfs_layers(graph, [s for s, initial in graph.nodes(data="initial") if initial])]
    for before, own in pairwise(layers):
        place = {state: i for i, state in enumerate(before)}
        own.sort(key=lambda state: _mean(place[a] for a in graph.predecessors(state) if a in place))
    return layers


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)


def _name(graph: nx.MultiDiGraph, state: str, width: float) -> str:
    members: Sequence[str] = graph.nodes[state].get("members", (state,))
    return _wrapped(members if len(members) <= NAMED else [members[0], f"and {len(members) - 1} more"], width - 4 * GAP)


def _wrapped(lines: Iterable[str], width: float) -> str:
    letters = max(SHORTEST, int(width / LETTER))
    parts = [part for line in lines for part in wrap(line, letters, break_long_words=False)]
    return "\n".join(parts if len(parts) <= MOST_LINES else [*parts[: MOST_LINES - 1], "…"])


def _lines(text: str) -> int:
    return text.count("\n") + 1


def _width(text: str) -> float:
    return max(map(len, text.split("\n"))) * LETTER
