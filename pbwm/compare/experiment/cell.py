"""A cell of a study: what some networks of a row came to, as a file that shows when it is damaged."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from pbwm.compare.analysis.errors_by_epoch import final_error
from pbwm.compare.experiment.code_version import code_version
from pbwm.compare.files import json_text
from pbwm.compare.run import JobResult

__all__ = ["Cell", "DamagedError", "cell_name", "cell_of", "cell_text", "checked", "networks_of", "sealed"]

FORMAT = "cell of a study"
NAME = re.compile(r"networks-(\d{4,})-(\d{4,})\.(json|safetensors|h5)")


class DamagedError(Exception):
    """A file of a store is not what it should be. Says why."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What some networks of a row came to.

    Attributes
    ----------
    networks
        Their numbers.
    epochs_to_criterion
        Epochs to criterion of each; `NOT_REACHED` where the budget ended before.
    final_error
        Proportion wrong over the last epochs of each, as many as the criterion asks for; None: no response counted.
    novel_error
        Proportion wrong of each on sequences that the task keeps back; None: it keeps none.
    epochs, steps
        Epochs that the longest of them ran, and steps of all together.
    code
        What made them (`code_version`).
    files
        Suffix of every further file of the cell → its SHA-256.
    """

    networks: range
    epochs_to_criterion: tuple[int, ...]
    final_error: tuple[float | None, ...]
    novel_error: tuple[float | None, ...] | None
    epochs: int
    steps: int
    code: Mapping[str, Any]
    files: Mapping[str, str]

    @property
    def reached(self) -> int:
        """How many reached the criterion."""
        return sum(at > 0 for at in self.epochs_to_criterion)


def cell_name(networks: range, suffix: str = ".json") -> str:
    """The name of a file of a cell.

    Examples
    --------
    >>> cell_name(range(16, 20))
    'networks-0016-0019.json'
    """
    return f"networks-{networks.start:04d}-{networks.stop - 1:04d}{suffix}"


def networks_of(name: str) -> range | None:
    """The networks whose cell a file belongs to, by its name; None if it has not the name of one.

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
    """What a job came to, as a cell with further `files`."""
    window = result.job.task.spec.criterion.zero_error_epochs
    return Cell(
        networks=result.job.replicas,
        epochs_to_criterion=tuple(result.reached_at.tolist()),
        final_error=_numbers(final_error(result.errors.sum(2), result.counted.sum(2), window)),
        novel_error=None if result.novel_error is None else _numbers(result.novel_error),
        epochs=result.errors.shape[1],
        steps=result.steps,
        code=code_version(),
        files=dict(files),
    )


def _numbers(values: Any) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else float(value) for value in values)


def sealed(content: Mapping[str, Any]) -> str:
    """A JSON text with a checksum in it, that `checked` reads."""
    return json_text({**content, "sha256": _checksum(content)}) + "\n"


def _checksum(content: Mapping[str, Any]) -> str:
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def checked(data: bytes, form: str) -> dict[str, Any]:
    """The content of a text that `sealed` has made.

    Raises
    ------
    DamagedError
        If it is anything else, down to the last byte.
    """
    try:
        content = json.loads(data.decode("utf-8"))
    except ValueError as error:
        raise DamagedError(f"is cut short or no JSON ({error})") from None
    if not isinstance(content, dict) or content.get("format") != form:
        raise DamagedError(f"is no {form}")
    said = content.pop("sha256", None)
    if said != _checksum(content) or sealed(content).encode() != data:
        raise DamagedError("is damaged: its checksum is not that of its contents")
    return content


def cell_text(cell: Cell, key: Mapping[str, Any]) -> str:
    """The file of a cell of the row with a `key`."""
    return sealed(
        {
            "format": FORMAT,
            "key": key,
            "networks": [cell.networks.start, cell.networks.stop],
            "epochs_to_criterion": list(cell.epochs_to_criterion),
            "final_error": list(cell.final_error),
            "novel_error": None if cell.novel_error is None else list(cell.novel_error),
            "epochs": cell.epochs,
            "steps": cell.steps,
            "code": cell.code,
            "files": cell.files,
        }
    )


def cell_from(data: bytes, key: Mapping[str, Any], networks: range) -> Cell:
    """The cell in a file, if it is one of the row with a `key`, and of these networks.

    Raises
    ------
    DamagedError
        If it is not.
    """
    content = checked(data, FORMAT)
    found = content["key"]
    differs = [name for name in key if found.get(name) != key[name]]
    if differs or found.keys() != key.keys():
        raise DamagedError(f"is of another study, or of another version of this one (other {', '.join(differs)})")
    if content["networks"] != [networks.start, networks.stop]:
        raise DamagedError("is of other networks than its name says")
    novel = content["novel_error"]
    return Cell(
        networks=networks,
        epochs_to_criterion=tuple(content["epochs_to_criterion"]),
        final_error=tuple(content["final_error"]),
        novel_error=None if novel is None else tuple(novel),
        epochs=content["epochs"],
        steps=content["steps"],
        code=content["code"],
        files=content["files"],
    )
