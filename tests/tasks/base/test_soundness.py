"""The error for a task that breaks its contract names the fault."""

from contextlib import nullcontext
from dataclasses import dataclass, replace

import numpy as np
import pytest

from tasks.base.errors import BrokenTaskError, TaskError
from tasks.base.outside import OutsideError
from tasks.base.soundness import require_sound
from tasks.base.task import Role, Task, Trials
from tasks.catalog import TASKS
from tasks.template import DelayedRecall

TASK = DelayedRecall(sequences_per_epoch=3)
GLOBAL = np.random.default_rng(0)


@dataclass(frozen=True)
class Changed:
    """The template with another `trials`."""

    changed: object
    spec = TASK.spec

    def trials(self, n, rng):
        return self.changed(n, rng)


def with_array(name, change):
    def trials(n, rng):
        drawn = TASK.trials(n, rng)
        return replace(drawn, **{name: change(getattr(drawn, name))})

    return trials


def two_arrays_of_draws(n, rng):
    """The draws of all sequences for one purpose, and then those for another."""
    draws = np.stack([rng.random(n), rng.random(n)], axis=1)
    return TASK.trials(n, Drawn(draws))


class Drawn(np.random.Generator):
    def __init__(self, draws):
        super().__init__(np.random.PCG64(0))
        self.draws = draws

    def random(self, size):
        return self.draws


def of_one_length():
    """Trials that are always written into the same arrays."""
    arrays = {}

    def trials(n, rng):
        drawn = DelayedRecall(min_delay=3, max_delay=3).trials(n, rng)
        kept = arrays.setdefault(n, drawn)
        for name, values in vars(drawn).items():
            getattr(kept, name)[...] = values
        return kept

    return trials


def ends(n, rng):
    raise SystemExit


CASES = {
    "a global generator": (lambda n, _: TASK.trials(n, GLOBAL), "when drawn again with the same rng; draw all"),
    "a new generator": (lambda n, _: TASK.trials(n, np.random.default_rng()), "when drawn again with the same rng"),
    "the same arrays": (of_one_length(), "after another stream was drawn; return new arrays at every call"),
    "a target too large": (with_array("target", lambda a: a + 9 * (a >= 0)), "target = 1. must be below 4"),
    "a symbol below 0": (with_array("symbols", lambda a: a - 6), "symbol = -. must be at least -1"),
    "all count": (with_array("counts", np.ones_like), "target at step 0 = -1 is none, and the response counts; give"),
    "all rewarded": (with_array("rewarded", np.ones_like), "target at step 0 = -1 is none, and the response is rew"),
    "an end of the process": (ends, "cannot be drawn .SystemExit, test_soundness.py line"),
    "real numbers": (with_array("symbols", lambda a: a * 1.0), "symbols: dtype = 'float64' must hold whole numbers"),
    "a content that no channel shows": (
        with_array("symbols", lambda a: np.where(a < 4, -1, a)),
        "ideal_gate at step 0 = 'STORE' stores item 'letter', but no stimulus channel shows a symbol; show the",
    ),
    "other items": (with_array("ideal_gate", lambda a: a[:, :0]), r"ideal_gate: columns = \(0,\) must be \(1,\)"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_broken_task_is_rejected_by_what_it_does(case):
    trials, says = CASES[case]
    with pytest.raises(TaskError, match=says) as caught:
        require_sound(Changed(trials), 0)
    assert isinstance(caught.value, OutsideError if case == "an end of the process" else TaskError)


def test_a_specification_that_changes_is_rejected():
    @dataclass
    class Counting:
        read = 0

        @property
        def spec(self):
            self.read += 1
            return replace(TASK.spec, sequence=f"sequence {self.read}")

    with pytest.raises(BrokenTaskError, match=r"spec.sequence = 'sequence 1' is 'sequence 2' when read again; let it"):
        require_sound(Counting(), 0)


def deterministic(n, _):
    drawn = TASK.trials(n, np.random.default_rng(0))
    return Trials(**{name: values.copy() for name, values in vars(drawn).items()})


def generous(n, rng):
    """More draws than it needs, after all sequences."""
    drawn = TASK.trials(n, rng)
    rng.random(7)
    return drawn


@pytest.mark.parametrize("trials", [TASK.trials, deterministic, generous, two_arrays_of_draws])
def test_other_tasks_are_not(trials):
    require_sound(Changed(trials), 0)


@pytest.mark.parametrize("name", ["1-back", "adding", "embedded-reber", "sternberg", "stroop"])
def test_tasks_of_the_catalog_are_sound(name):
    task: Task = TASKS[name].build()
    require_sound(task, 3)


@pytest.mark.parametrize("role", Role)
def test_only_a_stimulus_channel_shows_contents(role):
    """A content on a channel for control alone would not reach prefrontal cortex."""

    @dataclass(frozen=True)
    class Cued:
        spec = replace(TASK.spec, channels=(replace(TASK.spec.channels[0], role=role),))
        trials = staticmethod(TASK.trials)

    with pytest.raises(BrokenTaskError, match="no stimulus") if role is Role.CONTROL else nullcontext():
        require_sound(Cued(), 0)
