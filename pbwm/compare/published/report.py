"""Report on the reproduction of a paper: tables with its numbers and ours, figures, and Markdown."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import fill

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pbwm.compare.analysis.survival import success
from pbwm.compare.errors import ResultsError
from pbwm.compare.experiment.code_version import code_version
from pbwm.compare.experiment.results import RowResult
from pbwm.compare.figures.names import task_name
from pbwm.compare.figures.plots.published_comparison import (
    Beside,
    beside_height,
    plot_beside_published,
    plot_novel_error,
)
from pbwm.compare.figures.saving import Drawn, panels, save_drawn
from pbwm.compare.figures.style import is_narrow, print_style
from pbwm.compare.files import csv_text, write_csv, written_whole
from pbwm.compare.published.paper import Paper, Part, Published, ratio, same_order
from pbwm.compare.published.sections import markdown_table, settings
from pbwm.compare.reports.study import frozen_text, mean_text, source_notes

__all__ = [
    "HEADINGS",
    "REPORT",
    "TABLE",
    "check_directory",
    "drawn_part",
    "part_table",
    "published_table",
    "write_report",
]

LETTERS = 50
"""Largest number of letters in a line of the title of a figure of one column."""
REPORT, TABLE = "report.md", "table.csv"
HEADINGS = (
    *("task", "networks", "published mean", "published success", "the paper says"),
    *("reached", "95% interval", "mean of those", "sd", "median of all", "budget", "unit"),
    *("ours / published", "same order", "frozen error", "goal's test", "error on novel"),
)


def _published(part: Part, result: RowResult) -> Published:
    return part.published.get((result.row.task, result.row.condition), Published())


def part_table(part: Part, results: Sequence[RowResult]) -> list[tuple[str, ...]]:
    """A part of the paper as a table, a row each, under `HEADINGS`.

    Both means and the frozen error are over networks that learned. The median is over all networks; "> budget" if fewer
    than half learned.
    """
    return [_line(_published(part, result), result) for result in results]


def _line(said: Published, result: RowResult) -> tuple[str, ...]:
    row, times = result.row, result.times
    paper = (
        "" if said.epochs is None else f"{said.epochs:g}",
        "" if said.success is None else f"{100 * said.success:g}%",
        said.words,
    )
    if not times.networks:
        return (row.task, row.condition, *paper, "not run", *[""] * 4, str(row.epochs), row.unit, *[""] * 5)
    rate, taken, times_theirs = success(times), times.epochs[times.reached], ratio(said, times)
    same = same_order(said, times)
    return (
        row.task,
        row.condition,
        *paper,
        f"{len(taken)} of {times.networks}",
        f"{100 * rate.low:.0f}–{100 * rate.high:.0f}%",
        f"{taken.mean():.0f}" if len(taken) else "",
        f"{taken.std(ddof=1):.0f}" if len(taken) > 1 else "",
        times.text(times.median),
        str(row.epochs),
        row.unit,
        "" if times_theirs is None else f"{times_theirs:.2f}",
        "" if same is None else ("yes" if same else "no"),
        frozen_text(result),
        _goal_test(result),
        mean_text(result.novel_error),
    )


def _goal_test(result: RowResult) -> str:
    """Result of the goal's own test: the mean proportion wrong, or the median of counts, with their range."""
    goal, found = result.row.goal, result.tested[np.isfinite(result.tested)]
    if goal is None or goal.measures == "proportion wrong":
        return mean_text(result.tested, digits=5)
    return f"{goal.measures}: {np.median(found):g} ({found.min():g}–{found.max():g})" if len(found) else ""


TERMS = (
    "Mean and SD are over the networks that learned. Same order: the means (or, without them, the successes) differ by "
    "a factor of at most √10."
)
SHOWN = {
    "published mean": "paper:\nmean",
    "published success": "success",
    "reached": "ours:\nreached",
    "mean of those": "mean",
    "sd": "sd",
    "median of all": "median\nof all",
    "ours / published": "ratio",
    "same order": "same\norder",
}
"""Column of the terminal after the networks → its heading there."""


def published_table(paper: Paper, results: Mapping[str, Sequence[RowResult]]) -> Table:
    """A line for each row that has been run: the paper's result, ours, and whether they have the same order."""
    notes = source_notes([result for of in results.values() for result in of])
    table = Table(
        title=paper.title,
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
        caption=" ".join([TERMS, *notes]),
        caption_justify="left",
    )
    table.add_column("networks", overflow="fold")
    for heading in SHOWN.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for name, of in results.items():
        for line in part_table(paper.parts[name], of):
            cells = dict(zip(HEADINGS, line, strict=True))
            if cells["reached"] != "not run":
                table.add_row(Text(cells["networks"]), *(cells[heading] for heading in SHOWN))
    return table


def drawn_part(name: str, part: Part, results: Sequence[RowResult]) -> Drawn:
    """The figure of a part: epochs to criterion and, if the paper shows it, the error on novel sequences.

    Rows that have not been run are omitted.
    """
    found = [result for result in results if result.times.networks]
    several = len({result.row.task for result in found}) > 1
    rows = [
        Beside(
            label=result.row.condition + (f", {task_name(result.row.task)}" if several else ""),
            model=result.row.model,
            times=result.times,
            published=_published(part, result).epochs,
            novel_error=result.novel_error,
        )
        for result in found
    ]
    with print_style():
        figure, axes = panels(1 + part.novel, height=beside_height(rows))
        across = part.novel and not is_narrow()
        plot_beside_published(rows, ax=axes[0], legend_right_of=axes[1] if across else None)
        if part.novel:
            plot_novel_error(rows, ax=axes[1], named=not across)
        title = fill(part.title, LETTERS) if is_narrow() else part.title
        figure.suptitle(title, x=0.01, ha="left", fontsize=8)
    table = [
        [r.row.task, r.row.condition, int(n), int(at) if at else None, r.row.epochs, float(frozen), float(novel)]
        for r in found
        for n, at, frozen, novel in zip(r.networks, r.times.epochs, r.frozen.error, r.novel_error, strict=True)
    ]
    header = ("task", "networks", "network", "epochs_to_criterion", "budget", "frozen_error", "error_on_novel")
    return Drawn(name=name, caption=_caption(part, rows), figure=figure, header=header, rows=table)


def _caption(part: Part, rows: Sequence[Beside]) -> str:
    counts = sorted({row.times.networks for row in rows})
    text = (
        f"{part.title}: epochs to criterion of our networks ({' or '.join(map(str, counts))} in a row) and published "
        "means (diamonds). Points: networks; bars: medians of all networks; dashed lines: budgets; triangles: networks "
        "that did not reach the criterion. The axis is logarithmic, because rows differ by large factors."
    )
    return text + (" Second panel: error on sequences that were never trained." if part.novel else "")


def check_directory(directory: Path, paper: Paper) -> None:
    """Raise `ResultsError` if a directory holds anything but parts and reports of a paper.

    Figures are written after the table. Without table and report, they are therefore a user's.
    """
    if directory.exists() and not directory.is_dir():
        raise ResultsError(f"{directory}: is a file; give a directory")
    names = sorted(path.name for path in directory.iterdir()) if directory.exists() else []
    suffixes = ("", ".png", ".pdf", ".csv", ".txt") if {REPORT, TABLE} & set(names) else ("",)
    ours = {REPORT, TABLE, *(f"{name}{suffix}" for name in paper.parts for suffix in suffixes)}
    foreign = [name for name in names if name not in ours]
    # A run that is stopped while it writes its report leaves a table alone.
    name, begins = (REPORT, f"# {paper.title}") if REPORT in names else (TABLE, csv_text(("part", *HEADINGS), ()))
    path = directory / name
    if path.exists() and not path.read_text(encoding="utf-8", errors="replace").startswith(begins):
        foreign.append(name)
    if foreign:
        rule = f"contains files that are not of {paper.name} ({', '.join(foreign[:3])})"
        raise ResultsError(f"{directory}: {rule}; give another directory")


def write_report(directory: Path, paper: Paper, results: Mapping[str, Sequence[RowResult]]) -> Path:
    """Write ``table.csv`` and ``report.md`` on the parts with results, and draw figures; return the report's path.

    Raises
    ------
    ResultsError
        If a file cannot be written.
    """
    tables = {name: part_table(paper.parts[name], of) for name, of in results.items()}
    write_csv(directory / TABLE, ("part", *HEADINGS), [(name, *line) for name, of in tables.items() for line in of])
    found = [result for of in results.values() for result in of]
    text = [f"# {paper.title}\n", f"Written by `pbwm reproduce {paper.name}`. {_code(found)}\n", READ]
    text += [f"{note}\n" for note in source_notes(found)]
    for name, part in ((name, paper.parts[name]) for name in results):
        text.append(f"## {part.title}\n")
        if any(result.times.networks for result in results[name]):
            with print_style():
                save_drawn(directory, drawn_part(name, part, results[name]))
            text.append(f"![{part.title}]({name}.png)\n")
        text += [settings(part.study), markdown_table(HEADINGS, tables[name])]
    path = directory / REPORT
    with written_whole(path) as temporary:
        temporary.write_text("\n".join(text), encoding="utf-8")
    return path


READ = """Means are over the networks that learned. Medians are over all networks; those that did not learn count as the
slowest. Intervals are Wilson's 95% intervals. "Frozen error" is the error of the networks that learned, with frozen
weights on fresh trials. "Same order": the means (or, without them, the successes) differ by a factor of at most √10.
All networks of a kind have the same settings on a task, and none was chosen on these seeds.
"""


def _code(results: Sequence[RowResult]) -> str:
    """The code of the results or, without any, of this process."""
    made = [cell.code for result in results for cell in result.cells] or [code_version()]
    names = {"pbwm": "pbwm", "sources": "sources", "numpy": "NumPy", "numba": "Numba"}
    each = sorted({", ".join(f"{label} {code.get(name)}" for name, label in names.items()) for code in made})
    return f"{'; '.join(each)}."
