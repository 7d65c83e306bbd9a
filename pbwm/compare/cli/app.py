"""The command `pbwm`: each of its commands is imported when it is called, so that `pbwm --help` is fast."""

import errno
import os
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_group

from pbwm.compare.cli.start import Terminated, ending_as_interrupted, leaving_at_once, tolerant_streams
from pbwm.compare.cli.status import FAILED, INTERRUPTED, TERMINATED, WRONG_INPUT

__all__ = ["app"]


class Command(NamedTuple):
    """Module in `pbwm.compare.cli` and name of a command or group, and its summary."""

    module: str
    name: str
    summary: str


COMMANDS: Mapping[str, Command] = {
    "compare": Command(
        "compare",
        "compare",
        "Train models on the same trials until they reach the criterion, and compare them.",
    ),
    "tasks": Command("catalogs", "tasks", "List the tasks."),
    "models": Command("catalogs", "models", "List the models."),
    "view": Command("view", "view", "Step through the same trials with trained networks of all models, in a browser."),
    "report": Command("figure", "report", "Write an HTML page about a run: figures, tables, parameters."),
    "intervene": Command(
        "intervene",
        "intervene",
        "Infer by intervention when trained networks store, retain, and use each item.",
    ),
    "circuit": Command(
        "circuit",
        "circuit",
        "Draw the circuit, list its projections with their sources, and trace the pathways from input to gate.",
    ),
    "gate": Command(
        "circuit",
        "gate",
        "Test whether GPi acts on each type of relay cell by multiplication, addition, or a shifted threshold.",
    ),
    "verify": Command(
        "verify", "verify", "Replay a trace of the reference simulation and report where PBWM deviates from it."
    ),
    "study": Command(
        "study", "app", "Run declared studies: many networks, models, tasks, and conditions, stored block by block."
    ),
    "reproduce": Command(
        "reproduce", "app", "Rerun published experiments and report the results next to the paper's numbers."
    ),
    "figure": Command("figure", "app", "Draw figures of a run as PNG, PDF, and CSV."),
    "task": Command("task", "app", "Show a task: an example sequence and its automaton."),
}
"""Name → command. Summaries are the first sentences of the commands' own help."""

PLAIN: Mapping[str, Any] = {
    "add_completion": False,
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
}
"""Help without markup, errors without frames."""


@cache
def _imported(name: str) -> Any:
    command = COMMANDS[name]
    with leaving_at_once():
        found = getattr(import_module(f"pbwm.compare.cli.{command.module}"), command.name)
    group = typer.Typer(**PLAIN)
    if isinstance(found, typer.Typer):
        group.add_typer(found, name=name)
    else:
        group.command(name)(found)
    return get_group(group).commands[name]


class _OnDemand(Mapping[str, Any]):
    def __getitem__(self, name: str) -> Any:
        return _imported(name)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def _our_errors() -> tuple[type[Exception], ...]:
    from pbwm.compare.errors import CompareError
    from pbwm.compare.models import MODEL_ERRORS
    from tasks.base.errors import TaskError

    return (TaskError, CompareError, *MODEL_ERRORS)


def _status_after(error: Exception) -> int:
    from pbwm.compare.errors import RunFailedError

    return FAILED if isinstance(error, RunFailedError) else WRONG_INPUT


LONGEST = 1200
"""Largest number of letters of a message."""
_USAGE_ERROR: Any = typer.BadParameter.__mro__[1]
"""Error of a command line that cannot be read."""


def _rejected(said: str, status: int = WRONG_INPUT) -> typer.Exit:
    line = " ".join(said.splitlines())
    line = line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} … {line[-LONGEST // 2 :]}"
    typer.echo(f"Error: {line}", err=True)
    return typer.Exit(status)


def _misused(error: Any, path: str) -> Exception:
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(error.format_message(), err=True)
        return typer.Exit(WRONG_INPUT)
    said = _of_an_option(error) or error.format_message().rstrip(".")
    return _rejected(f"{said}; see `{path} --help`")


def _of_an_option(error: Any) -> str:
    option, found = getattr(error, "param", None), getattr(error.__cause__, "errors", None)
    if option is None or found is None:
        return ""
    first, *_ = found()
    return f"{' or '.join(option.opts)} = {first['input']!r} {_rule(first)}"


def _rule(found: Mapping[str, Any]) -> str:
    kind, context = found["type"], found.get("ctx", {})
    bounds = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most")}
    if kind in bounds:
        name, words = bounds[kind]
        return f"must be {words} {context[name]}"
    if kind.startswith("int"):
        return "must be a whole number"
    if kind.startswith("float"):
        return "must be a number"
    _, is_not, choices = str(context.get("error", "")).rstrip(".").partition("is not one of ")
    return f"must be one of {choices}" if is_not else f"is wrong ({found['msg']})"


FULL = (errno.ENOSPC, errno.EDQUOT)
"""Errors of a full disk or quota."""


def _said_by_the_system(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "not enough memory; use fewer or smaller networks"
    if isinstance(error, RecursionError):
        return "the input is nested too deeply; flatten it"
    if isinstance(error, OSError) and error.errno in FULL and error.filename is None:
        return f"the output cannot be written ({error.strerror}); free space, or redirect it to another place"
    return f"{error}; check the path, or give another path"


_plain_warning = warnings.formatwarning


def _noted(message: Any, category: type[Warning], *place: Any, **more: Any) -> str:
    if category.__name__ == "FigureWarning":
        return f"Note: {message}\n"
    return _plain_warning(message, category, *place, **more)


OLD_NAMES = {"--replicas": "--networks", "--learners": "--models"}
"""Option of earlier versions → current name, accepted with a note."""


def _with_new_names(arguments: list[str]) -> list[str]:
    given = [argument.partition("=")[0] for argument in arguments]
    for old, new in OLD_NAMES.items():
        if old in given and new in given:
            raise _rejected(f"{old} is the old name of {new}; give only {new}")
        if old in given:
            typer.echo(f"Note: {old} is now called {new}.", err=True)
    return [OLD_NAMES.get(name, name) + argument[len(name) :] for name, argument in zip(given, arguments, strict=True)]


class _Commands(TyperGroup):
    """The commands, which turn our errors into a line on stderr."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands: Any = _OnDemand()

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in COMMANDS.items()])

    def main(self, *arguments: Any, **options: Any) -> Any:
        tolerant_streams()
        warnings.formatwarning = _noted
        return super().main(*arguments, **options)

    def make_context(self, info_name: str | None, args: list[str], *parent: Any, **extra: Any) -> Any:
        if any("\0" in argument for argument in args):
            raise _rejected("an argument contains a NUL character, which names and paths cannot have; remove it")
        try:
            os.getcwd()
        except OSError as error:
            raise _rejected(f"the working directory is gone ({error.strerror}); change to another one") from None
        try:
            return super().make_context(info_name, _with_new_names(args), *parent, **extra)
        except KeyboardInterrupt:
            typer.echo("Interrupted.", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except _USAGE_ERROR as error:
            raise _misused(error, "pbwm") from None
        except OSError as error:
            raise _rejected(_said_by_the_system(error)) from None

    def invoke(self, ctx: Any) -> Any:
        try:
            with ending_as_interrupted():
                return super().invoke(ctx)
        except _USAGE_ERROR as error:
            raise _misused(error, error.ctx.command_path if error.ctx else "pbwm") from None
        except KeyboardInterrupt as error:
            typer.echo(str(error) or "Interrupted.", err=True)
            terminated = isinstance(getattr(error, "cause", None) or error, Terminated)
            raise typer.Exit(TERMINATED if terminated else INTERRUPTED) from None
        except _our_errors() as error:
            raise _rejected(str(error), _status_after(error)) from None
        except (OSError, MemoryError, RecursionError) as error:
            raise _rejected(_said_by_the_system(error)) from None


app = typer.Typer(
    name="pbwm",
    cls=_Commands,
    help="Compare two models of gated working memory, PBWM and LSTM, on the same tasks.",
    no_args_is_help=True,
    **PLAIN,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"pbwm {version('pbwm')}")
        raise typer.Exit()


@app.callback()
def root(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Compare two models of gated working memory, PBWM and LSTM, on the same tasks."""
