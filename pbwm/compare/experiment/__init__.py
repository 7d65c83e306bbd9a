"""Runs: conditions × tasks × models × networks, stored cell by cell; only missing cells are run."""

from pbwm.compare.experiment.block import Shard
from pbwm.compare.experiment.declaration import SEARCH_SEEDS, Condition, Purpose, Record, Study
from pbwm.compare.experiment.executors import Where, executor
from pbwm.compare.experiment.results import RowResult, read_study
from pbwm.compare.experiment.row import Row
from pbwm.compare.experiment.run import Run, open_run
from pbwm.compare.experiment.scene import Scene, load_networks
from pbwm.compare.experiment.search import run_study
from pbwm.compare.experiment.space import Design, Range, Search
from pbwm.compare.experiment.store import Existing, Store
from pbwm.compare.experiment.toml import from_toml, read_study_file, to_toml

__all__ = [
    "SEARCH_SEEDS",
    "Condition",
    "Design",
    "Existing",
    "Purpose",
    "Range",
    "Record",
    "Row",
    "RowResult",
    "Run",
    "Scene",
    "Search",
    "Shard",
    "Store",
    "Study",
    "Where",
    "executor",
    "from_toml",
    "load_networks",
    "open_run",
    "read_study",
    "read_study_file",
    "run_study",
    "to_toml",
]
