"""Sections of the documentation that the page shows as the equations of a unit."""

import re
from collections.abc import Iterable
from pathlib import Path

__all__ = ["anchor", "sections"]

PACKAGED = Path(__file__).parent / "documents"
"""Pages of an installed package; in the repository, they are in `docs/`."""
REPOSITORY = Path(__file__).parents[3] / "docs"


def anchor(heading: str) -> str:
    """The anchor of a heading, as web pages made of Markdown have it.

    Examples
    --------
    >>> anchor("6. Striatal learning and dopamine")
    '6-striatal-learning-and-dopamine'
    """
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def sections(places: Iterable[str]) -> dict[str, dict[str, str]]:
    """Title and text of sections, by place (page and anchor); unknown places are omitted."""
    found = {}
    for place in sorted(set(places)):
        page, _, wanted = place.partition("#")
        own = section(page, wanted)
        if own:
            found[place] = own
    return found


BLOCK = re.compile(r"\s*([-*] |\d+\. |\||#|```|$)")
"""The beginning of a line of Markdown that does not continue a paragraph."""


def flowing(lines: Iterable[str]) -> str:
    r"""Markdown with each paragraph on one line; code and tables do not change.

    Examples
    --------
    >>> flowing(["A paragraph", "of two lines.", "", "```", "x = 1", "y = 2", "```"])
    'A paragraph of two lines.\n\n```\nx = 1\ny = 2\n```'
    """
    found: list[str] = []
    fenced = open_paragraph = False
    for line in lines:
        begins = fenced or BLOCK.match(line) is not None
        if begins or not open_paragraph:
            found.append(line)
        else:
            found[-1] += f" {line.strip()}"
        fenced ^= line.startswith("```")
        open_paragraph = not fenced and bool(line.strip()) and not line.startswith(("|", "#", "```"))
    return "\n".join(found)


INLINE = re.compile(
    r"`+ ?(?P<code>.+?) ?`+|\[(?P<link>[^\]]+)\]\([^)]*\)|\$(?P<math>[^$]+)\$"
    r"|\*{1,3}(?P<stressed>[^\s*](?:[^*]*[^\s*])?)\*{1,3}"
)
"""Code, a link, a formula, or emphasis within a line of Markdown."""
RULE = re.compile(r"\|[-:| ]+\|")
"""The line between the head and the body of a table."""
MARGIN = "    "
"""Of code, in text without marks."""


def unmarked(text: str) -> str:
    r"""Markdown as plain text: without fences, and without marks of code, links, formulas and emphasis.

    Examples
    --------
    >>> unmarked("### *Gate* `g_e`\n\n```\ny = a * b\n```\n| [unit](pbwm.md) | **rate** |\n|---|---|\n| `h` | .1 |")
    'Gate g_e\n\n    y = a * b\nunit | rate\nh | .1'
    """
    found, fenced = [], False
    for line in text.split("\n"):
        if line.startswith("```"):
            fenced = not fenced
        elif fenced:
            found.append(f"{MARGIN}{line}".rstrip())
        elif not RULE.fullmatch(line.strip()):
            found.append(_inline(re.sub(r"^#+ ", "", line)))
    return "\n".join(found)


def _inline(line: str) -> str:
    if line.startswith("|"):
        line = line.strip().strip("|").strip()

    def inner(found: re.Match[str]) -> str:
        if found["code"] is not None:
            return found["code"]
        return _inline(found["link"] or found["math"] or found["stressed"])

    return INLINE.sub(inner, line)


def section(page: str, wanted: str) -> dict[str, str] | None:
    """A section of a page, up to the next heading of its level or above."""
    path = next((root / page for root in (PACKAGED, REPOSITORY) if page and (root / page).is_file()), None)
    if path is None:
        return None
    title, depth, lines = "", 0, []
    for line in path.read_text(encoding="utf-8").splitlines():
        marks, _, heading = line.partition(" ")
        level = len(marks) if marks and set(marks) == {"#"} else 0
        if depth and level and level <= depth:
            break
        if not depth and level and anchor(heading) == wanted:
            title, depth = heading, level
        elif depth:
            lines.append(line)
    return {"title": unmarked(title), "text": unmarked(flowing(lines)).strip()} if depth else None
