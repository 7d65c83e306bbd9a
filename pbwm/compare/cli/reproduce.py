"""The commands ``pbwm reproduce …``: rerun published experiments."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from pbwm.compare.cli.figure import FigureWidth
from pbwm.compare.cli.running import (
    Mixed,
    Networks,
    On,
    Overwrite,
    Resume,
    Workers,
    existing,
    run,
    tabulated,
)
from pbwm.compare.cli.terminal import console
from pbwm.compare.experiment import Store, Where, read_study
from pbwm.compare.figures.style import Width, print_style
from pbwm.compare.files import directory_of, make_directory
from pbwm.compare.published import PAPERS
from pbwm.compare.published.paper import Paper
from pbwm.compare.published.report import check_directory, published_table, write_report
from tasks.base.addresses import LARGEST_SEED

__all__ = ["app"]

app = typer.Typer(help="Rerun published experiments and report the results next to the paper's numbers.")


@app.callback()
def reproduce() -> None:
    """Rerun published experiments and report the results next to the paper's numbers."""


Parts = Annotated[
    list[str] | None,
    typer.Argument(
        help="Parts of the paper (listed below), or their numbers, e.g. 2a.",
        metavar="PART",
        show_default="all except the long ones",
    ),
]
Seed = Annotated[
    int | None, typer.Option(help="Root seed of all random numbers.", show_default="0", min=0, max=LARGEST_SEED)
]
Out = Annotated[
    str | None,
    typer.Option(help="Directory for results, figures, and the report.", metavar="DIR", show_default="results/PAPER"),
]
Show = Annotated[bool, typer.Option("--show", help="Report existing results without running anything.")]


class _Reproduction(TyperCommand):
    """The command of a paper, whose help ends with the parts of the paper."""

    def format_epilog(self, _ctx: Any, formatter: Any) -> None:
        parts = PAPERS[str(self.name)].parts
        for heading, on_request in (("Parts", False), ("Parts that run only if they are named", True)):
            listed = [(name, part.title) for name, part in parts.items() if part.on_request == on_request]
            if listed:
                with formatter.section(heading):
                    formatter.write_dl(listed)


def _command(paper: Paper) -> None:

    def command(
        part: Parts = None,
        networks: Networks = None,
        seed: Seed = None,
        out: Out = None,
        workers: Workers = None,
        on: On = Where.PROCESSES,
        show: Show = False,
        width: FigureWidth = Width.PAGE,
        mixed: Mixed = False,
        resume: Resume = False,
        overwrite: Overwrite = False,
    ) -> None:
        paper_now = PAPERS[paper.name].changed(networks=networks, seed=seed)
        directory, screen = directory_of(out, Path("results") / paper.name), console()
        chosen = paper_now.chosen(part or [])
        check_directory(directory, paper_now)
        for name, found in chosen.items() if not show else ():
            how = existing(resume, overwrite)
            run(found.study, directory / name, workers=workers, on=on, existing=how, mixed=mixed)
            tabulated(found.study, directory / name)
        results = {}
        for name, found in paper_now.parts.items():
            rows = read_study(found.study, Store(directory / name))
            if name in chosen or not found.on_request or any(row.times.networks for row in rows):
                results[name] = rows
        with print_style(width):
            path = write_report(make_directory(directory), paper_now, results)
        if any(row.times.networks or row.damaged for rows in results.values() for row in rows):
            screen.print(published_table(paper_now, results))
        else:
            screen.print(f"{directory}: has no networks of these parts; run them without --show", soft_wrap=True)
        screen.print(f"Report in {path}", soft_wrap=True)

    command.__doc__ = f"""{paper.title}: {paper.summary}

    The command runs missing parts and writes report.md. Each part has its own run directory, which `pbwm report` and
    `pbwm figure` can read.
    """
    app.command(paper.name, cls=_Reproduction, short_help=paper.title[: paper.title.index(")") + 1])(command)


for _paper in PAPERS.values():
    _command(_paper)
