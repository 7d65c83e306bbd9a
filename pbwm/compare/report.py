"""Tables for the terminal: what a comparison came to, which tasks there are, and which models."""

from collections.abc import Sequence

import numpy as np
from rich.table import Table

from pbwm.compare.models import MODELS
from pbwm.compare.results import Comparison, ModelResult
from tasks.catalog import TASKS

__all__ = ["models_table", "results_table", "tasks_table"]


def _cells(result: ModelResult) -> list[str]:
    times = result.epochs_to_criterion
    censored = times.networks - int(times.reached.sum())
    median = "–" if times.median is None else f"{times.median:g}"
    fewest, most = times.range or ("–", "–")
    return [
        result.model,
        str(times.networks),
        str(times.networks - censored),
        median + (f"  ({censored} beyond {times.budget})" if censored else ""),
        f"{fewest}–{most}" if times.range else "–",
        f"{float(np.median(result.final_error)):.3f}",
        f"{result.seconds:.1f}",
    ]


def results_table(comparisons: Sequence[Comparison]) -> Table:
    """One line per task and model: networks, how many reached the criterion and when, final error, time."""
    table = Table(title="Epochs to criterion", title_justify="left", caption_justify="left")
    for heading in ("task", "model"):
        table.add_column(heading)
    for heading in ("n", "reached", "median epochs", "range", "final error", "seconds"):
        table.add_column(heading, justify="right")
    for comparison in comparisons:
        for i, result in enumerate(comparison.models):
            task = comparison.task_name if i == 0 else ""
            table.add_row(task, *_cells(result), end_section=i == len(comparison.models) - 1)
    table.caption = (
        "Median and range are over the networks that reached the criterion; in brackets, how many had not when the\n"
        "budget ended. Final error: median over networks of the last epochs, as many as the criterion asks for."
    )
    return table


def tasks_table() -> Table:
    """The tasks by name."""
    table = Table("task", "what it asks", "one epoch", show_lines=True)
    table.add_column("zero-error epochs\nto criterion", justify="right")
    for name, entry in TASKS.items():
        spec = entry.build().spec
        epoch = f"{spec.sequences_per_epoch} {spec.sequence}s"
        table.add_row(name, entry.summary, epoch, str(spec.criterion.zero_error_epochs))
    return table


def models_table() -> Table:
    """The models by name."""
    table = Table("model", "what it is")
    for name, entry in MODELS.items():
        table.add_row(name, entry.summary)
    return table
