"""Settings of all tests."""

import gc
import os

# Before NumPy is imported: threads of its linear algebra that wait for a core use as much time as those that compute.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

COMPILE_THE_SAME = frozenset(
    f"tests/contract/test_{name}.py" for name in ("cuts", "fitting", "learners", "resets", "saving", "sizes", "state")
)
"""Files that run every model in single precision, and so compile the same kernels."""


def pytest_collection_finish() -> None:
    """Let the garbage collector leave alone what lives as long as the run: thousands of tests, and all modules."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give files that compile the same kernels to one worker: two would compile them at the same time."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class OneCompiles(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            return "tests/contract" if file in COMPILE_THE_SAME else file

    return OneCompiles(config, log)
