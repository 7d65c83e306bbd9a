"""What commands share that run networks: options, how they run a study, and what they say when interrupted."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pbwm.compare.cli.terminal import console
from pbwm.compare.errors import Interrupted, PlanError, RunFailedError
from pbwm.compare.experiment import Existing, Shard, Store, Study, Where, executor, read_study, run_study
from pbwm.compare.experiment.monitor import monitor_for
from pbwm.compare.experiment.results import RowResult, write_network_tables
from pbwm.compare.experiment.search import known_points
from pbwm.compare.files import csv_text
from pbwm.compare.reports.study import HEADINGS, study_rows
from tasks.base.addresses import MOST_NETWORKS

__all__ = [
    "Mixed",
    "Networks",
    "On",
    "Overwrite",
    "Resume",
    "Workers",
    "existing",
    "interruptible",
    "run",
    "tabulated",
]

Networks = Annotated[
    int | None,
    typer.Option("--networks", help="Number of networks of each row.", metavar="N", min=1, max=MOST_NETWORKS),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        "--threads",
        help="Cells at the same time; results do not depend on it.",
        show_default="one per core",
        min=1,
    ),
]
On = Annotated[Where, typer.Option(help="Where cells run; results do not depend on it.")]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume",
        help="Where the directory holds results of other settings, keep those that fit and go on; the others are moved "
        "to DIR/set-aside. Without it, and without --overwrite, such a directory is refused. A run of the same "
        "settings, or of more networks, models, tasks or epochs, goes on without being asked.",
    ),
]
Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite",
        help="Where the directory holds results of other settings, move them to DIR/set-aside and begin again.",
    ),
]
Mixed = Annotated[bool, typer.Option("--mixed", help="Keep cells that other versions of the code have made.")]

TABLE = "table.csv"
"""The table of a run, in its directory."""


def existing(resume: bool, overwrite: bool) -> Existing:
    """What `--resume` and `--overwrite` say."""
    if resume and overwrite:
        raise PlanError("--resume and --overwrite exclude each other; give one")
    return Existing.OVERWRITE if overwrite else Existing.RESUME if resume else Existing.REFUSE


@contextmanager
def interruptible(study: Study, directory: Path) -> Iterator[None]:
    """If the user interrupts, or the system asks the program to end, say what is kept and how to go on."""
    try:
        yield
    except KeyboardInterrupt as error:
        store = Store(directory)
        results = read_study(known_points(study, store), store)
        done, wanted = sum(len(r.networks) for r in results), study.networks * len(results)
        kept = f"{done} of {wanted} networks are done and kept in {directory}"
        raise Interrupted(f"Interrupted. {kept}. The same command again goes on from there.", error) from None


def run(
    study: Study,
    directory: Path,
    *,
    workers: int | None,
    on: Where,
    existing: Existing = Existing.REFUSE,
    scheduler: str | None = None,
    shard: str | None = None,
    mixed: bool = False,
) -> None:
    """Run what is missing of a study, with its progress on the terminal.

    If some networks cannot go on, the tables are written of the others before the error is passed on.
    """
    if scheduler is not None and on is not Where.DASK:
        raise PlanError(f"--scheduler {scheduler!r} is of Dask; give --on dask with it")
    share, cores = None if shard is None else Shard.parsed(shard), workers or os.cpu_count() or 1
    with interruptible(study, directory):
        try:
            with monitor_for(console()) as monitor, executor(on, cores, scheduler) as pool:
                run_study(study, directory, pool, shard=share, mixed=mixed, existing=existing, monitor=monitor)
        except RunFailedError:
            tabulated(study, directory)
            raise


def tabulated(study: Study, directory: Path) -> tuple[Study, list[RowResult]]:
    """Write the tables of a run into its directory, and give its results; of a search, with its points."""
    store = Store(directory)
    whole = known_points(study, store)
    results = read_study(whole, store)
    if any(len(result.networks) for result in results):
        text = csv_text(HEADINGS, study_rows(whole, results))
        with store.claims.waited_for("store"):
            store.replace(directory / TABLE, text.encode())
        write_network_tables(whole, store, results)
    return whole, results
