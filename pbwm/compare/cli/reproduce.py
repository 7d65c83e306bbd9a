"""The commands ``pbwm reproduce …``: published comparisons, run again, with the paper's numbers beside ours."""

import os
from pathlib import Path
from typing import Annotated

import typer

from pbwm.compare.cli.experiments import gers2000, hochreiter1997
from pbwm.compare.cli.study import On, Workers
from pbwm.compare.cli.terminal import console
from pbwm.compare.experiment import Store, Where, executor, read_study, run_study
from pbwm.compare.experiment.monitor import study_monitor_for
from pbwm.compare.files import make_directory
from pbwm.compare.published.comparison import write_report
from pbwm.compare.published.oreilly2006 import OREILLY_2006
from tasks.base.errors import nearest

__all__ = ["app"]

app = typer.Typer(help="Published comparisons, run again: the paper's numbers beside ours.")

PAPER = "O'Reilly & Frank (2006), Making working memory work"


@app.callback()
def reproduce() -> None:
    """Published comparisons, run again: the paper's numbers beside ours."""


Parts = Annotated[
    list[str] | None,
    typer.Argument(
        help=f"Some of {', '.join(OREILLY_2006)}.", metavar="[PART]...", show_default="all figures and tables"
    ),
]
Out = Annotated[str, typer.Option(help="Directory for stores, figures and report.", metavar="DIR")]
Replicas = Annotated[int | None, typer.Option(help="Networks of each row.", show_default="20, as the paper")]


@app.command()
def oreilly2006(
    part: Parts = None,
    out: Out = "results/oreilly2006",
    replicas: Replicas = None,
    workers: Workers = None,
    on: On = Where.PROCESSES,
) -> None:
    """O'Reilly & Frank (2006): PBWM, LSTM and networks without gates on 1-2-AX, SIR-2 and the phonological loop.

    Runs what is missing, and writes report.md with what is there. Ablations take hours, and run only where they are
    named.
    """
    for name in part or ():
        if name not in OREILLY_2006:
            raise nearest("part", name, OREILLY_2006)
    directory = make_directory(Path(out))
    results = {}
    screen = console()
    for name, found in OREILLY_2006.items():
        study = found.study if replicas is None else found.study.with_replicas(replicas)
        if name in part if part else not found.on_request:
            with study_monitor_for(screen) as monitor, executor(on, workers or os.cpu_count() or 1) as pool:
                run_study(study, directory / name, pool, monitor=monitor)
        rows = read_study(study, Store(directory / name))
        if not found.on_request or any(row.times.networks for row in rows):
            results[name] = rows
    path = write_report(directory, PAPER, "pbwm reproduce oreilly2006", OREILLY_2006, results)
    screen.print(f"Report in {path}", highlight=False, soft_wrap=True)


app.command()(hochreiter1997)
app.command()(gers2000)
