"""The commands ``pbwm figure …`` and ``pbwm report``: figures and HTML pages of any run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pbwm.compare.cli.terminal import console
from pbwm.compare.errors import FigureError, Interrupted, PlanError
from pbwm.compare.experiment import Run, Scene, open_run
from pbwm.compare.figures.captions import check_captions, write_captions
from pbwm.compare.figures.gallery import GALLERY, drawn_or_why
from pbwm.compare.figures.saving import save_drawn
from pbwm.compare.figures.style import WIDTHS, Width, print_style
from pbwm.compare.files import directory_of, make_directory
from pbwm.compare.reports.html import report_files, write_report
from tasks.base.errors import nearest

__all__ = ["Conditions", "FigureWidth", "RunDirectory", "Tasks", "app", "draw_scenes", "report", "scenes_of"]

RunDirectory = Annotated[
    Path,
    typer.Argument(help="Directory written by `pbwm compare`, `pbwm study run`, or `pbwm reproduce`.", metavar="RUN"),
]
Conditions = Annotated[
    list[str] | None,
    typer.Option("--condition", help="Condition of a study; may be repeated.", metavar="NAME", show_default="all"),
]
Tasks = Annotated[
    list[str] | None,
    typer.Option("--task", help="Task of the run; may be repeated.", metavar="NAME", show_default="all"),
]
FigureWidth = Annotated[
    Width,
    typer.Option(
        "--width",
        help=f"Print width of figures: one column of a journal ({WIDTHS[Width.COLUMN]} in) or a page "
        f"({WIDTHS[Width.PAGE]} in).",
    ),
]

app = typer.Typer(help="Draw figures of a run as PNG, PDF, and CSV.")


@app.command("list")
def list_figures() -> None:
    """List the figures."""
    table = Table("figure", "shows")
    for name, entry in GALLERY.items():
        table.add_row(name, entry.summary)
    console().print(table)


@app.command("draw")
def draw_figures(
    run: RunDirectory,
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Names of figures (see `pbwm figure list`).", metavar="NAME", show_default="all"),
    ] = None,
    condition: Conditions = None,
    task: Tasks = None,
    width: FigureWidth = Width.PAGE,
    out: Annotated[
        str | None, typer.Option(help="Directory for the figures.", metavar="DIR", show_default="RUN/figures")
    ] = None,
) -> None:
    """Draw figures of a run, with tables and numbered captions.

    The captions are in captions.md. If a figure cannot be drawn, the command gives the reason and draws the others.
    """
    for name in names or ():
        if name not in GALLERY:
            raise nearest("figure", name, GALLERY)
    directory = directory_of(out, run / "figures")
    scenes, screen = scenes_of(open_run(run), condition, task), console()
    make_directory(directory)
    try:
        with print_style(width):
            drawn, missing = draw_scenes(scenes, names or list(GALLERY), directory, screen)
    except KeyboardInterrupt as error:
        raise Interrupted(f"Interrupted. Finished figures are in {directory}.", error) from None
    if names and missing and not drawn:
        raise FigureError(missing[0])
    screen.print(f"Figures, captions, and tables in {directory}", soft_wrap=True)


def scenes_of(run: Run, conditions: Sequence[str] | None, tasks: Sequence[str] | None) -> list[Scene]:
    """The named scenes with results. If the run has several conditions, some must be named.

    Damaged files are reported.
    """
    scenes = [scene for scene in run.scenes(conditions or (), tasks or ()) if scene.models]
    damaged = [damage for result in run.results for damage in result.damaged]
    for damage in damaged:
        typer.echo(f"Omitted: {damage}; repeat the run to replace it", err=True)
    if not scenes:
        found = "no results that can be used; run it again" if damaged else "no results yet; run it first"
        raise PlanError(f"{run.directory}: {found}")
    if not conditions and len({scene.condition for scene in scenes}) > 1:
        known = "; ".join(dict.fromkeys(scene.condition for scene in scenes))
        raise PlanError(f"{run.directory}: contains several conditions; select with --condition from: {known}")
    return scenes


def draw_scenes(
    scenes: Sequence[Scene], names: Sequence[str], directory: Path, screen: Console, *, quiet: bool = False
) -> tuple[int, list[str]]:
    """Draw figures of scenes; each of several scenes has its own directory.

    Return the number of figures, and the reasons for missing ones, which are printed unless `quiet`.
    """
    count, missing = 0, []
    places = [directory / scene.directory_name if len(scenes) > 1 else directory for scene in scenes]
    for place in places:
        check_captions(place)
    for scene, place in zip(scenes, places, strict=True):
        for number, name in enumerate(names, 1):
            with print_style():
                found = drawn_or_why(name, scene)
                if isinstance(found, str):
                    missing.append(found)
                    if not quiet:
                        screen.print(f"({number} of {len(names)}) not drawn: {found}", soft_wrap=True)
                    continue
                make_directory(place)
                for drawn in found:
                    save_drawn(place, drawn)
                    count += 1
                    if not quiet:
                        screen.print(f"({number} of {len(names)}) {drawn.name}: {drawn.caption}", soft_wrap=True)
        if place.is_dir():
            write_captions(place, GALLERY)
    return count, missing


def report(
    run: RunDirectory,
    condition: Conditions = None,
    task: Tasks = None,
    width: FigureWidth = Width.PAGE,
    out: Annotated[
        Path | None,
        typer.Option(
            help="File to write. If there are several pages, the name of each page is appended.",
            show_default="RUN/report.html",
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave out the figures that train networks for minutes.")
    ] = False,
) -> None:
    """Write an HTML page about a run: figures, tables, parameters. The page loads nothing from the internet.

    Each task and condition has its own page.
    """
    opened, screen = open_run(run), console()
    scenes = scenes_of(opened, condition, task)
    files = report_files(run, scenes, out)
    try:
        with print_style(width):
            for scene, path in zip(scenes, files, strict=True):
                write_report(scene, path, lambda said: screen.print(said, soft_wrap=True), quick=quick)
                screen.print(f"Report in {path}", soft_wrap=True)
    except KeyboardInterrupt as error:
        raise Interrupted("Interrupted. Finished pages are stored; the others were not written.", error) from None
