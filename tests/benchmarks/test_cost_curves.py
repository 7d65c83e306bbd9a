"""Cost against size: the networks that are timed, the power of growth, and the figure."""

import pytest

from benchmarks.cost_curves import CURVES, HIDDEN, STEPS, STRIPES, Cost, block_of, drawn, slope
from tasks.engine.lanes import LANES


def costs(curve, power):
    return [Cost(curve, value, 1, 1, float(value) ** power, 2.0 * value) for value in CURVES[curve]]


def test_the_power_of_growth_is_that_between_the_last_two_values():
    found = costs("stripes", 1.5)
    found[0] = found[0]._replace(lanes=1e9)
    assert slope(found, "lanes") == pytest.approx(1.5)
    assert slope(found, "alone") == pytest.approx(1.0)


@pytest.mark.parametrize("curve", CURVES)
def test_one_size_varies_at_a_time(curve):
    value = CURVES[curve][0]
    work, circuit = block_of(curve, value, 1)
    hidden = circuit.layers[circuit.layer("hidden")].units
    assert hidden == (value if curve == "hidden units" else HIDDEN)
    assert circuit.stripes == (value if curve == "stripes" else STRIPES)
    assert work.units == (value if curve == "steps in a call" else STEPS)
    assert block_of(curve, value, LANES)[0].units == LANES * work.units


def test_the_figure_has_a_panel_and_two_lines_for_each_curve():
    figure = drawn([cost for curve in CURVES for cost in costs(curve, 1.0)])
    assert [ax.get_xlabel() for ax in figure.axes] == list(CURVES)
    assert {len(ax.lines) for ax in figure.axes} == {2}
    assert "power 1.00" in figure.axes[0].get_legend().texts[1].get_text()
