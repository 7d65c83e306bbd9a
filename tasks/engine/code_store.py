"""Storage of compiled code: a folder for each module with kernels, and in it one for each state of their sources.

The folders lie in ``NUMBA_CACHE_DIR`` where that is set, else in ``__pycache__`` next to the module; or, if nothing can
be written there, in the home directory. A file is written next to its place and moved there whole, so that any number
of processes may compile the same at the same time; each file has a checksum. A folder of sources that are no longer
used is removed when the code of others is kept: the newest four stay, and those used within the last hour. A process
whose folder is removed compiles what it still needs.

Code that cannot be kept is compiled in every process, and a warning says so once.
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
"""The states of the sources of a module whose code is kept at least."""
IN_USE = 3600.0
"""Seconds in which a folder that was used is taken to be in use."""
SUFFIX = ".kernel"
CODE = frozenset({SUFFIX, ".nbi", ".nbc"})
"""Suffixes of files of code: our own, and those of numba's cache."""
STATE = re.compile(r"[0-9a-f]{16}\Z")
"""The name of a folder of one state of the sources."""
OLD = re.compile(r"kernels-[0-9a-f]{16}\Z")
"""The name of a folder of code as earlier versions kept it: one for each state of all sources."""
CHECKSUM = hashlib.sha256().digest_size


class KeptNowhereWarning(RuntimeWarning):
    """Compiled code can be kept nowhere."""


def places(folder: Path, chosen: str) -> tuple[Path, ...]:
    """Where compiled code may be kept, in order, for the modules in `folder`.

    Parameters
    ----------
    folder
        The folder of a module.
    chosen
        The place that the user has chosen; else empty.
    """
    found = [Path(chosen) if chosen else folder / "__pycache__"]
    with suppress(RuntimeError):  # no home directory
        found.append(Path.home() / ".cache" / "pbwm")
    return tuple(found)


class CodeStore:
    """The code of the kernels of one module, in one state of its sources.

    Parameters
    ----------
    places
        Folders to keep it in: what is there is found in any; it is written to the first that can be written.
    module
        Name of the module.
    state
        Name of the state: 16 hexadecimal digits.
    """

    warned = False
    """Whether any store has said that it cannot keep what it is given."""

    def __init__(self, places: tuple[Path, ...], module: str, state: str) -> None:
        self.folders = tuple(place / f"kernels-{module}" / state for place in places)

    def load(self, name: str) -> bytes | None:
        """The data saved under a name; None if there are none, or if they are damaged or cannot be read."""
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
        """Keep `data` under a name, in the first place where that is possible."""
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
        """The first folder in which files can be made; there is one then."""
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
        """Say once that code can be kept nowhere."""
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
    """Write a file whole or not at all; the folder may be removed by others at any time before."""
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
    """A file in `folder` whose content and time are always the same."""
    file = folder / f"sources{SUFFIX}"
    if not file.exists():
        file.touch()
        os.utime(file, (0, 0))
    return file


def prune(used: Path) -> None:
    """Remove the code of other states of the same module, except the newest and those used within the last hour.

    Code that earlier versions kept in the same place is removed, too, unless it was used within the last hour.
    """
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
    """Remove a folder with the code in it (numba's own too, in a folder below), but no file of another kind."""
    for path in sorted(folder.rglob("*"), reverse=True):
        with suppress(OSError):  # another process does the same
            if path.is_dir():
                path.rmdir()
            elif path.suffix in CODE:
                path.unlink()
    with suppress(OSError):  # files of others are in it
        folder.rmdir()
