"""Papers: their declared experiments, and whether our numbers are of the same order."""

import importlib
from dataclasses import replace

import numpy as np
import pytest

from pbwm.compare.analysis.criterion import epochs_to_criterion
from pbwm.compare.published import PAPERS, gers2000, hochreiter1997, paper
from pbwm.compare.published.paper import Published, ratio, same_order
from tasks.base.errors import UnknownNameError

HS97, GERS = PAPERS["hochreiter1997"], PAPERS["gers2000"]
PARTS = HS97.parts | GERS.parts
WEIGHTS = {
    "1-4-blocks-of-1-rate-0-1": 264,
    "1-3-blocks-of-2-rate-0-5": 276,
    "2a-p-100": 10_504,
    "2c-p-q-50": 364,
    "3a-t-100-n-3": 102,
    "4-t-100": 93,
    "5-fewer-than-13-wrong": 93,
    "6a": 156,
    "6b": 308,
    "forget-gates": 424,
}


@pytest.mark.parametrize("slug", WEIGHTS)
def test_networks_have_the_weights_that_the_papers_say(slug):
    [row] = PARTS[slug].study.rows()
    assert row.job(range(1)).build().circuit.weights == WEIGHTS[slug]


@pytest.mark.parametrize("module", [hochreiter1997, gers2000])
def test_a_declaration_builds_the_task_and_the_parameters_that_it_was_made_of(module, monkeypatch):
    said = []

    def remembered(*args, **given):
        said.append((given["task"], given["params"], original(*args, **given)))
        return said[-1][2]

    original = paper.experiment
    monkeypatch.setattr(paper, "experiment", remembered)
    importlib.reload(module)
    assert len(said) > 3
    for task, params, (_, part) in said:
        [row] = part.study.rows()
        assert row.built_task() == task
        assert row.entry(task).params(task.spec) == params
        assert [*part.published] == [(row.task, row.condition)]


def test_long_experiments_run_only_if_they_are_named():
    numbers = {name.split("-")[0] for name in HS97.chosen([])}
    assert numbers == {"1", "2a", "2b", "2c", "3a", "4", "6a"}
    assert list(HS97.chosen(["5", "4-t-500"])) == ["4-t-500", "5-fewer-than-140-wrong", "5-fewer-than-13-wrong"]
    with pytest.raises(UnknownNameError, match="did you mean '2c'"):
        HS97.chosen(["2d"])


def test_networks_and_seed_are_changed_in_all_parts():
    changed = HS97.changed(networks=3, seed=7)
    assert {(part.study.networks, part.study.seed) for part in changed.parts.values()} == {(3, 7)}
    assert HS97.changed() == HS97


def times(*epochs, budget=1000):
    return epochs_to_criterion("lstm", np.array(epochs), budget)


@pytest.mark.parametrize(
    ("published", "same"), [(101.0, True), (320.0, False), (315.0, True), (33.0, True), (31.0, False)]
)
def test_the_order_of_magnitude(published, same):
    said = Published(epochs=published, success=1.0)
    assert same_order(said, times(100, 0, 102, 0)) == same
    assert ratio(said, times(100, 0, 102, 0)) == pytest.approx(101 / published)


def test_without_success_there_is_no_order():
    none = times(0, 0)
    said = PARTS["6a"].published["temporal-order-6a", "6a"]
    assert (ratio(said, none), same_order(said, none)) == (None, False)
    assert same_order(Published(success=0.18), none) is False
    assert same_order(Published(success=0.0), none) is True
    assert same_order(Published(), none) is None


def test_the_mean_of_a_few_is_of_no_order():
    assert same_order(Published(epochs=100.0, success=1.0), times(100, 100, 0, 0)) is True
    assert same_order(Published(epochs=100.0, success=1.0), times(100, 0, 0, 0)) is False


def test_the_order_of_magnitude_of_success():
    some = times(5, 0, 0, 0)
    orders = {p: same_order(Published(success=p), some) for p in (0.74, 0.0, 0.18, 0.62)}
    assert orders == {0.74: True, 0.0: False, 0.18: True, 0.62: True}


def test_a_changed_setting_is_another_row():
    [row] = PARTS["4-t-100"].study.rows()
    for changed in (
        replace(row, epochs=row.epochs + 1),
        replace(row, goal=replace(row.goal, tolerance=0.05)),
        replace(row, parameters={**row.parameters, "learning.optimiser.learning_rate": 0.4}),
    ):
        assert changed.key != row.key
