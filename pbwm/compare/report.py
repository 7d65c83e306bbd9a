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
        result.model,
        str(times.networks),
        str(int(times.reached.sum())),
        str(times.budget),
        "–" if times.median is None else f"{times.median:g}",
        "–".join(map(str, times.range)) if times.range else "–",
        f"{float(np.median(result.final_error)):.3f}",
        f"{result.seconds:.1f}",
    ]


def results_table(comparisons: Sequence[Comparison]) -> Table:
    """One line per task and model: networks, how many reached the criterion and when, final error, time."""
    table = Table(
        title="Epochs to criterion",
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        caption="Median and range are over the networks that reached the criterion within the budget of epochs; the "
        "others are censored: they need more. Final error: of the last epochs, as many as the criterion asks for; "
        "median over all networks.",
        caption_justify="left",
    )
    for heading in ("task", "model"):
        table.add_column(heading, no_wrap=True)
    for heading in ("n", "reached", "budget", "median", "range", "final error", "seconds"):
        table.add_column(heading, justify="right", no_wrap=True)
    for comparison in comparisons:
        for i, result in enumerate(comparison.models):
            task = comparison.task_name if i == 0 else ""
            table.add_row(task, *_cells(result), end_section=i == len(comparison.models) - 1)
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
