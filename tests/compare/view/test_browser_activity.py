"""The page in Chromium: activity, gates, and responses are those of the session, for every model."""

import numpy as np
import pytest

from pbwm.compare.figures.names import task_name
from pbwm.compare.view.loading import untrained_cast
from pbwm.compare.view.session import Session
from tests.compare.view.conftest import Server
from tests.compare.view.page import Page, expected, first_unit, number


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
    """The color of a value: between that of the background and that of the layer."""
    layer = page.run(
        """(view, m, u) => { const model = view.visit.schema.models.find((own) => own.name === m);
        const { empty, panel } = view.palette(); const layer = view.visit.layerOf(model, u);
        const { diverging } = view.visit.schema.colors;
        return { ...layer, empty, panel, diverging, color: view.palette().clear(layer.color) }; }""",
        model, unit,
    )  # fmt: skip

    def parts(color):
        return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], float)

    if np.isnan(value):
        return parts(layer["panel"]).astype(int).tolist()
    to = layer["color"] if layer["low"] >= 0 else layer["diverging"][int(value >= 0)]
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
