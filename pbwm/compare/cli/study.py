"""The commands ``pbwm study …``: run a declared study, go on with it, and show how far it is and what it came to."""

import os
from pathlib import Path
from typing import Annotated

import typer

from pbwm.compare.cli.terminal import console
from pbwm.compare.errors import PlanError
from pbwm.compare.experiment import (
    Shard,
    Store,
    Study,
    Where,
    executor,
    read_study,
    read_study_file,
    run_study,
    to_toml,
)
from pbwm.compare.experiment.monitor import study_monitor_for
from pbwm.compare.experiment.results import write_network_tables
from pbwm.compare.experiment.search import known_points, ranked
from pbwm.compare.figures.drawn import save_drawn
from pbwm.compare.figures.style import print_style
from pbwm.compare.files import make_directory, write_csv
from pbwm.compare.reports.study import (
    HEADINGS,
    drawn_study,
    search_table,
    status_table,
    studies_table,
    study_rows,
    study_table,
)
from pbwm.compare.studies import STUDIES
from tasks.base.errors import nearest

__all__ = ["app"]

app = typer.Typer(help="Declared studies: many networks of many conditions, kept as they are done.")

Name = Annotated[
    str, typer.Argument(help="A study (`pbwm study list` lists them), or a TOML file of one.", metavar="STUDY")
]
Kept = Annotated[str, typer.Argument(help="The same, or the directory of a study that was run.", metavar="STUDY|DIR")]
Out = Annotated[
    str | None, typer.Option(help="Directory of the study.", metavar="DIR", show_default="results/study-NAME")
]
Replicas = Annotated[int | None, typer.Option(help="Networks of each row.", show_default="the study's")]
Workers = Annotated[
    int | None,
    typer.Option(help="Cells at the same time; results do not depend on it.", show_default="one per core", min=1),
]
On = Annotated[Where, typer.Option(help="Where cells run; results do not depend on it.")]
Scheduler = Annotated[
    str | None,
    typer.Option(
        help="Of Dask: address of a scheduler, or its scheduler file.", show_default="a cluster of this machine"
    ),
]
Part = Annotated[str | None, typer.Option(help="Run this share of the cells alone, e.g. 3/8.", metavar="I/N")]
Mixed = Annotated[bool, typer.Option("--mixed", help="Keep cells that other versions of the code have made.")]

TABLE = "table.csv"
"""The table of a study, in its directory."""


def _declared(name: str, replicas: int | None) -> Study:
    if name in STUDIES:
        study = STUDIES[name]
    elif name.endswith(".toml") or os.sep in name:
        study = read_study_file(Path(name))
    else:
        raise nearest("study", name, STUDIES)
    return study if replicas is None else study.with_replicas(replicas)


def _place(study: Study, out: str | None) -> Path:
    if out is not None and not out.strip():
        raise PlanError(f"--out = {out!r} names no directory; give one, or leave it out for results/study-{study.name}")
    return Path(out) if out else Path("results") / f"study-{study.name}"


def _kept(name: str, out: str | None, replicas: int | None) -> tuple[Study, Path]:
    """A study and its directory, by its name, its file, or the directory alone."""
    if out is None and Path(name).is_dir():
        study = Store(Path(name)).declared()
        return study if replicas is None else study.with_replicas(replicas), Path(name)
    study = _declared(name, replicas)
    return study, _place(study, out)


def _run(
    study: Study, directory: Path, workers: int | None, on: Where, scheduler: str | None, shard: str | None, mixed: bool
) -> None:
    share = None if shard is None else Shard.parsed(shard)
    if scheduler is not None and on is not Where.DASK:
        raise PlanError(f"--scheduler {scheduler!r} is of Dask; give --on dask with it")
    cores = workers or os.cpu_count() or 1
    with study_monitor_for(console()) as monitor, executor(on, cores, scheduler) as pool:
        run_study(study, directory, pool, shard=share, mixed=mixed, monitor=monitor)
    _show(study, directory)


def _show(study: Study, directory: Path) -> None:
    store = Store(directory)
    whole = known_points(study, store)
    results = read_study(whole, store)
    make_directory(directory)
    write_csv(directory / TABLE, HEADINGS, study_rows(whole, results))
    write_network_tables(whole, store, results)
    screen = console()
    if study.search is not None:
        screen.print(search_table(study, ranked(whole, results)))
    else:
        screen.print(study_table(whole, results))


@app.command("list")
def list_studies() -> None:
    """List the studies."""
    console().print(studies_table(STUDIES))


@app.command()
def show(name: Name) -> None:
    """Print a study as TOML: a pattern for a file of your own."""
    typer.echo(to_toml(_declared(name, None)), nl=False)


@app.command()
def run(
    name: Name,
    out: Out = None,
    replicas: Replicas = None,
    workers: Workers = None,
    on: On = Where.PROCESSES,
    scheduler: Scheduler = None,
    shard: Part = None,
    mixed: Mixed = False,
) -> None:
    """Run what is missing of a study, keep each cell as it is done, and show the table."""
    study = _declared(name, replicas)
    _run(study, _place(study, out), workers, on, scheduler, shard, mixed)


@app.command()
def resume(
    name: Kept,
    replicas: Replicas = None,
    workers: Workers = None,
    on: On = Where.PROCESSES,
    scheduler: Scheduler = None,
    shard: Part = None,
    mixed: Mixed = False,
) -> None:
    """Go on with a study where it was stopped, as its directory declares it."""
    directory = Path(name) if Path(name).is_dir() else _place(_declared(name, None), None)
    study = Store(directory).declared()
    if replicas is not None:
        study = study.with_replicas(replicas)
    _run(study, directory, workers, on, scheduler, shard, mixed)


@app.command()
def status(name: Kept, out: Out = None, replicas: Replicas = None) -> None:
    """Show how far a study is: what is done, what runs, what is missing, and what is damaged."""
    study, directory = _kept(name, out, replicas)
    store = Store(directory)
    console().print(status_table(known_points(study, store), store))


@app.command()
def table(name: Kept, out: Out = None, replicas: Replicas = None) -> None:
    """Show what a study has come to so far."""
    _show(*_kept(name, out, replicas))


@app.command()
def plot(name: Kept, out: Out = None, replicas: Replicas = None) -> None:
    """Draw the survival curves of a study into its directory: networks that have not learned, over epochs."""
    study, directory = _kept(name, out, replicas)
    store = Store(directory)
    whole = known_points(study, store)
    figures = drawn_study(whole, read_study(whole, store))
    if not figures:
        raise PlanError(f"{directory}: nothing has been run yet; run the study first")
    with print_style():
        for figure in figures:
            save_drawn(directory, figure)
            typer.echo(str(directory / f"{figure.name}.png"))
