"""Paths that users give, and atomic writing of files."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import cast

from tasks.base.errors import SavedFileError, require

__all__ = ["path_of", "written_whole"]


def path_of(field: str, value: object, remedy: str, error: type[Exception] = SavedFileError) -> Path:
    """A path that a user gives; raise `error` if it is not a string or a path."""
    require(isinstance(value, str | os.PathLike), field, value, "is not a path", remedy, error=error)
    return Path(cast(str, value))


@contextmanager
def written_whole(
    path: Path, error: type[Exception] = SavedFileError, *, place: Path | None = None, stem: str | None = None
) -> Iterator[Path]:
    """A temporary path, flushed to disk and moved to `path` on success, else removed.

    `place` is the directory of the temporary path (None: that of `path`), and `stem` the beginning of its name (None:
    as `path`). `error` is raised if the file cannot be written.
    """
    temporary = (place or path.parent) / f".{stem or path.stem}-{token_hex(4)}{path.suffix}"
    try:
        temporary.touch(exist_ok=False)  # with the permissions that the umask leaves
    except OSError as why:
        raise error(f"{path}: cannot be written ({why.strerror}); give another directory") from None
    try:
        yield temporary
        _to_disk(temporary)
        os.replace(temporary, path)
        with suppress(OSError):  # not every file system lets a directory be opened, or waits for it
            _to_disk(path.parent)
    except error:  # of another file that is written at the same time
        raise
    except OSError as why:
        raise error(f"{path}: cannot be written ({why.strerror}); free space, or give another place") from why
    finally:
        temporary.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
