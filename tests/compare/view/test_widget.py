"""The widget shows a session in a notebook: messages go through its comm, and Python drives it."""

import pytest

from pbwm.compare.errors import ViewError
from pbwm.compare.view import View, untrained_cast
from pbwm.compare.view.assets import script
from pbwm.compare.view.session import Session


@pytest.fixture
def view():
    return View(untrained_cast("sir2", ["lstm"], networks=2, seed=5000))


def sent(view, monkeypatch):
    """All that the widget sends from now on."""
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
    assert View(cast.populations, cast.task, network=1).network == 1
    session = Session(cast)
    assert View(session).session is session
    with pytest.raises(ViewError, match="are none"):
        View({})
