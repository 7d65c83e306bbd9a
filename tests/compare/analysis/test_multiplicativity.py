"""Product, sum and moved threshold: each model fits its own kind perfectly, and the default relay is a product."""

import numpy as np
import pytest

from lstm_baseline import GRUParams, LSTMParams
from lstm_baseline.planes import gru_planes, lstm_planes
from pbwm.compare.analysis.multiplicativity import (
    MODELS_OF_RESPONSE,
    RELAYS,
    additive_fit,
    gpi_range,
    judged,
    multiplicativity,
    product_fit,
    shift_fit,
)
from pbwm.compare.figures.plots.multiplicativity import plot_multiplicativity
from pbwm.gate import Disinhibition, MergedGate
from pbwm.params import PBWMParams
from pbwm.planes import gate_planes
from tasks.base.record import GateRecord

DRIVE, CONDUCTANCE = np.linspace(0, 1, 21), np.linspace(0, 1.2, 13)


def explained(response, fit):
    return 1 - ((response - fit) ** 2).sum() / ((response - response.mean()) ** 2).sum()


RESPONSES = {
    "product": np.outer(DRIVE**2, np.exp(-CONDUCTANCE)),
    "additive": np.add.outer(DRIVE**2, -0.3 * CONDUCTANCE),
    "shift": np.clip(DRIVE[:, None] - 0.5 * CONDUCTANCE[None], 0, None) ** 0.7,
}


@pytest.mark.parametrize("kind", MODELS_OF_RESPONSE)
def test_each_model_explains_its_own_kind_best(kind):
    response = RESPONSES[kind]
    found = {
        "product": explained(response, product_fit(response)),
        "additive": explained(response, additive_fit(response)),
        "shift": explained(response, shift_fit(response, DRIVE)),
    }
    assert found[kind] > 0.99
    assert found[kind] == max(found.values())


def test_the_fits_are_the_best_of_their_kind():
    rng = np.random.default_rng(0)
    response = RESPONSES["shift"]
    left, right = np.linalg.svd(response)[0][:, 0], np.linalg.svd(response)[2][0]
    size = np.linalg.svd(response)[1][0]
    for _ in range(20):
        other = size * np.outer(left + 0.05 * rng.normal(size=left.size), right + 0.05 * rng.normal(size=right.size))
        assert explained(response, other) < explained(response, product_fit(response))
        rows, columns = 0.02 * rng.normal(size=(21, 1)), 0.02 * rng.normal(size=(1, 13))
        assert explained(response, additive_fit(response) + rows + columns) < explained(
            response, additive_fit(response)
        )


def test_a_known_range_gives_the_known_numbers():
    """Over Ge 0–1 and Gi 0–2 a product explains 70% of a steep point neuron, and 86% against 79 of a shallow one."""
    chosen = {name: RELAYS[name] for name in ("point neuron, γ = 100", "point neuron, γ = 5")}
    steep, shallow = multiplicativity((0.0, 2.0), relays=chosen)
    assert steep.r_squared("product") == pytest.approx(0.70, abs=0.02)
    assert shallow.r_squared("product") == pytest.approx(0.86, abs=0.01)
    assert shallow.r_squared("additive") == pytest.approx(0.79, abs=0.01)
    assert shallow.r_squared("shift") > 0.99


@pytest.mark.parametrize("largest", [2.0, 3.0, 4.0])
def test_the_default_relay_is_a_product(largest):
    (found,) = multiplicativity((0.0, largest), relays={"default": Disinhibition().relay})
    assert found.r_squared("product") >= 0.95
    assert found.r_squared("product") > max(found.r_squared("additive"), found.r_squared("shift"))
    assert np.nanmax(found.effective_gate) == 1.0
    assert np.isnan(found.effective_gate[0]).all()


def test_the_range_is_what_networks_bring_to_bear():
    empty = np.zeros((1, 2, 1))
    gpi = np.array([[[[0.2]], [[np.nan]]]])
    record = GateRecord(
        model="pbwm", slots=("stripe 1",), input_gate=empty, forget_gate=empty, output_gate=empty,
        memory=empty[..., None], signals={"gpi": gpi},
    )  # fmt: skip
    assert gpi_range([record], Disinhibition(gpi_to_thalamus=3.0)) == pytest.approx((0.0, 0.6))


def test_the_figure_shows_every_relay():
    found = multiplicativity((0.0, 2.0), relays=dict(list(RELAYS.items())[2:]))
    figure = plot_multiplicativity(found)
    panels = [ax for sub in figure.subfigs for ax in sub.axes]
    assert [ax.get_title(loc="left") for ax in panels[:2]] == ["graded", "noise-scaled"]
    assert len(panels) == 5


EXACT = 1 - 1e-9


@pytest.mark.parametrize(
    ("planes", "params"),
    [
        (lstm_planes, LSTMParams.modern()),
        (lstm_planes, LSTMParams.hochreiter_schmidhuber_1997()),
        (gru_planes, GRUParams()),
        (gate_planes, PBWMParams(gate=MergedGate())),
    ],
    ids=["lstm", "lstm-1997", "gru", "pbwm, merged gate"],
)
def test_gates_that_multiply_are_products_exactly(planes, params):
    for plane in planes(params):
        found = judged(plane)
        assert found.r_squared("product") > EXACT, plane.name
        assert found.r_squared("additive") < 0.95, plane.name
        np.testing.assert_allclose(found.product, plane.response, atol=1e-12, err_msg=plane.name)


def test_gates_that_subtract_are_differences_exactly():
    for plane in lstm_planes(LSTMParams.costa_2017()):
        found = judged(plane)
        assert found.r_squared("additive") > EXACT, plane.name
        assert found.r_squared("product") < 0.99, plane.name
        np.testing.assert_allclose(found.additive, plane.response, atol=1e-12, err_msg=plane.name)


def test_what_passes_is_what_the_equations_say():
    """Content is the net input of the cell at the input gate, its state at the output gate: both 0 to 3."""
    x, y = np.linspace(0, 3, 21)[:, None], np.linspace(-3, 3, 21)
    for plane in (*lstm_planes(LSTMParams.modern()), *gru_planes(GRUParams())):
        np.testing.assert_allclose(plane.response, np.tanh(x) / (1 + np.exp(y)), rtol=1e-12)
    for plane in lstm_planes(LSTMParams.costa_2017()):
        np.testing.assert_allclose(plane.response, 1 / (1 + np.exp(-x)) - 1 / (1 + np.exp(-y)), atol=1e-14)


def test_a_form_without_output_gate_has_the_plane_of_its_input_gate_alone():
    assert len(lstm_planes(LSTMParams.modern(output_gate=False))) == 1


def test_a_gate_of_disinhibition_is_its_relay():
    (plane,) = gate_planes(PBWMParams(gate=Disinhibition()))
    (relay,) = multiplicativity((0.0, Disinhibition().gpi_to_thalamus), relays={"default": Disinhibition().relay})
    np.testing.assert_allclose(judged(plane).response, relay.response)
