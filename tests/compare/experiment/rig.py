"""Studies of learners that learn by the clock, for any process to run: nothing is compiled, and cells are fast."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from pbwm.compare import models
from pbwm.compare.experiment import Condition, Study, run_study
from pbwm.compare.experiment.executors import stop_asked_for
from pbwm.compare.experiment.goal_account import Account
from pbwm.compare.experiment.goals import GOALS
from pbwm.compare.models import Models
from tasks.base.drawing import draw_epochs
from tests.compare.conftest import ClockLearner, entry

DIES_ONCE = "PBWM_TEST_DIES_ONCE"
"""Names the file without which a worker kills itself, in the middle of its first cell."""


class MortalLearner(ClockLearner):
    """Kills the process that runs it after two epochs, the first time."""

    def run(self, block, **how):
        mark = os.environ.get(DIES_ONCE)
        if mark and self.epochs_run.max() >= 2:
            try:
                os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                pass
            else:
                os.kill(os.getpid(), signal.SIGKILL)
        return super().run(block, **how)


def install():
    """Put the learners into the catalog of this process, and no others."""
    models.MODELS = Models(
        {
            "even": entry(kind=MortalLearner, name="even", fluent_after=lambda r: r % 7),
            "stuck": entry(name="stuck", fluent_after=lambda r: 2 if r % 3 else 10**9),
        }
    )


def dask_setup(worker):
    """Called by Dask in a worker that preloads this module."""
    install()


def clocks(networks=32, **fields):
    """A study with two rows."""
    given = {
        "name": "clocks",
        "tasks": ("sir2",),
        "conditions": (
            Condition(name="even", models=("even",), task_parameters={"trials_per_epoch": 5}),
            Condition(name="stuck: some never", models=("stuck",), task_parameters={"trials_per_epoch": 5}),
        ),
        "epochs": 10,
        "record": ("curves", "gates", "weights"),
    }
    return Study(networks=networks, **given | fields)


@dataclass(frozen=True, kw_only=True)
class OneFaultlessEpoch:
    unit: ClassVar[str] = "sequences"

    tolerance: float = 0.1

    def train(self, job, learner, watched):
        account, reached = Account(job, watched), np.zeros(len(job.networks), bool)
        sequences = np.zeros(len(job.networks), int)
        for epoch in range(job.epochs // 5):
            drawn = [None if done else n for n, done in zip(job.networks, reached, strict=True)]
            block, _ = draw_epochs(job.task, job.seed, drawn, range(epoch, epoch + 1))
            outcome = account.run(learner, block)
            sequences += block.starts.any(1) * 5
            reached |= (outcome.errors == 0) & (block.length > 0)
            account.done(int(sequences.max()), reached)
        return account.trained(sequences, reached, np.where(reached, 0.0, np.nan))


GOALS["OneFaultlessEpoch"] = OneFaultlessEpoch


def reproduction(networks=32):
    """A study with a goal, as published experiments have."""
    goal, small = OneFaultlessEpoch(), {"trials_per_epoch": 5}
    conditions = (Condition(name="a goal", models=("even",), epochs=50, goal=goal, task_parameters=small),)
    return clocks(networks, name="paper-1", conditions=conditions)


def compared(networks=32):
    """A study as `pbwm compare` declares it."""
    from pbwm.compare.cli.compare import comparison  # which imports what draws figures: processes start without

    return comparison(("sir2",), ("even", "stuck"), networks=networks, epochs=5, seed=0)


KINDS = {
    "study": clocks,
    "comparison": compared,
    "reproduction": reproduction,
}
"""Kinds of study."""


def run(directory, networks=32, kind="study"):
    """Run a study, two cells at a time, in this process."""
    install()
    with ThreadPoolExecutor(2) as pool:
        run_study(KINDS[kind](networks), Path(directory), pool)


def contents(directory):
    """Every file of a store that must be the same after any run, by name."""
    left_out = {"working", "seconds", "set-aside"}
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(Path(directory).rglob("*"))
        if path.is_file() and path.relative_to(directory).parts[0] not in left_out
    }


def wait_to_be_stopped():
    return "stopped" if stop_asked_for().wait(60) else "not"
