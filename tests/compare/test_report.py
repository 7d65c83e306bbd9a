"""The table of results says n and when, in any width."""

import io
from dataclasses import dataclass, replace

import pytest
from rich.console import Console

from pbwm.compare.budgets import Budget
from pbwm.compare.models import MODELS, Models
from pbwm.compare.plan import Plan
from pbwm.compare.reports.terminal import results_table
from pbwm.compare.results import completed_comparisons
from pbwm.compare.run import run_jobs
from tasks.base.registry import Entry
from tasks.base.task import Choice, Criterion, Several, Task
from tasks.catalog import TASKS

NAMES = [name for name in TASKS if isinstance(TASKS[name].build().spec.answer, Choice | Several)]
"""Tasks that the networks of the clock can be wrong on: all but those that ask for a quantity."""
EPOCH = 4
"""Sequences in an epoch: enough for a response that counts in every task."""


@dataclass(frozen=True)
class Small:
    """A task with epochs of a few sequences, and a criterion that the networks reach in time."""

    task: Task

    @property
    def spec(self):
        return replace(self.task.spec, sequences_per_epoch=EPOCH, criterion=Criterion(zero_error_epochs=2))

    def trials(self, n, rng):
        return self.task.trials(n, rng)


def printed(comparisons, width):
    out = io.StringIO()
    Console(file=out, width=width).print(results_table(comparisons))
    return out.getvalue()


@pytest.fixture
def comparisons(models):
    """Every task and every model by name, with numbers as long as they get; the networks are those of the clock."""
    names = tuple(MODELS)
    catalog = Models(dict.fromkeys(names, models["stuck"]))
    tasks = {name: Entry(lambda name=name: Small(TASKS[name].build()), "small") for name in NAMES}
    how = {"task_catalog": tasks, "models": names, "model_catalog": catalog, "replicas": 17, "epochs": 9}
    jobs = Plan(tasks=tuple(tasks), **how).jobs()
    found = completed_comparisons(jobs, run_jobs(jobs))
    budget = Budget(epochs=1000, reason="asked for")
    longest = {"budget": budget, "seconds": 1234.5, "first_seconds": 234.4}
    return [replace(c, models=tuple(replace(m, **longest) for m in c.models)) for c in found]


@pytest.mark.parametrize("width", [80, 64])
def test_no_number_is_cut(comparisons, width):
    said = printed(comparisons, width)
    assert all(len(line) <= width for line in said.splitlines())
    rows = [" ".join(line.split()) for line in said.splitlines() if "3/17" in line]
    assert len(rows) == len(NAMES) * len(MODELS)
    assert "…" not in said
    for row in rows:
        label, *numbers = row.split()
        assert label in MODELS or width < 72
        assert numbers[-10:-2] == ["1000", "3/17", "6", ">", "1000", ">", "1000", numbers[-3]]
        assert numbers[-2:] == ["234.4", "1000.1"]


def test_every_name_is_whole_at_80_columns(comparisons):
    labels = [line.split(" 1000 ")[0].rstrip() for line in printed(comparisons, 80).splitlines()]
    expected = [label for task in NAMES for label in (task, *(f"  {model}" for model in MODELS))]
    assert [label for label in labels if label in expected] == expected
