"""The garbage collector pauses while numba compiles, and only then."""

import gc

import pytest
from numba import njit
from numba.core import event
from numba.core.errors import TypingError
from numba.extending import overload

from tasks.engine.lanes.compiling import pause_collector

pause_collector()


def collected_while_compiling(fails=False):
    """An uncompiled function, and a list that shows afterwards whether the collector was on."""
    seen = []

    def watched(x):
        raise RuntimeError("runs inside kernels only")

    @overload(watched)
    def _watched(x):
        seen.append(gc.isenabled())
        return None if fails else lambda x: x + 1

    within = njit(lambda x: watched(x))
    return njit(lambda x: within(x)), seen


def test_the_collector_is_off_while_a_function_is_compiled_and_on_afterwards():
    function, seen = collected_while_compiling()
    assert function(1) == 2
    assert set(seen) == {False}
    assert gc.isenabled()


def test_an_error_in_compiling_switches_the_collector_on_again():
    function, seen = collected_while_compiling(fails=True)
    with pytest.raises(TypingError):
        function(1)
    assert set(seen) == {False}
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    function, _ = collected_while_compiling()
    gc.disable()
    try:
        function(1)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_it_is_registered_once():
    before = len(event._registered["numba:compile"])
    pause_collector()
    assert len(event._registered["numba:compile"]) == before
