"""Sessions of small populations, a server for them, and a browser where there is one."""

import shutil
import socket
import threading
import time

import pytest

from pbwm.compare.view.loading import untrained_cast
from pbwm.compare.view.server import Served
from pbwm.compare.view.session import Session
from tests.compare.view.page import Page

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)

PAIRS = [("sir2", ("pbwm", "lstm-1997")), ("12ax", ("pbwm", "lstm-2000"))]
"""Models with few cells, so that a unit is wider than a pixel."""


@pytest.fixture
def session():
    return Session(untrained_cast("sir2", ["pbwm", "lstm"], networks=2, seed=5000))


class Server:
    """A session served from a thread, which can be stopped and restarted at the same address."""

    def __init__(self, session):
        self.session, self.served = session, None
        session.warm_up()
        self.start()

    def start(self):
        port, token = (self.served.port, self.served.token) if self.served else (0, None)
        self.served = Served(self.session, port, token)
        self.thread = threading.Thread(target=self.served.run, daemon=True)
        self.thread.start()
        self.wait(True)

    def wait(self, listening):
        for _ in range(200):
            with socket.socket() as probe:
                if (probe.connect_ex(("127.0.0.1", self.served.port)) == 0) == listening:
                    return
            time.sleep(0.02)
        raise TimeoutError(f"the server is not {'up' if listening else 'down'}")

    def stop(self):
        self.served.stop()
        self.thread.join(10)

    @property
    def address(self):
        return self.served.address


@pytest.fixture
def served(session):
    server = Server(session)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        made = p.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--force-device-scale-factor=1"]
        )
        yield made
        made.close()


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
