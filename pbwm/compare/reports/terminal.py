"""Tables for the terminal: what a comparison came to, which tasks there are, and which models."""

from collections.abc import Sequence

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.table import Table

from pbwm.compare.models import MODELS
from pbwm.compare.results import Comparison, ModelResult
from tasks.catalog import TASKS

__all__ = ["models_table", "results_table", "tasks_table"]


def _cells(result: ModelResult) -> list[str]:
    times = result.epochs_to_criterion
    return [
        f"  {result.model}",
        str(times.budget),
        f"{int(times.reached.sum())}/{times.networks}",
        *(times.text(epochs) for epochs in (times.first, times.median, times.last)),
        f"{float(np.median(result.final_error)):.3f}",
        f"{result.first_seconds:.1f}",
        f"{result.seconds - result.first_seconds:.1f}",
    ]


def results_table(comparisons: Sequence[Comparison]) -> Table:
    """One line per task and model: how many of its networks reached the criterion and when, final error, time.

    Where there is no room, names are folded; numbers are never cut.
    """
    table = Table(
        title="Epochs to criterion",
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=0,
        show_edge=False,
        caption="Reached: networks that reached the criterion within the budget of epochs, of n. First, median, last: "
        "the epoch by which one network, half of them, all of them had; “>”: not within the budget. Final error: of "
        "the last epochs, as many as the criterion asks for; median over all networks. Seconds: wall clock, summed "
        "over blocks of 16 networks; those of epoch 1 include compilation.",
        caption_justify="left",
    )
    table.add_column("task\n  model", overflow="fold")
    for heading in (
        "budget",
        "reached",
        "first",
        "median",
        "last",
        "final\nerror",
        "seconds\nepoch 1",
        "seconds\nlater",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for comparison in comparisons:
        table.add_row(comparison.task_name)
        for result in comparison.models:
            table.add_row(*_cells(result), end_section=result is comparison.models[-1])
    return table


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
