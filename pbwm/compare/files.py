"""Tables and other files, written whole or not at all."""

import csv
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from pbwm.compare.errors import PlanError, ResultsError
from tasks.base import files

__all__ = ["csv_text", "directory_of", "json_text", "make_directory", "write_csv", "written_whole"]


def directory_of(given: str | None, default: Path, option: str = "--out") -> Path:
    """The directory that an option of a command names; `default` if it is omitted.

    Raises
    ------
    PlanError
        If the option is blank.
    """
    if given is None:
        return default
    if not given.strip():
        raise PlanError(f"{option} = {given!r} names no directory; give one, or omit it for {default}")
    return Path(given)


def make_directory(path: Path, remedy: str = "give another directory") -> Path:
    """Create the directory `path` if missing; errors end in `remedy`.

    Raises
    ------
    ResultsError
        If it cannot be created or written to.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ResultsError(f"{path}: no directory can be made there ({error.strerror}); {remedy}") from None
    if not os.access(path, os.W_OK):
        raise ResultsError(f"{path}: the directory cannot be written to; {remedy}")
    return path


written_whole = partial(files.written_whole, error=ResultsError)
"""`tasks.base.files.written_whole`, which raises `ResultsError` here."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV; None and NaN become empty cells."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(header)
    # NaN is the one number that is not itself.
    table.writerows(["" if cell is None or cell != cell else cell for cell in row] for row in rows)
    return text.getvalue()


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table to a file (`csv_text`)."""
    with written_whole(path) as temporary:
        temporary.write_text(csv_text(header, rows), encoding="utf-8", newline="")


def json_text(value: object, indent: str = "") -> str:
    """Readable JSON: a line per field of an object and per list of plain values.

    Examples
    --------
    >>> print(json_text({"n": 2, "epochs": [12, None], "rows": [[1], [2]]}))
    {
      "n": 2,
      "epochs": [12, null],
      "rows": [
        [1],
        [2]
      ]
    }
    """
    inner = indent + "  "
    if isinstance(value, Mapping) and value:
        fields = (f"{inner}{json.dumps(key)}: {json_text(item, inner)}" for key, item in value.items())
        return "{\n" + ",\n".join(fields) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, list | Mapping) for item in value):
        return "[\n" + ",\n".join(inner + json_text(item, inner) for item in value) + f"\n{indent}]"
    return json.dumps(value, allow_nan=False, ensure_ascii=False)
