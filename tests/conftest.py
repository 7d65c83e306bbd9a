"""Settings of all tests."""

import gc

from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_collection_finish() -> None:
    """Let the garbage collector leave alone what lives as long as the run: thousands of tests, and all modules."""
    gc.collect()
    gc.freeze()
