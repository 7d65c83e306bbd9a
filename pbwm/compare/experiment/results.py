"""The results of the rows of a run: every network of every row, as arrays and as tables."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import EpochsToCriterion, epochs_to_criterion
from pbwm.compare.analysis.frozen import FrozenTest
from pbwm.compare.experiment.cell import Cell
from pbwm.compare.experiment.declaration import Study
from pbwm.compare.experiment.row import Row
from pbwm.compare.experiment.store import Damage, Store
from pbwm.compare.files import csv_text

__all__ = ["NETWORK_COLUMNS", "RowResult", "network_lines", "read_study", "write_network_tables"]

CSV, PARQUET = "results.csv", "results.parquet"
NETWORK_COLUMNS = (
    *("study", "condition", "task", "model", "seed", "network", "budget", "unit", "reached", "epochs_to_criterion"),
    *("final_error", "frozen_errors", "frozen_counted", "frozen_error", "novel_error", "goal_test_error"),
)
"""Columns of the table of all networks."""


@dataclass(frozen=True, kw_only=True)
class RowResult:
    """Results of the networks of a row.

    Attributes
    ----------
    networks : int array (network,)
        Numbers of the networks that have been run.
    times
        Their epochs to criterion.
    final_error : float array (network,)
        Proportion wrong over the epochs of the criterion; NaN: no response counted.
    frozen
        Result of the frozen test, without networks that were trained beyond the budget.
    novel_error, tested : float array (network,)
        Proportion wrong on withheld sequences, and result in the test of the goal, or NaN.
    cells, damaged
        The cells of these results; unusable files, and why.
    """

    row: Row
    networks: NDArray[np.intp]
    times: EpochsToCriterion
    final_error: NDArray[np.float64]
    frozen: FrozenTest
    novel_error: NDArray[np.float64]
    tested: NDArray[np.float64]
    cells: tuple[Cell, ...]
    damaged: tuple[Damage, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Checksums of the sources that produced them."""
        return tuple(sorted({str(cell.code.get("sources")) for cell in self.cells}))


def read_study(study: Study, store: Store) -> list[RowResult]:
    """The results of the rows of a study, from its sound cells."""
    return [read_row(row, store, study) for row in study.rows()]


def read_row(row: Row, store: Store, study: Study) -> RowResult:
    """The results of a row."""
    cells, damaged = store.cells(row)
    found: dict[int, tuple[Cell, int]] = {}
    for cell in cells:
        for place, network in enumerate(cell.networks):
            if network < study.networks:
                found.setdefault(network, (cell, place))
    places = [found[network] for network in sorted(found)]

    events = len(cells[0].frozen_errors[0]) if places else 0

    def column(kind: Any, value: Callable[[Cell, int], Any]) -> NDArray[Any]:
        return np.array([value(cell, place) for cell, place in places], kind)

    def table(value: Callable[[Cell, int], Any]) -> NDArray[Any]:
        return column(np.intp, value).reshape(len(places), events)

    return RowResult(
        row=row,
        networks=np.array(sorted(found), np.intp),
        times=epochs_to_criterion(row.label, column(np.intp, lambda c, i: c.epochs_to_criterion[i]), row.epochs),
        final_error=column(np.float64, lambda c, i: c.final_error[i]),
        frozen=FrozenTest(
            errors=table(lambda c, i: c.frozen_errors[i]), counted=table(lambda c, i: c.frozen_counted[i])
        ),
        novel_error=column(np.float64, lambda c, i: c.novel_error[i] if c.novel_error else None),
        tested=column(np.float64, lambda c, i: c.tested[i] if c.tested else None),
        cells=tuple(cells),
        damaged=tuple(damaged),
    )


def network_lines(study: Study, results: Sequence[RowResult]) -> Iterator[tuple[Any, ...]]:
    """A line per network, under `NETWORK_COLUMNS`; None: not reached or measured."""
    for result in results:
        row, times = result.row, result.times
        errors, counted = result.frozen.errors.sum(1), result.frozen.counted.sum(1)
        measured = (result.final_error, result.frozen.error, result.novel_error, result.tested)
        for i, network in enumerate(result.networks.tolist()):
            reached = bool(times.reached[i])
            final, frozen, novel, tested = (None if np.isnan(e[i]) else float(e[i]) for e in measured)
            yield (
                *(study.name, row.condition, row.task, row.model, row.seed, network, row.epochs, row.unit, reached),
                int(times.epochs[i]) if reached else None,
                *(final, int(errors[i]), int(counted[i]), frozen, novel, tested),
            )


def write_network_tables(study: Study, store: Store, results: Sequence[RowResult]) -> None:
    """Write results.csv and, with pyarrow, results.parquet: a line per network.

    Empty: not reached, or not measured. Without pyarrow, an earlier results.parquet is removed. The caller holds the
    claim on the store.

    Raises
    ------
    ResultsError
        If a file cannot be written.
    """
    lines = list(network_lines(study, results))
    packed = _parquet(lines)
    store.replace(store.directory / CSV, csv_text(NETWORK_COLUMNS, lines).encode())
    if packed is None:
        (store.directory / PARQUET).unlink(missing_ok=True)
    else:
        store.replace(store.directory / PARQUET, packed)


def _parquet(lines: Sequence[tuple[Any, ...]]) -> bytes | None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        return None
    kinds = {
        **dict.fromkeys(("study", "condition", "task", "model", "unit"), pa.string()),
        **dict.fromkeys(("seed", "network", "budget", "epochs_to_criterion"), pa.int64()),
        **dict.fromkeys(("frozen_errors", "frozen_counted"), pa.int64()),
        "reached": pa.bool_(),
    }
    schema = pa.schema([(name, kinds.get(name, pa.float64())) for name in NETWORK_COLUMNS])
    rows = [dict(zip(NETWORK_COLUMNS, line, strict=True)) for line in lines]
    packed = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows, schema), packed)
    return bytes(packed.getvalue().to_pybytes())
