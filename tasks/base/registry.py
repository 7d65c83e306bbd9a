"""A catalog of named entries, which suggests the nearest name for an unknown one and accepts users' code."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from tasks.base.errors import UnknownNameError, complaint, nearest, require, require_name
from tasks.base.outside import Outside, OutsideError, from_file, from_package, from_script, is_file_name, offered

__all__ = ["Entry", "Registry"]

T = TypeVar("T")


@dataclass(frozen=True)
class Entry(Generic[T]):
    """An entry of a catalog.

    Attributes
    ----------
    build, summary
        Builder of the object, and a sentence about it.
    title
        Name in figures; empty: the listed name.
    code
        Checksum of a user's source; None: part of this package.
    """

    build: Callable[..., T]
    summary: str
    title: str = field(default="", kw_only=True)
    code: str | None = field(default=None, kw_only=True)


class Registry(Mapping[str, Entry[T]]):
    """Named entries of one kind, in order.

    A name is looked up in the catalog, in entries that scripts registered, in those of installed packages, and, as
    ``FILE.py:NAME``, in that file. Iteration covers the catalog and the registered entries.

    Parameters
    ----------
    kind
        Kind of the entries ("task", "model").
    entries
        Name → `Entry`.
    group
        Group of entry points of packages ("pbwm.tasks"), or None.
    made
        Makes and checks the entry of a user's code; None: not accepted.

    Examples
    --------
    >>> models = Registry("model", {"lstm": Entry(dict, "an LSTM")})
    >>> models["lstn"]
    Traceback (most recent call last):
    tasks.base.errors.UnknownNameError: unknown model 'lstn': did you mean 'lstm'? Known: lstm
    """

    def __init__(
        self,
        kind: str,
        entries: Mapping[str, Entry[T]],
        *,
        group: str | None = None,
        made: Callable[[Outside], Entry[T]] | None = None,
    ) -> None:
        self.kind, self._group, self._make = kind, group, made
        self._entries = dict(entries)
        self._registered: dict[str, Entry[T]] = {}
        self._outside: dict[str, Entry[T]] = {}

    def __getitem__(self, name: str) -> Entry[T]:
        if not isinstance(name, str):
            remedy = "give a name, FILE.py:NAME, or register your own class (docs/bringing_your_own.md)"
            raise OutsideError(complaint(self.kind, name, "is not a name", remedy))
        for known in (self._entries, self._registered):
            if name in known:
                return known[name]
        if self._make is not None and is_file_name(name):
            return self._entry(self._make, from_file(name))
        points = self.offered
        if self._make is not None and name in points:
            return self._outside.get(name) or self._entry(self._make, from_package(points[name]))
        if self._make is not None and name.endswith(".py"):
            rule, remedy = f"is a file without the name of a {self.kind} in it", "give FILE.py:NAME"
            raise UnknownNameError(complaint(self.kind, name, rule, remedy))
        raise nearest(self.kind, name, [*self, *points])

    def _entry(self, make: Callable[[Outside], Entry[T]], found: Outside) -> Entry[T]:
        known = self._outside.get(found.name)
        if known is None or known.code != found.code:
            self._outside[found.name] = known = make(found)
        return known

    def title(self, name: str) -> str:
        """Name of an entry in figures, such as ``NAME`` for ``FILE.py:NAME``.

        Examples
        --------
        >>> models = Registry("model", {"lstm-1997": Entry(dict, "an LSTM", title="LSTM (1997)")})
        >>> models.title("lstm-1997"), models.title("models/my.py:MyNet"), models.title("mine")
        ('LSTM (1997)', 'MyNet', 'mine')
        """
        known = self._entries.get(name) or self._registered.get(name)
        return (known.title if known else "") or name.rpartition(":")[2]

    @property
    def offered(self) -> Mapping[str, Any]:
        """Entry points of installed packages whose names are not in the catalog or registered."""
        points = offered(self._group) if self._group else {}
        return {name: point for name, point in points.items() if name not in self}

    def outside(self) -> list[Entry[T]]:
        """Registered or loaded entries of users."""
        return [*self._registered.values(), *self._outside.values()]

    def register(self, name: str, thing: Any) -> None:
        """Register a class or function of a script until the process ends.

        Processes that train networks run the main script again: register at its top level, and run the rest under ``if
        __name__ == "__main__":``.

        Raises
        ------
        OutsideError
            If the name is taken or invalid, or the object is of the wrong kind or has no source.
        """
        require_name(f"{self.kind}: name", name, error=OutsideError)
        rule, remedy = "must not have a comma or a slash, as lists and paths do", "choose another"
        require(not {",", "/", "\\"} & {*name}, f"{self.kind}: name", name, rule, remedy, error=OutsideError)
        if self._make is None or name in self._entries or is_file_name(name):
            raise OutsideError(f"{self.kind} {name!r}: the name is already registered; choose another")
        self._registered[name] = self._make(from_script(name, thing))

    def __contains__(self, name: object) -> bool:
        return name in self._entries or name in self._registered

    def __iter__(self) -> Iterator[str]:
        yield from self._entries
        yield from self._registered

    def __len__(self) -> int:
        return len(self._entries) + len(self._registered)
