"""If a file `tasks.py` in the working directory hides our package, the error gives the remedy."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("package", ["pbwm", "lstm_baseline"])
@pytest.mark.parametrize("name", ["tasks.py", "tasks/__init__.py"])
def test_a_file_that_hides_a_package_is_named(tmp_path, package, name):
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("ANSWERS = 42\n")
    done = subprocess.run([sys.executable, "-c", f"import {package}"], cwd=tmp_path, capture_output=True, text=True)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: ")
    assert str(file) in last
    assert "rename it" in last


def test_a_folder_without_a_package_hides_nothing(tmp_path):
    (tmp_path / "tasks").mkdir()
    done = subprocess.run([sys.executable, "-c", "import pbwm; pbwm.PBWMParams()"], cwd=tmp_path, capture_output=True)
    assert done.returncode == 0
