"""The report of a comparison: one HTML page that holds its figures, tables and parameters, and needs no network."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from shlex import join
from statistics import median
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from pbwm.compare.errors import FigureError
from pbwm.compare.figures.drawn import Drawn
from pbwm.compare.figures.gallery import GALLERY, draw
from pbwm.compare.figures.style import print_style
from pbwm.compare.files import json_text, written_whole
from pbwm.compare.finished import FinishedRun

__all__ = ["REPORT", "report_page", "write_report"]

REPORT = "report.html"
"""Name of the page in the directory of the comparison."""

OVERVIEW = {
    "learning-curves": "Error over epochs: every network thin, the median thick",
    "learning-curves-rewarded": "The same at the steps that the task rewards",
    "epochs-to-criterion": "Epochs to criterion: every network a point, a bar at the median of all",
}
"""Figures of the comparison itself, by the name of their file, and their captions."""

SECTIONS = (
    ("outcome", "Outcome"),
    ("figures", "Figures"),
    ("networks", "Networks"),
    ("parameters", "Parameters"),
    ("again", "To run it again"),
)


DPI = 200
"""Dots per inch of the figures, by which a page shows them in the size that they are made for."""


def _figure(name: str, caption: str, png: bytes) -> dict[str, Any]:
    """A figure for the page; its width in dots stands in bytes 16 to 19 of a PNG (ISO/IEC 15948)."""
    inches = int.from_bytes(png[16:20], "big") / DPI
    return {"name": name, "caption": caption, "png": b64encode(png).decode("ascii"), "inches": f"{inches:.2f}"}


def _of_gallery(drawn: Drawn) -> dict[str, Any]:
    buffer = BytesIO()
    drawn.figure.savefig(buffer, format="png", dpi=DPI)
    return _figure(drawn.name, drawn.caption, buffer.getvalue())


def _on_disk(run: FinishedRun) -> Iterator[dict[str, Any]]:
    """The figures that the comparison wrote: curves, and a raster of each model."""
    captions = OVERVIEW | {f"raster-{model}": f"{model}: a trained network, step by step" for model in run.models}
    for name, caption in captions.items():
        path = run.directory / f"{name}.png"
        if path.exists():
            yield _figure(name, caption, path.read_bytes())


def _model(name: str, found: Mapping[str, Any]) -> dict[str, Any]:
    times = {when: found[when]["text"] for when in ("first", "median", "last")}
    error = median(found["final_error"])
    parameters = json_text(found["parameters"])
    return {
        "name": name,
        "n": found["n"],
        "reached": found["reached"],
        "final_error": error,
        "parameters": parameters,
    } | times


def _networks(learners: Mapping[str, Any]) -> list[list[Any]]:
    """A row for each network: of each model, epochs to criterion and final error."""
    most = max(found["n"] for found in learners.values())
    rows: list[list[Any]] = [[network] for network in range(most)]
    for found in learners.values():
        for network, row in enumerate(rows):
            if network >= found["n"]:
                row += ["", ""]
                continue
            at = found["epochs_to_criterion"][network]
            row += ["not reached" if at is None else at, f"{found['final_error'][network]:.3f}"]
    return rows


def _command(summary: Mapping[str, Any]) -> str:
    """The command that makes the comparison again."""
    learners = summary["learners"]
    options = {
        "--learners": ",".join(learners),
        "--replicas": max(found["n"] for found in learners.values()),
        "--epochs": summary["budget"]["epochs"],
        "--seed": summary["seed"],
    }
    return join(["pbwm", "compare", summary["task"]["name"], *(str(part) for pair in options.items() for part in pair)])


def report_page(run: FinishedRun) -> str:
    """The report as HTML.

    Figures of the gallery that no model of the comparison has are named, and why.

    Raises
    ------
    ResultsError
        If the directory holds no comparison, or its networks were not kept.
    """
    summary, figures, missing = run.summary, list(_on_disk(run)), []
    with print_style():
        for name in GALLERY:
            try:
                figures += [_of_gallery(drawn) for drawn in draw(name, run)]
            except FigureError as error:
                missing.append((name, str(error)))
    learners = summary["learners"]
    task = dict(summary["task"], parameters=json_text(summary["task"]["parameters"]))
    environment = Environment(loader=PackageLoader("pbwm.compare.reports"), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("report.html").render(
        title=f"{' and '.join(learners)} on {summary['task']['name']}",
        task=task,
        criterion=summary["criterion"]["text"],
        budget=summary["budget"],
        seed=summary["seed"],
        sections=SECTIONS,
        models=[_model(name, found) for name, found in learners.items()],
        figures=figures,
        missing=missing,
        networks=_networks(learners),
        command=_command(summary),
        versions=list(summary["versions"].items()),
    )


def write_report(directory: Path, out: Path | None = None) -> Path:
    """Write the report of the comparison in a directory, there or to `out`, and give its path."""
    path = out or directory / REPORT
    page = report_page(FinishedRun(directory))
    with written_whole(path) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return path
