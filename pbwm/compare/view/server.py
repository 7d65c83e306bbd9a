"""The page served from this machine: one session, any number of pages, a websocket each.

The server listens on 127.0.0.1 only, at an address with a random token. Requests without the token, or from another
host or origin, are rejected.
"""

import json
import logging
import secrets
import socket
from asyncio import Queue, create_task, get_running_loop
from contextlib import suppress
from typing import Any

from pbwm.compare.errors import ViewError
from pbwm.compare.view.assets import POLICY, page, script, style
from pbwm.compare.view.messages import Message
from pbwm.compare.view.protocol import LONGEST
from pbwm.compare.view.session import Session

__all__ = ["Served", "application", "serve"]

HOST, LARGEST_PORT = "127.0.0.1", 65535
WAITING = 2000
"""Most messages that wait for a page; with more, it is disconnected, and starts again."""

log = logging.getLogger(__name__)


def missing(error: ImportError) -> ViewError:
    """The error if the extra is not installed."""
    return ViewError(f"the view needs {error.name}; install it with: pip install 'pbwm[view]'")


def application(session: Session, token: str, port: int) -> Any:
    """The web application of a session, at an address with a token.

    Raises
    ------
    ViewError
        If the extra is not installed.
    """
    try:
        from starlette.applications import Starlette
        from starlette.concurrency import run_in_threadpool
        from starlette.requests import Request
        from starlette.responses import HTMLResponse, PlainTextResponse, Response
        from starlette.routing import Route, WebSocketRoute
        from starlette.websockets import WebSocket, WebSocketDisconnect
    except ImportError as error:
        raise missing(error) from None
    hosts = {f"{name}:{port}" for name in (HOST, "localhost")}
    origins = {f"http://{host}" for host in hosts}

    def allowed(asked: Any) -> bool:
        given = asked.query_params.get("token", "")
        return asked.headers.get("host") in hosts and secrets.compare_digest(given.encode(), token.encode())

    def guarded(content: str, kind: str) -> Any:
        async def answer(asked: Request) -> Response:
            if not allowed(asked):
                return PlainTextResponse("Not found: use the address that the command has printed.", 404)
            return Response(content, media_type=kind, headers={"Cache-Control": "no-store"})

        return answer

    async def connect(ws: WebSocket) -> None:
        if not allowed(ws) or ws.headers.get("origin") not in origins:
            await ws.close(4403)
            return
        await ws.accept()
        loop, queue = get_running_loop(), Queue[Message](WAITING)
        lost = []

        def put(message: Message) -> None:
            if queue.full():
                lost.append(True)
            else:
                queue.put_nowait(message)

        def listener(message: Message) -> None:
            loop.call_soon_threadsafe(put, message)

        end = session.listen(listener)
        sender = create_task(send(ws, queue))
        try:
            while not lost:
                text = await ws.receive_text()
                said = text if len(text) <= LONGEST else "too long"
                for message in await run_in_threadpool(session.handle, said):
                    put(message)
            await ws.close(1013)
        except (WebSocketDisconnect, KeyError, RuntimeError):  # gone, or it sent bytes
            pass
        finally:
            end()
            sender.cancel()
            with suppress(RuntimeError):
                await ws.close()

    async def send(ws: WebSocket, queue: "Queue[Message]") -> None:
        while True:
            message = await queue.get()
            if isinstance(message, bytes):
                await ws.send_bytes(message)
            else:
                await ws.send_text(json.dumps(message, separators=(",", ":")))

    policy = POLICY.format(script="'self'", connect=" ".join(f"ws://{host}" for host in sorted(hosts)))
    head = f'<link rel="stylesheet" href="style.css?token={token}">'
    body = f'<script type="module" src="start.js?token={token}"></script>'
    begin = f'import {{ startFromServer }} from "./view.js?token={token}";\nstartFromServer();\n'
    routes = [
        Route("/", guarded(page(f"pbwm: {session.task.spec.name}", policy, head, body), HTMLResponse.media_type or "")),
        Route("/style.css", guarded(style(), "text/css")),
        Route("/start.js", guarded(begin, "text/javascript")),
        Route("/view.js", guarded(script(), "text/javascript")),
        WebSocketRoute("/socket", connect),
    ]
    return Starlette(routes=routes)


class Served:
    """A server that is bound to a port of this machine, and its address.

    Parameters
    ----------
    port
        The port; 0: any free port.
    token
        The token in the address; by default random.

    Raises
    ------
    ViewError
        If the extra is not installed, or the port is taken.
    """

    def __init__(self, session: Session, port: int = 0, token: str | None = None) -> None:
        try:
            import uvicorn
        except ImportError as error:
            raise missing(error) from None
        if not 0 <= port <= LARGEST_PORT:
            raise ViewError(f"port = {port} must be from 0 to {LARGEST_PORT}; give another, or 0 for any")
        self.token = token or secrets.token_urlsafe(24)
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((HOST, port))
        except OSError as error:
            self._socket.close()
            raise ViewError(f"port = {port} is not available ({error.strerror}); give another, or 0 for any") from None
        self.port = int(self._socket.getsockname()[1])
        self.address = f"http://{HOST}:{self.port}/?token={self.token}"
        app = application(session, self.token, self.port)
        config = uvicorn.Config(
            app, log_level="warning", ws="websockets-sansio", ws_max_size=LONGEST * 2, lifespan="off"
        )
        self._server = uvicorn.Server(config)

    def run(self) -> None:
        """Serve until the server is stopped, or the user interrupts."""
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Stop the server, from any thread."""
        self._server.should_exit = True
        self._server.force_exit = True


def serve(session: Session, port: int = 0) -> Served:
    """A server for a session, with compiled kernels; `Served.run` runs it."""
    served = Served(session, port)
    session.warm_up()
    return served
