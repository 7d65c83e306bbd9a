"""Files of the reference simulation, and its names and order of units in ours.

A weights file is gzipped JSON: ``{"init": {path: {"recv_idx": [...], "send_idx": [...], "wt": [...]}}}``. A trace file
is gzipped JSON: ``{"trials": [...], "cycle_acts": [...]}``; each trial has its state, snapshots ("events"), and
learning.
"""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.circuit import Circuit
from pbwm.compare.errors import ResultsError
from pbwm.kernels.tables import CYCLES
from tasks.base.task import TrialBlock

__all__ = [
    "LAYERS",
    "PREDICTION",
    "cycle_activities",
    "entry",
    "numbers",
    "read_json",
    "records",
    "reference_order",
    "reference_weights",
    "snapshot_cycle",
    "trial_block",
]

LAYERS = {
    "stimulus_input": "Input",
    "control_input": "CtrlInput",
    "output": "Output",
    "hidden": "Hidden",
    "matrix_go": "MatrixGo",
    "matrix_nogo": "MatrixNoGo",
    "gpe": "GPeNoGo",
    "gpi_thalamus": "GPiThal",
    "pfc_maintenance": "PFCmnt",
    "pfc_maintenance_deep": "PFCmntD",
    "pfc_output": "PFCout",
    "pfc_output_deep": "PFCoutD",
}
"""Our name of a layer → the reference's."""

PREDICTION = "RWPred"
COLUMNS = 2
"""Maintenance and output stripes in each row of the reference's pools."""


def read_json(path: Path) -> Any:
    """The content of a gzipped JSON file.

    Raises
    ------
    ResultsError
        If the file is missing, not gzipped, or not JSON.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        raise ResultsError(f"{path} does not exist; give the path of a gzipped JSON file") from None
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ResultsError(f"{path} cannot be read as gzip ({error}); give a whole .json.gz file") from None
    except json.JSONDecodeError as error:
        raise ResultsError(f"{path} is not JSON ({error}); give a file of the reference simulation") from None


def entry(data: Any, key: str, where: str) -> Any:
    """`data[key]`; if it is missing, the error says where."""
    if not isinstance(data, Mapping) or key not in data:
        raise ResultsError(f"{where} has no {key!r}; give a file in the form of the reference simulation's")
    return data[key]


def records(data: Any, key: str, where: str) -> list[Any]:
    """`data[key]` as a list that is not empty."""
    value = entry(data, key, where)
    if not isinstance(value, list) or not value:
        raise ResultsError(f"{key!r} of {where} is {str(value)[:40]}, not a list of records; give an unchanged file")
    return value


def numbers(data: Any, key: str, where: str) -> NDArray[np.float64]:
    """`data[key]` as an array of numbers."""
    value = entry(data, key, where)
    try:
        return np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ResultsError(f"{key!r} of {where} is {str(value)[:40]}, not numbers; give an unchanged file") from None


def integers(data: Any, key: str, where: str) -> list[int]:
    """`data[key]` as a list of whole numbers."""
    value = entry(data, key, where)
    if not isinstance(value, list) or not all(isinstance(i, int) for i in value):
        raise ResultsError(f"{key!r} of {where} is {str(value)[:40]}, not whole numbers; give an unchanged file")
    return value


def snapshot_cycle(shot: Any) -> int:
    """The cycle (0 … 99) after which a snapshot was taken."""
    done = entry(shot, "cycle", "a snapshot")
    if not isinstance(done, int) or not 1 <= done <= CYCLES:
        raise ResultsError(f"'cycle' of a snapshot is {done!r}; it must be 1 to {CYCLES}, the cycles done by then")
    return done - 1


def reference_order(layer: str, circuit: Circuit) -> NDArray[np.intp]:
    """Index in the reference's layer of each of our units."""
    units = circuit.layers[circuit.layer(layer)].units
    if layer not in ("matrix_go", "matrix_nogo", "gpe", "gpi_thalamus"):
        return np.arange(units)
    stripe = np.arange(circuit.stripes)
    maintenance = (stripe // COLUMNS) * 2 * COLUMNS + stripe % COLUMNS
    pools = np.concatenate([maintenance, maintenance + COLUMNS])
    size = units // len(pools)
    return (pools[:, None] * size + np.arange(size)).ravel()


def reference_weights(data: Any, circuit: Circuit) -> dict[str, NDArray[np.floating]]:
    """Weights of a file by our path names, each (1, receiver, contact).

    Raises
    ------
    ResultsError
        If a path or a synapse is missing.
    """
    paths = entry(data, "init", "the weights file")
    weights: dict[str, NDArray[np.floating]] = {}
    for path in circuit.paths:
        name = f"{LAYERS[path.sender]}To{LAYERS[path.target]}"
        table = entry(paths, name, "the weights file")
        where = f"path {name!r} of the weights file"
        pairs = zip(integers(table, "recv_idx", where), integers(table, "send_idx", where), strict=False)
        synapses = dict(zip(pairs, np.atleast_1d(numbers(table, "wt", where)), strict=False))
        receiver, sender = reference_order(path.target, circuit), reference_order(path.sender, circuit)
        senders = circuit.senders(path)
        try:
            values = [[synapses[receiver[r], sender[s]] for s in row] for r, row in enumerate(senders)]
        except KeyError as missing:
            raise ResultsError(
                f"path {name!r} of the weights file has no synapse {missing.args[0]} (receiver, sender); "
                "give the weights of the network that the trace was made with"
            ) from None
        weights[path.name] = np.array(values, dtype=np.float64)[None]
    return weights


def trial_block(trial: Any) -> TrialBlock:
    """The step of a trial in the trace: symbols, target, and reward."""
    first = records(trial, "events", "a trial of the trace")[0]

    def symbol(layer: str) -> int:
        act = np.atleast_1d(numbers(entry(first, LAYERS[layer], "a snapshot"), "Act", f"layer {LAYERS[layer]!r}"))
        return int(act.argmax()) if act.max(initial=0.0) > 0 else -1

    target = entry(trial, "stim", "a trial of the trace")
    if not isinstance(target, int):
        raise ResultsError(
            f"'stim' of a trial of the trace is {target!r}; it must be the number of the correct response"
        )
    recalls = str(entry(trial, "act", "a trial of the trace")).startswith("Recall")
    return TrialBlock(
        length=np.array([1]),
        symbols=np.array([[[symbol("stimulus_input"), symbol("control_input")]]], np.int16),
        target=np.array([[target]], np.int16),
        counts=np.ones((1, 1), np.bool_),
        rewarded=np.array([[recalls]]),
        event=np.zeros((1, 1), np.int16),
        starts=np.zeros((1, 1), np.bool_),
        ideal_gate=np.zeros((1, 1, 2), np.int8),
    )


def cycle_activities(trace: Any, trial: int) -> dict[int, Any]:
    """Activities of a trial in the trace, by cycle."""
    rows = trace.get("cycle_acts", []) if isinstance(trace, Mapping) else []
    if not isinstance(rows, list):
        raise ResultsError("'cycle_acts' of the trace file is not a list; give an unchanged file")
    found = {}
    for row in rows:
        if entry(row, "trial", "a row of 'cycle_acts'") == trial:
            cycle = entry(row, "cycle", "a row of 'cycle_acts'")
            if not isinstance(cycle, int) or not 0 <= cycle < CYCLES:
                raise ResultsError(f"'cycle' of a row of 'cycle_acts' is {cycle!r}; it must be 0 to {CYCLES - 1}")
            found[cycle] = row
    return found
