"""Compiled tasks: a kernel that writes beyond its room is detected, and spoils no other memory."""

from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pytest
from numba.core import config

from tasks.base.drawing import draw_epochs
from tasks.base.errors import BrokenTaskError, ParameterError
from tasks.engine.compiled import MARGIN
from tasks.engine.lanes.options import kernel
from tasks.sir import SIR

ROOM = 6
"""Steps of two epochs of three trials each."""


@contextmanager
def found_out(match, *, outside=True):
    """Expect a rejection of the task. If numba checks bounds, an index `outside` is rejected before."""
    if outside and config.BOUNDSCHECK:
        with pytest.raises(IndexError, match="index is out of bounds"):
            yield
    else:
        with pytest.raises(BrokenTaskError, match=match):
            yield


@kernel
def scribble(pages, network, step, column):
    """Write into every array of the pages at one place."""
    pages.symbols[network, step, column] = 1
    pages.target[network, step] = 1
    pages.counts[network, step] = True
    pages.event[network, step] = 1
    pages.ideal_gate[network, step, column] = 1
    pages.noise[network, step] = 1.0


@dataclass(frozen=True, kw_only=True)
class Careless(SIR):
    trials_per_epoch: int = 3
    network: int = 1
    step: int = 0
    column: int = 0

    def write(self, words, ends, pages):
        super().write(words, ends, pages)
        scribble(pages, self.network, self.step, self.column)


def test_a_kernel_may_write_all_of_its_pages():
    block, ends = draw_epochs(Careless(step=ROOM - 1), 0, range(2), range(2))
    assert block.noise[1].tolist() == [0, 0, 0, 0, 0, 1]
    assert ends.tolist() == [[3, 6]] * 2


@pytest.mark.parametrize(
    "place",
    [
        {"step": ROOM},
        {"step": ROOM + MARGIN - 1},
        {"network": 2},
        {"network": 0, "step": -ROOM - 1},
        {"column": 2 * ROOM},
    ],
    ids=str,
)
def test_a_kernel_that_writes_outside_its_pages_is_found_out(place):
    with found_out(r"Careless.write = '\w+' was written outside its array; "):
        draw_epochs(Careless(**place), 0, range(2), range(2))
    with found_out("was written outside"):
        Careless(network=0, step=ROOM).trials(2, np.random.default_rng(0))


@dataclass(frozen=True, kw_only=True)
class Short(SIR):
    """SIR with too little room, or with other ends of epochs."""

    less: int = 0
    end: int | None = None

    def room(self, words):
        return super().room(words) - self.less

    def write(self, words, ends, pages):
        super().write(words, ends, pages)
        if self.end is not None:
            ends[0, 0] = self.end


@pytest.mark.parametrize(
    "task", [Short(less=1), Short(end=0), Short(end=-3), Short(end=200), Short(end=10**6)], ids=repr
)
def test_ends_that_cannot_be_are_found_out(task):
    ends = r"Short.write: ends = .* must increase from epoch to epoch, up to room = \d+"
    with found_out(ends, outside=task.less > 0):
        draw_epochs(task, 0, range(2), range(2))


@pytest.mark.parametrize("less", [201, 0.5])
def test_room_is_a_number_of_steps(less):
    with pytest.raises(ParameterError, match=r"Short\.room = .* must be a whole number of at least 0"):
        draw_epochs(Short(less=less), 0, range(1), range(2))
