"""The studies of the battery as a page: a table of tasks × models in Markdown, all numbers as CSV, and a picture.

``python -m pbwm.compare.reports.battery results/study-battery results/study-battery-others docs`` writes them into a
directory of documents. Page and picture are made of the rows in ``battery.csv``: rows of the runs that are named are
replaced, those of other studies stay.
"""

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pbwm.compare.experiment.declaration import Study
from pbwm.compare.experiment.results import RowResult, read_study
from pbwm.compare.experiment.run import open_run
from pbwm.compare.figures.saving import panels
from pbwm.compare.figures.style import model_colour, print_style
from pbwm.compare.files import write_csv, written_whole
from pbwm.compare.reports.study import HEADINGS, study_rows

__all__ = ["battery_figure", "battery_page", "battery_rows", "write_battery"]

Line = Mapping[str, str]
"""A row of the table, by heading."""

COLUMNS = ("study", "seed", *HEADINGS)
"""Columns of ``battery.csv``."""

TEXT = """# One configuration, one life: the battery

Every model has one configuration for all tasks, whose sizes follow from the description of the task by one rule:
`recommended(spec)` for PBWM ([learning](learning.md)), `recommended_lstm(spec)` and its like for the others
([LSTM](lstm.md), section 4). No network is re-initialized. The tasks are those of the catalog that need a gated memory.

{studies}

All models see the same trials. The criterion is that of the task. Each entry has the number of networks that reached
it, the median of their epochs to criterion, and the median error with frozen weights. Networks that do not reach the
criterion count as those that take longest. The frozen error is that of the networks that reached it, on at least 2000
fresh steps each; noise of a gate stays on, as it was at the end of training.

{table}

![Task by model: proportion that reached the criterion, median epochs, median frozen error](figures/battery.png)

Intervals, quantiles, the largest frozen errors, and the number of networks without an error are in
[battery.csv](battery.csv). `make battery` runs the PBWM rows that are missing and writes this page, the table, and the
figure; `make battery-others` does so for the other models. What the numbers mean is in [learning.md](learning.md).
"""


def battery_rows(study: Study, results: Sequence[RowResult]) -> list[Line]:
    """The rows of a study that have been run, by heading."""
    found = [result for result in results if result.times.networks]
    own = (study.name, str(study.seed))
    return [dict(zip(COLUMNS, (*own, *cells), strict=True)) for cells in study_rows(study, found)]


def _series(rows: Sequence[Line]) -> dict[tuple[str, str], str]:
    """Title of each model in each condition: that of the model, and the condition if the model has several."""
    kinds = dict.fromkeys((row["model"], row["condition"]) for row in rows)
    several = {model for model, condition in kinds if sum(other == model for other, _ in kinds) > 1}
    return {(model, condition): f"{model}, {condition}" if model in several else model for model, condition in kinds}


def _entry(row: Line) -> str:
    parts = [row["reached"].replace("/", " of "), row["median"]]
    return ", ".join([*parts, *([row["frozen error"]] if row["frozen error"] not in ("", "–") else [])])


def _described(rows: Sequence[Line]) -> str:
    """Seed, networks and budget of every series, in a sentence each."""
    lines = []
    for (model, condition), title in _series(rows).items():
        own = [row for row in rows if (row["model"], row["condition"]) == (model, condition)]
        networks = sorted({int(row["reached"].split("/")[1]) for row in own})
        budgets, seeds = sorted({int(row["budget"]) for row in own}), sorted({row["seed"] for row in own})
        many = " or ".join(map(str, networks))
        most = " or ".join(map(str, budgets))
        lines.append(f"- {title}: {many} networks for each task, at most {most} epochs, seed {' and '.join(seeds)}.")
    return "\n".join(lines)


def battery_page(rows: Sequence[Line]) -> str:
    """The page in Markdown, of all rows."""
    series, tasks = _series(rows), dict.fromkeys(row["task"] for row in rows)
    by_place = {(row["task"], row["model"], row["condition"]): _entry(row) for row in rows}
    table = [["task", *series.values()], ["---"] * (1 + len(series))]
    table += [[task, *(by_place.get((task, *kind), "–") for kind in series)] for task in tasks]
    text = "\n".join(f"| {' | '.join(line)} |" for line in table)
    return TEXT.format(studies=_described(rows), table=text)


def _number(text: str) -> float:
    """A number of the table; NaN where it is none, such as "> 300"."""
    try:
        return float(text)
    except ValueError:
        return np.nan


def battery_figure(rows: Sequence[Line]) -> Figure:
    """By task and model: the proportion that reached the criterion, median epochs, and median frozen error."""
    series, tasks = _series(rows), list(dict.fromkeys(row["task"] for row in rows))[::-1]
    offsets = np.linspace(0.3, -0.3, len(series)) if len(series) > 1 else np.zeros(1)
    models = [model for model, _ in series]
    with print_style():
        figure, axes = panels(3, height=1.2 + 0.3 * len(tasks))
        for i, ((kind, title), offset) in enumerate(zip(series.items(), offsets, strict=True)):
            own = {row["task"]: row for row in rows if (row["model"], row["condition"]) == kind}
            place = np.array([tasks.index(task) for task in own]) + offset
            marker = MARKERS[models[:i].count(kind[0]) % len(MARKERS)]
            for ax, values in zip(axes, _values(own.values()), strict=True):
                ax.plot(values, place, marker, ms=3, color=model_colour(kind[0]), label=title)
        _label(list(axes), tasks)
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure


MARKERS = ("o", "s", "^", "D")
"""Of the conditions of a model."""


def _values(rows: Iterable[Line]) -> list[list[float]]:
    """Proportions, median epochs and frozen errors of rows; NaN where there are none."""
    by_row = [(_number(row["%"]) / 100, _number(row["median"]), _number(row["frozen error"])) for row in rows]
    return [list(column) for column in zip(*by_row, strict=True)]


def _label(axes: Sequence[Axes], tasks: Sequence[str]) -> None:
    labels = ("proportion that reached criterion", "median epochs to criterion", "median error, frozen weights")
    for ax, label in zip(axes, labels, strict=True):
        ax.set(xlabel=label, ylim=(-0.6, len(tasks) - 0.4), yticks=range(len(tasks)), yticklabels=[])
        ax.hlines(np.arange(len(tasks) - 1) + 0.5, 0, 1, transform=ax.get_yaxis_transform(), lw=0.3, color="0.8")
        ax.tick_params(axis="y", length=0)
    axes[0].set(xlim=(-0.03, 1.03), yticklabels=tasks)


def _written(path: Path) -> list[Line]:
    """The rows that an earlier call has written; those without a study are of the first one, "battery"."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [{"study": "battery", "seed": "17", **row} for row in csv.DictReader(file)]


def write_battery(directories: Sequence[Path], documents: Path) -> None:
    """Write ``battery.md``, ``battery.csv`` and ``figures/battery.png`` of runs of the studies of the battery.

    Rows of other studies that ``battery.csv`` already has stay. Rows are in the order of tasks of the first run.
    """
    runs = [open_run(directory) for directory in directories]
    new = {run.study.name: battery_rows(run.study, read_study(run.study, run.store)) for run in runs}
    by_study: dict[str, list[Line]] = {}
    for row in _written(documents / "battery.csv"):
        by_study.setdefault(row["study"], []).append(row)
    rows = [row for of in (by_study | new).values() for row in of]
    write_csv(documents / "battery.csv", COLUMNS, [[row[name] for name in COLUMNS] for row in rows])
    with written_whole(documents / "battery.md") as temporary:
        temporary.write_text(battery_page(rows), encoding="utf-8")
    (documents / "figures").mkdir(exist_ok=True)
    with written_whole(documents / "figures" / "battery.png") as temporary:
        battery_figure(rows).savefig(temporary)


if __name__ == "__main__":
    *found, documents = map(Path, sys.argv[1:])
    write_battery(found, documents)
