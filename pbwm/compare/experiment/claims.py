"""Claims: one process claims a block of networks and reports its progress; a claim ends with its process.

A claim is a lock of the operating system on a file (`filelock`).
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from filelock import FileLock, Timeout

from pbwm.compare.errors import ResultsError
from pbwm.compare.experiment.job import Job, Watch
from pbwm.compare.files import make_directory

__all__ = ["COMPILING", "STORE", "Claims", "Progress"]

STORE, COMPILING = "store", "compiling"
"""Claims on the files of the whole store, and on compilation; all others are on blocks of networks."""

WITHOUT_LOCKS = (
    "the file system has no locks, and without them two processes could run the same networks; give a directory on a "
    "local disk, or have the network file system mounted with locks (NFS 4; Lustre with `flock`)"
)
WRITABLE = "make it writable, or use a copy of the run"
"""Remedy where a run cannot be written to."""
SECONDS = 0.3
"""Least number of seconds between reports of progress."""


@dataclass(frozen=True)
class Progress:
    """Progress of a block: epochs, networks at criterion, and all networks."""

    epochs: int
    reached: int
    networks: int


NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)
"""Errors of file systems without locks."""


@contextmanager
def _locking(lock: FileLock) -> Iterator[None]:
    """Explain in one line why a file cannot be locked.

    Raises
    ------
    ResultsError
        If the file system has no locks, another user has the lock, or the disk fails.
    """
    path = lock.lock_file
    try:
        yield
    except Timeout:
        raise
    except NotImplementedError:
        raise ResultsError(f"{path}: {WITHOUT_LOCKS}") from None
    except PermissionError:
        remedy = "have its owner remove it, or give a directory of your own"
        raise ResultsError(f"{path}: the lock file belongs to another user; {remedy}") from None
    except OSError as error:
        if error.errno in NO_LOCKS:
            raise ResultsError(f"{path}: {WITHOUT_LOCKS}") from None
        raise ResultsError(f"{path}: cannot be locked ({error.strerror}); give another directory") from None


class Claims:
    """The claims on a store.

    Parameters
    ----------
    directory
        Directory of their files.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def _path(self, name: str, suffix: str) -> Path:
        return self._directory / f"{name}{suffix}"

    @contextmanager
    def claimed(self, name: str) -> Iterator[bool]:
        """Whether the claim is free; if so, hold it in the context."""
        make_directory(self._directory, WRITABLE)
        lock = FileLock(self._path(name, ".lock"))
        try:
            with _locking(lock):
                lock.acquire(blocking=False)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            self._path(name, ".progress").unlink(missing_ok=True)
            lock.release()

    @contextmanager
    def waited_for(self, name: str) -> Iterator[None]:
        """Wait for the claim, and hold it in the context."""
        make_directory(self._directory, WRITABLE)
        lock = FileLock(self._path(name, ".lock"))
        with _locking(lock):
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def watch(self, name: str) -> Watch:
        """A watch that reports the progress of a claim's holder."""
        return _Writer(self._path(name, ".progress"))

    def progress(self, name: str) -> Progress | None:
        """The progress of a claim's holder, or None."""
        try:
            epochs, reached, networks = self._path(name, ".progress").read_text(encoding="utf-8").split()
            return Progress(int(epochs), int(reached), int(networks))
        except (OSError, ValueError):
            return None

    def held(self, name: str) -> bool:
        """Whether a process holds a claim now."""
        if not self._path(name, ".lock").exists():
            return False
        with self.claimed(name) as mine:
            return not mine

    def all_held(self) -> list[str]:
        """The claims on blocks of networks that processes hold now."""
        names = sorted(path.stem for path in self._directory.glob("*.lock"))
        return [name for name in names if name not in (STORE, COMPILING) and self.held(name)]


class _Writer(Watch):
    """Writes progress into a file; failures do not end the run."""

    def __init__(self, path: Path) -> None:
        self._path, self._due = path, 0.0

    def started(self, job: Job) -> None:
        self._write(job, 0, 0)

    def epoch_done(self, job: Job, epochs: int, reached: int) -> None:
        self._write(job, epochs, reached)

    def _write(self, job: Job, epochs: int, reached: int) -> None:
        if monotonic() >= self._due:
            self._due = monotonic() + SECONDS
            try:
                self._path.write_text(f"{epochs} {reached} {len(job.networks)}", encoding="utf-8")
            except OSError:
                return
