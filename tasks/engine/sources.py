"""Sources of a kernel, and their digest, which ignores comments, docstrings and blank lines.

Sources are the kernel's module and all imported modules of its package or built on `tasks`, recursively.
"""

import ast
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Sequence
from importlib.util import resolve_name
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from tasks.engine.code_store import write_whole

__all__ = ["Digests", "Source"]

OURS = __name__.partition(".")[0]
LIBRARIES = frozenset({"llvmlite", "numba", "numpy"})
"""Libraries that are not part of the digest."""
ASIDE = frozenset({__name__, "tasks.engine.code_store"})
"""Modules that only determine where code is stored."""


class Source(NamedTuple):
    """Content of one file.

    Attributes
    ----------
    digest
        SHA-256 of its syntax tree, without docstrings.
    imports
        Modules, or names in modules, that it imports at import time; relative ones begin with dots.
    """

    digest: str
    imports: tuple[str, ...]

    @classmethod
    def of(cls, content: bytes) -> "Source":
        r"""The source with this content.

        Examples
        --------
        >>> Source.of(b"x = 1  # one").digest == Source.of(b"x = 1").digest
        True
        >>> Source.of(b"def f():\n    'Old.'").digest == Source.of(b"def f():\n    'New.'").digest
        True
        >>> Source.of(b"x = 1").digest == Source.of(b"x = 2").digest
        False
        """
        tree = ast.parse(content)
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                body[:] = [line for line in body if not _is_text(line)]
        return cls(hashlib.sha256(ast.dump(tree).encode()).hexdigest(), tuple(_imports(tree)))


def _is_text(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Constant):
        return False
    return isinstance(statement.value.value, str)


def _at_import(node: ast.AST) -> Iterable[ast.AST]:
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(each, ast.If) and ast.unparse(each.test).endswith("TYPE_CHECKING"):
            yield from (inner for last in each.orelse for inner in (last, *_at_import(last)))
            continue
        yield each
        yield from _at_import(each)


def _imports(tree: ast.Module) -> Iterable[str]:
    for node in _at_import(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield module
            yield from (f"{module}{'' if module.endswith('.') else '.'}{name.name}" for name in node.names)


class Digests:
    """Sources of files, read once per process and stored.

    Of the possible places `files`, the first readable one is read, and the first writable one is written.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = files
        self.kept = next(filter(None, map(_read, files)), {})
        self.sources: dict[Path, Source] = {}
        self.imported: dict[str, tuple[str | None, Source]] = {}
        self.changed = False

    def source(self, path: Path) -> Source:
        """The source of a file at the first request."""
        if path not in self.sources:
            state = path.stat()
            kept = self.kept.get(str(path))
            if kept is None or kept[:2] != [state.st_mtime_ns, state.st_size]:
                source = Source.of(path.read_bytes())
                kept = [state.st_mtime_ns, state.st_size, source.digest, source.imports]
                self.kept[str(path)] = kept
                self.changed = True
            self.sources[path] = Source(kept[2], tuple(kept[3]))
        return self.sources[path]

    def of_kernel(self, module: str, *compiled_by: str) -> str:
        """Digest of the sources of kernels in a module, and of the modules that compile them."""
        whole = hashlib.sha256()
        modules = dict(pair for each in (module, *compiled_by) for pair in self.modules(each).items())
        for name in sorted(modules):
            whole.update(f"{name} {modules[name]}\n".encode())
        return whole.hexdigest()

    def modules(self, module: str) -> dict[str, str]:
        """Sources of the kernels in an imported `module`: name → digest."""
        own = {module.partition(".")[0], OURS}
        found: dict[str, str] = {}
        waiting = [module]
        while waiting:
            name = waiting.pop()
            if name in found or name in ASIDE or (source := self._of_module(name)) is None:
                continue
            if name.partition(".")[0] in own or any(each.partition(".")[0] == OURS for each in source.imports):
                found[name] = source.digest
                waiting += source.imports
        return found

    def _of_module(self, name: str) -> Source | None:
        """Source of an imported module; None if it cannot contain kernels."""
        module = sys.modules.get(name)
        if module is None:  # it may be imported later
            return None
        file = getattr(module, "__file__", None)
        known = self.imported.get(name)
        if known is None or known[0] != file:
            path = _file(name)
            if path is None:
                return None
            source, package = self.source(path), module.__package__
            names = [resolve_name(each, package) if each.startswith(".") else each for each in source.imports]
            known = (file, source._replace(imports=tuple(each for each in names if not _aside(each))))
            self.imported[name] = known
        return known[1]

    def write(self) -> None:
        """Store what has been read."""
        if not self.changed:
            return
        self.changed = False
        known = {path: said for path, said in self.kept.items() if os.path.exists(path)}
        for file in self.files:
            try:
                write_whole(file.parent, file.name, json.dumps(known).encode())
            except OSError:
                continue
            return


def _read(file: Path) -> dict[str, Any]:
    try:
        kept = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _aside(name: str) -> bool:
    top = name.partition(".")[0]
    return top in LIBRARIES or (top in sys.stdlib_module_names and top != "__main__")


def _file(name: str) -> Path | None:
    module: ModuleType | None = sys.modules.get(name)
    if module is None or _aside(name):
        return None
    path = getattr(module, "__file__", None)
    return Path(path) if path and path.endswith(".py") and os.path.exists(path) else None
