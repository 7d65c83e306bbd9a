"""Circuit and raster match the pictures in tests/golden/figures, point by point.

`python -m tests.compare.figures.test_images` draws the pictures again; look at them before you commit them.
"""

from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.testing.compare import compare_images
from PIL import Image

from pbwm.circuit import build_circuit
from pbwm.compare.analysis.raster import Raster, fresh_trials
from pbwm.compare.figures.plots.circuit import plot_circuit
from pbwm.compare.figures.plots.raster import plot_raster
from pbwm.compare.figures.style import print_style
from pbwm.recommended import family_network
from tasks.catalog import TASKS

GOLDEN = Path(__file__).parents[2] / "golden" / "figures"
TOLERANCE = 1.5
"""Root mean square of differences, of 255: a missing box makes 1.9. Versions of matplotlib differ by more in the places
of text, so only pictures of the same version are compared."""
SOFTWARE = Image.open(GOLDEN / "circuit.png").text["Software"] if GOLDEN.exists() else ""
needs_version = pytest.mark.skipif(
    matplotlib.__version__ not in SOFTWARE, reason=f"pictures are of another matplotlib: {SOFTWARE}"
)


def circuit() -> Figure:
    spec = TASKS["12ax"].build().spec
    return plot_circuit(build_circuit(spec, family_network(spec)).graph()).figure


def raster() -> Figure:
    task = TASKS["sir2"].build()
    trials = fresh_trials(task, 0, 20)
    steps = np.arange(20)[:, None]
    wave = 0.5 + 0.5 * np.sin(steps / (2 + np.arange(2)))
    shown = Raster(
        title="two stripes",
        spec=task.spec,
        trials=trials,
        response=np.where(steps[:, 0] == 7, (trials.target + 1) % 5, trials.target),
        correct=steps[:, 0] != 7,
        slots=("stripe 1", "stripe 2"),
        input_gate=wave,
        forget_gate=1 - wave,
        output_gate=wave[::-1],
        memory=np.stack([wave, wave**2], axis=2),
        signals={"dopamine": np.cos(steps[:, 0])},
        slot_signals={"thalamus": wave, "gpi": 1 - wave},
    )
    return plot_raster(shown)


DRAWN = {"circuit": circuit, "raster": raster}


def save(name: str, path: Path) -> None:
    with print_style():
        DRAWN[name]().savefig(path, dpi=80)


@needs_version
@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_looks_as_it_did(name, tmp_path):
    path = tmp_path / f"{name}.png"
    save(name, path)
    assert compare_images(str(GOLDEN / f"{name}.png"), str(path), tol=TOLERANCE) is None


@needs_version
def test_a_box_that_is_not_drawn_is_seen(tmp_path):
    with print_style():
        figure = circuit()
        figure.axes[0].patches[0].set_visible(False)
        figure.savefig(tmp_path / "circuit.png", dpi=80)
    assert compare_images(str(GOLDEN / "circuit.png"), str(tmp_path / "circuit.png"), tol=TOLERANCE) is not None


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for known in DRAWN:
        save(known, GOLDEN / f"{known}.png")
