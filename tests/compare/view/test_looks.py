"""How the page looks: circuits, time course and panels against golden pictures, in light and dark.

Pictures are compared at a quarter of their size, so that the smoothing of letters makes no difference. To make them
again after a change, and look at them: `PBWM_GOLDEN=write python -m pytest tests/compare/view/test_looks.py`.
"""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pbwm.compare.view.loading import untrained_cast
from pbwm.compare.view.session import Session
from tests.compare.view.conftest import Server
from tests.compare.view.page import Page, first_unit

GOLDEN = Path(__file__).parents[2] / "golden" / "view"
CIRCUITS = """(view) => view.circuits.map(({ places }) => ({
    width: places.width,
    furthest: Math.max(...places.connections.flatMap(({ ways }) => ways.filter(Boolean).flat()).map(([x]) => x)),
    within: places.connections.filter(({ inside }) => inside).flatMap(
        ({ to, ways }) => ways.map((way, i) => {
            const slot = places.slots[to.layer.firstSlot + i];
            return [way ? way[1][0] : slot.x, slot.x + slot.w];
        })),
}))"""
"""Right end of the connections in each circuit, and of those within a slot, next to the end of their slot."""
REDUCED = 4
MEAN, LARGE, MANY = 2.0, 40, 0.01
"""The allowed mean difference, of 255, and the proportion of places that may differ by more than `LARGE`."""


@pytest.fixture(scope="module")
def visit():
    """Some steps of PBWM and LSTM on SIR-2, with a lesion and a held gate."""
    session = Session(untrained_cast("sir2", ["pbwm", "lstm"], networks=2, seed=5000))
    server = Server(session)
    for _ in range(12):
        session.step()
    lesion = {"layer": "gpi", "stripe": 2}
    session.handle({"do": "apply", "model": "pbwm", "kind": "Lesion", "fields": lesion, "replace": None})
    held = {"stripe": 0, "open": True, "gate": "input"}
    session.handle({"do": "apply", "model": "pbwm", "kind": "ClampGate", "fields": held, "replace": None})
    session.step()
    session.on_look(12, 40)
    yield session, server
    server.stop()


@pytest.fixture(params=["light", "dark"])
def page(request, visit, browser):
    """The page, in light or dark, with a unit selected."""
    session, server = visit
    page = Page(browser, server.address, color_scheme=request.param)
    page.at(12, 40)
    page.run("(view, unit) => view.visit.select('pbwm', unit)", first_unit(session, "pbwm", "thalamus"))
    page.settle()
    page.name = request.param
    yield page
    page.close()


def reduced(image):
    """A picture as numbers, a quarter as large."""
    width, height = image.size
    small = image.convert("RGB").resize((width // REDUCED, height // REDUCED), Image.Resampling.BOX)
    return np.asarray(small, float)


def write_golden(name, data):
    GOLDEN.mkdir(exist_ok=True)
    few = Image.open(io.BytesIO(data)).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    few.save(GOLDEN / f"{name}.png", optimize=True)


def hold_against_golden(name, data):
    with Image.open(io.BytesIO(data)) as seen, Image.open(GOLDEN / f"{name}.png") as golden:
        assert seen.size == golden.size
        difference = np.abs(reduced(seen) - reduced(golden)).max(2)
    assert difference.mean() < MEAN, name
    assert (difference > LARGE).mean() < MANY, name


def test_circuits_and_time_course(page):
    for name, selector in (
        ("pbwm", "figure canvas >> nth=0"),
        ("lstm", "figure canvas >> nth=1"),
        ("time", ".time canvas"),
        ("within", ".panel canvas >> nth=0"),
    ):
        data = page.page.locator(selector).screenshot()
        if os.environ.get("PBWM_GOLDEN") == "write":
            write_golden(f"{name}-{page.name}", data)
        hold_against_golden(f"{name}-{page.name}", data)


def test_a_picture_that_differs_is_found(page):
    page.run("(view) => { view.visit.at.cycle = 0; view.drawCursor(view.palette()); }")
    data = page.page.locator("figure canvas >> nth=0").screenshot()
    with pytest.raises(AssertionError, match=f"pbwm-{page.name}"):
        hold_against_golden(f"pbwm-{page.name}", data)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1024, 768), (768, 1024)])
def test_nothing_runs_over_the_edge(visit, browser, width, height):
    _, server = visit
    page = Page(browser, server.address)
    try:
        page.page.set_viewport_size({"width": width, "height": height})
        for tab in ("Unit", "Experiments", "Training", "Keep"):
            page.tab(tab)
            for summary in page.page.locator(".panel:not([hidden]) summary").all():
                summary.click()
            page.settle()
            assert page.run("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        for places in page.run(CIRCUITS):
            assert places["furthest"] <= places["width"] - 1
            assert all(x < end for x, end in places["within"]), "a connection leaves the column of its slot"
        boxes = page.page.locator("button:visible, select:visible").evaluate_all(
            "all => all.map((one) => [one.scrollWidth - one.clientWidth, one.getBoundingClientRect().height])"
        )
        assert all(over <= 2 and high < 44 for over, high in boxes)
    finally:
        page.close()
