"""The widget shows a session in a notebook: messages go through its comm, and Python drives it."""

import base64

import numpy as np
import pytest

from pbwm.compare.errors import ViewError
from pbwm.compare.view import View, untrained_cast
from pbwm.compare.view.assets import script
from pbwm.compare.view.session import Session


@pytest.fixture
def view():
    return View(untrained_cast("sir2", ["lstm"], networks=2, seed=5000))


def sent(view, monkeypatch):
    found = []
    monkeypatch.setattr(view, "send", lambda content, buffers=None: found.append((content, buffers)))
    return found


def test_it_carries_the_page(view):
    assert view._esm == script()
    assert "render" in view._esm
    assert ".pbwm-view" in view._css


def test_python_drives_it(view, monkeypatch):
    found = sent(view, monkeypatch)
    view.step(2)
    kinds = [content["type"] for content, _ in found]
    assert kinds == ["binary", "at", "binary", "at"]
    assert all(len(buffers) == 1 for content, buffers in found if content["type"] == "binary")
    view.network = 1
    assert view.network == view.session.network == 1
    view.close()
    count = len(found)
    view.session.step()
    assert len(found) == count


def test_the_page_is_answered(view, monkeypatch):
    found = sent(view, monkeypatch)
    view._handle_custom_msg({"do": "hello"}, [])
    assert [content["type"] for content, _ in found] == ["schema", "steps", "state", "curves", "binary"]
    found.clear()
    view._handle_custom_msg({"do": "rubbish"}, [])
    assert [content["type"] for content, _ in found] == ["error"]


def test_populations_at_hand_and_sessions_are_shown():
    cast = untrained_cast("sir2", ["lstm"], networks=2, seed=5000)
    assert View(cast.populations).session.task == cast.task
    assert View(cast.populations["lstm"]).session.cast.populations == cast.populations
    assert View(cast.populations, cast.task, network=1).network == 1
    session = Session(cast)
    assert View(session).session is session
    with pytest.raises(ViewError, match="are none"):
        View({})


BRIDGE = """async (token) => {
    const { default: widget } = await import(`./view.js?token=${token}`);
    window.asked = [];
    const model = { send: (request) => window.asked.push(request), on: (_, heard) => (window.heard = heard) };
    const el = document.createElement("div");
    document.body.replaceChildren(el);
    widget.render({ model, el });
    window.page = el.pbwmView;
}"""
"""A notebook's side of the widget: a model that keeps the page's requests, and a place to draw in."""

TELL = """([message, buffer]) => {
    const bytes = buffer && Uint8Array.from(atob(buffer), (letter) => letter.charCodeAt(0));
    window.heard(message, bytes ? [new DataView(bytes.buffer)] : []);
}"""


def test_the_page_runs_in_a_notebook(view, monkeypatch, browser, served):
    """The page in Chromium, with the widget behind it and without a websocket."""
    found = sent(view, monkeypatch)
    tab = browser.new_page()
    complaints = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))

    def talk(until):
        for _ in range(200):
            for asked in tab.evaluate("() => window.asked.splice(0)"):
                view._handle_custom_msg(asked, [])
            for message, buffers in found:
                tab.evaluate(TELL, [message, base64.b64encode(buffers[0]).decode() if buffers else None])
            found.clear()
            if tab.evaluate(f"() => ({until})(window.page)"):
                return
            tab.wait_for_timeout(20)
        raise TimeoutError(until)

    try:
        tab.goto(served.address)
        tab.evaluate(BRIDGE, served.served.token)
        talk("(page) => page.begun")
        tab.click(".step")
        talk("({ visit }) => visit.at.step === 0 && visit.frames.has(0)")
        view.step(2)
        talk("({ visit }) => visit.at.step === 2 && visit.frames.has(2)")
        activity = tab.evaluate("({}) => Array.from(page.visit.frame(page.visit.schema.models[0]))", {})
        wanted = view.session.history.observed(2)["lstm"].activity[0, -1].astype(np.float32)
        np.testing.assert_array_equal(np.array(activity, np.float32), wanted)
        view.network = 1
        talk("({ visit }) => visit.state.network === 1 && visit.steps.length === 0")
        assert complaints == []
    finally:
        tab.close()
