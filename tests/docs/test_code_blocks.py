"""The Python of the pages for newcomers runs as printed, with fewer epochs and shorter tests."""

import re
from pathlib import Path

import matplotlib
import pytest

import pbwm.compare as pw
from tests.compare.conftest import frozen_over_few_steps

DOCS = Path(__file__).parents[2] / "docs"
SHORTER = {
    'compare("12ax", networks=16)': 'compare("12ax", networks=16, epochs=2)',
    "range(100)": "range(2)",
}
"""Printed → run instead. The networks of a block are computed together, so fewer would cost the same."""
LEFT = {
    "tutorial": {"lstm-input-gate.png", "pbwm-input-gate.png", "equivalence.png", "lesions.png"},
    "quickstart": {"results"},
    "gallery": {"results", "gates-pbwm.png", "gates-lstm.png"},
}
"""Page → files that its code leaves in the working directory."""


def blocks(page):
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def shorter(code):
    for printed, run in SHORTER.items():
        code = code.replace(printed, run)
    return code


@pytest.mark.parametrize("page", LEFT)
def test_the_code_of_a_page_runs_in_one_session(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frozen_over_few_steps(monkeypatch)
    if page == "gallery":
        pw.compare("12ax", networks=2, epochs=1, out="results/first-light")
    session = {}
    with matplotlib.rc_context():
        for number, code in enumerate(blocks(page), 1):
            exec(compile(shorter(code), f"{page}, block {number}", "exec"), session)
    assert {path.name for path in tmp_path.iterdir()} == LEFT[page]


def test_every_way_to_shorten_is_used():
    code = "".join(block for page in LEFT for block in blocks(page))
    assert [printed for printed in SHORTER if printed not in code] == []
