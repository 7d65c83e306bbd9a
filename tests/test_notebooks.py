"""Every notebook runs, on few networks and epochs, and its pair has the same cells and no errors."""

import json
import runpy
from pathlib import Path

import matplotlib
import pytest

from tests.compare.conftest import frozen_over_few_steps

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.py"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path, monkeypatch):
    monkeypatch.setenv("PBWM_NOTEBOOK_NETWORKS", "2")
    monkeypatch.setenv("PBWM_NOTEBOOK_EPOCHS", "2")
    frozen_over_few_steps(monkeypatch)
    with matplotlib.rc_context():
        runpy.run_path(str(path), run_name="__main__")


def cells(script):
    """The cells of a script in the percent format: (kind, source)."""
    _, *parts = script.read_text(encoding="utf-8").split("\n# %%")
    found = []
    for part in parts:
        head, _, body = part.partition("\n")
        text = "[markdown]" in head
        lines = [line.removeprefix("#").removeprefix(" ") if text else line for line in body.strip("\n").split("\n")]
        found.append(("markdown" if text else "code", "\n".join(lines).replace("# %matplotlib", "%matplotlib")))
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_with_what_its_script_says_and_its_outputs(path):
    notebook = json.loads(path.with_suffix(".ipynb").read_text(encoding="utf-8"))
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]] == cells(path)
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_needs_at_most_three_imports(path):
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(("import ", "from "))]
    assert "import pbwm.compare as pw" in lines
    assert len(lines) <= 3
