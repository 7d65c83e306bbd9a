"""The command ``pbwm compare``: train models on the same trials, and put them side by side."""

from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from pbwm.compare.cli.terminal import console
from pbwm.compare.errors import PlanError
from pbwm.compare.files import make_directory
from pbwm.compare.models import DEFAULT_MODELS
from pbwm.compare.plan import Plan
from pbwm.compare.progress import monitor_for
from pbwm.compare.reports.terminal import results_table
from pbwm.compare.results import completed_comparisons
from pbwm.compare.run import completed_jobs
from pbwm.compare.store import write_results

__all__ = ["compare"]


def compare(
    task: Annotated[list[str], typer.Argument(help="One or several tasks (`pbwm tasks` lists them).", metavar="TASK")],
    learners: Annotated[str, typer.Option(help="Models, separated by commas (`pbwm models` lists them).")] = ",".join(
        DEFAULT_MODELS
    ),
    replicas: Annotated[int, typer.Option(help="Networks of each model on each task.")] = 16,
    epochs: Annotated[
        int | None, typer.Option(help="The most epochs a network gets.", show_default="chosen for the task")
    ] = None,
    seed: Annotated[int, typer.Option(help="Root of all random streams.")] = 0,
    out: Annotated[
        str | None, typer.Option(help="Directory for the results.", metavar="DIR", show_default="results/TASK")
    ] = None,
    threads: Annotated[
        int | None, typer.Option(help="Jobs at the same time; results do not depend on it.", show_default="all cores")
    ] = None,
    networks: Annotated[bool, typer.Option(help="Write the trained networks, too.")] = True,
) -> None:
    """Train models on the same trials until they reach the criterion, and put them side by side."""
    if out is not None and not out.strip():
        raise PlanError(f"--out = {out!r} names no directory; give one, or leave it out for results/{'+'.join(task)}")
    plan = Plan(
        tasks=tuple(task),
        models=tuple(name.strip() for name in learners.split(",") if name.strip()),
        replicas=replicas,
        epochs=epochs,
        seed=seed,
        threads=threads,
    )
    _compare(plan, make_directory(Path(out) if out else Path("results") / "+".join(task)), networks)


def _compare(plan: Plan, directory: Path, networks: bool) -> None:
    screen = console()
    began = perf_counter()
    jobs = plan.jobs()
    found = {}
    monitor = monitor_for(screen)
    monitor.expect(jobs)
    # Closing the results stops the jobs that still run, whatever goes wrong in between.
    with monitor, closing(completed_jobs(jobs, threads=plan.workers, monitor=monitor)) as results:
        for comparison in completed_comparisons(jobs, results):
            place = directory if len(plan.tasks) == 1 else make_directory(directory / comparison.task_name)
            write_results(place, comparison, networks=networks)
            found[comparison.task_name] = comparison
    screen.print(results_table([found[name] for name in plan.tasks]))
    screen.print(f"Figures and data in {directory} ({perf_counter() - began:.0f} s)", highlight=False, soft_wrap=True)
