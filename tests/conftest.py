"""Settings of all tests."""

import gc
import os
import sys

# Before NumPy is imported: waiting threads of its linear algebra use as much time as computing ones.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import settings

# The duration of an example depends on the machine.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

COMPILE_THE_SAME = frozenset(
    f"tests/contract/test_{name}.py" for name in ("cuts", "fitting", "learners", "resets", "saving", "sizes", "state")
)
"""Files that run every model in single precision, and so compile the same kernels."""

DEAREST = (
    "tests/tasks/engine/test_interface.py",
    "tests/contract/test_instruction_sets.py",
    "tests/benchmarks/test_bench.py",
)
"""Files with few tests, some of which compile for a minute or more: last, they would keep the other worker waiting."""


CATALOGS = (("pbwm.compare.models", "MODELS"), ("tasks.catalog", "TASKS"))
"""Catalogs that keep what a process registers or loads from files."""


@pytest.fixture(autouse=True)
def catalogs_without_other_tests_entries():
    """Empty the catalogs of entries of earlier tests."""
    yield
    for module, name in CATALOGS:
        if module in sys.modules:
            catalog = getattr(sys.modules[module], name)
            catalog._registered.clear()
            catalog._outside.clear()


def pytest_collection_finish() -> None:
    """Exclude from garbage collection what lives as long as the run: thousands of tests, and all modules."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give files that compile the same kernels to one worker, and the slowest first."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class OneCompiles(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            return "tests/contract" if file in COMPILE_THE_SAME else file

        def _assign_work_unit(self, node):
            for file in reversed(DEAREST):
                if file in self.workqueue:
                    self.workqueue.move_to_end(file, last=False)
            super()._assign_work_unit(node)

    return OneCompiles(config, log)
