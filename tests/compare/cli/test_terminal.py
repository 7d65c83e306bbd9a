"""Tables on the terminal show all of a name, however narrow the terminal is."""

import re
import subprocess
import sys

import pytest
from rich.table import Table

from pbwm.compare.cli.terminal import console


@pytest.mark.parametrize("columns", [20, 80, 200])
def test_long_names_are_folded_and_not_cut(monkeypatch, capsys, columns):
    name = f"some/where/{'long_' * 20}name.py:Task"
    table = Table("row", "done")
    table.add_row(name, "")
    monkeypatch.setenv("COLUMNS", str(columns))
    console().print(table)
    shown = capsys.readouterr().out
    assert name in re.sub(r"[^\w./:]", "", shown)
    assert max(map(len, shown.splitlines())) <= columns


def test_the_command_runs_as_a_module():
    words = [sys.executable, "-m", "pbwm", "compare", "nowhere"]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith("Error: unknown task 'nowhere'. Known: ")
