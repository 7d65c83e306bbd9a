"""Every file that describes the package says the same as pyproject.toml."""

import json
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def described(path, pattern):
    """Content of a file, by a pattern with one group."""
    return re.search(pattern, (ROOT / path).read_text(), re.MULTILINE).group(1)


def test_versions_agree():
    assert json.loads((ROOT / "codemeta.json").read_text())["version"] == PROJECT["version"]
    assert described("CITATION.cff", r"^version: (.*)$") == PROJECT["version"]
    assert described("packaging/conda/recipe.yaml", r'^  version: "(.*)"$') == PROJECT["version"]


def test_dates_of_the_release_agree():
    released = described("CHANGELOG.md", rf"^## \[{re.escape(PROJECT['version'])}\] - (.*)$")
    assert json.loads((ROOT / "codemeta.json").read_text())["datePublished"] == released
    assert described("CITATION.cff", r"^date-released: (.*)$") == released


def test_licenses_agree():
    assert json.loads((ROOT / "codemeta.json").read_text())["license"].endswith("/" + PROJECT["license"])
    assert described("CITATION.cff", r"^license: (.*)$") == PROJECT["license"]
    assert described("packaging/conda/recipe.yaml", r"^  license: (.*)$") == PROJECT["license"]


def test_the_conda_recipe_has_the_same_requirements():
    run = described("packaging/conda/recipe.yaml", r"^  run:\n((?:    - .*\n)+)")
    recipe = {line.strip("- ").replace(" ", "").replace("matplotlib-base", "matplotlib") for line in run.splitlines()}
    assert recipe == {"python" + PROJECT["requires-python"], *PROJECT["dependencies"]}


def test_codemeta_names_every_dependency():
    names = [re.split("[<>=]", dependency)[0] for dependency in PROJECT["dependencies"]]
    assert json.loads((ROOT / "codemeta.json").read_text())["softwareRequirements"] == names


def test_the_recipe_and_the_image_start_the_declared_command():
    assert f"pbwm = {PROJECT['scripts']['pbwm']}" in (ROOT / "packaging/conda/recipe.yaml").read_text()
    assert 'ENTRYPOINT ["pbwm"]' in (ROOT / "Dockerfile").read_text()


def test_every_work_that_the_paper_cites_is_in_its_bibliography():
    cited = set(re.findall(r"@(\w+)", (ROOT / "paper/paper.md").read_text()))
    assert cited == set(re.findall(r"^@\w+\{(\w+),", (ROOT / "paper/paper.bib").read_text(), re.MULTILINE))
