"""The examples of docs/bringing_your_own.md, as names of models and tasks."""

from pathlib import Path

PLACE = Path(__file__).parents[2] / "docs" / "examples"


def example(name):
    """``FILE.py:NAME`` of an example, with an absolute path."""
    return f"{PLACE / name}"
