"""The commands ``pbwm figure …`` and ``pbwm report``: figures and a page of a comparison that is done."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from pbwm.compare.cli.terminal import console
from pbwm.compare.figures.drawn import save_drawn
from pbwm.compare.figures.gallery import GALLERY, draw
from pbwm.compare.figures.style import print_style
from pbwm.compare.files import make_directory
from pbwm.compare.finished import FinishedRun
from pbwm.compare.reports.html import write_report

__all__ = ["app", "report"]

Run = Annotated[Path, typer.Argument(help="Directory that `pbwm compare` has written.", metavar="RUN")]

app = typer.Typer(help="Figures of a comparison that is done: PNG, PDF and CSV.")


@app.command("list")
def list_figures() -> None:
    """List the figures."""
    table = Table("figure", "shows")
    for name, entry in GALLERY.items():
        table.add_row(name, entry.summary)
    console().print(table)


@app.command("draw")
def draw_figures(
    run: Run,
    names: Annotated[
        list[str] | None, typer.Argument(help="Figures (`pbwm figure list`); all of them if none is named.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Directory for the figures.", show_default="RUN/figures")] = None,
) -> None:
    """Draw figures of a comparison."""
    directory, screen, finished = make_directory(out or run / "figures"), console(), FinishedRun(run)
    for name in names or GALLERY:
        with print_style():
            for drawn in draw(name, finished):
                save_drawn(directory, drawn)
                screen.print(f"{drawn.name}: {drawn.caption}", highlight=False, soft_wrap=True)
    screen.print(f"Figures and tables in {directory}", highlight=False, soft_wrap=True)


def report(
    run: Run,
    out: Annotated[Path | None, typer.Option(help="File to write.", show_default="RUN/report.html")] = None,
) -> None:
    """Put a comparison on one HTML page: figures, tables, parameters. It needs no network."""
    path = write_report(run, out)
    console().print(f"Report in {path}", highlight=False, soft_wrap=True)
