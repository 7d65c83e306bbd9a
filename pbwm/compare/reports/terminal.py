"""Tables of tasks and models for the terminal."""

from rich.box import SIMPLE_HEAD
from rich.table import Table

from pbwm.compare.models import MODELS
from tasks.catalog import TASKS

__all__ = ["models_table", "tasks_table"]


def tasks_table() -> Table:
    """The tasks by name."""
    table = Table("task", "description", "one epoch", box=SIMPLE_HEAD, leading=1)
    table.add_column("criterion: epochs without an error", justify="right", max_width=12)
    for name in (*TASKS, *TASKS.offered):
        entry = TASKS[name]
        spec = entry.build().spec
        epoch = f"{spec.sequences_per_epoch} {spec.sequence}s"
        table.add_row(name, entry.summary, epoch, str(spec.criterion.zero_error_epochs))
    return table


def models_table() -> Table:
    """The models by name."""
    table = Table("model", "description", box=SIMPLE_HEAD)
    for name in (*MODELS, *MODELS.offered):
        table.add_row(name, MODELS[name].summary)
    return table
