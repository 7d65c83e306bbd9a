"""The studies of the battery as a page: a table of tasks × models in Markdown, all numbers as CSV, and a picture.

``python -m pbwm.compare.reports.battery results/study-battery results/study-battery-others docs`` writes them to a
directory of documents. Rows of the named runs replace those in ``battery.csv``. Other rows stay. Without ``--replace``,
rows of more networks than the run has stay, too.
"""

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pbwm.compare.experiment.declaration import Study
from pbwm.compare.experiment.results import RowResult, read_study
from pbwm.compare.experiment.run import open_run
from pbwm.compare.experiment.store import MANIFEST
from pbwm.compare.figures.names import and_list, model_name, task_name
from pbwm.compare.figures.saving import panels
from pbwm.compare.figures.style import model_color, print_style
from pbwm.compare.files import write_csv, written_whole
from pbwm.compare.reports.study import HEADINGS, study_rows
from pbwm.compare.studies.battery import BATTERY_TASKS

__all__ = ["battery_figure", "battery_page", "battery_rows", "forced_section", "write_battery"]

Line = Mapping[str, str]
"""A row of the table, by heading."""

REPLACE = "--replace"
"""Argument that also replaces rows of more networks."""

COLUMNS = ("study", "seed", *HEADINGS)
"""Columns of ``battery.csv``."""

VALIDATED, WITHOUT, FORCED = "battery-validated", "battery-without-matches", "forced-gates"
"""The studies with validation, with the configuration of version 1.0, and with ideal gates."""

ORDER = ("battery", "battery-forms", "battery-others", VALIDATED, WITHOUT, FORCED)
"""The studies of the page, in order."""

FORCED_COLUMNS = {
    "reached": "reached criterion",
    "95% interval": "95% interval",
    "median": "median epochs",
    "last": "last",
    "final error": "final error, mean of all",
    "goal's test error": "frozen error, mean of those that reached it",
}
"""Column of `HEADINGS` in the table with ideal gates → its name there."""

VALIDATED_TEXT = """
## Until a faultless validation

In the study `{name}`, a network is validated after every epoch in which the criterion holds, with frozen
weights on at least 10,000 steps (`FaultlessValidation`). It learns on until a validation shows no error. The frozen
test follows, on other trials. Gates of PBWM are noisy only while the network learns.

{studies}

An entry gives the number of networks that passed a validation, the median epochs to it, the number of these networks
that make no error in the frozen test, and the largest frozen error of these networks. `make battery-validated` runs
missing rows.

{table}
"""

WITHOUT_TEXT = """
## Without match units

The study `{name}` tests the configuration of version 1.0, `recommended_without_matches(spec)`.

{studies}

{table}
"""

FORCED_TEXT = """
## With ideal gates

In the study `{name}`, every gate follows the ideal gate (`pbwm.ideal_gates.IdealGates`) during training
(at most {epochs} epochs, seed {seeds}) and in the frozen test. If a network fails here, the fault is in cortex.

{table}
"""

TEXT = """# The battery: one configuration for twenty tasks

Every model has one configuration for all tasks: `recommended(spec)` for PBWM ([learning](learning.md)), and
`recommended_lstm(spec)` or its counterpart for the other models ([LSTM](lstm.md), section 4). No network is
re-initialized. The tasks are those of the catalog that need a gated memory.

{studies}

Only rows with the same seed have the same trials. Each task defines its criterion. An entry gives the number of
networks that reached the criterion, the median epochs to criterion (a network that did not reach it ranks last), and
the median frozen error of those that reached it. The frozen test has at least 2000 fresh steps. In it, gate noise stays
at its final level.

{table}

![Task by model: proportion that reached the criterion, median epochs, median frozen error](figures/battery.png)

[battery.csv](battery.csv) has intervals, quantiles, and the largest frozen errors. `make battery` (PBWM) and
`make battery-others` run missing rows and write this page. [learning.md](learning.md) interprets the numbers.
{validated}{without}{forced}"""


def battery_rows(study: Study, results: Sequence[RowResult]) -> list[Line]:
    """The rows of a study that have been run, by heading."""
    found = [result for result in results if result.times.networks]
    own = (study.name, str(study.seed))
    return [dict(zip(COLUMNS, (*own, *cells), strict=True)) for cells in study_rows(study, found)]


def _series(rows: Sequence[Line]) -> dict[tuple[str, str], str]:
    """Title of each model in each condition; with the condition only if the model has several."""
    kinds = dict.fromkeys((row["model"], row["condition"]) for row in rows)
    several = {model for model, condition in kinds if sum(other == model for other, _ in kinds) > 1}
    return {
        (model, condition): f"{model_name(model)}, {condition}" if model in several else model_name(model)
        for model, condition in kinds
    }


def _entry(row: Line) -> str:
    parts = [row["reached"].replace("/", " of "), row["median"]]
    return ", ".join([*parts, *([row["frozen error"]] if row["frozen error"] not in ("", "–") else [])])


def _described(rows: Sequence[Line]) -> str:
    alike: dict[str, list[str]] = {}
    for (model, condition), title in _series(rows).items():
        own = [row for row in rows if (row["model"], row["condition"]) == (model, condition)]
        budgets = sorted({int(row["budget"]) for row in own})
        tasks = Counter(int(row["reached"].split("/")[1]) for row in own)
        counted = and_list([f"{many} networks on {_tasks(tasks[many])}" for many in sorted(tasks, reverse=True)])
        most = " or ".join(map(str, budgets))
        said = f"{counted}, at most {most} epochs, seed {_seeds(own)}."
        alike.setdefault(said, []).append(title)
    return "\n".join(f"- {'; '.join(titles)}: {said}" for said, titles in alike.items())


def _seeds(rows: Iterable[Line]) -> str:
    return " and ".join(sorted({row["seed"] for row in rows}))


def _tasks(count: int) -> str:
    return "1 task" if count == 1 else f"{count} tasks"


def _table(lines: Iterable[Sequence[str]]) -> str:
    head, *others = lines
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *others))


def _in_order(rows: Sequence[Line]) -> list[Line]:
    return sorted(rows, key=lambda row: BATTERY_TASKS.index(row["task"]))


def forced_section(rows: Sequence[Line]) -> str:
    """The section on ideal gates, in the order of the battery; empty without rows."""
    if not rows:
        return ""
    found = _in_order(rows)
    lines = [[row["task"], *(row[name].replace("/", " of ") or "–" for name in FORCED_COLUMNS)] for row in found]
    epochs = max(int(row["budget"]) for row in found)
    seeds, table = _seeds(found), _table([["task", *FORCED_COLUMNS.values()], *lines])
    return FORCED_TEXT.format(name=FORCED, epochs=epochs, seeds=seeds, table=table)


def _split(rows: Sequence[Line]) -> tuple[list[Line], list[Line], list[Line], list[Line]]:
    """The rows of the first table, those with validation, without match units, and with ideal gates."""
    own = {name: [row for row in rows if row["study"] == name] for name in (VALIDATED, WITHOUT, FORCED)}
    return [row for row in rows if row["study"] not in own], own[VALIDATED], own[WITHOUT], own[FORCED]


def _by_task(rows: Sequence[Line], entry: Callable[[Line], str]) -> str:
    series, tasks = _series(rows), dict.fromkeys(row["task"] for row in rows)
    by_place = {(row["task"], row["model"], row["condition"]): entry(row) for row in rows}
    lines = [[task, *(by_place.get((task, *kind), "–") for kind in series)] for task in tasks]
    return _table([["task", *series.values()], *lines])


def _without_section(rows: Sequence[Line]) -> str:
    return WITHOUT_TEXT.format(name=WITHOUT, studies=_described(rows), table=_by_task(rows, _entry)) if rows else ""


def _validated_entry(row: Line) -> str:
    passed = f"{row['reached'].replace('/', ' of ')}, {row['median']}"
    tested = row["without an error"]
    return f"{passed}; {tested.replace('/', ' of ')}, {row['worst frozen error']}" if tested else passed


def _validated_section(rows: Sequence[Line]) -> str:
    if not rows:
        return ""
    found = _in_order(rows)
    return VALIDATED_TEXT.format(name=VALIDATED, studies=_described(found), table=_by_task(found, _validated_entry))


def battery_page(rows: Sequence[Line]) -> str:
    """The page in Markdown, of all rows."""
    rows, validated, without, forced = _split(rows)
    return TEXT.format(
        studies=_described(rows),
        table=_by_task(rows, _entry),
        validated=_validated_section(validated),
        without=_without_section(without),
        forced=forced_section(forced),
    )


def _number(text: str) -> float:
    """A number of the table; NaN for a text such as "> 300"."""
    try:
        return float(text)
    except ValueError:
        return np.nan


def battery_figure(rows: Sequence[Line]) -> Figure:
    """By task and model: the proportion that reached the criterion, median epochs, and median frozen error."""
    rows, *_ = _split(rows)
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
                ax.plot(values, place, marker, ms=3, color=model_color(kind[0]), label=title)
        _label(list(axes), tasks)
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
"""Markers of the conditions of a model."""


def _values(rows: Iterable[Line]) -> list[list[float]]:
    by_row = [(_number(row["%"]) / 100, _number(row["median"]), _number(row["frozen error"])) for row in rows]
    return [list(column) for column in zip(*by_row, strict=True)]


def _label(axes: Sequence[Axes], tasks: Sequence[str]) -> None:
    labels = ("proportion reached", "median epochs", "median frozen error")
    for ax, label in zip(axes, labels, strict=True):
        ax.set(xlabel=label, ylim=(-0.6, len(tasks) - 0.4), yticks=range(len(tasks)), yticklabels=[])
        ax.hlines(np.arange(len(tasks) - 1) + 0.5, 0, 1, transform=ax.get_yaxis_transform(), lw=0.3, color="0.8")
        ax.tick_params(axis="y", length=0)
    axes[0].set(xlim=(-0.03, 1.03), yticklabels=[task_name(task) for task in tasks])


def _written(path: Path) -> list[Line]:
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _networks(row: Line) -> int:
    return int(row["reached"].split("/")[1])


def write_battery(directories: Sequence[Path], documents: Path, *, replace: bool = False) -> list[Line]:
    """Write ``battery.md``, ``battery.csv`` and ``figures/battery.png`` from runs of the studies of the battery.

    Rows in ``battery.csv`` stay if no run has them. Without `replace`, they also stay if the run has fewer networks.
    Others are replaced in place.

    Returns
    -------
    list of rows
        The rows of ``battery.csv`` that stay because a run has fewer networks.
    """
    runs = [open_run(directory) for directory in directories]
    by_study: dict[str, dict[tuple[str, ...], Line]] = {}
    new = [row for run in runs for row in battery_rows(run.study, read_study(run.study, run.store))]
    kept = []
    for row in (*_written(documents / "battery.csv"), *new):
        of_study, key = by_study.setdefault(row["study"], {}), (row["task"], row["model"], row["condition"])
        if not replace and key in of_study and _networks(row) < _networks(of_study[key]):
            kept.append(of_study[key])
        else:
            of_study[key] = row
    names = sorted(by_study, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    rows = [row for name in names for row in by_study[name].values()]
    write_csv(documents / "battery.csv", COLUMNS, [[row[name] for name in COLUMNS] for row in rows])
    with written_whole(documents / "battery.md") as temporary:
        temporary.write_text(battery_page(rows), encoding="utf-8")
    (documents / "figures").mkdir(exist_ok=True)
    with written_whole(documents / "figures" / "battery.png") as temporary, print_style():
        battery_figure(rows).savefig(temporary)
    return kept


if __name__ == "__main__":
    given = [Path(name) for name in sys.argv[1:] if name != REPLACE]
    (documents,) = (path for path in given if not (path / MANIFEST).exists())
    kept = write_battery([path for path in given if path != documents], documents, replace=REPLACE in sys.argv)
    for row in kept:
        print(f"{row['task']}, {row['model']}, {row['condition']}: the run has fewer than {_networks(row)} networks")
    if kept:
        print(f"These rows of {documents / 'battery.csv'} are unchanged; {REPLACE} replaces them.")
