"""Sections of the documentation that the page shows as the equations of a unit."""

import re
from collections.abc import Iterable
from pathlib import Path

__all__ = ["anchor", "sections"]

PACKAGED = Path(__file__).parent / "documents"
"""Where an installed package has the pages; in the repository they are those of its documentation."""
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
    """Title and Markdown text of sections, by place (page and anchor); places that are nowhere are left out."""
    found = {}
    for place in sorted(set(places)):
        page, _, wanted = place.partition("#")
        own = section(page, wanted)
        if own:
            found[place] = own
    return found


def section(page: str, wanted: str) -> dict[str, str] | None:
    """One section of a page, up to the next heading of its level or above."""
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
    return {"title": title, "text": "\n".join(lines).strip()} if depth else None
