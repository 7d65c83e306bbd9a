"""The commands ``pbwm tasks`` and ``pbwm models``."""

from pbwm.compare.cli.terminal import console
from pbwm.compare.reports.terminal import models_table, tasks_table

__all__ = ["models", "tasks"]


def tasks() -> None:
    """List the tasks."""
    console().print(tasks_table())


def models() -> None:
    """List the models."""
    console().print(models_table())
