"""A figure with its table of numbers, and how both are written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pbwm.compare.figures.style import WIDTH
from pbwm.compare.files import write_csv, written_whole

__all__ = ["Drawn", "panels", "save_drawn", "save_figure"]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A figure and the table behind it.

    Attributes
    ----------
    name
        Name of its files.
    caption
        What it shows, in a sentence.
    figure
        The figure.
    header, rows
        The table.
    """

    name: str
    caption: str
    figure: Figure
    header: Sequence[str]
    rows: Sequence[Sequence[object]]


def panels(count: int, height: float = 2.6, width: float = WIDTH) -> tuple[Figure, NDArray[np.object_]]:
    """A figure of `count` panels next to each other, and its axes."""
    figure = Figure(figsize=(min(WIDTH, width), height), layout="constrained")
    return figure, figure.subplots(1, count, squeeze=False)[0]


def save_figure(figure: Figure, directory: Path, name: str) -> None:
    """Write a figure as PNG and, laid out the same, as PDF."""
    with written_whole(directory / f"{name}.png") as temporary:
        figure.savefig(temporary)
    figure.set_layout_engine("none")
    with written_whole(directory / f"{name}.pdf") as temporary:
        figure.savefig(temporary, metadata={"CreationDate": None})


def save_drawn(directory: Path, drawn: Drawn) -> None:
    """Write a figure as PNG and PDF, and its table as CSV."""
    name = file_name(drawn.name)
    save_figure(drawn.figure, directory, name)
    write_csv(directory / f"{name}.csv", drawn.header, drawn.rows)


def file_name(name: str) -> str:
    """A name as files can have it.

    Examples
    --------
    >>> file_name("gates-models/mynet.py:MyNet"), file_name("gates-lstm-2000")
    ('gates-models-mynet.py-MyNet', 'gates-lstm-2000')
    """
    return re.sub(r"[^\w.+-]+", "-", name)
