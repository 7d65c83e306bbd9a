"""The same study gives the same bits in threads, in processes, and on a Dask cluster one of whose workers is killed."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from pbwm.compare.errors import WorkerDiedError
from pbwm.compare.experiment import Condition, Store, Study, Where, executor, run_study
from pbwm.compare.experiment.claims import Claims
from tests.compare.experiment import rig

ROOT = Path(__file__).parents[3]

LSTM = Study(
    name="small",
    tasks=("sir2",),
    models=("lstm",),
    conditions=(
        Condition(name="4 cells", parameters={"blocks": 4}, task_parameters={"trials_per_epoch": 4}),
        Condition(
            name="no clipping", parameters={"learning.clip_norm": "none"}, task_parameters={"trials_per_epoch": 4}
        ),
    ),
    networks=20,
    epochs=3,
    record=("curves", "gates", "weights"),
)


def run(study, directory, where, workers=2, scheduler=None):
    with executor(where, workers, scheduler) as pool:
        run_study(study, directory, pool)
    return rig.contents(directory)


def test_threads_and_processes_give_the_same_bits(tmp_path):
    threads = run(LSTM, tmp_path / "threads", Where.THREADS)
    assert len(threads) == 2 + 4 * 3
    assert run(LSTM, tmp_path / "processes", Where.PROCESSES) == threads


def die():
    os._exit(1)


def test_a_worker_that_dies_ends_the_study_and_says_so(tmp_path):
    with pytest.raises(WorkerDiedError, match="finished blocks are stored"), executor(Where.PROCESSES, 1) as pool:  # noqa: PT012
        pool.submit(die)
        run_study(LSTM, tmp_path, pool)


def test_a_script_without_a_main_guard_is_told_so(tmp_path):
    script = tmp_path / "unguarded.py"
    script.write_text(
        "from pathlib import Path\n"
        "from pbwm.compare.experiment import Where, executor, run_study\n"
        "from tests.compare.experiment.test_executors import LSTM\n"
        "with executor(Where.PROCESSES, 1) as pool:\n"
        "    run_study(LSTM, Path('run'), pool)\n"
    )
    for words, given, remedy in (
        ([script], "", 'put what the script runs under `if __name__ == "__main__":`'),
        ([], script.read_text(), "save the script in a file, and run that"),
    ):
        ended = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
            input=given, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 1
        last = ended.stderr.splitlines()[-1]
        assert "WorkerDiedError: run: a process died while it imported the main script" in last
        assert remedy in last
        assert "memory" not in last


def test_processes_ignore_a_folder_called_tasks_where_they_start(tmp_path):
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "__init__.py").touch()
    script = tmp_path / "scripts" / "guarded.py"
    script.parent.mkdir()
    script.write_text(
        "from pathlib import Path\n"
        "from pbwm.compare.experiment import Where, executor, run_study\n"
        "from tests.compare.experiment.test_executors import LSTM\n"
        "if __name__ == '__main__':\n"
        "    with executor(Where.PROCESSES, 1) as pool:\n"
        "        run_study(LSTM, Path('run'), pool)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONSAFEPATH", None)
    ended = subprocess.run(
        [sys.executable, script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


def test_an_error_stops_what_runs(tmp_path):
    with pytest.raises(ZeroDivisionError), executor(Where.THREADS, 1) as pool:  # noqa: PT012
        future = pool.submit(rig.wait_to_be_stopped)
        raise ZeroDivisionError
    assert future.result() == "stopped"


def test_a_dask_cluster_one_of_whose_workers_is_killed_gives_the_same_bits(tmp_path, monkeypatch, clock_models):
    distributed = pytest.importorskip("distributed")
    study = rig.clocks(64)
    mark = tmp_path / "died"
    monkeypatch.setenv(rig.DIES_ONCE, str(mark))
    local = {"host": "127.0.0.1", "dashboard_address": None, "threads_per_worker": 1}
    with distributed.LocalCluster(
        n_workers=2, processes=True, preload="tests.compare.experiment.rig", **local
    ) as cluster:
        assert len(cluster.scheduler.workers) == 2
        dask = run(study, tmp_path / "dask", Where.DASK, scheduler=cluster.scheduler_address)
    assert mark.exists()  # one was killed, in the middle of a cell
    assert run(study, tmp_path / "threads", Where.THREADS) == dask


def test_progress_is_told_to_those_who_watch(tmp_path, clock_models):
    study = rig.clocks(16, epochs=4)
    row = study.rows()[1]
    claims = Claims(tmp_path)
    monitor = claims.watch("a")
    monitor.started(row.job(range(16)))
    assert claims.progress("a").networks == 16
    assert claims.progress("b") is None
    (tmp_path / "b.progress").write_text("half")
    assert claims.progress("b") is None


def test_stores_are_the_same_wherever_they_lie(tmp_path, clock_models):
    here = Path(tmp_path / "a" / "deep")
    run(rig.clocks(16), here, Where.THREADS)
    run(rig.clocks(16), tmp_path / "b", Where.THREADS)
    assert rig.contents(here) == rig.contents(tmp_path / "b")
    assert Store(here).declared() == rig.clocks(16)


def test_an_interrupt_waits_until_a_process_has_begun(monkeypatch):
    begun = []

    def begins(self, job):
        signal.raise_signal(signal.SIGINT)
        begun.append(job)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", begins)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), executor(Where.PROCESSES, 1) as pool:
            pool.submit(int)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert begun == [int]
