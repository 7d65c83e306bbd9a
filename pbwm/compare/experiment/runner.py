"""Running a study: what is missing of it, cell by cell, wherever an executor runs, each cell by one process alone."""

import hashlib
import json
from collections.abc import Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import sleep

from pbwm.compare.errors import PlanError, ResultsError, RunFailedError, WorkerDiedError
from pbwm.compare.experiment.code_version import code_version
from pbwm.compare.experiment.declaration import Record, Study
from pbwm.compare.experiment.executors import stop_asked_for
from pbwm.compare.experiment.monitor import StudyMonitor
from pbwm.compare.experiment.row import Row, blocks_of
from pbwm.compare.experiment.store import Store
from pbwm.compare.plan import Job
from pbwm.compare.run import run_job, train
from tasks.base.errors import SavedFileError
from tasks.base.training import draw_lesson

__all__ = ["Block", "Done", "Shard", "run_block", "run_conditions"]

POLL = 0.5
"""Seconds between looks at how far the cells are."""


@dataclass(frozen=True, eq=False)
class Block:
    """A block of networks of a row, to be run: what a worker is sent."""

    directory: Path
    row: Row
    networks: range
    wanted: tuple[Record, ...]

    @property
    def name(self) -> str:
        """The name of the claim on it."""
        return f"{self.row.directory}-{self.networks.start:04d}"

    @property
    def label(self) -> str:
        """The block in words."""
        return f"{self.row.label} · networks {self.networks.start}–{self.networks.stop - 1}"


@dataclass(frozen=True)
class Done:
    """What became of a block: whether it is done now, what it came to, and what was damaged.

    `mine` is False where another process has the claim on it, or has run it.
    """

    mine: bool
    there: bool
    epochs: int = 0
    reached: int = 0
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shard:
    """A share of the blocks: every `of`-th, from the `number`-th on, which counts from 1.

    Examples
    --------
    >>> [b for i, b in enumerate("abcdefg") if i in Shard(2, 3)]
    ['b', 'e']
    """

    number: int = 1
    of: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of:
            raise PlanError(f"shard {self.number}/{self.of} is not there; give i/n with i from 1 to n, e.g. 1/8")

    @classmethod
    def parsed(cls, text: str) -> "Shard":
        """The shard that a text "i/n" means."""
        number, _, of = text.partition("/")
        if not (number.isdecimal() and of.isdecimal()):
            raise PlanError(f"shard {text!r} must be i/n with i from 1 to n, e.g. 1/8")
        return cls(int(number), int(of))

    def __contains__(self, index: int) -> bool:
        return index % self.of == self.number - 1


def run_block(block: Block) -> Done:
    """Run what is missing of a block, if no other process does, and keep it: what a worker does.

    Raises
    ------
    RunFailedError, RunStoppedError, ResultsError
        As running and writing do.
    """
    store, row = Store(block.directory), block.row
    with store.claims.claimed(block.name) as mine:
        if not mine:
            return Done(mine=False, there=False)
        damaged = tuple(str(d) for d in store.set_aside_damaged(row, block.networks, block.wanted))
        missing = store.missing(row, block.networks, block.wanted)
        epochs = reached = 0
        for networks in missing:
            job = row.job(networks)
            _compile(store, job)
            result = run_job(job, store.claims.monitor(block.name), stop_asked_for())
            try:
                cell = store.write(row, result, block.wanted)
            except SavedFileError as error:
                raise ResultsError(str(error)) from None
            epochs, reached = max(epochs, cell.epochs), reached + cell.reached
        return Done(mine=bool(missing), there=True, epochs=epochs, reached=reached, damaged=damaged)


def _compile(store: Store, job: Job) -> None:
    """Have the kernels of a job compiled by one process alone, while others that need the same wait.

    Later processes find the code on disk. The networks that this takes are thrown away.
    """
    what = json.dumps([code_version(), repr(job.entry.params(job.task.spec)), job.task_name, len(job.replicas)])
    mark = store.directory / "working" / f"compiled-{hashlib.sha256(what.encode()).hexdigest()[:16]}"
    if mark.exists():
        return
    with store.claims.waited_for("compiling"):
        if not mark.exists():
            learner = job.entry.build(job.task.spec, replicas=job.replicas, seed=job.seed)
            train(job, learner, draw_lesson(job.task, job.seed, job.replicas, range(1)))
            mark.touch()


def run_conditions(
    study: Study,
    directory: Path,
    executor: Executor,
    *,
    declared: Study | None = None,
    shard: Shard | None = None,
    mixed: bool = False,
    monitor: StudyMonitor | None = None,
) -> None:
    """Run what is missing of the conditions of a study, and keep each cell as soon as it is done.

    Parameters
    ----------
    study
        The study.
    directory
        Its store; made if it is missing.
    executor
        Where cells run (PEP 3148). Results do not depend on it.
    declared
        The study as it is declared, if these are the points of its search.
    shard
        The share of the blocks to run; None: all.
    mixed
        Whether cells that other versions of the code have made may stay beside new ones.
    monitor
        Hears how far the study is.

    Raises
    ------
    PlanError
        If the store has cells of other code and `mixed` is not wanted.
    ResultsError
        If files cannot be written, or the directory holds another study.
    RunFailedError
        If networks could not go on, or a worker died. All other cells have been run, unless workers died.
    """
    monitor = monitor or StudyMonitor()
    store = Store(directory)
    for row in study.rows():
        _refuse_other_code(store, row, study.record, mixed)
    for damage in store.declare(declared or study, study):
        monitor.said(f"set aside: {damage}")
    _run_rows(store, study, executor, shard or Shard(), monitor)


def _refuse_other_code(store: Store, row: Row, wanted: tuple[Record, ...], mixed: bool) -> None:
    now = code_version()
    for cell in store.cells(row, wanted)[0]:
        differs = [name for name in now if cell.code.get(name) != now[name]]
        if differs and not mixed:
            raise PlanError(
                f"{store.cell_path(row, cell.networks)}: was made by other code (other {', '.join(differs)}); "
                "give another directory, or --mixed to keep it beside new cells"
            )


def _run_rows(store: Store, study: Study, executor: Executor, shard: Shard, monitor: StudyMonitor) -> None:
    """Run what is missing of the rows of a study, first blocks first."""
    rows = study.rows()
    for row in rows:
        for damage in store.set_aside_foreign(row):
            monitor.said(f"set aside: {damage}")
    blocks = blocks_of(study.replicas)
    mine = [
        Block(store.directory, row, networks, study.record)
        for b, networks in enumerate(blocks)
        for r, row in enumerate(rows)
        if r * len(blocks) + b in shard  # the blocks of a row go to shards in turn
    ]
    todo = [block for block in mine if store.missing(block.row, block.networks, block.wanted)]
    monitor.expect(todo)
    failures = []
    with closing(_completed(todo, executor, store, monitor)) as completed:
        for block, done in completed:
            if isinstance(done, RunFailedError):
                failures.append(str(done))
                monitor.failed(block)
                continue
            for harm in done.damaged:
                monitor.said(f"set aside: {harm}")
            monitor.finished(block, done.epochs, done.reached, mine=done.mine)
    if failures:
        raise RunFailedError(f"{len(failures)} of {len(todo)} blocks failed: {'; '.join(failures)}")


def _completed(
    blocks: Sequence[Block], executor: Executor, store: Store, monitor: StudyMonitor
) -> Generator[tuple[Block, Done | RunFailedError], None, None]:
    """Every block as soon as it is done, here or by another process on the store.

    What another has claimed is waited for, and taken over if that ends without it.
    """
    running: dict[Future[Done], Block] = {}
    try:
        running |= {executor.submit(run_block, block): block for block in blocks}
        while running:
            done, _ = wait(running, timeout=POLL, return_when=FIRST_COMPLETED)
            monitor.progress({block: store.claims.progress(block.name) for block in running.values()})
            elsewhere = []
            for future in done:
                block = running.pop(future)
                try:
                    result = future.result()
                except RunFailedError as error:
                    yield block, error
                    continue
                if result.there:
                    yield block, result
                else:
                    elsewhere.append(block)
            if elsewhere:
                sleep(POLL)
                running |= {executor.submit(run_block, block): block for block in elsewhere}
    except BrokenExecutor:
        remedy = "as by too little memory; what was done is kept: run the study again"
        raise WorkerDiedError(f"{store.directory}: a process that ran networks died, {remedy}") from None
    finally:
        for future in running:
            future.cancel()
