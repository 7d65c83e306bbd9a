"""Networks that have not learned when the budget ends are censored: they count, and nothing is made up of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbwm.compare.analysis.criterion import epochs_to_criterion
from pbwm.compare.analysis.survival import contrasts, log_rank, restricted_mean, success, survival
from pbwm.compare.figures.plots.survival import plot_survival

BUDGET = 50
epochs = st.lists(st.integers(0, BUDGET), min_size=1, max_size=40)


def times(values, label="a", budget=BUDGET):
    return epochs_to_criterion(label, np.array(values, np.intp), budget)


@given(epochs)
def test_the_curve_is_the_proportion_that_has_not_learned(values):
    """Kaplan and Meier's estimate is that proportion, where all are censored at one time."""
    found = survival(times(values))
    for epoch, proportion in zip(found.epochs, found.proportion, strict=True):
        wanted = np.mean([at == 0 or at > epoch for at in values])
        assert proportion == pytest.approx(wanted)
    assert (found.epochs[0], found.epochs[-1]) == (0, BUDGET)
    known = np.isfinite(found.low)
    assert (found.low[known] <= found.proportion[known] + 1e-12).all()
    assert (found.high[known] >= found.proportion[known] - 1e-12).all()


@given(epochs)
def test_the_area_under_the_curve_is_the_mean_of_the_epochs_that_were_run(values):
    found = restricted_mean(times(values))
    assert found.value == pytest.approx(np.mean([at or BUDGET for at in values]))
    assert np.isfinite([found.low, found.high]).all()


def test_the_bootstrap_is_the_same_every_time():
    values = list(range(1, 21))
    assert restricted_mean(times(values)) == restricted_mean(times(values))
    assert restricted_mean(times(values)).low < 10.5 < restricted_mean(times(values)).high


def test_success_has_wilsons_interval():
    found = success(times([3, 4, 0, 9] * 5))
    # Newcombe (1998), formula 3, by hand: n = 20, 15 successes, z = 1.959964.
    z, n, p = 1.959964, 20, 0.75
    centre, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert (found.low, found.high) == pytest.approx(
        ((centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)), rel=1e-6
    )


def test_the_log_rank_test_tells_fast_from_slow_and_knows_when_it_cannot():
    fast, slow, never = times([5, 6, 7, 8] * 5), times([30, 40, 0, 0] * 5), times([0] * 20)
    assert log_rank(fast, slow) < 1e-6
    assert log_rank(fast, fast) == pytest.approx(1.0)
    assert log_rank(never, never) is None
    assert log_rank(times([40] * 9, budget=60), times([0] * 9, budget=30)) is None  # nobody within both budgets


class Row:
    def __init__(self, values, label, networks=None):
        self.times = times(values, label)
        self.networks = np.arange(len(values)) if networks is None else np.array(networks)


def test_contrasts_are_corrected_for_their_number_and_paired_by_network():
    base = Row([10, 20, 30, 0] * 4, "base")
    sooner, same, none = Row([5, 10, 15, 40] * 4, "sooner"), Row([10, 20, 30, 0] * 4, "same"), Row([0] * 16, "none")
    found = {c.label: c for c in contrasts([(row, base) for row in (sooner, same, none)])}
    assert (found["sooner"].sooner, found["sooner"].later) == (16, 0)
    assert found["sooner"].paired == pytest.approx(2 * 0.5**16)
    assert (found["same"].sooner, found["same"].later, found["same"].paired) == (0, 0, None)
    assert (found["none"].sooner, found["none"].later) == (0, 12)
    for contrast in found.values():
        assert contrast.corrected >= contrast.log_rank
    assert found["none"].corrected > found["none"].log_rank


def test_networks_that_one_row_lacks_are_in_no_pair():
    one, other = Row([5, 50], "one", networks=[3, 4]), Row([9, 9, 9], "other", networks=[0, 1, 3])
    found = contrasts([(one, other)])[0]
    assert (found.sooner, found.later) == (1, 0)


def test_the_figure_shows_every_row_and_who_was_censored():
    axes = plot_survival([survival(times([5, 6, 0])), survival(times([7, 8, 9], "b"))])
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["a: 2 of 3", "b: 3 of 3"]
    crosses = [line for line in axes.lines if line.get_marker() == "x"]
    assert [tuple(line.get_xydata()[0]) for line in crosses] == [(BUDGET, pytest.approx(1 / 3))]
