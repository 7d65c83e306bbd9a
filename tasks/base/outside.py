"""Tasks and models of users: in a file (`FILE.py:NAME`), an installed package, or a script.

Results are bound to a checksum of the source. A file may import installed packages, but not neighboring files.
"""

import hashlib
import inspect
import re
import sys
import sysconfig
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import Any

from tasks.base.errors import TaskError, nearest

__all__ = ["Outside", "OutsideError", "from_file", "from_package", "from_script", "is_file_name", "offered", "one_line"]

LIBRARIES = {Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib", "purelib", "platlib")}
"""Directories of installed packages."""
FILE_NAME = re.compile(r"(?P<path>.+\.py):(?P<thing>[^:]+)", re.DOTALL)

_loading = RLock()
_modules: dict[tuple[Path, str], ModuleType] = {}


class OutsideError(TaskError, ValueError):
    """A user's code cannot be loaded, has the wrong type, or has failed."""


@dataclass(frozen=True, kw_only=True)
class Outside:
    """A class or function of a user.

    Attributes
    ----------
    name
        ``FILE.py:NAME``, or the name given by its package or script.
    thing
        The class or function.
    code
        Checksum of its source.
    """

    name: str
    thing: Any
    code: str


def is_file_name(name: str) -> bool:
    """Whether a name has the form ``FILE.py:NAME``.

    Examples
    --------
    >>> is_file_name("models/mynet.py:MyNet"), is_file_name("lstm")
    (True, False)
    """
    return FILE_NAME.fullmatch(name) is not None


def from_file(name: str) -> Outside:
    """The object that ``FILE.py:NAME`` names. A file is run again only if it has changed.

    Raises
    ------
    OutsideError
        If the file does not exist, or cannot be run.
    UnknownNameError
        If it does not define that name.
    """
    found = FILE_NAME.fullmatch(name)
    if found is None:
        raise OutsideError(f"{name!r} does not have the form FILE.py:NAME; give a Python file and a class in it")
    path = Path(found["path"])
    try:
        source = path.read_bytes()
    except (OSError, ValueError) as error:
        why = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read ({error})"
        raise OutsideError(
            f"{path}: {why}; give the path of a Python file from the working directory, as in FILE.py:NAME"
        ) from None
    code = checksum(source)
    module = _module(path, source, code)
    if not hasattr(module, found["thing"]):
        own = [n for n, value in vars(module).items() if getattr(value, "__module__", None) == module.__name__]
        raise nearest(f"name in {path}", found["thing"], own)
    return Outside(name=name, thing=getattr(module, found["thing"]), code=code)


def from_script(name: str, thing: Any) -> Outside:
    """A named class or function of a script or notebook.

    Raises
    ------
    OutsideError
        If its source cannot be found.
    """
    try:
        file = inspect.getsourcefile(thing)
        source = Path(file).read_bytes() if file and Path(file).is_file() else inspect.getsource(thing).encode()
    except (OSError, TypeError):
        raise OutsideError(f"{name!r}: the source of {thing!r} cannot be found; define it in a file") from None
    return Outside(name=name, thing=thing, code=checksum(source))


@cache
def offered(group: str) -> Mapping[str, EntryPoint]:
    """Entry points of a group by name."""
    return {point.name: point for point in entry_points(group=group)}


def from_package(point: EntryPoint) -> Outside:
    """The object of an entry point, with a checksum of its package.

    Raises
    ------
    OutsideError
        If it cannot be imported.
    """
    with told(f"{point.group}: {point.name} ({point.value}) cannot be imported", "correct or remove the package"):
        thing = point.load()
    top = sys.modules[point.module.partition(".")[0]]
    file = Path(str(top.__file__))
    paths = sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file]
    return Outside(name=point.name, thing=thing, code=checksum(*(path.read_bytes() for path in paths)))


def checksum(*sources: bytes) -> str:
    """First 16 digits of the SHA-256 of sources."""
    digest = hashlib.sha256()
    for source in sources:
        digest.update(len(source).to_bytes(8, "little") + source)
    return digest.hexdigest()[:16]


def _module(path: Path, source: bytes, code: str) -> ModuleType:
    place = (path.resolve(), code)
    with _loading:
        if place not in _modules:
            name = f"pbwm_outside_{re.sub(r'[^0-9A-Za-z]', '_', path.stem)}_{code}_{checksum(str(place[0]).encode())}"
            spec = spec_from_file_location(name, path)
            assert spec is not None  # of a file that ends in .py there always is one
            module = module_from_spec(spec)
            sys.modules[name] = module  # dataclasses and pickles look a class up in its module
            try:
                with told(f"{path}: cannot be run", "correct the file"):
                    exec(compile(source, str(path), "exec"), vars(module))
            except BaseException:
                del sys.modules[name]
                raise
            _modules[place] = module
        return _modules[place]


@contextmanager
def told(what: str, remedy: str) -> Iterator[None]:
    """Turn any error of a user's code, or `SystemExit`, into an `OutsideError` with its place."""
    try:
        yield
    except TaskError:
        raise
    except (Exception, SystemExit) as error:
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        raise OutsideError(
            f"{what} ({one_line(error)}); {f'install {missing}, or ' if missing else ''}{remedy}"
        ) from error


def one_line(error: BaseException) -> str:
    r"""An error in one line: class, message, and last place.

    Examples
    --------
    >>> one_line(ValueError("no\nsuch thing"))
    'ValueError: no such thing'
    """
    said = " ".join(str(error).split())
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    if isinstance(error, SyntaxError) and error.filename:
        return f"{type(error).__name__}: {error.msg}, {Path(error.filename).name} line {error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_file()]
    own = [frame for frame in frames if Path(frame.filename).resolve() != Path(__file__).resolve()]
    written = [frame for frame in own if not LIBRARIES & {*Path(frame.filename).resolve().parents}]
    last = (written or own)[-1:]
    return f"{what}, {Path(last[0].filename).name} line {last[0].lineno}" if last else what
