"""Data stored in addition to results: curves and gates as HDF5, networks as safetensors.

    curves/errors, counted              (network, epoch, event)
    trials/length, symbols, target, …   (network, step, …): the fresh trials of the recording
    outcome/response, correct           (network, step)
    record/input_gate, …, memory        (network, step, slot, …); record/signals/NAME; record/resets (network, step);
                                        record/input_open, output_open (network, step, slot)
    names/networks, events, slots, channels, symbols/CHANNEL, items, responses, analog

Every array has its axes in its attribute ``axes`` and in its dimension labels, and its unit in ``unit``. Names are
arrays of text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from io import BytesIO
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.recording import GATE_NAMES, Recording, recording_of
from pbwm.compare.analysis.trials import test_trials
from pbwm.compare.experiment.declaration import Record
from pbwm.compare.experiment.job import JobResult
from tasks.base.learner import Outcome
from tasks.base.record import GateRecord
from tasks.base.saving import SUFFIX, snapshot_bytes
from tasks.base.task import TaskSpec, TrialBlock

__all__ = [
    "RECORDS",
    "STEPS",
    "WEIGHTS",
    "Curves",
    "files_of",
    "read_curves",
    "read_recording",
    "recorded_arrays",
    "spec_names",
    "suffixes",
]

WEIGHTS, RECORDS = SUFFIX, ".h5"
"""Suffixes of the further files of a cell."""
OPTIONAL = ("resets", "input_open", "output_open")
"""Arrays of a `GateRecord` that some models lack."""
STEPS = 2000
"""Most steps of fresh trials in the recording of a network."""

Array = NDArray[Any]

AXES = {
    **dict.fromkeys(("errors", "counted"), (("network", "epoch", "event"), "responses")),
    "length": (("network",), "steps"),
    "symbols": (("network", "step", "channel"), "index into names/symbols/CHANNEL; -1: silent"),
    **dict.fromkeys(("target", "response"), (("network", "step"), "index into names/responses; -1: none")),
    **dict.fromkeys(("counts", "rewarded", "starts", "correct", "resets"), (("network", "step"), "yes or no")),
    "event": (("network", "step"), "index into names/events"),
    "ideal_gate": (("network", "step", "item"), "what a perfect memory does: tasks.base.task.GateAction"),
    "values": (("network", "step", "analog"), "as the task has it"),
    "allowed": (("network", "step", "response"), "yes or no"),
    **dict.fromkeys(("quantity", "noise"), (("network", "step"), "as the task has it")),
    **dict.fromkeys(GATE_NAMES, (("network", "step", "slot"), "1 = open, or keeps all")),
    **dict.fromkeys(("input_open", "output_open"), (("network", "step", "slot"), "yes or no")),
    "memory": (("network", "step", "slot", "unit"), "activity, or state of the cell"),
}
"""Array → its axes and its unit."""
SIGNAL_AXES = ("network", "step", "place", "part", "unit")
"""Axes of a signal, as many as it has."""


@dataclass(frozen=True, kw_only=True)
class Curves:
    """Wrong and counted responses, int arrays (network, epoch, event); 0 without a run."""

    errors: NDArray[np.intp]
    counted: NDArray[np.intp]


def suffixes(wanted: tuple[Record, ...]) -> tuple[str, ...]:
    """The further files of a cell with these records."""
    weights, records = Record.WEIGHTS in wanted, Record.CURVES in wanted or Record.GATES in wanted
    return ((WEIGHTS,) if weights else ()) + ((RECORDS,) if records else ())


def files_of(result: JobResult, wanted: tuple[Record, ...]) -> dict[str, bytes]:
    """The further files of a cell, by suffix.

    Raises
    ------
    FigureError
        If gates are wanted of a learner that gives no record.
    """
    found = {}
    if Record.WEIGHTS in wanted:
        found[WEIGHTS] = snapshot_bytes(result.snapshot)
    if RECORDS in suffixes(wanted):
        found[RECORDS] = _records(result, wanted)
    return found


def _records(result: JobResult, wanted: tuple[Record, ...]) -> bytes:
    """The HDF5 file, made in memory so that no failed write is left."""
    memory, job = BytesIO(), result.job
    names = {"networks": list(job.networks), "events": list(job.task.spec.events)}
    with h5py.File(memory, "w") as file:
        if Record.CURVES in wanted:
            _write(file, "curves/errors", result.trained.errors)
            _write(file, "curves/counted", result.trained.counted)
        if Record.GATES in wanted:
            result.learner.set_state(result.snapshot.state)  # as the networks are when they are read back
            block = test_trials(job.task, job.seed, job.networks, STEPS)
            recording = recording_of(result.learner, block)
            names |= spec_names(job.task.spec) | {"slots": list(recording.slots)}
            for name, values in recorded_arrays(recording):
                _write(file, name, values)
            file["record"].attrs["open_above"] = recording.record.open_above
        for name, words in names.items():
            kind = None if name == "networks" else h5py.string_dtype()
            file.create_dataset(f"names/{name}", data=words, dtype=kind).flush()
    return memory.getvalue()


def spec_names(spec: TaskSpec) -> dict[str, list[Any]]:
    """The names of inputs, items and responses of a task, by kind."""
    return {
        "channels": [channel.name for channel in spec.channels],
        "analog": [channel.name for channel in spec.analog],
        "responses": list(spec.responses),
        "items": list(spec.items),
        **{f"symbols/{channel.name}": list(channel.symbols) for channel in spec.channels},
    }


def recorded_arrays(recording: Recording) -> Iterator[tuple[str, Array]]:
    """All arrays of a recording, by name."""
    for field in fields(TrialBlock):
        yield f"trials/{field.name}", getattr(recording.trials, field.name)
    for name in ("response", "correct"):
        yield f"outcome/{name}", getattr(recording.outcome, name)
    for name, measure in recording.outcome.measures.items():
        yield f"outcome/measures/{name}", measure
    for name in (*GATE_NAMES, "memory"):
        yield f"record/{name}", getattr(recording.record, name)
    for name in OPTIONAL:
        if (values := getattr(recording.record, name)) is not None:
            yield f"record/{name}", values
    for name, signal in recording.record.signals.items():
        yield f"record/signals/{name}", signal


def _write(file: Any, name: str, values: Array) -> None:
    """Write a dataset at once, so that its place does not depend on garbage collection."""
    axes, unit = AXES.get(name.rpartition("/")[2], (SIGNAL_AXES[: values.ndim], "as the model has it"))
    written = file.create_dataset(name, data=np.asarray(values), compression="gzip", shuffle=True)
    written.attrs["axes"], written.attrs["unit"] = " ".join(axes), unit
    for axis, label in enumerate(axes):
        written.dims[axis].label = label
    written.flush()


def read_curves(paths: Sequence[Path]) -> Curves | None:
    """The curves of several cells as one, or None."""
    parts = []
    for path in paths:
        if not path.exists():
            return None
        with h5py.File(path) as file:
            if "curves" not in file:
                return None
            parts.append((file["curves/errors"][()], file["curves/counted"][()]))
    epochs = max(errors.shape[1] for errors, _ in parts)
    errors, counted = ([_padded(array, epochs, 0) for array in of] for of in zip(*parts, strict=True))
    return Curves(errors=np.concatenate(errors), counted=np.concatenate(counted))


def _padded(array: Array, length: int, value: Any) -> Array:
    widths = [(0, 0), (0, length - array.shape[1])] + [(0, 0)] * (array.ndim - 2)
    return np.pad(array, widths, constant_values=value)


def read_recording(paths: Sequence[Path], spec: TaskSpec, model: str) -> Recording | None:
    """The recordings of several cells as one, or None."""
    parts: list[dict[str, Array]] = []
    for path in paths:
        if not path.exists():
            return None
        with h5py.File(path) as file:
            if "record" not in file:
                return None
            parts.append({name: file[name][()] for name in _datasets(file) if not name.startswith("curves")})
            slots = tuple(name.decode() for name in file["names/slots"][()])
            open_above = float(file["record"].attrs.get("open_above", 0.5))
    steps = max(part["trials/target"].shape[1] for part in parts)
    joined = {
        name: np.concatenate([_joinable(name, part[name], steps) for part in parts])
        for name in parts[0]
        if not name.startswith("names/")
    }

    def under(place: str) -> dict[str, Array]:
        return {name.removeprefix(place): array for name, array in joined.items() if name.startswith(place)}

    trials = TrialBlock(**{f.name: joined[f"trials/{f.name}"] for f in fields(TrialBlock)})
    there: dict[str, Any] = {name: joined.get(f"record/{name}") for name in OPTIONAL}
    record = GateRecord(
        model=model,
        slots=slots,
        input_gate=joined["record/input_gate"],
        forget_gate=joined["record/forget_gate"],
        output_gate=joined["record/output_gate"],
        memory=joined["record/memory"],
        signals=under("record/signals/"),
        open_above=open_above,
        **there,
    )
    correct, counts = joined["outcome/correct"], trials.live & trials.counts
    outcome = Outcome(
        response=joined["outcome/response"],
        correct=correct,
        errors=(counts & ~correct).sum(1),
        counted=counts.sum(1),
        measures=under("outcome/measures/"),
        record=record,
    )
    return Recording(spec=spec, trials=trials, outcome=outcome, record=record)


def _joinable(name: str, array: Array, steps: int) -> Array:
    if array.ndim == 1:
        return array
    last = name.rpartition("/")[2]
    silent = last in ("symbols", "target", "response")
    gone = name.startswith("record") and array.dtype.kind == "f"
    return _padded(array, steps, np.nan if gone else -1 if silent else 0)


def _datasets(file: Any) -> list[str]:
    found: list[str] = []
    file.visititems(lambda name, thing: found.append(name) if isinstance(thing, h5py.Dataset) else None)
    return found
