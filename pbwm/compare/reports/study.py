"""What a study came to, as tables for the terminal and for CSV, and as a figure."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pbwm.compare.analysis.survival import Contrast, Survival, contrasts, restricted_mean, success, survival
from pbwm.compare.experiment.claims import Progress
from pbwm.compare.experiment.declaration import Study
from pbwm.compare.experiment.results import RowResult
from pbwm.compare.experiment.row import blocks_of
from pbwm.compare.experiment.runner import Block
from pbwm.compare.experiment.search import Point
from pbwm.compare.experiment.store import Store
from pbwm.compare.figures.drawn import Drawn, panels
from pbwm.compare.figures.plots.survival import plot_survival
from pbwm.compare.figures.style import print_style

__all__ = [
    "HEADINGS",
    "drawn_study",
    "search_table",
    "status_table",
    "studies_table",
    "study_contrasts",
    "study_rows",
    "study_table",
]

HEADINGS = (
    *("task", "learner", "condition", "budget", "reached", "%", "95 % interval", "median", "90 %"),
    *("mean to budget", "95 % interval of mean", "final error", "novel error"),
    *("against", "log-rank p", "corrected p"),
    *("sooner", "later", "paired p"),
)
"""Columns of a study's table."""
SHOWN = {
    "condition": "condition",
    "reached": "reached",
    "95 % interval": "95 %",
    "median": "median",
    "mean to budget": "mean to\nbudget",
    "final error": "final\nerror",
    "novel error": "novel\nerror",
    "corrected p": "p",
}
"""Those that the terminal shows, under a line for task, learner and budget, and what they are called there."""


def study_contrasts(study: Study, results: Sequence[RowResult]) -> dict[str, Contrast]:
    """Every row that has been run against the one that the study compares it with (`Study.baseline`), by label.

    Where the study names none, that is the first row of its task that has been run.
    """
    found = {result.row.label: result for result in results if result.times.networks}
    first: dict[str, RowResult] = {}
    pairs = []
    for result in found.values():
        base = _compared_with(study, result, found, first.setdefault(result.row.task, result))
        if base is not None:
            pairs.append((result, base))
    return {contrast.label: contrast for contrast in contrasts(pairs)}


def _compared_with(
    study: Study, result: RowResult, found: Mapping[str, RowResult], first: RowResult
) -> RowResult | None:
    """What a row is compared with, if that has been run: the `first` row of its task, if the study names none."""
    if not study.names_baseline(result.row):
        return None if first is result else first
    base = study.baseline(result.row)
    return None if base is None else found.get(base.label)


def study_rows(study: Study, results: Sequence[RowResult]) -> list[tuple[str, ...]]:
    """A study's table as text, a row each, under `HEADINGS`.

    The interval is Wilson's of the proportion that reached the criterion; median and 90 % count networks that did not
    as those that take longest; the mean to the budget counts each as the epochs that it ran; the final error is the
    mean over all networks, and so is that on novel sequences, where the task keeps some back. Tests are against the row
    that the study names, or the first of the task: log-rank, corrected for their number, and the sign test of networks
    that saw the same trials. An interval that is not defined is "–".
    """
    tests = study_contrasts(study, results)
    return [_cells(result, tests.get(result.row.label)) for result in results]


def _cells(result: RowResult, test: Contrast | None) -> tuple[str, ...]:
    row, times = result.row, result.times
    names = (row.task, row.learner, row.condition, str(row.epochs))
    if not times.networks:
        return (*names, "not run", *[""] * (len(HEADINGS) - len(names) - 1))
    rate, mean = success(times), restricted_mean(times)
    found = (
        f"{int(times.reached.sum())}/{times.networks}",
        f"{100 * rate.value:.0f}",
        f"{100 * rate.low:.0f}–{100 * rate.high:.0f}",
        times.text(times.median),
        times.text(times.by_fraction(0.9)),
        f"{mean.value:.0f}",
        f"{mean.low:.0f}–{mean.high:.0f}" if mean.defined else "–",
        _mean(result.final_error),
        _mean(result.novel_error),
    )
    if test is None:
        return (*names, *found, *[""] * (len(HEADINGS) - len(names) - len(found)))
    tested = (test.baseline, _p(test.log_rank), _p(test.corrected), str(test.sooner), str(test.later), _p(test.paired))
    return (*names, *found, *tested)


def _mean(error: NDArray[np.float64]) -> str:
    """The mean of what there is; nothing if there is none."""
    return f"{float(np.nanmean(error)):.3f}" if np.isfinite(error).any() else ""


def _p(value: float | None) -> str:
    return "" if value is None else "<.0001" if value < 1e-4 else f"{value:.4f}".lstrip("0")


def study_table(study: Study, results: Sequence[RowResult]) -> Table:
    """What the rows of a study came to."""
    codes = sorted({code for result in results for code in result.codes})
    damaged = [f"{damage}" for result in results for damage in result.damaged]
    notes = ["Mean to budget: each network counts with the epochs that it ran. p: log-rank test against"]
    named = study.against or any(condition.against for condition in study.conditions)
    notes[0] += f" the {'row that the study names' if named else 'first row of the task'}, corrected for the number"
    notes[0] += " of tests."
    if len(codes) > 1:
        notes.append(f"Made by {len(codes)} versions of the code: {', '.join(codes)}.")
    if damaged:
        notes.append(f"Left out: {'; '.join(damaged)}; run the study again.")
    table = Table(
        title=f"{study.name}: {study.question}".rstrip(": "),
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        caption=" ".join(notes),
        caption_justify="left",
    )
    rows = [dict(zip(HEADINGS, cells, strict=True)) for cells in study_rows(study, results)]
    shown = [name for name in SHOWN if name != "novel error" or any(line[name] for line in rows)]
    for name in shown:
        heading = SHOWN[name]
        words = name == "condition"
        table.add_column(heading, justify="left" if words else "right", overflow="fold", no_wrap=not words)
    before = None
    for line in rows:
        head = f"{line['task']} · {line['learner']} · {line['budget']} epochs"
        if head != before:
            table.add_row(Text(head, style="bold"))
            before = head
        table.add_row(*(f"  {line[h]}" if h == "condition" else line[h] for h in shown))
    return table


def search_table(study: Study, points: Sequence[Point]) -> Table:
    """The points of a search, the best first."""
    table = Table(
        title=f"{study.name}: {study.question}".rstrip(": "),
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        caption="Cost: mean of the epochs that networks ran, as a fraction of the budget. These networks choose "
        "values, and report none: test what they choose on other seeds.",
        caption_justify="left",
    )
    names = sorted({name for point in points for name in point.parameters})
    for heading in ("point", *names, "reached", "cost"):
        table.add_column(heading, justify="left" if heading == "point" else "right", overflow="fold")
    for point in points:
        values = [str(point.parameters.get(name, "")) for name in names]
        table.add_row(point.condition, *values, f"{point.reached}/{point.networks}", f"{point.cost:.3f}")
    return table


def status_table(study: Study, store: Store) -> Table:
    """How far a study is: networks that are done, that run now, that are missing; and damaged files."""
    table = Table(
        *("row", "done", "running", "missing", "damaged"), title=study.name, title_justify="left", box=SIMPLE_HEAD
    )
    for row in study.rows():
        cells, damaged = store.cells(row, study.record)
        done = {n for cell in cells for n in cell.networks if n < study.replicas}
        running = []
        for networks in blocks_of(study.replicas):
            block = Block(store.directory, row, networks, study.record)
            progress = store.claims.progress(block.name)
            if progress is not None and store.claims.held(block.name):
                running.append(_running(networks, progress, row.epochs))
        missing = study.replicas - len(done)
        table.add_row(
            row.label,
            str(len(done)),
            "\n".join(running),
            str(missing),
            "\n".join(f"{d.path.name} {d.why}" for d in damaged),
        )
    return table


def _running(networks: range, progress: Progress, budget: int) -> str:
    return (
        f"{networks.start}–{networks.stop - 1}: epoch {progress.epochs} of {budget}, "
        f"{progress.reached}/{progress.networks} reached"
    )


def studies_table(studies: Mapping[str, Study]) -> Table:
    """The studies by name."""
    table = Table("study", "what it asks", "rows", "networks of each", "seed", box=SIMPLE_HEAD, leading=1)
    for name, study in studies.items():
        table.add_row(name, study.question, str(len(study.rows())), str(study.replicas), str(study.seed))
    return table


def drawn_study(study: Study, results: Iterable[RowResult]) -> list[Drawn]:
    """The survival curves of each task, with the data that they show; rows that have not been run are left out."""
    found = [result for result in results if result.times.networks]
    return [
        _drawn(study, task, [survival(result.times) for result in found if result.row.task == task])
        for task in dict.fromkeys(result.row.task for result in found)
    ]


def _drawn(study: Study, task: str, curves: Sequence[Survival]) -> Drawn:
    with print_style():
        figure, (axes,) = panels(1, height=max(2.6, 0.9 + 0.17 * len(curves)))
        plot_survival(curves, ax=axes)
        figure.suptitle(f"{study.name}: {task}", x=0.01, ha="left", fontsize=8)
    return Drawn(
        name=f"survival-{task}",
        caption=f"Networks that have not reached the criterion on {task}, over epochs, with 95 % intervals.",
        figure=figure,
        header=("row", "epochs", "proportion", "low", "high"),
        rows=[
            [curve.label, *(float(array[i]) for array in (curve.epochs, curve.proportion, curve.low, curve.high))]
            for curve in curves
            for i in range(len(curve.epochs))
        ],
    )
