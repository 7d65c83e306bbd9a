"""Style of figures: colors, sizes for print, and axes without global state.

Every nucleus, gate and model has one color, from Okabe & Ito (2008), *Color Universal Design*, or P. Tol's muted
scheme, which color-blind readers can distinguish.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import ScaledTranslation
from numpy.typing import NDArray

from pbwm.compare.models import MODELS, other_color
from pbwm.wiring import Influence
from tasks.base.errors import nearest

__all__ = [
    "CONDITIONS",
    "DIVERGING",
    "GATES",
    "GRAY",
    "INFLUENCES",
    "INK",
    "ITEMS",
    "PALE",
    "SIGNALS",
    "WIDTHS",
    "WRONG",
    "Width",
    "figure_width",
    "is_narrow",
    "mark",
    "model_color",
    "new_axes",
    "outer_legend",
    "print_style",
    "shades",
    "signal_color",
    "spread",
    "use_print_style",
]

INK = "#222222"
GRAY = "#8C8C8C"
PALE = "#D9D9D9"
WRONG = "#D55E00"
"""A response that counted and was not the target."""

GATES: Mapping[str, str] = {
    "input_gate": "#0072B2",
    "forget_gate": "#009E73",
    "output_gate": "#B34700",
    "memory": "#5D3A9B",
}
"""Field of `GateRecord` → color."""

SIGNALS: Mapping[str, str] = {
    "matrix_go": "#009E73",
    "matrix_nogo": "#D55E00",
    "gpe": "#E69F00",
    "stn": "#999933",
    "gpi": "#CC79A7",
    "thalamus": "#56B4E9",
    "gpi_thalamus": "#88CCEE",
    "pfc_maintenance": "#0072B2",
    "pfc_output": "#332288",
    "pfc_match": "#661100",
    "dopamine": "#882255",
    "reward_prediction": "#44AA99",
    "learned_value": "#117733",
    "slow_learned_value": "#AA4499",
    "acetylcholine": "#DDCC77",
}
"""Nucleus or signal of a record → color."""

SAME_ROLE: Mapping[str, str] = {
    "snr_thalamus": "gpi_thalamus",
    "pfc": "pfc_maintenance",
    "primary_value": "reward_prediction",
}
"""Nucleus or signal → another one with the same role and color."""

INFLUENCES: Mapping[Influence, str] = {
    Influence.EXCITATION: "#0072B2",
    Influence.INHIBITION: "#D55E00",
    Influence.MODULATION: "#882255",
    Influence.CONTENT: "#222222",
}
"""Influence of one nucleus on another → color of the line."""

ITEMS = ("#332288", "#CC6677", "#117733", "#999933", "#88CCEE", "#AA4499")
"""Colors of items, or of kinds of step, in order."""

CONDITIONS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#332288", "#999933")
"""Colors of the conditions of a study, in order."""

DIVERGING: Colormap = matplotlib.colormaps["PuOr_r"]
"""For values that are negative or positive."""


class Width(StrEnum):
    """Width of a figure in a journal."""

    COLUMN = "column"
    PAGE = "page"


WIDTHS: Mapping[Width, float] = {Width.COLUMN: 3.35, Width.PAGE: 6.9}
"""Inches: one column, and both columns of a page."""
NARROW = 4.0
"""Narrower figures have stacked panels, and legends below the axes."""

_width: ContextVar[float] = ContextVar("width of figures", default=WIDTHS[Width.PAGE])

# the font of matplotlib, so that a figure looks the same on every machine
_PRINT: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "figure.titlesize": 8,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "legend.title_fontsize": 8,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "legend.borderaxespad": 0.2,
    "axes.linewidth": 0.6,
    "axes.edgecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "lines.linewidth": 1.0,
    "savefig.dpi": 200,
    "pdf.fonttype": 42,
}


@contextmanager
def print_style(width: str | None = None) -> Iterator[None]:
    """Draw and save figures for print in a width, during the context.

    Raises
    ------
    UnknownNameError
        If the width is neither "column" nor "page".
    """
    if width is not None and width not in WIDTHS:
        raise nearest("width", width, [str(known) for known in WIDTHS])
    before = _width.set(_width.get() if width is None else WIDTHS[Width(width)])
    try:
        with matplotlib.rc_context(_PRINT):
            yield
    finally:
        _width.reset(before)


def use_print_style(dpi: int = 120) -> None:
    """For notebooks: draw all later figures for print, with `dpi` dots per inch."""
    matplotlib.rcParams.update({**_PRINT, "figure.dpi": dpi})


def figure_width(most: float = WIDTHS[Width.PAGE]) -> float:
    """Width of new figures in inches, at most `most`."""
    return min(_width.get(), most)


def is_narrow() -> bool:
    """Whether new figures are as wide as one column."""
    return _width.get() < NARROW


def new_axes(width: float | None = None, height: float = 2.6) -> Axes:
    """Axes on a new figure of `width` (default: one column) by `height` inches."""
    width = WIDTHS[Width.COLUMN] if width is None else width
    return Figure(figsize=(width, height), layout="constrained").add_subplot()


def outer_legend(ax: Axes, **how: Any) -> None:
    """A legend to the right of the axes or, in a narrow figure, below."""
    figure = ax.get_figure(root=True)
    if figure is None or figure.get_figwidth() >= NARROW:
        ax.legend(**{"loc": "center left", "bbox_to_anchor": (1.02, 0.5), **how})
        return
    lines = max((label.count("\n") for label in _tick_labels(ax)), default=0)
    points = 9 + (13 if ax.get_xlabel() else 0) + (13 + 10 * lines)
    below = ax.transAxes + ScaledTranslation(0, -points / 72, figure.dpi_scale_trans)
    ax.legend(**{"loc": "upper left", "bbox_to_anchor": (0, 0), "bbox_transform": below, **how})


def _tick_labels(ax: Axes) -> list[str]:
    return [label.get_text() for label in ax.get_xticklabels()]


def mark(label: str, marker: str = "o", color: str = GRAY, **how: Any) -> Line2D:
    """A legend entry for a mark; "-", "--" and ":" are lines, "|" is a thick bar."""
    if marker == "|":
        return Line2D([], [], color=INK, linewidth=1.4, label=label, **how)
    if marker in ("-", "--", ":"):
        look: Any = {"linestyle": marker, "linewidth": 1.0, **how}
        return Line2D([], [], color=color, label=label, **look)
    return Line2D([], [], color=color, marker=marker, linestyle="none", label=label, **{"markersize": 4, **how})


def model_color(model: str) -> str:
    """The color of a model."""
    if model in MODELS:
        return MODELS[model].color
    return other_color(model)


def signal_color(signal: str) -> str:
    """The color of a recorded signal, by default gray."""
    return SIGNALS.get(SAME_ROLE.get(signal, signal), GRAY)


def shades(color: str) -> Colormap:
    """A color map from white, for 0, to `color`."""
    return LinearSegmentedColormap.from_list(f"white to {color}", ["white", color])


def spread(count: int, width: float = 0.6) -> NDArray[np.float64]:
    """Places (count,) for `count` points without overlap, `width` wide around 0."""
    places: NDArray[np.float64] = (np.arange(count) - (count - 1) / 2) / max(count, 1) * width
    return places
