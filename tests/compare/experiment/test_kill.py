"""A study that is killed, at any moment and repeatedly, ends like an undisturbed one."""

import multiprocessing
import os
import signal
from time import sleep

import numpy as np
import pytest

from pbwm.compare.experiment import Store, Where, executor
from tests.compare.experiment import rig

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are forked and killed by signal")

RIG = "tests.compare.experiment.rig"
KILLS = {"study": 20, "comparison": 8, "reproduction": 8}


@pytest.fixture(scope="module")
def forked():
    """Processes that start with everything imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([RIG])
    return context


@pytest.mark.parametrize("kind", KILLS)
def test_kills_at_random_moments_leave_no_trace(forked, clock_models, tmp_path, kind):
    moments = np.random.default_rng(20)
    networks, killed = 32, 0
    while killed < KILLS[kind]:
        process = forked.Process(target=rig.run, args=(str(tmp_path / "killed"), networks, kind))
        process.start()
        process.join(moments.uniform(0.0, 0.4))
        process.kill()
        process.join()
        killed += process.exitcode == -signal.SIGKILL
        networks += 64 * (process.exitcode == 0)  # it was done before: give it more to do
        assert process.exitcode in (0, -signal.SIGKILL)
    rig.run(tmp_path / "killed", networks, kind)
    rig.run(tmp_path / "alone", networks, kind)
    assert rig.contents(tmp_path / "killed") == rig.contents(tmp_path / "alone")
    assert not (tmp_path / "killed" / "set-aside").exists()


def _run_until(directory, name, calls):
    """Run the study, and be killed at the `calls`-th call of a function of `os`."""
    real, left = getattr(os, name), [calls]

    def counted(*args, **how):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **how)

    setattr(os, name, counted)
    rig.run(directory, 16)


@pytest.mark.parametrize(("name", "calls"), [("replace", (1, 3, 4, 5, 6)), ("fsync", (2, 5, 6, 7, 8, 9))])
def test_a_kill_between_the_writes_of_a_cell_leaves_no_trace(forked, clock_models, tmp_path, name, calls):
    rig.run(tmp_path / "alone", 16)
    for call in calls:
        process = forked.Process(target=_run_until, args=(str(tmp_path / f"{call}"), name, call))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        rig.run(tmp_path / f"{call}", 16)
        assert rig.contents(tmp_path / f"{call}") == rig.contents(tmp_path / "alone")


def _end(directory):
    """Be killed while an own worker waits for work."""
    with executor(Where.PROCESSES, 1) as pool:
        pool.submit(_hold, directory)
        while not Store(directory).claims.held("a"):
            sleep(0.05)
        os.kill(os.getpid(), signal.SIGKILL)


def _hold(directory):
    with Store(directory).claims.claimed("a"):
        sleep(600)


def test_workers_end_with_the_process_that_started_them(forked, tmp_path):
    process = forked.Process(target=_end, args=(tmp_path,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    while Store(tmp_path).claims.held("a"):  # it is let go when the worker ends, and only then
        sleep(0.05)
