"""A cell of a study: the results of some networks of a row, in a file with checksums."""

import errno
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from typing import Any

import numpy as np

from pbwm.compare.analysis.errors_by_epoch import final_error
from pbwm.compare.experiment.code_version import code_version
from pbwm.compare.experiment.job import JobResult
from pbwm.compare.experiment.key import other_values, some
from pbwm.compare.files import json_text

__all__ = [
    "Cell",
    "DamagedError",
    "cell_name",
    "cell_of",
    "cell_text",
    "checked",
    "data_of",
    "is_of_this_version",
    "networks_of",
    "sealed",
]

FORMAT, VERSION = "cell of a study", 2
NAME = re.compile(r"networks-(\d{4,})-(\d{4,})\.(json|safetensors|h5)")


class DamagedError(Exception):
    """A file of a store has changed; the message says how."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """The results of some networks of a row.

    Attributes
    ----------
    networks, budget
        Their numbers; largest number of epochs of each (for a goal: in its unit).
    epochs_to_criterion
        Epochs to criterion of each, or `NOT_REACHED`.
    final_error
        Proportion wrong of each over the epochs of the criterion; None: no response counted.
    frozen_errors, frozen_counted
        By network and kind of step: wrong responses and all that count in the frozen test.
    novel_error, tested
        Proportion wrong of each on withheld sequences, and result in the test of its goal, or None.
    epochs, steps
        Epochs of the network that ran longest; steps of all together.
    code
        The code that produced them (`code_version`).
    files
        Suffix of every further file of the cell → its SHA-256.
    """

    networks: range
    budget: int
    epochs_to_criterion: tuple[int, ...]
    final_error: tuple[float | None, ...]
    frozen_errors: tuple[tuple[int, ...], ...]
    frozen_counted: tuple[tuple[int, ...], ...]
    novel_error: tuple[float | None, ...] | None
    tested: tuple[float | None, ...] | None
    epochs: int
    steps: int
    code: Mapping[str, Any]
    files: Mapping[str, str]

    def reached_among(self, networks: range) -> int:
        """Number of these networks that reached the criterion."""
        return sum(at > 0 for k, at in zip(self.networks, self.epochs_to_criterion, strict=True) if k in networks)

    def amount(self, goal: bool) -> int:
        """Training of the network that was trained longest: epochs or, with a `goal`, in its unit."""
        return max(at or self.budget for at in self.epochs_to_criterion) if goal else self.epochs

    def same_within(self, budget: int) -> bool:
        """Whether the results are those of this budget."""
        return self.budget == budget or all(0 < at <= budget for at in self.epochs_to_criterion)

    def within(self, budget: int, final_error: tuple[float | None, ...]) -> "Cell":
        """The cell for a smaller budget, with `final_error`, without tests and further files."""
        early = [0 < at <= budget for at in self.epochs_to_criterion]

        def kept(values: tuple[Any, ...] | None, other: Any) -> Any:
            return values and tuple(value if is_early else other for value, is_early in zip(values, early, strict=True))

        none = (0,) * len(self.frozen_errors[0])
        return replace(
            self,
            budget=budget,
            epochs_to_criterion=kept(self.epochs_to_criterion, 0),
            final_error=final_error,
            frozen_errors=kept(self.frozen_errors, none),
            frozen_counted=kept(self.frozen_counted, none),
            novel_error=kept(self.novel_error, None),
            tested=kept(self.tested, None),
            epochs=min(self.epochs, budget),
            files={},
        )


def cell_name(networks: range, suffix: str = ".json") -> str:
    """The name of a file of a cell.

    Examples
    --------
    >>> cell_name(range(16, 20))
    'networks-0016-0019.json'
    """
    return f"networks-{networks.start:04d}-{networks.stop - 1:04d}{suffix}"


def networks_of(name: str) -> range | None:
    """The networks of a cell's file name, or None.

    Examples
    --------
    >>> networks_of("networks-0016-0019.json"), networks_of("notes.txt")
    (range(16, 20), None)
    """
    match = NAME.fullmatch(name)
    if not match:
        return None
    networks = range(int(match[1]), int(match[2]) + 1)
    return networks if cell_name(networks, f".{match[3]}") == name and len(networks) else None


def cell_of(result: JobResult, files: Mapping[str, str]) -> Cell:
    """The results of a job as a cell."""
    window = result.job.task.spec.criterion.zero_error_epochs
    trained, frozen = result.trained, result.frozen
    return Cell(
        networks=result.job.networks,
        budget=result.job.epochs,
        epochs_to_criterion=tuple(trained.reached_at.tolist()),
        final_error=numbers(final_error(trained.errors.sum(2), trained.counted.sum(2), window)),
        frozen_errors=tuple(map(tuple, frozen.errors.tolist())),
        frozen_counted=tuple(map(tuple, frozen.counted.tolist())),
        novel_error=None if result.novel_error is None else numbers(result.novel_error),
        tested=None if trained.tested is None else numbers(trained.tested),
        epochs=trained.errors.shape[1],
        steps=trained.steps,
        code=code_version(),
        files=dict(files),
    )


def numbers(values: Any) -> tuple[float | None, ...]:
    """A float array as plain numbers; None for NaN."""
    return tuple(None if np.isnan(value) else float(value) for value in values)


def data_of(path: Path) -> bytes:
    """The content of a file of a store.

    Raises
    ------
    FileNotFoundError
        If there is nothing at `path`.
    DamagedError
        If it is not a file, e.g. a directory, a pipe, or a broken link.
    """
    try:
        regular = S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        if not path.is_symlink():
            raise
        regular = False
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        regular = False
    if not regular:
        raise DamagedError("is not a file")
    return path.read_bytes()


def sealed(content: Mapping[str, Any]) -> str:
    """A JSON text with its checksum, which `checked` reads."""
    return json_text({**content, "sha256": _checksum(content)}) + "\n"


def _checksum(content: Mapping[str, Any]) -> str:
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def checked(data: bytes, form: str) -> dict[str, Any]:
    """The content of a text of `sealed`.

    Raises
    ------
    DamagedError
        If a byte differs.
    """
    try:
        content = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"is truncated or not JSON ({error})") from None
    if not isinstance(content, dict) or content.get("format") != form:
        raise DamagedError(f"is not a {form}")
    said = content.pop("sha256", None)
    if said != _checksum(content) or sealed(content).encode() != data:
        raise DamagedError("is damaged: its checksum does not match its contents")
    return content


def is_of_this_version(path: Path) -> bool:
    """Whether a file is a sound cell that this version can read."""
    try:
        return checked(data_of(path), FORMAT).get("version") == VERSION
    except (DamagedError, FileNotFoundError):
        return False


def cell_text(cell: Cell, key: Mapping[str, Any]) -> str:
    """The file of a cell of a row with a `key`."""
    content = {f.name: _plain(getattr(cell, f.name)) for f in fields(Cell)}
    return sealed({"format": FORMAT, "version": VERSION, "key": {**key, "epochs": cell.budget}, **content})


def _plain(value: Any) -> Any:
    if isinstance(value, range):
        return [value.start, value.stop]
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def cell_from(data: bytes, key: Mapping[str, Any], networks: range, later: Mapping[str, Any] | None = None) -> Cell:
    """The cell in a file, if it has these networks and the `key` of the row, with any budget.

    `later` has the defaults of fields that earlier keys lack (`pbwm.compare.experiment.key`).

    Raises
    ------
    DamagedError
        If it does not.
    """
    content = checked(data, FORMAT)
    if content.get("version") != VERSION:
        raise DamagedError("was written by another version of this package")
    differs = other_values(key, content["key"], later or {})
    if differs:
        raise DamagedError(f"is of another study, or of another version of this one ({some(differs)})")
    if content["networks"] != [networks.start, networks.stop]:
        raise DamagedError("does not hold the networks that its name says")
    said = {f.name: _tuples(content[f.name]) for f in fields(Cell)}
    return Cell(**{**said, "networks": networks})
