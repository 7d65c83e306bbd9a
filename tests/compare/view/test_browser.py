"""The page in Chromium: the session does what every control requests."""

import time
from pathlib import Path

import numpy as np
import pytest

from pbwm.compare.figures.names import model_name
from tests.compare.view.conftest import Server
from tests.compare.view.page import Page, expected, first_unit, number


def test_run_control(shown):
    session, page = shown
    page.press(".cycle")
    page.at(0, 0)
    page.press(".quarter")
    page.at(0, 25)
    page.press(".back-cycle")
    page.at(0, 24)
    page.press(".step")
    page.at(0, 99)
    page.press(".step")
    page.at(1, 99)
    assert page.page.text_content(".position") == "step 1, cycle 99 (2 steps)"
    page.press(".sequence")
    page.wait("({ visit }) => visit.at.step > 1")
    with session._lock:  # it is held until the sequence has ended
        ended = session.cursor[0]
    page.at(ended, 99)
    assert session._starts(ended + 1)
    page.page.select_option(".speed", "3000")
    page.press(".run")
    page.wait(f"({{ visit }}) => visit.at.step > {ended + 2}")
    page.press(".run")
    time.sleep(1)  # what the page had asked for before it stopped is done
    stopped = session.cursor
    time.sleep(0.3)
    assert session.cursor == stopped
    page.run("(view, step) => view.visit.send({ do: 'look', step, cycle: 99 })", 1)
    page.at(1, 99)
    page.press(".back")
    page.wait("({ visit }) => visit.state.length === 2 && visit.steps.length === 2")
    page.page.check(".learn")
    page.wait("({ visit }) => visit.state.learning")
    page.page.select_option(".network", "1")
    page.wait("({ visit }) => visit.state.network === 1 && visit.steps.length === 0")
    page.page.fill(".seed", "5007")
    page.page.click(".restart")
    page.wait("({ visit }) => visit.state.seed === 5007")
    assert (session.cast.seed, session.network, len(session.history)) == (5007, 1, 0)


def test_run_control_by_keys(shown):
    session, page = shown
    keys = page.page.keyboard
    for key, place in (
        ("ArrowRight", (0, 0)), ("Shift+ArrowRight", (0, 25)), ("ArrowLeft", (0, 24)), (" ", (0, 99)), (" ", (1, 99)),
    ):  # fmt: skip
        keys.press(key)
        page.at(*place)
    keys.press("b")
    keys.press("r")
    page.wait("({ visit }) => visit.at.step > 1")
    keys.press("r")
    assert session.cursor[0] > 1


def test_experiments(shown):
    session, page = shown
    page.steps(1)
    page.run("(view, unit) => view.visit.select('pbwm', unit)", first_unit(session, "pbwm", "gpi"))
    page.page.click(".lesion-layer")
    page.wait("({ visit }) => visit.state.manipulations.length === 1")
    page.press(".step")
    page.at(1, 99)
    gpi = first_unit(session, "pbwm", "gpi")
    assert number(page.page.text_content(".unit-value")) == 0
    assert expected(session, "pbwm", gpi, 1, 99) == 0
    page.page.click(".lesion-stripe")
    page.wait("({ visit }) => visit.state.manipulations.length === 2")
    page.tab("Experiments")
    page.page.click(".revert >> nth=0")
    page.wait("({ visit }) => visit.state.manipulations.length === 1")
    assert [own["fields"]["stripe"] for own in session.state()["manipulations"]] == [0]
    assert page.page.text_content(".in-force li > span").startswith(f"{model_name('pbwm')}: Lesion(")
    page.page.click(".revert-all")
    page.wait("({ visit }) => visit.state.manipulations.length === 0")
    for kind in ("Lesion", "ClampGate", "DopamineGain", "Noise"):
        page.page.click(f".{kind} summary")
        page.page.click(f".{kind} .apply")
        page.wait(f"({{ visit }}) => visit.state.manipulations.some((own) => own.kind === '{kind}')")
    slide(page, '.DopamineGain [name="burst"]', 2)
    page.wait("({ visit }) => visit.state.manipulations.find((own) => own.kind === 'DopamineGain').fields.burst === 2")
    assert len(session.state()["manipulations"]) == 4
    page.page.select_option(".input-form select >> nth=0", index=2)  # after “–” and the first symbol
    page.page.click(".show-next")
    page.wait("({ visit }) => visit.state.chosen !== null")
    page.page.click(".as-task")
    page.wait("({ visit }) => visit.state.chosen === null")
    page.page.click(".show-next")
    page.wait("({ visit }) => visit.state.chosen !== null")
    page.steps(1)
    assert session.summaries[2]["by_hand"]
    assert session.summaries[2]["symbols"][0] == 1


def slide(page, selector, value):
    page.page.locator(selector).evaluate(
        """(slider, value) => { slider.value = value; slider.dispatchEvent(new Event("input"));
        slider.dispatchEvent(new Event("change")); }""", value
    )  # fmt: skip


def test_training_draws_the_curve_and_puts_the_trained_network_on_stage(shown):
    session, page = shown
    page.press(".step")
    page.tab("Training")
    page.page.fill(".epochs", "2")
    page.page.click(".train")
    page.wait("({ visit }) => !visit.state.training && visit.state.trained === 2")
    for model in session.stages:
        error = page.run("(view, model) => view.visit.curves.get(model).error", model)
        np.testing.assert_allclose(error, session.training.curves[model].error)
    rows = [row.text_content() for row in page.page.locator(".reached tr").all()]
    for row, model in zip(rows, session.stages, strict=True):
        assert row.startswith(f"{model_name(model)}2 epochs")
    page.page.fill(".epochs", "100000")
    page.page.click(".train")
    page.wait("({ visit }) => visit.state.training")
    page.page.click(".stop-training")
    page.wait("({ visit }) => !visit.state.training")
    assert not session.training.running


def test_what_is_kept(shown, tmp_path):
    session, page = shown
    page.steps(2)
    page.tab("Keep")
    found = {}
    for control in ("png", "svg", "csv-steps", "csv-cycles", "replay"):
        with page.page.expect_download() as download:
            page.page.click(f".{control}")
        found[control] = tmp_path / download.value.suggested_filename
        download.value.save_as(found[control])
    assert found["png"].read_bytes().startswith(b"\x89PNG")
    assert found["svg"].read_text().startswith("<svg")
    assert "PFC deep" in found["svg"].read_text()
    header, *lines = found["csv-steps"].read_text().splitlines()
    assert len(lines) == 2 * len(session.stages)
    first = dict(zip(header.split(","), lines[0].split(","), strict=True))
    record = session.history.observed(0)["pbwm"].outcome.record
    assert float(first["input_gate stripe 1"]) == pytest.approx(record.input_gate[0, 0, 0], abs=1e-6)
    frames = sum(o.activity[0].size for o in session.history.observed(1).values())
    assert len(found["csv-cycles"].read_text().splitlines()) == frames + 1
    assert "startFromRecording" in found["replay"].read_text()


def test_the_script_is_saved(shown, tmp_path):
    session, page = shown
    page.press(".step")
    page.tab("Experiments")
    with page.page.expect_download() as download:
        page.page.click(".script")
    assert Path(download.value.path()).read_text() == session.script()


def test_the_timeline_and_the_inside_of_a_step_move_the_cursor(shown):
    session, page = shown
    page.steps(4)
    page.page.locator(".time canvas").click(position={"x": 118 + 26 * 1 + 13, "y": 30})
    page.at(1, 99)
    page.page.locator(".panel canvas >> nth=0").click(position={"x": 100, "y": 50})
    page.wait("({ visit }) => visit.at.step === 1 && visit.at.cycle < 99")
    step, cycle = session.cursor
    assert (step, cycle) == (1, page.run("({ visit }) => visit.at.cycle"))
    page.press(".zoom-in")
    page.press(".zoom-out")
    page.press(".theme")
    assert page.run("view => view.root.dataset.theme") in ("dark", "light")


def test_the_timeline_follows_the_cursor_and_can_be_scrolled_away_from_it(shown):
    _, page = shown
    page.page.set_viewport_size({"width": 390, "height": 800})
    page.steps(12)
    shows = "({ timeline }) => [timeline.first, timeline.first + timeline.room]"
    first, last = page.run(shows)
    assert 0 < first < last == 12
    page.run("({ timeline }) => timeline.scroll(0)")
    page.settle()
    assert page.run(shows) == [0, last - first]
    page.steps(1)
    assert page.run(shows) == [first + 1, 13]
    page.page.set_viewport_size({"width": 1280, "height": 800})
    page.settle()
    page.settle()
    assert page.run(shows)[0] == 0


def test_the_time_axis_names_what_each_stripe_holds(shown):
    session, page = shown
    page.steps(3)
    symbols = session.task.spec.channels[0].symbols
    memory = np.array([summary["models"]["pbwm"]["memory"] for summary in session.summaries], float)
    seen = page.run("""({ timeline, visit }) => {
        const texts = [];
        const pen = { rect() {}, line() {}, text: (x, y, text) => texts.push([text, x, y]) };
        timeline.paintSteps(pen, document.body.pbwmView.palette());
        return texts;
    }""")
    rows = {text: y for text, x, y in seen if text.startswith("stripe ")}
    assert list(rows) == [f"stripe {i + 1}" for i in range(memory.shape[1])]
    written = {(round((x - 118 - 13) / 26), y): text for text, x, y in seen if x > 118}
    for slot, y in enumerate(rows.values()):
        for step in range(3):
            held, before = memory[step, slot] > 0.5, memory[step - 1, slot] > 0.5
            changed = held.any() and (step == 0 or (held != before).any())
            assert written.get((step, y), "") == (symbols[held.argmax()] if changed else "")
    page.press(".zoom-out")
    page.press(".zoom-out")
    assert page.run("({ timeline }) => timeline.bands().every((band) => !band.rows)")


def test_arrow_keys_move_the_selection_on_a_circuit(shown):
    session, page = shown
    page.press(".step")
    page.page.locator("figure canvas").nth(0).focus()
    page.page.keyboard.press("ArrowRight")
    page.wait("({ visit }) => visit.selected?.unit === 0")
    page.page.keyboard.press("ArrowDown")
    second = session.stages["pbwm"].anatomy.layers[0].units
    page.wait(f"({{ visit }}) => visit.selected.unit === {second}")
    assert session.cursor == (0, 99)


def test_arrow_keys_go_from_tab_to_tab(shown):
    session, page = shown
    page.tab("Unit")
    for key, name in (("ArrowRight", "Experiments"), ("ArrowLeft", "Unit"), ("ArrowLeft", "Keep")):
        page.page.keyboard.press(key)
        assert page.page.text_content(":focus") == page.page.text_content('[aria-selected="true"]') == name
    assert len(session.history) == 0


def test_two_pages_agree_and_a_lost_server_is_found_again(browser, session):
    server = Server(session)
    one, other = Page(browser, server.address), Page(browser, server.address)
    try:
        one.press(".step")
        other.at(0, 99)
        other.press(".quarter")
        one.at(1, 24)
        server.stop()
        for page in (one, other):
            page.wait("({ visit }) => !visit.connected")
            page.settle()
            assert "cannot be reached" in page.page.text_content(".status")
        server.start()
        for page in (one, other):
            page.wait("({ visit }) => visit.connected && visit.state !== null")
        one.press(".step")
        other.at(1, 99)
        assert one.page.text_content(".status") == ""
    finally:
        one.close()
        other.close()
        server.stop()


def test_nothing_moves_unasked(shown):
    session, page = shown
    page.steps(1)
    drawn = page.run("view => view.drawn")
    time.sleep(0.5)
    assert page.run("view => view.drawn") == drawn
    assert session.cursor == (0, 99)
