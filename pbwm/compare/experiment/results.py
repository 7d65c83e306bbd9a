"""What a study has come to: every network of every row, as arrays, as CSV and as Parquet."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import EpochsToCriterion, epochs_to_criterion
from pbwm.compare.experiment.declaration import Study
from pbwm.compare.experiment.row import Row
from pbwm.compare.experiment.store import Damage, Store

__all__ = ["RowResult", "read_study", "write_network_tables"]

CSV, PARQUET = "results.csv", "results.parquet"


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


def _table(study: Study, results: Sequence[RowResult]) -> pa.Table:
    """Every network a line."""
    lines = list(_lines(study, results))
    schema = pa.schema(
        [
            ("study", pa.string()),
            ("condition", pa.string()),
            ("task", pa.string()),
            ("learner", pa.string()),
            ("seed", pa.int64()),
            ("network", pa.int64()),
            ("budget", pa.int64()),
            ("reached", pa.bool_()),
            ("epochs_to_criterion", pa.int64()),
            ("final_error", pa.float64()),
            ("novel_error", pa.float64()),
        ]
    )
    return pa.Table.from_pylist([dict(zip(schema.names, line, strict=True)) for line in lines], schema)


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
    """Write results.csv and results.parquet: a line for every network. Empty: not reached, or not measured.

    Raises
    ------
    ResultsError
        If a file cannot be written.
    """
    table = _table(study, results)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.column_names)
    writer.writerows(["" if v is None else v for v in line.values()] for line in table.to_pylist())
    packed = pa.BufferOutputStream()
    pq.write_table(table, packed)
    for name, data in ((CSV, text.getvalue().encode()), (PARQUET, packed.getvalue().to_pybytes())):
        with store.claims.waited_for("store"):
            store.replace(store.directory / name, data)
