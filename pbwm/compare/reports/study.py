"""The results of a run, as tables for the terminal and for CSV, and as figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pbwm.compare.analysis.frozen import FrozenSummary
from pbwm.compare.analysis.survival import Contrast, Interval, contrasts, restricted_mean, success, survival
from pbwm.compare.experiment.block import Block
from pbwm.compare.experiment.claims import Progress
from pbwm.compare.experiment.declaration import Study
from pbwm.compare.experiment.results import RowResult
from pbwm.compare.experiment.row import AS_IT_IS, Row, blocks_of
from pbwm.compare.experiment.search import Point
from pbwm.compare.experiment.store import Store
from pbwm.compare.figures.names import model_name, task_name
from pbwm.compare.figures.plots.reached import plot_reached, reached_marks
from pbwm.compare.figures.plots.survival import coinciding, plot_survival
from pbwm.compare.figures.saving import Drawn, panels
from pbwm.compare.figures.style import is_narrow, print_style

__all__ = [
    "HEADINGS",
    "drawn_study",
    "frozen_text",
    "mean_text",
    "search_table",
    "source_notes",
    "status_table",
    "studies_table",
    "study_contrasts",
    "study_rows",
    "study_table",
]

HEADINGS = (
    *(
        "task",
        "model",
        "condition",
        "budget",
        "unit",
        "reached",
        "%",
        "95% interval",
        "first",
        "median",
        "90%",
        "last",
    ),
    *("mean to budget", "95% interval of mean", "final error"),
    *("frozen error", "worst frozen error", "without an error", "frozen steps that count"),
    *("novel error", "goal's test error", "against", "log-rank p", "corrected p", "sooner", "later", "paired p"),
)
"""Columns of a run's table."""
SHOWN = {
    "budget": "at\nmost",
    "reached": "reached",
    "95% interval": "95%",
    "median": "median",
    "frozen error": "frozen\nerror",
    "worst frozen error": "worst",
    "without an error": "none\nwrong",
    "novel error": "novel\nerror",
    "goal's test error": "goal's\ntest",
    "corrected p": "p",
}
"""Column of the terminal after the model → its heading there."""
SOMETIMES = ("novel error", "goal's test error", "corrected p")
"""Columns of the terminal that are omitted if they are empty."""


def _frozen(result: RowResult) -> FrozenSummary:
    return result.frozen.summary(among=result.times.reached)


def frozen_text(result: RowResult) -> str:
    """The frozen errors of the networks of a row that reached the criterion, in words."""
    return str(_frozen(result)) if result.times.reached.any() else ""


def study_contrasts(study: Study, results: Sequence[RowResult]) -> dict[str, Contrast]:
    """Every row that has been run against its baseline, by label.

    If the study names none, the baseline is the first row of its task that has been run. Rows whose times have
    different units are not compared.
    """
    found = {result.row.label: result for result in results if result.times.networks}
    first: dict[str, RowResult] = {}
    pairs = []
    for result in found.values():
        base = _compared_with(study, result, found, first.setdefault(result.row.task, result))
        if base is not None and base.row.unit == result.row.unit:
            pairs.append((result, base))
    return {contrast.label: contrast for contrast in contrasts(pairs)}


def _compared_with(
    study: Study, result: RowResult, found: Mapping[str, RowResult], first: RowResult
) -> RowResult | None:
    """Baseline of a row, if it has been run: the `first` row of its task if the study names none."""
    if not study.names_baseline(result.row):
        return None if first is result else first
    base = study.baseline(result.row)
    return None if base is None else found.get(base.label)


def study_rows(study: Study, results: Sequence[RowResult]) -> list[tuple[str, ...]]:
    """A study's table as text, a row each, under `HEADINGS`.

    docs/studies.md defines the statistics. In first, median, 90% and last, networks that did not reach the criterion
    rank last. Final and novel errors are means over all networks; frozen errors are those of networks that reached the
    criterion.
    """
    tests = study_contrasts(study, results)
    return [_cells(result, tests.get(result.row.label)) for result in results]


def _cells(result: RowResult, test: Contrast | None) -> tuple[str, ...]:
    row, times = result.row, result.times
    names = (row.task, row.model, row.condition, str(row.epochs), row.unit)
    if not times.networks:
        return (*names, "not run", *[""] * (len(HEADINGS) - len(names) - 1))
    rate, mean, frozen = success(times), restricted_mean(times), _frozen(result)
    counted = result.frozen.counted.sum(1)
    found = (
        f"{int(times.reached.sum())}/{times.networks}",
        f"{100 * rate.value:.0f}",
        f"{100 * rate.low:.0f}–{100 * rate.high:.0f}",
        *(times.text(of) for of in (times.first, times.median, times.by_fraction(0.9), times.last)),
        f"{mean.value:.0f}",
        f"{mean.low:.0f}–{mean.high:.0f}" if mean.defined else "–",
        mean_text(result.final_error),
        *("" if np.isnan(error) else f"{error:.4f}" for error in (frozen.median, frozen.worst)),
        f"{frozen.faultless}/{frozen.networks}" if frozen.networks else "",
        str(int(np.median(counted))) if counted.any() else "",
        mean_text(result.novel_error),
        mean_text(result.tested, digits=5),
    )
    if test is None:
        return (*names, *found, *[""] * (len(HEADINGS) - len(names) - len(found)))
    tested = (test.baseline, _p(test.log_rank), _p(test.corrected), str(test.sooner), str(test.later), _p(test.paired))
    return (*names, *found, *tested)


def mean_text(error: NDArray[np.float64], digits: int = 3) -> str:
    """The mean of finite values; empty if there are none."""
    return f"{float(np.nanmean(error)):.{digits}f}" if np.isfinite(error).any() else ""


def _p(value: float | None) -> str:
    if value is None:
        return ""
    return "<.0001" if value < 1e-4 else "1" if value > 0.99995 else f"{value:.4f}".lstrip("0")


def study_table(study: Study, results: Sequence[RowResult]) -> Table:
    """The results of the rows of a run: a line for each, under its task.

    Long names are folded; numbers are never cut.
    """
    lines = [dict(zip(HEADINGS, cells, strict=True)) for cells in study_rows(study, results)]
    shown = [name for name in SHOWN if name not in SOMETIMES or any(line[name] for line in lines)]
    table = Table(
        title=f"{study.name}: {study.question}".rstrip(": "),
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
        caption=" ".join(_notes(study, results, shown)),
        caption_justify="left",
    )
    table.add_column("task\n  model", overflow="fold")
    for name in shown:
        table.add_column(SHOWN[name], justify="right", no_wrap=True)
    before = None
    for result, line in zip(results, lines, strict=True):
        if line["task"] != before:
            table.add_row(Text(line["task"], style="bold"))
            before = line["task"]
        table.add_row(Text(f"  {result.row.named}"), *(line[name] for name in shown))
    return table


def _notes(study: Study, results: Sequence[RowResult], shown: Sequence[str]) -> list[str]:
    units = " or ".join(dict.fromkeys(result.row.unit for result in results))
    notes = [
        f"At most: budget of a network in {units}. Reached: networks that reached the criterion, of n.",
        "Median: when half of all networks had reached it; “>”: not within the budget. Frozen error: error of these",
        "networks with frozen weights on fresh trials: median, worst, and the number without an error.",
    ]
    stopped = [(_frozen(result).without_result, result.row) for result in results]
    without = [f"{row.label} ({count})" for count, row in stopped if count]
    if without:
        notes.append(f"Networks that were stopped in that test have no frozen error: {', '.join(without)}.")
    rows = [result.row for result in results]
    for epochs in sorted({row.consolidation for row in rows} - {0}):
        names = dict.fromkeys(f"“{row.condition}”" for row in rows if row.consolidation == epochs)
        who = f"Those of {', '.join(names)}" if any(row.consolidation != epochs for row in rows) else "These networks"
        notes.append(f"{who} were trained for {epochs} further epochs before that test (consolidation).")
    if "corrected p" in shown:
        named = study.against or any(condition.against for condition in study.conditions)
        base = "row that the study names" if named else "first row of the task"
        notes.append(f"p: log-rank test against the {base}, corrected for the number of tests.")
    return notes + source_notes(results)


def source_notes(results: Sequence[RowResult]) -> list[str]:
    """Sentences on results of several versions of the code, and on files that are not used."""
    notes = []
    codes = sorted({code for result in results for code in result.codes})
    if len(codes) > 1:
        notes.append(f"Results of {len(codes)} versions of the code: {', '.join(codes)}.")
    damaged = [f"{damage}" for result in results for damage in result.damaged]
    if damaged:
        notes.append(f"Omitted: {'; '.join(damaged)}; run the study again.")
    return notes


def search_table(study: Study, points: Sequence[Point]) -> Table:
    """The points of a search, in their order."""
    table = Table(
        title=f"{study.name}: {study.question}".rstrip(": "),
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        caption="Cost: mean number of epochs, as a fraction of the budget. These networks only serve to choose "
        "values: test the chosen values on other seeds.",
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
    """Progress of a study: finished, running and missing networks, and damaged files."""
    table = Table(
        *("row", "done", "running", "missing", "damaged"), title=study.name, title_justify="left", box=SIMPLE_HEAD
    )
    for row in study.rows():
        cells, damaged = store.cells(row, study.record)
        done = {n for cell in cells for n in cell.networks if n < study.networks}
        running = []
        for networks in blocks_of(study.networks):
            block = Block(store.directory, row, networks, study.record)
            progress = store.claims.progress(block.name)
            if progress is not None and store.claims.held(block.name):
                running.append(_running(networks, progress, row))
        missing = study.networks - len(done)
        table.add_row(
            row.label,
            str(len(done)),
            "\n".join(running),
            str(missing),
            "\n".join(f"{d.path.name} {d.why}" for d in damaged),
        )
    return table


def _running(networks: range, progress: Progress, row: Row) -> str:
    return (
        f"{networks.start}–{networks.stop - 1}: {progress.epochs} of {row.epochs} {row.unit}, "
        f"{progress.reached}/{progress.networks} reached"
    )


def studies_table(studies: Mapping[str, Study]) -> Table:
    """The studies by name."""
    table = Table("study", "question", "rows", "networks per row", "seed", box=SIMPLE_HEAD, leading=1)
    for name, study in studies.items():
        table.add_row(name, study.question, str(len(study.rows())), str(study.networks), str(study.seed))
    return table


def drawn_study(study: Study, results: Iterable[RowResult]) -> list[Drawn]:
    """Survival curves of each task, then how many networks of each row reached the criterion.

    Rows that have not been run are omitted.
    """
    found = [result for result in results if result.times.networks]
    by_task = {task: [of for of in found if of.row.task == task] for task in dict.fromkeys(of.row.task for of in found)}
    curves = [_drawn(study, task, rows) for task, rows in by_task.items()]
    return [*curves, _drawn_reached(study, by_task)] if curves else []


def _names(rows: Sequence[Row]) -> dict[tuple[str, str], str]:
    """Model and condition of a row → their names in a figure.

    A condition does not repeat words of the model's name: "LSTM, reward" under "reward alone" is "LSTM, reward alone",
    unless another row has that name.
    """
    full, short = {}, {}
    for model, condition in dict.fromkeys((row.model, row.condition) for row in rows):
        name = model_name(model)
        base, comma, rest = name.rpartition(", ")
        full[model, condition] = name if condition == AS_IT_IS else f"{name}, {condition}"
        repeats = comma and condition.startswith(rest)
        short[model, condition] = f"{base}, {condition}" if repeats else full[model, condition]
    return short if len(set(short.values())) == len(short) else full


def _drawn_reached(study: Study, by_task: Mapping[str, Sequence[RowResult]]) -> Drawn:
    named = _names([of.row for rows in by_task.values() for of in rows])

    def name(row: Row) -> str:
        return named[row.model, row.condition]

    proportions = {task: {name(of.row): success(of.times) for of in rows} for task, rows in by_task.items()}
    names = list(dict.fromkeys(name(of.row) for rows in by_task.values() for of in rows))
    with print_style():
        figure, axes = panels(len(by_task), height=0.9 + 0.17 * len(names))
        for ax, (task, found) in zip(axes, proportions.items(), strict=True):
            plot_reached(names, found, ax=ax).set_title(task_name(task), loc="left")
            place = ax.get_subplotspec()
            ax.tick_params(labelleft=is_narrow() or place is None or place.is_first_col())
        figure.legend(handles=reached_marks(), loc="outside lower center", ncols=1 if is_narrow() else 2)
    return Drawn(
        name="reached",
        caption=f"Study “{study.name}”: proportion of networks that reached the criterion within the budget (points), "
        "with Wilson's 95% interval (lines), for each row and task.",
        figure=figure,
        header=("row", "networks", "reached", "proportion", "low", "high"),
        rows=[
            [of.row.label, of.times.networks, int(of.times.reached.sum()), *_ends(proportions[task][name(of.row)])]
            for task, rows in by_task.items()
            for of in rows
        ],
    )


def _ends(found: Interval) -> tuple[float, float, float]:
    return found.value, found.low, found.high


def _drawn(study: Study, task: str, rows: Sequence[RowResult]) -> Drawn:
    curves = [survival(of.times) for of in rows]
    unit = " or ".join(dict.fromkeys(of.row.unit for of in rows))
    names = _names([of.row for of in rows])
    named = [
        replace(curve, label=names[of.row.model, of.row.condition]) for curve, of in zip(curves, rows, strict=True)
    ]
    with print_style():
        figure, (axes,) = panels(1, height=max(2.6, 0.9 + 0.17 * len(curves)))
        plot_survival(named, unit=unit, ax=axes)
        axes.set_title(task_name(task), loc="left")
    alike = " Dashes of several colors: curves that coincide." if any(len(of) > 1 for of in coinciding(curves)) else ""
    return Drawn(
        name=f"survival-{task}",
        caption=f"Study “{study.name}”: proportion of networks that have not reached the criterion on "
        f"{task_name(task)}, over {unit} of training, with pointwise 95% intervals (bands). Crosses: networks that "
        f"had not reached it at the end.{alike}",
        figure=figure,
        header=("row", unit, "proportion", "low", "high"),
        rows=[
            [curve.label, *(float(array[i]) for array in (curve.epochs, curve.proportion, curve.low, curve.high))]
            for curve in curves
            for i in range(len(curve.epochs))
        ],
    )
