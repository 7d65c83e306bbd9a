"""Progress is drawn on terminals, and told in plain lines elsewhere."""

import io

from rich.console import Console

from pbwm.compare.plan import Plan
from pbwm.compare.progress import Bars, Lines, monitor_for
from pbwm.compare.run import run_jobs


def run(models, monitor):
    jobs = Plan(tasks=("sir2",), models=("even", "stuck"), model_catalog=models, replicas=3, epochs=8).jobs()
    monitor.expect(jobs)
    with monitor:
        run_jobs(jobs, threads=2, monitor=monitor)


def test_a_terminal_gets_bars(models):
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100)
    monitor = monitor_for(console)
    assert isinstance(monitor, Bars)
    run(models, monitor)
    said = out.getvalue()
    assert "sir2 · even · networks 0–2" in said
    assert "3/3 reached" in said
    assert "4/4" in said  # full, though the budget was 8


def test_a_pipe_gets_one_line_for_each_job(models):
    out = io.StringIO()
    monitor = monitor_for(Console(file=out))
    assert isinstance(monitor, Lines)
    run(models, monitor)
    assert sorted(out.getvalue().splitlines()) == [
        "sir2 · even · networks 0–2: 3 of 3 reached criterion in 4 epochs",
        "sir2 · stuck · networks 0–2: 3 of 3 reached criterion in 6 epochs",
    ]
