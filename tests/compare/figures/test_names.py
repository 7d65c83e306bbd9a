"""Names and widths of figures are declared for every entry of a catalog."""

import pytest

from pbwm.circuit import build_circuit
from pbwm.compare.figures.names import model_name, signal_name, task_name
from pbwm.compare.figures.plots.circuit import plot_circuit
from pbwm.compare.figures.saving import panels
from pbwm.compare.figures.style import WIDTHS, Width, figure_width, is_narrow, print_style
from pbwm.compare.models import MODELS
from pbwm.match_units import MatchUnits
from pbwm.params import PBWMParams
from tasks.base.errors import UnknownNameError
from tasks.catalog import TASKS


def test_every_model_and_task_has_a_name_of_its_own_for_readers():
    for name_of, catalog in ((model_name, MODELS), (task_name, TASKS)):
        names = {name: name_of(name) for name in catalog}
        assert len(set(names.values())) == len(names)
    assert [model_name(name) for name in ("pbwm", "lstm", "sublstm")] == ["PBWM", "LSTM", "subLSTM"]
    assert [task_name(name) for name in ("12ax", "sir2", "sir3")] == ["1-2-AX", "SIR-2", "SIR-3"]
    assert all(model_name(name) != name for name in MODELS)


def test_what_is_in_no_catalog_keeps_its_own_name():
    assert model_name("mine/net.py:MyNet") == "MyNet"
    assert task_name("something") == "something"
    assert signal_name("net_cell") == "net input of the cell"
    assert signal_name("some_signal") == "some signal"


def test_the_width_holds_within_its_context_and_in_those_inside():
    assert figure_width() == WIDTHS[Width.PAGE]
    with print_style("column"):
        assert is_narrow()
        with print_style():
            assert figure_width() == WIDTHS[Width.COLUMN]
            assert figure_width(2.0) == 2.0
        figure, axes = panels(3, height=2.0)
        assert (figure.get_figwidth(), figure.get_figheight()) == (WIDTHS[Width.COLUMN], 6.0)
        assert len({ax.get_subplotspec().colspan.start for ax in axes}) == 1
    assert not is_narrow()
    figure, axes = panels(3, height=2.0, first=2.0)
    assert figure.get_figheight() == 2.0
    widths = [ax.get_position().width for ax in axes]
    assert widths[0] == pytest.approx(2 * widths[1])


def test_an_unknown_width_suggests_the_nearest():
    with pytest.raises(UnknownNameError, match="unknown width 'pag': did you mean 'page'"), print_style("pag"):
        pass


@pytest.mark.parametrize("params", [PBWMParams(), PBWMParams(match_units=MatchUnits())], ids=["plain", "match units"])
@pytest.mark.parametrize("width", Width)
def test_the_circuit_is_as_wide_as_it_may_be_and_cuts_nothing_off(width, params):
    spec = TASKS["12ax"].build().spec
    with print_style(width):
        figure = plot_circuit(build_circuit(spec, params).graph()).figure
        figure.draw_without_rendering()
    assert figure.get_figwidth() == pytest.approx(WIDTHS[width], rel=0.02)
    tight = figure.get_tightbbox()
    assert tight.x0 > -0.04
    assert tight.x1 < figure.get_figwidth() + 0.04
