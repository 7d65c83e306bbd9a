"""The command `pbwm`: compare models on tasks, list both, and verify the model against a trace."""

import signal
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from pbwm.compare.cli.circuit import circuit, gate
from pbwm.compare.cli.compare import compare
from pbwm.compare.cli.figure import app as figure_app
from pbwm.compare.cli.figure import report
from pbwm.compare.cli.reproduce import app as reproduce_app
from pbwm.compare.cli.study import app as study_app
from pbwm.compare.cli.task import app as task_app
from pbwm.compare.emergent.verify import format_report, verify_files
from pbwm.compare.errors import CompareError, RunFailedError
from pbwm.compare.models import MODEL_ERRORS
from pbwm.compare.reports.terminal import models_table, tasks_table, terminal
from tasks.base.errors import TaskError

__all__ = ["app"]

FAILED = 1
"""Exit status where networks could not go on, or a replay departs from its trace."""
WRONG_INPUT = 2
"""Exit status where the user's input cannot be used."""
SIGNALLED = 128
"""Exit status after a signal: this plus its number."""
OUR_ERRORS: tuple[type[Exception], ...] = (TaskError, CompareError, *MODEL_ERRORS)
"""The roots of our errors: what they say is meant for the user."""


class Terminated(KeyboardInterrupt):
    """The system has asked the program to end: it does as after Ctrl-C."""


def _terminated(*_: object) -> None:
    raise Terminated


class _Commands(TyperGroup):
    """The one place where an error of ours becomes a line on stderr."""

    def invoke(self, ctx: Any) -> Any:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, _terminated)
        try:
            return super().invoke(ctx)
        except OUR_ERRORS as error:
            typer.echo(f"Error: {error}", err=True)
            raise typer.Exit(FAILED if isinstance(error, RunFailedError) else WRONG_INPUT) from None
        except KeyboardInterrupt as error:
            typer.echo(str(error) or "Interrupted.", err=True)
            cause = getattr(error, "cause", None) or error
            number = signal.SIGTERM if isinstance(cause, Terminated) else signal.SIGINT
            raise typer.Exit(SIGNALLED + number) from None


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


app.command()(compare)


@app.command()
def tasks() -> None:
    """List the tasks."""
    terminal().print(tasks_table())


@app.command()
def models() -> None:
    """List the models."""
    terminal().print(models_table())


app.command()(report)
app.command()(circuit)
app.command()(gate)


@app.command()
def verify(
    weights: Annotated[Path, typer.Argument(help="Weights of the reference simulation (WEIGHTS.json.gz).")],
    trace: Annotated[Path, typer.Argument(help="Trace of the reference simulation (TRACE.json.gz).")],
) -> None:
    """Replay a trace of the reference simulation and say where PBWM departs from it; exit status 1 beyond tolerance."""
    report = verify_files(weights, trace)
    terminal().print(format_report(report))
    raise typer.Exit(code=0 if report.passed else FAILED)
