"""The documents are consistent: links have targets, the README's code runs, and its numbers are those of the code."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pbwm.compare.figures.gallery import GALLERY
from tasks.catalog import TASKS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "benchmarks" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "oreilly2006").glob("*.md")),
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
WRITTEN = ("generated/", "lesson-")
"""Beginnings of names that exist only once the site is built."""


def anchors(path):
    """The anchors of a document: its headings, by the rules of GitHub and MyST."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def broken(path):
    for link in LINK.findall(re.sub(r"`[^`\n]*`", "", path.read_text(encoding="utf-8"))):
        if link.startswith(("http", "mailto:", *WRITTEN)):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            yield link


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_anchors_lead_somewhere(path):
    assert list(broken(path)) == []


def test_no_line_begins_with_a_percent_sign():
    """The website would treat it as a comment (MyST)."""
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    lines = [(page.name, line) for page in pages for line in page.read_text(encoding="utf-8").splitlines()]
    assert [(name, line) for name, line in lines if line.lstrip().startswith("%")] == []


def test_a_broken_link_is_found(tmp_path):
    (tmp_path / "a.md").write_text("# One\n[x](b.md) [y](#two) [z](#one)\n")
    assert list(broken(tmp_path / "a.md")) == ["b.md", "#two"]


def test_the_first_code_of_the_readme_trains_both_models_and_plots_both_gates(tmp_path):
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL).group(1)
    assert len([line for line in code.splitlines() if line.strip()]) <= 8
    short = code.replace("networks=16", "networks=2, epochs=2")
    assert short != code
    done = subprocess.run([sys.executable, "-c", short], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["pbwm", "lstm"]
    assert {path.name for path in tmp_path.glob("*.png")} == {"gates-pbwm.png", "gates-lstm.png"}


def test_the_readme_is_short_and_its_count_of_tasks_is_that_of_the_catalog():
    assert len(README.splitlines()) < 150
    assert f"{len(TASKS)} variants" in README


def test_the_time_that_training_takes_is_the_same_everywhere():
    said = {
        str(path.relative_to(ROOT)): set(
            re.findall(r"(\d+) seconds of processor time", path.read_text(encoding="utf-8"))
        )
        for path in DOCUMENTS
    }
    named = {number for numbers in said.values() for number in numbers}
    assert said["README.md"]
    assert said["docs/quickstart.md"]
    assert len(named) == 1


def test_the_gallery_page_has_every_figure_with_its_command_and_code():
    page = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)$", page, re.MULTILINE) == list(GALLERY)
    for name in GALLERY:
        assert f"`pbwm figure draw results/first-light {name} --task 12ax`" in page
        assert f'`pw.draw("{name}", scene)`' in page
