"""docs/equations.md leads from an equation to functions that exist."""

import importlib
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "equations.md").read_text(encoding="utf-8")
SECTIONS = re.findall(r"^In `([\w/]+)/`:\n\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
NAMED = [
    (folder.replace("/", "."), module, function)
    for folder, table in SECTIONS
    for module, function in re.findall(r"`(\w+)\.(\w+)`", table)
]


def test_every_table_names_its_folder_and_every_row_a_function():
    tables = re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE)
    assert [table for _, table in SECTIONS] == tables
    rows = [line for table in tables for line in table.splitlines()[2:]]
    assert [row for row in rows if not re.search(r"`\w+\.\w+`", row.split(" | ")[-2])] == []


@pytest.mark.parametrize(("package", "module", "function"), sorted(set(NAMED)))
def test_a_named_function_exists(package, module, function):
    assert callable(getattr(importlib.import_module(f"{package}.{module}"), function))
