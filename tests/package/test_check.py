"""The check of the package finds interpreters, even behind scripts."""

import os
import sys
from pathlib import Path

from tests.package.check import interpreter


def script(folder, name, text):
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    file.chmod(0o755)


def test_an_interpreter_is_named_by_its_own_path(tmp_path, monkeypatch):
    script(tmp_path, "pythonX", f'exec "{sys.executable}" "$@"')
    script(tmp_path, "pythonY", "exit 127")
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), os.environ["PATH"]]))
    assert Path(interpreter("pythonX")) == Path(sys.executable)
    assert interpreter("pythonY") is None
    assert interpreter("pythonZ") is None
