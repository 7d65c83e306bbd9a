"""Progress is drawn on terminals, and told in plain lines elsewhere."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from rich.console import Console

from pbwm.compare.experiment import run_study
from pbwm.compare.experiment.block import Block
from pbwm.compare.experiment.claims import Progress
from pbwm.compare.experiment.monitor import Bars, Lines, Monitor, monitor_for
from tests.compare.experiment.rig import clocks, reproduction


def blocks(name="even"):
    row = clocks(conditions=(), models=("even",), tasks=(name,)).rows()[0]
    return [Block(None, row, networks, ()) for networks in (range(16), range(16, 32))]


def test_a_terminal_gets_a_bar_for_each_row():
    out = io.StringIO()
    monitor = monitor_for(Console(file=out, force_terminal=True, width=120))
    assert isinstance(monitor, Bars)
    first, second = blocks()
    with monitor:
        monitor.expect([first, second])
        monitor.progress({first: Progress(4, 3, 16), second: None})
        (bar,) = monitor.bars
        assert (bar.completed, bar.total, bar.fields["reached"]) == (4, 20, "3/32 reached")
        time.sleep(0.01)
        monitor.progress({first: Progress(5, 3, 16), second: None})
        assert bar.time_remaining is not None
        monitor.finished(first, 6, 16, mine=True)
        assert (bar.completed, bar.total, bar.fields["reached"]) == (6, 16, "16/32 reached")
        monitor.finished(second, 10, 9, mine=False)
        assert bar.finished
    assert "run by another process" in out.getvalue()


def test_a_name_in_brackets_is_no_markup():
    out = io.StringIO()
    first, _ = blocks("[short] x[/y]z")
    with monitor_for(Console(file=out, force_terminal=True, width=120, markup=False)) as monitor:
        monitor.expect([first])
        monitor.failed(first)
    assert "[short] x[/y]z" in out.getvalue()


def test_a_pipe_gets_a_line_for_each_block():
    out = io.StringIO()
    monitor = monitor_for(Console(file=out))
    assert isinstance(monitor, Lines)
    first, second = blocks()
    monitor.expect([first, second])
    monitor.finished(first, 6, 16, mine=True)
    monitor.failed(second)
    assert "16 of 16 reached criterion in 6 epochs (1 of 2 blocks; " in out.getvalue()
    assert "networks 16–31: failed" in out.getvalue()
    monitor.failed(replace(second, networks=range(16, 17)))
    assert " · network 16: failed" in out.getvalue()


def test_a_goal_is_told_in_its_unit():
    out = io.StringIO()
    monitor = monitor_for(Console(file=out))
    row = reproduction().rows()[0]
    first, second = (Block(None, row, networks, ()) for networks in (range(16), range(16, 32)))
    monitor.expect([first, second])
    monitor.finished(first, 45, 16, mine=True)
    assert "16 of 16 reached the goal in 45 sequences (1 of 2 blocks; run: " in out.getvalue()
    assert " sequences/s, at most " in out.getvalue()


class Counts(Monitor):
    def finished(self, block, epochs, reached, *, mine):
        self.last = (block.row.condition, epochs, reached)


@pytest.mark.usefixtures("cataloged")
@pytest.mark.parametrize(
    ("declared", "before", "after"),
    [
        (lambda n: clocks(n, conditions=clocks().conditions[1:]), (6, 3), (10, 3)),  # network 3 never learns
        (reproduction, (15, 3), (20, 4)),  # in sequences, five of which are an epoch
    ],
)
def test_networks_that_were_there_before_are_counted(declared, before, after, tmp_path):
    for networks, expected in ((3, before), (4, after)):
        with ThreadPoolExecutor(1) as pool:
            run_study(declared(networks), tmp_path, pool, monitor=(counts := Counts()))
        assert counts.last[1:] == expected


def test_rate_and_remaining_time_are_those_of_the_whole_run(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("pbwm.compare.experiment.monitor.perf_counter", lambda: now[0])
    out = io.StringIO()
    monitor = monitor_for(Console(file=out))
    (first, _), (second, _) = blocks("one"), blocks("other")
    monitor.expect([first, second])
    now[0] = 10.0
    monitor.finished(first, 10, 16, mine=True)
    now[0] = 15.0
    monitor.finished(second, 5, 16, mine=True)
    early, late = out.getvalue().splitlines()
    assert early.endswith("(1 of 1 blocks; run: 1.0 epochs/s, at most 0:00:10 left)")
    assert late.endswith("(1 of 1 blocks; run: 1.0 epochs/s, at most 0:00:00 left)")
