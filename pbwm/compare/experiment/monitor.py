"""Progress of a run by row: bars on a terminal, otherwise one line per block; rate, and remaining time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text

from pbwm.compare.experiment.block import Block
from pbwm.compare.experiment.claims import Progress as Running

__all__ = ["Bars", "Lines", "Monitor", "monitor_for"]


class Monitor:
    """Listens to the progress of a run in its context; this one does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def expect(self, blocks: Sequence[Block]) -> None:
        """The blocks that will be run, here or elsewhere."""

    def progress(self, running: Mapping[Block, Running | None]) -> None:
        """Progress of unfinished blocks; None: no report."""

    def finished(self, block: Block, epochs: int, reached: int, *, mine: bool) -> None:
        """A block is done, here (`mine`) or elsewhere, after `epochs` epochs (for a goal: in its unit)."""

    def failed(self, block: Block) -> None:
        """The networks of a block could not go on."""

    def said(self, message: str) -> None:
        """A message for the user."""


@dataclass
class _Account:
    budget: int
    blocks: int = 0
    networks: int = 0
    finished: dict[int, int] = field(default_factory=dict)
    running: dict[int, int] = field(default_factory=dict)
    reached: dict[int, int] = field(default_factory=dict)

    @property
    def epochs(self) -> int:
        return sum(self.finished.values()) + sum(self.running.values())

    @property
    def total(self) -> int:
        return sum(self.finished.values()) + self.budget * (self.blocks - len(self.finished))


class _Accounts:
    def __init__(self, blocks: Sequence[Block]) -> None:
        self.rows: dict[str, _Account] = {}
        self.units = " or ".join(dict.fromkeys(block.row.unit for block in blocks))
        for block in blocks:
            account = self.rows.setdefault(block.row.label, _Account(budget=block.row.epochs))
            account.blocks += 1
            account.networks += len(block.networks)

    @property
    def epochs(self) -> int:
        """Epochs of all rows that have been run."""
        return sum(account.epochs for account in self.rows.values())

    @property
    def left(self) -> int:
        """Most epochs of all rows that remain."""
        return sum(account.total - account.epochs for account in self.rows.values())

    def of(self, block: Block) -> _Account:
        return self.rows[block.row.label]

    def take(self, running: Mapping[Block, Running | None]) -> None:
        for block, progress in running.items():
            if progress is not None:
                account, start = self.of(block), block.networks.start
                account.running[start], account.reached[start] = progress.epochs, progress.reached

    def close(self, block: Block, epochs: int, reached: int) -> _Account:
        account, start = self.of(block), block.networks.start
        account.running.pop(start, None)
        account.finished[start], account.reached[start] = epochs, reached
        return account


class Lines(Monitor):
    """A line for every finished block, with rate and longest remaining time of the run."""

    def __init__(self, console: Console) -> None:
        self._console, self._accounts, self._began = console, _Accounts([]), 0.0

    def expect(self, blocks: Sequence[Block]) -> None:
        """Open the accounts, and start the clock."""
        self._accounts, self._began = _Accounts(blocks), perf_counter()

    def progress(self, running: Mapping[Block, Running | None]) -> None:
        """Enter the progress of blocks."""
        self._accounts.take(running)

    def finished(self, block: Block, epochs: int, reached: int, *, mine: bool) -> None:
        """Print the results of the block."""
        account = self._accounts.close(block, epochs, reached)
        blocks = f"{len(account.finished)} of {account.blocks} blocks"
        if not mine:
            self.said(f"{block.label}: run by another process ({blocks})")
            return
        rate = self._accounts.epochs / max(perf_counter() - self._began, 1e-9)
        left = timedelta(seconds=round(self._accounts.left / rate)) if rate > 0 else "unknown time"
        what = "criterion" if block.row.goal is None else "the goal"
        done = f"{reached} of {len(block.networks)} reached {what} in {epochs} {block.row.unit}"
        self.said(f"{block.label}: {done} ({blocks}; run: {rate:.1f} {self._accounts.units}/s, at most {left} left)")

    def failed(self, block: Block) -> None:
        """Print that the block failed."""
        self._accounts.close(block, 0, 0)
        self.said(f"{block.label}: failed")

    def said(self, message: str) -> None:
        """Print it."""
        self._console.print(message, highlight=False, soft_wrap=True)


class RateColumn(ProgressColumn):
    """Epochs per second."""

    def render(self, task: Task) -> Text:
        """The rate of a bar; empty before it is known."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f}/s", style="progress.data.speed")


class Bars(Monitor):
    """A bar for every row: epochs, networks at criterion, rate, and longest remaining time."""

    def __init__(self, console: Console) -> None:
        whole = Column(no_wrap=True)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False, table_column=whole),
            BarColumn(bar_width=10),
            MofNCompleteColumn(table_column=whole),
            TextColumn("{task.fields[reached]}", markup=False, table_column=whole),
            RateColumn(table_column=whole),
            TimeRemainingColumn(compact=True),
            TextColumn("left", table_column=whole),
            console=console,
        )
        self._accounts, self._bars = _Accounts([]), dict[str, TaskID]()

    @property
    def bars(self) -> list[Task]:
        """The bars, in their order."""
        return self._progress.tasks

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def expect(self, blocks: Sequence[Block]) -> None:
        """Lay out a bar for every row."""
        for bar in self._bars.values():
            self._progress.remove_task(bar)
        self._accounts = _Accounts(blocks)
        self._bars = {
            label: self._progress.add_task(label, total=account.total, reached=f"0/{account.networks} reached")
            for label, account in self._accounts.rows.items()
        }

    def progress(self, running: Mapping[Block, Running | None]) -> None:
        """Move the bars."""
        self._accounts.take(running)
        for label in {block.row.label for block in running}:
            self._draw(label)

    def finished(self, block: Block, epochs: int, reached: int, *, mine: bool) -> None:
        """Move the bar of the block's row."""
        self._accounts.close(block, epochs, reached)
        self._draw(block.row.label)
        if not mine:
            self.said(f"{block.label}: run by another process")

    def failed(self, block: Block) -> None:
        """Print that the block failed."""
        self._accounts.close(block, 0, 0)
        self._draw(block.row.label)
        self.said(f"{block.label}: failed")

    def said(self, message: str) -> None:
        """Print it above the bars."""
        self._progress.console.print(message, highlight=False, soft_wrap=True)

    def _draw(self, label: str) -> None:
        account = self._accounts.rows[label]
        reached = f"{sum(account.reached.values())}/{account.networks} reached"
        self._progress.update(self._bars[label], completed=account.epochs, total=account.total, reached=reached)


def monitor_for(console: Console) -> Monitor:
    """`Bars` on a terminal, otherwise `Lines`."""
    return Bars(console) if console.is_terminal else Lines(console)
