"""Storage of compiled code: a folder per module with kernels, and in it one per state of its sources.

The folders are in ``NUMBA_CACHE_DIR``, else in ``__pycache__`` next to the module, or else in the home directory. Files
have a checksum and are written atomically. Of unused states, the newest four and those of the last hour are kept.
"""

import hashlib
import os
import re
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

__all__ = ["CodeStore", "KeptNowhereWarning", "places", "unchanging", "write_whole"]

KEPT = 4
"""Minimum number of states of a module to keep."""
IN_USE = 3600.0
"""Seconds for which a folder counts as used."""
SUFFIX = ".kernel"
CODE = frozenset({SUFFIX, ".nbi", ".nbc"})
"""Suffixes of files of code, ours and numba's."""
STATE = re.compile(r"[0-9a-f]{16}\Z")
"""Name of the folder of one state."""
OLD = re.compile(r"kernels-[0-9a-f]{16}\Z")
"""Name of a folder of code of earlier versions."""
CHECKSUM = hashlib.sha256().digest_size


class KeptNowhereWarning(RuntimeWarning):
    """Compiled code cannot be stored."""


def places(folder: Path, chosen: str) -> tuple[Path, ...]:
    """Places for code of a module in `folder`, in order of preference; `chosen` by the user, or empty."""
    found = [Path(chosen) if chosen else folder / "__pycache__"]
    with suppress(RuntimeError):  # no home directory
        found.append(Path.home() / ".cache" / "pbwm")
    return tuple(found)


class CodeStore:
    """Code of the kernels of a module, in one state of its sources: 16 hexadecimal digits.

    All `places` are searched, and the first that can be written is written.
    """

    warned = False
    """Whether any store has warned."""

    def __init__(self, places: tuple[Path, ...], module: str, state: str) -> None:
        self.folders = tuple(place / f"kernels-{module}" / state for place in places)

    def load(self, name: str) -> bytes | None:
        """Stored data; None if missing or damaged."""
        for folder in self.folders:
            try:
                content = (folder / f"{name}{SUFFIX}").read_bytes()
            except OSError:
                continue
            checksum, data = content[:CHECKSUM], content[CHECKSUM:]
            if hashlib.sha256(data).digest() == checksum:
                with suppress(OSError):
                    os.utime(folder)
                return data
        return None

    def save(self, name: str, data: bytes) -> None:
        """Store `data` under a name in the first possible place."""
        failures: list[str] = []
        for folder in self.folders:
            try:
                write_whole(folder, f"{name}{SUFFIX}", hashlib.sha256(data).digest() + data)
            except OSError as error:
                failures.append(f"{folder.parents[1]} ({error.strerror})")
                continue
            prune(folder)
            return
        self.warn(" and ".join(failures))

    def writable(self) -> Path | None:
        """The first folder that can be written."""
        failures: list[str] = []
        for folder in self.folders:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                NamedTemporaryFile(dir=folder).close()
            except OSError as error:
                failures.append(f"{folder.parents[1]} ({error.strerror})")
                continue
            prune(folder)
            return folder
        self.warn(" and ".join(failures))
        return None

    @classmethod
    def warn(cls, where: str) -> None:
        """Warn once that code cannot be stored."""
        if CodeStore.warned:
            return
        CodeStore.warned = True
        warnings.warn(
            f"compiled kernels cannot be kept in {where}; every process will compile them again, which takes up to half"
            " a minute; set NUMBA_CACHE_DIR to a writable directory",
            KeptNowhereWarning,
            stacklevel=2,
        )


def write_whole(folder: Path, name: str, content: bytes) -> None:
    """Write a file atomically, even if others remove the folder."""
    for last in (False, True):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with NamedTemporaryFile(dir=folder, suffix=SUFFIX, delete=False) as temporary:
                try:
                    temporary.write(content)
                    temporary.close()
                    os.replace(temporary.name, folder / name)
                except BaseException:
                    with suppress(OSError):
                        os.unlink(temporary.name)
                    raise
            return
        except FileNotFoundError:
            if last:
                raise


def unchanging(folder: Path) -> Path:
    """A file in `folder` with constant content and time."""
    file = folder / f"sources{SUFFIX}"
    if not file.exists():
        file.touch()
        os.utime(file, (0, 0))
    return file


def prune(used: Path) -> None:
    """Remove code of unused states and earlier versions."""
    states = sorted(_folders(used.parent, STATE), key=_time_of_use, reverse=True)[KEPT:]
    for folder in [*states, *_folders(used.parents[1], OLD)]:
        if folder != used and time.time() - _time_of_use(folder) > IN_USE:
            _remove(folder)


def _folders(place: Path, name: re.Pattern[str]) -> Iterator[Path]:
    with suppress(OSError):
        yield from (folder for folder in place.iterdir() if name.match(folder.name) and not folder.is_symlink())


def _time_of_use(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0


def _remove(folder: Path) -> None:
    """Remove a folder and its code, but no other file."""
    for path in sorted(folder.rglob("*"), reverse=True):
        with suppress(OSError):  # another process does the same
            if path.is_dir():
                path.rmdir()
            elif path.suffix in CODE:
                path.unlink()
    with suppress(OSError):  # files of others are in it
        folder.rmdir()
