"""Work sent to a worker and its results, and shares of a study for several machines."""

from dataclasses import dataclass
from pathlib import Path

from pbwm.compare.errors import PlanError
from pbwm.compare.experiment.declaration import Record
from pbwm.compare.experiment.row import Row, numbered

__all__ = ["Block", "Done", "Shard"]


@dataclass(frozen=True, eq=False)
class Block:
    """A block of networks of a row, for a worker."""

    directory: Path
    row: Row
    networks: range
    wanted: tuple[Record, ...]

    @property
    def name(self) -> str:
        """The name of its claim."""
        return f"{self.row.directory}-{self.networks.start:04d}"

    @property
    def label(self) -> str:
        """The block in words."""
        return f"{self.row.label} · {numbered(self.networks)}"


@dataclass(frozen=True)
class Done:
    """Outcome of a block: whether it is finished, results, and damaged files.

    `mine` is False if another process has claimed or run it.
    """

    mine: bool
    there: bool
    epochs: int = 0
    reached: int = 0
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shard:
    """A share of the blocks: every `of`-th, from `number` (from 1).

    Examples
    --------
    >>> [b for i, b in enumerate("abcdefg") if i in Shard(2, 3)]
    ['b', 'e']
    """

    number: int = 1
    of: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of:
            raise PlanError(f"shard {self.number}/{self.of} does not exist; give i/n with i from 1 to n, e.g. 1/8")

    @classmethod
    def parsed(cls, text: str) -> "Shard":
        """The shard "i/n"."""
        number, _, of = text.partition("/")
        if not (text.isascii() and number.isdecimal() and of.isdecimal()):
            raise PlanError(f"shard {text!r} must be i/n with i from 1 to n, e.g. 1/8")
        return cls(int(number), int(of))

    def __contains__(self, index: int) -> bool:
        return index % self.of == self.number - 1
