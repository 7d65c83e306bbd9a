"""What a study has come to: every network of every row, as arrays, as CSV, and, with pyarrow, as Parquet."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import EpochsToCriterion, epochs_to_criterion
from pbwm.compare.experiment.declaration import Study
from pbwm.compare.experiment.row import Row
from pbwm.compare.experiment.store import Damage, Store

__all__ = ["RowResult", "read_study", "write_network_tables"]

CSV, PARQUET = "results.csv", "results.parquet"
COLUMNS = {
    "study": "string",
    "condition": "string",
    "task": "string",
    "learner": "string",
    "seed": "int64",
    "network": "int64",
    "budget": "int64",
    "reached": "bool_",
    "epochs_to_criterion": "int64",
    "final_error": "float64",
    "novel_error": "float64",
}
"""The columns of both tables, and their types in Parquet."""


@dataclass(frozen=True, kw_only=True)
class RowResult:
    """What the networks of a row did.

    Attributes
    ----------
    row
        The row.
    networks : int array (network,)
        Their numbers, of those that have been run.
    times
        Epochs to criterion of every network.
    final_error : float array (network,)
        Proportion wrong over the last epochs that a network ran, as many as the criterion asks for; NaN: no response
        counted.
    novel_error : float array (network,)
        Proportion wrong on sequences that the task keeps back; NaN if it keeps none.
    codes
        Checksums of the sources that made them.
    damaged
        Files of the row that cannot be used, and why.
    """

    row: Row
    networks: NDArray[np.intp]
    times: EpochsToCriterion
    final_error: NDArray[np.float64]
    novel_error: NDArray[np.float64]
    codes: tuple[str, ...]
    damaged: tuple[Damage, ...]


def read_study(study: Study, store: Store) -> list[RowResult]:
    """What the rows of a study came to, of the cells that are there and sound. Nothing is changed."""
    return [_row_result(row, store, study) for row in study.rows()]


def _row_result(row: Row, store: Store, study: Study) -> RowResult:
    cells, damaged = store.cells(row, study.record)
    found: dict[int, tuple[int, float | None, float | None]] = {}
    for cell in cells:
        novel = cell.novel_error or (None,) * len(cell.networks)
        rows = zip(cell.networks, cell.epochs_to_criterion, cell.final_error, novel, strict=True)
        for network, epochs, error, error_on_novel in rows:
            if network < study.replicas:
                found.setdefault(network, (epochs, error, error_on_novel))
    networks = sorted(found)

    def column(index: int, kind: Any) -> NDArray[Any]:
        return np.array([found[n][index] for n in networks], kind)

    return RowResult(
        row=row,
        networks=np.array(networks, np.intp),
        times=epochs_to_criterion(row.label, column(0, np.intp), row.epochs),
        final_error=column(1, np.float64),
        novel_error=column(2, np.float64),
        codes=tuple(sorted({str(cell.code.get("sources")) for cell in cells})),
        damaged=tuple(damaged),
    )


def _parquet(lines: Sequence[tuple[Any, ...]]) -> bytes:
    """The lines as a Parquet file."""
    import pyarrow as pa  # here, for it is an extra, and takes long to import
    import pyarrow.parquet as pq

    schema = pa.schema([(name, getattr(pa, kind)()) for name, kind in COLUMNS.items()])
    packed = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([dict(zip(COLUMNS, line, strict=True)) for line in lines], schema), packed)
    return bytes(packed.getvalue().to_pybytes())


def _lines(study: Study, results: Sequence[RowResult]) -> Iterator[tuple[Any, ...]]:
    for result in results:
        row, times = result.row, result.times
        for i, network in enumerate(result.networks.tolist()):
            reached = bool(times.reached[i])
            yield (
                *(study.name, row.condition, row.task, row.learner, row.seed, network, row.epochs, reached),
                int(times.epochs[i]) if reached else None,
                *(None if np.isnan(e[i]) else float(e[i]) for e in (result.final_error, result.novel_error)),
            )


def write_network_tables(study: Study, store: Store, results: Sequence[RowResult]) -> None:
    """Write results.csv: a line for every network. Empty: not reached, or not measured.

    Where pyarrow is installed, results.parquet has the same; where it is not, an earlier results.parquet is removed,
    for it would not agree with results.csv.

    Raises
    ------
    ResultsError
        If a file cannot be written.
    """
    lines = list(_lines(study, results))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(["" if v is None else v for v in line] for line in lines)
    packed = _parquet(lines) if find_spec("pyarrow") else None
    with store.claims.waited_for("store"):
        store.replace(store.directory / CSV, text.getvalue().encode())
        if packed is None:
            (store.directory / PARQUET).unlink(missing_ok=True)
        else:
            store.replace(store.directory / PARQUET, packed)
