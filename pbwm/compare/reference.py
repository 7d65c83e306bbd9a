"""Reading the reference simulation's files, and its names and order of units in ours.

A weights file is gzipped JSON: ``{"init": {path: {"recv_idx": [...], "send_idx": [...], "wt": [...]}}}``. A trace
file is gzipped JSON: ``{"trials": [...], "cycle_acts": [...]}``, each trial with its state, its snapshots ("events"),
and what it learned. Nothing is pickled.
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
from tasks.base.task import TrialBlock

__all__ = ["LAYERS", "PREDICTION", "read_json", "reference_order", "reference_weights", "trial_block"]

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
"""Our name of a layer, and the reference's."""

PREDICTION = "RWPred"
COLUMNS = 2
"""The reference lays its pools out in rows of two maintenance stripes and two output stripes; we number maintenance
stripes first, then output stripes."""


def read_json(path: Path) -> Any:
    """The content of a gzipped JSON file.

    Raises
    ------
    ResultsError
        If the file is missing, is not gzipped, or is not JSON.
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
    """`data[key]`, or an error that says where it is missing."""
    if not isinstance(data, Mapping) or key not in data:
        raise ResultsError(f"{where} has no {key!r}; give a file in the form of the reference simulation's")
    return data[key]


def reference_order(layer: str, circuit: Circuit) -> NDArray[np.intp]:
    """For every unit of one of our layers, its index in the reference's layer."""
    units = circuit.layers[circuit.layer(layer)].units
    if layer not in ("matrix_go", "matrix_nogo", "gpe", "gpi_thalamus"):
        return np.arange(units)
    stripe = np.arange(circuit.stripes)
    maintenance = (stripe // COLUMNS) * 2 * COLUMNS + stripe % COLUMNS
    pools = np.concatenate([maintenance, maintenance + COLUMNS])
    size = units // len(pools)
    return (pools[:, None] * size + np.arange(size)).ravel()


def reference_weights(data: Any, circuit: Circuit) -> dict[str, NDArray[np.floating]]:
    """The weights of a weights file, by our path names, each (1, receiver, contact).

    Raises
    ------
    ResultsError
        If a path is missing, or lacks a synapse.
    """
    paths = entry(data, "init", "the weights file")
    weights: dict[str, NDArray[np.floating]] = {}
    for path in circuit.paths:
        name = f"{LAYERS[path.sender]}To{LAYERS[path.target]}"
        table = entry(paths, name, "the weights file")
        columns = [entry(table, key, f"path {name!r} of the weights file") for key in ("recv_idx", "send_idx", "wt")]
        synapses = {(r, s): w for r, s, w in zip(*columns, strict=True)}
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
    """The step of a task that a trial of the trace was: symbols from its clamped inputs, its target, its reward."""
    snapshots = entry(trial, "events", "a trial of the trace")
    first = snapshots[0]

    def symbol(layer: str) -> int:
        act = np.array(entry(entry(first, LAYERS[layer], "a snapshot"), "Act", f"layer {LAYERS[layer]!r}"))
        return int(act.argmax()) if act.max() > 0 else -1

    recalls = str(entry(trial, "act", "a trial of the trace")).startswith("Recall")
    return TrialBlock(
        length=np.array([1]),
        symbols=np.array([[[symbol("stimulus_input"), symbol("control_input")]]], np.int16),
        target=np.array([[entry(trial, "stim", "a trial of the trace")]], np.int16),
        counts=np.ones((1, 1), np.bool_),
        rewarded=np.array([[recalls]]),
        event=np.zeros((1, 1), np.int16),
        starts=np.zeros((1, 1), np.bool_),
        ideal_gate=np.zeros((1, 1, 2), np.int8),
    )
