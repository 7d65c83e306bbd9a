"""The store of a study: one directory, one file per cell, each written whole; what is damaged is found and set aside.

    study.toml          the declaration
    manifest.json       what it comes to: all parameters, seed, code and packages
    cells/ROW/          networks-0000-0015.json, and, where wanted, .safetensors (weights) and .h5 (records)
    results.csv         every network a line, made of the cells; the same as results.parquet
    seconds/ROW/        how long each cell took
    working/            claims and progress of the processes that run
    set-aside/ROW/      files that were damaged or not of this study

All but the last three are the same, bit for bit, however often the study was stopped, and wherever it ran. A cell is
there when its ``.json`` is: it is written last, and names the checksums of the others.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pbwm.compare.errors import ResultsError
from pbwm.compare.experiment.cell import (
    Cell,
    DamagedError,
    cell_from,
    cell_name,
    cell_of,
    cell_text,
    checked,
    networks_of,
    sealed,
)
from pbwm.compare.experiment.claims import Claims
from pbwm.compare.experiment.code_version import code_version
from pbwm.compare.experiment.declaration import Record, Study
from pbwm.compare.experiment.records import suffixes, write_files
from pbwm.compare.experiment.row import Row
from pbwm.compare.experiment.toml import from_toml, to_toml
from pbwm.compare.files import make_directory, write_json, written_whole
from pbwm.compare.reports.summary import versions
from pbwm.compare.run import JobResult

__all__ = ["Damage", "Store"]

FORMAT = "study"
DECLARATION, MANIFEST = "study.toml", "manifest.json"


@dataclass(frozen=True)
class Damage:
    """A file that cannot be used, and why."""

    path: Path
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


class Store:
    """The directory in which a study is kept.

    Parameters
    ----------
    directory
        The directory; it need not be there.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.claims = Claims(directory / "working")

    def cell_path(self, row: Row, networks: range, suffix: str = ".json") -> Path:
        """A file of a cell."""
        return self.directory / "cells" / row.directory / cell_name(networks, suffix)

    # The declaration

    def declare(self, study: Study, whole: Study) -> list[Damage]:
        """Write the declaration and the manifest, unless they are there; what was damaged is set aside, and given.

        `whole` is the study with the points of its search as conditions, if it searches.

        Raises
        ------
        ResultsError
            If the directory holds another study, or cannot be written to.
        """
        make_directory(self.directory)
        with self.claims.waited_for("store"):
            damaged = self._undeclared(study)
            for damage in damaged:
                self._set_aside(damage)
            for name, text in ((DECLARATION, to_toml(study)), (MANIFEST, manifest(study, whole))):
                path = self.directory / name
                if not (path.exists() and path.read_bytes() == text.encode()):
                    self.replace(path, text.encode())
        return damaged

    def _undeclared(self, study: Study) -> list[Damage]:
        """What of declaration and manifest is not as it was stored."""
        declaration, path = self.directory / DECLARATION, self.directory / MANIFEST
        try:
            stored = checked(path.read_bytes(), FORMAT)
        except FileNotFoundError:
            return []
        except DamagedError as why:
            return [Damage(path, str(why))]
        if stored["study"] != study.name:
            holds = f"holds study {stored['study']!r}, not {study.name!r}"
            raise ResultsError(f"{self.directory}: {holds}; give another directory")
        if declaration.exists() and sha256(declaration.read_bytes()).hexdigest() != stored["declaration"]:
            return [Damage(declaration, "is not the declaration that was stored")]
        return []

    def replace(self, path: Path, data: bytes) -> None:
        """Write a file of the store, and remove what processes that were killed have left of it half written."""
        self._tidy(path)
        with written_whole(path) as temporary:
            temporary.write_bytes(data)

    def _tidy(self, path: Path) -> None:
        for left in path.parent.glob(f".{path.stem}-*"):
            left.unlink(missing_ok=True)

    def declared(self) -> Study:
        """The study that is kept here.

        Raises
        ------
        ResultsError
            If there is none, or its declaration is not the one that was stored.
        """
        path = self.directory / DECLARATION
        try:
            text = path.read_bytes()
            wanted = checked((self.directory / MANIFEST).read_bytes(), FORMAT)["declaration"]
        except FileNotFoundError:
            raise ResultsError(f"{self.directory}: holds no study; give the directory of one") from None
        except DamagedError as why:
            remedy = "run the study again from its declaration, into this directory"
            raise ResultsError(f"{self.directory / MANIFEST}: {why}; {remedy}") from None
        if sha256(text).hexdigest() != wanted:
            remedy = "to go on with what it says now, run it: `pbwm study run FILE --out DIR`"
            raise ResultsError(f"{path}: is not the declaration that was stored; {remedy}")
        return from_toml(text.decode(), str(path))

    # Cells

    def cells(
        self, row: Row, wanted: tuple[Record, ...] = (), block: range | None = None
    ) -> tuple[list[Cell], list[Damage]]:
        """The sound cells of a row, which have what is `wanted`, in order; and what is damaged. Nothing is changed.

        Those that begin in a `block` alone, if one is given.
        """
        place, key = self.directory / "cells" / row.directory, row.key
        found: list[Cell] = []
        damaged: list[Damage] = []
        for path in sorted(place.glob("[!.]*")):
            networks = networks_of(path.name)
            if networks is None:
                damaged.append(Damage(path, "is no file of this study"))
            elif block is not None and networks.start not in block:
                continue
            elif path.suffix == ".json":
                try:
                    found.append(self._sound(path, row, key, networks, wanted))
                except DamagedError as why:
                    damaged.append(Damage(path, str(why)))
                except FileNotFoundError:  # another process has set it aside
                    continue
        return _first_of_each(found), damaged

    def _sound(self, path: Path, row: Row, key: dict[str, Any], networks: range, wanted: tuple[Record, ...]) -> Cell:
        cell = cell_from(path.read_bytes(), key, networks)
        lacks = [suffix for suffix in suffixes(wanted) if suffix not in cell.files]
        if lacks:
            raise DamagedError(f"has no {' and '.join(lacks)}, which the study wants now")
        for suffix, wants in cell.files.items():
            further = self.cell_path(row, networks, suffix)
            if not further.exists():
                raise DamagedError(f"misses its {further.name}")
            if sha256(further.read_bytes()).hexdigest() != wants:
                raise DamagedError(f"has a damaged {further.name}")
        return cell

    def missing(self, row: Row, block: range, wanted: tuple[Record, ...]) -> list[range]:
        """The networks of a block that have no sound cell, in ranges."""
        cells, _ = self.cells(row, wanted, block)
        there = {network for cell in cells for network in cell.networks}
        return list(_ranges([network for network in block if network not in there]))

    def write(self, row: Row, result: JobResult, wanted: tuple[Record, ...]) -> Cell:
        """Keep what a job of a row came to. The caller has the claim on its block.

        Raises
        ------
        ResultsError, SavedFileError
            If a file cannot be written: then the cell is not there.
        """
        networks = result.job.replicas
        path = self.cell_path(row, networks)
        make_directory(path.parent)
        seconds = make_directory(self.directory / "seconds" / row.directory) / path.name
        self._tidy(path)
        self._tidy(seconds)
        took = {"seconds": round(result.seconds, 3), "seconds_to_end_of_first_epoch": round(result.first_seconds, 3)}
        write_json(seconds, took | {"versions": versions()})
        files = write_files(path, result, wanted)
        cell = cell_of(result, {suffix: sha256(p.read_bytes()).hexdigest() for suffix, p in files.items()})
        with written_whole(path) as temporary:
            temporary.write_text(cell_text(cell, row.key), encoding="utf-8")
        return cell

    def set_aside_damaged(self, row: Row, block: range, wanted: tuple[Record, ...]) -> list[Damage]:
        """Move damaged cells of a block out of the way, with all their files; the caller has the claim on it."""
        _, damaged = self.cells(row, wanted, block)
        mine = []
        for damage in damaged:
            networks = networks_of(damage.path.name)
            if networks is not None:
                mine.append(damage)
                for suffix in (".json", *suffixes(tuple(Record))):
                    self._set_aside(Damage(self.cell_path(row, networks, suffix), damage.why))
        return mine

    def set_aside_foreign(self, row: Row) -> list[Damage]:
        """Move files of a row that have not the name of one out of the way."""
        with self.claims.waited_for("store"):
            foreign = [damage for damage in self.cells(row)[1] if networks_of(damage.path.name) is None]
            for damage in foreign:
                self._set_aside(damage)
        return foreign

    def _set_aside(self, damage: Damage) -> None:
        if not damage.path.exists():
            return
        inside = damage.path.relative_to(self.directory)
        parts = inside.parts[1:] if inside.parts[0] == "cells" else inside.parts
        place = make_directory((self.directory / "set-aside").joinpath(*parts[:-1]))
        number = 0
        while (target := place / (parts[-1] + (f".{number}" if number else ""))).exists():
            number += 1
        try:
            os.replace(damage.path, target)
        except OSError as error:
            raise ResultsError(f"{damage} and cannot be set aside ({error.strerror}); remove it") from None


def _first_of_each(cells: list[Cell]) -> list[Cell]:
    """The cells without those whose networks are all in cells before them."""
    seen: set[int] = set()
    found = []
    for cell in cells:
        if not seen.issuperset(cell.networks):
            found.append(cell)
            seen.update(cell.networks)
    return found


def _ranges(networks: list[int]) -> Iterator[range]:
    """Numbers that rise, as ranges."""
    start = 0
    for i, network in enumerate(networks):
        if i + 1 == len(networks) or networks[i + 1] != network + 1:
            yield range(networks[start], network + 1)
            start = i + 1


def manifest(study: Study, whole: Study) -> str:
    """The manifest of a study: what it comes to, in full, with all points of its search."""
    declaration = to_toml(study)
    return sealed(
        {
            "format": FORMAT,
            "study": study.name,
            "question": study.question,
            "declaration": sha256(declaration.encode()).hexdigest(),
            "code": code_version(),
            "packages": versions(),
            "seed": study.seed,
            "networks": [0, study.replicas],
            "record": [str(record) for record in study.record],
            "rows": [{"condition": row.condition, "directory": row.directory} | row.key for row in whole.rows()],
        }
    )
