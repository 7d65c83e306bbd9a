"""A catalog of named entries that suggests the nearest name for an unknown one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from tasks.base.errors import nearest

__all__ = ["Entry", "Registry"]

T = TypeVar("T")


@dataclass(frozen=True)
class Entry(Generic[T]):
    """One line of a catalogue: how to build the thing, and a sentence about it."""

    build: Callable[..., T]
    summary: str


class Registry(Mapping[str, Entry[T]]):
    """The named things of one kind, in the order in which they are listed.

    Parameters
    ----------
    kind
        What the things are, for messages ("task", "model").
    entries
        Name → `Entry`.

    Examples
    --------
    >>> models = Registry("model", {"lstm": Entry(dict, "an LSTM")})
    >>> models["lstn"]
    Traceback (most recent call last):
    tasks.base.errors.UnknownNameError: unknown model 'lstn': did you mean 'lstm'? Known: lstm
    """

    def __init__(self, kind: str, entries: Mapping[str, Entry[T]]) -> None:
        self.kind = kind
        self._entries = dict(entries)

    def __getitem__(self, name: str) -> Entry[T]:
        if name not in self._entries:
            raise nearest(self.kind, name, self._entries)
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
