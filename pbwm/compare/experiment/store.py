"""The store of a run: one directory, one file per cell, written whole; damaged files are detected and set aside.

docs/studies.md lists the files. Declaration, manifest, and cells are bit-identical, wherever the run took place and
however often it was stopped. A cell exists if its ``.json`` exists, which is written last and has the checksums of the
other files.
"""

import os
import re
from enum import StrEnum
from hashlib import sha256
from typing import Any

from pbwm.compare.errors import PlanError, ResultsError
from pbwm.compare.experiment.cell import DamagedError, checked, data_of, is_of_this_version, sealed
from pbwm.compare.experiment.cells import SET_ASIDE, WORKING, Cells, Damage
from pbwm.compare.experiment.claims import STORE
from pbwm.compare.experiment.code_version import code_version, versions
from pbwm.compare.experiment.declaration import Study
from pbwm.compare.experiment.key import other_values
from pbwm.compare.experiment.row import Row
from pbwm.compare.experiment.toml import from_toml, to_toml
from pbwm.compare.files import make_directory
from tasks.base.errors import TaskError

__all__ = ["Damage", "Existing", "Store"]

FORMAT, VERSION = "study", 2
DECLARATION, MANIFEST = "study.toml", "manifest.json"
OUTPUTS = ("results.csv", "results.parquet", "table.csv", "figures", "report*", "survival-*", "reached.*")
"""Outputs of a run, in its directory."""
OURS = (DECLARATION, MANIFEST, "cells", "seconds", *OUTPUTS)
EARLIER = re.compile(r"summary\.json|seed-\d+-networks-\d+-\d+\.json")
"""Files of comparisons and reproductions of earlier versions."""


class Existing(StrEnum):
    """Policy for results of other settings in the directory."""

    REFUSE = "refuse"
    """Nothing is run."""
    RESUME = "resume"
    """Those that fit are kept, the others are set aside."""
    OVERWRITE = "overwrite"
    """All are set aside."""


class Store(Cells):
    """The directory of a run.

    Parameters
    ----------
    directory
        May not exist yet.
    """

    def declare(
        self, study: Study, whole: Study, existing: Existing = Existing.REFUSE, *, stale: bool = False
    ) -> list[Damage]:
        """Write declaration and manifest, unless they exist; return what was set aside.

        `whole` is the study with the points of its search. Results of other code (`stale`) count as other settings if
        they are to be replaced.

        Raises
        ------
        ResultsError
            If the directory holds something else or cannot be written to. If it holds other settings, and `existing`
            rejects them, or another process runs networks with them.
        """
        text = to_toml(study).encode()
        self.check_ours(text)
        make_directory(self.directory)
        with self.claims.waited_for(STORE):
            stored, gone = self._stored(text)
            if stored is None and gone and existing is Existing.REFUSE and not self._declares(text):
                raise ResultsError(
                    f"{gone[0]}; {AGAIN}, use --resume to keep matching cells, or --overwrite to replace them"
                )
            if stored is None:
                others = bool(gone) and not self._declares(text)
            else:
                others = bool(self._differences(stored, study, whole))
            if existing is Existing.OVERWRITE and (stale or others):
                self._require_idle()
                why = "was replaced"
                gone = [Damage(path, why) for pattern in OURS for path in sorted(self.directory.glob(pattern))]
            elif stored is not None and existing is not Existing.OVERWRITE:
                self._accept(stored, study, whole, existing)
            for damage in gone:
                self.set_aside(damage)
            for name, data in ((DECLARATION, text), (MANIFEST, manifest(study, whole).encode())):
                path = self.directory / name
                if not (path.exists() and path.read_bytes() == data):
                    self.replace(path, data)
        return gone

    def check_ours(self, declaration: bytes = b"") -> None:
        """Raise `ResultsError` if the directory is not empty and holds no run.

        A run that was killed at its beginning has only its `declaration`. A lost manifest is written again if the
        `declaration` is the same.
        """
        if self.directory.exists() and not self.directory.is_dir():
            raise ResultsError(f"{self.directory}: is a file; give a directory")
        if not self.directory.exists():
            return
        names = {path.name for path in self.directory.iterdir()} - {WORKING, SET_ASIDE}
        if not names or MANIFEST in names:
            return
        same = DECLARATION in names and self._declares(declaration)
        lost = {DECLARATION, "cells"} <= names and self._of_this_version()
        if same and (lost or names == {DECLARATION}):
            return
        if lost:
            raise ResultsError(f"{self.directory / MANIFEST}: is missing; {AGAIN}")
        if any(map(EARLIER.fullmatch, names)) or {DECLARATION, "cells"} <= names:
            raise ResultsError(f"{self.directory}: {OLD}")
        some = ", ".join(sorted(names)[:3])
        rule = f"is not empty and holds no run of this program ({some})"
        raise ResultsError(f"{self.directory}: {rule}; give another directory")

    def _declares(self, declaration: bytes) -> bool:
        try:
            return data_of(self.directory / DECLARATION) == declaration
        except (DamagedError, FileNotFoundError):
            return False

    def _of_this_version(self) -> bool:
        return any(map(is_of_this_version, self.directory.glob("cells/*/*.json")))

    def _manifest(self) -> dict[str, Any] | None:
        try:
            stored = checked(data_of(self.directory / MANIFEST), FORMAT)
        except FileNotFoundError:
            return None
        if stored.get("version") != VERSION:
            raise ResultsError(f"{self.directory}: {OLD}")
        return stored

    def _stored(self, text: bytes) -> tuple[dict[str, Any] | None, list[Damage]]:
        """The manifest, if there is a sound one; damaged manifests and declarations."""
        declaration = self.directory / DECLARATION
        try:
            stored = self._manifest()
        except DamagedError as why:
            return None, [Damage(self.directory / MANIFEST, str(why))]
        if stored and os.path.lexists(declaration):
            try:
                found = data_of(declaration)
            except DamagedError as why:
                return stored, [Damage(declaration, str(why))]
            if found != text and sha256(found).hexdigest() != stored["declaration"]:
                return stored, [Damage(declaration, "is not the declaration that was stored")]
        return stored, []

    def _accept(self, stored: dict[str, Any], study: Study, whole: Study, existing: Existing) -> None:
        """Raise `ResultsError` unless a study continues the stored one or may set it aside."""
        if stored["study"] != study.name:
            holds = f"holds study {stored['study']!r}, not {study.name!r}"
            remedy = "give another directory, or --overwrite to set aside what it holds"
            raise ResultsError(f"{self.directory}: {holds}; {remedy}")
        differences = self._differences(stored, study, whole)
        if differences and existing is Existing.REFUSE:
            more = f" and {len(differences) - 1} more" if len(differences) > 1 else ""
            remedy = (
                "give another directory, --resume to keep matching cells and set the others aside, or --overwrite to "
                "set all of them aside"
            )
            raise ResultsError(f"{self.directory}: holds other settings: {differences[0]}{more}; {remedy}")
        if differences:
            self._require_idle()

    def _require_idle(self) -> None:
        """Raise `ResultsError` if a process runs networks of the stored study, which would then be of another study."""
        held = self.claims.all_held()
        if held:
            rule, remedy = f"another process runs networks there ({held[0]})", "stop it, or give another directory"
            raise ResultsError(f"{self.directory}: {rule}; {remedy}")

    def _differences(self, stored: dict[str, Any], study: Study, whole: Study) -> list[str]:
        """What a study would omit, or run again, of the stored one."""
        if stored["study"] != study.name:
            return [f"study {stored['study']!r}, not {study.name!r}"]
        found = []
        if study.networks < stored["networks"][1]:
            found.append(f"{stored['networks'][1]} networks, not {study.networks}")
        now = {row.directory: row for row in whole.rows()}
        same = stored["declaration"] == sha256(to_toml(study).encode()).hexdigest()
        for was in stored["rows"]:
            row = now.get(was["directory"])
            if row is None:
                if not same:  # a search knows its points only as it goes on
                    found.append(f"the row {was['directory']!r}, which is not in this one")
            elif row.epochs != was["epochs"] and not self._goes_on(row, was["epochs"]):
                found.append(f"{row.label}: {was['epochs']} {row.unit}, not {row.epochs}")
            else:
                stored_key = {name: value for name, value in was.items() if name not in ("condition", "directory")}
                found += [f"{row.label}: {differs}" for differs in other_values(row.key, stored_key, row.later)]
        wanted = [str(record) for record in study.record if str(record) not in stored["record"]]
        if wanted and any((self.directory / "cells").glob("*/*.json")):
            found.append(f"networks without {' and '.join(wanted)}")
        return found

    def _goes_on(self, row: Row, epochs: int) -> bool:
        return row.epochs > epochs and all(self.can_go_on(row, cell) for cell in self.short(row))

    def declared(self) -> Study:
        """The stored study.

        Raises
        ------
        ResultsError
            If there is none, or its declaration has changed.
        """
        path = self.directory / DECLARATION
        self.check_ours()
        try:
            stored = self._manifest()
            if stored is None:
                remedy = "give a directory that `pbwm compare`, `pbwm study run`, or `pbwm reproduce` has written"
                raise ResultsError(f"{self.directory}: holds no run (no {MANIFEST}); {remedy}")
        except DamagedError as why:
            raise ResultsError(f"{self.directory / MANIFEST}: {why}; {AGAIN}") from None
        try:
            text = data_of(path)
        except FileNotFoundError:
            raise ResultsError(f"{path}: is missing; {AGAIN}") from None
        except DamagedError as why:
            raise ResultsError(f"{path}: {why}; {AGAIN}") from None
        if sha256(text).hexdigest() != stored["declaration"]:
            remedy = "to run a changed declaration, use `pbwm study run FILE --out DIR`"
            raise ResultsError(f"{path}: is not the declaration that was stored; {remedy}")
        return from_toml(text.decode(), str(path))

    def declares(self, study: Study) -> bool:
        """Whether this is the stored study, with as many networks."""
        try:
            return self.declared() == study
        except (ResultsError, PlanError, TaskError):
            return False

    def set_aside_outputs(self) -> None:
        """Set aside reports of earlier results."""
        with self.claims.waited_for(STORE):
            for path in sorted(self.directory.glob("report*")):
                self.set_aside(Damage(path, "belongs to results that were there before"))


AGAIN = "run it again from its declaration, into this directory"
OLD = (
    "holds results of an earlier version, which this one cannot read; make them again in another directory "
    "(`pbwm compare TASK --out DIR`, `pbwm study run NAME --out DIR`), or read them with the version that wrote them"
)


def manifest(study: Study, whole: Study) -> str:
    """The manifest of a study: all rows in full, with all points of a search."""
    declaration = to_toml(study)
    return sealed(
        {
            "format": FORMAT,
            "version": VERSION,
            "study": study.name,
            "question": study.question,
            "declaration": sha256(declaration.encode()).hexdigest(),
            "code": code_version(),
            "packages": versions(),
            "seed": study.seed,
            "networks": [0, study.networks],
            "record": [str(record) for record in study.record],
            "rows": [{"condition": row.condition, "directory": row.directory} | row.key for row in whole.rows()],
        }
    )
