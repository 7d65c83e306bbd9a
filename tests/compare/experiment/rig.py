"""Studies of learners that learn by the clock, for any process to run: nothing is compiled, and cells take moments."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pbwm.compare import models
from pbwm.compare.experiment import Condition, Study, run_study
from pbwm.compare.experiment.executors import stop_asked_for
from pbwm.compare.models import Models
from tests.compare.conftest import ClockLearner, entry

DIES_ONCE = "PBWM_TEST_DIES_ONCE"
"""Names the file whose absence makes a worker kill itself, in the middle of its first cell."""


class MortalLearner(ClockLearner):
    """Kills the process that runs it after two epochs, the first time that anybody does."""

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
    """Put the learners into the catalogue of this process, in place of all others."""
    models.MODELS = Models(
        {
            "even": entry(kind=MortalLearner, name="even", fluent_after=lambda r: r % 7),
            "stuck": entry(name="stuck", fluent_after=lambda r: 2 if r % 3 else 10**9),
        }
    )


def dask_setup(worker):
    """What Dask calls in a worker that preloads this module."""
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


def run(directory, networks=32):
    """Run the study, two cells at a time, in this process."""
    install()
    with ThreadPoolExecutor(2) as pool:
        run_study(clocks(networks), Path(directory), pool)


def contents(directory):
    """Every file of a store that is to be the same however it came to be, by name."""
    left_out = {"working", "seconds", "set-aside"}
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(Path(directory).rglob("*"))
        if path.is_file() and path.relative_to(directory).parts[0] not in left_out
    }


def wait_to_be_stopped():
    """What a job does that is asked to stop."""
    return "stopped" if stop_asked_for().wait(60) else "not"
