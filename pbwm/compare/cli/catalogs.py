"""The commands ``pbwm tasks`` and ``pbwm models``: what there is to compare."""

from rich.console import Console

from pbwm.compare.reports.terminal import models_table, tasks_table

__all__ = ["models", "tasks"]


def tasks() -> None:
    """List the tasks."""
    Console().print(tasks_table())


def models() -> None:
    """List the models."""
    Console().print(models_table())
