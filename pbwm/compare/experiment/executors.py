"""Executors for the cells of a study: threads, processes, or workers of a Dask cluster.

Any other PEP 3148 executor can be given to `run_study`. If the context ends with an error, running cells stop after
their current kernel call.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from enum import StrEnum
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from threading import Event, Thread, current_thread, local, main_thread
from typing import Any

from pbwm.compare.errors import PlanError

__all__ = ["Where", "executor", "stop_asked_for", "why_died"]

PRELOADED = "pbwm.compare.experiment.runner"
"""Module that forked processes import in advance."""

_here = local()


class Where(StrEnum):
    """Where cells run."""

    PROCESSES = "processes"
    THREADS = "threads"
    DASK = "dask"


def stop_asked_for() -> Any:
    """The event that stops the job in this thread (see `run_job`)."""
    return getattr(_here, "stop", None) or Event()


@contextmanager
def executor(where: Where, workers: int, scheduler: str | None = None) -> Iterator[Executor]:
    """An executor that ends with the context.

    Parameters
    ----------
    workers
        Number of cells at the same time, except in an existing Dask cluster.
    scheduler
        Address or file of a Dask scheduler; None: a cluster on this machine.

    Raises
    ------
    PlanError
        If Dask is requested and not installed.
    """
    if where is Where.DASK:
        with _dask(workers, scheduler) as cluster:
            yield cluster
        return
    if where is Where.THREADS:
        stop: Any = Event()
        pool: Executor = ThreadPoolExecutor(workers, "cell", initializer=_begin_thread, initargs=(stop,))
    else:
        context = _context_of_processes()
        stop, begun = context.Event(), context.RawValue("b", 0)
        pool = _Processes(workers, context, initializer=_begin_process, initargs=(stop, begun))
        pool.begun = begun
    try:
        yield pool
    except BaseException:
        stop.set()
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


def _context_of_processes() -> Any:
    """How processes begin: forked from a server with imports or, on Windows, spawned."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOADED])
    with _safe_path():
        resource_tracker.ensure_running()  # its own beginning would unblock the signal
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


@contextmanager
def _safe_path() -> Iterator[None]:
    """Interpreters that start here import nothing from the working directory, such as a folder called ``tasks``."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


@contextmanager
def _interrupted_afterward() -> Iterator[None]:
    """Delay Ctrl-C and SIGTERM to the end of the block, in the main thread."""
    if current_thread() is not main_thread():
        yield
        return
    heard: list[int] = []
    found = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    before = {number: handler for number, handler in found.items() if handler is not None}  # None: not Python's
    for number in before:
        signal.signal(number, lambda received, _frame: heard.append(received))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if heard:
            signal.raise_signal(heard[0])


class _Processes(ProcessPoolExecutor):
    """Processes that are not interrupted while they begin, when they need locks of their parent.

    Attributes
    ----------
    begun
        1 once a process has imported the main script and is ready for cells; before, 0.
    """

    begun: Any

    def submit(self, fn: Any, /, *args: Any, **options: Any) -> Future[Any]:
        with _interrupted_afterward():
            return super().submit(fn, *args, **options)


def _begin_thread(stop: Any) -> None:
    _here.stop = stop


def why_died(executor: Executor) -> str:
    """Why a process of an executor died, and the remedy, in words."""
    if isinstance(executor, _Processes) and not executor.begun.value:
        script = getattr(sys.modules["__main__"], "__file__", None)
        remedy = 'put what the script runs under `if __name__ == "__main__":`'
        if script and not Path(script).exists():  # standard input
            remedy = "save the script in a file, and run that"
        return f"a process died while it imported the main script (its error is above); {remedy}"
    return (
        "a process that ran networks died, perhaps for lack of memory; finished blocks are stored: run the study again"
    )


def _begin_process(stop: Any, begun: Any) -> None:
    """A worker leaves Ctrl-C to its parent, and ends with it."""
    _here.stop, begun.value = stop, 1
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _dask(workers: int, scheduler: str | None) -> Iterator[Executor]:
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise PlanError("Dask is not installed; install it: pip install 'pbwm[dask]'") from None
    if scheduler is None:
        with (
            LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            yield client.get_executor(pure=False)
        return
    there = {"scheduler_file": scheduler} if Path(scheduler).exists() else {"address": scheduler}
    with Client(**there) as client:
        yield client.get_executor(pure=False)
