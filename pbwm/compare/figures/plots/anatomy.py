"""Places of the nuclei in a drawing of the circuit, in the order of a coronal section, and routes of its edges."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["BOX", "LABELS", "PREFRONTAL", "Point", "Scene", "scene", "way"]

Point = tuple[float, float]

LABELS: Mapping[str, str] = {
    "input": "input",
    "stimulus_input": "stimulus\ninput",
    "control_input": "control\ninput",
    "hidden": "hidden",
    "output": "output",
    "pfc_maintenance": "maintenance\nsuperficial",
    "pfc_maintenance_deep": "maintenance\ndeep",
    "pfc_output": "output\nsuperficial",
    "pfc_output_deep": "output\ndeep",
    "pfc_age": "age of\ncontent",
    "pfc_match": "match",
    "matrix_go": "matrix Go",
    "matrix_nogo": "matrix NoGo",
    "matrix_go_age": "Go by age",
    "matrix_nogo_age": "NoGo by age",
    "gpe": "GPe",
    "stn": "STN",
    "gpi": "GPi/SNr",
    "thalamus": "thalamus",
    "gpi_thalamus": "GPi/thalamus",
    "snr_thalamus": "SNr/\nthalamus",
    "pfc": "PFC",
    "primary_value": "PVi",
    "learned_value": "LVe",
    "slow_learned_value": "LVi",
    "acetylcholine": "acetylcholine\nTAN",
    "dopamine": "dopamine\nSNc/VTA",
    "reward_prediction": "reward\nprediction",
    "reward": "reward",
}
"""The label of each box."""

PREFRONTAL = (
    *("pfc", "pfc_maintenance", "pfc_maintenance_deep"),
    *("pfc_output", "pfc_output_deep", "pfc_age", "pfc_match"),
)
"""The layers in the frame of prefrontal cortex."""

ONCE: Mapping[str, Point] = {
    "input": (2.9, 8.6),
    "control_input": (1.0, 8.6),
    "stimulus_input": (3.5, 8.6),
    "hidden": (2.2, 10.1),
    "output": (4.6, 11.9),
    "acetylcholine": (1.0, 6.5),
    "dopamine": (1.0, 4.95),
    "reward_prediction": (1.0, 3.3),
    "reward": (1.0, 1.15),
    "primary_value": (1.0, 3.3),
    "learned_value": (1.0, 6.5),
    "slow_learned_value": (4.4, 1.15),
}
"""Variables of the whole network."""

STRIPE: Mapping[str, Point] = {
    "pfc": (6.8, 9.3),
    "snr_thalamus": (5.0, 2.6),
    "pfc_maintenance": (6.8, 8.6),
    "pfc_maintenance_deep": (6.8, 10.0),
    "pfc_output": (9.3, 8.6),
    "pfc_output_deep": (9.3, 10.0),
    "pfc_age": (11.6, 8.6),
    "pfc_match": (11.6, 10.0),
    "matrix_go": (3.8, 6.0),
    "matrix_nogo": (6.2, 6.0),
    "matrix_go_age": (8.5, 5.5),
    "matrix_nogo_age": (8.5, 6.55),
    "gpe": (6.2, 4.1),
    "stn": (9.2, 4.1),
    "gpi": (5.0, 2.3),
    "gpi_thalamus": (5.0, 2.3),
    "thalamus": (7.6, 0.8),
}
"""The layers with stripes; each further stripe is `NEXT` to the right."""

NEXT = 8.0
"""Distance from one stripe to the next."""


@dataclass(frozen=True)
class Scene:
    """Places of nodes and frames.

    Attributes
    ----------
    places
        Node → center.
    frames
        Name of prefrontal cortex (of one stripe) → its nodes.
    width, height
        Extent.
    """

    places: Mapping[str, Point]
    frames: Mapping[str, tuple[str, ...]]
    width: float
    height: float = 12.5


DIFFUSE = 3.2
"""Height at which axons of STN run to all stripes."""

BOX: Point = (1.9, 0.9)
"""Width and height of a box."""


def scene(nodes: Mapping[str, tuple[str, int]], maintenance_stripes: int = 1) -> Scene:
    """The scene of a graph; `nodes` gives layer and stripe (0: all) of each node."""
    places, framed = {}, {}
    alone, layers = "control_input" not in nodes, {layer for layer, _ in nodes.values()}
    released = {"pfc_output", "pfc_output_deep"} | ({"pfc_match"} if "pfc_output" in layers else set())
    for node, (layer, stripe) in nodes.items():
        panel = stripe - 1 + (maintenance_stripes if layer in released else 0) if stripe else 0
        x, y = ONCE[layer] if layer in ONCE else STRIPE[layer]
        if stripe and layer.startswith("pfc_output"):  # alone in a panel, it takes the place of maintenance
            x = STRIPE[layer.replace("output", "maintenance")][0]
        if stripe and layer == "pfc_match":  # next to the deep layer that it receives
            x = STRIPE["pfc_output"][0]
        if layer == "stimulus_input" and alone:
            x = (ONCE["stimulus_input"][0] + ONCE["hidden"][0]) / 2
        places[node] = (x + panel * NEXT, y)
        if layer in PREFRONTAL:
            kind = "output" if layer in released else "maintenance"
            framed[node] = f"PFC, {kind} {stripe}" if stripe else "prefrontal cortex"
    frames = {name: tuple(node for node in framed if framed[node] == name) for name in dict.fromkeys(framed.values())}
    right = max(x for x, _ in places.values()) + BOX[0] / 2 + 0.4
    return Scene(places, frames, right)


def way(sender: tuple[str, Point], target: tuple[str, Point]) -> tuple[Point, ...]:
    """The corners of an edge between nodes, given by layer and place."""
    (a, (ax, ay)), (b, (bx, by)) = sender, target
    half_width, half_height = BOX[0] / 2, BOX[1] / 2
    if b == "stn" and a.endswith("_input"):
        return (ax, ay - half_height), (ax, 7.1), (bx, 7.1), (bx, by + half_height)
    if a.endswith("input") and b.startswith("matrix"):
        return (ax + 0.35, ay - half_height), (ax + 0.35, 7.35), (bx + 0.25, 7.35), (bx + 0.25, by + half_height)
    if (a, b) == ("stimulus_input", "pfc_match"):  # under the frame, and up at its right
        right, under = bx + half_width + 0.3, ay - half_height - 0.65
        return (ax, ay - half_height), (ax, under), (right, under), (right, by), (bx + half_width, by)
    if (a, b) == ("pfc_match", "output"):
        return (ax + 0.25, ay + half_height), (ax + 0.25, by + 0.25), (bx + half_width, by + 0.25)
    if (a, b) == ("pfc_match", "pfc_maintenance_deep"):
        up = ay + half_height + 0.25
        return (ax - 0.6, ay + half_height), (ax - 0.6, up), (bx + 0.6, up), (bx + 0.6, by + half_height)
    if (a, b) == ("pfc_match", "hidden"):
        up = ay + half_height + 0.75
        return (ax - 0.25, ay + half_height), (ax - 0.25, up), (bx + 0.3, up), (bx + 0.3, by + half_height)
    if (a, b) == ("output", "pfc_match"):  # over the other layers of prefrontal cortex
        return (ax + half_width, ay - 0.25), (bx + 0.6, ay - 0.25), (bx + 0.6, by + half_height)
    if (a, b) == ("hidden", "pfc_match"):  # between its deep and its superficial layers
        out, between = ay - 0.25, by - 0.7
        left = STRIPE["pfc_maintenance_deep"][0] - half_width - 0.55
        detour = (ax + half_width, out), (left, out), (left, between)
        return *detour, (bx - 0.3, between), (bx - 0.3, by - half_height)
    if (a, b) == ("pfc_output_deep", "output"):
        return (ax + 0.25, ay + half_height), (ax + 0.25, by), (bx + half_width, by)
    if (a, b) == ("pfc_output_deep", "hidden"):
        return (
            (ax - 0.25, ay + half_height),
            (ax - 0.25, ay + 0.95),
            (bx + 0.6, ay + 0.95),
            (bx + 0.6, by + half_height),
        )
    if (a, b) == ("gpi", "thalamus"):
        return (ax, ay - half_height), (ax, by), (bx - half_width, by)
    if a == "dopamine":
        return (ax + half_width, ay), (bx - 0.5, ay), (bx - 0.5, by - half_height)
    if a == "acetylcholine":
        return (ax + half_width, ay + 0.35), (bx - 0.5, ay + 0.35), (bx - 0.5, by + half_height)
    if a == "reward" and bx == ax:
        left = ax - half_width - (0.45 if b == "dopamine" else 0.75)
        up = by - 0.15
        return (ax - half_width, ay), (left, ay), (left, up), (bx - half_width, up)
    if (a, b) == ("reward_prediction", "acetylcholine"):
        right = ax + half_width + 0.45
        return (ax + half_width, ay), (right, ay), (right, by - 0.15), (bx + half_width, by - 0.15)
    if a == "stn":  # to all stripes by one line
        up = by > DIFFUSE
        end = (bx + 0.65, by - half_height) if up else (bx + 0.75, by + half_height)
        return (ax, ay - half_height), (ax, DIFFUSE), (end[0], DIFFUSE), end
    return (ax, ay), (bx, by)
