"""Compiling without the garbage collector.

While numba compiles, it makes millions of objects that stay alive until it is done. The cyclic collector of Python goes
through them again and again and finds next to nothing to free. Without it compiling takes 7 to 17 % less CPU time, and
about 70 MB more memory while it lasts.
"""

import gc
from functools import cache
from typing import Any

from numba.core import event

__all__ = ["pause_collector"]


class _Pause(event.Listener):
    """Switches the collector off while something is compiled, and on again where it was on.

    Numba compiles under a lock, so that only one thread is in here; what a function needs is compiled within it.
    """

    def __init__(self) -> None:
        self.depth, self.was_on = 0, False

    def on_start(self, _event: Any) -> None:
        """A function begins to be compiled."""
        if self.depth == 0:
            self.was_on = gc.isenabled()
            gc.disable()
        self.depth += 1

    def on_end(self, _event: Any) -> None:
        """It is compiled, or an error has ended it."""
        self.depth -= 1
        if self.depth == 0 and self.was_on:
            gc.enable()


@cache
def pause_collector() -> None:
    """From now on, let the collector of this process pause whenever numba compiles."""
    event.register("numba:compile", _Pause())
