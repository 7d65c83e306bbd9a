"""One forbidden line in a copy of the packages breaks the import contract of pyproject.toml."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).with_name("lint-imports")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    place = tmp_path_factory.mktemp("copy")
    for package in ("tasks", "lstm_baseline", "pbwm"):
        shutil.copytree(ROOT / package, place / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", place)
    return place


def broken(copy):
    """Whether the contract is broken, and the message of the linter."""
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    said = subprocess.run([LINT, "--no-cache"], cwd=copy, env=environment, capture_output=True, text=True, check=False)
    return said.returncode != 0, said.stdout + said.stderr


def test_the_contract_holds(copy):
    failed, said = broken(copy)
    assert not failed, said
    assert "8 kept, 0 broken" in said


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("tasks/sir.py", "import lstm_baseline.params", "tasks imports neither model BROKEN"),
        ("tasks/base/rng.py", "import tasks.sir", "tasks.base knows no task BROKEN"),
        ("tasks/base/rng.py", "import tasks.engine.lesson_rows", "tasks.base stands under tasks.engine BROKEN"),
        ("tasks/engine/lesson_rows.py", "import tasks.sir", "tasks.engine knows no task BROKEN"),
        ("lstm_baseline/params.py", "import tasks.catalog", "the models see tasks.base, tasks.engine and no task"),
        ("pbwm/__init__.py", "import lstm_baseline.params", "only pbwm.compare imports lstm_baseline BROKEN"),
        ("lstm_baseline/params.py", "import pbwm", "nothing imports pbwm from outside"),
        ("pbwm/__init__.py", "import pbwm.compare.models", "nothing imports pbwm.compare BROKEN"),
        ("pbwm/compare/experiment/job.py", "import pbwm.compare.figures.saving", "commands over pages over figures"),
        ("pbwm/compare/studies/__init__.py", "import pbwm.compare.published", "commands over pages over figures"),
    ],
)
def test_a_forbidden_import_breaks_the_contract(copy, module, line, contract):
    path = copy / module
    before = path.read_text()
    try:
        path.write_text(f"{before}\n{line}\n")
        failed, said = broken(copy)
    finally:
        path.write_text(before)
    assert failed, said
    assert contract in said
