"""Progress of a comparison: bars on a terminal, a line per finished job elsewhere."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Column
from rich.text import Text

from pbwm.compare.plan import Job

__all__ = ["Bars", "Lines", "Monitor", "monitor_for"]


class Monitor:
    """Hears how jobs get on, from several threads, and says nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def expect(self, jobs: list[Job]) -> None:
        """The jobs that will run."""

    def started(self, job: Job) -> None:
        """The networks of `job` are built."""

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


class _RateColumn(ProgressColumn):
    """Epochs per second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f}/s", style="progress.data.speed")


class Bars(Monitor):
    """A bar for every job, with its rate and the time left to the end of its budget: for terminals."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            BarColumn(bar_width=10),
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[reached]}", table_column=Column(no_wrap=True)),
            _RateColumn(table_column=Column(no_wrap=True)),
            TimeRemainingColumn(compact=True),
            TextColumn("left", table_column=Column(no_wrap=True)),
            console=console,
        )
        self._bars: dict[Job, int] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def expect(self, jobs: list[Job]) -> None:
        """Lay out a bar for every job."""
        for job in jobs:
            total = job.budget.epochs
            self._bars[job] = self._progress.add_task(job.label, total=total, start=False, reached="waits")

    def started(self, job: Job) -> None:
        """Start the clock of the job."""
        self._progress.start_task(self._bars[job])  # type: ignore[arg-type]

    def epoch_done(self, job: Job, epochs: int, reached: int) -> None:
        """Move the bar of the job."""
        text = f"{reached}/{len(job.replicas)} reached"
        self._progress.update(self._bars[job], completed=epochs, reached=text)  # type: ignore[arg-type]

    def finished(self, job: Job, epochs: int, reached: int) -> None:  # noqa: ARG002
        """Fill the bar of the job: what was left of the budget is not needed."""
        self._progress.update(self._bars[job], total=epochs, completed=epochs)  # type: ignore[arg-type]


def monitor_for(console: Console) -> Monitor:
    """The monitor that suits where the output goes."""
    return Bars(console) if console.is_terminal else Lines(console)
