"""Progress is drawn on terminals, and told in plain lines elsewhere."""

import io

from pbwm.compare.plan import Plan
from pbwm.compare.progress import Bars, Lines, monitor_for
from pbwm.compare.run import run_jobs
from rich.console import Console


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
    assert "6/6 reached" in said
    assert "4/4" in said  # full, though the budget was 8


def test_one_bar_counts_all_jobs_down(models):
    jobs = Plan(tasks=("sir2",), models=("even", "stuck"), model_catalog=models, replicas=3, epochs=8).jobs()
    bars = Bars(Console(file=io.StringIO(), force_terminal=True))
    bars.expect(jobs)
    whole, even, stuck = bars.bars
    assert (whole.description, whole.completed, whole.total) == ("all", 0, 16)
    assert even.fields["reached"] == "waits"
    bars.started(jobs[0])
    assert even.fields["reached"] == "compiling"
    assert stuck.fields["reached"] == "waits"
    for epoch in (1, 2, 3):
        bars.epoch_done(jobs[0], epoch, reached=epoch - 1)
    assert even.fields["reached"] == "2/3 reached"
    assert (whole.completed, whole.total, whole.fields["reached"]) == (3, 16, "2/6 reached")
    bars.started(jobs[1])
    bars.epoch_done(jobs[1], 1, reached=1)
    assert (whole.completed, whole.total, whole.fields["reached"]) == (4, 16, "3/6 reached")
    bars.epoch_done(jobs[0], 4, reached=3)
    bars.finished(jobs[0], 4, reached=3)  # 4 epochs of its budget are not needed
    assert (whole.completed, whole.total, whole.fields["reached"]) == (5, 12, "4/6 reached")
    for epoch in (2, 3):
        bars.epoch_done(jobs[1], epoch, reached=1)
    assert whole.time_remaining is not None


def test_the_bar_of_all_jobs_is_full_when_they_are_done(models):
    jobs = Plan(tasks=("sir2", "12ax"), models=("even", "never"), model_catalog=models, replicas=17, epochs=8).jobs()
    bars = Bars(Console(file=io.StringIO(), force_terminal=True))
    bars.expect(jobs)
    with bars:
        run_jobs(jobs, threads=4, monitor=bars)
    whole, *others = bars.bars
    assert whole.finished
    assert whole.completed == whole.total == sum(bar.completed for bar in others)


def test_a_pipe_gets_one_line_for_each_job(models):
    out = io.StringIO()
    monitor = monitor_for(Console(file=out))
    assert isinstance(monitor, Lines)
    run(models, monitor)
    assert sorted(out.getvalue().splitlines()) == [
        "sir2 · even · networks 0–2: 3 of 3 reached criterion in 4 epochs",
        "sir2 · stuck · networks 0–2: 3 of 3 reached criterion in 6 epochs",
    ]
