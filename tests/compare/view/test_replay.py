"""A replay is one file: it opens without a server, requests nothing, and shows the recording."""

import base64
import re
import zlib

import numpy as np
import pytest

from pbwm.compare.errors import ViewError
from pbwm.compare.view.loading import untrained_cast
from pbwm.compare.view.replay import LEVELS, bounds, quantized
from pbwm.compare.view.session import Session
from tests.compare.view.page import Page, expected, first_unit, number

STEPS = 100


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A hundred steps of SIR-2, and the file of them."""
    session = Session(untrained_cast("sir2", ["pbwm", "lstm"], networks=2, seed=5000))
    for _ in range(STEPS):
        session.step()
    path = tmp_path_factory.mktemp("replay") / "lesson.html"
    path.write_text(session.replay(), encoding="utf-8")
    return session, path


def test_it_is_small_and_holds_no_address(recorded):
    _, path = recorded
    text = path.read_text(encoding="utf-8")
    assert len(text) < 10e6
    addresses = set(re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", text))
    assert addresses <= {"http://www.w3.org"}  # the name space of SVG, which nobody asks for
    assert len(re.findall(r"\b(?:src|href)=\"(?!data:)", text)) == 0


def test_activity_is_kept_to_a_part_in_254(recorded):
    session, _ = recorded
    for name, observation in session.history.observed(3).items():
        anatomy = session.stages[name].anatomy
        limits = bounds(anatomy, [observation.activity[0]])
        kept = quantized(anatomy, observation.activity[0], limits)
        at = 0
        for layer, (low, high) in zip(anatomy.layers, limits, strict=True):
            assert low <= layer.low < layer.high <= high
            own = observation.activity[0][:, at : at + layer.units]
            level = kept[:, at : at + layer.units]
            np.testing.assert_array_equal(level == LEVELS + 1, np.isnan(own))
            back = low + level * (high - low) / LEVELS
            there = ~np.isnan(own)
            assert np.abs(back - own)[there].max() <= 0.51 * (high - low) / LEVELS
            at += layer.units


def test_it_opens_from_the_file_system_and_shows_the_record(recorded, browser):
    session, path = recorded
    page = Page(browser, path.as_uri())
    try:
        page.at(0, 0)
        assert not page.page.locator('[role="tab"]:has-text("Training")').is_visible()
        assert page.page.locator(".back, .restart, .learn").count() == 0
        page.press(".quarter")
        page.at(0, 25)
        page.steps_to_end()
        page.page.keyboard.press(" ")
        page.at(1, 99)
        page.run("(view, unit) => view.visit.select('pbwm', unit)", first_unit(session, "pbwm", "gpi"))
        page.run("(view) => view.visit.send({ do: 'look', step: 57, cycle: 42 })")
        page.at(57, 42)
        value = expected(session, "pbwm", first_unit(session, "pbwm", "gpi"), 57, 42)
        assert number(page.page.text_content(".unit-value")) == pytest.approx(value, abs=0.51 / LEVELS)
        caption = page.page.locator(".caption").first.text_content()
        seen = session.history.observed(57)["pbwm"].outcome
        assert f"response {session.task.spec.responses[seen.response[0, 0]]}, " in caption
        page.run("(view) => view.visit.send({ do: 'look', step: 98, cycle: 0 })")
        page.page.select_option(".speed", "3000")
        page.page.click(".run")
        page.at(STEPS - 1, 99)
        assert page.complaints == []
        assert [url for url in page.requests if not url.startswith(("file:", "data:", "blob:"))] == []
    finally:
        page.close()


def test_the_recording_is_compressed_messages(recorded):
    _, path = recorded
    text = re.search(r'id="recording">([^<]+)<', path.read_text(encoding="utf-8")).group(1)
    data = zlib.decompress(base64.b64decode(text))
    kinds, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "little")
        body = data[at + 8 : at + 8 + length]
        kinds.append(re.search(rb'"type":"(\w+)"', body).group(1).decode())
        at += 8 + length
    assert kinds.count("frames") == STEPS
    assert {"schema", "state", "steps", "curves", "weights"} <= set(kinds)


def test_a_visit_without_steps_makes_none(session):
    with pytest.raises(ViewError, match="run a step first"):
        session.replay()
