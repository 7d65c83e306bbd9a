"""What holds of every figure."""

import csv
import re

from matplotlib.text import Text

from pbwm.compare.figures.saving import save_drawn
from pbwm.compare.figures.style import NARROW


def fits(figure, most):
    """No wider than allowed, nothing cut off, no text too small for print."""
    assert figure.get_figwidth() <= most + 1e-9
    figure.draw_without_rendering()
    tight = figure.get_tightbbox()
    assert tight.x0 > -0.04
    assert tight.y0 > -0.04
    assert tight.x1 < figure.get_figwidth() + 0.04
    assert tight.y1 < figure.get_figheight() + 0.04
    assert figure.get_figheight() < 9.5 or (most < NARROW and len(figure.subfigs) > 1)  # rasters, stacked
    assert min(text.get_fontsize() for text in figure.findobj(Text) if text.get_text()) >= 8


def stands_alone(drawn, scene):
    """The caption has the names of models, task and seed in figures; the figure has no identifier."""
    assert "SIR-2" in drawn.caption
    assert "seed 9" in drawn.caption
    assert drawn.caption.endswith(".")
    texts = " ".join([drawn.caption, *(text.get_text() for text in drawn.figure.findobj(Text))])
    assert not re.findall(r"\b(?:pbwm|lstm|sir2|[a-z]+_(?:go|nogo|gate))\b", texts)


def are_saved(found, directory):
    """Every figure has a PNG, a PDF, a caption as text, and a table as CSV."""
    for drawn in found:
        save_drawn(directory, drawn)
        assert (directory / f"{drawn.name}.txt").read_text(encoding="utf-8") == f"{drawn.caption}\n"
        with (directory / f"{drawn.name}.csv").open(encoding="utf-8") as file:
            table = list(csv.reader(file))
        assert table[0] == list(drawn.header)
        assert len(table) == 1 + len(drawn.rows)
        assert all((directory / f"{drawn.name}{suffix}").stat().st_size > 1000 for suffix in (".png", ".pdf"))
