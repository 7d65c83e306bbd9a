"""Parts of self-contained captions: networks, task, and stopping rule."""

from collections.abc import Iterable
from pathlib import Path

from pbwm.compare.analysis.recording import GATE_NAMES
from pbwm.compare.errors import FigureError
from pbwm.compare.experiment.row import AS_IT_IS
from pbwm.compare.experiment.scene import Scene
from pbwm.compare.figures.names import and_list, gate_name, model_name, task_name
from pbwm.compare.files import written_whole

__all__ = ["CAPTIONS", "absent_gates", "check_captions", "networks_of", "scene_name", "stopping_rule", "write_captions"]

CAPTIONS = "captions.md"
"""File with the numbered captions of a directory."""


def scene_name(scene: Scene) -> str:
    """The task of a scene, and its condition."""
    name = task_name(scene.task_name)
    return name if scene.condition == AS_IT_IS else f"{name}, {scene.condition}"


def networks_of(scene: Scene, *models: str) -> str:
    """The networks of some or all models, in words."""
    shown = models or scene.models
    counts = [scene.count(model) for model in shown]
    if len(set(counts)) == 1:
        each = " each" if len(shown) > 1 else ""
        networks = "network" if counts[0] == 1 else "networks"
        found = f"{counts[0]} {networks}{each} of {and_list([model_name(model) for model in shown])}"
    else:
        found = and_list([f"{count} of {model_name(model)}" for count, model in zip(counts, shown, strict=True)])
    return f"{found} on {scene_name(scene)} (seed {scene.seed})"


def stopping_rule(scene: Scene) -> str:
    """When training stops."""
    row = scene.row(scene.models[0])
    return f"Criterion: {scene.task.spec.criterion}." if row.goal is None else f"Goal: {row.goal}."


def absent_gates(gates: Iterable[str], model: str) -> str:
    """A sentence on gates that a model lacks, or an empty text."""
    absent = [gate_name(gate) for gate in GATE_NAMES if gate not in set(gates)]
    if not absent:
        return ""
    names = and_list(absent)
    verb = "is" if len(absent) == 1 else "are"
    return f" The {names} of {model_name(model)} {verb} always open and {verb} left out."


def check_captions(directory: Path) -> None:
    """Check that `write_captions` would not replace another file.

    Raises
    ------
    FigureError
        If it would.
    """
    path = directory / CAPTIONS
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    if text and not text.startswith("**Figure 1** ("):
        raise FigureError(f"{path}: exists and was not written by pbwm; give another directory (--out)")


def write_captions(directory: Path, names: Iterable[str]) -> None:
    """Write the captions in a directory (``NAME.txt``) as a numbered list, beginning with `names`."""
    order = list(names)

    def place(path: Path) -> tuple[int, str]:
        matches = [i for i, name in enumerate(order) if path.stem == name or path.stem.startswith(f"{name}-")]
        return max(matches, key=lambda i: len(order[i]), default=len(order)), path.stem

    found = sorted((path for path in directory.glob("*.txt") if path.with_suffix(".png").exists()), key=place)
    text = [
        f"**Figure {number}** (`{path.stem}.png`, `.pdf`, `.csv`). {path.read_text(encoding='utf-8').strip()}\n"
        for number, path in enumerate(found, 1)
    ]
    with written_whole(directory / CAPTIONS) as temporary:
        temporary.write_text("\n".join(text), encoding="utf-8")
