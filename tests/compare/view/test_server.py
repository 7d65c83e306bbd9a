"""The server accepts only those who have its address; invalid messages close only their own connection."""

import json
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from pbwm.compare.view.protocol import LONGEST


@contextmanager
def page(served, origin=None, token=None, host="127.0.0.1"):
    port = served.served.port
    origin = f"http://127.0.0.1:{port}" if origin is None else origin
    address = f"ws://{host}:{port}/socket?token={served.served.token if token is None else token}"
    with connect(address, origin=origin, max_size=None, open_timeout=10) as socket:
        yield socket


def told(socket, kind):
    for _ in range(50):
        message = socket.recv(timeout=10)
        if isinstance(message, bytes):
            length = int.from_bytes(message[:4], "little")
            message = message[4 : 4 + length]
        found = json.loads(message)
        if found["type"] == kind:
            return found
    raise AssertionError(f"no message of type {kind}")


def say(socket, **request):
    socket.send(json.dumps(request))


def status(address, host=None):
    try:
        asked = urllib.request.Request(address, headers={"Host": host} if host else {})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_the_page_is_there_for_its_address_alone(served):
    address, token = served.address, served.served.token
    assert status(address) == 200
    for name in ("style.css", "view.js", "start.js"):
        assert status(address.replace("/?", f"/{name}?")) == 200
        assert status(address.replace("/?", f"/{name}?").replace(token, "guess")) == 404
    assert status(address.replace(token, "")) == 404
    assert status(address, host="evil.example") == 404
    assert len(token) >= 32


def test_it_listens_on_this_machine_alone(served):
    assert served.served._socket.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize("change", [{"origin": "http://evil.example"}, {"origin": "null"}, {"token": "guess"}])
def test_a_foreign_page_is_rejected(served, change):
    def ask():
        with page(served, **change) as socket:
            say(socket, do="hello")
            return socket.recv(timeout=10)

    with pytest.raises((InvalidStatus, ConnectionClosed)):
        ask()


@pytest.mark.parametrize("rubbish", ["{", "null", '{"do": "exec"}', "x" * (LONGEST + 1), "é" * 100])
def test_rubbish_is_answered_and_the_page_goes_on(served, rubbish):
    with page(served) as socket, page(served) as other:
        say(other, do="hello")
        told(other, "schema")
        socket.send(rubbish)
        assert told(socket, "error")["text"]
        say(socket, do="step")
        assert told(socket, "at")["step"] == told(other, "at")["step"] == 0


def test_bytes_close_their_own_page_alone(served):
    with page(served) as socket, page(served) as other:
        socket.send(b"\x00\x01")
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=10)
        say(other, do="step")
        assert told(other, "at")["step"] == 0


def test_two_pages_see_the_same(served):
    with page(served) as one, page(served) as other:
        for socket in (one, other):
            say(socket, do="hello")
            told(socket, "state")
        say(one, do="step")
        say(one, do="step")
        told(other, "at")
        told(other, "at")
        say(other, do="move", cycles=-10)
        found = [told(one, "at") for _ in range(3)]
        assert [(at["step"], at["cycle"]) for at in found] == [(0, 99), (1, 99), (1, 89)]
        assert told(other, "at")["cycle"] == 89


def test_a_page_that_comes_later_is_told_all(served):
    with page(served) as one:
        say(one, do="step")
        told(one, "at")
    with page(served) as other:
        say(other, do="hello")
        schema, steps, state = told(other, "schema"), told(other, "steps"), told(other, "state")
        assert [model["name"] for model in schema["models"]] == ["pbwm", "lstm"]
        assert (len(steps["steps"]), state["step"]) == (1, 0)
        assert told(other, "weights")["arrays"]
