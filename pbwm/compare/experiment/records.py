"""What is kept of networks beside their results: learning curves and gates as HDF5, weights as safetensors."""

from io import BytesIO
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from pbwm.compare.analysis.raster import fresh_trials
from pbwm.compare.experiment.declaration import Record
from pbwm.compare.files import written_whole
from pbwm.compare.run import JobResult
from tasks.base.learner import Learner
from tasks.base.record import GateRecord
from tasks.base.saving import write_snapshot
from tasks.base.task import Task, TaskSpec, TrialBlock

__all__ = ["RECORDS", "WEIGHTS", "suffixes", "write_files"]

WEIGHTS, RECORDS = ".safetensors", ".h5"
"""Suffixes of the further files of a cell."""
STEPS = 400
"""Most steps of fresh trials on which gates are recorded."""


def suffixes(wanted: tuple[Record, ...]) -> tuple[str, ...]:
    """The further files of a cell of which these records are wanted."""
    weights, records = Record.WEIGHTS in wanted, Record.CURVES in wanted or Record.GATES in wanted
    return ((WEIGHTS,) if weights else ()) + ((RECORDS,) if records else ())


def write_files(base: Path, result: JobResult, wanted: tuple[Record, ...]) -> dict[str, Path]:
    """Write the further files of a cell beside `base`, and give them by suffix.

    Raises
    ------
    ResultsError, SavedFileError
        If one cannot be written.
    """
    paths = {suffix: base.with_suffix(suffix) for suffix in suffixes(wanted)}
    if WEIGHTS in paths:  # before the networks run the trials of a record
        write_snapshot(paths[WEIGHTS], result.learner.snapshot())
    if RECORDS in paths:
        data = _records(result, wanted)
        with written_whole(paths[RECORDS]) as temporary:
            temporary.write_bytes(data)
    return paths


def _records(result: JobResult, wanted: tuple[Record, ...]) -> bytes:
    """The HDF5 file, made in memory: where it cannot be written, nothing half done is left open."""
    memory, spec = BytesIO(), result.job.task.spec
    with h5py.File(memory, "w") as file:
        file.attrs["networks"] = [result.job.replicas.start, result.job.replicas.stop]
        file.attrs["events"] = list(spec.events)
        if Record.CURVES in wanted:
            group = file.create_group("curves")
            _dataset(group, "errors", result.errors)
            _dataset(group, "counted", result.counted)
        if Record.GATES in wanted:
            _gates(file.create_group("gates"), result.job.task, result.job.seed, result.learner)
    return memory.getvalue()


def _gates(group: Any, task: Task, seed: int, learner: Learner) -> None:
    trials = fresh_trials(task, seed, STEPS)
    outcome = learner.run(TrialBlock.stack([trials] * learner.replicas), learn=False, record=True)
    _dataset(group, "response", outcome.response)
    _dataset(group, "correct", outcome.correct)
    for name in ("symbols", "target", "counts", "event", "starts", "ideal_gate"):
        _dataset(group, f"trials/{name}", getattr(trials, name))
    group.attrs.update(_names(task.spec))
    if outcome.record is not None:
        _record(group, outcome.record)


def _names(spec: TaskSpec) -> dict[str, Any]:
    return {"channels": [channel.name for channel in spec.channels], "responses": list(spec.responses)}


def _record(group: Any, record: GateRecord) -> None:
    group.attrs["slots"] = list(record.slots)
    for name in ("input_gate", "forget_gate", "output_gate", "memory"):
        _dataset(group, name, getattr(record, name))
    for name, signal in record.signals.items():
        _dataset(group, f"signals/{name}", signal)


def _dataset(group: Any, name: str, values: Any) -> None:
    """Write a dataset, now: where it lies in the file must not depend on when Python lets go of the object.

    (A profiler that looks at the frames of a thread, as Dask's does, can hold it for a while.)
    """
    group.create_dataset(name, data=np.asarray(values), compression="gzip", shuffle=True).flush()
