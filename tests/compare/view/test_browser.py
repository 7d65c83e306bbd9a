"""The page in Chromium: every control is used, and what is shown is held against the arrays of the session."""

import time
from pathlib import Path

import numpy as np
import pytest

from pbwm.compare.figures.names import model_name, task_name
from pbwm.compare.view.loading import untrained_cast
from pbwm.compare.view.session import Session
from tests.compare.view.conftest import Server
from tests.compare.view.page import Page, expected, first_unit, number

PAIRS = [("sir2", ("pbwm", "lstm-1997")), ("12ax", ("pbwm", "lstm-2000"))]
"""Models with few cells: their units are wider than a pixel, so that colors can be compared."""


@pytest.fixture(params=PAIRS, ids=[task for task, _ in PAIRS])
def shown(request, browser):
    """A session of two models, its server, and a page."""
    task, models = request.param
    session = Session(untrained_cast(task, models, networks=2, seed=5000))
    server = Server(session)
    page = Page(browser, server.address)
    yield session, page
    foreign = [
        url
        for url in page.requests
        if not url.startswith((f"http://127.0.0.1:{server.served.port}/", "data:", "blob:"))
    ]
    complaints = list(page.complaints)
    page.close()
    server.stop()
    assert foreign == []
    assert complaints == []


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


def test_units_show_the_activity_of_the_record(shown):
    session, page = shown
    page.steps(3)
    for model, stage in session.stages.items():
        for layer in ("output", *([la.name for la in stage.anatomy.layers if la.watched][:1])):
            unit = first_unit(session, model, layer)
            for cycle in (30, 80):
                page.run("(view, step, cycle) => view.visit.send({ do: 'look', step, cycle })", 1, cycle)
                page.at(1, cycle)
                x, y = page.run("(view, m, u) => view.circuits.find((c) => c.model.name === m).middle(u)", model, unit)
                place = list(session.stages).index(model)
                page.page.locator("figure canvas").nth(place).click(position={"x": x, "y": y})
                page.wait(f"({{ visit }}) => visit.selected?.unit === {unit} && visit.selected.model === '{model}'")
                page.settle()
                value = expected(session, model, unit, 1, cycle)
                text = page.page.text_content(".unit-value")
                assert (
                    (text == "not yet computed") if np.isnan(value) else number(text) == pytest.approx(value, abs=6e-5)
                )
                assert pixel(page, place, x, y) == shade(page, model, unit, value)


def pixel(page, place, x, y):
    """The color of the circuit in a unit, clear of its label: next to its middle, or in it if the unit is small."""
    return page.run(
        """(view, i, x, y) => { const copy = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
        const pools = view.circuits[i].places.boxes.flatMap((box) => box.pools);
        const own = pools.find((p) => x >= p.x && x <= p.x + p.w && y >= p.y && y <= p.y + p.h);
        const off = own.cell >= 13 ? 4 : 0;
        copy.drawImage(view.circuits[i].canvas, x - off, y - off, 1, 1, 0, 0, 1, 1);
        return Array.from(copy.getImageData(0, 0, 1, 1).data).slice(0, 3); }""", place, round(x), round(y)
    )  # fmt: skip


def shade(page, model, unit, value):
    """The color that a value should have: between that of the background and that of the layer."""
    layer = page.run(
        """(view, m, u) => { const model = view.visit.schema.models.find((own) => own.name === m);
        const { empty, panel } = view.palette(); const layer = view.visit.layerOf(model, u);
        const { diverging } = view.visit.schema.colours;
        return { ...layer, empty, panel, diverging, colour: view.palette().clear(layer.colour) }; }""",
        model, unit,
    )  # fmt: skip

    def parts(colour):
        return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], float)

    if np.isnan(value):
        return parts(layer["panel"]).astype(int).tolist()
    to = layer["colour"] if layer["low"] >= 0 else layer["diverging"][int(value >= 0)]
    most = -layer["low"] if value < 0 else layer["high"]
    share = round(min(1, abs(float(np.float32(value))) / most) * 63) / 63
    return np.floor(parts(layer["empty"]) + (parts(to) - parts(layer["empty"])) * share + 0.5).astype(int).tolist()


def test_gates_and_memory_are_those_of_the_record(shown):
    session, page = shown
    page.steps(3)
    page.page.click(".values summary")
    page.settle()
    for model in session.stages:
        record = session.history.observed(2)[model].outcome.record
        rows = page.page.locator(f".values-{model} tr").all()[1:]
        assert len(rows) == len(record.slots)
        for slot, row in enumerate(rows):
            cells = [cell.text_content() for cell in row.locator("td").all()]
            for gate, text in zip(("input_gate", "forget_gate", "output_gate"), cells, strict=False):
                assert float(text) == pytest.approx(getattr(record, gate)[0, 0, slot], abs=6e-5)
            memory = [float(text) for text in cells[3].split()]
            np.testing.assert_allclose(memory, record.memory[0, 0, slot], atol=6e-5)


def test_the_response_and_whether_it_is_right_are_shown(shown):
    session, page = shown
    page.steps(4)
    responses = session.task.spec.responses
    assert page.page.text_content("h1") == f"pbwm: {task_name(session.task.spec.name)}"
    captions = [own.text_content() for own in page.page.locator(".caption").all()]
    for caption, (model, seen) in zip(captions, session.history.observed(3).items(), strict=True):
        right = "correct" if seen.outcome.correct[0, 0] else "wrong"
        assert f"response {responses[seen.outcome.response[0, 0]]}, {right}" in caption, model


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


@pytest.mark.parametrize(
    ("task", "models"),
    [
        ("12ax", ("pbwm-2006", "pbwm-reference")),
        ("sir2", ("gru", "lstm-1997")),
        ("12ax", ("srn", "rbp")),
        ("adding", ("lstm",)),
        ("embedded-reber", ("lstm-2000",)),
    ],
)
def test_every_model_is_shown_by_what_it_declares(browser, task, models):
    session = Session(untrained_cast(task, models, networks=1, seed=5000))
    server = Server(session)
    page = Page(browser, server.address)
    try:
        page.steps(2)
        page.page.click(".quarter")
        page.at(2, 24)
        for model in models:
            anatomy = session.stages[model].anatomy
            told = page.run(
                "({ visit }, m) => Array.from(visit.frame(visit.schema.models.find((o) => o.name === m)))", model
            )
            activity = session.history.observed(2)[model].activity[0]
            wanted = activity[24 * len(activity) // 100].astype(np.float32)
            np.testing.assert_array_equal(np.array([np.nan if v is None else v for v in told], np.float32), wanted)
            for layer in anatomy.layers:
                unit = first_unit(session, model, layer.name)
                page.run("(view, m, u) => view.visit.select(m, u)", model, unit)
                page.settle()
                assert layer.title in page.page.text_content(".unit h3")
                place = page.run("(view, m, u) => view.circuits.find((c) => c.model.name === m).middle(u)", model, unit)
                assert place is not None
        assert page.complaints == []
    finally:
        page.close()
        server.stop()
