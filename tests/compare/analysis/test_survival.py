"""Networks that have not learned when the budget ends are censored, and counted."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from scipy.stats import binomtest, chi2, norm

from pbwm.compare.analysis.criterion import epochs_to_criterion
from pbwm.compare.analysis.survival import contrasts, log_rank, restricted_mean, success, survival
from pbwm.compare.figures.plots.survival import coinciding, plot_survival
from pbwm.compare.figures.style import CONDITIONS

BUDGET = 50
epochs = st.lists(st.integers(0, BUDGET), min_size=1, max_size=40)


def times(values, label="a", budget=BUDGET):
    return epochs_to_criterion(label, np.array(list(values), np.intp), budget)


@given(epochs)
def test_the_curve_is_the_proportion_that_has_not_learned(values):
    """Kaplan and Meier's estimate, if all are censored at one time."""
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
    ran = [at or BUDGET for at in values]
    curve = survival(times(values))
    assert found.value == pytest.approx(np.mean(ran))
    assert found.value == pytest.approx(np.sum(np.diff(curve.epochs) * curve.proportion[:-1]))
    assert found.defined == (len(set(ran)) > 1)
    if found.defined:
        assert min(ran) <= found.low <= found.value <= found.high <= max(ran)
    else:
        assert np.isnan([found.low, found.high]).all()


def test_the_bootstrap_is_the_same_every_time():
    values = list(range(1, 21))
    assert restricted_mean(times(values)) == restricted_mean(times(values))
    assert restricted_mean(times(values)).low < 10.5 < restricted_mean(times(values)).high


def test_success_has_wilsons_interval():
    found = success(times([3, 4, 0, 9] * 5))
    # Newcombe (1998), formula 3, by hand: n = 20, 15 successes, z = 1.959964.
    z, n, p = 1.959964, 20, 0.75
    center, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert (found.low, found.high) == pytest.approx(
        ((center - half) / (1 + z * z / n), (center + half) / (1 + z * z / n)), rel=1e-6
    )


def test_the_log_rank_test_tells_fast_from_slow_and_knows_when_it_cannot():
    fast, slow, never = times([5, 6, 7, 8] * 5), times([30, 40, 0, 0] * 5), times([0] * 20)
    assert log_rank(fast, slow) < 1e-6
    assert log_rank(fast, fast) == pytest.approx(1.0)
    assert log_rank(never, never) is None
    assert log_rank(times([40] * 9, budget=60), times([0] * 9, budget=30)) is None  # nobody within both budgets


def chi_square_by_hand(one, other):
    """Mantel's (1966) statistic (O − E)² / V from counts; None where V is 0."""
    observed = expected = variance = 0.0
    for at in sorted({e for e in one + other if e}):
        mine, theirs = ([e or BUDGET + 1 for e in row] for row in (one, other))
        n1, n2 = sum(e >= at for e in mine), sum(e >= at for e in theirs)
        d, n = mine.count(at) + theirs.count(at), n1 + n2
        observed, expected = observed + mine.count(at), expected + d * n1 / n
        variance += d * (n - d) * n1 * n2 / (n * n * (n - 1)) if n > 1 else 0.0
    return (observed - expected) ** 2 / variance if variance > 0 else None


@given(epochs, epochs)
def test_the_log_rank_test_is_mantels(one, other):
    found, by_hand = log_rank(times(one), times(other)), chi_square_by_hand(one, other)
    if not any(one + other):
        assert found is None
    else:
        assert found == pytest.approx(1.0 if by_hand is None else chi2.sf(by_hand, 1), abs=1e-9)
        assert 0 <= found <= 1
        assert log_rank(times(other), times(one)) == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize("one", [[7], [7, 7], [7] * 16])
def test_rows_that_learned_in_the_same_epoch_do_not_differ(one):
    assert log_rank(times(one), times([7])) == 1
    found = contrasts([(Row(one, "one"), Row([7], "other"))])[0]
    assert (found.log_rank, found.corrected, found.sooner, found.later, found.paired) == (1, 1, 0, 0, None)


@pytest.mark.parametrize("values", [[7], [7] * 9, [0], [0] * 9, [BUDGET] * 4])
def test_where_all_took_as_long_the_mean_has_no_interval(values):
    found = restricted_mean(times(values))
    assert found.value == (values[0] or BUDGET)
    assert np.isnan([found.low, found.high]).all()


@given(epochs)
def test_success_is_scipys_interval_and_never_empty(values):
    """Wilson's interval has a width for no success and for all."""
    found, reached = success(times(values)), sum(at > 0 for at in values)
    wanted = binomtest(reached, len(values)).proportion_ci(0.95, method="wilson")
    assert (found.value, found.low, found.high) == (reached / len(values), wanted.low, wanted.high)
    assert found.low < found.high


def test_of_no_networks_nothing_is_known():
    none = times([])
    assert np.isnan([success(none).value, success(none).low, restricted_mean(none).value]).all()
    assert np.isnan(survival(none).proportion).all()
    assert (none.first, none.median, none.last, none.by_fraction(0.9)) == (None, None, None, None)
    assert log_rank(none, times([7])) is None


@given(epochs, st.integers(1, 40), st.integers(1, 40))
def test_the_rank_of_a_fraction_is_exact(values, part, whole):
    """7 of 25 are .28 of them."""
    fraction = min(part, whole) / max(part, whole)
    needed = -(-Fraction(min(part, whole), max(part, whole)) * len(values) // 1)
    reached = sorted(at for at in values if at)
    wanted = reached[int(needed) - 1] if needed <= len(reached) else None
    assert times(values).by_fraction(fraction) == wanted


def test_28_of_100_of_25_networks_are_7():
    assert times(range(1, 26)).by_fraction(0.28) == 7


@given(epochs)
def test_the_median_is_kaplan_and_meiers(values):
    curve, median = survival(times(values)), times(values).median
    below = curve.epochs[curve.proportion <= 0.5 + 1e-12]
    assert median == (int(below[0]) if len(below) and sum(at > 0 for at in values) * 2 >= len(values) else None)


@given(epochs)
def test_the_interval_of_the_curve_is_greenwoods_on_the_log_log_scale(values):
    """Greenwood (1926), Kalbfleisch & Prentice (1980): log(−log S) ± z √(Σ d / (n (n − d))) / |log S|."""
    found, z = survival(times(values)), norm.ppf(0.975)
    for epoch, proportion, low, high in zip(found.epochs, found.proportion, found.low, found.high, strict=True):
        if not 0 < proportion < 1:
            continue
        total = 0.0
        for at in sorted({e for e in values if 0 < e <= epoch}):
            n = sum(e == 0 or e >= at for e in values)
            total += values.count(at) / (n * (n - values.count(at)))
        half = z * np.sqrt(total) / abs(np.log(proportion))
        assert (low, high) == pytest.approx((proportion ** np.exp(half), proportion ** np.exp(-half)))


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
    assert labels == ["a: 2 of 3", "b: 3 of 3", "not reached by the end"]
    crosses = [line for line in axes.lines if line.get_marker() == "x"]
    assert [tuple(line.get_xydata()[0]) for line in crosses] == [(BUDGET, pytest.approx(1 / 3))]


@pytest.mark.parametrize("reached", [[5, 5, 6], [0, 0, 0]])
def test_curves_that_coincide_are_all_seen(reached):
    curves = [survival(times(reached, name)) for name in "abc"] + [survival(times([2, 3, 3], "d"))]
    figure = Figure(dpi=200)
    canvas, ax = FigureCanvasAgg(figure), figure.subplots()
    plot_survival(curves, ax=ax).get_legend().remove()
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., :3].reshape(-1, 3)
    seen = [int((pixels == np.round(255 * np.array(to_rgb(c)))).all(1).sum()) for c in CONDITIONS[:3]]
    assert min(seen) > 100
    assert coinciding(curves) == [[0, 1, 2]] * 3 + [[3]]
