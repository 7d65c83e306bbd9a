"""Write docs/published.md: every published number of our sources, our number, and a verdict. ``make published``.

Published numbers are those that `pbwm.compare.published` declares, ours are those of the tables that reproductions left
in docs/oreilly2006 and docs/reproductions. Rows of runs that are named are taken into these tables before
(`published_rows`). Nothing is run.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from published_rows import take_rows

from pbwm.compare.analysis.criterion import NOT_REACHED, EpochsToCriterion, epochs_to_criterion
from pbwm.compare.analysis.survival import success
from pbwm.compare.figures.style import mark, print_style
from pbwm.compare.published import PAPERS
from pbwm.compare.published.paper import Paper, Published, ratio, same_order
from tasks.catalog import TASKS

HALF = 0.5
"""If fewer networks of a paper learned, their mean says nothing of the others, and proportions are compared."""
DOCS = Path(__file__).parent
RUN, NO_NUMBER = "not run", "–"
REPRODUCED, ORDER, NOT = "reproduced", "same order", "not reproduced"

INTRODUCTION = """# Published numbers and ours

Every published number of the declared reproductions, next to ours. `make published` writes this page from the tables in
[oreilly2006](oreilly2006.md) and [reproductions](reproductions.md), which explain the rows. The command above a table
runs its rows again, and `make published RUNS=DIR` takes the rows of that run into these tables. Numbers are mean epochs
or sequences to criterion of the networks that learned. A percentage is the proportion of networks that learned.
[reproductions](reproductions.md) names the readings of a paper that were chosen by their results.

The verdicts:

- *same order*: at least half of our networks learned, and the means differ by a factor of at most √10. Where the paper
  gives no mean, the proportions differ by at most that factor.
- *reproduced*: the same order, and the published proportion of success is not above the 95 % interval (Wilson) of ours.
  Where fewer than half of the paper's networks learned, the published proportion must lie within our interval, and
  means are not compared.
- *not reproduced*: all other rows.
- –: the paper gives no number. Papers without any number have no table here.

![Published means and ours](figures/published.png)

Each point is a row with a published mean in which at least one of our networks learned. It is filled if at least half
of them did. Broken lines are factors of √10.
"""

EASIER = "counted by the most active output, which is easier"
REASONS = {
    ("oreilly2006", "PBWM in the form of 2006"): "gates at cues; see form2006.md",
    ("oreilly2006", "full model"): "gates replace contents; see form2006.md",
    ("oreilly2006", "no Hebbian learning"): "as without an ablation; see form2006.md",
    ("oreilly2006", "no LVi"): "every event gets a burst; see form2006.md",
    ("oreilly2006", "no dopamine by stripe"): "see form2006.md",
    ("oreilly2006", "windowed backpropagation"): "shared symbols are learned late; counted by response",
    ("oreilly2006", "by response"): f"responses are {EASIER}",
    ("oreilly2006", "SRN on"): EASIER,
    ("oreilly2006", "SRN"): f"{EASIER}; table 1 counts strictly",
    ("oreilly2006", "hysteresis"): "success falls with hysteresis as published, one step of the sweep later",
    ("oreilly2006", "49 hidden"): "smaller networks learn less often here",
    ("oreilly2006", "36 hidden"): "smaller networks learn less often here",
    ("oreilly2006", "25 hidden"): "smaller networks learn less often here",
    ("hochreiter1997", "1, "): "states drift, or outputs are dead; see reproductions.md",
    ("hochreiter1997", "2a"): "the cell that is present from the start saturates the outputs",
    ("hochreiter1997", "2b"): "logistic outputs get stuck, or the budget ends",
    ("hochreiter1997", "2c"): "states drift",
    ("hochreiter1997", "4"): "2,000 faultless sequences in a row are rare near the ends of the range",
    ("gers2000", "forget gates"): "more of our networks succeed than of the paper's",
}
"""Paper and beginning of a row's name → why it is not reproduced."""

ELSEWHERE = (
    ("Gers, Schmidhuber & Cummins (2000), continual noisy temporal order", "0, 24 and 37 % perfect"),
    ("1-2-AX with a reset at every outer loop, outer loops: DNC", "731"),
    ("1-2-AX with a reset, HER", "746 (95 %)"),
    ("1-2-AX with a reset, LSTM", "1,566"),
    ("1-2-AX with a reset, leaky AuGMEnT", "24,150"),
    ("1-2-AX with a reset, hybrid AuGMEnT", "27,067 (95 %)"),
)
"""Numbers of our sources that no reproduction declares."""


@dataclass(frozen=True)
class Row:
    """A row of a paper: what it reports, and what our networks did, where they ran."""

    paper: str
    part: str
    name: str
    published: Published
    times: EpochsToCriterion | None
    goal_test: str = ""

    @property
    def verdict(self) -> str:
        """How our number compares with the published one."""
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
        share = "" if said.success is None else f" ({100 * said.success:g} %)"
        paper = f"{said.epochs:,.0f}{share}" if said.epochs else share.strip(" ()") or said.words or NO_NUMBER
        ours = n = factor = ""
        if times is not None:
            taken = times.epochs[times.reached]
            ours = f"{taken.mean():,.0f}" if len(taken) else f"none within {times.budget:,}"
            n, found = f"{len(taken)} of {times.networks}", ratio(said, times)
            factor = "" if found is None else f"{found:.2f}"
        return self.name, paper, ours, n, factor, self.verdict, self.reason


def of_summary(line: Mapping[str, str], reached: str, mean: str, budget: str) -> EpochsToCriterion:
    """The times of a row of which a table keeps the mean of those that learned: all of these get the mean."""
    learned, networks = (int(text) for text in reached.split(" of "))
    epochs = np.full(networks, NOT_REACHED)
    epochs[:learned] = round(float(line[mean] or 0))
    return epochs_to_criterion("", epochs, int(line[budget]))


def ours() -> dict[tuple[str, str, str], tuple[EpochsToCriterion, str]]:
    """Paper, part (or nothing) and name of a row → the times of our networks, and what the goal's own test measured."""
    found: dict[tuple[str, str, str], tuple[EpochsToCriterion, str]] = {}
    for path in sorted(DOCS.glob("reproductions/*.csv")):
        for line in _lines(path):
            paper = path.stem.split("-")[0]
            if "experiment" in line:
                reached = f"{line['reached']} of {line['networks']}"
                found[paper, "", line["experiment"]] = (of_summary(line, reached, "mean", "given at most"), "")
            elif line["reached"] != RUN:
                times = of_summary(line, line["reached"], "mean of those", "budget")
                found[paper, line["part"], line["networks"]] = (times, line["goal's test"])
    for path in sorted(DOCS.glob("oreilly2006/*.csv")):
        of_row: dict[tuple[str, str], list[dict[str, str]]] = {}
        for line in _lines(path):
            of_row.setdefault((line["task"], line["networks"]), []).append(line)
        for (task, name), lines in of_row.items():
            epochs = np.array([_epochs(line["epochs_to_criterion"]) for line in lines])
            times = epochs_to_criterion("", epochs, int(lines[0]["budget"]))
            found["oreilly2006", f"{path.stem} {task}", name] = (times, "")
    return found


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
                yield Row(paper.name, name, label, said, times, goal_test)


HEADINGS = ("row", "published", "ours", "reached", "ours / published", "verdict", "note")


def page(found: list[Row]) -> str:
    """The page."""
    parts = [INTRODUCTION, summary(found)]
    for paper in PAPERS.values():
        of_paper = [row for row in found if row.paper == paper.name]
        if any(row.verdict not in (RUN, NO_NUMBER) for row in of_paper):
            parts += [f"## {paper.title}\n", *tables(paper, of_paper)]
    rest = [(what, number, RUN) for what, number in ELSEWHERE]
    parts.append(f"## Other published numbers\n\n{table(('row', 'published', 'ours'), rest)}")
    return "\n".join(parts)


def tables(paper: Paper, found: list[Row]) -> Iterator[str]:
    """The tables of a paper: one for each part, or one for all where each part is a row."""
    by_part = {name: [row for row in found if row.part == name] for name in paper.parts}
    if all(len(of_part) == 1 for of_part in by_part.values()):
        named = "A part is named like its row, with hyphens for all other characters."
        yield f"`pbwm reproduce {paper.name} PART` runs a row again. {named}\n\n{of_rows(found)}"
        return
    for name, of_part in by_part.items():
        command = f"`pbwm reproduce {paper.name} {name}`"
        yield f"{paper.parts[name].title}: {command}\n\n{of_rows(of_part)}"


def lettered(lines: list[tuple[str, ...]]) -> tuple[list[tuple[str, ...]], str]:
    """The lines with a letter instead of each note that several of them share, and a sentence on the letters."""
    counts = Counter(note for *_, note in lines if note)
    letters = dict(zip((note for note, count in counts.items() if count > 1), ascii_lowercase, strict=False))
    short = [(*cells, letters.get(note, note)) for *cells, note in lines]
    return short, "; ".join(f"{letter}: {note}" for note, letter in letters.items())


def of_rows(found: list[Row]) -> str:
    """A table of the rows that were run, and a sentence that names the others with their published numbers."""
    lines, notes = lettered([row.cells() for row in found if row.times is not None])
    missing = [f"{name} ({paper})" for name, paper, *_ in (row.cells() for row in found if row.times is None)]
    columns = [(name, *cells) for name, *cells in zip(HEADINGS, *lines, strict=True) if any(cells)]
    shown = [*([table(*_head_and_rows(columns))] if lines else []), *([f"Notes: {notes}.\n"] if notes else [])]
    return "\n".join([*shown, *([f"Not run (published): {'; '.join(missing)}.\n"] if missing else [])])


def _head_and_rows(columns: list[tuple[str, ...]]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    head, *lines = zip(*columns, strict=True)
    return head, lines


def summary(found: list[Row]) -> str:
    """How many rows of each paper have each verdict."""
    verdicts = (REPRODUCED, ORDER, NOT, RUN, NO_NUMBER)
    lines = [
        (paper.title, *(str(sum(row.verdict == v for row in found if row.paper == paper.name)) for v in verdicts))
        for paper in PAPERS.values()
    ]
    return table(("paper", *verdicts[:-1], "no published number"), lines)


def table(header: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    cells = [header, ("---",) * len(header), *lines]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in cells) + "\n"


COLOURS = {"oreilly2006": "#0072b2", "hochreiter1997": "#d55e00", "gers2000": "#009e73"}


def plot(found: list[Row], *, ax: Axes) -> list[tuple[str, str, float, float, bool]]:
    """Published means and ours on logarithmic axes; the table behind it is returned."""
    behind, labels = [], {}
    for paper, colour in COLOURS.items():
        label = PAPERS[paper].title.split("),")[0] + ")"
        for row in found:
            if row.paper != paper or row.times is None or not row.published.epochs or not row.times.reached.any():
                continue
            mean = float(row.times.epochs[row.times.reached].mean())
            most = bool(row.times.reached.mean() >= 0.5)
            face = colour if most else "none"
            ax.scatter(row.published.epochs, mean, s=26, edgecolors=colour, facecolors=face, zorder=3)
            labels[colour] = label
            behind.append((paper, row.name, row.published.epochs, mean, most))
    limits = np.array([100.0, 2e6])
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
        *(mark(label, colour=colour) for colour, label in labels.items()),
        mark("fewer than half of ours learned", markerfacecolor="none"),
        mark("equal", "-", ".6", linewidth=0.8),
        mark("factor of √10", "--", ".6", linewidth=0.8),
    ]
    ax.legend(handles=handles, loc="upper left")
    return behind


def main() -> None:
    """Take the rows of the runs that are named, and write the page, its figure, and the table behind the figure."""
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
