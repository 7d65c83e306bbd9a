"""The HTML report of a run: one self-contained page with figures, tables and parameters."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from shlex import join
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from pbwm.compare.errors import ResultsError
from pbwm.compare.experiment.code_version import plain, versions
from pbwm.compare.experiment.results import RowResult
from pbwm.compare.experiment.row import AS_IT_IS
from pbwm.compare.experiment.scene import Scene
from pbwm.compare.figures.captions import scene_name
from pbwm.compare.figures.gallery import GALLERY, drawn_or_why
from pbwm.compare.figures.names import and_list, model_name, named
from pbwm.compare.figures.saving import Drawn, noting_missing_letters
from pbwm.compare.figures.style import print_style
from pbwm.compare.files import json_text, make_directory, written_whole
from pbwm.compare.reports.study import frozen_text

__all__ = ["REPORT", "report_files", "report_page", "write_report"]

REPORT = "report.html"
"""Name of the page in the directory of the run."""
LEFT_OUT = "left out of a quick report; `pbwm figure draw` draws it"
"""Why a quick report lacks a figure."""
TEMPLATE = "report.html"
"""Name of the template. What precedes its first field begins every page."""

SECTIONS = (
    ("outcome", "Outcome"),
    ("figures", "Figures"),
    ("networks", "Networks"),
    ("parameters", "Parameters"),
    ("again", "Command"),
)


DPI = 200
"""Dots per inch of the figures, which determine their size on the page."""


def _figure(name: str, caption: str, png: bytes) -> dict[str, Any]:
    """A figure for the page; its width in dots is in bytes 16 to 19 of a PNG (ISO/IEC 15948)."""
    inches = int.from_bytes(png[16:20], "big") / DPI
    return {"name": name, "caption": caption, "png": b64encode(png).decode("ascii"), "inches": f"{inches:.2f}"}


def _shown(drawn: Drawn) -> dict[str, Any]:
    buffer = BytesIO()
    with noting_missing_letters(drawn.name):
        drawn.figure.savefig(buffer, format="png", dpi=DPI)
    return _figure(drawn.name, drawn.caption, buffer.getvalue())


def _model(scene: Scene, model: str) -> dict[str, Any]:
    result = scene.result(model)
    times, error = result.times, result.final_error
    return {
        "name": model_name(model),
        "n": times.networks,
        "reached": int(times.reached.sum()),
        "final_error": "" if np.isnan(error).all() else f"{float(np.nanmedian(error)):.3f}",
        "frozen_error": frozen_text(result) or "–",
        "parameters": json_text(plain(named(result.row.entry(scene.task).parameters(scene.task.spec)))),
        **{when: times.text(getattr(times, when)) for when in ("first", "median", "last")},
    }


def _networks(results: Sequence[RowResult]) -> list[list[Any]]:
    numbers = sorted({int(n) for result in results for n in result.networks})
    rows: list[list[Any]] = [[number] for number in numbers]
    for result in results:
        place = {int(n): i for i, n in enumerate(result.networks)}
        for number, row in zip(numbers, rows, strict=True):
            if number not in place:
                row += ["", "", ""]
                continue
            i = place[number]
            at, frozen = int(result.times.epochs[i]), result.frozen.error[i]
            row += [at or "not reached", f"{result.final_error[i]:.3f}", "" if np.isnan(frozen) else f"{frozen:.4f}"]
    return rows


def _command(scene: Scene) -> str:
    study, row = scene.study, scene.row(scene.models[0])
    if scene.condition != AS_IT_IS:
        return join(["pbwm", "study", "run", str(scene.store.directory / "study.toml"), "--out", "DIR"])
    options = {
        "--models": ",".join(scene.models),
        "--networks": study.networks,
        "--epochs": row.epochs,
        "--seed": study.seed,
        **({"--consolidation": row.consolidation} if row.consolidation else {}),
    }
    return join(["pbwm", "compare", scene.task_name, *(str(part) for pair in options.items() for part in pair)])


def report_page(scene: Scene, said: Callable[[str], None], quick: bool = False) -> str:
    """The report of a scene as HTML, with the reasons for missing figures; `said` is called for each figure.

    A `quick` report has no figures that train networks.
    """
    figures, missing = [], []
    for number, name in enumerate(GALLERY, 1):
        with print_style():
            found = LEFT_OUT if quick and GALLERY[name].trains else drawn_or_why(name, scene)
            if isinstance(found, str):
                missing.append((name, found))
            else:
                figures += [_shown(drawn) for drawn in found]
        said(f"{scene.title}: {name} ({number} of {len(GALLERY)}){'' if not isinstance(found, str) else ': not drawn'}")
    results, spec, row = [scene.result(model) for model in scene.models], scene.task.spec, scene.row(scene.models[0])
    environment = Environment(loader=PackageLoader("pbwm.compare.reports"), autoescape=True, undefined=StrictUndefined)
    return environment.get_template(TEMPLATE).render(
        title=f"{and_list([model_name(model) for model in scene.models])} on {scene_name(scene)}",
        task={"name": scene_name(scene), "source": spec.source, "parameters": json_text(row.key["task_parameters"])},
        criterion=str(spec.criterion) if row.goal is None else str(row.goal),
        consolidation=row.consolidation,
        budget={"epochs": row.epochs, "unit": row.unit},
        seed=scene.seed,
        sections=SECTIONS,
        models=[_model(scene, model) for model in scene.models],
        figures=figures,
        missing=missing,
        networks=_networks(results),
        command=_command(scene),
        versions=list(versions().items()),
    )


def report_files(directory: Path, scenes: Sequence[Scene], out: Path | None = None) -> list[Path]:
    """The files of the pages of scenes, with their names if there are several.

    Raises
    ------
    ResultsError
        If a page cannot be written there, or would replace a file that is not a report.
    """
    path = out or directory / REPORT
    if path.is_dir():
        raise ResultsError(f"{path}: is a directory; give a file, e.g. {path / REPORT}")
    make_directory(path.parent)
    pages = [path]
    if len(scenes) > 1:
        pages = [path.with_name(f"{path.stem}-{scene.directory_name}{path.suffix}") for scene in scenes]
    begins = (files("pbwm.compare.reports") / "templates" / TEMPLATE).read_text(encoding="utf-8").partition("{{")[0]
    for page in pages:
        if page.exists() and not page.read_text(encoding="utf-8", errors="replace").startswith(begins):
            raise ResultsError(f"{page}: exists and is not a report of pbwm; give another file (--out)")
    return pages


def write_report(
    scene: Scene, path: Path, said: Callable[[str], None] = lambda _: None, *, quick: bool = False
) -> Path:
    """Write the report of a scene (`report_page`) to a file, and return its path."""
    page = report_page(scene, said, quick)
    with written_whole(path) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return path
