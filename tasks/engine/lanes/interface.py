"""Choice of numba's interface: the private one if it works as expected, else the public one.

The public interface gives the same bits but compiles about three times as slowly. ``PBWM_NUMBA=public`` selects it.
"""

import os
from typing import Any

from numba import config

__all__ = ["WHY_PUBLIC", "private"]


def _private() -> tuple[Any, str]:
    """The private module and an empty text, or None and the reason."""
    if config.DISABLE_JIT:
        return None, "NUMBA_DISABLE_JIT is set, and nothing is compiled"
    if os.environ.get("PBWM_NUMBA", "") == "public":
        return None, "PBWM_NUMBA is public"
    try:
        from tasks.engine.lanes import private

        private.check()
    except Exception as error:  # whatever it is, kernels are compiled all the same
        return None, f"{type(error).__name__}: {error}"
    return private, ""


private, WHY_PUBLIC = _private()
"""The module `tasks.engine.lanes.private`, or None and the reason."""
