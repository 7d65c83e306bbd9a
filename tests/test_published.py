"""The page of published numbers is made of the committed tables, and its verdicts follow their definitions."""

import sys
from pathlib import Path

import numpy as np
import pytest

from pbwm.compare.analysis.criterion import epochs_to_criterion
from pbwm.compare.published import PAPERS
from pbwm.compare.published.paper import Published

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


def test_every_row_of_a_table_is_on_the_page(published_page):
    """Otherwise a row could vanish when its declaration is renamed."""
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
        (Published(words="a bar"), [1, 2], "–"),
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
