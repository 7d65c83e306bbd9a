"""Every module for users has its page of the API."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("tasks", "lstm_baseline", "pbwm")
INTERNAL = re.compile(
    r"""
    .*\.kernels(\..*)?                                        # compiled code; docs/equations.md leads to it
    | tasks\.engine\..* | tasks\.bridges\.extra
    | tasks\.base\.(addresses|arguments|checks|exports|files|fitting|handling|outside_tasks|serialization)
    | lstm_baseline\.(anatomy|checks|critic|layout|network_form|single_network|state|weights)
    | pbwm\.(__main__|anatomy|basal_ganglia|block|checks|compilation|layout|recording|state)
    | pbwm\.form2006\.(compilation|state)
    | pbwm\.compare\.(cli|emergent|studies|published|reports)\..* | pbwm\.compare\.files
    | pbwm\.compare\.figures\.plots\.automaton_layout
    | pbwm\.compare\.experiment\.(arrays|block|cells?|claims|code_version|goal_account|goal_fields|job_training|monitor
                                  |parameters|records|streams)
    | pbwm\.compare\.view\.(assets|equations|history|messages|schema|script|stream|summary)
    """,
    re.VERBOSE,
)
"""Modules for other modules only, and parts of commands."""


def modules():
    """The names of all modules, without packages."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.name != "__init__.py":
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts)


def documented():
    """The names of the modules on pages of the API, with repetitions."""
    pages = sorted((ROOT / "docs" / "api").glob("*.md"))
    return [name for page in pages for name in re.findall(r"automodule:: ([\w.]+)", page.read_text(encoding="utf-8"))]


def test_every_public_module_has_a_page_and_no_module_two():
    found = documented()
    assert len(found) == len(set(found))
    public = {name for name in modules() if not INTERNAL.fullmatch(name)}
    assert public - set(found) == set()
    assert set(found) - set(modules()) <= {"pbwm.compare.experiment"}


def test_headings_of_docstrings_have_lines_of_their_own():
    """Numpydoc and the site read a heading only if nothing else is on its two lines."""
    sources = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    joined = re.compile(r"\S[^\n]* -{5,}|^ *-{5,} +\w", re.MULTILINE)
    found = [f"{path.relative_to(ROOT)}: {m[0]}" for path in sources for m in joined.finditer(path.read_text("utf-8"))]
    assert found == []
