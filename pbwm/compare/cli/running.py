"""Options and code shared by commands that run networks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pbwm.compare.cli.terminal import console
from pbwm.compare.errors import Interrupted, PlanError, RunFailedError
from pbwm.compare.experiment import Existing, Shard, Store, Study, Where, executor, read_study, run_study
from pbwm.compare.experiment.claims import STORE
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
    "current_results",
    "existing",
    "interruptible",
    "run",
    "tabulated",
]

Networks = Annotated[
    int | None,
    typer.Option(
        "--networks",
        help="Number of networks for each task, model, and condition.",
        metavar="N",
        show_default="as declared",
        min=1,
        max=MOST_NETWORKS,
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        "--threads",
        help="Number of blocks of networks that run at the same time. Does not affect results.",
        show_default="one per core",
        min=1,
    ),
]
On = Annotated[Where, typer.Option(help="Where networks run. Does not affect results.")]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume",
        help="If the directory contains results of other settings, keep matching results and move the others to "
        "DIR/set-aside. Without --resume or --overwrite, such a directory is rejected. A run with the same settings, "
        "or with more networks, models, tasks, or epochs, resumes without this option.",
    ),
]
Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite",
        help="If the directory contains results of other settings, move all of them to DIR/set-aside and start over.",
    ),
]
Mixed = Annotated[bool, typer.Option("--mixed", help="Keep results that other versions of the code produced.")]

TABLE = "table.csv"


def existing(resume: bool, overwrite: bool) -> Existing:
    """The policy that `--resume` and `--overwrite` select."""
    if resume and overwrite:
        raise PlanError("--resume and --overwrite are mutually exclusive; give one")
    return Existing.OVERWRITE if overwrite else Existing.RESUME if resume else Existing.REFUSE


@contextmanager
def interruptible(study: Study, directory: Path) -> Iterator[None]:
    """On Ctrl-C or SIGTERM, say what is stored and how to resume."""
    try:
        yield
    except KeyboardInterrupt as error:
        store = Store(directory)
        results = read_study(known_points(study, store), store)
        done, wanted = sum(len(r.networks) for r in results), study.networks * len(results)
        kept = f"{done} of {wanted} networks are finished and stored in {directory}"
        raise Interrupted(f"Interrupted. {kept}. Run the same command again to resume.", error) from None


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
    """Run what is missing of a study, and show progress on the terminal.

    If some networks cannot go on, the tables of the others are written first.
    """
    if scheduler is not None and on is not Where.DASK:
        raise PlanError(f"--scheduler {scheduler!r} requires Dask; add --on dask")
    share, cores = None if shard is None else Shard.parsed(shard), workers or os.cpu_count() or 1
    with interruptible(study, directory):
        try:
            with monitor_for(console()) as monitor, executor(on, cores, scheduler) as pool:
                run_study(study, directory, pool, shard=share, mixed=mixed, existing=existing, monitor=monitor)
        except RunFailedError:
            tabulated(study, directory)
            raise


def current_results(study: Study, store: Store) -> tuple[Study, list[RowResult]]:
    """The results of a run; of a search, with its points."""
    whole = known_points(study, store)
    return whole, read_study(whole, store)


def tabulated(study: Study, directory: Path) -> tuple[Study, list[RowResult]]:
    """Write the tables of a run into its directory, and give its results.

    Nothing is written without results, or if the directory declares another study.

    Raises
    ------
    ResultsError
        If the tables cannot be written.
    """
    store = Store(directory)
    if not store.declares(study):
        return current_results(study, store)
    with store.claims.waited_for(STORE):  # results that are read later are written later
        whole, results = current_results(study, store)
        if store.declares(study) and any(len(result.networks) for result in results):
            store.replace(directory / TABLE, csv_text(HEADINGS, study_rows(whole, results)).encode())
            write_network_tables(whole, store, results)
    return whole, results
