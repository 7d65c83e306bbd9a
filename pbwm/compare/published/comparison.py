"""A published comparison, run again: its parts as studies, and a report with the paper's numbers beside ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pbwm.compare.analysis.survival import success
from pbwm.compare.experiment.code_version import code_version
from pbwm.compare.experiment.declaration import Study
from pbwm.compare.experiment.results import RowResult
from pbwm.compare.figures.drawn import Drawn, panels, save_drawn
from pbwm.compare.figures.plots.beside_published import Beside, plot_beside_published, plot_novel_error
from pbwm.compare.figures.style import print_style
from pbwm.compare.files import written_whole

__all__ = ["HEADINGS", "REPORT", "Part", "Published", "drawn_part", "part_table", "write_report"]

REPORT = "report.md"
HEADINGS = (
    *("task", "networks", "published epochs", "published success", "the paper says"),
    *("reached", "95 % interval", "mean of those", "median of all", "budget", "error on novel"),
)


@dataclass(frozen=True, kw_only=True)
class Published:
    """What the paper reports of the networks of a row.

    Attributes
    ----------
    epochs
        Mean epochs to criterion of those that learned; None: the paper gives no number.
    success
        Proportion that learned; None: it gives none.
    words
        What it says beside.
    """

    epochs: float | None = None
    success: float | None = None
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A figure of the paper.

    Attributes
    ----------
    title
        What it shows.
    study
        The study that makes it again.
    published
        Task and condition of a row → what the paper reports of it.
    novel
        Whether it shows the error on sequences that were never trained, too.
    on_request
        Whether it is long, and runs only where it is named.
    """

    title: str
    study: Study
    published: Mapping[tuple[str, str], Published]
    novel: bool = False
    on_request: bool = False


def _published(part: Part, result: RowResult) -> Published:
    return part.published.get((result.row.task, result.row.condition), Published())


def part_table(part: Part, results: Sequence[RowResult]) -> list[tuple[str, ...]]:
    """A part of the paper as a table, a row each, under `HEADINGS`.

    The published epochs are the mean over networks that learned; so is ours under "mean of those". The median is over
    all networks, and "> budget" where fewer than half learned.
    """
    return [_line(_published(part, result), result) for result in results]


def _line(said: Published, result: RowResult) -> tuple[str, ...]:
    row, times = result.row, result.times
    paper = (
        "" if said.epochs is None else f"{said.epochs:g}",
        "" if said.success is None else f"{100 * said.success:g} %",
        said.words,
    )
    if not times.networks:
        return (row.task, row.condition, *paper, "not run", "", "", "", str(row.epochs), "")
    rate, taken = success(times), times.epochs[times.reached]
    novel = result.novel_error[np.isfinite(result.novel_error)]
    return (
        row.task,
        row.condition,
        *paper,
        f"{len(taken)} of {times.networks}",
        f"{100 * rate.low:.0f}–{100 * rate.high:.0f} %",
        f"{taken.mean():.0f}" if len(taken) else "",
        times.text(times.median),
        str(row.epochs),
        f"{novel.mean():.3f}" if len(novel) else "",
    )


def drawn_part(name: str, part: Part, results: Sequence[RowResult]) -> Drawn:
    """The figure of a part: epochs to criterion, and where the paper shows it the error on novel sequences.

    Rows that have not been run are left out.
    """
    found = [result for result in results if result.times.networks]
    several = len({result.row.task for result in found}) > 1
    rows = [
        Beside(
            label=result.row.condition + (f", {result.row.task}" if several else ""),
            model=result.row.learner,
            times=result.times,
            published=_published(part, result).epochs,
            novel_error=result.novel_error,
        )
        for result in found
    ]
    with print_style():
        figure, axes = panels(1 + part.novel, height=0.9 + 0.42 * len(rows))
        plot_beside_published(rows, ax=axes[0])
        if part.novel:
            plot_novel_error(rows, ax=axes[1])
        figure.suptitle(part.title, x=0.01, ha="left", fontsize=8)
    table = [
        [r.row.task, r.row.condition, int(n), int(at) if at else None, r.row.epochs, float(novel)]
        for r in found
        for n, at, novel in zip(r.networks, r.times.epochs, r.novel_error, strict=True)
    ]
    header = ("task", "networks", "network", "epochs_to_criterion", "budget", "error_on_novel")
    return Drawn(name=name, caption=part.title, figure=figure, header=header, rows=table)


def write_report(
    directory: Path, paper: str, command: str, parts: Mapping[str, Part], results: Mapping[str, Sequence[RowResult]]
) -> Path:
    """Write ``report.md`` on the parts that have results, with figures of those that have been run, and give its path.

    Raises
    ------
    ResultsError
        If a file cannot be written.
    """
    text = [f"# {paper}\n", f"Run again by `{command}`. {_code()}\n", READ]
    for name, part in ((name, parts[name]) for name in results):
        text.append(f"## {part.title}\n")
        if any(result.times.networks for result in results[name]):
            drawn = drawn_part(name, part, results[name])
            with print_style():
                save_drawn(directory, drawn)
            text.append(f"![{part.title}]({name}.png)\n")
        text += [_markdown(HEADINGS, part_table(part, results[name])), _settings(part.study)]
    path = directory / REPORT
    with written_whole(path) as temporary:
        temporary.write_text("\n".join(text), encoding="utf-8")
    return path


READ = """Published epochs are means over the networks that learned; ours stand beside them under "mean of those", with
the median of all networks, in which those that did not learn within the budget count as the slowest. Intervals are
Wilson's, of 95 %. Settings are the same for all networks of a kind on a task; none was chosen on these seeds.
"""


def _code() -> str:
    code = code_version()
    return f"pbwm {code['pbwm']}, sources {code['sources']}, NumPy {code['numpy']}, Numba {code['numba']}."


def _markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _settings(study: Study) -> str:
    """Seed, criteria, and what differs from the defaults of each learner."""
    rows = [
        (row.task, row.learner, row.condition, str(row.key["criterion"]), _said(row.parameters)) for row in study.rows()
    ]
    head = f"Seed {study.seed}, networks 0 to {study.replicas - 1}. Study `{study.name}`.\n\n"
    return head + _markdown(("task", "learner", "networks", "zero-error epochs", "parameters changed"), rows)


def _said(changes: Mapping[str, object]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in changes.items()) or "none"
