"""The terminal: how text is printed there, and tables of tasks and models."""

import sys
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from pbwm.compare.models import MODELS
from tasks.catalog import TASKS

__all__ = ["models_table", "tasks_table", "terminal"]


def terminal() -> Console:
    """Where commands print.

    Text is printed as it is: brackets in a name are no markup, and a character that the stream cannot encode is printed
    as a question mark. No print can end a run.
    """
    for stream in (sys.stdout, sys.stderr):
        _encodable(stream)
    return Console(markup=False, highlight=False, emoji=False)


def _encodable(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None and getattr(stream, "errors", None) == "strict":
        reconfigure(errors="replace")


def tasks_table() -> Table:
    """The tasks by name."""
    table = Table("task", "what it asks", "one epoch", box=SIMPLE_HEAD, leading=1)
    table.add_column("zero-error epochs", justify="right", max_width=10)
    for name, entry in TASKS.items():
        spec = entry.build().spec
        epoch = f"{spec.sequences_per_epoch} {spec.sequence}s"
        table.add_row(name, entry.summary, epoch, str(spec.criterion.zero_error_epochs))
    return table


def models_table() -> Table:
    """The models by name."""
    table = Table("model", "what it is", box=SIMPLE_HEAD)
    for name, entry in MODELS.items():
        table.add_row(name, entry.summary)
    return table
