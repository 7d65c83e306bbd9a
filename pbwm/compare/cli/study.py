"""The commands ``pbwm study …``: run and resume a declared study, and show its progress and results."""

import os
from pathlib import Path
from typing import Annotated

import typer

from pbwm.compare.cli.figure import FigureWidth
from pbwm.compare.cli.running import (
    Mixed,
    Networks,
    On,
    Overwrite,
    Resume,
    Workers,
    current_results,
    existing,
    run,
    tabulated,
)
from pbwm.compare.cli.terminal import console
from pbwm.compare.errors import PlanError, ResultsError
from pbwm.compare.experiment import RowResult, Store, Study, Where, read_study, read_study_file, to_toml
from pbwm.compare.experiment.search import known_points, ranked
from pbwm.compare.experiment.toml import old_keys
from pbwm.compare.figures.saving import save_drawn
from pbwm.compare.figures.style import Width, print_style
from pbwm.compare.files import directory_of, make_directory
from pbwm.compare.published import PAPERS
from pbwm.compare.reports.study import drawn_study, search_table, status_table, studies_table, study_table
from pbwm.compare.studies import STUDIES
from tasks.base.errors import nearest

__all__ = ["app"]

app = typer.Typer(help="Run declared studies: many networks, models, tasks, and conditions, stored block by block.")

Name = Annotated[str, typer.Argument(help="Name of a study (see `pbwm study list`), or a TOML file.", metavar="STUDY")]
Kept = Annotated[
    str, typer.Argument(help="Name of a study, a TOML file, or the directory of a run.", metavar="STUDY|DIR")
]
Out = Annotated[
    str | None, typer.Option(help="Directory of the study.", metavar="DIR", show_default="results/study-NAME")
]
Scheduler = Annotated[
    str | None,
    typer.Option(help="Address of a Dask scheduler, or its scheduler file.", show_default="a cluster on this machine"),
]
Part = Annotated[str | None, typer.Option(help="Run only this share of the blocks, e.g. 3/8.", metavar="I/N")]

DECLARED = {**STUDIES, **{part.study.name: part.study for paper in PAPERS.values() for part in paper.parts.values()}}
"""Name → study: ours, and those of papers."""


def _declared(name: str, networks: int | None = None) -> Study:
    if name in DECLARED:
        study = DECLARED[name]
    elif name.endswith(".toml") or os.sep in name or Path(name).is_file():
        study = read_study_file(Path(name))
        for note in old_keys(Path(name).read_text(encoding="utf-8-sig")):
            typer.echo(f"Note: {name}: {note}.", err=True)
    else:
        raise nearest("study", name, DECLARED)
    return study.with_networks(networks)


def _place(study: Study, out: str | None) -> Path:
    return directory_of(out, Path("results") / f"study-{study.name}")


def _kept(name: str, out: str | None, networks: int | None) -> tuple[Study, Path]:
    if out is None and Path(name).is_dir():
        return Store(Path(name)).declared().with_networks(networks), Path(name)
    if os.sep in name and not name.endswith(".toml") and not Path(name).exists():
        remedy = "give the directory of a run, the name of a study (`pbwm study list`), or a TOML file"
        raise PlanError(f"{name}: there is no such directory; {remedy}")
    study = _declared(name, networks)
    return study, _place(study, out)


def _show(study: Study, whole: Study, results: list[RowResult]) -> None:
    if study.search is not None:
        console().print(search_table(study, ranked(whole, results)))
    else:
        console().print(study_table(whole, results))


@app.command("list")
def list_studies() -> None:
    """List the studies."""
    screen = console()
    screen.print(studies_table(STUDIES))
    screen.print(f"Reproductions of papers: {', '.join(name for name in DECLARED if name not in STUDIES)}")


@app.command()
def show(name: Name) -> None:
    """Print a study as TOML, as a template for your own."""
    typer.echo(to_toml(_declared(name)), nl=False)


@app.command("run")
def run_declared(
    name: Name,
    out: Out = None,
    networks: Networks = None,
    workers: Workers = None,
    on: On = Where.PROCESSES,
    scheduler: Scheduler = None,
    shard: Part = None,
    mixed: Mixed = False,
    resume: Resume = False,
    overwrite: Overwrite = False,
) -> None:
    """Run the missing parts of a study, and show the table.

    Results are stored as each block of networks finishes.
    """
    study = _declared(name, networks)
    directory, how = _place(study, out), existing(resume, overwrite)
    run(study, directory, workers=workers, on=on, existing=how, scheduler=scheduler, shard=shard, mixed=mixed)
    _show(study, *tabulated(study, directory))


@app.command()
def resume(
    name: Kept,
    networks: Networks = None,
    workers: Workers = None,
    on: On = Where.PROCESSES,
    scheduler: Scheduler = None,
    shard: Part = None,
    mixed: Mixed = False,
    resume: Resume = False,
    overwrite: Overwrite = False,
) -> None:
    """Resume a run with the study that its directory declares."""
    directory = Path(name) if Path(name).is_dir() else _place(_declared(name), None)
    study, how = Store(directory).declared().with_networks(networks), existing(resume, overwrite)
    run(study, directory, workers=workers, on=on, existing=how, scheduler=scheduler, shard=shard, mixed=mixed)
    _show(study, *tabulated(study, directory))


@app.command()
def status(name: Kept, out: Out = None, networks: Networks = None) -> None:
    """Show finished, running, missing, and damaged parts of a run."""
    study, directory = _kept(name, out, networks)
    store = Store(directory)
    console().print(status_table(known_points(study, store), store))


@app.command()
def table(name: Kept, out: Out = None, networks: Networks = None) -> None:
    """Show the current results of a run.

    The command also writes the tables into the directory of the run, if it is writable and declares this study with
    this number of networks.
    """
    study, directory = _kept(name, out, networks)
    store = Store(directory)
    store.check_ours()
    try:
        whole, results = tabulated(study, directory)
    except ResultsError as error:
        whole, results = current_results(study, store)
        typer.echo(f"Tables are not written: {error}", err=True)
    _show(study, whole, results)


@app.command()
def plot(
    name: Kept,
    out: Out = None,
    networks: Networks = None,
    width: FigureWidth = Width.PAGE,
    figures: Annotated[
        str | None, typer.Option(help="Directory for the figures.", metavar="DIR", show_default="that of the study")
    ] = None,
) -> None:
    """Draw the survival curves of a run.

    They show the proportion of networks that have not yet reached the criterion, by epoch.
    """
    study, directory = _kept(name, out, networks)
    place = directory_of(figures, directory, "--figures")
    store = Store(directory)
    whole = known_points(study, store)
    with print_style(width):
        drawn = drawn_study(whole, read_study(whole, store))
        if not drawn:
            raise PlanError(f"{directory}: no results yet; run the study first")
        place = make_directory(place, "give a directory for the figures by --figures")
        for figure in drawn:
            typer.echo(str(save_drawn(place, figure)))
