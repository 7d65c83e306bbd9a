"""The terminal of the commands, which shows names and paths unchanged, without Rich's markup and emoji."""

from typing import Any

from rich.console import Console
from rich.table import Table

__all__ = ["console"]


class _Terminal(Console):
    """A console whose tables fold long words."""

    def print(self, *objects: Any, **options: Any) -> None:
        for table in objects:
            if isinstance(table, Table):
                for column in table.columns:
                    column.overflow = "ellipsis" if column.no_wrap else "fold"
        super().print(*objects, **options)


def console() -> Console:
    """A console without markup."""
    return _Terminal(markup=False, emoji=False)
