"""Start of the command `pbwm`: Ctrl-C and SIGTERM end it with one line, even during imports."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from pbwm.compare.cli.status import INTERRUPTED, TERMINATED

__all__ = [
    "Terminated",
    "ending_as_interrupted",
    "leaving_at_once",
    "leaving_at_the_second",
    "main",
    "tolerant_streams",
]


def _leave(number: int, _frame: FrameType | None) -> None:
    with suppress(OSError):  # a closed stream
        os.write(2, b"Interrupted.\n")
    os._exit(INTERRUPTED if number == signal.SIGINT else TERMINATED)


@contextmanager
def leaving_at_once() -> Iterator[None]:
    """Until a command begins, Ctrl-C and SIGTERM end the process at once.

    An exception would be lost or changed in a module that is being imported.
    """
    if threading.current_thread() is not threading.main_thread():  # only the main thread can set a handler
        yield
        return
    before = {number: signal.signal(number, _leave) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Terminated(KeyboardInterrupt):
    """SIGTERM, which ends a command like Ctrl-C."""


def _end(_number: int, _frame: FrameType | None) -> None:
    raise Terminated


@contextmanager
def ending_as_interrupted() -> Iterator[None]:
    """While a command runs, SIGTERM ends it as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():  # only the main thread can set a handler
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

    SIGTERM ends the process at once unless a command runs (`ending_as_interrupted`). Nothing changes in a thread, or if
    the process ignores the signal.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end_then_leave)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _leave)


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
