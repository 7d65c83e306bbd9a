"""The commands ``pbwm study …``: list the declared studies, run one, and show what it came to."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pbwm.compare.files import make_directory, write_csv
from pbwm.compare.progress import monitor_for
from pbwm.compare.report import STUDY_HEADINGS, studies_table, study_rows, study_table
from pbwm.compare.studies import STUDIES
from pbwm.compare.study import Study, read_study, run_study
from tasks.base.errors import nearest

__all__ = ["app"]

app = typer.Typer(help="Declared studies: many networks of many conditions, kept as they are done.")

Name = Annotated[str, typer.Argument(help="The study (`pbwm study list` lists them).", metavar="STUDY")]
Out = Annotated[
    str | None, typer.Option(help="Directory of the study.", metavar="DIR", show_default="results/study-NAME")
]
Replicas = Annotated[int | None, typer.Option(help="Networks of each condition.", show_default="the study's")]

TABLE = "table.csv"
"""The table of a study, in its directory."""


def _found(name: str, out: str | None) -> tuple[Study, Path]:
    if name not in STUDIES:
        raise nearest("study", name, STUDIES)
    return STUDIES[name], Path(out) if out else Path("results") / f"study-{name}"


def _show(study: Study, directory: Path, replicas: int | None) -> None:
    results = list(read_study(study, directory, replicas))
    write_csv(make_directory(directory) / TABLE, STUDY_HEADINGS, study_rows(results))
    Console().print(study_table(study, results))


@app.command("list")
def list_studies() -> None:
    """List the studies."""
    Console().print(studies_table(STUDIES))


@app.command()
def run(
    name: Name,
    out: Out = None,
    replicas: Replicas = None,
    threads: Annotated[
        int | None, typer.Option(help="Blocks at the same time; results do not depend on it.", show_default="all cores")
    ] = None,
) -> None:
    """Run what is missing of a study, keep each block of networks as it is done, and show the table."""
    study, directory = _found(name, out)
    with monitor_for(Console()) as monitor:
        run_study(study, directory, replicas=replicas, threads=threads or os.cpu_count() or 1, monitor=monitor)
    _show(study, directory, replicas)


@app.command()
def table(name: Name, out: Out = None, replicas: Replicas = None) -> None:
    """Show what a study has come to so far."""
    study, directory = _found(name, out)
    _show(study, directory, replicas)
