"""The summary of a comparison: what was asked, and what every network of every model did, as plain values."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbwm.compare.analysis.criterion import NOT_REACHED, EpochsToCriterion
from pbwm.compare.errors import ResultsError
from pbwm.compare.files import write_json
from pbwm.compare.results import Comparison, ModelResult
from tasks.base.task import Task

__all__ = ["SUMMARY", "plain", "read_summary", "summary", "versions", "write_summary"]

SUMMARY = "summary.json"

DIGITS = 6
"""Decimal places of errors."""
PACKAGES = ("pbwm", "numpy", "numba", "llvmlite", "scipy", "matplotlib")


def versions() -> dict[str, str | None]:
    """Versions of what made the results, and the kind of processor."""
    found: dict[str, str | None] = {"python": platform.python_version(), "machine": platform.machine()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def plain(value: Any) -> Any:
    """A value as JSON has it: no tuples, no enumerations, no NaN."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if isfinite(value) else repr(value)
    return value if isinstance(value, str | int | None) else repr(value)


def _parameters(task: Task) -> dict[str, Any]:
    """The parameters of a task, if it is a dataclass."""
    fields: dict[str, Any] = asdict(task) if is_dataclass(task) and not isinstance(task, type) else {}
    found: dict[str, Any] = plain(fields)
    return found


def _numbers(values: NDArray[np.float64]) -> Any:
    """A float array as nested lists; null for NaN."""
    if values.ndim > 1:
        return [_numbers(row) for row in values]
    return [None if np.isnan(value) else round(float(value), DIGITS) for value in values]


def _epochs(times: EpochsToCriterion, epochs: int | None) -> dict[str, Any]:
    """Epochs as a number, null beyond the budget, and in words."""
    return {"epochs": epochs, "text": times.text(epochs)}


def _model(result: ModelResult, events: tuple[str, ...]) -> dict[str, Any]:
    times = result.epochs_to_criterion
    by_event = result.final_error_by_event
    return {
        "n": result.networks,
        "reached": int(times.reached.sum()),
        "epochs_to_criterion": [None if at == NOT_REACHED else int(at) for at in times.epochs],
        "first": _epochs(times, times.first),
        "median": _epochs(times, times.median),
        "last": _epochs(times, times.last),
        "final_error": _numbers(result.final_error),
        "final_error_by_event": {event: _numbers(by_event[:, i]) for i, event in enumerate(events)},
        "error_on_novel": None if result.novel_error is None else _numbers(result.novel_error),
        "error_by_epoch": _numbers(result.curve.error),
        "seconds": round(result.seconds, 3),
        "seconds_to_end_of_first_epoch": round(result.first_seconds, 3),
        "seconds_of_other_epochs": round(result.seconds - result.first_seconds, 3),
        "steps": result.steps,
        "parameters": plain(result.parameters),
    }


def summary(comparison: Comparison, files: Sequence[str] = ()) -> dict[str, Any]:
    """A comparison as plain values, with the names of the `files` that are written for it.

    `first`, `median` and `last` are the epochs by which one network, half of them and all of them had reached the
    criterion: null, and "> budget" in words, where they had not within the budget. `error_by_epoch` holds, for every
    network, the proportion wrong of each epoch, and null from the epoch after the criterion on. `final_error` is over
    as many last epochs as the criterion asks for; `error_on_novel` is over the sequences that the task kept back, after
    training, and null if it keeps none. Seconds are wall clock, of all blocks of a model together; those to the end of
    the first epoch include building and compiling.
    """
    spec = comparison.task.spec
    return {
        "task": {"name": comparison.task_name, "source": spec.source, "parameters": _parameters(comparison.task)},
        "criterion": {"zero_error_epochs": spec.criterion.zero_error_epochs, "text": str(spec.criterion)},
        "epoch": {"sequences": spec.sequences_per_epoch, "sequence": spec.sequence},
        "budget": asdict(comparison.budget),
        "seed": comparison.seed,
        "versions": versions(),
        "learners": {result.model: _model(result, spec.events) for result in comparison.models},
        "files": list(files),
    }


def write_summary(directory: Path, comparison: Comparison, files: Sequence[str] = (SUMMARY,)) -> Path:
    """Write ``summary.json`` into a directory and give its path."""
    path = directory / SUMMARY
    write_json(path, summary(comparison, files))
    return path


def read_summary(path: Path) -> dict[str, Any]:
    """Read a ``summary.json``.

    Raises
    ------
    ResultsError
        If there is no such file, or it is not a summary.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ResultsError(f"{path}: there is no such file; give the summary.json of a comparison") from None
    except OSError as error:
        raise ResultsError(f"{path}: cannot be read ({error.strerror}); give the directory of a comparison") from None
    except (ValueError, RecursionError) as error:
        raise ResultsError(f"{path}: is not JSON ({error}); give the summary.json of a comparison") from None
    if not isinstance(found, dict) or "learners" not in found:
        raise ResultsError(f"{path}: is not a summary (no 'learners'); give the summary.json of a comparison")
    return found
