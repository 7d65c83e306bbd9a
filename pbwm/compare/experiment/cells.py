"""The cells of a store: reading, checking, writing, and setting damaged ones aside."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from pbwm.compare.analysis.errors_by_epoch import final_error
from pbwm.compare.errors import ResultsError
from pbwm.compare.experiment.cell import (
    Cell,
    DamagedError,
    cell_from,
    cell_name,
    cell_of,
    cell_text,
    data_of,
    networks_of,
    numbers,
)
from pbwm.compare.experiment.claims import STORE, Claims
from pbwm.compare.experiment.code_version import versions
from pbwm.compare.experiment.declaration import Record
from pbwm.compare.experiment.job import Begun, JobResult
from pbwm.compare.experiment.records import RECORDS, WEIGHTS, Curves, files_of, read_curves, suffixes
from pbwm.compare.experiment.row import Row
from pbwm.compare.files import json_text, make_directory, written_whole
from tasks.base.errors import SavedFileError
from tasks.base.saving import model_of, read_snapshot

__all__ = ["Cells", "Damage"]

SET_ASIDE, WORKING = "set-aside", "working"


@dataclass(frozen=True)
class Damage:
    """A file that cannot be used, and why."""

    path: Path
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


class Cells:
    """The files of a store, and its cells.

    Parameters
    ----------
    directory
        May not exist yet.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.claims = Claims(directory / WORKING)

    def replace(self, path: Path, data: bytes) -> None:
        """Write a file of the store atomically; remove unfinished versions of killed processes.

        Raises
        ------
        ResultsError
            If it cannot be written.
        """
        self._replace_all({path: data})

    def _replace_all(self, files: Mapping[Path, bytes]) -> None:
        """Replace files; write all of them, then move them to their places, the first one last.

        If a file cannot be written, all of those that it would have replaced remain.
        """
        working = make_directory(self.directory / WORKING)
        with ExitStack() as stack:
            for path, data in files.items():
                make_directory(path.parent)
                stem = self._temporary(path)
                for left in working.glob(f".{stem}-*"):
                    left.unlink(missing_ok=True)
                stack.enter_context(written_whole(path, place=working, stem=stem)).write_bytes(data)

    def _temporary(self, path: Path) -> str:
        return ".".join(path.relative_to(self.directory).parts)

    def set_aside(self, damage: Damage) -> None:
        """Move a file or directory to ``set-aside``; nothing is deleted."""
        if not os.path.lexists(damage.path):
            return
        inside = damage.path.relative_to(self.directory)
        parts = inside.parts[1:] if inside.parts[0] == "cells" and len(inside.parts) > 1 else inside.parts
        place = make_directory((self.directory / SET_ASIDE).joinpath(*parts[:-1]))
        number = 0
        while os.path.lexists(target := place / (parts[-1] + (f".{number}" if number else ""))):
            number += 1
        try:
            os.replace(damage.path, target)
        except OSError as error:
            raise ResultsError(f"{damage} and cannot be set aside ({error.strerror}); remove it") from None

    def cell_path(self, row: Row, networks: range, suffix: str = ".json") -> Path:
        """The path of a file of a cell."""
        return self.directory / "cells" / row.directory / cell_name(networks, suffix)

    def cells(
        self, row: Row, wanted: tuple[Record, ...] = (), block: range | None = None
    ) -> tuple[list[Cell], list[Damage]]:
        """The sound cells of a row with all `wanted` records, in order, and damaged files.

        With a `block`, only cells that begin in it. Cells of a larger budget are cut to the row's; those of a smaller
        budget are neither sound nor damaged (`begun`).
        """
        found: list[Cell] = []
        damaged: list[Damage] = []
        for path, cell in self._all(row, wanted, block):
            if isinstance(cell, Damage):
                damaged.append(cell)
            elif cell.same_within(row.epochs):
                found.append(cell)
            elif row.goal is not None:
                damaged.append(Damage(path, f"is of another budget ({cell.budget} {row.unit}, not {row.epochs})"))
            elif cell.budget > row.epochs:
                found.append(self._within(row, cell))
        return _first_of_each(found), damaged

    def begun(self, row: Row, networks: range) -> Begun | None:
        """Networks of a row, trained within a smaller budget, with weights and curves, or None."""
        for _, cell in self._all(row, (), networks):
            if isinstance(cell, Cell) and cell.networks == networks and self.can_go_on(row, cell):
                paths = [self.cell_path(row, networks, suffix) for suffix in (RECORDS, WEIGHTS)]
                curves, kind = read_curves(paths[:1]), row.networks_class(model_of(paths[1]))
                if curves is None or kind is None:
                    return None
                return Begun(
                    snapshot=read_snapshot(paths[1], kind.name, kind.params_kind),
                    kind=kind,
                    errors=curves.errors,
                    counted=curves.counted,
                    reached_at=np.array(cell.epochs_to_criterion, np.intp),
                    steps=cell.steps,
                )
        return None

    def short(self, row: Row, block: range | None = None) -> list[Cell]:
        """Sound cells with a smaller budget, in which a network was still learning."""
        cells = [cell for _, cell in self._all(row, (), block) if isinstance(cell, Cell)]
        return [cell for cell in cells if cell.budget < row.epochs and not cell.same_within(row.epochs)]

    @staticmethod
    def can_go_on(row: Row, cell: Cell) -> bool:
        """Whether networks of a cell can be trained further: with weights and curves, without a goal."""
        return row.goal is None and cell.budget < row.epochs and {WEIGHTS, RECORDS} <= cell.files.keys()

    def _all(self, row: Row, wanted: tuple[Record, ...], block: range | None) -> Iterator[tuple[Path, Cell | Damage]]:
        place = self.directory / "cells" / row.directory
        found = [(networks_of(path.name), path) for path in sorted(place.glob("[!.]*"))]
        for networks, path in sorted(found, key=lambda of: -1 if of[0] is None else of[0].start):
            if networks is None:
                yield path, Damage(path, "is not a file of this study")
            elif block is not None and networks.start not in block:
                continue
            elif path.suffix == ".json":
                try:
                    yield path, self._sound(path, row, networks, wanted)
                except DamagedError as why:
                    yield path, Damage(path, str(why))
                except FileNotFoundError:  # another process has set it aside
                    continue

    def _sound(self, path: Path, row: Row, networks: range, wanted: tuple[Record, ...]) -> Cell:
        cell = cell_from(data_of(path), row.key, networks, row.later)
        lacks = [suffix for suffix in suffixes(wanted) if suffix not in cell.files]
        if lacks:
            raise DamagedError(f"has no {' and '.join(lacks)}, which the study now requires")
        for suffix, wants in cell.files.items():
            further = self.cell_path(row, networks, suffix)
            try:
                found = data_of(further)
            except FileNotFoundError:
                raise DamagedError(f"lacks its {further.name}") from None
            except DamagedError as why:
                raise DamagedError(f"has a damaged {further.name}, which {why}") from None
            if sha256(found).hexdigest() != wants:
                raise DamagedError(f"has a damaged {further.name}")
        return cell

    def _within(self, row: Row, cell: Cell) -> Cell:
        curves: Curves | None = None
        if RECORDS in cell.files:
            curves = read_curves([self.cell_path(row, cell.networks, RECORDS)])
        if curves is None:
            early = [0 < at <= row.epochs for at in cell.epochs_to_criterion]
            errors = tuple(e if is_early else None for e, is_early in zip(cell.final_error, early, strict=True))
            return cell.within(row.epochs, errors)
        window = row.built_task().spec.criterion.zero_error_epochs
        errors_by_epoch, counted = curves.errors[:, : row.epochs].sum(2), curves.counted[:, : row.epochs].sum(2)
        return cell.within(row.epochs, numbers(final_error(errors_by_epoch, counted, window)))

    def missing(self, row: Row, block: range, wanted: tuple[Record, ...]) -> list[range]:
        """Networks of a block without a sound cell; those to be trained further stay together."""
        cells, _ = self.cells(row, wanted, block)
        there = {network for cell in cells for network in cell.networks}
        found = []
        for cell in self.short(row, block):
            if self.can_go_on(row, cell) and there.isdisjoint(cell.networks) and cell.networks.stop <= block.stop:
                found.append(cell.networks)
                there.update(cell.networks)
        return sorted([*found, *_ranges([n for n in block if n not in there])], key=lambda networks: networks.start)

    def write(self, row: Row, result: JobResult, wanted: tuple[Record, ...]) -> Cell:
        """Store the results of a job. The caller holds the claim on its block.

        Raises
        ------
        ResultsError
            If a file cannot be written; then the cell is as it was before.
        """
        path = self.cell_path(row, result.job.networks)
        took = {"seconds": round(result.seconds, 3), "seconds_to_end_of_first_call": round(result.first_seconds, 3)}
        self.replace(
            self.directory / "seconds" / row.directory / path.name,
            (json_text(took | {"versions": versions()}) + "\n").encode(),
        )
        try:
            files = files_of(result, wanted)
        except SavedFileError as error:
            raise ResultsError(str(error)) from None
        cell = cell_of(result, {suffix: sha256(data).hexdigest() for suffix, data in files.items()})
        text = cell_text(cell, row.key).encode()
        self._replace_all({path: text} | {path.with_suffix(suffix): data for suffix, data in files.items()})
        return cell

    def set_aside_damaged(self, row: Row, block: range, wanted: tuple[Record, ...]) -> list[Damage]:
        """Set aside damaged cells of a block, with all files. The caller holds the claim."""
        _, damaged = self.cells(row, wanted, block)
        for cell in self.short(row, block):
            if not self.can_go_on(row, cell):
                why = f"has {cell.budget} {row.unit}; without its networks, it cannot be continued to {row.epochs}"
                damaged.append(Damage(self.cell_path(row, cell.networks), why))
        mine = []
        for damage in damaged:
            networks = networks_of(damage.path.name)
            if networks is not None:
                mine.append(damage)
                for suffix in (".json", *suffixes(tuple(Record))):
                    self.set_aside(Damage(self.cell_path(row, networks, suffix), damage.why))
        return mine

    def set_aside_foreign(self, row: Row) -> list[Damage]:
        """Set aside files of a row that are not cells."""
        with self.claims.waited_for(STORE):
            foreign = [damage for damage in self.cells(row)[1] if networks_of(damage.path.name) is None]
            for damage in foreign:
                self.set_aside(damage)
        return foreign


def _first_of_each(cells: list[Cell]) -> list[Cell]:
    seen: set[int] = set()
    found = []
    for cell in cells:
        if not seen.issuperset(cell.networks):
            found.append(cell)
            seen.update(cell.networks)
    return found


def _ranges(networks: list[int]) -> Iterator[range]:
    start = 0
    for i, network in enumerate(networks):
        if i + 1 == len(networks) or networks[i + 1] != network + 1:
            yield range(networks[start], network + 1)
            start = i + 1
