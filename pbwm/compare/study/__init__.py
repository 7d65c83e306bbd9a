"""Studies: conditions × tasks × learners × networks, kept cell by cell; only what is missing is run."""

from pbwm.compare.study.declaration import SEARCH_SEEDS, Condition, Purpose, Record, Study
from pbwm.compare.study.executors import Where, executor
from pbwm.compare.study.results import RowResult, read_study
from pbwm.compare.study.row import Row
from pbwm.compare.study.runner import Shard
from pbwm.compare.study.search import run_study
from pbwm.compare.study.space import Design, Range, Search
from pbwm.compare.study.store import Store
from pbwm.compare.study.toml import from_toml, read_study_file, to_toml

__all__ = [
    "SEARCH_SEEDS",
    "Condition",
    "Design",
    "Purpose",
    "Range",
    "Record",
    "Row",
    "RowResult",
    "Search",
    "Shard",
    "Store",
    "Study",
    "Where",
    "executor",
    "from_toml",
    "read_study",
    "read_study_file",
    "run_study",
    "to_toml",
]
