"""Running the missing cells of a study on an executor, each cell by one process only."""

import hashlib
import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing
from pathlib import Path
from time import sleep

from pbwm.compare import models
from pbwm.compare.errors import PlanError, RunFailedError, WorkerDiedError
from pbwm.compare.experiment.block import Block, Done, Shard
from pbwm.compare.experiment.claims import COMPILING
from pbwm.compare.experiment.code_version import code_version
from pbwm.compare.experiment.declaration import Record, Study
from pbwm.compare.experiment.executors import stop_asked_for, why_died
from pbwm.compare.experiment.job import Job
from pbwm.compare.experiment.job_training import reported, run_job, train
from pbwm.compare.experiment.monitor import Monitor
from pbwm.compare.experiment.row import Row, blocks_of
from pbwm.compare.experiment.store import Existing, Store
from pbwm.compare.experiment.toml import to_toml
from tasks.base.errors import require
from tasks.base.training import draw_lesson

__all__ = ["run_block", "run_conditions"]

POLL = 0.5
"""Seconds between checks of the progress of cells."""


def run_block(block: Block) -> Done:
    """Run and store what is missing of a block. Workers call this.

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
        epochs = 0
        for networks in missing:
            job = row.job(networks)
            with reported(job):  # a task of others can fail at any draw; the other blocks go on
                _compile(store, job)
                begun = store.begun(row, networks)
                result = run_job(job, store.claims.watch(block.name), stop_asked_for(), begun)
            epochs = max(epochs, store.write(row, result, block.wanted).amount(row.goal is not None))
        stored, _ = store.cells(row, block.wanted, block.networks)
        reached = sum(cell.reached_among(block.networks) for cell in stored)
        return Done(mine=bool(missing), there=True, epochs=epochs, reached=reached, damaged=damaged)


def _compile(store: Store, job: Job) -> None:
    """Compile the kernels of a job in one process, while others wait."""
    if job.goal is not None or job.entry.code is not None:
        return
    what = json.dumps([code_version(), repr(job.entry.params(job.task.spec)), job.task.spec.name, len(job.networks)])
    mark = store.directory / "working" / f"compiled-{hashlib.sha256(what.encode()).hexdigest()[:16]}"
    if mark.exists():
        return
    with store.claims.waited_for(COMPILING):
        if not mark.exists():
            train(job, job.build(), draw_lesson(job.task, job.seed, job.networks, range(1)))
            mark.touch()


def run_conditions(
    study: Study,
    directory: Path,
    executor: Executor,
    *,
    declared: Study | None = None,
    shard: Shard | None = None,
    mixed: bool = False,
    existing: Existing = Existing.REFUSE,
    monitor: Monitor | None = None,
) -> None:
    """Run what is missing of the conditions of a study, and store cells when done.

    Parameters and errors are those of `pbwm.compare.experiment.search.run_study`; `declared` is the declared study if
    these conditions are the points of its search.
    """
    monitor = monitor or Monitor()
    store = Store(directory)
    store.check_ours(to_toml(declared or study).encode())
    _reject_rows(study)
    stale = [text for row in study.rows() for text in _of_other_code(store, row)]
    if stale and not mixed and existing is not Existing.OVERWRITE:
        remedy = "give another directory, --mixed to keep these results, or --overwrite to replace them"
        raise PlanError(f"{stale[0]}; {remedy}")
    for damage in store.declare(declared or study, study, existing, stale=bool(stale) and not mixed):
        monitor.said(f"set aside: {damage}")
    _run_rows(store, study, executor, shard or Shard(), monitor)


def _reject_rows(study: Study) -> None:
    """Raise `PlanError` unless criteria fit budgets, tasks keep their contract, and results can be stored."""
    for row in study.rows():
        rule, remedy = f"exceeds the budget of {row.epochs} epochs", "give a smaller criterion, or more epochs"
        possible = row.criterion is None or row.criterion <= row.epochs
        require(possible, f"{row.label}: criterion", row.criterion, rule, remedy, error=PlanError)
    tasks = {(row.task, repr(row.task_parameters), row.criterion): row for row in study.rows()}
    for row in tasks.values():
        error: Exception | None = row.unsound()
        if error:
            raise PlanError(f"{row.label}: {error}")
    for row in study.rows():
        row.require_storable(Record.WEIGHTS in study.record)
    for row in {(row.model, row.task): row for row in study.rows()}.values():
        error = row.rejection()
        if error:
            able = ", ".join(name for name in models.MODELS if not row.rejection(name)) or "none"
            raise PlanError(f"{row.model!r} rejects {row.task!r}: {error}. Models that take it: {able}")


def _out_of_reach(rows: Iterable[Row]) -> dict[str, None]:
    """Tasks whose own criterion no network can reach within the budget, in words."""
    needs = [(row, row.built_task().spec.criterion.zero_error_epochs) for row in rows if row.goal is None]
    return dict.fromkeys(
        f"note: {row.task} requires {needed} successive epochs without an error, and the budget is {row.epochs}: "
        "no network can reach the criterion; give more epochs"
        for row, needed in needs
        if needed > row.epochs
    )


def _of_other_code(store: Store, row: Row) -> Iterator[str]:
    """The cells of a row from other versions of the code, in words."""
    now = code_version()
    for cell in store.cells(row)[0]:
        differs = [name for name in now if cell.code.get(name) != now[name]]
        if differs:
            yield f"{store.cell_path(row, cell.networks)}: was made by other code (other {', '.join(differs)})"


def _run_rows(store: Store, study: Study, executor: Executor, shard: Shard, monitor: Monitor) -> None:
    rows = study.rows()
    for row in rows:
        for damage in store.set_aside_foreign(row):
            monitor.said(f"set aside: {damage}")
    blocks = blocks_of(study.networks)
    mine = [
        Block(store.directory, row, networks, study.record)
        for b, networks in enumerate(blocks)
        for r, row in enumerate(rows)
        if r * len(blocks) + b in shard  # the blocks of a row go to shards in turn
    ]
    todo = [block for block in mine if store.missing(block.row, block.networks, block.wanted)]
    if todo:
        store.set_aside_outputs()
    for note in _out_of_reach(block.row for block in todo):
        monitor.said(note)
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
    blocks: Sequence[Block], executor: Executor, store: Store, monitor: Monitor
) -> Generator[tuple[Block, Done | RunFailedError], None, None]:
    """Every block when it is done, here or by another process.

    A block that another process has claimed is taken over if that process ends without it.
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
        raise WorkerDiedError(f"{store.directory}: {why_died(executor)}") from None
    finally:
        for future in running:
            future.cancel()
