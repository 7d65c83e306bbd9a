"""The command `pbwm`: compare models on tasks, list both, and verify the model against a trace."""

from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from pbwm.compare.cli.circuit import circuit, gate
from pbwm.compare.cli.figure import app as figure_app
from pbwm.compare.cli.figure import report
from pbwm.compare.cli.reproduce import app as reproduce_app
from pbwm.compare.cli.study import app as study_app
from pbwm.compare.cli.task import app as task_app
from pbwm.compare.cli.view import view
from pbwm.compare.emergent.verify import format_report, verify_files
from pbwm.compare.errors import CompareError, PlanError, RunFailedError
from pbwm.compare.files import make_directory
from pbwm.compare.models import DEFAULT_MODELS, MODEL_ERRORS
from pbwm.compare.plan import Plan
from pbwm.compare.progress import monitor_for
from pbwm.compare.reports.terminal import models_table, results_table, tasks_table
from pbwm.compare.results import completed_comparisons
from pbwm.compare.run import completed_jobs
from pbwm.compare.store import write_results
from tasks.base.errors import TaskError

__all__ = ["app"]

FAILED = 1
"""Exit status where networks could not go on, or a replay departs from its trace."""
WRONG_INPUT = 2
"""Exit status where the user's input cannot be used."""
INTERRUPTED = 130
"""Exit status after Ctrl-C: 128 plus the number of the signal."""
OUR_ERRORS: tuple[type[Exception], ...] = (TaskError, CompareError, *MODEL_ERRORS)
"""The roots of our errors: what they say is meant for the user."""


class _Commands(TyperGroup):
    """The one place where an error of ours becomes a line on stderr."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except OUR_ERRORS as error:
            typer.echo(f"Error: {error}", err=True)
            raise typer.Exit(FAILED if isinstance(error, RunFailedError) else WRONG_INPUT) from None
        except KeyboardInterrupt:
            typer.echo("Interrupted; what was done is kept.", err=True)
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    name="pbwm",
    cls=_Commands,
    help="Gated working memory two ways: prefrontal cortex and basal ganglia (PBWM) beside LSTM, on the same tasks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


app.add_typer(study_app, name="study")
app.add_typer(reproduce_app, name="reproduce")
app.add_typer(figure_app, name="figure")
app.add_typer(task_app, name="task")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"pbwm {version('pbwm')}")
        raise typer.Exit()


@app.callback()
def root(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Gated working memory two ways: prefrontal cortex and basal ganglia (PBWM) beside LSTM, on the same tasks."""


@app.command()
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
    console = Console()
    began = perf_counter()
    jobs = plan.jobs()
    found = {}
    monitor = monitor_for(console)
    monitor.expect(jobs)
    # Closing the results stops the jobs that still run, whatever goes wrong in between.
    with monitor, closing(completed_jobs(jobs, threads=plan.workers, monitor=monitor)) as results:
        for comparison in completed_comparisons(jobs, results):
            place = directory if len(plan.tasks) == 1 else make_directory(directory / comparison.task_name)
            write_results(place, comparison, networks=networks)
            found[comparison.task_name] = comparison
    console.print(results_table([found[name] for name in plan.tasks]))
    console.print(f"Figures and data in {directory} ({perf_counter() - began:.0f} s)", highlight=False, soft_wrap=True)


@app.command()
def tasks() -> None:
    """List the tasks."""
    Console().print(tasks_table())


@app.command()
def models() -> None:
    """List the models."""
    Console().print(models_table())


app.command()(report)
app.command()(view)
app.command()(circuit)
app.command()(gate)


@app.command()
def verify(
    weights: Annotated[Path, typer.Argument(help="Weights of the reference simulation (WEIGHTS.json.gz).")],
    trace: Annotated[Path, typer.Argument(help="Trace of the reference simulation (TRACE.json.gz).")],
) -> None:
    """Replay a trace of the reference simulation and say where PBWM departs from it; exit status 1 beyond tolerance."""
    report = verify_files(weights, trace)
    Console().print(format_report(report))
    raise typer.Exit(code=0 if report.passed else FAILED)
