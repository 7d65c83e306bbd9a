"""Tables for the terminal: what a comparison came to, which tasks there are, and which models."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.table import Table
from scipy.stats import binomtest

from pbwm.compare.models import MODELS
from pbwm.compare.results import Comparison, ModelResult
from pbwm.compare.study import ConditionResult, Study
from tasks.catalog import TASKS

__all__ = ["models_table", "results_table", "studies_table", "study_rows", "study_table", "tasks_table"]

STUDY_HEADINGS = ("condition", "task", "budget", "reached", "%", "95 % interval", "median", "90 %", "final error")
"""Columns of a study's table."""


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


def study_rows(results: Iterable[ConditionResult]) -> list[tuple[str, ...]]:
    """A study's table as text, a row per condition, under `STUDY_HEADINGS`.

    The interval is Wilson's (1927) of the proportion that reached the criterion; the median and the 90th percentile
    count networks that did not as those that take longest; the final error is the mean over all networks.
    """
    rows: list[tuple[str, ...]] = []
    for result in results:
        times, condition = result.times, result.condition
        if not times.networks:
            rows.append((condition.name, condition.task, str(times.budget), "not run", "", "", "", "", ""))
            continue
        reached, n = int(times.reached.sum()), times.networks
        interval = binomtest(reached, n).proportion_ci(method="wilson")
        rows.append(
            (
                condition.name,
                condition.task,
                str(times.budget),
                f"{reached}/{n}",
                f"{100 * reached / n:.0f}",
                f"{100 * interval.low:.0f}–{100 * interval.high:.0f}",
                times.text(times.median),
                times.text(times.by_fraction(0.9)),
                f"{float(np.mean(result.final_error)):.3f}",
            )
        )
    return rows


def study_table(study: Study, results: Iterable[ConditionResult]) -> Table:
    """What the conditions of a study came to."""
    table = Table(title=f"{study.name}: {study.question}", title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in STUDY_HEADINGS:
        words = heading in ("condition", "task")
        table.add_column(heading, justify="left" if words else "right", overflow="fold", no_wrap=not words)
    for row in study_rows(results):
        table.add_row(*row)
    return table


def studies_table(studies: Mapping[str, Study]) -> Table:
    """The studies by name."""
    table = Table("study", "what it asks", "conditions", "networks of each", "seed", box=SIMPLE_HEAD, leading=1)
    for name, study in studies.items():
        table.add_row(name, study.question, str(len(study.conditions)), str(study.replicas), str(study.seed))
    return table
