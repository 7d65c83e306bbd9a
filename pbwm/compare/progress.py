"""Progress of a comparison: bars on a terminal, a line per finished job elsewhere."""

from threading import Lock
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

from pbwm.compare.plan import Job

__all__ = ["Bars", "BarsOnTerminal", "Lines", "Listener", "Monitor", "RateColumn", "monitor_for"]


class Listener:
    """Is there while something runs; by itself it does nothing when that begins and ends."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class Monitor(Listener):
    """Hears how jobs get on, from several threads, and says nothing."""

    def expect(self, jobs: list[Job]) -> None:
        """The jobs that will run."""

    def started(self, job: Job) -> None:
        """The networks of `job` are being built, and their kernels compiled until the first epoch is done."""

    def epoch_done(self, job: Job, epochs: int, reached: int) -> None:
        """`job` has run so many epochs, and so many of its networks have reached the criterion."""

    def finished(self, job: Job, epochs: int, reached: int) -> None:
        """`job` is done."""


class Lines(Monitor):
    """A plain line for every job that is done: for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def finished(self, job: Job, epochs: int, reached: int) -> None:
        """Say what the job came to."""
        line = f"{job.label}: {reached} of {len(job.replicas)} reached criterion in {epochs} epochs"
        self._console.print(line, highlight=False, soft_wrap=True)


class RateColumn(ProgressColumn):
    """Epochs per second."""

    def render(self, task: Task) -> Text:
        """The rate of a bar, nothing before it is known."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f}/s", style="progress.data.speed")


class BarsOnTerminal(Listener):
    """Bars of epochs: how many are done, how many networks have reached the criterion, rate, and time left.

    Networks that reach the criterion earlier need less: the time left is the most that it will take at this rate.
    """

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
            BarColumn(bar_width=10),
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[reached]}", markup=False, table_column=Column(no_wrap=True)),
            RateColumn(table_column=Column(no_wrap=True)),
            TimeRemainingColumn(compact=True),
            TextColumn("left", table_column=Column(no_wrap=True)),
            console=console,
        )

    @property
    def bars(self) -> list[Task]:
        """The bars, in the order in which they stand."""
        return self._progress.tasks

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()


class Bars(BarsOnTerminal, Monitor):
    """A bar for all jobs, and one for every job. For terminals."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._bars: dict[Job, TaskID] = {}
        self._lock = Lock()
        self._reached: dict[Job, int] = {}
        self._done: dict[Job, int] = {}
        self._networks = self._epochs = self._epochs_done = 0

    def expect(self, jobs: list[Job]) -> None:
        """Lay out a bar for all jobs together, and one for every job."""
        self._networks = sum(len(job.replicas) for job in jobs)
        self._epochs = sum(job.budget.epochs for job in jobs)
        self._everything = self._progress.add_task("all", total=self._epochs, reached=f"0/{self._networks} reached")
        for job in jobs:
            total = job.budget.epochs
            self._bars[job] = self._progress.add_task(job.label, total=total, start=False, reached="waits")

    def started(self, job: Job) -> None:
        """Start the clock of the job. Until its first epoch is done, most of the time goes into compilation."""
        self._progress.start_task(self._bars[job])
        self._progress.update(self._bars[job], reached="compiling")

    def epoch_done(self, job: Job, epochs: int, reached: int) -> None:
        """Move the bar of the job, and that of all."""
        text = f"{reached}/{len(job.replicas)} reached"
        self._progress.update(self._bars[job], completed=epochs, reached=text)
        self._advance(job, reached, done=epochs - self._done.get(job, 0))
        self._done[job] = epochs

    def finished(self, job: Job, epochs: int, reached: int) -> None:
        """Fill the bar of the job: what was left of the budget is not needed."""
        self._progress.update(self._bars[job], total=epochs, completed=epochs)
        self._advance(job, reached, spared=job.budget.epochs - epochs)

    def _advance(self, job: Job, reached: int, *, done: int = 0, spared: int = 0) -> None:
        """Move the bar of all jobs: so many more epochs are done, and so many will not be needed."""
        with self._lock:
            self._reached[job] = reached
            self._epochs_done += done
            self._epochs -= spared
            text = f"{sum(self._reached.values())}/{self._networks} reached"
            # A new total makes the bar measure its rate anew: with a job gone, the others run at another.
            self._progress.update(self._everything, completed=self._epochs_done, total=self._epochs, reached=text)


def monitor_for(console: Console) -> Monitor:
    """The monitor that suits where the output goes."""
    return Bars(console) if console.is_terminal else Lines(console)
