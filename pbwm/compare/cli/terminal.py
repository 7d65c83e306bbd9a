"""The terminal of the commands, which shows names and paths unchanged.

Rich would read brackets as markup (`[short]`) and colons as an emoji (`:key:`).
"""

from rich.console import Console

__all__ = ["console"]


def console() -> Console:
    """A console without markup."""
    return Console(markup=False, emoji=False)
