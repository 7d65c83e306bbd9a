"""The terminal of the commands, which shows names and paths unchanged.

They can have brackets and colons, which rich would read as markup (`[short]`) or as an emoji (`:key:`).
"""

from rich.console import Console

__all__ = ["console"]


def console() -> Console:
    """A console that takes text as it is."""
    return Console(markup=False, emoji=False)
