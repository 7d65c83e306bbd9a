"""A warning names the letters that the font of figures lacks."""

import warnings

import pytest

from pbwm.compare.errors import FigureWarning
from pbwm.compare.figures.saving import noting_missing_letters, save_figure
from pbwm.compare.figures.style import new_axes, print_style


def titled(title):
    ax = new_axes()
    ax.set_title(title)
    return ax.figure


def test_letters_that_the_font_lacks_are_named_in_one_warning(tmp_path):
    with print_style(), pytest.warns(FigureWarning) as caught:
        save_figure(titled("中 and 文, 中"), tmp_path, "gates")
    [warning] = caught
    assert str(warning.message) == (
        "figure 'gates': the font of figures lacks '中', '文' and shows empty boxes; use other symbols in the task"
    )
    assert (tmp_path / "gates.png").exists()
    assert (tmp_path / "gates.pdf").exists()


def test_letters_of_the_font_need_no_warning(tmp_path):
    with print_style():
        save_figure(titled("α → Ж, é ½"), tmp_path, "gates")  # warnings are errors


def test_other_warnings_stay():
    with pytest.warns(RuntimeWarning, match="something else"), noting_missing_letters("gates"):
        warnings.warn("something else", RuntimeWarning, stacklevel=1)
