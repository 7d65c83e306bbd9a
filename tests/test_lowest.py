"""The lowest versions are read from pyproject.toml."""

import re
import tomllib

from tests.lowest import PROJECT, lowest


def test_every_dependency_has_a_lowest_version():
    project = tomllib.loads(PROJECT.read_text())["project"]
    found = lowest(["gym", "search"])
    assert len(found) == len(project["dependencies"]) + 2
    assert all(pinned.count("==") == 1 for pinned in found)
    numpy = next(each for each in project["dependencies"] if each.startswith("numpy"))
    assert numpy.replace(">=", "==") in found


def test_what_is_run_with_other_versions_is_there():
    said = re.search(r"OF_VERSIONS := (.*?[^\\])\n", (PROJECT.parent / "Makefile").read_text(), re.DOTALL).group(1)
    paths = said.replace("\\\n", " ").split()
    assert len(paths) > 8
    assert all((PROJECT.parent / path).exists() for path in paths)
