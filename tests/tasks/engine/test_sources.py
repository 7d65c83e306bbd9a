"""The key of compiled code changes only with the sources of kernels."""

import importlib
import json
import sys

import pytest

from tasks.engine.sources import Digests, Source

FILES = {
    "__init__": "",
    "kernels": "from madeup.equations import half\nfrom tasks.engine.lanes import LANES\n",
    "equations": "import typing\n\nif typing.TYPE_CHECKING:\n    from madeup.types import Number\n\nhalf = 2\n",
    "types": "from tasks.engine.lanes import LANES\n\nNumber = float\n",
    "stranger": "from tasks.engine.lanes import LANES\n",
}
KERNELS = "madeup.kernels"


@pytest.fixture
def package(tmp_path, monkeypatch):
    folder = tmp_path / "madeup"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    for name in FILES:
        monkeypatch.delitem(sys.modules, f"madeup.{name}", raising=False)
    monkeypatch.delitem(sys.modules, "madeup", raising=False)
    importlib.import_module(KERNELS)
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "madeup"]:
        del sys.modules[name]


def key():
    return Digests(()).of_kernel(KERNELS)


@pytest.mark.parametrize(
    "text",
    [
        "# A comment.\n{}",
        '"""What the module is for."""\n{}',
        "{}\n\n\n",
        "{}  # why\n",
    ],
)
def test_comments_docstrings_and_blank_lines_do_not_change_it(package, text):
    before = key()
    for name in ("kernels", "equations"):
        (package / f"{name}.py").write_text(text.format(FILES[name].rstrip("\n")))
    assert key() == before


@pytest.mark.parametrize("name", ["kernels", "equations"])
def test_code_changes_it(package, name):
    before = key()
    (package / f"{name}.py").write_text(FILES[name] + "more = 1\n")
    assert key() != before


def test_what_lies_in_the_same_folder_does_not(package):
    before = key()
    importlib.import_module("madeup.stranger")
    importlib.import_module("madeup.types")
    assert key() == before
    (package / "stranger.py").write_text("changed = True\n")
    (package / "types.py").write_text("changed = True\n")
    (package / "new.py").write_text("new = True\n")
    assert key() == before


def test_what_compiles_kernels_changes_it_too(package):
    importlib.import_module("tasks.engine.kernels.words")
    assert Digests(()).of_kernel(KERNELS, "tasks.engine.kernels.words") != key()


def test_kernels_of_models_are_made_of_their_equations_and_of_no_command():
    importlib.import_module("pbwm.compare.cli.app")
    importlib.import_module("pbwm.kernels.trial")
    found = Digests(()).modules("pbwm.kernels.trial")
    assert {"pbwm.kernels.trial", "pbwm.kernels.cortex", "tasks.engine.lanes.primitives"} <= set(found)
    assert not [name for name in found if name.startswith(("pbwm.compare", "lstm_baseline", "numpy", "numba"))]


def test_files_are_read_once_and_what_they_say_is_kept(package, tmp_path, monkeypatch):
    kept = tmp_path / "kept" / "sources.json"
    first = Digests((kept,))
    before = first.of_kernel(KERNELS)
    first.write()
    with monkeypatch.context() as patch:
        patch.setattr(Source, "of", None)
        assert Digests((kept,)).of_kernel(KERNELS) == before
    (package / "equations.py").write_text(FILES["equations"] + "more = 1\n")
    assert Digests((kept,)).of_kernel(KERNELS) != before


@pytest.mark.parametrize("content", ["", "[]", "{", json.dumps({"nowhere.py": [0, 0, "", []]})])
def test_a_damaged_file_is_passed_over(package, tmp_path, content):
    kept = tmp_path / "sources.json"
    kept.write_text(content)
    assert Digests((kept,)).of_kernel(KERNELS) == key()
