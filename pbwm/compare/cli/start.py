"""Start of the command `pbwm`: Ctrl-C ends it with one line, even during imports."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from pbwm.compare.cli.status import INTERRUPTED

__all__ = [
    "Terminated",
    "ending_as_interrupted",
    "leaving_at_once",
    "leaving_at_the_second",
    "main",
    "tolerant_streams",
]


def _leave(_number: int, _frame: FrameType | None) -> None:
    os.write(2, b"Interrupted.\n")
    os._exit(INTERRUPTED)


@contextmanager
def leaving_at_once() -> Iterator[None]:
    """Until a command begins, Ctrl-C ends the process at once."""
    if threading.current_thread() is not threading.main_thread():  # where Python lets nobody set a handler
        yield
        return
    before = signal.signal(signal.SIGINT, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Terminated(KeyboardInterrupt):
    """SIGTERM, which ends a command like Ctrl-C."""


def _end(_number: int, _frame: FrameType | None) -> None:
    raise Terminated


@contextmanager
def ending_as_interrupted() -> Iterator[None]:
    """While a command runs, SIGTERM ends it as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():  # where Python lets nobody set a handler
        yield
        return
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end_then_leave(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, _leave)
    raise KeyboardInterrupt


def leaving_at_the_second() -> None:
    """Ctrl-C ends the command and keeps what is done; a second one ends the process.

    Nothing changes in a thread, or if the process ignores Ctrl-C.
    """
    heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heard and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, _end_then_leave)


def tolerant_streams() -> None:
    """Let standard streams print a question mark for letters that they cannot encode."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def main() -> None:
    """Run the command."""
    with leaving_at_once():
        from typer.main import get_command

        from pbwm.compare.cli.app import app

        command = get_command(app)
    leaving_at_the_second()
    command()
