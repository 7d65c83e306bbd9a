"""A figure with its caption and its table of numbers, and the functions that save them."""

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pbwm.compare.errors import FigureWarning
from pbwm.compare.figures.style import WIDTHS, Width, figure_width, is_narrow
from pbwm.compare.files import write_csv, written_whole

__all__ = ["Drawn", "noting_missing_letters", "outer_labels", "panels", "save_drawn", "save_figure"]

GLYPH = re.compile(r"Glyph (\d+)")
"""Matplotlib's warning about a letter that its font lacks."""
MOST_ACROSS = 4
"""Largest number of panels in one row."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A figure and the table behind it.

    Attributes
    ----------
    name
        Name of its files.
    caption
        Self-contained: it names the networks, the task, and every mark.
    figure, header, rows
        The figure and the table.
    """

    name: str
    caption: str
    figure: Figure
    header: Sequence[str]
    rows: Sequence[Sequence[object]]


def panels(
    count: int, height: float = 2.6, width: float = WIDTHS[Width.PAGE], *, first: float = 1.0
) -> tuple[Figure, NDArray[np.object_]]:
    """A figure of `count` panels of a height in inches, and its axes: in rows or one column.

    More than four are in rows of three. In a single row, the first panel is `first` times as wide.
    """
    across = 1 if is_narrow() else count if count <= MOST_ACROSS else 3
    down = -(-count // across)
    figure = Figure(figsize=(figure_width(width), height * down), layout="constrained")
    ratios = [first if down == 1 else 1.0] + [1.0] * (across - 1)
    axes = figure.subplots(down, across, squeeze=False, width_ratios=ratios).ravel()
    for ax in axes[count:]:
        ax.remove()
    return figure, axes[:count]


def outer_labels(axes: Iterable[Axes]) -> None:
    """Keep labels only where no panel of a grid is below, or to the left."""
    placed = {(place.rowspan.start, place.colspan.start): ax for ax in axes if (place := ax.get_subplotspec())}
    for (row, column), ax in placed.items():
        lowest, first = (row + 1, column) not in placed, (row, column - 1) not in placed
        ax.tick_params(axis="x", which="both", labelbottom=lowest)
        ax.tick_params(axis="y", which="both", labelleft=first)
        ax.set(**({} if lowest else {"xlabel": ""}), **({} if first else {"ylabel": ""}))


@contextmanager
def noting_missing_letters(name: str) -> Iterator[None]:
    """Replace matplotlib's warnings about missing letters by one that names them."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    missing: dict[str, None] = {}
    for of in caught:
        glyph = GLYPH.match(str(of.message))
        if glyph:
            missing[chr(int(glyph[1]))] = None
        else:
            warnings.warn_explicit(of.message, of.category, of.filename, of.lineno)
    if missing:
        letters = ", ".join(map(repr, missing))
        said = f"figure {name!r}: the font of figures lacks {letters} and shows empty boxes"
        warnings.warn(FigureWarning(f"{said}; use other symbols in the task"), stacklevel=3)


def save_figure(figure: Figure, directory: Path, name: str) -> None:
    """Write a figure as PNG and PDF."""
    with noting_missing_letters(name):
        with written_whole(directory / f"{name}.png") as temporary:
            figure.savefig(temporary)
        figure.set_layout_engine("none")
        with written_whole(directory / f"{name}.pdf") as temporary:
            figure.savefig(temporary, metadata={"CreationDate": None})


def save_drawn(directory: Path, drawn: Drawn) -> Path:
    """Write a figure as PNG and PDF, its caption, and its table as CSV; return the path of the PNG."""
    name = file_name(drawn.name)
    save_figure(drawn.figure, directory, name)
    with written_whole(directory / f"{name}.txt") as temporary:
        temporary.write_text(f"{drawn.caption}\n", encoding="utf-8")
    write_csv(directory / f"{name}.csv", drawn.header, drawn.rows)
    return directory / f"{name}.png"


def file_name(name: str) -> str:
    """A valid file name.

    Examples
    --------
    >>> file_name("gates-models/mynet.py:MyNet"), file_name("gates-lstm-2000")
    ('gates-models-mynet.py-MyNet', 'gates-lstm-2000')
    """
    return re.sub(r"[^\w.+-]+", "-", name)
