"""The trained networks of a comparison in files, one for each model, and back."""

from pathlib import Path
from typing import Any

from pbwm.compare.models import KINDS
from pbwm.compare.results import Comparison
from tasks.base.errors import SavedFileError
from tasks.base.learner import Population
from tasks.base.saving import SUFFIX, Snapshot, model_of, write_snapshot

__all__ = ["load_networks", "network_files", "write_networks"]


def network_files(comparison: Comparison) -> list[str]:
    """Names of the files that `write_networks` writes."""
    return [f"networks-{result.model}{SUFFIX}" for result in comparison.models]


def write_networks(directory: Path, comparison: Comparison) -> None:
    """Write the networks of every model, as they are, into a file of its own.

    Raises
    ------
    SavedFileError
        If a file cannot be written.
    """
    for name, result in zip(network_files(comparison), comparison.models, strict=True):
        write_snapshot(directory / name, Snapshot.joined([learner.snapshot() for _, learner in result.blocks]))


def load_networks(path: Path, *, threads: int = 1, **options: Any) -> Population:
    """The networks of a file, whatever their model: see `Population.load`.

    Raises
    ------
    SavedFileError
        If the file is missing, damaged, of no model that is known here, or does not fit this version.
    """
    model = model_of(path)
    if model not in KINDS:
        rule = f"is none of {', '.join(map(repr, KINDS))}"
        raise SavedFileError(f"{path}: holds networks of {model!r}, which {rule}; load it where that is known")
    return Population.load(path, KINDS[model], threads=threads, **options)
