"""The page of published numbers consists of the committed tables, and its verdicts follow their definitions."""

import csv
import sys
from pathlib import Path

import numpy as np
import pytest

from pbwm.compare.analysis.criterion import epochs_to_criterion
from pbwm.compare.files import write_csv
from pbwm.compare.published import PAPERS
from pbwm.compare.published.paper import Published
from pbwm.compare.published.report import HEADINGS

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture
def published_page(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(DOCS), *sys.path])
    import published_page

    return published_page


def test_the_page_is_made_of_the_committed_tables(published_page):
    found = list(published_page.rows())
    assert published_page.page(found) == (DOCS / "published.md").read_text(encoding="utf-8")
    assert len(found) == sum(len(part.study.rows()) for paper in PAPERS.values() for part in paper.parts.values())
    assert all(row.part in PAPERS[row.paper].parts for row in found)


def test_rows_name_tasks_by_their_titles_not_by_their_names_in_commands(published_page):
    found = {row.name for row in published_page.rows() if (row.paper, row.part) == ("oreilly2006", "figure-11")}
    assert {"PBWM on SIR-2", "PBWM on SIR-2, dedicated"} < found
    titles = [part.title for paper in PAPERS.values() for part in paper.parts.values()]
    named = [text for text in (*found, *titles) for name in ("sir2", "12ax", "phonological-loop") if name in text]
    assert named == []


def test_commands_name_the_seed_and_number_of_networks_of_our_rows(published_page):
    """Without these options, they would train others."""
    runs, page = published_page.runs(), " ".join((DOCS / "published.md").read_text(encoding="utf-8").split())
    for row in published_page.rows():
        study = PAPERS[row.paper].parts[row.part].study
        assert row.times is None or row.times.networks == runs.get(study.name, (0, study.networks))[1], row.name
    assert "`pbwm reproduce oreilly2006 figure-10`" in page
    assert "`pbwm reproduce oreilly2006 ablations-sir2 --seed 62`" in page
    assert "`pbwm reproduce oreilly2006 ablations-sir2-open-gates --networks 16 --seed 62`" in page
    assert "Row *1, 4 blocks of 1, rate 0.1* requires `--networks 16 --seed 0`." in page


def test_every_row_of_a_table_is_on_the_page(published_page):
    """Otherwise, a row could vanish when its declaration is renamed."""
    shown = [row for row in published_page.rows() if row.times is not None]
    assert len(shown) == len(published_page.ours())


@pytest.mark.parametrize(
    ("published", "epochs", "verdict"),
    [
        (Published(epochs=100, success=1.0), [100, 120, 90, 110], "reproduced"),
        (Published(epochs=100, success=1.0), [100] * 20 + [0] * 10, "same order"),
        (Published(epochs=100, success=0.9), [400] * 4, "not reproduced"),
        (Published(epochs=100, success=0.9), [100, 0, 0, 0], "not reproduced"),
        (Published(success=0.0), [0, 0, 0, 0], "reproduced"),
        (Published(success=0.0), [0, 0, 0, 7], "not reproduced"),
        (Published(epochs=100, success=0.06), [0] * 20, "reproduced"),
        (Published(epochs=100, success=0.18), [100] * 10 + [0] * 6, "not reproduced"),
        (Published(words="a bar without a value"), [1, 2], "–"),
    ],
)
def test_verdicts(published_page, published, epochs, verdict):
    times = epochs_to_criterion("", np.array(epochs), 1000)
    assert published_page.Row("gers2000", "a", "a", published, times).verdict == verdict
    assert published_page.Row("gers2000", "a", "a", published, None).verdict == "not run"


def test_a_row_that_is_not_reproduced_gives_a_reason(published_page):
    assert [row.name for row in published_page.rows() if row.verdict == "not reproduced" and not row.reason] == []


def test_the_figure_has_every_mean(published_page):
    lines = (DOCS / "figures" / "published.csv").read_text(encoding="utf-8").splitlines()
    rows = [r for r in published_page.rows() if r.times is not None and r.published.epochs and r.times.reached.any()]
    assert len(lines) == 1 + len(rows)


@pytest.fixture
def published_rows(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(DOCS), *sys.path])
    import published_rows

    return published_rows


def run_of(paper, directory, reached):
    """A directory of `pbwm reproduce`: part → number of two networks that reached the goal, for each row."""
    directory.mkdir(parents=True)
    lines, text = [], [f"# {PAPERS[paper].title}\n"]
    for part, counts in reached.items():
        rows = [dict.fromkeys(HEADINGS, "") | {"networks": f"row {k}", "reached": n} for k, n in enumerate(counts)]
        lines += [[part, *row.values()] for row in rows]
        text.append(f"## {PAPERS[paper].parts[part].title}\n\nnew {part}\n")
        for suffix in ("csv", "png"):
            (directory / f"{part}.{suffix}").write_text(f"new {part}.{suffix}")
    write_csv(directory / "table.csv", ("part", *HEADINGS), lines)
    (directory / "report.md").write_text("\n".join(text))
    return directory


def test_rows_of_a_run_replace_those_of_the_same_part(published_rows, tmp_path):
    docs = tmp_path / "docs"
    (docs / "reproductions").mkdir(parents=True)
    older = docs / "reproductions" / "hochreiter1997.csv"
    older.write_text("experiment,reached\nof an earlier version,1\nrow 0,2\n")
    first = run_of("hochreiter1997", tmp_path / "a", {"6a": ["1 of 2"], "6b": ["not run"]})
    second = run_of("hochreiter1997", tmp_path / "b", {"6a": ["2 of 2"], "4-t-100": ["0 of 2"]})
    written = second / "table.csv"
    written.write_text(written.read_text().replace("95% interval", "95 % interval"))  # as earlier versions wrote it
    assert published_rows.take_rows(first, docs) == ["6a"]
    assert published_rows.take_rows(second, docs) == ["6a", "4-t-100"]
    table = docs / "reproductions" / "hochreiter1997-rows.csv"
    with table.open(newline="") as file:
        assert [(line["part"], line["reached"]) for line in csv.DictReader(file)] == [
            ("6a", "2 of 2"),
            ("4-t-100", "0 of 2"),
        ]
    assert older.read_text() == "experiment,reached\nof an earlier version,1\n"


def test_parts_of_2006_replace_their_sections_unless_the_run_has_fewer_rows(published_rows, tmp_path):
    docs, paper = tmp_path / "docs", PAPERS["oreilly2006"]
    (docs / "oreilly2006").mkdir(parents=True)
    report = docs / "oreilly2006" / "report.md"
    report.write_text(f"# {paper.title}\n\n## {paper.parts['figure-10'].title}\n\nold\n\n## Notes\n\nstay\n")
    two_rows = "task,networks,network\n,row 0,0\n,row 1,0\n"
    (docs / "oreilly2006" / "figure-11.csv").write_text(two_rows)
    counts = {"figure-10": ["1 of 2"], "figure-11": ["1 of 2", "not run"], "ablations-sir2": ["2 of 2", "not run"]}
    run = run_of("oreilly2006", tmp_path / "run", counts)
    assert published_rows.take_rows(run, docs) == ["figure-10", "ablations-sir2"]
    sections = [f"## {paper.parts['figure-10'].title}\n\nnew figure-10\n", "## Notes\n\nstay\n"]
    sections.append(f"## {paper.parts['ablations-sir2'].title}\n\nnew ablations-sir2\n")
    assert report.read_text() == "\n".join([f"# {paper.title}\n", *sections])
    assert (docs / "oreilly2006" / "ablations-sir2.csv").read_text() == "new ablations-sir2.csv"
    assert (docs / "oreilly2006" / "figure-11.csv").read_text() == two_rows
    complete = run_of("oreilly2006", tmp_path / "complete", {"figure-11": ["1 of 2", "2 of 2"]})
    assert published_rows.take_rows(complete, docs) == ["figure-11"]
    assert (docs / "oreilly2006" / "figure-11.csv").read_text() == "new figure-11.csv"


def test_a_directory_without_a_report_is_rejected(published_rows, tmp_path):
    with pytest.raises(SystemExit, match="holds no report of a paper; give a directory that"):
        published_rows.take_rows(tmp_path, DOCS)
