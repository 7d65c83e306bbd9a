"""Take the rows of finished reproductions into the tables behind docs/published.md.

``make published RUNS="results/hochreiter1997"``. Rows of 1997 to 2002 replace those of the same part in the paper's
table in docs/reproductions. Parts of the comparison of 2006 replace their sections, figures and tables in
docs/oreilly2006, if no row of these is missing in the run.
"""

import csv
import shutil
from io import StringIO
from pathlib import Path

from pbwm.compare.files import write_csv
from pbwm.compare.published import PAPERS
from pbwm.compare.published.paper import Paper
from pbwm.compare.published.report import HEADINGS, REPORT, TABLE

__all__ = ["take_rows"]

COLUMNS = ("part", *HEADINGS)
NOT_RUN, SECTION = "not run", "\n## "


def take_rows(run: Path, docs: Path) -> list[str]:
    """Take the rows of a run into the tables of a directory of documents, and return their parts.

    `run` is a directory of ``pbwm reproduce``, with its report, table and figures; `docs` has ``reproductions`` and
    ``oreilly2006``. `SystemExit` if `run` has no report of a known paper.
    """
    paper = _paper(run)
    lines = [line for line in _lines(run / TABLE) if line["reached"] != NOT_RUN]
    if paper.name == "oreilly2006":
        return _take_sections(paper, lines, run, docs / paper.name)
    return _take_lines(lines, _table(paper, docs / "reproductions"))


def _paper(run: Path) -> Paper:
    report = run / REPORT
    head = report.read_text(encoding="utf-8").partition("\n")[0] if report.exists() else ""
    found = [paper for paper in PAPERS.values() if head == f"# {paper.title}"]
    if not found:
        raise SystemExit(f"{run}: holds no report of a paper; give a directory that `pbwm reproduce` has written")
    return found[0]


def _text(path: Path) -> str:
    """A text of a run; earlier versions wrote a space before a percent sign."""
    return path.read_text(encoding="utf-8").replace(" %", "%")


def _lines(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(_text(path))))


def _table(paper: Paper, directory: Path) -> Path:
    """The paper's table with these columns; tables of earlier versions have others."""
    found = [path for path in sorted(directory.glob(f"{paper.name}*.csv")) if "part" in (_lines(path) or [{}])[0]]
    return found[0] if found else directory / f"{paper.name}-rows.csv"


def _take_lines(new: list[dict[str, str]], table: Path) -> list[str]:
    """Replace lines of the same part, and add the others."""
    by_part = {line["part"]: line for line in (_lines(table) if table.exists() else [])}
    by_part |= {line["part"]: line for line in new}
    write_csv(table, COLUMNS, [[line[name] for name in COLUMNS] for line in by_part.values()])
    _drop_older({line["networks"] for line in new}, table)
    return [line["part"] for line in new]


def _drop_older(names: set[str], table: Path) -> None:
    """Drop rows of these names from the tables of earlier versions, but not from `table`."""
    paper = table.stem.partition("-")[0]
    for path in table.parent.glob(f"{paper}*.csv"):
        lines = _lines(path)
        kept = [line for line in lines if line.get("experiment") not in names]
        if len(kept) < len(lines):
            write_csv(path, list(lines[0]), [list(line.values()) for line in kept])


def _take_sections(paper: Paper, new: list[dict[str, str]], run: Path, directory: Path) -> list[str]:
    """Replace sections of parts in the report, and copy their figures and tables."""
    rows: dict[str, set[tuple[str, str]]] = {}
    for line in new:
        rows.setdefault(line["part"], set()).add((line["task"], line["networks"]))
    parts = [part for part, found in rows.items() if _shown(directory / f"{part}.csv") <= found]
    titles = {paper.parts[part].title for part in parts}
    begin, *old = (directory / REPORT).read_text(encoding="utf-8").split(SECTION)
    by_title = {text.partition("\n")[0]: text.rstrip("\n") for text in old}
    for text in _text(run / REPORT).split(SECTION)[1:]:
        title = text.partition("\n")[0]
        if title in titles:
            by_title[title] = text.rstrip("\n")
    for name in (f"{part}.{suffix}" for part in parts for suffix in ("csv", "png")):
        shutil.copyfile(run / name, directory / name)
    text = SECTION.join([begin.rstrip("\n") + "\n", *(f"{text}\n" for text in by_title.values())])
    (directory / REPORT).write_text(text, encoding="utf-8")
    return parts


def _shown(table: Path) -> set[tuple[str, str]]:
    """Task and name of a part's rows in the documents."""
    return {(line["task"], line["networks"]) for line in _lines(table)} if table.exists() else set()
