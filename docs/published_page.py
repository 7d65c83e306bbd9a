"""Write docs/published.md: published numbers of our sources, our numbers, and verdicts. ``make published``.

`pbwm.compare.published` declares the published numbers. Ours are in the tables of docs/oreilly2006 and
docs/reproductions. If runs are named, `published_rows` first adds their rows to these tables. Nothing is run.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from published_rows import take_rows
from published_texts import ELSEWHERE, INTRODUCTION, MEANINGS, TERMS

from pbwm.compare.analysis.criterion import NOT_REACHED, EpochsToCriterion, epochs_to_criterion
from pbwm.compare.analysis.survival import success
from pbwm.compare.experiment.declaration import Study
from pbwm.compare.experiment.row import slug
from pbwm.compare.figures.style import mark, print_style
from pbwm.compare.published import PAPERS
from pbwm.compare.published.paper import Paper, Published, ratio, same_order
from tasks.catalog import TASKS

HALF = 0.5
"""If a smaller proportion of a paper's networks learned, only proportions are compared."""
DOCS = Path(__file__).parent
RUN, NO_NUMBER = "not run", "–"
REPRODUCED, ORDER, NOT = "reproduced", "same order", "not reproduced"

OTHER_SETTINGS = ("against the text", "y(1 − y) +", "cells see inputs alone")
"""Parts of the names of rows whose settings contradict the paper."""

EASIER = "we score the most active output, which is easier"
REASONS = {
    ("oreilly2006", "PBWM in the form of 2006"): "stripes gate too often at cues",
    ("oreilly2006", "full model"): "gates replace contents",
    ("oreilly2006", "no Hebbian learning"): "the full model fails as often",
    ("oreilly2006", "no LVi, neutral value"): "LVi is not necessary",
    ("oreilly2006", "no LVi"): "every step produces a burst",
    ("oreilly2006", "no random Go"): "see [form2006](form2006.md#ablations-table-4)",
    ("oreilly2006", "no dopamine by stripe"): "see [form2006](form2006.md#ablations-table-4)",
    ("oreilly2006", "no dopamine"): "one network learns within 12 epochs",
    ("oreilly2006", "windowed backpropagation"): f"ours learn late; {EASIER}",
    ("oreilly2006", "by response"): EASIER,
    ("oreilly2006", "SRN on"): EASIER,
    ("oreilly2006", "SRN"): f"{EASIER}; table 1 has strict networks",
    ("oreilly2006", "hysteresis"): "success falls at a lower hysteresis than in the paper",
    ("oreilly2006", "49 hidden"): "our small networks learn less often",
    ("oreilly2006", "36 hidden"): "our small networks learn less often",
    ("oreilly2006", "25 hidden"): "our small networks learn less often",
    ("hochreiter1997", "1, "): "not all networks learn",
    ("hochreiter1997", "2a, p = 100, late cell"): "cause unknown",
    ("hochreiter1997", "2a"): "the cell that is present from the start saturates the outputs",
    ("hochreiter1997", "2b"): "outputs get stuck, or the budget is too small",
    ("hochreiter1997", "2c"): "states drift",
    ("hochreiter1997", "3c, T = 100, N = 3"): "all networks learn, 3.5 times as fast",
    ("hochreiter1997", "4, T = 100, y(1 − y)"): "all networks learn, but four times as slowly",
    ("hochreiter1997", "4, T = 100"): "errors remain near the ends of the range, where logistic outputs are flat",
    ("hochreiter1997", "4, T = 500"): "not all networks learn",
    ("gers2000", "forget gates"): "more networks succeed than in the paper",
}
"""Paper and beginning of a row's name → why it is not reproduced."""


@dataclass(frozen=True)
class Row:
    """A row of a paper: the published numbers, and ours if it was run."""

    paper: str
    part: str
    name: str
    published: Published
    times: EpochsToCriterion | None
    goal_test: str = ""
    unit: str = "epochs"

    @property
    def verdict(self) -> str:
        """Comparison of our number with the published one."""
        if self.times is None:
            return RUN
        same = same_order(self.published, self.times)
        if same is None:
            return NO_NUMBER
        rate, theirs = success(self.times), self.published.success
        if theirs is not None and theirs < HALF:
            return REPRODUCED if rate.low <= theirs <= rate.high else NOT
        if not same:
            return NOT
        return REPRODUCED if theirs is None or theirs <= rate.high else ORDER

    @property
    def reason(self) -> str:
        """Why the published number was not reached."""
        if self.verdict not in (NOT, ORDER):
            return self.goal_test
        found = [why for (paper, name), why in REASONS.items() if paper == self.paper and self.name.startswith(name)]
        return found[0] if found else self.goal_test

    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        said, times = self.published, self.times
        share = "" if said.success is None else f" ({100 * said.success:g}%)"
        paper = f"{said.epochs:,.0f}{share}" if said.epochs else share.strip(" ()") or said.words or NO_NUMBER
        ours = n = factor = ""
        if times is not None:
            taken = times.epochs[times.reached]
            ours = f"{taken.mean():,.0f}" if len(taken) else f"none within {times.budget:,}"
            n, found = f"{len(taken)} of {times.networks}", ratio(said, times)
            factor = "" if found is None else f"{found:.2f}"
        return self.name, paper, ours, n, factor, self.verdict, self.reason


def of_summary(line: Mapping[str, str], reached: str, mean: str, budget: str) -> EpochsToCriterion:
    """The times of a row whose table has only the mean of the networks that learned, which each of them gets."""
    learned, networks = (int(text) for text in reached.split(" of "))
    epochs = np.full(networks, NOT_REACHED)
    epochs[:learned] = round(float(line[mean] or 0))
    return epochs_to_criterion("", epochs, int(line[budget]))


def ours() -> dict[tuple[str, str, str], tuple[EpochsToCriterion, str]]:
    """Paper, part (or nothing) and name of a row → the times of our networks, and the result of the goal's own test."""
    found: dict[tuple[str, str, str], tuple[EpochsToCriterion, str]] = {}
    for path in sorted(DOCS.glob("reproductions/*.csv")):
        for line in _lines(path):
            paper = path.stem.split("-")[0]
            if "experiment" in line:
                reached = f"{line['reached']} of {line['networks']}"
                found[paper, "", line["experiment"]] = (of_summary(line, reached, "mean", "given at most"), "")
            elif line["reached"] != RUN:
                times = of_summary(line, line["reached"], "mean of those", "budget")
                tested = line["goal's test"]
                said = f"proportion wrong in the test: {tested}" if tested.replace(".", "").isdigit() else tested
                found[paper, line["part"], line["networks"]] = (times, said)
    for path in sorted(DOCS.glob("oreilly2006/*.csv")):
        of_row: dict[tuple[str, str], list[dict[str, str]]] = {}
        for line in _lines(path):
            of_row.setdefault((line["task"], line["networks"]), []).append(line)
        for (task, name), lines in of_row.items():
            epochs = np.array([_epochs(line["epochs_to_criterion"]) for line in lines])
            times = epochs_to_criterion("", epochs, int(lines[0]["budget"]))
            found["oreilly2006", f"{path.stem} {task}", name] = (times, "")
    return found


def runs() -> dict[str, tuple[int, int]]:
    """Study → seed and number of the networks in our tables, where these are recorded."""
    report = (DOCS / "oreilly2006" / "report.md").read_text(encoding="utf-8")
    told = re.findall(r"^Study `(\S+)`, seed (\d+), networks 0 to (\d+);", report, re.MULTILINE)
    found = {name: (int(seed), int(last) + 1) for name, seed, last in told}
    for path in sorted(DOCS.glob("reproductions/*.csv")):
        for line in _lines(path):
            if "seed" in line:
                name = f"{path.stem}-{slug(line['experiment'])}"
                found[name] = (int(line["seed"]), int(line["networks"]))
    return found


def options(study: Study) -> str:
    """Options with which the command of a study gives the networks in our tables; empty if it does so without."""
    seed, networks = runs().get(study.name, (study.seed, study.networks))
    said = {f" --networks {networks}": networks != study.networks, f" --seed {seed}": seed != study.seed}
    return "".join(option for option, differs in said.items() if differs)


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _epochs(said: str) -> int:
    return int(said) if said.isdigit() else NOT_REACHED


def rows() -> Iterator[Row]:
    """Every row that a reproduction declares."""
    known = ours()
    for paper in PAPERS.values():
        for name, part in paper.parts.items():
            for row in part.study.rows():
                keys = (f"{name} {row.task}", name, "")
                hits = [of for key in keys if (of := known.get((paper.name, key, row.condition)))]
                times, goal_test = hits[0] if hits else (None, "")
                said = part.published.get((row.task, row.condition), Published())
                several = len({each.task for each in part.study.rows()}) > 1
                label = f"{row.condition} on {TASKS.title(row.task)}" if several else row.condition
                yield Row(paper.name, name, label, said, times, goal_test, row.unit)


HEADINGS = ("row", "published", "our mean", "reached", "ratio", "verdict", "note")


def page(found: list[Row]) -> str:
    """The page."""
    parts = [INTRODUCTION, summary(found), MEANINGS]
    for paper in PAPERS.values():
        of_paper = [row for row in found if row.paper == paper.name]
        if any(row.verdict not in (RUN, NO_NUMBER) for row in of_paper):
            parts += [f"## {paper.title}\n", TERMS[paper.name], *tables(paper, of_paper)]
    return "\n".join([*parts, ELSEWHERE])


def tables(paper: Paper, found: list[Row]) -> Iterator[str]:
    """The tables of a paper: one for each part, or one for all if each part is a row."""
    by_part = {name: [row for row in found if row.part == name] for name in paper.parts}
    if all(len(of_part) == 1 for of_part in by_part.values()):
        named = "PART is the name of the row in lower case; hyphens replace spaces and symbols."
        others = [(row.name, said) for row in found if (said := options(paper.parts[row.part].study))]
        named += "".join(f" Row *{name}* requires `{said.strip()}`." for name, said in others)
        yield f"{wrapped(f'`pbwm reproduce {paper.name} PART` runs a row. {named}')}\n\n{of_rows(found)}"
        return
    for name, of_part in by_part.items():
        part = paper.parts[name]
        title, command = f"{part.title}:", f"`pbwm reproduce {paper.name} {name}{options(part.study)}`"
        space = " " if len(f"{title} {command}") <= 120 else "\n"  # a command is not broken
        yield f"{title}{space}{command}\n\n{of_rows(of_part)}"


def lettered(lines: list[tuple[str, ...]]) -> tuple[list[tuple[str, ...]], str]:
    """The lines, with a letter for each shared note, and a sentence that defines the letters."""
    counts = Counter(note for *_, note in lines if note)
    letters = dict(zip((note for note, count in counts.items() if count > 1), ascii_lowercase, strict=False))
    short = [(*cells, letters.get(note, note)) for *cells, note in lines]
    return short, "; ".join(f"{letter}: {note}" for note, letter in letters.items())


def of_rows(found: list[Row]) -> str:
    """A table of the rows that were run, and a sentence with the other rows and their published numbers."""
    lines, notes = lettered([row.cells() for row in found if row.times is not None])
    missing = [
        f"{name} ({paper.strip(')').replace(' (', ', ')})"
        for name, paper, *_ in (row.cells() for row in found if row.times is None)
    ]
    headings = [f"our mean, {found[0].unit}" if name == "our mean" else name for name in HEADINGS]
    columns = [(name, *cells) for name, *cells in zip(headings, *lines, strict=True) if any(cells)]
    texts = [f"Notes: {notes}."] if notes else []
    texts += [f"Not run (published): {'; '.join(missing)}."] if missing else []
    shown = [table(*_head_and_rows(columns))] if lines else []
    return "\n".join([*shown, *(f"{wrapped(each)}\n" for each in texts)])


def wrapped(text: str) -> str:
    """A paragraph in lines of at most 120 characters."""
    return fill(text, 120, break_long_words=False, break_on_hyphens=False)


def _head_and_rows(columns: list[tuple[str, ...]]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    head, *lines = zip(*columns, strict=True)
    return head, lines


def summary(found: list[Row]) -> str:
    """Numbers of rows of each paper by verdict, and of rows that contradict the text of their paper."""
    verdicts = (REPRODUCED, ORDER, NOT, RUN, NO_NUMBER)
    lines = [
        (paper.title, *(str(sum(row.verdict == v for row in found if row.paper == paper.name)) for v in verdicts))
        for paper in PAPERS.values()
    ]
    other = [row for row in found if row.verdict == REPRODUCED and any(name in row.name for name in OTHER_SETTINGS)]
    note = f"Of the reproduced rows of 1997, {len(other)} have settings that contradict the paper."
    rest = "Of the last three papers, we could read only the abstracts ([reproductions](reproductions.md))."
    return f"{table(('paper', *verdicts[:-1], 'no published number'), lines)}\n{wrapped(f'{note} {rest}')}\n"


def table(header: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    cells = [header, ("---",) * len(header), *lines]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in cells) + "\n"


COLORS = {"oreilly2006": "#0072b2", "hochreiter1997": "#d55e00", "gers2000": "#009e73"}


def plot(found: list[Row], *, ax: Axes) -> list[tuple[str, str, float, float, bool]]:
    """Published means and ours on logarithmic axes; returns the table behind the figure."""
    behind, labels = [], {}
    for paper, color in COLORS.items():
        label = PAPERS[paper].title.split("),")[0] + ")"
        for row in found:
            if row.paper != paper or row.times is None or not row.published.epochs or not row.times.reached.any():
                continue
            mean = float(row.times.epochs[row.times.reached].mean())
            most = bool(row.times.reached.mean() >= 0.5)
            face = color if most else "none"
            ax.scatter(row.published.epochs, mean, s=26, edgecolors=color, facecolors=face, zorder=3)
            labels[color] = label
            behind.append((paper, row.name, row.published.epochs, mean, most))
    limits = np.array([100.0, 4e6])
    for factor, style in ((1.0, "-"), (np.sqrt(10), "--"), (1 / np.sqrt(10), "--")):
        ax.plot(limits, factor * limits, style, color=".6", linewidth=0.8, zorder=1)
    ax.set(
        xscale="log",
        yscale="log",
        xlim=limits,
        ylim=limits,
        xlabel="published mean (log scale)",
        ylabel="our mean (log scale)",
    )
    handles = [
        *(mark(label, color=color) for color, label in labels.items()),
        mark("fewer than half of ours learned", markerfacecolor="none"),
        mark("equal", "-", ".6", linewidth=0.8),
        mark("factor of √10", "--", ".6", linewidth=0.8),
    ]
    ax.legend(handles=handles, loc="upper left")
    return behind


def main() -> None:
    """Add the rows of the named runs, and write the page, its figure, and the table behind the figure."""
    for run in sys.argv[1:]:
        print(f"{run}: {', '.join(take_rows(Path(run), DOCS)) or 'nothing to take'}")
    found = list(rows())
    with print_style():
        figure = Figure(figsize=(4.6, 4.2), layout="constrained")
        behind = plot(found, ax=figure.subplots())
        figure.savefig(DOCS / "figures" / "published.png", dpi=150, metadata={"Software": None})
    with (DOCS / "figures" / "published.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("paper", "row", "published mean", "our mean", "at least half learned"))
        writer.writerows(behind)
    (DOCS / "published.md").write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
